/** What people and systems do to one task: decided once, on the state then known (engine rules, section 4). */
import type { Command, CommandOutcome, NewTask, PersonalMove } from '../model/command.ts';
import type { Remark, TaskEventBody } from '../model/event.ts';
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
  isPrepared,
  type JudgedTask,
  type LifecycleState,
  type Task,
  type TaskTerms,
  type TaskText,
  type Tenure,
} from '../model/task.ts';
import { derivation, place, rederive, review, setEvidence, startedAnew } from './advance.ts';
import type { Draft } from './draft.ts';
import { findings, NO_EVIDENCE } from './evidence.ts';
import { editFault } from './itinerary.ts';
import { nextState } from './lifecycle.ts';
import { noteNear } from './presence.ts';
import { asNavixySays, endingAt, isSameTask } from './terms-said.ts';
import { refusedTracker } from './tracker-commands.ts';
import { factsThen, statusChange } from './transitions.ts';
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
  const { uuid, dialect, trackerId, text, begins } = wish;
  const assignedMs = trackerId === null ? null : draft.nowMs;
  // Section 2, tenure: a task born assigned is given for its whole window.
  const givenMs = begins === undefined ? Number.NEGATIVE_INFINITY : draft.nowMs;
  const tenure: Tenure = { trackerId, givenMs, assignedMs };
  const judged: JudgedTask = {
    id: draft.nextTaskId++,
    dialect,
    createdMs: draft.nowMs,
    deletedMs: null,
    terms: { ...wish.terms, ...formTerms(text.form) },
    tenure,
    attempt: begins === undefined ? FIRST_ATTEMPT : { ...FIRST_ATTEMPT, movedTo: begins },
    facts: untouched(tenure, draft.nowMs, begins),
    checkpoint,
  };
  const task: Task = { ...judged, uuid, text };
  draft.created.set(task.id, task);
  draft.setTask(judged, false);
  tell(draft, task.id, { kind: 'create', task });
  draft.noteQueue(judged, Number.NEGATIVE_INFINITY);
  review(draft, task.id, 'assigned');
  return task.id;
}

export function editTask(draft: Draft, command: CommandOf<'edit_task'>): CommandOutcome {
  const { taskId, text, by, form, remark } = command;
  const task = draft.task(taskId);
  if (task === null || isElsewhere(task, by)) return unknownTask(taskId);
  if (isLocked(task, by)) return inState(task, 'edited');
  if (!isOpen(task.facts.state)) return rewordTask(draft, task, command);
  const terms = by === 'navixy' ? asNavixySays(task.terms, command.terms) : command.terms;
  if (terms.zone === null && task.terms.zone !== null && task.facts.arrivalMs !== null) {
    return inState(task, 'left without the place that somebody has been at');
  }
  const fault = editFault(draft, task, terms);
  if (fault !== null) return fault;
  replaceTerms(draft, task, text, terms, form, remark);
  return { kind: 'task', taskId };
}

/** What a finished task says may still be put in other words; what it was judged by may not. */
function rewordTask(
  draft: Draft,
  task: JudgedTask,
  { text: wish, terms, form, remark }: CommandOf<'edit_task'>,
): CommandOutcome {
  if (form !== undefined || !isSameTask(task.terms, terms)) {
    return inState(task, 'given another place, window, stay or form');
  }
  const before = draft.text(task.id);
  const text = { ...(before.details && { details: before.details }), ...wish, form: before.form };
  const { position } = terms;
  const kept = position === undefined ? task.terms : { ...task.terms, position };
  draft.edited.set(task.id, { id: task.id, text, terms: kept });
  draft.setTask({ ...task, terms: kept }, false);
  tell(draft, task.id, updateOf(changed(before, text), changed(task.terms, kept), remark));
  return { kind: 'task', taskId: task.id };
}

/** Section 4: an edit of an open task re-derives it from stored fixes. */
export function replaceTerms(
  draft: Draft,
  task: JudgedTask,
  text: Omit<TaskText, 'form'>,
  terms: TaskTerms,
  form?: TaskForm | null,
  remark?: Remark,
): void {
  const edited = withTerms(draft, task, text, terms, form, remark);
  draft.setTask(edited, task.facts.isSettled || edited.attempt !== task.attempt || edited.isNear !== task.isNear);
  if (edited.terms.position !== task.terms.position) draft.noteQueue(edited, draft.nowMs);
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
  remark?: Remark,
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
  tell(draft, task.id, updateOf(changed(before, text), changed(task.terms, terms), remark));
  // Near to what, if it has no place any more?
  const seen = terms.zone === null && task.terms.zone !== null ? unseen(task) : task;
  return { ...seen, terms, attempt, facts: { ...task.facts, isSettled: false } };
}

function updateOf(text: Partial<TaskText>, terms: Partial<TaskTerms>, remark: Remark | undefined): TaskEventBody {
  return { kind: 'update', text, terms, ...(remark && { remark }) };
}

function unseen({ isNear: _, ...task }: JudgedTask): JudgedTask {
  return task;
}

/** Forms of one task differ in when they were attached, also where the clock has not moved between two of them. */
function nextForm(form: TaskForm | null, before: TaskForm | null): TaskForm | null {
  if (form === null || before === null) return form;
  return { ...form, createdMs: Math.max(form.createdMs, before.createdMs + 1) };
}

export function assignTask(draft: Draft, command: CommandOf<'assign_task'>): CommandOutcome {
  const { taskId, trackerId, by, toMs, remark } = command;
  const task = draft.task(taskId);
  if (task === null || isElsewhere(task, by)) return unknownTask(taskId);
  const fault = assignFault(draft, task, trackerId, by, toMs);
  if (fault !== null) return fault;
  if (!isWith(task, trackerId)) give(draft, withEnd(draft, task, toMs), trackerId, remark);
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
  const isReassigned = task.tenure.trackerId !== null && trackerId !== null && !isPrepared(task.facts.state);
  return isReassigned && isPast(draft, task, toMs) ? pastDeadline(task, 'given to another tracker') : null;
}

/** Whether giving it to this tracker, or to nobody, changes nothing. Whoever has it in preparation is given it to do. */
export function isWith({ tenure, facts }: JudgedTask, trackerId: number | null): boolean {
  if (tenure.trackerId !== trackerId || !isOpen(facts.state)) return false;
  return trackerId === null || !isPrepared(facts.state);
}

export function give(draft: Draft, task: JudgedTask, trackerId: number | null, remark?: Remark): void {
  begin(draft, task, { trackerId, givenMs: draft.nowMs, dateMs: draft.nowMs });
  tellGiven(draft, task, remark);
  review(draft, task.id, 'assigned');
}

/** Takes an open task from the tracker that is no more, however far it has come. */
export function release(draft: Draft, task: JudgedTask): void {
  const { state } = task.facts;
  const given = { trackerId: null, givenMs: draft.nowMs, dateMs: draft.nowMs };
  begin(draft, task, isPrepared(state) ? { ...given, movedTo: state } : given);
  tellGiven(draft, task);
}

function tellGiven(draft: Draft, before: JudgedTask, remark?: Remark): void {
  const after = draft.heldTask(before.id)!;
  const { trackerId } = after.tenure;
  const turn = { from: factsThen(before), to: factsThen(after) };
  tell(draft, before.id, { kind: 'assign', trackerId, ...turn, ...(remark && { remark }) });
}

export function moveTask(draft: Draft, command: CommandOf<'move_task'>): CommandOutcome {
  const { taskId, move, timeMs, toMs, remark } = command;
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  const state = nextState(task.facts.state, move, task.tenure.trackerId !== null);
  if (state === null) return inState(task, MOVED[move]);
  if (move === 'restart' && isPast(draft, task, toMs)) return pastDeadline(task, 'restarted');
  // Section 4: a command's own time dates it, clamped to [given, receipt].
  const atMs = Math.min(Math.max(timeMs ?? draft.nowMs, task.tenure.givenMs), draft.nowMs);
  carryOut(draft, task, command, state, atMs);
  const cause = { recordedMs: draft.nowMs, reason: move, witness: null, remark };
  // The status may be older: that somebody has accepted it, say, does not change how long it has been assigned.
  draft.events.push({ ...statusChange(task, draft.heldTask(taskId)!, cause, false), eventMs: atMs });
  if (move === 'restart' || move === 'release') review(draft, taskId, move);
  return { kind: 'task', taskId };
}

function carryOut(
  draft: Draft,
  task: JudgedTask,
  { move, toMs }: CommandOf<'move_task'>,
  state: LifecycleState,
  atMs: number,
): void {
  const { trackerId, givenMs } = task.tenure;
  const dateMs = atMs;
  if (move === 'restart') begin(draft, withEnd(draft, task, toMs), { trackerId, givenMs, restartedMs: atMs, dateMs });
  else if (move === 'reject') begin(draft, task, { trackerId: null, givenMs: draft.nowMs, dateMs });
  else if (move === 'shelve') begin(draft, task, { trackerId, givenMs: atMs, dateMs, movedTo: 'draft' });
  else if (move === 'release') putUp(draft, task, atMs);
  else settleMove(draft, task, move, state, atMs);
}

/** Near and away are what somebody saw: nothing is judged by them. */
export function sightTask(draft: Draft, { taskId, isNear, remark }: CommandOf<'sight_task'>): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  if (!isOpen(task.facts.state)) return inState(task, isNear ? 'come near to' : 'gone away from');
  if (task.isNear !== isNear) {
    draft.setTask({ ...task, isNear }, true);
    const { trackerId } = task.tenure;
    if (trackerId !== null) noteNear(draft, trackerId, taskId, isNear);
    tell(draft, taskId, { kind: 'presence', isNear, witness: null, ...(remark && { remark }) });
  }
  return { kind: 'task', taskId };
}

/** Puts a task in the state a person moved it to; a finish freezes what is missing at that moment. */
function settleMove(draft: Draft, task: JudgedTask, move: PersonalMove, state: LifecycleState, atMs: number): void {
  const finishedMs = isOpen(state) ? null : atMs;
  const begun = move === 'start' || move === 'activate' ? beginning(task, atMs) : task;
  const settled: JudgedTask = {
    ...begun,
    tenure: finishedMs === null ? task.tenure : lastTenure(task, finishedMs),
    attempt: { ...begun.attempt, movedTo: state, finishedMs },
  };
  if (finishedMs !== null) draft.noteQueue(task, Number.NEGATIVE_INFINITY);
  // Dated back, a finish may lie before the fix that the work was taken to begin with.
  const isAnew = finishedMs !== null && task.attempt.headMs !== undefined;
  const moved = isAnew ? startedAnew(draft, settled) : settled;
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

/** The work has begun, by the word of the person who first says so, or before that by itself. */
function beginning(task: JudgedTask, atMs: number): JudgedTask {
  const { attempt, facts } = task;
  if (attempt.startedMs !== undefined) return task;
  const startMs = Math.min(facts.startMs ?? atMs, atMs);
  return { ...task, attempt: { ...attempt, startedMs: atMs }, facts: { ...facts, startMs } };
}

/** What was never put up for work leaves no time in which anything could have counted. */
function lastTenure({ tenure, facts }: JudgedTask, finishedMs: number): Tenure {
  return isPrepared(facts.state) ? { ...tenure, givenMs: finishedMs + 1 } : tenure;
}

interface Beginning {
  readonly trackerId: number | null;
  readonly givenMs: number;
  readonly restartedMs?: number;
  /** Where people put it at once; absent = nowhere. */
  readonly movedTo?: LifecycleState;
  /** Of its status, where that changes. */
  readonly dateMs: number;
}

/** A new tenure or attempt, and facts as if nothing had been found. The status is dated anew only where it changes. */
function begin(draft: Draft, task: JudgedTask, wish: Beginning): void {
  const { trackerId, givenMs, restartedMs = null, movedTo = null, dateMs } = wish;
  leaveIndex(draft, task);
  draft.noteQueue(task, draft.nowMs);
  const terms = beginForm(draft, task);
  if (task.tenure.trackerId !== trackerId) noteFormer(draft, task, terms);
  const isDraft = task.facts.state === 'draft' || movedTo === 'draft';
  const isWaiting = isOpen(task.facts.state) && task.facts.arrivalMs === null && !isDraft;
  const isKept = isWaiting && (task.tenure.trackerId === null) === (trackerId === null);
  const statusMs = isKept ? task.facts.statusMs : dateMs;
  const tenure: Tenure = { trackerId, givenMs, assignedMs: trackerId === null ? null : statusMs };
  const attempt: Attempt = { ...FIRST_ATTEMPT, number: task.attempt.number + 1, restartedMs, movedTo };
  const begun = { ...unseen(task), terms, tenure, attempt, facts: untouched(tenure, statusMs, movedTo) };
  draft.setTask(begun, true);
  draft.noteQueue(begun, Number.NEGATIVE_INFINITY);
}

/** What was prepared is to be done from now on, by whoever it was prepared for. */
function putUp(draft: Draft, task: JudgedTask, atMs: number): void {
  const { trackerId } = task.tenure;
  const statusMs = task.facts.state === 'draft' ? atMs : task.facts.statusMs;
  const tenure: Tenure = { trackerId, givenMs: atMs, assignedMs: trackerId === null ? null : statusMs };
  const attempt: Attempt = { ...task.attempt, movedTo: null };
  const begun = { ...task, tenure, attempt, facts: untouched(tenure, statusMs) };
  draft.setTask(begun, true);
  draft.noteQueue(begun, Number.NEGATIVE_INFINITY);
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

/** Remembers whoever had it before, each once and the last ones if there were many. */
function noteFormer(draft: Draft, { id, tenure }: JudgedTask, terms: TaskTerms): void {
  const uuid = tenure.trackerId === null ? undefined : draft.tracker(tenure.trackerId)?.uuid;
  if (uuid === undefined) return;
  const text = draft.text(id);
  const others = (text.details?.formerTrackers ?? []).filter((former) => former !== uuid);
  const details = { ...text.details, formerTrackers: [...others, uuid].slice(-FORMER_TRACKERS_MAX) };
  draft.edited.set(id, { id, text: { ...text, details }, terms });
}

const FORMER_TRACKERS_MAX = 100;

/** The task with the end of its window moved, where the command says so. */
function withEnd(draft: Draft, task: JudgedTask, toMs: number | undefined): JudgedTask {
  return toMs === undefined ? task : withTerms(draft, task, draft.text(task.id), endingAt(task.terms, toMs));
}

function isPast(draft: Draft, task: JudgedTask, toMs: number | undefined): boolean {
  return draft.nowMs > deadlineMs(toMs === undefined ? task.terms : endingAt(task.terms, toMs));
}

export function deleteTask(draft: Draft, taskId: number): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null || task.checkpoint !== null) return unknownTask(taskId);
  removeTask(draft, task);
  return { kind: 'task', taskId };
}

export function removeTask(draft: Draft, task: JudgedTask): void {
  leaveIndex(draft, task);
  draft.noteQueue(task, draft.nowMs);
  draft.setTask({ ...cancelled(draft, task), deletedMs: draft.nowMs }, true);
  tell(draft, task.id, { kind: 'delete', from: factsThen(task) });
}

/** Nobody is to do it any more; that is all that the other dialects can say of a deletion. */
function cancelled(draft: Draft, task: JudgedTask): JudgedTask {
  if (!isOpen(task.facts.state)) return task;
  const attempt: Attempt = { ...task.attempt, movedTo: 'cancelled', finishedMs: draft.nowMs };
  const end = { state: 'cancelled', statusMs: draft.nowMs, closer: 'person', isSettled: true } as const;
  return { ...task, attempt, facts: { ...task.facts, ...end } };
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
