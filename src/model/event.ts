/** What is told and kept about tasks and trackers: history rows, and the same rows as outgoing events. */
import type { DeviceCommandState } from './device-command.ts';
import type { Route, RouteStatus } from './route.ts';
import type { Checkpoint, Task, TaskFacts, TaskTerms, TaskText } from './task.ts';

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

/** What whoever gave a command said beside it. */
export interface Remark {
  /** The user, by the UUID that GSMtasks knows users by; null = unknown. */
  readonly by: string | null;
  readonly notes: string;
  /** Where it was given. */
  readonly place: { readonly latDeg: number; readonly lonDeg: number } | null;
  /** The instruction that it came with, by its UUID; absent = it came as a command of its own. */
  readonly instruction?: string;
}

export type TaskEventBody =
  | { readonly kind: 'create'; readonly task: Task }
  | {
      readonly kind: 'update';
      readonly text: Partial<TaskText>;
      readonly terms: Partial<TaskTerms>;
      readonly remark?: Remark;
    }
  /** `from`, `to`: of a task; routes, and rows from before these were told, lack them. */
  | {
      readonly kind: 'assign';
      readonly trackerId: number | null;
      readonly from?: FactsThen;
      readonly to?: FactsThen;
      readonly remark?: Remark;
    }
  /** Its tracker came near, or went away again. `remark`: somebody said so; absent = the fixes. */
  | { readonly kind: 'presence'; readonly isNear: boolean; readonly witness: Witness | null; readonly remark?: Remark }
  /** `from`: as for `assign`. */
  | { readonly kind: 'delete'; readonly from?: FactsThen }
  /** `isCorrection`: other values for a form that had been submitted at that instant. */
  | { readonly kind: 'form'; readonly formMs: number; readonly isCorrection?: true }
  /** It was given a place in a route; null = it is a task of its own from now on. */
  | { readonly kind: 'place'; readonly checkpoint: Checkpoint | null }
  | { readonly kind: 'route_create'; readonly route: Route }
  /** `checkpointIds`: all of them, where they are others or stand in another order; else null. */
  | {
      readonly kind: 'route_update';
      readonly text: Partial<Route['text']>;
      readonly checkpointIds: readonly number[] | null;
    }
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
      readonly remark?: Remark;
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

/** An event as history holds it. */
export type RecordedEvent = TaskEvent & {
  /** Its row: grows with every event of this database. */
  readonly id: number;
  /** A UUID that follows from what the event says: the same fact derived again has the same one. */
  readonly uid: string;
};

export interface TrackerEvent {
  readonly trackerId: number;
  readonly eventMs: number;
  readonly recordedMs: number;
  readonly body: {
    /** A command to its device has come to this state. Text and answer stay with the command: not everyone may read them. */
    readonly kind: 'device_command';
    readonly commandId: number;
    readonly state: DeviceCommandState;
  };
}

export type ToldEvent = TaskEvent | TrackerEvent;
