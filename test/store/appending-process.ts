/** Appends one frame and one event at a time to the directory it is given, and prints how many are durable. */
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/open.ts';
import { batch, frameOf, T0, task } from './kit.ts';

const store = openStore({ directory: process.argv[2]!, limits: { sealAfterEntries: 7, segmentEntries: 5 } });
if (store.tasks.read(1) === null) store.append(batch({ rows: { createdTasks: [task(1)] } }));
let count = store.tracks.fixes(1, -Infinity, Infinity, 1e6).length;
for (;;) {
  const timeMs = T0 + count;
  store.append(
    batch({
      frames: [frameOf(1, [{ timeMs, hasPosition: true }], { receivedMs: timeMs })],
      events: [{ taskId: 1, eventMs: timeMs, recordedMs: timeMs, body: { kind: 'create', task: task(1) } }],
    }),
  );
  writeSync(1, `${++count}\n`);
  store.tidy(T0);
}
