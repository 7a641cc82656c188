/** What people and systems may ask the line to do. Decided once, in the order received. */
import type { DeviceCommand } from './device-command.ts';
import type { Remark } from './event.ts';
import type { FormValues, Place, TaskForm } from './form.ts';
import type { Instruction, NewInstruction } from './instruction.ts';
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
  /** Not to be done yet: being prepared, or waiting for its day. Absent = it is. */
  readonly begins?: 'draft' | 'scheduled';
}

export interface NewRoute {
  readonly uuid: string;
  readonly dialect: Dialect;
  readonly trackerId: number | null;
  readonly text: Route['text'];
  /** In the order of execution, 1 to 500. One of them may be a task that is there: it becomes the checkpoint. */
  readonly checkpoints: readonly CheckpointWish[];
}

/**
 * A checkpoint as it is to be: a new one, or where `taskId` says so one that is there, which keeps its uuid, and its form
 * unless `form` says otherwise.
 */
export interface CheckpointWish extends Pick<NewTask, 'uuid' | 'terms'> {
  readonly text: Omit<TaskText, 'form'>;
  readonly form?: TaskForm | null;
  readonly taskId?: number;
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
  // What is being prepared is put up for work, and taken back.
  'release',
  'shelve',
] as const;

export type PersonalMove = (typeof PERSONAL_MOVES)[number];

export type Command =
  | { readonly kind: 'create_task'; readonly task: NewTask }
  /**
   * Full replacement of text and terms, but for the form, which changes only where `form` says so; what the terms say of
   * it follows. `by`: the dialect it comes through, whose locks apply; Navixy's calls on tasks do not know checkpoints.
   */
  | {
      readonly kind: 'edit_task';
      readonly taskId: number;
      readonly text: Omit<TaskText, 'form'>;
      readonly terms: TaskTerms;
      readonly by: Dialect;
      readonly form?: TaskForm | null;
      readonly remark?: Remark;
    }
  /**
   * Changes what differs between a task as it was read (`before`) and as it is to be; what others have changed meanwhile
   * stays. With `trackerId` it is given to that tracker, or to nobody, in the same go: both or neither.
   */
  | {
      readonly kind: 'amend_task';
      readonly taskId: number;
      readonly before: Pick<Task, 'text' | 'terms'>;
      readonly after: Pick<Task, 'text' | 'terms'>;
      readonly by: Dialect;
      readonly trackerId?: number | null;
      readonly remark?: Remark;
    }
  /** `toMs`: moves the end of the window in the same call, for a task that is past it. */
  | {
      readonly kind: 'assign_task';
      readonly taskId: number;
      readonly trackerId: number | null;
      readonly by: Dialect;
      readonly toMs?: number;
      readonly remark?: Remark;
    }
  /** `timeMs`: when the person did it, by their clock; null = now. */
  | {
      readonly kind: 'move_task';
      readonly taskId: number;
      readonly move: PersonalMove;
      readonly timeMs: number | null;
      readonly toMs?: number;
      readonly remark?: Remark;
    }
  /** Somebody says that its tracker is near, or away. */
  | { readonly kind: 'sight_task'; readonly taskId: number; readonly isNear: boolean; readonly remark?: Remark }
  /** `command`: what the instruction comes to. Whatever becomes of it is kept, in the same commit. */
  | {
      readonly kind: 'instruct';
      readonly instruction: NewInstruction;
      readonly command: Command & { readonly kind: 'amend_task' | 'assign_task' | 'move_task' | 'sight_task' };
    }
  /**
   * Gives a task a form, where it has none, or takes its form away (null), while it is open; `isFinishedToo`: a finished
   * one may be given a form as well, which its outcome no longer depends on.
   */
  | {
      readonly kind: 'set_form';
      readonly taskId: number;
      readonly form: TaskForm | null;
      readonly isFinishedToo: boolean;
    }
  /**
   * The first time; the values are right for the form that was attached at `formMs`. `place`: where it was filled in, if
   * the client says so.
   */
  | {
      readonly kind: 'submit_form';
      readonly taskId: number;
      readonly formMs: number;
      readonly values: FormValues;
      readonly timeMs: number | null;
      readonly place: Place | null;
    }
  /** Other values for a form that has been submitted; the outcome does not depend on them. */
  | {
      readonly kind: 'correct_form';
      readonly taskId: number;
      readonly formMs: number;
      readonly values: FormValues;
      readonly isFinishedToo: boolean;
    }
  /**
   * Takes what was filled in, and where that was, from forms of these tasks, deleted ones among them. Outcomes and what was
   * told of them stay as they are.
   */
  | { readonly kind: 'erase_forms'; readonly taskIds: readonly number[] }
  | { readonly kind: 'create_route'; readonly route: NewRoute }
  /** Gives all checkpoints to a tracker, or to nobody; refused once one of them has been begun. */
  | { readonly kind: 'assign_route'; readonly routeId: number; readonly trackerId: number | null }
  /** `checkpoints`: all that it is to have, in this order; the others of now are deleted. null = as they are. */
  | {
      readonly kind: 'edit_route';
      readonly routeId: number;
      readonly text: Route['text'];
      readonly checkpoints: readonly CheckpointWish[] | null;
    }
  /** With its checkpoints. */
  | { readonly kind: 'delete_route'; readonly routeId: number }
  /** `order`: its place, counted from 0; those from there on move down. Beyond the end = at the end. */
  | {
      readonly kind: 'create_checkpoint';
      readonly routeId: number;
      readonly order: number;
      readonly checkpoint: Omit<CheckpointWish, 'taskId'>;
    }
  /** As `edit_task`. `order`: its new place; null = where it is. */
  | {
      readonly kind: 'edit_checkpoint';
      readonly taskId: number;
      readonly text: Omit<TaskText, 'form'>;
      readonly terms: TaskTerms;
      readonly form?: TaskForm | null;
      readonly order: number | null;
    }
  /** A route goes with its last checkpoint. */
  | { readonly kind: 'delete_checkpoint'; readonly taskId: number }
  /** A task becomes a checkpoint, and the route's tracker answers for it from then on. */
  | { readonly kind: 'join_route'; readonly taskId: number; readonly routeId: number; readonly order: number }
  /** A checkpoint becomes a task of its own. */
  | { readonly kind: 'leave_route'; readonly taskId: number }
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
  | { readonly kind: 'forms_erased' }
  | { readonly kind: 'tracker'; readonly tracker: Tracker }
  | { readonly kind: 'device_command'; readonly command: DeviceCommand }
  | { readonly kind: 'instruction'; readonly instruction: Instruction }
  | Refusal;

/** Rows that one commit writes, besides the frames; in this order, a task may stand in all three lists. */
export interface RowChanges {
  readonly trackers: readonly Tracker[];
  /** New ones and next versions alike. */
  readonly routes: readonly Route[];
  readonly createdTasks: readonly Task[];
  readonly editedTasks: readonly Pick<Task, 'id' | 'text' | 'terms'>[];
  /** New tenure, attempt and facts of tasks, last version only. */
  readonly judgedTasks: readonly Pick<
    Task,
    'id' | 'tenure' | 'attempt' | 'facts' | 'deletedMs' | 'checkpoint' | 'isNear'
  >[];
  /** New facts alone, which is what fixes bring about: half the work of writing the rest again. */
  readonly foundTasks: readonly Pick<Task, 'id' | 'tenure' | 'facts' | 'isNear'>[];
  /** New ones and next versions alike. */
  readonly deviceCommands: readonly DeviceCommand[];
  /** Trackers that have another device from here on, each with the model of the former one. */
  readonly swaps?: readonly DeviceSwap[];
  /** New ones. */
  readonly instructions?: readonly Instruction[];
  /** Tasks whose forms lose what was filled in; deleted ones are not among the edited, and lose it by this alone. */
  readonly erasedForms?: readonly number[];
}

export interface DeviceSwap {
  readonly trackerId: number;
  readonly formerModel: string | null;
}
