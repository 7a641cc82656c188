/** Making routes, giving them to someone, taking them apart. */
import type { CommandOutcome, NewRoute } from '../model/command.ts';
import { refuse } from '../model/refusal.ts';
import { CHECKPOINTS_MAX, type Route } from '../model/route.ts';
import type { Draft } from './draft.ts';
import { addTask, assignTask, inState, isLocked, removeTask, tell, unknownTask } from './task-commands.ts';
import { refusedTracker } from './tracker-commands.ts';

export function createRoute(draft: Draft, { uuid, dialect, trackerId, text, checkpoints }: NewRoute): CommandOutcome {
  if (checkpoints.length === 0 || checkpoints.length > CHECKPOINTS_MAX) {
    const expected = `expected 1 to ${CHECKPOINTS_MAX}`;
    return refuse('invalid', `a route of ${checkpoints.length} checkpoints: ${expected}`, 'checkpoints');
  }
  const refusal = trackerId === null ? null : refusedTracker(draft, trackerId);
  if (refusal !== null) return refusal;
  const id = draft.nextTaskId++;
  const checkpointIds = checkpoints.map((checkpoint, order) => {
    return addTask(draft, { ...checkpoint, dialect, trackerId }, { routeId: id, order });
  });
  const createdMs = draft.nowMs;
  const facts = { status: trackerId === null ? 'unassigned' : 'assigned', statusMs: createdMs } as const;
  const route: Route = {
    ...{ id, uuid, dialect, createdMs, deletedMs: null },
    ...{ text, trackerId, sinceMs: createdMs, checkpointIds, facts },
  };
  draft.setRoute(route);
  tell(draft, id, { kind: 'route_create', route });
  return { kind: 'route', routeId: id, checkpointIds };
}

export function assignRoute(draft: Draft, routeId: number, trackerId: number | null): CommandOutcome {
  const route = draft.route(routeId);
  if (route === null) return unknownTask(routeId);
  const { checkpointIds } = route;
  const checkpoints = checkpointIds.flatMap((id) => draft.task(id) ?? []);
  const begun = checkpoints.find((task) => isLocked(task, 'navixy'));
  if (begun !== undefined) return inState(begun, 'given with its route');
  const refusal = trackerId === null ? null : refusedTracker(draft, trackerId);
  if (refusal !== null) return refusal;
  if (route.trackerId === trackerId) return { kind: 'route', routeId, checkpointIds };
  const isKept = (route.trackerId === null) === (trackerId === null);
  const sinceMs = isKept ? route.sinceMs : draft.nowMs;
  const facts = { status: trackerId === null ? 'unassigned' : 'assigned', statusMs: sinceMs } as const;
  draft.setRoute({ ...route, trackerId, sinceMs, facts });
  tell(draft, routeId, { kind: 'assign', trackerId });
  for (const { id } of checkpoints) assignTask(draft, { kind: 'assign_task', taskId: id, trackerId, by: 'navixy' });
  return { kind: 'route', routeId, checkpointIds };
}

export function deleteRoute(draft: Draft, routeId: number): CommandOutcome {
  const route = draft.route(routeId);
  if (route === null) return unknownTask(routeId);
  for (const task of route.checkpointIds.flatMap((id) => draft.task(id) ?? [])) removeTask(draft, task);
  removeRoute(draft, route);
  return { kind: 'route', routeId, checkpointIds: [] };
}

export function deleteTask(draft: Draft, taskId: number): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  const route = task.checkpoint === null ? null : draft.route(task.checkpoint.routeId);
  if (route !== null) closeGap(draft, route, taskId);
  removeTask(draft, task);
  return { kind: 'task', taskId };
}

/** The checkpoints after a deleted one move up; a route goes with its last one. */
function closeGap(draft: Draft, route: Route, taskId: number): void {
  const checkpointIds = route.checkpointIds.filter((id) => id !== taskId);
  if (checkpointIds.length === 0) {
    removeRoute(draft, route);
    return;
  }
  draft.setRoute({ ...route, checkpointIds });
  for (const [order, id] of checkpointIds.entries()) {
    const task = draft.task(id);
    if (task !== null) draft.setTask({ ...task, checkpoint: { routeId: route.id, order } }, true);
  }
}

function removeRoute(draft: Draft, route: Route): void {
  draft.setRoute({ ...route, deletedMs: draft.nowMs });
  tell(draft, route.id, { kind: 'delete' });
}
