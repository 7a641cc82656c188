/** What is told and kept about a task: history rows, and the same rows as outgoing events. */
import type { Route, RouteStatus } from './route.ts';
import type { Task, TaskFacts, TaskTerms, TaskText } from './task.ts';

/** The part of a task a projection needs, as it was at the event. */
export type FactsThen = Pick<TaskFacts, 'state' | 'arrivalMs' | 'isLate' | 'isFaulty' | 'issues' | 'closer'> & {
  readonly trackerId: number | null;
};

/** The fix that moved a verdict. */
export interface Witness {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
}

export type TaskEventBody =
  | { readonly kind: 'create'; readonly task: Task }
  | {
      readonly kind: 'update';
      readonly text: Partial<TaskText>;
      readonly terms: Partial<TaskTerms>;
    }
  | { readonly kind: 'assign'; readonly trackerId: number | null }
  | { readonly kind: 'delete' }
  /** `isCorrection`: other values for a form that had been submitted at that instant. */
  | { readonly kind: 'form'; readonly formMs: number; readonly isCorrection?: true }
  | { readonly kind: 'route_create'; readonly route: Route }
  | {
      readonly kind: 'route_status';
      readonly from: RouteStatus;
      readonly to: RouteStatus;
      readonly revised: boolean;
    }
  | {
      readonly kind: 'status_change';
      readonly from: FactsThen;
      readonly to: FactsThen;
      readonly stayMs: number;
      /** Late evidence changed an earlier conclusion. */
      readonly revised: boolean;
      readonly reason: string | null;
      readonly witness: Witness | null;
    };

export interface TaskEvent {
  /** A task's, checkpoint's or route's: they share their ids. */
  readonly taskId: number;
  /** Event time: what the outcome is dated. */
  readonly eventMs: number;
  /** When the gateway concluded it. */
  readonly recordedMs: number;
  readonly body: TaskEventBody;
}
