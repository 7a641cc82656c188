/** Wishes about tasks. Searches go to their thread; writes become commands for the line, which decides them in order. */
import { randomUUID } from 'node:crypto';
import type { Intake } from '../intake/intake.ts';
import type { NewTask } from '../model/command.ts';
import type { RecordedEvent } from '../model/event.ts';
import type { TaskForm } from '../model/form.ts';
import type { Refusal } from '../model/refusal.ts';
import type { Task, TaskTerms, TaskText } from '../model/task.ts';
import { type EventRow, eventOf } from '../store/event-rows.ts';
import type { Store, TaskFilter } from '../store/store.ts';
import { type TaskValues, taskOfValues } from '../store/task-rows.ts';
import { orderingFrom } from './order.ts';
import type { Searches } from './searches.ts';
import { type Pacer, type Packed, unpack } from './slices.ts';

export type { TaskFilter } from '../store/store.ts';

/** A task to be made. */
export type TaskDraft = Omit<NewTask, 'uuid'>;

/** The command was accepted and is durable. */
export interface TaskAccepted {
  readonly kind: 'task';
  readonly taskId: number;
  /** It had been made before, by the same request. */
  readonly isRepeat?: true;
}

/** Lists come one by one, and the loop turns in between: they may be long. */
interface TaskPage {
  readonly tasks: AsyncIterable<Task>;
  /** All matches, before paging. */
  readonly count: number;
}

export type RecordedTaskEvent = RecordedEvent;

export interface TaskOperations {
  /** `uuid`: its identity, where a repeated request is to make it only once; else it is given one. */
  createTask(draft: TaskDraft, uuid?: string): Promise<TaskAccepted | Refusal>;
  /**
   * Full replacement of text and terms, but for the form: it stays unless there is a `form` (null takes it away). Refused
   * with `task_state` once the task is beyond assigned.
   */
  editTask(
    taskId: number,
    text: Omit<TaskText, 'form'>,
    terms: TaskTerms,
    form?: TaskForm | null,
  ): Promise<TaskAccepted | Refusal>;
  /** null = nobody. Refused with `task_state` once the task is beyond assigned. */
  assignTask(taskId: number, trackerId: number | null): Promise<TaskAccepted | Refusal>;
  deleteTask(taskId: number): Promise<TaskAccepted | Refusal>;
  /** With what an open visit adds to it; null = unknown or deleted. */
  readTask(taskId: number): Task | null;
  listTasks(filter: TaskFilter): Promise<TaskPage>;
  countTasks(): Promise<number>;
  /**
   * How many tasks, checkpoints and routes bear an external id. Of `among` ids asked for in one go each is counted up to
   * its share of BEARERS_MAX.
   */
  countBearers(externalId: string, among?: number): number;
  /** Oldest first, also of deleted tasks; null = there never was such a task. */
  taskHistory(taskId: number): Promise<AsyncIterable<RecordedTaskEvent> | null>;
}

/** Counted at every write of a task, on the line's own thread. */
const BEARERS_MAX = 1000;
/** A route has up to 501 ids, and shares that would tell nothing are no use. */
const SHARE_MIN = 20;

export function taskOperations(deps: {
  readonly store: { readonly tasks: Pick<Store['tasks'], 'read' | 'bearers' | 'idOf'> };
  readonly searches: Searches;
  readonly intake: Intake;
  readonly pacer: Pacer;
}): TaskOperations {
  const { intake, searches, pacer } = deps;
  const { tasks } = deps.store;

  const order = orderingFrom(intake);
  /** Tasks that are being made, by their UUIDs: two of one UUID would not be stored, nor what is committed with them. */
  const inMaking = new Map<string, Promise<TaskAccepted | Refusal>>();

  async function createOnce(draft: TaskDraft, uuid: string): Promise<TaskAccepted | Refusal> {
    const earlier = inMaking.get(uuid);
    if (earlier !== undefined) {
      const outcome = await earlier;
      return outcome.kind === 'task' ? { ...outcome, isRepeat: true } : createOnce(draft, uuid);
    }
    const madeId = tasks.idOf(uuid);
    if (madeId !== null) return { kind: 'task', taskId: madeId, isRepeat: true };
    const making = order('task', { kind: 'create_task', task: { uuid, ...draft } });
    inMaking.set(uuid, making);
    try {
      return await making;
    } finally {
      inMaking.delete(uuid);
    }
  }

  return {
    createTask(draft, uuid) {
      if (uuid !== undefined) return createOnce(draft, uuid);
      return order('task', { kind: 'create_task', task: { uuid: randomUUID(), ...draft } });
    },
    editTask: (taskId, text, terms, form) => {
      return order('task', {
        kind: 'edit_task',
        taskId,
        text,
        terms,
        by: 'navixy',
        ...(form !== undefined && { form }),
      });
    },
    assignTask: (taskId, trackerId) => order('task', { kind: 'assign_task', taskId, trackerId, by: 'navixy' }),
    deleteTask: (taskId) => order('task', { kind: 'delete_task', taskId }),
    readTask(taskId) {
      const task = tasks.read(taskId);
      return task && intake.live(task);
    },
    async listTasks(filter) {
      const { page, count } = await searches.ask<'list_tasks'>({ kind: 'list_tasks', filter });
      return { tasks: pacer.through(tasksOf(page, intake)), count };
    },
    async countTasks() {
      const counts = await searches.ask<'count_tasks'>({ kind: 'count_tasks' });
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    countBearers(externalId, among = 1) {
      return tasks.bearers(externalId, Math.max(SHARE_MIN, Math.floor(BEARERS_MAX / among)));
    },
    async taskHistory(taskId) {
      const { page } = await searches.ask<'task_history'>({ kind: 'task_history', taskId });
      return page.ends.length === 0 ? null : pacer.through(eventsOf(page));
    },
  };
}

function* tasksOf(page: Packed, intake: Intake): Generator<Task> {
  for (const values of unpack<TaskValues>(page)) yield intake.live(taskOfValues(values));
}

function* eventsOf(page: Packed): Generator<RecordedTaskEvent> {
  for (const row of unpack<EventRow>(page)) yield eventOf(row);
}
