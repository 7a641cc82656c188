/**
 * The engine's answer to fixes and to the clock. Two roads lead to a verdict: in-order fixes take one search of the
 * index and a step of the fold; everything else folds the stored track anew (engine rules, section 7).
 */
import type { Fix } from '../model/fix.ts';
import { deadlineMs, isOpen, type JudgedTask, placeOf, type TaskFacts } from '../model/task.ts';
import type { Draft } from './draft.ts';
import { completionMs, type Evidence, findings, NO_EVIDENCE, passThrough, step } from './evidence.ts';
import { isBeforeStart, type Move } from './lifecycle.ts';
import { approach } from './presence.ts';
import { startingFix, startLimitMs, startsUntilMs } from './queue.ts';
import { raiseDeadlines } from './recollect.ts';
import { derive, isAnyWithin, isRecordComplete, passagesBetween, stretch } from './track.ts';
import { type Cause, hasTurned, statusChange, transitions } from './transitions.ts';
import { type EngineSettings, judge, rulesOf } from './verdict.ts';
import { closeMs, hasBegun, horizonMs, isDue, isJudgeable, waitsUntilMs } from './world.ts';

/** What made a task's facts move; a code, worded by those who show it. */
export type Reason =
  | 'fix'
  | 'late_fix'
  | 'clock'
  | 'assigned'
  | 'queue'
  | 'edited'
  | 'form'
  | 'clock_changed'
  | 'model_changed'
  | Move;

/** Judges all fixes taken in since the last call, tracker by tracker, each one's whole batch in device-time order. */
export function advance(draft: Draft): void {
  const waiting = draft.takeWaiting();
  // All of them before the first is judged: a batch is applied whole (section 4).
  const unjudged = waiting.map((trackerId) => draft.takeUnjudged(trackerId));
  for (const [i, trackerId] of waiting.entries()) judgeFixes(draft, trackerId, unjudged[i]!);
}

function judgeFixes(draft: Draft, trackerId: number, fixes: readonly Fix[]): void {
  // A copy of the numbers: judging moves the progress on.
  const progress = draft.progressOf(trackerId);
  const { newestValidMs: beforeMs, closedUntilMs, nextDeadlineMs, nextDueMs, startsUntilMs: untilMs } = progress;
  const isInOrder = fixes[0]!.position.timeMs > beforeMs && beforeMs >= closedUntilMs;
  if (isInOrder) follow(draft, trackerId, fixes);
  else reconsider(draft, trackerId, fixes);
  const newestValidMs = Math.max(beforeMs, fixes[fixes.length - 1]!.position.timeMs);
  draft.movingOf(trackerId).newestValidMs = newestValidMs;
  if (newestValidMs >= nextDeadlineMs) passDeadlines(draft, trackerId, newestValidMs);
  if (draft.nowMs >= nextDueMs) enterDue(draft, trackerId);
  if (untilMs !== undefined && fixes[0]!.position.timeMs < untilMs) startWork(draft, trackerId, fixes);
  if (isInOrder && draft.isApproaching(trackerId)) approach(draft, trackerId, fixes);
}

/** Looks at every task whose review is due, at most `limit` of them. Returns whether more are waiting. */
export function tick(draft: Draft, limit: number): boolean {
  const isMore = raiseDeadlines(draft.world, draft.ports, draft.nowMs);
  const { reviews } = draft.world;
  for (let n = 0; n < limit; n++) {
    const next = reviews.peek();
    if (next === undefined || next.atMs > draft.nowMs) return isMore;
    reviews.pop();
    draft.reviews.push(next);
    review(draft, next.taskId);
  }
  return isMore || (reviews.peek()?.atMs ?? Number.POSITIVE_INFINITY) <= draft.nowMs;
}

/** The short road: instants newer than all before, tested against the index. */
function follow(draft: Draft, trackerId: number, fixes: readonly Fix[]): void {
  let before = draft.settings.hygiene.passThroughMs > 0 ? lastInstant(draft, trackerId) : [];
  for (let i = 0; i < fixes.length; ) {
    const fix = fixes[i]!;
    let end = i + 1;
    while (end < fixes.length && fixes[end]!.position.timeMs === fix.position.timeMs) end++;
    const instant = end - i === fixes.length ? fixes : fixes.slice(i, end);
    const beforeIds = draft.progressOf(trackerId).insideIds;
    const insideIds = idsInside(draft, trackerId, instant, beforeIds);
    if (before.length > 0) passBetween(draft, trackerId, before, instant, [...beforeIds, ...insideIds]);
    for (const id of beforeIds) if (!insideIds.includes(id)) stepTask(draft, trackerId, id, fix, false);
    for (const id of insideIds) stepTask(draft, trackerId, id, fix, true);
    if (draft.settings.hygiene.passThroughMs > 0) before = instant;
    i = end;
  }
}

/** Live tasks whose zone an instant is in; a run that is open ends only beyond the exit margin. */
function idsInside(
  draft: Draft,
  trackerId: number,
  instant: readonly Fix[],
  beforeIds: readonly number[],
): readonly number[] {
  const idsAt = ({ position }: Fix) => draft.containing(trackerId, position.latDeg, position.lonDeg);
  const ids = instant.length === 1 ? idsAt(instant[0]!) : [...new Set(instant.flatMap(idsAt))];
  const { exitMarginM } = draft.settings.hygiene;
  if (exitMarginM === 0) return ids;
  const isLingering = (id: number) => isAnyWithin(placeOf(draft.heldTask(id)!), exitMarginM, instant);
  return [...ids, ...beforeIds.filter((id) => !ids.includes(id) && isLingering(id))];
}

function lastInstant(draft: Draft, trackerId: number): readonly Fix[] {
  const { newestValidMs } = draft.progressOf(trackerId);
  if (newestValidMs === Number.NEGATIVE_INFINITY) return [];
  const fixes = draft.track(trackerId, newestValidMs, newestValidMs);
  return fixes.filter(({ position }) => position.timeMs === newestValidMs);
}

/** Setting `engine.pass-through`: tasks that neither instant is in, but perhaps the way between them. */
function passBetween(
  draft: Draft,
  trackerId: number,
  before: readonly Fix[],
  after: readonly Fix[],
  touchedIds: readonly number[],
): void {
  const { settings } = draft;
  for (const task of draft.tasksOf(trackerId)) {
    const evidence = draft.evidenceOf(trackerId, task.id);
    if (evidence === null || touchedIds.includes(task.id)) continue;
    const passages = passagesBetween(before, after, placeOf(task), settings.hygiene.passThroughMs);
    const last = passages.at(-1);
    if (last === undefined) continue;
    const rules = rulesOf(task, settings);
    const passed = passages.reduce((sum, passage) => passThrough(sum, passage, rules), evidence);
    conclude(draft, task, passed, judge(task, passed, false, last.lastMs, settings), 'fix', after[0]!);
  }
}

function stepTask(draft: Draft, trackerId: number, taskId: number, fix: Fix, isInside: boolean): void {
  const { settings } = draft;
  const task = draft.heldTask(taskId)!;
  const { timeMs } = fix.position;
  const evidence = step(draft.evidenceOf(trackerId, taskId)!, timeMs, isInside, rulesOf(task, settings));
  if (isInside && !isTurning(task, evidence, settings)) {
    setEvidence(draft, trackerId, taskId, evidence);
    return;
  }
  conclude(draft, task, evidence, judge(task, evidence, false, timeMs, settings), 'fix', fix);
}

/** Whether one more inside fix changes more than the length of the open visit. */
function isTurning(task: JudgedTask, evidence: Evidence, settings: EngineSettings): boolean {
  const rules = rulesOf(task, settings);
  const found = findings(evidence, rules);
  const isAtEnd = evidence.run!.lastMs >= rules.deadlineMs;
  return isAtEnd || found.arrivalMs !== task.facts.arrivalMs || completionMs(found, rules) !== task.facts.completionMs;
}

/** The long road: fixes among or before those already judged. Every task that they touch is derived anew. */
function reconsider(draft: Draft, trackerId: number, fixes: readonly Fix[]): void {
  draft.counts.fixesLate += fixes.length;
  for (const task of draft.tasksOf(trackerId)) {
    if (isDecisive(draft, task, fixes)) {
      rederive(draft, task, 'late_fix', witnessOf(task, fixes, draft.settings));
    }
  }
}

/** The tracker's stored records read otherwise than before: what still follows from them is derived anew. */
export function rejudge(draft: Draft, trackerId: number, reason: Reason): void {
  for (const task of draft.tasksOf(trackerId)) {
    if (task.attempt.headMs !== undefined && !isForgotten(draft, task)) restart(draft, task, reason);
    else if (isJudgedByGps(draft, task)) rederive(draft, task, reason, null);
  }
  noteStarts(draft, trackerId);
}

/** Section 6: at the head of the queue the work begins with the first fix; one that comes late may begin it earlier. */
function startWork(draft: Draft, trackerId: number, fixes: readonly Fix[]): void {
  for (const task of draft.tasksOf(trackerId)) {
    const fix = startingFix(task, fixes);
    if (fix === null || fix.position.timeMs >= startLimitMs(task) || isForgotten(draft, task)) continue;
    start(draft, task, fix.position.timeMs, 'fix', fix);
  }
  noteStarts(draft, trackerId);
}

/** Whether it was closed too long ago for anything to be found about it. */
function isForgotten(draft: Draft, task: JudgedTask): boolean {
  return !isOpen(task.facts.state) && draft.nowMs > horizonMs(task, draft.settings);
}

/** Begins the work by what is stored, if that shows when. */
export function startByTrack(draft: Draft, task: JudgedTask, reason: Reason): void {
  const fix = storedStart(draft, task);
  if (fix !== null) start(draft, task, fix.position.timeMs, reason, fix);
}

function storedStart(draft: Draft, task: JudgedTask): Fix | null {
  const { headMs } = task.attempt;
  return headMs === undefined ? null : startingFix(task, draft.track(task.tenure.trackerId!, headMs, headMs));
}

/** The fixes that it began with are read otherwise: it may have begun at another time, or not yet. */
function restart(draft: Draft, task: JudgedTask, reason: Reason): void {
  const again = startedAnew(draft, task);
  const { startMs } = again.facts;
  if (startMs === task.facts.startMs) rederive(draft, task, reason, null);
  else if (startMs !== undefined) start(draft, task, startMs, reason, null);
  else {
    draft.setTask(again, true);
    rederive(draft, again, reason, null);
  }
}

/** The task with the beginning of its work by what is stored and by what people said. */
export function startedAnew(draft: Draft, task: JudgedTask): JudgedTask {
  const { startMs: _, ...facts } = task.facts;
  const fixMs = storedStart(draft, task)?.position.timeMs ?? Number.POSITIVE_INFINITY;
  const startMs = Math.min(fixMs, task.attempt.startedMs ?? Number.POSITIVE_INFINITY);
  return { ...task, facts: startMs === Number.POSITIVE_INFINITY ? facts : { ...facts, startMs } };
}

/** What comes before the beginning does not count, so what is known of the task is derived anew. */
function start(draft: Draft, task: JudgedTask, startMs: number, reason: Reason, witness: Fix | null): void {
  const state = isBeforeStart(task.facts.state) ? 'in_transit' : task.facts.state;
  const begun: JudgedTask = { ...task, facts: { ...task.facts, state, startMs } };
  if (isOpen(state)) {
    const change = statusChange(task, begun, causeOf(draft, reason, witness), task.facts.startMs !== undefined);
    draft.events.push({ ...change, eventMs: startMs });
  }
  draft.setTask(begun, true);
  rederive(draft, begun, reason, witness);
}

/** Keeps up to when a fix may begin the work on one of a tracker's tasks. */
export function noteStarts(draft: Draft, trackerId: number): void {
  const untilMs = startsUntilMs(draft.tasksOf(trackerId));
  if (untilMs !== null) draft.movingOf(trackerId).startsUntilMs = untilMs;
}

/** Whether these fixes may change what a task comes to. */
export function isDecisive(draft: Draft, task: JudgedTask, fixes: readonly Fix[]): boolean {
  return isJudgedByGps(draft, task) && isTouched(draft, task, fixes);
}

/** Whether its facts still follow from fixes: in the index, or out of it and within the horizon. */
function isJudgedByGps(draft: Draft, task: JudgedTask): boolean {
  if (!isJudgeable(task)) return false;
  const isOut = task.facts.isSettled || !isOpen(task.facts.state);
  return isOut ? draft.nowMs <= horizonMs(task, draft.settings) : isDue(task, draft.nowMs, draft.settings);
}

/** In the span, the last valid fix before it, or the first one after it: nothing else can change a run in it. */
function isTouched(draft: Draft, task: JudgedTask, fixes: readonly Fix[]): boolean {
  const { startMs, deadlineMs: endMs } = rulesOf(task, draft.settings);
  const firstMs = fixes[0]!.position.timeMs;
  const lastMs = fixes.at(-1)!.position.timeMs;
  const timesAround = (ms: number) => {
    return draft.track(task.tenure.trackerId!, ms, ms).map(({ position }) => position.timeMs);
  };
  if (lastMs < startMs) {
    // With an exit margin, whether the run at S is open may hang on fixes further back.
    if (draft.settings.hygiene.exitMarginM > 0) return true;
    return timesAround(startMs).every((timeMs) => timeMs >= startMs || timeMs <= lastMs);
  }
  return firstMs <= endMs || timesAround(endMs).every((timeMs) => timeMs <= endMs || timeMs >= firstMs);
}

function witnessOf(task: JudgedTask, fixes: readonly Fix[], settings: EngineSettings): Fix {
  const { startMs, deadlineMs: endMs } = rulesOf(task, settings);
  return fixes.findLast(({ position }) => position.timeMs >= startMs && position.timeMs <= endMs) ?? fixes[0]!;
}

/** The clock's look at a task: it enters the index, or it closes. */
export function review(draft: Draft, taskId: number, reason: Reason = 'clock'): void {
  const task = draft.task(taskId);
  if (task === null || !isOpen(task.facts.state) || !isDue(task, draft.nowMs, draft.settings)) return;
  const isLive = draft.evidenceOf(task.tenure.trackerId!, taskId) !== null;
  if (!isLive || draft.nowMs >= deadlineMs(task.terms)) rederive(draft, task, reason, null);
}

/** The track has passed a deadline: where its record is complete, nothing more is waited for. */
function passDeadlines(draft: Draft, trackerId: number, newestValidMs: number): void {
  let nextDeadlineMs = Number.POSITIVE_INFINITY;
  for (const task of draft.tasksOf(trackerId)) {
    if (!isOpen(task.facts.state) || draft.evidenceOf(trackerId, task.id) === null) continue;
    const endMs = deadlineMs(task.terms);
    if (endMs > newestValidMs) nextDeadlineMs = Math.min(nextDeadlineMs, endMs);
    else review(draft, task.id);
  }
  draft.movingOf(trackerId).nextDeadlineMs = nextDeadlineMs;
}

/**
 * Tasks have come due that the clock has not put in the index yet, after a sleep or an outage: they are judged by these
 * fixes in the same commit, so that stored facts always speak for all that is stored (`recollect.ts` relies on it).
 */
function enterDue(draft: Draft, trackerId: number): void {
  let nextDueMs = Number.POSITIVE_INFINITY;
  for (const task of draft.tasksOf(trackerId)) {
    const dueMs = waitsUntilMs(task, { has: (id) => draft.evidenceOf(trackerId, id) !== null }, draft.settings);
    if (dueMs > draft.nowMs) nextDueMs = Math.min(nextDueMs, dueMs);
    else review(draft, task.id);
  }
  draft.movingOf(trackerId).nextDueMs = nextDueMs;
}

/** Derives a task anew and tells what turned. */
export function rederive(draft: Draft, task: JudgedTask, reason: Reason, witness: Fix | null): void {
  const { evidence, facts } = derivation(draft, task);
  conclude(draft, task, evidence, facts, reason, witness);
}

/** What a task comes to by the stored track and this commit's fixes. Evidence null = it is not in the index. */
export function derivation(draft: Draft, task: JudgedTask): { evidence: Evidence | null; facts: TaskFacts } {
  const { settings, nowMs } = draft;
  if (!hasBegun(task, nowMs, settings)) {
    return { evidence: null, facts: judge(task, NO_EVIDENCE, false, Number.NEGATIVE_INFINITY, settings) };
  }
  draft.counts.derivations += 1;
  const zone = placeOf(task);
  const trackerId = task.tenure.trackerId!;
  const rules = rulesOf(task, settings);
  const read = (fromMs: number, toMs: number) => draft.track(trackerId, fromMs, toMs);
  const fixes = stretch(read, zone, rules, settings.hygiene);
  const evidence = derive(fixes, zone, rules, settings.hygiene);
  const newestMs = Math.max(draft.progressOf(trackerId).newestValidMs, fixes.at(-1)?.position.timeMs ?? -Infinity);
  return { evidence, facts: judge(task, evidence, isDecided(draft, task, fixes), newestMs, settings) };
}

/** Section 4: D is decided once its record is complete or the grace is over; what the clock has closed stays decided. */
function isDecided(draft: Draft, task: JudgedTask, fixes: readonly Fix[]): boolean {
  if (task.facts.isSettled && task.facts.closer !== 'gps') return true;
  const endMs = deadlineMs(task.terms);
  if (draft.nowMs < endMs) return false;
  return draft.nowMs >= closeMs(draft, task) || isRecordComplete(fixes, endMs);
}

/** Tells what turned and puts the new facts in. */
function conclude(
  draft: Draft,
  task: JudgedTask,
  evidence: Evidence | null,
  facts: TaskFacts,
  reason: Reason,
  witness: Fix | null,
): void {
  draft.events.push(...transitions(task, facts, causeOf(draft, reason, witness)));
  place(draft, task, evidence, facts, isWorthWriting(task.facts, facts));
}

function causeOf(draft: Draft, reason: Reason, witness: Fix | null): Cause {
  return { recordedMs: draft.nowMs, reason, witness: witness && witnessed(witness) };
}

/** Puts new facts in, and keeps the task in the index for as long as in-order fixes concern it. */
export function place(
  draft: Draft,
  task: JudgedTask,
  evidence: Evidence | null,
  facts: TaskFacts,
  isWritten: boolean,
): void {
  draft.setTask({ ...task, facts }, isWritten);
  const { trackerId } = task.tenure;
  if (trackerId === null) return;
  setEvidence(draft, trackerId, task.id, facts.isSettled ? null : evidence);
  const progress = draft.movingOf(trackerId);
  const endMs = deadlineMs(task.terms);
  if (isOpen(facts.state) && endMs < progress.nextDeadlineMs) progress.nextDeadlineMs = endMs;
  const countedMs = rulesOf(task, draft.settings).deadlineMs;
  if (facts.isSettled && facts.closer !== 'gps' && countedMs > progress.closedUntilMs) {
    progress.closedUntilMs = countedMs;
  }
}

function isWorthWriting(before: TaskFacts, after: TaskFacts): boolean {
  return (
    hasTurned(before, after) ||
    before.stayMs !== after.stayMs ||
    before.isSettled !== after.isSettled ||
    before.arrivalMs !== after.arrivalMs ||
    before.completionMs !== after.completionMs ||
    before.departureMs !== after.departureMs
  );
}

function witnessed({ position }: Fix): {
  timeMs: number;
  latDeg: number;
  lonDeg: number;
} {
  return {
    timeMs: position.timeMs,
    latDeg: position.latDeg,
    lonDeg: position.lonDeg,
  };
}

/** Moves a task's evidence, and with it the list of those whose zone the tracker is in. */
export function setEvidence(draft: Draft, trackerId: number, taskId: number, evidence: Evidence | null): void {
  draft.setEvidence(trackerId, taskId, evidence);
  const progress = draft.movingOf(trackerId);
  const { insideIds } = progress;
  const wasInside = insideIds.includes(taskId);
  const isInside = evidence !== null && evidence.run !== null;
  if (isInside && !wasInside) progress.insideIds = [...insideIds, taskId];
  if (!isInside && wasInside) progress.insideIds = insideIds.filter((id) => id !== taskId);
}
