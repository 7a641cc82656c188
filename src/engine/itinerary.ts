/** A route's checkpoints as one list: how many, in which order, and which windows agree with each other. */
import { type Refusal, refuse } from '../model/refusal.ts';
import { CHECKPOINTS_MAX, type Route, type RouteFacts } from '../model/route.ts';
import { isOpen, type JudgedTask, type TaskTerms } from '../model/task.ts';
import type { Draft } from './draft.ts';

export type Window = Pick<TaskTerms, 'fromMs' | 'toMs'>;

/** In the order of the route. */
export function checkpointsOf(draft: Draft, { checkpointIds }: Route): JudgedTask[] {
  return checkpointIds.flatMap((id) => draft.task(id) ?? []);
}

/** The route that a task is a checkpoint of; null = none. */
export function routeOf(draft: Draft, task: JudgedTask | null): Route | null {
  return task === null || task.checkpoint === null ? null : draft.route(task.checkpoint.routeId);
}

/** Whether nothing of the route is left to do. */
export function isOver(checkpoints: readonly JudgedTask[]): boolean {
  return checkpoints.every(({ facts }) => !isOpen(facts.state));
}

/** Puts the route's checkpoints in this order: the route says so, and each of them its place. */
export function layOut(draft: Draft, route: Route, checkpointIds: readonly number[]): void {
  draft.setRoute({ ...route, checkpointIds });
  for (const [order, id] of checkpointIds.entries()) {
    const task = draft.task(id)!;
    if (task.checkpoint?.routeId === route.id && task.checkpoint.order === order) continue;
    draft.setTask({ ...task, checkpoint: { routeId: route.id, order } }, true);
  }
}

/** From the beginning of the first window to the end of the last one. */
export function frameOf(windows: readonly Window[]): Pick<RouteFacts, 'fromMs' | 'toMs'> {
  return { fromMs: windows[0]!.fromMs, toMs: windows.at(-1)!.toMs };
}

export function countFault(count: number): Refusal | null {
  if (count > 0 && count <= CHECKPOINTS_MAX) return null;
  return refuse('invalid', `a route of ${count} checkpoints: expected 1 to ${CHECKPOINTS_MAX}`, 'checkpoints');
}

/** Navixy's rule for its routes: a window may not end before one begins that comes earlier in the list. */
export function windowFault({ dialect }: Pick<Route, 'dialect'>, windows: readonly Window[]): Refusal | null {
  if (dialect !== 'navixy') return null;
  let latest = 0;
  for (const [order, { fromMs, toMs }] of windows.entries()) {
    const latestFromMs = windows[latest]!.fromMs;
    if (toMs < latestFromMs) {
      const message = `the window at order ${order} must not end before the one at order ${latest} begins`;
      return refuse('invalid', message, 'checkpoints');
    }
    if (fromMs > latestFromMs) latest = order;
  }
  return null;
}

/** What an edit of one task would do to the route that it is a checkpoint of. */
export function editFault(draft: Draft, task: JudgedTask, terms: TaskTerms): Refusal | null {
  const route = routeOf(draft, task);
  if (route === null) return null;
  const windows = checkpointsOf(draft, route).map(({ id, terms: own }) => (id === task.id ? terms : own));
  return windowFault(route, windows);
}
