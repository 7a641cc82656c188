import { describe, expect, it } from 'vitest';
import { gsmtasksState, navixyStatus, thetrackStatus } from '../../src/model/projections.ts';
import type { LifecycleState } from '../../src/model/task.ts';

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
