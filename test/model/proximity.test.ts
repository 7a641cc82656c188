/** Where a tracker is seen to be, in GSMtasks' and TheTrack's words: of everything that a task can be. */
import { describe, expect, it } from 'vitest';
import {
  gsmtasksProximity,
  gsmtasksState,
  NAVIXY_STATUSES,
  navixyStatus,
  thetrackProgress,
  thetrackStatus,
} from '../../src/model/projections.ts';
import { type Dialect, LIFECYCLE_STATES } from '../../src/model/task.ts';

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
      expect(navixy === null ? state === 'draft' : (NAVIXY_STATUSES as readonly unknown[]).includes(navixy)).toBe(true);
      expect(typeof gsmtasks).toBe('string');
      expect(['near', 'away']).toContain(proximity);
      expect(status === null).toBe(state === 'draft');
      expect(['pending', 'on_the_way', 'arriving', 'arrived']).toContain(progress);
      expect(said()).toEqual([navixy, gsmtasks, proximity, status, progress]);
      expect(JSON.stringify(task)).toBe(before);
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
