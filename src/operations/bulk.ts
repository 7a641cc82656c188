/** Wishes about many tasks at once: each is a command of its own, and has an outcome of its own. */
import type { Intake } from '../intake/intake.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Store } from '../store/store.ts';
import { orderingFrom } from './order.ts';
import type { TaskAccepted, TaskDraft, TaskOperations } from './tasks.ts';

/** The identity of the n-th thing that a request makes; undefined = it may have any. */
export type UuidOf = (index: number) => string | undefined;

/** One for each wish, in their order. */
export type Outcomes = readonly (TaskAccepted | Refusal)[];

export interface BulkOperations {
  createTasks(drafts: readonly TaskDraft[], uuidOf: UuidOf): Promise<Outcomes>;
  /** null = nobody. Of checkpoints: refused with `task_not_found`, as the route assigns them. */
  assignTasks(taskIds: readonly number[], trackerId: number | null): Promise<Outcomes>;
  /** Of what is not finished yet. */
  cancelTasks(taskIds: readonly number[]): Promise<Outcomes>;
}

/** Wishes that go into one commit: what devices send waits no longer than for these. */
const COMMANDS_AT_ONCE = 100;

export function bulkOperations(deps: {
  readonly store: { readonly tasks: Pick<Store['tasks'], 'read'> };
  readonly intake: Pick<Intake, 'command'>;
  readonly tasks: Pick<TaskOperations, 'createTask' | 'assignTask'>;
}): BulkOperations {
  const { store, intake, tasks } = deps;

  /** Only a task of its own, that has been published. */
  function onTask(act: (taskId: number) => Promise<TaskAccepted | Refusal>) {
    return async (taskId: number): Promise<TaskAccepted | Refusal> => {
      const task = store.tasks.read(taskId);
      const isThere = task !== null && task.checkpoint === null && task.facts.state !== 'draft';
      return isThere ? act(taskId) : refuse('task_not_found', `there is no task ${taskId}`, 'task_id');
    };
  }

  const order = orderingFrom(intake);
  const cancel = (taskId: number) => order('task', { kind: 'move_task', taskId, move: 'cancel', timeMs: null });

  return {
    createTasks: (drafts, uuidOf) => inSlices(drafts, (draft, index) => tasks.createTask(draft, uuidOf(index))),
    assignTasks: (taskIds, trackerId) =>
      inSlices(
        taskIds,
        onTask((taskId) => tasks.assignTask(taskId, trackerId)),
      ),
    cancelTasks: (taskIds) => inSlices(taskIds, onTask(cancel)),
  };
}

async function inSlices<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let start = 0; start < items.length; start += COMMANDS_AT_ONCE) {
    const slice = items.slice(start, start + COMMANDS_AT_ONCE);
    done.push(...(await Promise.all(slice.map((item, i) => act(item, start + i)))));
  }
  return done;
}
