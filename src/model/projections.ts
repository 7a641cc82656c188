/** Each dialect's status as a pure function of the lifecycle state and the facts. Never stored by hand, never reads a clock. */
import type { TaskKind } from './details.ts';
import { POLICIES } from './policy.ts';
import { isOpen, type LifecycleState, type Task, type TaskFacts } from './task.ts';

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

export const GSMTASKS_STATES = [
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
] as const;

export type GsmtasksState = (typeof GSMTASKS_STATES)[number];

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

export type GsmtasksProximity = 'near' | 'away';
export type ThetrackProgress = 'pending' | 'on_the_way' | 'arriving' | 'arrived';

/**
 * Where the tracker is, or was when the task was finished. Navixy's tasks know of visits alone: near is inside, and
 * `isNear` what an open one is seen to be before it counts.
 */
export function gsmtasksProximity({
  dialect,
  isNear = false,
  facts: { state, statusMs, arrivalMs, departureMs },
}: Pick<Task, 'dialect' | 'isNear'> & {
  readonly facts: Pick<TaskFacts, 'state' | 'statusMs' | 'arrivalMs' | 'departureMs'>;
}): GsmtasksProximity {
  if (dialect !== 'navixy' || isNear) return isNear ? 'near' : 'away';
  const wasInside = arrivalMs !== null && (departureMs === null || (!isOpen(state) && departureMs >= statusMs));
  return wasInside ? 'near' : 'away';
}

/**
 * Common model, section 5; an arrival is never taken back, and a finished or suspended task keeps what it had come to.
 * Where GPS moves nothing, an arrival shows once somebody has started.
 */
export function thetrackProgress({
  dialect,
  isNear = false,
  facts: { state, startMs, arrivalMs },
}: Pick<Task, 'dialect' | 'isNear'> & {
  readonly facts: Pick<TaskFacts, 'state' | 'startMs' | 'arrivalMs'>;
}): ThetrackProgress {
  if (NOT_BEGUN.has(state)) return 'pending';
  const hasBegun = startMs !== undefined;
  if (state === 'active' || (arrivalMs !== null && (hasBegun || POLICIES[dialect].advances))) return 'arrived';
  if (!hasBegun && state !== 'in_transit') return 'pending';
  return isNear ? 'arriving' : 'on_the_way';
}

const NOT_BEGUN: ReadonlySet<LifecycleState> = new Set(['draft', 'scheduled', 'unassigned', 'assigned', 'accepted']);

/** The same as an SQL expression over the columns of `tasks`. */
export const THETRACK_PROGRESS_SQL = `CASE
  WHEN state IN ('draft', 'scheduled', 'unassigned', 'assigned', 'accepted') THEN 'pending'
  WHEN state = 'active' OR arrival_ms IS NOT NULL AND (start_ms IS NOT NULL OR dialect <> 'gsmtasks') THEN 'arrived'
  WHEN start_ms IS NULL AND state <> 'in_transit' THEN 'pending'
  WHEN is_near THEN 'arriving'
  ELSE 'on_the_way' END`;

/** Common model, section 5: faulty > delayed > done; arrived > assigned. null = Navixy does not show the task. */
export function navixyStatus(task: Projectable): NavixyStatus | null {
  switch (TABLE[task.state].navixy) {
    case 'hidden':
      return null;
    case 'open':
      if (!task.hasTracker) return 'unassigned';
      return task.hasArrived || task.state === 'active' ? 'arrived' : 'assigned';
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
  WHEN arrival_ms IS NOT NULL OR state = 'active' THEN 'arrived'
  ELSE 'assigned' END`;

/** Common model, section 3.2: a kind in GSMtasks' words, where it was not said in its words. */
export const GSMTASKS_CATEGORIES: Readonly<Record<TaskKind, string>> = {
  generic: 'assignment',
  pickup: 'pick_up',
  dropoff: 'drop_off',
  service: 'service',
  warehouse: 'warehouse',
};
