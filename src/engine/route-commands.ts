/** Making routes, giving them to someone, deleting them. */
import type { CheckpointWish, CommandOutcome, NewRoute } from '../model/command.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Route } from '../model/route.ts';
import type { JudgedTask } from '../model/task.ts';
import { begunFault, newTask, removeRoute } from './checkpoint-commands.ts';
import type { Draft } from './draft.ts';
import { checkpointsOf, countFault, frameOf, layOut, windowFault } from './itinerary.ts';
import {
  addTask,
  assignFault,
  give,
  isWith,
  removeTask,
  replaceTerms,
  tell,
  unknownTask,
  withTerms,
} from './task-commands.ts';
import { asNavixySays } from './terms-said.ts';
import { refusedTracker } from './tracker-commands.ts';

export function createRoute(draft: Draft, wish: NewRoute): CommandOutcome {
  const { uuid, dialect, trackerId, text, checkpoints } = wish;
  const windows = checkpoints.map(({ terms }) => terms);
  const fault =
    countFault(checkpoints.length) ??
    (trackerId === null ? null : refusedTracker(draft, trackerId)) ??
    adoptionFault(draft, wish) ??
    windowFault(wish, windows);
  if (fault !== null) return fault;
  const id = draft.nextTaskId++;
  const checkpointIds = checkpoints.map((checkpoint, order) => {
    const task = adoptee(draft, checkpoint);
    if (task === null) return addTask(draft, newTask(checkpoint, wish), { routeId: id, order });
    adopt(draft, task, checkpoint, trackerId);
    tell(draft, task.id, { kind: 'place', checkpoint: { routeId: id, order } });
    return task.id;
  });
  const createdMs = draft.nowMs;
  const facts = { status: waiting(trackerId), statusMs: createdMs, ...frameOf(windows) };
  const route: Route = {
    ...{ id, uuid, dialect, createdMs, deletedMs: null },
    ...{ text, trackerId, sinceMs: createdMs, checkpointIds, facts },
  };
  layOut(draft, route, checkpointIds);
  tell(draft, id, { kind: 'route_create', route });
  return { kind: 'route', routeId: id, checkpointIds };
}

function adoptionFault(draft: Draft, { trackerId, checkpoints }: NewRoute): Refusal | null {
  const wishes = checkpoints.filter(({ taskId }) => taskId !== undefined);
  if (wishes.length > 1) {
    return refuse('invalid', `${wishes.length} checkpoints are tasks that exist: expected one at most`, 'checkpoints');
  }
  for (const wish of wishes) {
    const task = adoptee(draft, wish);
    if (task === null || task.checkpoint !== null) return unknownTask(wish.taskId!);
    const fault =
      begunFault([task], 'put in a route') ??
      assignFault(draft, { ...task, terms: asNavixySays(task.terms, wish.terms) }, trackerId, 'navixy');
    if (fault !== null) return fault;
  }
  return null;
}

function adoptee(draft: Draft, { taskId }: CheckpointWish): JudgedTask | null {
  return taskId === undefined ? null : draft.task(taskId);
}

/** Judged once, by its new terms and for its new tracker. */
function adopt(draft: Draft, task: JudgedTask, { text, terms, form }: CheckpointWish, trackerId: number | null): void {
  const said = asNavixySays(task.terms, terms);
  if (isWith(task, trackerId)) replaceTerms(draft, task, text, said, form);
  else give(draft, withTerms(draft, task, text, said, form), trackerId);
}

export function assignRoute(draft: Draft, routeId: number, trackerId: number | null): CommandOutcome {
  const route = draft.route(routeId);
  if (route === null) return unknownTask(routeId);
  const { checkpointIds } = route;
  const checkpoints = checkpointsOf(draft, route);
  const fault =
    begunFault(checkpoints, 'given with its route') ??
    (trackerId === null ? null : refusedTracker(draft, trackerId)) ??
    checkpoints.reduce<Refusal | null>((found, task) => found ?? assignFault(draft, task, trackerId, 'navixy'), null);
  if (fault !== null) return fault;
  if (route.trackerId === trackerId) return { kind: 'route', routeId, checkpointIds };
  const isKept = (route.trackerId === null) === (trackerId === null);
  const sinceMs = isKept ? route.sinceMs : draft.nowMs;
  const facts = { ...route.facts, status: waiting(trackerId), statusMs: sinceMs };
  draft.setRoute({ ...route, trackerId, sinceMs, facts });
  tell(draft, routeId, { kind: 'assign', trackerId });
  for (const task of checkpoints) if (!isWith(task, trackerId)) give(draft, task, trackerId);
  return { kind: 'route', routeId, checkpointIds };
}

export function deleteRoute(draft: Draft, routeId: number): CommandOutcome {
  const route = draft.route(routeId);
  if (route === null) return unknownTask(routeId);
  for (const task of checkpointsOf(draft, route)) removeTask(draft, task);
  removeRoute(draft, route);
  return { kind: 'route', routeId, checkpointIds: [] };
}

/** The status of a route that is not over. */
function waiting(trackerId: number | null): 'unassigned' | 'assigned' {
  return trackerId === null ? 'unassigned' : 'assigned';
}
