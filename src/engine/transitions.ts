/** What there is to tell when a task's facts change: the steps forward, or one revision. */
import type { FactsThen, Remark, TaskEvent, Witness } from '../model/event.ts';
import { isOpen, type JudgedTask, type TaskFacts } from '../model/task.ts';

/** Why facts changed, for history and explanations. */
export interface Cause {
  readonly recordedMs: number;
  readonly reason: string;
  readonly witness: Witness | null;
  readonly remark?: Remark | undefined;
}

export function transitions(before: JudgedTask, facts: TaskFacts, cause: Cause): TaskEvent[] {
  if (!hasTurned(before.facts, facts)) return [];
  const after: JudgedTask = { ...before, facts };
  if (!isForward(before.facts, facts)) return [statusChange(before, after, cause, true)];
  if (before.facts.arrivalMs !== null || facts.arrivalMs === null || isOpen(facts.state)) {
    return [statusChange(before, after, cause, false)];
  }
  // Section 3, 9: arrival and completion are both recorded, even at the same instant.
  const arrived = arrivalOf(before, facts.arrivalMs);
  return [statusChange(before, arrived, cause, false), statusChange(arrived, after, cause, false)];
}

/** Whether the facts differ in anything but what an open visit adds. */
export function hasTurned(before: TaskFacts, after: TaskFacts): boolean {
  return (
    before.state !== after.state ||
    before.statusMs !== after.statusMs ||
    before.isLate !== after.isLate ||
    before.isFaulty !== after.isFaulty ||
    before.issues.join() !== after.issues.join()
  );
}

/** An open task that goes on to arrive or to close, without taking an arrival back or moving it. */
function isForward(before: TaskFacts, after: TaskFacts): boolean {
  return rank(after) > rank(before) && (before.arrivalMs === null || before.arrivalMs === after.arrivalMs);
}

function rank(facts: TaskFacts): number {
  if (!isOpen(facts.state)) return 2;
  return facts.arrivalMs === null ? 0 : 1;
}

function arrivalOf(before: JudgedTask, arrivalMs: number): JudgedTask {
  return {
    ...before,
    facts: { ...before.facts, state: 'active', statusMs: arrivalMs, arrivalMs },
  };
}

/** A change of status or state as one event. */
export function statusChange(before: JudgedTask, after: JudgedTask, cause: Cause, revised: boolean): TaskEvent {
  return {
    taskId: after.id,
    eventMs: after.facts.statusMs,
    recordedMs: cause.recordedMs,
    body: {
      kind: 'status_change',
      from: factsThen(before),
      to: factsThen(after),
      stayMs: after.facts.stayMs,
      revised,
      reason: cause.reason,
      witness: cause.witness,
      ...(cause.remark && { remark: cause.remark }),
    },
  };
}

export function factsThen({ facts, tenure }: JudgedTask): FactsThen {
  const { state, arrivalMs, isLate, isFaulty, issues, closer } = facts;
  return {
    state,
    arrivalMs,
    isLate,
    isFaulty,
    issues,
    closer,
    trackerId: tenure.trackerId,
  };
}
