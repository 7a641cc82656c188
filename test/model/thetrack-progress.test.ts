/** How close to its destination TheTrack says a task is: for every state with every combination of what was found. */
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { THETRACK_PROGRESS_SQL, thetrackProgress } from '../../src/model/projections.ts';
import { isOpen, LIFECYCLE_STATES, type Task } from '../../src/model/task.ts';
import { NEW_FACTS } from '../store/kit.ts';

type Found = Pick<Task, 'dialect' | 'facts' | 'isNear'>;

const THETRACK_PROGRESSES = ['pending', 'on_the_way', 'arriving', 'arrived'];
const DIALECTS = ['navixy', 'gsmtasks', 'thetrack'] as const;

const EITHER = [false, true];

const ALL: readonly Found[] = LIFECYCLE_STATES.flatMap((state) =>
  EITHER.flatMap((hasArrived) =>
    EITHER.flatMap((hasStarted) =>
      [undefined, false, true].flatMap((isNear) =>
        DIALECTS.map((dialect) => ({
          dialect,
          facts: { ...NEW_FACTS, state, arrivalMs: hasArrived ? 1 : null, ...(hasStarted && { startMs: 0 }) },
          ...(isNear !== undefined && { isNear }),
        })),
      ),
    ),
  ),
);

describe('the progress', () => {
  it('is one of four words, whatever was found', () => {
    expect(ALL).toHaveLength(11 * 2 * 2 * 3 * 3);
    for (const found of ALL) expect(THETRACK_PROGRESSES).toContain(thetrackProgress(found));
    expect(new Set(ALL.map(thetrackProgress))).toEqual(new Set(THETRACK_PROGRESSES));
  });

  it('is the same word in the database', () => {
    const db = new Database(':memory:');
    const progress = db
      .prepare(
        `SELECT ${THETRACK_PROGRESS_SQL} FROM (SELECT @dialect AS dialect, @state AS state, @arrivalMs AS arrival_ms, @startMs AS start_ms,
           @isNear AS is_near)`,
      )
      .pluck();
    for (const { dialect, facts, isNear } of ALL) {
      const { state, arrivalMs, startMs = null } = facts;
      const row = { dialect, state, arrivalMs, startMs, isNear: isNear === undefined ? null : Number(isNear) };
      expect([row, progress.get(row)]).toEqual([
        row,
        thetrackProgress({ dialect, facts, ...(isNear !== undefined && { isNear }) }),
      ]);
    }
    db.close();
  });

  it('is what it was, once the task is finished: the finish takes nothing of it back', () => {
    for (const { dialect, facts, isNear } of ALL.filter((found) => found.facts.state === 'in_transit')) {
      const before = thetrackProgress({
        dialect,
        facts: { ...facts, startMs: 0 },
        ...(isNear !== undefined && { isNear }),
      });
      for (const state of LIFECYCLE_STATES.filter((each) => !isOpen(each) || each === 'suspended')) {
        const after = { dialect, facts: { ...facts, startMs: 0, state }, ...(isNear !== undefined && { isNear }) };
        expect([state, thetrackProgress(after)]).toEqual([state, before]);
      }
    }
  });
});
