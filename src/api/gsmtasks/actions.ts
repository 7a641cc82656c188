/** What may be done to a task by an endpoint of its own, by the last word of its path (fact sheet, section 8). */
import type { Task } from '../../model/task.ts';
import { type Move, mayMove } from '../../operations/task-moves.ts';

export const ACTIONS = {
  accept: 'accept',
  activate: 'activate',
  assign: 'assign',
  cancel: 'cancel',
  complete: 'complete',
  fail: 'fail',
  reject: 'reject',
  transit: 'start',
  unaccept: 'unaccept',
  unassign: 'unassign',
} as const satisfies Readonly<Record<string, Move>>;

export type Action = keyof typeof ACTIONS;

/** Those that its state allows right now, with where they are. `url`: the task's. */
export function actionsWire(task: Task, url: string): Readonly<Record<string, string>> {
  const allowed = Object.entries(ACTIONS).filter(([, move]) => mayMove(task, move));
  return Object.fromEntries(allowed.map(([action]) => [action, `${url}${action}/`]));
}
