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

/** common-model section 5: faulty > delayed > done; arrived > assigned. null = Navixy does not show the task. */
export function navixyStatus(task: Projectable): NavixyStatus | null {
  switch (task.state) {
    case 'draft':
      return null;
    case 'completed':
      return task.hasIssues ? 'faulty' : task.isLate ? 'delayed' : 'done';
    case 'failed':
      return task.isFaulty ? 'faulty' : 'failed';
    case 'cancelled':
      return 'failed';
    case 'scheduled':
    case 'unassigned':
    case 'assigned':
    case 'accepted':
    case 'in_transit':
    case 'active':
    case 'suspended':
      if (!task.hasTracker) return 'unassigned';
      return task.hasArrived ? 'arrived' : 'assigned';
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
