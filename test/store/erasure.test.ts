import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import type { StoreLimits } from '../../src/store/sqlite-store.ts';
import type { FrameRecord, Store } from '../../src/store/store.ts';
import { batch, DAY, frameOf, HOUR, MINUTE, NEW_FACTS, T0, task, testDirectory, testStore } from './kit.ts';

const NOW = T0 + 100 * DAY;
const LIMITS: Partial<StoreLimits> = {
  ...{ sealAfterEntries: 6, sliceTrackers: 1, segmentEntries: 3, decodedBytes: 3000 },
  lateDataHorizonMs: 3 * DAY,
};

const at = (day: number) => T0 + day * DAY;

function fix(trackerId: number, timeMs: number): FrameRecord {
  return frameOf(trackerId, [{ timeMs, hasPosition: true }], { receivedMs: timeMs });
}

function timesOf(store: Store, trackerId: number): number[] {
  return store.tracks.fixes(trackerId, -Infinity, Infinity, 1e6).map(({ position }) => position.timeMs);
}

function erase(store: Store, trackerId: number, fromMs: number, toMs: number): { erased: number; kept: number } {
  const erasure = store.beginErasure({ trackerId, fromMs, toMs });
  for (let steps = 0; erasure.step(NOW); steps++) if (steps > 1000) throw new Error('the erasure does not end');
  return { erased: erasure.erased, kept: erasure.kept };
}

/** What a gateway finds that is started on what is on the disk at this moment. */
function reopened(directory: string): Store {
  const other = testDirectory();
  for (const suffix of ['', '-wal'])
    copyFileSync(join(directory, DATABASE_FILE + suffix), join(other, DATABASE_FILE + suffix));
  return testStore({ directory: other, limits: LIMITS });
}

describe('an erasure', () => {
  it.each([
    ['in memory', 0],
    ['in segments', 1000],
  ])('takes what one tracker sent in a period, while it is %s, at once and after a restart', (_, slices) => {
    const directory = testDirectory();
    const store = testStore({ directory, limits: LIMITS });
    for (let day = 0; day < 20; day++) store.append(batch({ frames: [fix(1, at(day)), fix(2, at(day))] }));
    for (let slice = 0; slice < slices && store.tidy(at(20)); slice++);
    expect(erase(store, 1, at(5), at(9))).toEqual({ erased: 5, kept: 0 });
    const rest = Array.from({ length: 20 }, (__, day) => at(day));
    const left = rest.filter((timeMs) => timeMs < at(5) || timeMs > at(9));
    for (const each of [store, reopened(directory)]) expect([timesOf(each, 1), timesOf(each, 2)]).toEqual([left, rest]);
    store.append(batch({ frames: [fix(1, at(30))] }));
    expect(timesOf(store, 1)).toEqual([...left, at(30)]);
    expect(erase(store, 1, at(5), at(9))).toEqual({ erased: 0, kept: 0 });
  });

  it('leaves what a task is judged by, and the last day that the tracker is known by', () => {
    const store = testStore({ limits: LIMITS });
    for (let day = 0; day < 20; day++) store.append(batch({ frames: [fix(1, at(day))] }));
    expect(erase(store, 1, at(17), at(30))).toEqual({ erased: 1, kept: 2 });
    const open = task(1, { terms: { ...task(1).terms, fromMs: at(10), toMs: at(11) }, facts: NEW_FACTS });
    store.append(batch({ rows: { createdTasks: [open] } }));
    // From a day before the last fix before its window on.
    expect(erase(store, 1, at(0), at(16))).toEqual({ erased: 8, kept: 9 });
  });

  it('takes messages without records by their receipt', () => {
    const store = testStore({ limits: LIMITS });
    const heartbeat = (receivedMs: number) => frameOf(1, [], { receivedMs, protocol: 'gt06' });
    store.append(batch({ frames: [heartbeat(at(1)), heartbeat(at(2)), heartbeat(at(3))] }));
    expect(erase(store, 1, at(2), at(2))).toEqual({ erased: 1, kept: 0 });
    expect(store.tracks.frames(1, 0, Infinity, 10).map(({ receivedMs }) => receivedMs)).toEqual([at(1), at(3)]);
  });

  it('takes a frame that touches the period as a whole', () => {
    const store = testStore({ limits: LIMITS });
    const times = [at(1), at(1) + HOUR, at(1) + 2 * HOUR].map((timeMs) => ({ timeMs, hasPosition: true }));
    store.append(batch({ frames: [frameOf(1, times, { receivedMs: at(1) + 2 * HOUR }), fix(1, at(5))] }));
    expect(erase(store, 1, at(1) + HOUR, at(1) + HOUR + MINUTE)).toEqual({ erased: 1, kept: 0 });
    expect(timesOf(store, 1)).toEqual([at(5)]);
  });

  it('leaves nothing of it in the file', () => {
    const directory = testDirectory();
    const store = testStore({ directory, limits: LIMITS });
    const [gone, stays] = [fix(1, at(1)), fix(1, at(9))];
    for (const frame of [gone, stays]) store.append(batch({ frames: [frame, fix(2, frame.receivedMs)] }));
    erase(store, 1, at(0), at(2));
    const db = new Database(join(directory, DATABASE_FILE));
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const bytes = readFileSync(join(directory, DATABASE_FILE));
    // Tracker 2 sent the same bytes, so they are counted.
    expect([occurrences(bytes, gone.raw), occurrences(bytes, stays.raw)]).toEqual([1, 2]);
  });

  it('of any period at any time leaves all the rest, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(1, 2), fc.nat(30)), { minLength: 1, maxLength: 40 }),
        fc.nat(30),
        fc.nat(10),
        fc.nat(40),
        (sent, from, length, when) => {
          const directory = testDirectory();
          const store = openStore({ directory, limits: LIMITS });
          const [fromMs, toMs] = [at(from), at(from + length)];
          // Far behind everything: what a tracker is known by.
          for (const trackerId of [1, 2]) store.append(batch({ frames: [fix(trackerId, at(90))] }));
          sent.forEach(([trackerId, day], i) => {
            store.append(batch({ frames: [fix(trackerId, at(day) + i)] }));
            if (i % 3 === 0) store.tidy(at(day));
            if (i === when) erase(store, 1, fromMs, toMs);
          });
          erase(store, 1, fromMs, toMs);
          const all = (trackerId: number) => [
            ...sent.map(([id, day], i) => (id === trackerId ? at(day) + i : -1)).filter((timeMs) => timeMs >= 0),
            at(90),
          ];
          const left = all(1).filter((timeMs) => timeMs < fromMs || timeMs > toMs);
          const found = [timesOf(store, 1), timesOf(store, 2)];
          store.close();
          const again = openStore({ directory, limits: LIMITS });
          const foundAgain = [timesOf(again, 1), timesOf(again, 2)];
          again.close();
          const expected = [left, all(2)].map((times) => times.sort((a, b) => a - b));
          expect(found).toEqual(expected);
          expect(foundAgain).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });
});

function occurrences(bytes: Buffer, part: Buffer): number {
  let count = 0;
  for (let i = bytes.indexOf(part); i !== -1; i = bytes.indexOf(part, i + 1)) count += 1;
  return count;
}
