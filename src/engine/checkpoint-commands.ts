/** What people and systems do to one checkpoint of a route: each time the route says its new order, and so do the tasks. */
import type { CheckpointWish, CommandOutcome, NewTask } from '../model/command.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Route } from '../model/route.ts';
import type { JudgedTask, TaskTerms } from '../model/task.ts';
import type { Draft } from './draft.ts';
import { checkpointsOf, countFault, isOver, layOut, routeOf, windowFault } from './itinerary.ts';
import {
  addTask,
  assignFault,
  type CommandOf,
  give,
  inState,
  isLocked,
  isWith,
  removeTask,
  replaceTerms,
  tell,
  unknownTask,
} from './task-commands.ts';
import { asNavixySays } from './terms-said.ts';
import { refusedTracker } from './tracker-commands.ts';

export function createCheckpoint(draft: Draft, wish: CommandOf<'create_checkpoint'>): CommandOutcome {
  const route = draft.route(wish.routeId);
  if (route === null) return unknownTask(wish.routeId);
  const checkpoints = checkpointsOf(draft, route);
  if (isOver(checkpoints)) return routeOver(route, 'given another checkpoint');
  const order = Math.min(wish.order, checkpoints.length);
  const { trackerId } = route;
  const fault =
    (trackerId === null ? null : refusedTracker(draft, trackerId)) ??
    insertionFault(route, checkpoints, order, wish.checkpoint.terms);
  if (fault !== null) return fault;
  const taskId = addTask(draft, newTask(wish.checkpoint, route), { routeId: route.id, order });
  rearrange(draft, route, route.checkpointIds.toSpliced(order, 0, taskId));
  return { kind: 'task', taskId };
}

export function editCheckpoint(draft: Draft, wish: CommandOf<'edit_checkpoint'>): CommandOutcome {
  const { taskId, text, form } = wish;
  const task = draft.task(taskId);
  const route = routeOf(draft, task);
  if (task === null || route === null) return unknownTask(taskId);
  if (isBegun(task)) return inState(task, 'edited');
  const terms = asNavixySays(task.terms, wish.terms);
  const others = checkpointsOf(draft, route).filter(({ id }) => id !== taskId);
  const order = Math.min(wish.order ?? task.checkpoint!.order, others.length);
  const fault = insertionFault(route, others, order, terms);
  if (fault !== null) return fault;
  replaceTerms(draft, task, text, terms, form);
  if (order !== task.checkpoint!.order) {
    rearrange(draft, route, idsOf(others).toSpliced(order, 0, taskId));
    tell(draft, taskId, { kind: 'place', checkpoint: { routeId: route.id, order } });
  }
  return { kind: 'task', taskId };
}

/** A checkpoint that is not there yet, as a task of its route. */
export function newTask(
  { uuid, text, form = null, terms }: CheckpointWish,
  { dialect, trackerId }: Pick<Route, 'dialect' | 'trackerId'>,
): NewTask {
  return { uuid, dialect, trackerId, text: { ...text, form }, terms };
}

/** What is begun stays, for the route's outcome rests on it; with its route it may be deleted in any state. */
export function deleteCheckpoint(draft: Draft, taskId: number): CommandOutcome {
  const task = draft.task(taskId);
  const route = routeOf(draft, task);
  if (task === null || route === null) return unknownTask(taskId);
  if (isBegun(task)) return inState(task, 'deleted');
  removeTask(draft, task);
  closeGap(draft, route, taskId);
  return { kind: 'task', taskId };
}

export function joinRoute(draft: Draft, wish: CommandOf<'join_route'>): CommandOutcome {
  const { taskId, routeId } = wish;
  const task = draft.task(taskId);
  if (task === null || task.checkpoint !== null) return unknownTask(taskId);
  const route = draft.route(routeId);
  if (route === null) return unknownTask(routeId);
  const checkpoints = checkpointsOf(draft, route);
  const order = Math.min(wish.order, checkpoints.length);
  const fault =
    begunFault([task, ...checkpoints], 'put in a route') ??
    assignFault(draft, task, route.trackerId, 'navixy') ??
    insertionFault(route, checkpoints, order, task.terms);
  if (fault !== null) return fault;
  if (!isWith(task, route.trackerId)) give(draft, task, route.trackerId);
  rearrange(draft, route, route.checkpointIds.toSpliced(order, 0, taskId));
  tell(draft, taskId, { kind: 'place', checkpoint: { routeId, order } });
  return { kind: 'task', taskId };
}

/** It keeps its tracker and all that has been found. */
export function leaveRoute(draft: Draft, taskId: number): CommandOutcome {
  const task = draft.task(taskId);
  const route = routeOf(draft, task);
  if (task === null || route === null) return unknownTask(taskId);
  const fault = begunFault(checkpointsOf(draft, route), 'taken out of the route');
  if (fault !== null) return fault;
  draft.setTask({ ...task, checkpoint: null }, true);
  tell(draft, taskId, { kind: 'place', checkpoint: null });
  closeGap(draft, route, taskId);
  return { kind: 'task', taskId };
}

/** The checkpoints after the missing one move up; a route goes with its last one. */
function closeGap(draft: Draft, route: Route, taskId: number): void {
  const checkpointIds = route.checkpointIds.filter((id) => id !== taskId);
  if (checkpointIds.length === 0) removeRoute(draft, route);
  else rearrange(draft, route, checkpointIds);
}

export function removeRoute(draft: Draft, route: Route): void {
  draft.setRoute({ ...route, deletedMs: draft.nowMs });
  tell(draft, route.id, { kind: 'delete' });
}

function rearrange(draft: Draft, route: Route, checkpointIds: readonly number[]): void {
  layOut(draft, route, checkpointIds);
  tell(draft, route.id, { kind: 'route_update', text: {}, checkpointIds });
}

function insertionFault(route: Route, others: readonly JudgedTask[], order: number, terms: TaskTerms): Refusal | null {
  const windows = others.map((task) => task.terms);
  return countFault(others.length + 1) ?? windowFault(route, windows.toSpliced(order, 0, terms));
}

export function begunFault(tasks: readonly JudgedTask[], verb: string): Refusal | null {
  const begun = tasks.find(isBegun);
  return begun === undefined ? null : inState(begun, verb);
}

/** Neither waiting for somebody nor for somebody's arrival. */
export function isBegun(task: JudgedTask): boolean {
  return isLocked(task, 'navixy');
}

export function routeOver(route: Route, verb: string): Refusal {
  return refuse('task_state', `route ${route.id} is over: it cannot be ${verb}`);
}

function idsOf(tasks: readonly JudgedTask[]): number[] {
  return tasks.map(({ id }) => id);
}
