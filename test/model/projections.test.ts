import { describe, expect, it } from 'vitest';
import {
  gsmtasksProximity,
  gsmtasksState,
  NAVIXY_STATUSES,
  navixyStatus,
  thetrackProgress,
  thetrackStatus,
} from '../../src/model/projections.ts';
import { type Dialect, LIFECYCLE_STATES, type LifecycleState } from '../../src/model/task.ts';

interface Row {
  readonly state: LifecycleState;
  readonly facts?: {
    hasTracker?: boolean;
    hasArrived?: boolean;
    isLate?: boolean;
    hasIssues?: boolean;
    isFaulty?: boolean;
  };
  readonly navixy: string | null;
  readonly gsmtasks: string;
  readonly thetrack: string | null;
}

/** The common model's scenarios by what they come down to. */
// biome-ignore format: a table
const ROWS: readonly Row[] = [
  { state: 'draft',                                                    navixy: null,         gsmtasks: 'draft',      thetrack: null },
  { state: 'scheduled',                                                navixy: 'assigned',   gsmtasks: 'scheduled',  thetrack: 'pending' },
  { state: 'scheduled',  facts: { hasTracker: false },                 navixy: 'unassigned', gsmtasks: 'scheduled',  thetrack: 'pending' },
  { state: 'unassigned', facts: { hasTracker: false },                 navixy: 'unassigned', gsmtasks: 'unassigned', thetrack: 'pending' },
  { state: 'assigned',                                                 navixy: 'assigned',   gsmtasks: 'assigned',   thetrack: 'assigned' },
  { state: 'assigned',   facts: { hasArrived: true },                  navixy: 'arrived',    gsmtasks: 'assigned',   thetrack: 'assigned' },
  { state: 'accepted',                                                 navixy: 'assigned',   gsmtasks: 'accepted',   thetrack: 'in_queue' },
  { state: 'in_transit',                                               navixy: 'assigned',   gsmtasks: 'transit',    thetrack: 'started' },
  { state: 'in_transit', facts: { hasArrived: true },                  navixy: 'arrived',    gsmtasks: 'transit',    thetrack: 'started' },
  { state: 'active',     facts: { hasArrived: true },                  navixy: 'arrived',    gsmtasks: 'active',     thetrack: 'started' },
  { state: 'suspended',                                                navixy: 'assigned',   gsmtasks: 'accepted',   thetrack: 'suspended' },
  { state: 'completed',                                                navixy: 'done',       gsmtasks: 'completed',  thetrack: 'completed' },
  { state: 'completed',  facts: { isLate: true },                      navixy: 'delayed',    gsmtasks: 'completed',  thetrack: 'completed' },
  { state: 'completed',  facts: { isLate: true, hasIssues: true },     navixy: 'faulty',     gsmtasks: 'completed',  thetrack: 'completed' },
  { state: 'failed',     facts: { hasIssues: true },                   navixy: 'failed',     gsmtasks: 'failed',     thetrack: 'canceled' },
  { state: 'failed',     facts: { hasArrived: true, isFaulty: true },  navixy: 'faulty',     gsmtasks: 'failed',     thetrack: 'canceled' },
  { state: 'cancelled',  facts: { hasArrived: true },                  navixy: 'failed',     gsmtasks: 'cancelled',  thetrack: 'canceled' },
];

describe('a task is shown in each dialect', () => {
  it.each(ROWS)('$state $facts', ({ state, facts, navixy, gsmtasks, thetrack }) => {
    const plain = { hasTracker: true, hasArrived: false, isLate: false, hasIssues: false, isFaulty: false };
    expect(navixyStatus({ ...plain, ...facts, state })).toBe(navixy);
    expect(gsmtasksState(state)).toBe(gsmtasks);
    expect(thetrackStatus(state)).toBe(thetrack);
  });
});

/** Every state with every combination of what projections look at. */
function* everything() {
  const flags = [false, true];
  for (const state of LIFECYCLE_STATES)
    for (const dialect of ['navixy', 'gsmtasks', 'thetrack'] as const satisfies readonly Dialect[])
      for (const arrivalMs of [null, 1000])
        for (const departureMs of [null, 2000, 4000])
          for (const startMs of [undefined, 500])
            for (const isNear of [undefined, ...flags])
              for (const bits of Array.from({ length: 16 }, (_, n) => n)) {
                const [hasTracker, isLate, hasIssues, isFaulty] = [1, 2, 4, 8].map((bit) => (bits & bit) !== 0);
                const facts = { state, statusMs: 3000, arrivalMs, departureMs, ...(startMs && { startMs }) };
                const plain = { hasTracker: hasTracker!, isLate: isLate!, hasIssues: hasIssues!, isFaulty: isFaulty! };
                yield { task: { dialect, facts, ...(isNear !== undefined && { isNear }) }, plain };
              }
}

describe('projections', () => {
  it('say something of every state and all facts, the same each time, and leave them as they were', () => {
    let count = 0;
    for (const { task, plain } of everything()) {
      count += 1;
      const { state, arrivalMs } = task.facts;
      const before = JSON.stringify(task);
      const said = () => [
        navixyStatus({ ...plain, state, hasArrived: arrivalMs !== null }),
        gsmtasksState(state),
        gsmtasksProximity(task),
        thetrackStatus(state),
        thetrackProgress(task),
      ];
      const [navixy, gsmtasks, proximity, status, progress] = said();
      // One look at all of them: thousands of expectations take seconds.
      const isShown = (navixy !== null) === (state !== 'draft') && (status !== null) === (state !== 'draft');
      const isKnown = navixy === null || (NAVIXY_STATUSES as readonly unknown[]).includes(navixy);
      const isSaid =
        typeof gsmtasks === 'string' &&
        ['near', 'away'].includes(String(proximity)) &&
        ['pending', 'on_the_way', 'arriving', 'arrived'].includes(String(progress));
      const isPure = said().join() === [navixy, gsmtasks, proximity, status, progress].join();
      if (isShown && isKnown && isSaid && isPure && JSON.stringify(task) === before) continue;
      expect.fail(`${before} ${JSON.stringify(plain)} is shown as ${said()}`);
    }
    expect(count).toBe(LIFECYCLE_STATES.length * 3 * 2 * 3 * 2 * 3 * 16);
  });

  it.each([
    ['navixy', 'active', 1000, null, undefined, 'near'],
    ['navixy', 'active', 1000, 2000, undefined, 'away'],
    ['navixy', 'active', 1000, 4000, undefined, 'away'],
    ['navixy', 'assigned', null, null, undefined, 'away'],
    ['navixy', 'assigned', null, null, true, 'near'],
    ['navixy', 'completed', 1000, null, undefined, 'near'],
    ['navixy', 'completed', 1000, 3000, undefined, 'near'],
    ['navixy', 'failed', 1000, 2999, undefined, 'away'],
    ['gsmtasks', 'active', 1000, null, undefined, 'away'],
    ['gsmtasks', 'assigned', null, null, true, 'near'],
    ['thetrack', 'completed', 1000, null, false, 'away'],
  ] as const)(
    '%s, %s, inside from %s to %s and near: %s is %s',
    (dialect, state, arrivalMs, departureMs, isNear, said) => {
      const facts = { state, statusMs: 3000, arrivalMs, departureMs };
      expect(gsmtasksProximity({ dialect, facts, ...(isNear !== undefined && { isNear }) })).toBe(said);
    },
  );
});
