/** What people and systems do to one task: decided once, on the state then known (engine rules, section 4). */
import { contains } from '../geo/distance.ts';
import type { Command, CommandOutcome, NewTask, PersonalMove } from '../model/command.ts';
import type { TaskEventBody } from '../model/event.ts';
import { POLICIES } from '../model/policy.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
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
import { derivation, place, rederive, review, setEvidence } from './advance.ts';
import type { Draft } from './draft.ts';
import { findings, NO_EVIDENCE } from './evidence.ts';
import { nextState } from './lifecycle.ts';
import { refusedTracker } from './tracker-commands.ts';
import { statusChange } from './transitions.ts';
import { missing, rulesOf, untouched } from './verdict.ts';
import { horizonMs } from './world.ts';

type CommandOf<Kind extends Command['kind']> = Command & { readonly kind: Kind };

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

export function createTask(draft: Draft, task: NewTask): CommandOutcome {
  const refusal = task.trackerId === null ? null : refusedTracker(draft, task.trackerId);
  return refusal ?? { kind: 'task', taskId: addTask(draft, task, null) };
}

export function addTask(draft: Draft, wish: NewTask, checkpoint: Checkpoint | null): number {
  const { uuid, dialect, trackerId, text, terms } = wish;
  // Section 2, tenure: a task born assigned is given for its whole window.
  const assignedMs = trackerId === null ? null : draft.nowMs;
  const tenure: Tenure = { trackerId, givenMs: Number.NEGATIVE_INFINITY, assignedMs };
  const judged: JudgedTask = {
    id: draft.nextTaskId++,
    dialect,
    createdMs: draft.nowMs,
    deletedMs: null,
    terms,
    tenure,
    attempt: FIRST_ATTEMPT,
    facts: untouched(tenure, draft.nowMs),
    checkpoint,
  };
  const task: Task = { ...judged, uuid, text };
  draft.created.set(task.id, task);
  draft.setTask(judged, false);
  tell(draft, task.id, { kind: 'create', task });
  review(draft, task.id, 'assigned');
  return task.id;
}

export function editTask(draft: Draft, { taskId, text, terms, by }: CommandOf<'edit_task'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  if (!isOpen(task.facts.state) || isLocked(task, by)) return inState(task, 'edited');
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

export function assignTask(draft: Draft, { taskId, trackerId, by, toMs }: CommandOf<'assign_task'>): CommandOutcome {
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

/** Takes an open task from the tracker that is no more, however far it has come. */
export function release(draft: Draft, task: JudgedTask): void {
  begin(draft, task, null, draft.nowMs, null);
  tell(draft, task.id, { kind: 'assign', trackerId: null });
}

export function moveTask(draft: Draft, { taskId, move, timeMs, toMs }: CommandOf<'move_task'>): CommandOutcome {
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
export function submitForm(draft: Draft, { taskId, timeMs, place }: CommandOf<'submit_form'>): CommandOutcome {
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

export function removeTask(draft: Draft, task: JudgedTask): void {
  leaveIndex(draft, task);
  draft.setTask({ ...task, deletedMs: draft.nowMs }, true);
  tell(draft, task.id, { kind: 'delete' });
}

/** Each dialect's own lock: Navixy lets nothing be changed once somebody has arrived. */
export function isLocked(task: JudgedTask, by: Dialect): boolean {
  return by === 'navixy' && (!isOpen(task.facts.state) || task.facts.arrivalMs !== null);
}

export function inState(task: JudgedTask, verb: string): Refusal {
  return refuse('task_state', `task ${task.id} is ${stateName(task)}: it cannot be ${verb}`);
}

function stateName({ facts }: JudgedTask): string {
  return isOpen(facts.state) && facts.arrivalMs !== null ? 'arrived' : facts.state;
}

function pastDeadline(task: JudgedTask, verb: string): Refusal {
  return refuse('task_state', `task ${task.id} is past its deadline: it can only be ${verb} with a later end`);
}

export function unknownTask(taskId: number): Refusal {
  return refuse('task_not_found', `there is no task ${taskId}`, 'task_id');
}

function leaveIndex(draft: Draft, task: JudgedTask): void {
  if (task.tenure.trackerId !== null) setEvidence(draft, task.tenure.trackerId, task.id, null);
}

export function tell(draft: Draft, taskId: number, body: TaskEventBody): void {
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
