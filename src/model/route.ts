/** A route: checkpoints in an order, given to one tracker. Each checkpoint is judged as a task; the route sums them up. */
import type { Dialect, TaskText } from './task.ts';

export type RouteStatus = 'unassigned' | 'assigned' | 'done' | 'faulty' | 'failed';

export interface RouteFacts {
  readonly status: RouteStatus;
  /** Event time of the status: the latest of the checkpoints' once it is final. */
  readonly statusMs: number;
  /** Beginning of the first checkpoint's window, end of the last one's. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Route {
  readonly id: number;
  readonly uuid: string;
  readonly dialect: Dialect;
  readonly createdMs: number;
  readonly deletedMs: number | null;
  readonly text: Omit<TaskText, 'address' | 'form'>;
  readonly trackerId: number | null;
  /** Since when it waits as it does, unassigned or assigned: the date of that status. */
  readonly sinceMs: number;
  /** Tasks, in the order of execution; at least one, at most 500. */
  readonly checkpointIds: readonly number[];
  readonly facts: RouteFacts;
}

export const CHECKPOINTS_MAX = 500;
