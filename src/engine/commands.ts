/** Decides on what people and systems ask for: once, in the order received, on the state then known (engine rules, section 4). */
import { contains } from '../geo/distance.ts';
import type { Command, CommandOutcome, NewRoute, NewTask, NewTracker, PersonalMove } from '../model/command.ts';
import type { TaskEventBody } from '../model/event.ts';
import { POLICIES } from '../model/policy.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import { CHECKPOINTS_MAX, type Route } from '../model/route.ts';
import {
  type Attempt,
  type Checkpoint,
  type Dialect,
  deadlineMs,
  FIRST_ATTEMPT,
  isOpen,
  type JudgedTask,
  type LifecycleState,
  type Task,
  type TaskTerms,
  type TaskText,
  type Tenure,
} from '../model/task.ts';
import type { Tracker, TrackerEdit } from '../model/tracker.ts';
import { derivation, place, rederive, review, setEvidence } from './advance.ts';
import type { Draft } from './draft.ts';
import { findings, NO_EVIDENCE } from './evidence.ts';
import { nextState } from './lifecycle.ts';
import { statusChange } from './transitions.ts';
import { missing, rulesOf, untouched } from './verdict.ts';
import { horizonMs } from './world.ts';

export function decide(draft: Draft, command: Command): CommandOutcome {
  switch (command.kind) {
    case 'create_task':
      return createTask(draft, command.task);
    case 'edit_task':
      return editTask(draft, command);
    case 'assign_task':
      return assignTask(draft, command);
    case 'move_task':
      return moveTask(draft, command);
    case 'submit_form':
      return submitForm(draft, command);
    case 'create_route':
      return createRoute(draft, command.route);
    case 'assign_route':
      return assignRoute(draft, command.routeId, command.trackerId);
    case 'delete_route':
      return deleteRoute(draft, command.routeId);
    case 'delete_task':
      return deleteTask(draft, command.taskId);
    case 'create_tracker':
      return createTracker(draft, command.tracker);
    case 'edit_tracker':
      return editTracker(draft, command.trackerId, command.edit);
  }
}

/** How a refusal says what was asked. */
const MOVED: Readonly<Record<PersonalMove, string>> = {
  accept: 'accepted',
  unaccept: 'handed back',
  reject: 'rejected',
  start: 'started',
  activate: 'activated',
  suspend: 'suspended',
  complete: 'completed',
  fail: 'failed',
  cancel: 'cancelled',
  restart: 'restarted',
};

type CommandOf<Kind extends Command['kind']> = Command & { readonly kind: Kind };

function createTask(draft: Draft, task: NewTask): CommandOutcome {
  const refusal = task.trackerId === null ? null : refusedTracker(draft, task.trackerId);
  return refusal ?? { kind: 'task', taskId: addTask(draft, task, null) };
}

function addTask(draft: Draft, wish: NewTask, checkpoint: Checkpoint | null): number {
  const { uuid, dialect, trackerId, text, terms } = wish;
  // Section 2, tenure: a task born assigned is given for its whole window.
  const assignedMs = trackerId === null ? null : draft.nowMs;
  const tenure: Tenure = { trackerId, givenMs: Number.NEGATIVE_INFINITY, assignedMs };
  const judged: JudgedTask = {
    id: draft.nextTaskId++,
    uuid,
    dialect,
    createdMs: draft.nowMs,
    deletedMs: null,
    terms,
    tenure,
    attempt: FIRST_ATTEMPT,
    facts: untouched(tenure, draft.nowMs),
    checkpoint,
  };
  const task: Task = { ...judged, text };
  draft.created.set(task.id, task);
  draft.setTask(judged, false);
  tell(draft, task.id, { kind: 'create', task });
  review(draft, task.id, 'assigned');
  return task.id;
}

function editTask(draft: Draft, { taskId, text, terms, by }: CommandOf<'edit_task'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  if (!isOpen(task.facts.state) || isLocked(task, by)) return inState(task, 'be edited');
  replaceTerms(draft, task, text, terms);
  return { kind: 'task', taskId };
}

/** Section 4: an edit of an open task re-derives it from stored fixes. */
function replaceTerms(draft: Draft, task: JudgedTask, text: TaskText, terms: TaskTerms): void {
  const before = draft.text(task.id);
  const edited: JudgedTask = { ...task, terms, facts: { ...task.facts, isSettled: false } };
  draft.edited.set(task.id, { id: task.id, text, terms });
  draft.setTask(edited, task.facts.isSettled);
  tell(draft, task.id, { kind: 'update', text: changed(before, text), terms: changed(task.terms, terms) });
  if (edited.tenure.trackerId !== null) rederive(draft, edited, 'edited', null);
}

function assignTask(draft: Draft, { taskId, trackerId, by, toMs }: CommandOf<'assign_task'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  const move = trackerId === null ? 'unassign' : 'assign';
  const isSame = task.tenure.trackerId === trackerId && isOpen(task.facts.state);
  const isAllowed = isSame || nextState(task.facts.state, move, trackerId !== null) !== null;
  if (!isAllowed || isLocked(task, by)) return inState(task, `${move}ed`);
  if (isSame) return { kind: 'task', taskId };
  const refusal = trackerId === null ? null : refusedTracker(draft, trackerId);
  if (refusal !== null) return refusal;
  const isReassigned = task.tenure.trackerId !== null && trackerId !== null;
  if (isReassigned && isPast(draft, task, toMs)) return pastDeadline(task, 'given to another tracker');
  begin(draft, withEnd(draft, task, toMs), trackerId, draft.nowMs, null);
  tell(draft, taskId, { kind: 'assign', trackerId });
  review(draft, taskId, 'assigned');
  return { kind: 'task', taskId };
}

function moveTask(draft: Draft, { taskId, move, timeMs, toMs }: CommandOf<'move_task'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  const state = nextState(task.facts.state, move, task.tenure.trackerId !== null);
  if (state === null) return inState(task, MOVED[move]);
  if (move === 'restart' && isPast(draft, task, toMs)) return pastDeadline(task, 'restarted');
  // Section 4: a command's own time dates it, clamped to [given, receipt].
  const atMs = Math.min(Math.max(timeMs ?? draft.nowMs, task.tenure.givenMs), draft.nowMs);
  if (move === 'restart') begin(draft, withEnd(draft, task, toMs), task.tenure.trackerId, task.tenure.givenMs, atMs);
  else if (move === 'reject') begin(draft, task, null, draft.nowMs, null);
  else settleMove(draft, task, state, atMs);
  const after = draft.heldTask(taskId)!;
  draft.events.push(statusChange(task, after, { recordedMs: draft.nowMs, reason: move, witness: null }, false));
  if (move === 'restart') review(draft, taskId, move);
  return { kind: 'task', taskId };
}

/** Puts a task in the state a person moved it to; a finish freezes what is missing at that moment. */
function settleMove(draft: Draft, task: JudgedTask, state: LifecycleState, atMs: number): void {
  const finishedMs = isOpen(state) ? null : atMs;
  const moved: JudgedTask = { ...task, attempt: { ...task.attempt, movedTo: state, finishedMs } };
  const { evidence, facts } = derivation(draft, moved);
  const isVerified = state === 'completed' && POLICIES[task.dialect].verifies;
  if (!isVerified) {
    place(draft, moved, evidence, facts, true);
    return;
  }
  const rules = rulesOf(moved, draft.settings);
  const issues = missing(findings(evidence ?? NO_EVIDENCE, rules), rules);
  place(draft, { ...moved, attempt: { ...moved.attempt, issues } }, evidence, { ...facts, issues }, true);
}

/** Section 3, 10: a form may come before arrival; its instant is the client's, clamped to [creation, receipt]. */
function submitForm(draft: Draft, { taskId, timeMs, place }: CommandOf<'submit_form'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  if (!task.terms.isFormRequired) return refuse('form_not_wanted', `task ${taskId} has no form`, 'task_id');
  if (task.facts.closer === 'person') return inState(task, 'given a form');
  if (!isOpen(task.facts.state) && draft.nowMs > horizonMs(task, draft.settings)) return inState(task, 'given a form');
  if (task.terms.isFormInZone && !isThere(draft, task, place)) {
    return refuse(
      'not_in_zone',
      `the form of task ${taskId} is only taken within ${task.terms.zone.radiusM} m`,
      'location',
    );
  }
  const atMs = Math.min(Math.max(timeMs ?? draft.nowMs, task.createdMs), draft.nowMs);
  const formMs = Math.min(atMs, task.attempt.formMs ?? atMs);
  const submitted: JudgedTask = { ...task, attempt: { ...task.attempt, formMs } };
  draft.setTask(submitted, true);
  tell(draft, taskId, { kind: 'form', formMs });
  if (task.tenure.trackerId !== null) rederive(draft, submitted, 'form', null);
  return { kind: 'task', taskId };
}

/** Judged once, at submission: by the client's place, or else the newest fix not older than five minutes. */
function isThere(draft: Draft, task: JudgedTask, place: { latDeg: number; lonDeg: number } | null): boolean {
  const { zone } = task.terms;
  if (place !== null) return contains(zone, place.latDeg, place.lonDeg);
  const fix = task.tenure.trackerId === null ? null : draft.lastFix(task.tenure.trackerId);
  if (fix === null || draft.nowMs - fix.position.timeMs > FORM_FIX_AGE_MS_MAX) return false;
  return contains(zone, fix.position.latDeg, fix.position.lonDeg);
}

const FORM_FIX_AGE_MS_MAX = 5 * 60_000;

/** A new tenure or attempt, and facts as if nothing had been found. The status is dated anew only where it changes. */
function begin(
  draft: Draft,
  task: JudgedTask,
  trackerId: number | null,
  givenMs: number,
  restartedMs: number | null,
): void {
  leaveIndex(draft, task);
  const isWaiting = isOpen(task.facts.state) && task.facts.arrivalMs === null;
  const isKept = isWaiting && (task.tenure.trackerId === null) === (trackerId === null);
  const statusMs = isKept ? task.facts.statusMs : (restartedMs ?? draft.nowMs);
  const tenure: Tenure = { trackerId, givenMs, assignedMs: trackerId === null ? null : statusMs };
  const attempt: Attempt = { ...FIRST_ATTEMPT, number: task.attempt.number + 1, restartedMs };
  draft.setTask({ ...task, tenure, attempt, facts: untouched(tenure, statusMs) }, true);
}

/** The task with the end of its window moved, where the command says so. */
function withEnd(draft: Draft, task: JudgedTask, toMs: number | undefined): JudgedTask {
  if (toMs === undefined) return task;
  const terms = { ...task.terms, toMs };
  draft.edited.set(task.id, { id: task.id, text: draft.text(task.id), terms });
  tell(draft, task.id, { kind: 'update', text: {}, terms: { toMs } });
  return { ...task, terms };
}

function isPast(draft: Draft, task: JudgedTask, toMs: number | undefined): boolean {
  return draft.nowMs > deadlineMs(toMs === undefined ? task.terms : { ...task.terms, toMs });
}

function deleteTask(draft: Draft, taskId: number): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  const route = task.checkpoint === null ? null : draft.route(task.checkpoint.routeId);
  if (route !== null) closeGap(draft, route, taskId);
  removeTask(draft, task);
  return { kind: 'task', taskId };
}

function removeTask(draft: Draft, task: JudgedTask): void {
  leaveIndex(draft, task);
  draft.setTask({ ...task, deletedMs: draft.nowMs }, true);
  tell(draft, task.id, { kind: 'delete' });
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

function createRoute(draft: Draft, { uuid, dialect, trackerId, text, checkpoints }: NewRoute): CommandOutcome {
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

function assignRoute(draft: Draft, routeId: number, trackerId: number | null): CommandOutcome {
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

function deleteRoute(draft: Draft, routeId: number): CommandOutcome {
  const route = draft.route(routeId);
  if (route === null) return unknownTask(routeId);
  for (const task of route.checkpointIds.flatMap((id) => draft.task(id) ?? [])) removeTask(draft, task);
  removeRoute(draft, route);
  return { kind: 'route', routeId, checkpointIds: [] };
}

function removeRoute(draft: Draft, route: Route): void {
  draft.setRoute({ ...route, deletedMs: draft.nowMs });
  tell(draft, route.id, { kind: 'delete' });
}

function createTracker(draft: Draft, { imei, ...rest }: NewTracker): CommandOutcome {
  const holder = imei === null ? null : draft.trackerByImei(imei);
  if (holder !== null) return imeiTaken(imei!, holder);
  const tracker: Tracker = {
    ...rest,
    id: draft.nextTrackerId++,
    imei,
    isBlocked: false,
    createdMs: draft.nowMs,
  };
  draft.trackers.set(tracker.id, tracker);
  return { kind: 'tracker', tracker };
}

function editTracker(draft: Draft, trackerId: number, edit: TrackerEdit): CommandOutcome {
  const before = draft.tracker(trackerId);
  if (before === null) return unknownTracker(trackerId);
  const holder = edit.imei ? draft.trackerByImei(edit.imei) : null;
  if (holder !== null && holder.id !== trackerId) return imeiTaken(edit.imei!, holder);
  const tracker: Tracker = { ...before, ...edit };
  draft.trackers.set(trackerId, tracker);
  return { kind: 'tracker', tracker };
}

/** Each dialect's own lock: Navixy lets nothing be changed once somebody has arrived. */
function isLocked(task: JudgedTask, by: Dialect): boolean {
  return by === 'navixy' && (!isOpen(task.facts.state) || task.facts.arrivalMs !== null);
}

function refusedTracker(draft: Draft, trackerId: number): Refusal | null {
  const tracker = draft.tracker(trackerId);
  if (tracker === null) return unknownTracker(trackerId);
  return tracker.isBlocked ? refuse('tracker_blocked', `tracker ${trackerId} is blocked: it gets no new tasks`) : null;
}

function inState(task: JudgedTask, verb: string): Refusal {
  return refuse('task_state', `task ${task.id} is ${stateName(task)}: it cannot be ${verb}`);
}

function stateName({ facts }: JudgedTask): string {
  return isOpen(facts.state) && facts.arrivalMs !== null ? 'arrived' : facts.state;
}

function pastDeadline(task: JudgedTask, verb: string): Refusal {
  return refuse('task_state', `task ${task.id} is past its deadline: it can only be ${verb} with a later end`);
}

function unknownTask(taskId: number): Refusal {
  return refuse('task_not_found', `there is no task ${taskId}`, 'task_id');
}

function unknownTracker(trackerId: number): Refusal {
  return refuse('tracker_not_found', `there is no tracker ${trackerId}`, 'tracker_id');
}

function imeiTaken(imei: string, holder: Tracker): Refusal {
  return refuse('imei_taken', `IMEI ${imei} belongs to tracker ${holder.id} (${holder.label})`, 'imei');
}

function leaveIndex(draft: Draft, task: JudgedTask): void {
  if (task.tenure.trackerId !== null) setEvidence(draft, task.tenure.trackerId, task.id, null);
}

function tell(draft: Draft, taskId: number, body: TaskEventBody): void {
  draft.events.push({
    taskId,
    eventMs: draft.nowMs,
    recordedMs: draft.nowMs,
    body,
  });
}

/** The members that differ. */
function changed<T extends object>(before: T, after: T): Partial<T> {
  const entries = Object.entries(after).filter(([key, value]) => {
    return JSON.stringify(value) !== JSON.stringify(before[key as keyof T]);
  });
  return Object.fromEntries(entries) as Partial<T>;
}
