/** From what a track proves to what a task shows: state, dates, issues (engine rules, sections 3 and 6). */
import { POLICIES } from '../model/policy.ts';
import {
  deadlineMs,
  type Issue,
  isEndOpen,
  isOpen,
  type JudgedTask,
  type LifecycleState,
  type TaskFacts,
  type Tenure,
} from '../model/task.ts';
import { completionMs, type Evidence, type Findings, findings, isGrowing, type Rules } from './evidence.ts';
import { isBeforeStart, isBeforeWork } from './lifecycle.ts';

/** Settings that bear on verdicts. They are inputs: a change applies to derivations from then on. */
export interface EngineSettings {
  readonly graceMs: number;
  readonly lateDataHorizonMs: number;
  /** How long fixes are kept; absent = for ever. */
  readonly fixesKeptMs?: number;
  /** What a task is called that was visited but not completed by D. */
  readonly incompleteVisit: 'faulty' | 'failed';
  readonly hygiene: Hygiene;
}

/** Section 4, hygiene: which fixes are evidence, and what is made of the gaps between them. */
export interface Hygiene {
  readonly minSatellites: number;
  /** A fix that does not say its HDOP passes. */
  readonly maxHdop: number;
  readonly maxGapMs: number;
  /** Metres beyond the edge of the zone before a run ends. */
  readonly exitMarginM: number;
  /** Two outside neighbours not further apart may have passed through; 0 = off. */
  readonly passThroughMs: number;
}

export const NO_HYGIENE: Hygiene = Object.freeze({
  minSatellites: 0,
  maxHdop: Number.POSITIVE_INFINITY,
  maxGapMs: Number.POSITIVE_INFINITY,
  exitMarginM: 0,
  passThroughMs: 0,
});

export function rulesOf(task: JudgedTask, { hygiene }: EngineSettings): Rules {
  const { terms, tenure, attempt, dialect, facts } = task;
  const startMs = Math.max(terms.fromMs, tenure.givenMs, attempt.restartedMs ?? Number.NEGATIVE_INFINITY);
  return {
    // What waits in a queue is not visited in passing: nothing counts before its own turn.
    startMs: POLICIES[dialect].startsAtHead ? Math.max(startMs, facts.startMs ?? Number.POSITIVE_INFINITY) : startMs,
    // What a person has finished still fills up to the finish, and no further.
    deadlineMs: Math.min(deadlineMs(terms), attempt.finishedMs ?? Number.POSITIVE_INFINITY),
    minArrivalMs: terms.minArrivalMs,
    minStayMs: terms.minStayMs,
    isFormRequired: terms.isFormRequired,
    formMs: attempt.formMs,
    maxGapMs: hygiene.maxGapMs,
  };
}

/**
 * The facts that follow from the evidence. `isDecided`: D is behind us and no more evidence is waited for.
 * `newestMs`: the newest valid instant of the track.
 */
export function judge(
  task: JudgedTask,
  evidence: Evidence,
  isDecided: boolean,
  newestMs: number,
  settings: EngineSettings,
): TaskFacts {
  const rules = rulesOf(task, settings);
  const found = findings(evidence, rules);
  const doneMs = completionMs(found, rules);
  const { arrivalMs, stayMs, departureMs } = found;
  const { startMs } = task.facts;
  const base = {
    ...untouched(task.tenure, statusMsOf(task)),
    ...(startMs !== undefined && { startMs }),
    ...{ arrivalMs, stayMs, departureMs },
  };
  const { completes, fails, advances } = POLICIES[task.dialect];
  const { finishedMs, movedTo } = task.attempt;
  if (finishedMs !== null && movedTo !== null) return finishedByPerson(task, base, movedTo, finishedMs);
  if (completes && doneMs !== null) {
    return completed(task, base, doneMs, !isGrowing(evidence, rules) && newestMs >= doneMs);
  }
  if (fails && isDecided) return closedByClock(task, base, missing(found, rules), settings);
  return {
    ...base,
    state: advances && arrivalMs !== null && isBeforeWork(toldState(task)) ? 'active' : toldState(task),
    statusMs: arrivalMs ?? base.statusMs,
    completionMs: doneMs,
    isSettled: isDecided,
  };
}

/** The state that people, and its turn in the queue, have put the task in, wherever its tracker has been. */
function toldState({ attempt, tenure, dialect, facts }: JudgedTask): LifecycleState {
  const state = attempt.movedTo ?? (tenure.trackerId === null ? 'unassigned' : 'assigned');
  const hasBegun = POLICIES[dialect].startsAtHead && facts.startMs !== undefined;
  return hasBegun && isBeforeStart(state) ? 'in_transit' : state;
}

/** Facts of a task that nobody has visited, whoever it is given to and wherever people have put it. */
export function untouched(tenure: Tenure, statusMs: number, movedTo: LifecycleState | null = null): TaskFacts {
  return {
    state: movedTo ?? (tenure.trackerId === null ? 'unassigned' : 'assigned'),
    statusMs,
    arrivalMs: null,
    completionMs: null,
    stayMs: 0,
    departureMs: null,
    issues: [],
    isLate: false,
    isFaulty: false,
    closer: null,
    isSettled: false,
  };
}

/** What is not proven; the order is that of the requirements. */
export function missing(found: Findings, rules: Rules): Issue[] {
  const issues: Issue[] = [];
  if (found.arrivalMs === null) issues.push('no_visit');
  else if (found.reachedMs === null) issues.push('short_stay');
  const isFormThere = rules.formMs !== null && rules.formMs <= rules.deadlineMs;
  if (rules.isFormRequired && !isFormThere) issues.push('form_missing');
  return issues;
}

/** The date of the status below arrival: a state taken back gets the date that it had (section 3, 6). */
function statusMsOf(task: JudgedTask): number {
  if (task.tenure.trackerId === null && isOpen(task.facts.state)) return task.facts.statusMs;
  return task.tenure.assignedMs ?? task.createdMs;
}

function completed(task: JudgedTask, base: TaskFacts, doneMs: number, isSettled: boolean): TaskFacts {
  return {
    ...base,
    state: 'completed',
    statusMs: doneMs,
    completionMs: doneMs,
    isLate: isAfterEnd(task, doneMs),
    closer: 'gps',
    isSettled,
  };
}

function closedByClock(task: JudgedTask, base: TaskFacts, issues: Issue[], settings: EngineSettings): TaskFacts {
  return {
    ...base,
    state: 'failed',
    // Section 3, 6: dated D; a task given after D was never possible before it was given.
    statusMs: Math.max(deadlineMs(task.terms), task.tenure.givenMs, task.attempt.restartedMs ?? 0),
    issues,
    isFaulty: base.arrivalMs !== null && settings.incompleteVisit === 'faulty',
    closer: 'clock',
    isSettled: true,
  };
}

/** Section 4: frozen; only arrival and stay still fill. */
function finishedByPerson(task: JudgedTask, base: TaskFacts, state: LifecycleState, finishedMs: number): TaskFacts {
  return {
    ...base,
    state,
    statusMs: finishedMs,
    completionMs: state === 'completed' ? finishedMs : null,
    issues: task.attempt.issues,
    isLate: state === 'completed' && isAfterEnd(task, finishedMs),
    closer: 'person',
    isSettled: true,
  };
}

function isAfterEnd({ terms }: JudgedTask, atMs: number): boolean {
  return !isEndOpen(terms) && atMs > terms.toMs;
}
