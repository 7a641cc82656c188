/**
 * What an in-order fix costs the engine alone, no socket and no disk (the kernel of P3):
 * `tsx engine.ts ROUNDS TRACKERS DRIVEN`. Prints its rows, a line each.
 */
import { advance } from '../../src/engine/advance.ts';
import { Draft, type Ports } from '../../src/engine/draft.ts';
import { receive } from '../../src/engine/receive.ts';
import { trackerState } from '../../src/engine/recollect.ts';
import { World } from '../../src/engine/world.ts';
import type { JudgedTask } from '../../src/model/task.ts';
import { fix, SETTINGS } from '../engine/world-kit.ts';
import { interleave, median } from './measure.ts';
import { AGE_MS, onRoad } from './places.ts';
import { type Row, ratioAtMost } from './report.ts';
import { type Seed, taskOf, trackerOf } from './seed.ts';

const FIXES_PER_ROUND = 20;
const FIX_MS = 10_000;

const NOTHING_STORED: Ports = {
  task: () => null,
  tasksOf: () => [],
  deadlines: () => [],
  route: () => null,
  deviceCommand: () => null,

  instruction: () => null,
  track: {
    evidence: () => [],
    holds: () => false,
    newest: () => ({ newestMs: Number.NEGATIVE_INFINITY, aheadMs: [], clocks: [0] }),
    lastValidFix: () => null,
  },
};

async function engineBench(rounds: number, trackers: number, driven: number): Promise<readonly Row[]> {
  const nowMs = Date.UTC(2026, 2, 2);
  const seed: Seed = {
    trackers,
    busyTrackers: trackers,
    tasksPerTracker: 20,
    fixesPerTracker: 0,
    layout: 'spread',
    planDays: 0,
    nowMs,
  };
  const usPerFix = (ms: number) => (ms * 1000) / (driven * FIXES_PER_ROUND);
  const compare = async (name: string, low: Seed, high: Seed, limit: number): Promise<Row> => {
    const [a, b] = await interleave(rounds, [fleet(low, driven), fleet(high, driven)]);
    const ratio = median(b!.rounds.map((ms, i) => ms / a!.rounds[i]!));
    const figure = usPerFix(b!.median);
    return { target: 'P3', name: `engine alone: ${name}`, figure, unit: 'us/fix', ratio, bound: ratioAtMost(limit) };
  };
  const few = { ...seed, busyTrackers: driven, tasksPerTracker: 1 };
  const count = (trackers * seed.tasksPerTracker).toLocaleString('en');
  const crowd = { ...seed, busyTrackers: Math.min(trackers, 10 * driven), tasksPerTracker: 1 };
  const shared = crowd.busyTrackers.toLocaleString('en');
  return [
    await compare(`fix with ${count} open tasks against ${driven.toLocaleString('en')}`, few, seed, 1.3),
    await compare(
      `fix with ${shared} tasks at one depot against spread out`,
      crowd,
      { ...crowd, layout: 'depot' },
      1.1,
    ),
  ];
}

/** A world as read back from a database so filled; each call drives the first trackers on. */
function fleet(seed: Seed, driven: number): () => void {
  const world = new World(SETTINGS);
  world.clockMs = seed.nowMs - AGE_MS;
  for (let id = 1; id <= seed.trackers; id++) world.holdTracker(trackerOf(id, seed));
  const tasks = new Map<number, JudgedTask[]>();
  for (let i = 0; i < seed.busyTrackers * seed.tasksPerTracker; i++) {
    const { text: _, uuid: __, ...judged } = taskOf(i, seed);
    const trackerId = judged.tenure.trackerId!;
    tasks.set(trackerId, [...(tasks.get(trackerId) ?? []), judged]);
  }
  const ports = { ...NOTHING_STORED, tasksOf: (trackerId: number) => tasks.get(trackerId) ?? [] };
  // All of them in memory, as on a day when every tracker has been heard of.
  for (const trackerId of tasks.keys()) trackerState(world, ports, trackerId);
  let nowMs = world.clockMs;
  let n = 0;
  return () => {
    for (let i = 0; i < FIXES_PER_ROUND; i++) {
      nowMs += FIX_MS;
      n += 1;
      const draft = new Draft(world, ports, nowMs);
      for (let id = 1; id <= driven; id++) {
        const { latDeg, lonDeg } = onRoad(seed.layout, id, n % 1000);
        receive(draft, id, [fix(nowMs, latDeg, lonDeg, nowMs)]);
      }
      advance(draft);
      world.install(draft);
    }
  };
}

const [, , rounds, trackers, driven] = process.argv.map(Number);
for (const row of await engineBench(rounds!, trackers!, driven!)) console.log(JSON.stringify(row));
