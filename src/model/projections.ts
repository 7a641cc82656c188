/** Each dialect's status as a pure function of the lifecycle state and the facts. Never stored by hand, never reads a clock. */
import type { LifecycleState } from './task.ts';

export type NavixyStatus = 'unassigned' | 'assigned' | 'arrived' | 'done' | 'delayed' | 'failed' | 'faulty';

export const NAVIXY_STATUSES: readonly NavixyStatus[] = [
  'unassigned',
  'assigned',
  'arrived',
  'done',
  'delayed',
  'failed',
  'faulty',
];

/** What a projection may look at. */
export interface Projectable {
  readonly state: LifecycleState;
  readonly hasTracker: boolean;
  readonly hasArrived: boolean;
  readonly isLate: boolean;
  readonly hasIssues: boolean;
  readonly isFaulty: boolean;
}

export type GsmtasksState =
  | 'draft'
  | 'scheduled'
  | 'unassigned'
  | 'assigned'
  | 'accepted'
  | 'transit'
  | 'active'
  | 'completed'
  | 'failed'
  | 'cancelled';

export type ThetrackStatus = 'pending' | 'assigned' | 'in_queue' | 'started' | 'suspended' | 'completed' | 'canceled';

interface Row {
  /** What facts then decide for Navixy: `open` by tracker and arrival, `done` by issues and lateness. */
  readonly navixy: 'hidden' | 'open' | 'done' | 'failed' | 'cancelled';
  readonly gsmtasks: GsmtasksState;
  /** null = TheTrack does not show it. */
  readonly thetrack: ThetrackStatus | null;
}

/** Common model, sections 3.1 and 5: the lifecycle in each dialect's words. */
// biome-ignore format: a table
const TABLE: Readonly<Record<LifecycleState, Row>> = {
  draft:      { navixy: 'hidden',    gsmtasks: 'draft',      thetrack: null },
  scheduled:  { navixy: 'open',      gsmtasks: 'scheduled',  thetrack: 'pending' },
  unassigned: { navixy: 'open',      gsmtasks: 'unassigned', thetrack: 'pending' },
  assigned:   { navixy: 'open',      gsmtasks: 'assigned',   thetrack: 'assigned' },
  accepted:   { navixy: 'open',      gsmtasks: 'accepted',   thetrack: 'in_queue' },
  in_transit: { navixy: 'open',      gsmtasks: 'transit',    thetrack: 'started' },
  active:     { navixy: 'open',      gsmtasks: 'active',     thetrack: 'started' },
  suspended:  { navixy: 'open',      gsmtasks: 'accepted',   thetrack: 'suspended' },
  completed:  { navixy: 'done',      gsmtasks: 'completed',  thetrack: 'completed' },
  failed:     { navixy: 'failed',    gsmtasks: 'failed',     thetrack: 'canceled' },
  cancelled:  { navixy: 'cancelled', gsmtasks: 'cancelled',  thetrack: 'canceled' },
};

export function gsmtasksState(state: LifecycleState): GsmtasksState {
  return TABLE[state].gsmtasks;
}

export function thetrackStatus(state: LifecycleState): ThetrackStatus | null {
  return TABLE[state].thetrack;
}

/** Common model, section 5: faulty > delayed > done; arrived > assigned. null = Navixy does not show the task. */
export function navixyStatus(task: Projectable): NavixyStatus | null {
  switch (TABLE[task.state].navixy) {
    case 'hidden':
      return null;
    case 'open':
      if (!task.hasTracker) return 'unassigned';
      return task.hasArrived ? 'arrived' : 'assigned';
    case 'done':
      return task.hasIssues ? 'faulty' : task.isLate ? 'delayed' : 'done';
    case 'failed':
      return task.isFaulty ? 'faulty' : 'failed';
    case 'cancelled':
      return 'failed';
  }
}

/** The same table as an SQL expression over the columns of `tasks`, for a generated column. */
export const NAVIXY_STATUS_SQL = `CASE
  WHEN state = 'draft' THEN NULL
  WHEN state = 'completed' THEN CASE WHEN issues <> '' THEN 'faulty' WHEN is_late THEN 'delayed' ELSE 'done' END
  WHEN state = 'failed' THEN CASE WHEN is_faulty THEN 'faulty' ELSE 'failed' END
  WHEN state = 'cancelled' THEN 'failed'
  WHEN tracker_id IS NULL THEN 'unassigned'
  WHEN arrival_ms IS NOT NULL THEN 'arrived'
  ELSE 'assigned' END`;
