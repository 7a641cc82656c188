/** What people and systems may ask the line to do. Decided once, in the order received. */
import type { Refusal } from './refusal.ts';
import type { Dialect, Task, TaskTerms, TaskText } from './task.ts';
import type { Tracker, TrackerEdit } from './tracker.ts';

export interface NewTask {
  readonly uuid: string;
  readonly dialect: Dialect;
  readonly trackerId: number | null;
  readonly text: TaskText;
  readonly terms: TaskTerms;
}

export interface NewTracker {
  readonly uuid: string;
  readonly label: string;
  readonly imei: string | null;
  readonly model: string | null;
  readonly timeZone: string;
}

export type Command =
  | { readonly kind: 'create_task'; readonly task: NewTask }
  /** Full replacement of text and terms. */
  | {
      readonly kind: 'edit_task';
      readonly taskId: number;
      readonly text: TaskText;
      readonly terms: TaskTerms;
    }
  | {
      readonly kind: 'assign_task';
      readonly taskId: number;
      readonly trackerId: number | null;
    }
  | { readonly kind: 'delete_task'; readonly taskId: number }
  | { readonly kind: 'create_tracker'; readonly tracker: NewTracker }
  | {
      readonly kind: 'edit_tracker';
      readonly trackerId: number;
      readonly edit: TrackerEdit;
    };

export type CommandOutcome =
  | { readonly kind: 'task'; readonly taskId: number }
  | { readonly kind: 'tracker'; readonly tracker: Tracker }
  | Refusal;

/** Rows that one commit writes, besides the frames; in this order, a task may stand in all three lists. */
export interface RowChanges {
  readonly trackers: readonly Tracker[];
  readonly createdTasks: readonly Task[];
  readonly editedTasks: readonly Pick<Task, 'id' | 'text' | 'terms'>[];
  /** New tenure and facts of tasks, last version only. */
  readonly judgedTasks: readonly Pick<Task, 'id' | 'tenure' | 'facts' | 'deletedMs'>[];
}
