/** How much of the stay that a task asks for has been made. Pure. */
import type { Task } from '../wire.ts';

type Staying = Pick<Task, 'minStay' | 'stay' | 'arrivedAt' | 'departedAt' | 'isOpen'>;

/** It is the gateway that says when a stay is complete: until it does, the ring does not close. */
const NEARLY = 0.98;

/** Seconds; goes on while the vehicle is inside. */
export function stayNow({ stay, arrivedAt, departedAt, isOpen }: Staying, nowMs: number): number {
  const isInside = isOpen && arrivedAt !== null && departedAt === null;
  return isInside ? Math.max(stay, (nowMs - Date.parse(arrivedAt)) / 1000) : stay;
}

/** 0 to 1; null = the task asks for no stay, or nobody has come yet. */
export function dwellShare(task: Staying, nowMs: number): number | null {
  if (task.minStay <= 0 || task.arrivedAt === null) return null;
  const share = Math.max(0, stayNow(task, nowMs) / task.minStay);
  return Math.min(share, task.isOpen ? NEARLY : 1);
}
