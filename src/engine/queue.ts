/**
 * The queue of a tracker: tasks that are done one after the other, of which the first begins by itself (engine rules,
 * section 6). Whose turn it is follows from what people do; when the work began, from that and the fixes.
 */
import type { Fix } from '../model/fix.ts';
import { POLICIES } from '../model/policy.ts';
import { isOpen, isPrepared, type JudgedTask } from '../model/task.ts';

/** Whether a task has a place in its tracker's queue. */
export function isQueued({ dialect, tenure, facts, deletedMs }: JudgedTask): boolean {
  if (!POLICIES[dialect].startsAtHead || tenure.trackerId === null || deletedMs !== null) return false;
  return isOpen(facts.state) && !isPrepared(facts.state);
}

/** Those without a position stand behind all that have one; at the same one the older task is first. */
export function byPlace(a: JudgedTask, b: JudgedTask): number {
  const [aPlace, bPlace] = [a.terms.position ?? Number.POSITIVE_INFINITY, b.terms.position ?? Number.POSITIVE_INFINITY];
  if (aPlace === bPlace) return a.id - b.id;
  return aPlace < bPlace ? -1 : 1;
}

/** Since when nothing stands before the head: given by then, nothing left in front of it, and everything there finished. */
export function headSinceMs(head: JudgedTask, tasks: readonly JudgedTask[], leftMs: number): number {
  const { createdMs, tenure, attempt } = head;
  const givenMs = tenure.givenMs === Number.NEGATIVE_INFINITY ? createdMs : tenure.givenMs;
  const finished = tasks.filter((task) => {
    return POLICIES[task.dialect].startsAtHead && !isOpen(task.facts.state) && byPlace(task, head) < 0;
  });
  return Math.max(givenMs, attempt.restartedMs ?? givenMs, leftMs, ...finished.map(({ facts }) => facts.statusMs));
}

/** The fix that the work began with at the head of the queue; `fixes`: by device time. */
export function startingFix({ attempt }: JudgedTask, fixes: readonly Fix[]): Fix | null {
  const { headMs, finishedMs } = attempt;
  if (headMs === undefined) return null;
  const fix = fixes.find(({ position }) => position.timeMs > headMs);
  return fix === undefined || (finishedMs !== null && fix.position.timeMs > finishedMs) ? null : fix;
}

/** A fix before this instant, after it came to the head, moves the beginning of its work; -Infinity = none does. */
export function startLimitMs({ attempt, facts }: JudgedTask): number {
  const { headMs, finishedMs } = attempt;
  if (headMs === undefined) return Number.NEGATIVE_INFINITY;
  const endMs = finishedMs === null ? Number.POSITIVE_INFINITY : finishedMs + 1;
  return Math.min(facts.startMs ?? endMs, endMs);
}

/** No later fix moves the beginning of one of these tasks; null = none of them begins by itself. */
export function startsUntilMs(tasks: readonly JudgedTask[]): number | null {
  let untilMs: number | null = null;
  for (const task of tasks) {
    if (task.attempt.headMs !== undefined) untilMs = Math.max(untilMs ?? Number.NEGATIVE_INFINITY, startLimitMs(task));
  }
  return untilMs;
}
