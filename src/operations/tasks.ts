/** Wishes about tasks. Reads come from the store; writes become commands for the line, which decides them in order. */
import { randomUUID } from 'node:crypto';
import type { Intake } from '../intake/intake.ts';
import type { Command, NewTask } from '../model/command.ts';
import type { TaskEvent } from '../model/event.ts';
import type { Refusal } from '../model/refusal.ts';
import type { Task, TaskTerms, TaskText } from '../model/task.ts';
import type { Store, TaskFilter } from '../store/store.ts';

export type { TaskFilter, TaskSortField } from '../store/store.ts';

/** A task to be made; its identity is given here. */
type TaskDraft = Omit<NewTask, 'uuid'>;

/** The command was accepted and is durable. */
interface TaskAccepted {
  readonly kind: 'task';
  readonly taskId: number;
}

interface TaskPage {
  readonly tasks: readonly Task[];
  /** All matches, before paging. */
  readonly count: number;
}

export type RecordedTaskEvent = TaskEvent & { readonly id: number };

export interface TaskOperations {
  createTask(draft: TaskDraft): Promise<TaskAccepted | Refusal>;
  /** Full replacement of text and terms; refused with `task_state` once the task is beyond assigned. */
  editTask(taskId: number, text: TaskText, terms: TaskTerms): Promise<TaskAccepted | Refusal>;
  /** null = nobody. Refused with `task_state` once the task is beyond assigned. */
  assignTask(taskId: number, trackerId: number | null): Promise<TaskAccepted | Refusal>;
  deleteTask(taskId: number): Promise<TaskAccepted | Refusal>;
  /** With what an open visit adds to it; null = unknown or deleted. */
  readTask(taskId: number): Task | null;
  listTasks(filter: TaskFilter): TaskPage;
  countTasks(): number;
  /** Oldest first, also of deleted tasks; null = there never was such a task. */
  taskHistory(taskId: number): readonly RecordedTaskEvent[] | null;
}

export function taskOperations(deps: { readonly store: Store; readonly intake: Intake }): TaskOperations {
  const { intake } = deps;
  const { tasks } = deps.store;

  async function order(command: Command): Promise<TaskAccepted | Refusal> {
    const outcome = await intake.command(command);
    if (outcome.kind === 'tracker' || outcome.kind === 'route') {
      throw new Error(`a ${command.kind} command was answered with a ${outcome.kind}`);
    }
    return outcome;
  }

  return {
    createTask: (draft) => order({ kind: 'create_task', task: { uuid: randomUUID(), ...draft } }),
    editTask: (taskId, text, terms) => order({ kind: 'edit_task', taskId, text, terms, by: 'navixy' }),
    assignTask: (taskId, trackerId) => order({ kind: 'assign_task', taskId, trackerId, by: 'navixy' }),
    deleteTask: (taskId) => order({ kind: 'delete_task', taskId }),
    readTask(taskId) {
      const task = tasks.read(taskId);
      return task && intake.live(task);
    },
    listTasks(filter) {
      if (filter.statuses?.length === 0 || filter.trackerIds?.length === 0) return { tasks: [], count: 0 };
      const page = tasks.list(filter);
      return { tasks: page.tasks.map((task) => intake.live(task)), count: page.count };
    },
    countTasks: () => tasks.count(),
    taskHistory(taskId) {
      const events = tasks.history(taskId);
      return events.length === 0 ? null : events;
    },
  };
}
