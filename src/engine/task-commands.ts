/** What people and systems do to one task: decided once, on the state then known (engine rules, section 4). */
import type { Command, CommandOutcome, NewTask, PersonalMove } from '../model/command.ts';
import type { TaskEventBody } from '../model/event.ts';
import { formTerms, type TaskForm, unsubmitted } from '../model/form.ts';
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
import { editFault } from './itinerary.ts';
import { nextState } from './lifecycle.ts';
import { refusedTracker } from './tracker-commands.ts';
import { statusChange } from './transitions.ts';
import { missing, rulesOf, untouched } from './verdict.ts';

export type CommandOf<Kind extends Command['kind']> = Command & { readonly kind: Kind };

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
  release: 'put up for work',
  shelve: 'taken back',
};

export function createTask(draft: Draft, task: NewTask): CommandOutcome {
  const refusal = task.trackerId === null ? null : refusedTracker(draft, task.trackerId);
  return refusal ?? { kind: 'task', taskId: addTask(draft, task, null) };
}

export function addTask(draft: Draft, wish: NewTask, checkpoint: Checkpoint | null): number {
  const { uuid, dialect, trackerId, text } = wish;
  // Section 2, tenure: a task born assigned is given for its whole window.
  const assignedMs = trackerId === null ? null : draft.nowMs;
  const tenure: Tenure = { trackerId, givenMs: Number.NEGATIVE_INFINITY, assignedMs };
  const judged: JudgedTask = {
    id: draft.nextTaskId++,
    dialect,
    createdMs: draft.nowMs,
    deletedMs: null,
    terms: { ...wish.terms, ...formTerms(text.form) },
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

export function editTask(draft: Draft, { taskId, text, terms, by, form }: CommandOf<'edit_task'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null || isElsewhere(task, by)) return unknownTask(taskId);
  if (!isOpen(task.facts.state) || isLocked(task, by)) return inState(task, 'edited');
  const fault = editFault(draft, task, terms);
  if (fault !== null) return fault;
  replaceTerms(draft, task, text, terms, form);
  return { kind: 'task', taskId };
}

/** Section 4: an edit of an open task re-derives it from stored fixes. */
export function replaceTerms(
  draft: Draft,
  task: JudgedTask,
  text: Omit<TaskText, 'form'>,
  terms: TaskTerms,
  form?: TaskForm | null,
): void {
  const edited = withTerms(draft, task, text, terms, form);
  draft.setTask(edited, task.facts.isSettled || edited.attempt !== task.attempt);
  if (edited.tenure.trackerId !== null) rederive(draft, edited, 'edited', null);
}

/**
 * The task with other text and terms, which it has yet to be judged by. The form stays unless one is given, or null; what
 * the terms say of it follows.
 */
export function withTerms(
  draft: Draft,
  task: JudgedTask,
  wish: Omit<TaskText, 'form'>,
  wanted: TaskTerms,
  form?: TaskForm | null,
): JudgedTask {
  const before = draft.text(task.id);
  const text = {
    ...(before.details && { details: before.details }),
    ...wish,
    form: form === undefined ? before.form : nextForm(form, before.form),
  };
  const terms: TaskTerms = { ...wanted, ...formTerms(text.form) };
  const isVoid = form !== undefined && task.attempt.formMs !== null;
  const attempt = isVoid ? { ...task.attempt, formMs: null } : task.attempt;
  draft.edited.set(task.id, { id: task.id, text, terms });
  tell(draft, task.id, { kind: 'update', text: changed(before, text), terms: changed(task.terms, terms) });
  return { ...task, terms, attempt, facts: { ...task.facts, isSettled: false } };
}

/** Forms of one task differ in when they were attached, also where the clock has not moved between two of them. */
function nextForm(form: TaskForm | null, before: TaskForm | null): TaskForm | null {
  if (form === null || before === null) return form;
  return { ...form, createdMs: Math.max(form.createdMs, before.createdMs + 1) };
}

export function assignTask(draft: Draft, { taskId, trackerId, by, toMs }: CommandOf<'assign_task'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null || isElsewhere(task, by)) return unknownTask(taskId);
  const fault = assignFault(draft, task, trackerId, by, toMs);
  if (fault !== null) return fault;
  if (!isWith(task, trackerId)) give(draft, withEnd(draft, task, toMs), trackerId);
  return { kind: 'task', taskId };
}

/** Why a task may not be given to a tracker, or to nobody; null = it may. */
export function assignFault(
  draft: Draft,
  task: JudgedTask,
  trackerId: number | null,
  by: Dialect,
  toMs?: number,
): Refusal | null {
  const move = trackerId === null ? 'unassign' : 'assign';
  const isSame = isWith(task, trackerId);
  const isAllowed = isSame || nextState(task.facts.state, move, trackerId !== null) !== null;
  if (!isAllowed || isLocked(task, by)) return inState(task, `${move}ed`);
  if (isSame) return null;
  const refusal = trackerId === null ? null : refusedTracker(draft, trackerId);
  if (refusal !== null) return refusal;
  const isReassigned = task.tenure.trackerId !== null && trackerId !== null;
  return isReassigned && isPast(draft, task, toMs) ? pastDeadline(task, 'given to another tracker') : null;
}

/** Whether giving it to this tracker, or to nobody, changes nothing. */
export function isWith({ tenure, facts }: JudgedTask, trackerId: number | null): boolean {
  return tenure.trackerId === trackerId && isOpen(facts.state);
}

export function give(draft: Draft, task: JudgedTask, trackerId: number | null): void {
  begin(draft, task, trackerId, draft.nowMs, null);
  tell(draft, task.id, { kind: 'assign', trackerId });
  review(draft, task.id, 'assigned');
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

/** Near and away are what somebody saw: nothing is judged by them. */
export function sightTask(draft: Draft, { taskId, isNear, remark }: CommandOf<'sight_task'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  if (!isOpen(task.facts.state)) return inState(task, isNear ? 'come near to' : 'gone away from');
  if (task.isNear !== isNear) {
    draft.setTask({ ...task, isNear }, true);
    tell(draft, taskId, { kind: 'presence', isNear, witness: null, ...(remark && { remark }) });
  }
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

/** A new tenure or attempt, and facts as if nothing had been found. The status is dated anew only where it changes. */
function begin(
  draft: Draft,
  task: JudgedTask,
  trackerId: number | null,
  givenMs: number,
  restartedMs: number | null,
): void {
  leaveIndex(draft, task);
  const terms = beginForm(draft, task);
  const isWaiting = isOpen(task.facts.state) && task.facts.arrivalMs === null;
  const isKept = isWaiting && (task.tenure.trackerId === null) === (trackerId === null);
  const statusMs = isKept ? task.facts.statusMs : (restartedMs ?? draft.nowMs);
  const tenure: Tenure = { trackerId, givenMs, assignedMs: trackerId === null ? null : statusMs };
  const attempt: Attempt = { ...FIRST_ATTEMPT, number: task.attempt.number + 1, restartedMs };
  draft.setTask({ ...task, terms, tenure, attempt, facts: untouched(tenure, statusMs) }, true);
}

/** A new attempt asks for the form again, and for one that came too late for the attempt before. */
function beginForm(draft: Draft, task: JudgedTask): TaskTerms {
  const text = draft.text(task.id);
  const { form } = text;
  if (form === null || (form.submittedMs === null && task.terms.isFormRequired)) return task.terms;
  const terms = { ...task.terms, ...formTerms(form) };
  draft.edited.set(task.id, { id: task.id, text: { ...text, form: unsubmitted(form) }, terms });
  return terms;
}

/** The task with the end of its window moved, where the command says so. */
function withEnd(draft: Draft, task: JudgedTask, toMs: number | undefined): JudgedTask {
  return toMs === undefined ? task : withTerms(draft, task, draft.text(task.id), { ...task.terms, toMs });
}

function isPast(draft: Draft, task: JudgedTask, toMs: number | undefined): boolean {
  return draft.nowMs > deadlineMs(toMs === undefined ? task.terms : { ...task.terms, toMs });
}

export function deleteTask(draft: Draft, taskId: number): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null || task.checkpoint !== null) return unknownTask(taskId);
  removeTask(draft, task);
  return { kind: 'task', taskId };
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

/** Navixy's calls on tasks do not know checkpoints, which have calls of their own. */
function isElsewhere({ checkpoint }: JudgedTask, by: Dialect): boolean {
  return by === 'navixy' && checkpoint !== null;
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
export function changed<T extends object>(before: T, after: T): Partial<T> {
  const entries = Object.entries(after).filter(([key, value]) => {
    return JSON.stringify(value) !== JSON.stringify(before[key as keyof T]);
  });
  return Object.fromEntries(entries) as Partial<T>;
}
