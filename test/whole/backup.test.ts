/**
 * The real program under load, backed up while it works: what is restored is the gateway as it was at one commit, and what
 * came after that leads it to the same verdicts once more. PROOF_SEED repeats the fleet and its work.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Line } from '../../src/intake/line.ts';
import { emptyTally } from '../../src/model/tally.ts';
import type { Task, TaskFacts } from '../../src/model/task.ts';
import { createFleet } from '../../src/sim/fleet.ts';
import { forkedRandom } from '../../src/sim/random.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { SETTINGS } from '../engine/world-kit.ts';
import { decoded } from '../store/kit.ts';
import { audit } from './crash-audit.ts';
import { driveFleet } from './crash-fleet.ts';
import { SEED } from './crash-run.ts';
import { planWork } from './crash-work.ts';
import { API_KEY, ask, finished, type Gateway, kill, pause, program, startGateway, until } from './program.ts';

const DEVICES = 8;
const SCALE = 120;
const RATE = 6;
const BACKUPS = 2;
/** Device clocks run from here to the present at most. */
const PAST_MS = 2 * 3_600_000;
const PERIOD_MS = 20 * 60_000;
const TEST_MS_MAX = 180_000;
const FOREVER_MS = 8.64e15;

let directory: string;
let data: string;
let gateway: Gateway;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-backup-'));
  data = join(directory, 'data');
  gateway = await startGateway(data, undefined, '--engine-grace', '1s');
}, 60_000);
afterEach(async () => {
  await kill(gateway.process, 'SIGKILL');
  rmSync(directory, { recursive: true });
});

/** Trackers and all of their work, before anything moves. */
async function prepare(startMs: number): Promise<void> {
  const { vehicles } = createFleet({ devices: DEVICES, mix: 'mix', seed: SEED, startMs, tunnels: 0 });
  const ids = new Map<string, number>();
  for (const { imei, label } of vehicles) {
    ids.set(imei, (await ask<{ id: number }>(gateway, '/api/trackers', { label, imei })).id);
  }
  for (const { imei, ...task } of planWork(vehicles, [startMs, startMs + PERIOD_MS], 3, forkedRandom(SEED, 7))) {
    await ask(gateway, '/v2/task/create', { hash: API_KEY, task: { ...task, tracker_id: ids.get(imei) } });
  }
}

async function backUp(file: string): Promise<void> {
  const { code, stdout, stderr } = await finished(program('backup', file, '--data', data));
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('; checked');
}

async function isAllClosed(): Promise<boolean> {
  const open = { hash: API_KEY, statuses: ['unassigned', 'assigned', 'arrived'], limit: 1 };
  return (await ask<{ count: number }>(gateway, '/v2/task/list', open)).count === 0;
}

function tasksIn(store: Store): readonly Task[] {
  return store.tasks.list({ sort: [], offset: 0, limit: 100_000 }).tasks;
}

/** What the restored gateway holds of frames and histories is how those of the live one begin. */
function expectBeginning(restored: Store, live: Store): void {
  for (const { id } of restored.recover().trackers) {
    const frames = restored.tracks.frames(id, -FOREVER_MS, FOREVER_MS, 1_000_000);
    const liveFrames = live.tracks.frames(id, -FOREVER_MS, FOREVER_MS, 1_000_000);
    expect(liveFrames.slice(0, frames.length)).toEqual(frames);
  }
  for (const { id } of tasksIn(restored)) {
    const history = restored.tasks.history(id);
    expect(live.tasks.history(id).slice(0, history.length)).toEqual(history);
  }
}

/** The frames that the restored gateway has never seen, in the order in which the live one took them. */
async function sendTheRest(restored: Store, live: Store): Promise<number> {
  const line = new Line({
    store: restored,
    now: () => Date.now(),
    tally: emptyTally(),
    settings: { ...SETTINGS, graceMs: 0 },
    unknownTrackers: 'reject',
    queueBytesMax: 1_000_000_000,
    pendingMax: 0,
  });
  let sent = 0;
  for (const { id } of line.trackers()) {
    const known = restored.tracks.frames(id, -FOREVER_MS, FOREVER_MS, 1_000_000).length;
    for (const { protocol, raw, receivedMs } of live.tracks
      .frames(id, -FOREVER_MS, FOREVER_MS, 1_000_000)
      .slice(known)) {
      const fixes = decoded(protocol, raw, receivedMs);
      line.submit({ trackerId: id, receivedMs, protocol, raw, fixes }, { frameOnSettled: () => {} });
      sent += 1;
    }
  }
  await line.drained();
  line.tick();
  await line.drained();
  return sent;
}

function verdictsIn(store: Store): readonly (readonly [number, Partial<TaskFacts>])[] {
  return tasksIn(store).map(({ id, facts: { state, arrivalMs, completionMs, stayMs, isLate, isFaulty, issues } }) => [
    id,
    { state, arrivalMs, completionMs, stayMs, isLate, isFaulty, issues },
  ]);
}

it(
  'what was backed up under load is the gateway of one commit, and goes on as that one did',
  async () => {
    const startMs = Date.now() - PAST_MS;
    await prepare(startMs);
    const fleet = driveFleet({
      devices: DEVICES,
      seed: SEED,
      startMs,
      scale: SCALE,
      rate: RATE,
      port: gateway.trackersPort,
    });
    const files = Array.from({ length: BACKUPS }, (_, i) => join(directory, `copy-${i}.db`));
    for (const file of files) {
      await pause(700);
      await backUp(file);
    }
    await pause(700);
    const report = await fleet.end();
    await until('every task is closed', isAllClosed);
    await kill(gateway.process, 'SIGTERM');
    const live = openStore({ directory: data });
    const sent: number[] = [];
    try {
      for (const [i, file] of files.entries()) {
        const place = join(directory, `restored-${i}`);
        const { code, stdout, stderr } = await finished(program('restore', file, '--data', place));
        expect(code, stderr).toBe(0);
        expect(stdout).toContain('; restored');
        const ended = { data: place, devices: DEVICES, kills: 0, report, acknowledged: [], createdIds: [] };
        const { wrongHistories, doubledRecords } = audit(ended);
        expect({ wrongHistories, doubledRecords }, `seed ${SEED}`).toEqual({ wrongHistories: [], doubledRecords: [] });
        const restored = openStore({ directory: place });
        try {
          expect(tasksIn(restored).length).toBe(tasksIn(live).length);
          expectBeginning(restored, live);
          sent.push(await sendTheRest(restored, live));
          expect(verdictsIn(restored), `seed ${SEED}`).toEqual(verdictsIn(live));
        } finally {
          restored.close();
        }
        expect(audit(ended).wrongVerdicts, `seed ${SEED}`).toEqual([]);
      }
    } finally {
      live.close();
    }
    // They were taken in the middle of it.
    expect(sent.every((count) => count > 0)).toBe(true);
    expect([...sent].sort((a, b) => b - a)).toEqual(sent);
  },
  TEST_MS_MAX,
);
