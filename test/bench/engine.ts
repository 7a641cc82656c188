/** What an in-order fix costs the engine, with few tasks and with many (performance target P3's kernel). */
import { advance } from '../../src/engine/advance.ts';
import { decide } from '../../src/engine/commands.ts';
import { Draft, type Ports } from '../../src/engine/draft.ts';
import { receive } from '../../src/engine/receive.ts';
import { World } from '../../src/engine/world.ts';
import { DAY0, fix, HOUR, SETTINGS, terms } from '../engine/world-kit.ts';
import { interleave } from './measure.ts';
import type { Row } from './report.ts';

const TRACKERS = 1000;
const FIXES_PER_ROUND = 20;

const NOTHING_STORED: Ports = {
  task: () => null,
  route: () => null,
  track: {
    evidence: () => [],
    holds: () => false,
    newest: () => ({ newestMs: Number.NEGATIVE_INFINITY, aheadMs: [] }),
    lastValidFix: () => null,
  },
};

export async function engineBench(rounds: number): Promise<readonly Row[]> {
  const few = fleet(1);
  const many = fleet(100);
  const [cheap, dear] = await interleave(rounds, [few, many]);
  const usPerFix = (ms: number) => (ms * 1000) / (TRACKERS * FIXES_PER_ROUND);
  return [
    { target: '', name: 'in-order fix, 1,000 open tasks', figure: usPerFix(cheap!.median), unit: 'us', ratio: null },
    {
      target: '',
      name: 'in-order fix, 100,000 open tasks',
      figure: usPerFix(dear!.median),
      unit: 'us',
      ratio: dear!.median / cheap!.median,
    },
  ];
}

/** A fleet in which every tracker has this many tasks all over a town; each call drives it on. */
function fleet(tasksPerTracker: number): () => void {
  const world = new World(SETTINGS);
  const setUp = new Draft(world, NOTHING_STORED, DAY0);
  for (let id = 1; id <= TRACKERS; id++) {
    decide(setUp, {
      kind: 'create_tracker',
      tracker: { uuid: `${id}`, label: `${id}`, imei: `${id}`, model: null, timeZone: 'utc' },
    });
  }
  world.install(setUp);
  const tasks = new Draft(world, NOTHING_STORED, DAY0 + HOUR);
  for (let n = 0; n < TRACKERS * tasksPerTracker; n++) createTask(tasks, (n % TRACKERS) + 1, n);
  world.install(tasks);
  let nowMs = DAY0 + HOUR;
  return () => {
    for (let i = 0; i < FIXES_PER_ROUND; i++) {
      nowMs += 10_000;
      const draft = new Draft(world, NOTHING_STORED, nowMs);
      for (let id = 1; id <= TRACKERS; id++) {
        receive(draft, id, [fix(nowMs, 52.5 + ((nowMs / 1e4 + id) % 100) * 0.001, 13.4, nowMs)]);
      }
      advance(draft);
      world.install(draft);
    }
  };
}

function createTask(draft: Draft, trackerId: number, n: number): void {
  const zone = { latDeg: 52.5 + ((n * 7) % 100) * 0.001, lonDeg: 13.5 + ((n * 13) % 100) * 0.001, radiusM: 50 };
  const text = {
    label: 'T',
    description: '',
    externalId: null,
    address: '',
    tags: [],
    origin: 'manual',
    extra: {},
  } as const;
  decide(draft, {
    kind: 'create_task',
    task: { uuid: `${n}`, dialect: 'navixy', trackerId, text, terms: terms('01:30', '23:00', { zone }) },
  });
}
