/** Which open task is looked at first. Pure. */
import type { Task } from '../wire.ts';

type Due = Pick<Task, 'id' | 'status' | 'to'>;

/** Where a vehicle has arrived, then by deadline; without one last, older ones first. */
export function byUrgency(a: Due, b: Due): number {
  return rank(a) - rank(b) || dueMs(a) - dueMs(b) || a.id - b.id;
}

function rank({ status }: Due): number {
  return status === 'arrived' ? 0 : 1;
}

/** No deadline is no number that takes part in a difference: infinity less itself is none. */
function dueMs({ to }: Due): number {
  return to === null ? Number.MAX_SAFE_INTEGER : Date.parse(to);
}
