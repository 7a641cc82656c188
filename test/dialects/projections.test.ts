/** Each dialect's words for a task, as functions: whole, pure, the same in the database, and as docs/dialects.md shows them. */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { POLICIES } from '../../src/model/policy.ts';
import {
  type GsmtasksState,
  gsmtasksState,
  NAVIXY_STATUS_SQL,
  NAVIXY_STATUSES,
  navixyStatus,
  type Projectable,
  type ThetrackStatus,
  thetrackStatus,
} from '../../src/model/projections.ts';
import { LIFECYCLE_STATES, type LifecycleState } from '../../src/model/task.ts';

/** As the two publish them. */
const GSMTASKS_STATES: readonly GsmtasksState[] = [
  'draft',
  'scheduled',
  'unassigned',
  'assigned',
  'accepted',
  'transit',
  'active',
  'completed',
  'failed',
  'cancelled',
];
const THETRACK_STATUSES: readonly ThetrackStatus[] = [
  'pending',
  'assigned',
  'in_queue',
  'started',
  'completed',
  'canceled',
  'suspended',
];

const FLAGS = ['hasTracker', 'hasArrived', 'isLate', 'hasIssues', 'isFaulty'] as const;

/** Every state with every combination of facts, whether it can come about or not. */
const ALL: readonly Projectable[] = LIFECYCLE_STATES.flatMap((state) =>
  Array.from({ length: 2 ** FLAGS.length }, (_, bits) => {
    const facts = Object.fromEntries(FLAGS.map((flag, i) => [flag, (bits & (1 << i)) !== 0]));
    return { state, ...facts } as unknown as Projectable;
  }),
);

describe('every state with every combination of facts', () => {
  it('is a word of each dialect, or not shown', () => {
    expect(ALL).toHaveLength(11 * 32);
    for (const task of ALL) {
      expect([...NAVIXY_STATUSES, null]).toContain(navixyStatus(task));
      expect(GSMTASKS_STATES).toContain(gsmtasksState(task.state));
      expect([...THETRACK_STATUSES, null]).toContain(thetrackStatus(task.state));
    }
  });

  it('uses every word of each dialect', () => {
    expect(new Set(ALL.map(navixyStatus))).toEqual(new Set([...NAVIXY_STATUSES, null]));
    expect(new Set(LIFECYCLE_STATES.map(gsmtasksState))).toEqual(new Set(GSMTASKS_STATES));
    expect(new Set(LIFECYCLE_STATES.map(thetrackStatus))).toEqual(new Set([...THETRACK_STATUSES, null]));
  });

  it('is the same word in the database', () => {
    const db = new Database(':memory:');
    const status = db.prepare(
      `SELECT ${NAVIXY_STATUS_SQL} FROM (SELECT @state AS state, @issues AS issues, @isLate AS is_late,
         @isFaulty AS is_faulty, @trackerId AS tracker_id, @arrivalMs AS arrival_ms)`,
    );
    for (const task of ALL) {
      const row = {
        state: task.state,
        issues: task.hasIssues ? 'no_visit' : '',
        isLate: Number(task.isLate),
        isFaulty: Number(task.isFaulty),
        trackerId: task.hasTracker ? 1 : null,
        arrivalMs: task.hasArrived ? 0 : null,
      };
      expect([task, status.pluck().get(row)]).toEqual([task, navixyStatus(task)]);
    }
    db.close();
  });

  it('is told by its facts alone: asked twice it is the same, and nothing of it changes', () => {
    for (const task of ALL) {
      const frozen = Object.freeze({ ...task });
      expect(navixyStatus(frozen)).toBe(navixyStatus(frozen));
    }
  });
});

describe('docs/dialects.md', () => {
  const page = readFileSync(new URL('../../docs/dialects.md', import.meta.url), 'utf8');
  const tableUnder = (heading: string) => {
    const [, after = ''] = page.split(`## ${heading}\n`);
    const lines = after.split('\n## ', 1)[0]!.split('\n');
    return lines
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map((line) => line.slice(2, -2).split(' | '));
  };

  it('shows what every state is called', () => {
    const rows = LIFECYCLE_STATES.map((state) => [
      state,
      statusesOf(state).join(', ') || '–',
      gsmtasksState(state),
      thetrackStatus(state) ?? '–',
    ]);
    expect(tableUnder('How states map')).toEqual(rows);
  });

  it('shows what GPS and the clock may do', () => {
    const { navixy, gsmtasks, thetrack } = POLICIES;
    const rows = (['advances', 'completes', 'fails', 'verifies'] as const).map((what) =>
      [navixy, gsmtasks, thetrack].map((policy) => (policy[what] ? 'yes' : 'no')),
    );
    expect(tableUnder('Who finishes what').map(([, ...cells]) => cells)).toEqual(rows);
  });
});

/** Of facts that can come about in this state. */
function statusesOf(state: LifecycleState): string[] {
  const isUnready = state === 'draft' || state === 'scheduled';
  const possible = ALL.filter((task) => {
    const isWithTracker = isUnready || task.hasTracker === (state !== 'unassigned');
    const isVisited = !task.hasArrived || (!isUnready && task.hasTracker);
    const isJudged = (!task.isLate && !task.hasIssues) || state === 'completed';
    return task.state === state && isWithTracker && isVisited && isJudged && (!task.isFaulty || state === 'failed');
  });
  const statuses = new Set(possible.map(navixyStatus));
  return NAVIXY_STATUSES.filter((status) => statuses.has(status));
}
