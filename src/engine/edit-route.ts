/** Editing a route as a whole: what it says, and which checkpoints it is to have in which order. */
import type { CheckpointWish, CommandOutcome } from '../model/command.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Route } from '../model/route.ts';
import type { JudgedTask } from '../model/task.ts';
import { isBegun, newTask, routeOver } from './checkpoint-commands.ts';
import type { Draft } from './draft.ts';
import { checkpointsOf, countFault, isOver, layOut, windowFault } from './itinerary.ts';
import {
  addTask,
  type CommandOf,
  changed,
  inState,
  removeTask,
  replaceTerms,
  tell,
  unknownTask,
} from './task-commands.ts';
import { asNavixySays } from './terms-said.ts';
import { refusedTracker } from './tracker-commands.ts';

export function editRoute(
  draft: Draft,
  { routeId, text, checkpoints: wishes }: CommandOf<'edit_route'>,
): CommandOutcome {
  const route = draft.route(routeId);
  if (route === null) return unknownTask(routeId);
  const checkpoints = checkpointsOf(draft, route);
  if (isOver(checkpoints)) return routeOver(route, 'edited');
  const fault = wishes === null ? null : wishesFault(draft, route, checkpoints, wishes);
  if (fault !== null) return fault;
  const checkpointIds = wishes === null ? route.checkpointIds : fulfil(draft, route, checkpoints, wishes);
  layOut(draft, { ...route, text }, checkpointIds);
  const isSame = checkpointIds.join() === route.checkpointIds.join();
  const change = { text: changed(route.text, text), checkpointIds: isSame ? null : checkpointIds };
  tell(draft, routeId, { kind: 'route_update', ...change });
  return { kind: 'route', routeId, checkpointIds };
}

/** Everything is looked at before anything is changed. */
function wishesFault(
  draft: Draft,
  route: Route,
  checkpoints: readonly JudgedTask[],
  wishes: readonly CheckpointWish[],
): Refusal | null {
  const windows = wishes.map(({ terms }) => terms);
  return (
    countFault(wishes.length) ??
    strangerFault(route, wishes) ??
    begunFault(draft, checkpoints, wishes) ??
    newcomerFault(draft, route, wishes) ??
    windowFault(route, windows)
  );
}

function strangerFault({ checkpointIds }: Route, wishes: readonly CheckpointWish[]): Refusal | null {
  const seen = new Set<number>();
  const own = new Set(checkpointIds);
  for (const { taskId } of wishes) {
    if (taskId === undefined) continue;
    if (!own.has(taskId)) return unknownTask(taskId);
    if (seen.has(taskId)) return refuse('invalid', `checkpoint ${taskId} stands there twice`, 'checkpoints');
    seen.add(taskId);
  }
  return null;
}

/** What is begun may be listed as it is, and move to another place; it may not be changed or left out. */
function begunFault(
  draft: Draft,
  checkpoints: readonly JudgedTask[],
  wishes: readonly CheckpointWish[],
): Refusal | null {
  for (const task of checkpoints) {
    if (!isBegun(task)) continue;
    const wish = wishes.find(({ taskId }) => taskId === task.id);
    if (wish === undefined) return inState(task, 'left out of its route');
    if (isChanging(draft, task, wish)) return inState(task, 'edited');
  }
  return null;
}

/** Blocked trackers get no new tasks. */
function newcomerFault(draft: Draft, { trackerId }: Route, wishes: readonly CheckpointWish[]): Refusal | null {
  const hasNew = wishes.some(({ taskId }) => taskId === undefined);
  return hasNew && trackerId !== null ? refusedTracker(draft, trackerId) : null;
}

/** Deletes, edits and adds; the ids in the order of the wishes. */
function fulfil(
  draft: Draft,
  route: Route,
  checkpoints: readonly JudgedTask[],
  wishes: readonly CheckpointWish[],
): number[] {
  const { id: routeId } = route;
  const kept = new Set(wishes.map(({ taskId }) => taskId));
  for (const task of checkpoints) if (!kept.has(task.id)) removeTask(draft, task);
  return wishes.map((wish, order) => {
    const task = wish.taskId === undefined ? null : draft.task(wish.taskId);
    if (task === null) return addTask(draft, newTask(wish, route), { routeId, order });
    const terms = asNavixySays(task.terms, wish.terms);
    if (isChanging(draft, task, wish)) replaceTerms(draft, task, wish.text, terms, wish.form);
    return task.id;
  });
}

function isChanging(draft: Draft, task: JudgedTask, { text, terms, form }: CheckpointWish): boolean {
  const changes = { ...changed(draft.text(task.id), text), ...changed(task.terms, asNavixySays(task.terms, terms)) };
  return form !== undefined || Object.keys(changes).length > 0;
}
