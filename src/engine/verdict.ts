/** From what a track proves to what a task shows: state, dates, issues (engine rules, section 3). */
import { deadlineMs, type Issue, type JudgedTask, type TaskFacts, type Tenure } from '../model/task.ts';
import { type Evidence, type Findings, findings, isGrowing, type Rules } from './evidence.ts';

/** Settings that bear on verdicts. They are inputs: a change applies to derivations from then on. */
export interface EngineSettings {
  readonly graceMs: number;
  readonly lateDataHorizonMs: number;
  /** What a task is called that was visited but not completed by D. */
  readonly incompleteVisit: 'faulty' | 'failed';
}

export function rulesOf(task: JudgedTask): Rules {
  return {
    startMs: Math.max(task.terms.fromMs, task.tenure.givenMs),
    deadlineMs: deadlineMs(task.terms),
    minArrivalMs: task.terms.minArrivalMs,
    minStayMs: task.terms.minStayMs,
  };
}

/** The facts that follow from the evidence. `isDecided`: D is behind us and no more evidence is waited for. */
export function judge(task: JudgedTask, evidence: Evidence, isDecided: boolean, settings: EngineSettings): TaskFacts {
  const rules = rulesOf(task);
  const found = findings(evidence, rules);
  if (found.completionMs !== null) return completed(task, found, found.completionMs, !isGrowing(evidence, rules));
  return isDecided ? closedByClock(task, found, settings) : open(task, found);
}

/** Facts of a task that nobody has visited, whoever it is given to. */
export function untouched(tenure: Tenure, statusMs: number): TaskFacts {
  return {
    state: tenure.trackerId === null ? 'unassigned' : 'assigned',
    statusMs,
    arrivalMs: null,
    completionMs: null,
    stayMs: 0,
    issues: [],
    isLate: false,
    isFaulty: false,
    closer: null,
    isSettled: false,
  };
}

function completed(task: JudgedTask, found: Findings, completionMs: number, isSettled: boolean): TaskFacts {
  return {
    ...untouched(task.tenure, completionMs),
    ...found,
    state: 'completed',
    isLate: completionMs > task.terms.toMs,
    closer: 'gps',
    isSettled,
  };
}

function closedByClock(task: JudgedTask, found: Findings, settings: EngineSettings): TaskFacts {
  return {
    // Section 3, 6: dated D; a task given after D was never possible before it was given.
    ...untouched(task.tenure, Math.max(deadlineMs(task.terms), task.tenure.givenMs)),
    ...found,
    state: 'failed',
    issues: missing(found),
    isFaulty: found.arrivalMs !== null && settings.incompleteVisit === 'faulty',
    closer: 'clock',
    isSettled: true,
  };
}

function open(task: JudgedTask, found: Findings): TaskFacts {
  if (found.arrivalMs === null) return untouched(task.tenure, task.tenure.assignedMs ?? task.createdMs);
  return {
    ...untouched(task.tenure, found.arrivalMs),
    ...found,
    state: 'active',
  };
}

function missing(found: Findings): Issue[] {
  return found.arrivalMs === null ? ['no_visit'] : ['short_stay'];
}
