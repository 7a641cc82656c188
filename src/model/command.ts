/** What people and systems may ask the line to do. Decided once, in the order received. */
import type { DeviceCommand } from './device-command.ts';
import type { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import type { Dialect, Task, TaskTerms, TaskText } from './task.ts';
import type { Tracker, TrackerEdit } from './tracker.ts';

export interface NewTask {
  readonly uuid: string;
  readonly dialect: Dialect;
  readonly trackerId: number | null;
  readonly text: TaskText;
  readonly terms: TaskTerms;
}

export interface NewRoute {
  readonly uuid: string;
  readonly dialect: Dialect;
  readonly trackerId: number | null;
  readonly text: Route['text'];
  /** In the order of execution, 1 to 500. */
  readonly checkpoints: readonly Pick<NewTask, 'uuid' | 'text' | 'terms'>[];
}

export interface NewTracker {
  readonly uuid: string;
  readonly label: string;
  readonly imei: string | null;
  readonly model: string | null;
  readonly timeZone: string;
}

export interface NewDeviceCommand {
  readonly trackerId: number;
  readonly text: string;
  readonly expiresMs: number;
  /** With so many of its tracker queued already it is refused. */
  readonly queuedMax: number;
}

/** What a person may do to a task besides giving it to someone. */
export const PERSONAL_MOVES = [
  'accept',
  'unaccept',
  'reject',
  'start',
  'activate',
  'suspend',
  'complete',
  'fail',
  'cancel',
  'restart',
] as const;

export type PersonalMove = (typeof PERSONAL_MOVES)[number];

export type Command =
  | { readonly kind: 'create_task'; readonly task: NewTask }
  /** Full replacement of text and terms. `by`: the dialect it comes through, whose locks apply. */
  | {
      readonly kind: 'edit_task';
      readonly taskId: number;
      readonly text: TaskText;
      readonly terms: TaskTerms;
      readonly by: Dialect;
    }
  /** `toMs`: moves the end of the window in the same call, for a task that is past it. */
  | {
      readonly kind: 'assign_task';
      readonly taskId: number;
      readonly trackerId: number | null;
      readonly by: Dialect;
      readonly toMs?: number;
    }
  /** `timeMs`: when the person did it, by their clock; null = now. */
  | {
      readonly kind: 'move_task';
      readonly taskId: number;
      readonly move: PersonalMove;
      readonly timeMs: number | null;
      readonly toMs?: number;
    }
  /** `place`: where the form was filled in, if the client says so. */
  | {
      readonly kind: 'submit_form';
      readonly taskId: number;
      readonly timeMs: number | null;
      readonly place: { readonly latDeg: number; readonly lonDeg: number } | null;
    }
  | { readonly kind: 'create_route'; readonly route: NewRoute }
  /** Gives all checkpoints to a tracker, or to nobody; refused once one of them has been begun. */
  | { readonly kind: 'assign_route'; readonly routeId: number; readonly trackerId: number | null }
  /** With its checkpoints. */
  | { readonly kind: 'delete_route'; readonly routeId: number }
  | { readonly kind: 'delete_task'; readonly taskId: number }
  /** Takes a tag from tasks and routes that bear it, in whatever state they are. */
  | { readonly kind: 'untag'; readonly tagId: number; readonly ids: readonly number[] }
  | { readonly kind: 'create_tracker'; readonly tracker: NewTracker }
  | {
      readonly kind: 'edit_tracker';
      readonly trackerId: number;
      readonly edit: TrackerEdit;
      /** Also what is kept is read by the new `timeZone`, which is not `login` then. */
      readonly restamp?: boolean;
    }
  /** What the former device sent is read as before; `model` is of the new one, null = the same. */
  | {
      readonly kind: 'change_device';
      readonly trackerId: number;
      readonly imei: string;
      readonly model: string | null;
    }
  /** Its open tasks become unassigned, its IMEI is free; what it sent stays. */
  | { readonly kind: 'delete_tracker'; readonly trackerId: number }
  | { readonly kind: 'queue_device_command'; readonly order: NewDeviceCommand }
  | { readonly kind: 'cancel_device_command'; readonly commandId: number }
  /** Of the gateway, before the bytes leave. `answerByMs`: when an answer is no longer waited for. */
  | { readonly kind: 'send_device_command'; readonly commandId: number; readonly answerByMs: number }
  /** Of the gateway: the device's protocol cannot carry it. */
  | { readonly kind: 'reject_device_command'; readonly commandId: number; readonly reason: string };

export type CommandOutcome =
  | { readonly kind: 'task'; readonly taskId: number }
  | { readonly kind: 'route'; readonly routeId: number; readonly checkpointIds: readonly number[] }
  | { readonly kind: 'untagged' }
  | { readonly kind: 'tracker'; readonly tracker: Tracker }
  | { readonly kind: 'device_command'; readonly command: DeviceCommand }
  | Refusal;

/** Rows that one commit writes, besides the frames; in this order, a task may stand in all three lists. */
export interface RowChanges {
  readonly trackers: readonly Tracker[];
  /** New ones and next versions alike. */
  readonly routes: readonly Route[];
  readonly createdTasks: readonly Task[];
  readonly editedTasks: readonly Pick<Task, 'id' | 'text' | 'terms'>[];
  /** New tenure, attempt and facts of tasks, last version only. */
  readonly judgedTasks: readonly Pick<Task, 'id' | 'tenure' | 'attempt' | 'facts' | 'deletedMs' | 'checkpoint'>[];
  /** New facts alone, which is what fixes bring about: half the work of writing the rest again. */
  readonly foundTasks: readonly Pick<Task, 'id' | 'tenure' | 'facts'>[];
  /** New ones and next versions alike. */
  readonly deviceCommands: readonly DeviceCommand[];
  /** Trackers that have another device from here on, each with the model of the former one. */
  readonly swaps?: readonly DeviceSwap[];
}

export interface DeviceSwap {
  readonly trackerId: number;
  readonly formerModel: string | null;
}
