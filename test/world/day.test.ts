/**
 * A day in the life of a fleet, with crashes (engine rules, section 10). PROOF_DAYS sets how many days, PROOF_SEED
 * is the first one's seed, the others' follow it: with PROOF_DAYS=1 it repeats one.
 */
import { randomInt } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { USUAL, World } from './world.ts';

const DAYS = Number(process.env['PROOF_DAYS'] ?? 4);
const SEED = Number(process.env['PROOF_SEED'] ?? randomInt(1e9));
const SEEDS = Array.from({ length: DAYS }, (_, day) => SEED + day);

/** Without these a day proves little; each happens tens of times in every one. */
const EVENTFUL = [
  ...['lives', 'recordsDuplicate', 'fixesLate', 'fixesInvalid.no_position', 'connectionsRefused.replaced'],
  ...[
    'tasks.completed',
    'tasks.failed',
    'tasks.failed.faulty',
    'tasks.gsmtasks',
    'answers.task',
    'answers.route',
    'answers.task_state',
  ],
];
/** These come in bursts, or a few times a day: tens of times in several days. */
const EVENTFUL_TOGETHER = [
  ...['tasks.begun', 'tasks.nowhere', 'tasks.open', 'tasks.draft', 'sightings'],
  ...['recordsRefused.storage_failed', 'commitsFailed', 'revisions', 'answers.storage_unavailable', 'junkBytes'],
  ...['connectionsRefused.idle', 'connectionsRefused.login_deadline', 'connectionsRefused.unknown_protocol'],
  ...['connectionsRefused.lost_framing', 'framesRefused.bad_crc', 'fixesInvalid.before_2005', 'fixesInvalid.in_future'],
];

const total: Record<string, number> = {};

it.each(SEEDS)(
  'a day with crashes ends as if there had been none (seed %i)',
  async (seed) => {
    const world = new World({ ...USUAL, seed });
    try {
      await world.live();
      const story = world.story();
      for (const [name, n] of Object.entries(story)) total[name] = (total[name] ?? 0) + n;
      expect(EVENTFUL.filter((name) => (story[name] ?? 0) === 0)).toEqual([]);
    } finally {
      world.close();
    }
  },
  60_000,
);

it.runIf(SEEDS.length >= 4)('the days held everything that a world may do to a gateway', () => {
  expect(EVENTFUL_TOGETHER.filter((name) => (total[name] ?? 0) === 0)).toEqual([]);
});

it('the same seed is the same day, to the last byte', async () => {
  const stories: Record<string, number>[] = [];
  for (let n = 0; n < 2; n += 1) {
    const world = new World({ ...USUAL, seed: SEEDS[0]!, hours: 2 });
    try {
      await world.live();
      stories.push(world.story());
    } finally {
      world.close();
    }
  }
  expect(stories[1]).toEqual(stories[0]);
});

afterAll(() => {
  const { lives, recordsStored, recordsDuplicate, transitions, revisions } = total;
  console.log(`${SEEDS.length} days:`, { lives, recordsStored, recordsDuplicate, transitions, revisions });
});
