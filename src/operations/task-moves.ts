/** What people do to a task that is there: moving it on, giving it to someone, saying something else of it. */
import { type Move, nextState } from '../engine/lifecycle.ts';
import type { Intake } from '../intake/intake.ts';
import type { PersonalMove } from '../model/command.ts';
import type { Remark } from '../model/event.ts';
import type { Refusal } from '../model/refusal.ts';
import type { Dialect, Task, TaskTerms, TaskText } from '../model/task.ts';
import { orderingFrom } from './order.ts';
import type { TaskAccepted, TaskDraft, TaskOperations } from './tasks.ts';

export type { Move } from '../engine/lifecycle.ts';

interface Moving {
  /** When the person did it, by their clock; null = now. */
  readonly timeMs?: number | null;
  readonly remark?: Remark;
}

/** Each is refused with `task_state` where the task's state does not allow it. */
export interface TaskCommandOperations {
  /** As `createTask`. */
  makeTask(draft: TaskDraft, uuid?: string): Promise<TaskAccepted | Refusal>;
  moveTask(taskId: number, move: PersonalMove, moving?: Moving): Promise<TaskAccepted | Refusal>;
  /** null = nobody. Navixy's locks do not hold here. */
  giveTask(
    taskId: number,
    trackerId: number | null,
    giving?: { readonly remark?: Remark },
  ): Promise<TaskAccepted | Refusal>;
  /** Full replacement, but for the form, and for details where the text has none. */
  rewriteTask(
    taskId: number,
    text: Omit<TaskText, 'form'>,
    terms: TaskTerms,
    by: Dialect,
    remark?: Remark,
  ): Promise<TaskAccepted | Refusal>;
  /**
   * Changes what differs from the task as it was read, and gives it to `trackerId` where there is one: all of it or
   * nothing. A finished task takes another text only.
   */
  amendTask(
    before: Pick<Task, 'id' | 'text' | 'terms'>,
    after: Pick<Task, 'text' | 'terms'> & { readonly trackerId?: number | null },
    by: Dialect,
    remark?: Remark,
  ): Promise<TaskAccepted | Refusal>;
}

/** Whether the state of a task allows a move right now; the line decides when it comes to that. */
export function mayMove({ facts, tenure }: Pick<Task, 'facts' | 'tenure'>, move: Move): boolean {
  return nextState(facts.state, move, tenure.trackerId !== null) !== null;
}

export function taskCommandOperations(deps: {
  readonly intake: Intake;
  readonly tasks: Pick<TaskOperations, 'createTask'>;
}): TaskCommandOperations {
  const order = orderingFrom(deps.intake);
  return {
    makeTask: (draft, uuid) => deps.tasks.createTask(draft, uuid),
    moveTask: (taskId, move, { timeMs = null, remark } = {}) => {
      return order('task', { kind: 'move_task', taskId, move, timeMs, ...(remark && { remark }) });
    },
    giveTask: (taskId, trackerId, { remark } = {}) => {
      return order('task', { kind: 'assign_task', taskId, trackerId, by: 'gsmtasks', ...(remark && { remark }) });
    },
    rewriteTask: (taskId, text, terms, by, remark) => {
      return order('task', { kind: 'edit_task', taskId, text, terms, by, ...(remark && { remark }) });
    },
    amendTask: (before, { text, terms, trackerId }, by, remark) => {
      return order('task', {
        kind: 'amend_task',
        taskId: before.id,
        before: { text: before.text, terms: before.terms },
        after: { text, terms },
        by,
        ...(trackerId !== undefined && { trackerId }),
        ...(remark && { remark }),
      });
    },
  };
}
