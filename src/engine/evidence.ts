/**
 * What a track proves about one task: the fold from instants to visits, arrival, completion and stay
 * (engine rules, sections 2 and 3). The same fold serves fixes as they come and a track read back from storage.
 */

/** What a track is held against. All in ms. */
export interface Rules {
  /** S: nothing before it counts. */
  readonly startMs: number;
  /** D, or the finish by a person before it: nothing after it counts. */
  readonly deadlineMs: number;
  readonly minArrivalMs: number;
  readonly minStayMs: number;
  readonly isFormRequired: boolean;
  readonly formMs: number | null;
  /** Two inside fixes further apart end a run. */
  readonly maxGapMs: number;
}

/** A run of instants inside the zone, over the whole track: unclipped. */
export interface Run {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A run's part within [S, D]. */
export interface Visit {
  readonly startMs: number;
  readonly endMs: number;
}

/** What counting visits add up to. */
export interface Findings {
  /** Start of the first counting visit. */
  readonly arrivalMs: number | null;
  /** The instant at which the stay was long enough. */
  readonly reachedMs: number | null;
  readonly stayMs: number;
  /** End of the last of them; null while it may go on. */
  readonly departureMs: number | null;
}

export interface Evidence {
  /** From the visits that have ended. */
  readonly ended: Findings;
  /** The run the tracker is in. */
  readonly run: Run | null;
}

export const NO_EVIDENCE: Evidence = Object.freeze({
  ended: Object.freeze({ arrivalMs: null, reachedMs: null, stayMs: 0, departureMs: null }),
  run: null,
});

/** Takes in the next instant of the track. */
export function step(evidence: Evidence, timeMs: number, isInside: boolean, rules: Rules): Evidence {
  const { ended, run } = evidence;
  if (!isInside) return run === null ? evidence : { ended: withRun(ended, run, true, rules), run: null };
  if (run === null) return { ended, run: { firstMs: timeMs, lastMs: timeMs } };
  if (timeMs - run.lastMs <= rules.maxGapMs) return { ended, run: { firstMs: run.firstMs, lastMs: timeMs } };
  return { ended: withRun(ended, run, true, rules), run: { firstMs: timeMs, lastMs: timeMs } };
}

/** Takes in a passage through the zone between two outside fixes. */
export function passThrough(evidence: Evidence, passage: Run, rules: Rules): Evidence {
  return { ended: withRun(evidence.ended, passage, true, rules), run: null };
}

/** What is proven so far; an open visit reaches to its last inside fix, never to the clock. */
export function findings({ ended, run }: Evidence, rules: Rules): Findings {
  return run === null ? ended : withRun(ended, run, run.lastMs >= rules.deadlineMs, rules);
}

/** tc: the instant the last requirement was met, if that was by D. */
export function completionMs(found: Findings, rules: Rules): number | null {
  if (found.reachedMs === null) return null;
  if (!rules.isFormRequired) return found.reachedMs;
  if (rules.formMs === null) return null;
  const lastMs = Math.max(found.reachedMs, rules.formMs);
  return lastMs <= rules.deadlineMs ? lastMs : null;
}

/** A run clipped to the span; null where nothing of it is left. One shared ms is a visit of length 0. */
export function visitOf(run: Run, rules: Rules): Visit | null {
  const startMs = Math.max(run.firstMs, rules.startMs);
  const endMs = Math.min(run.lastMs, rules.deadlineMs);
  return startMs <= endMs ? { startMs, endMs } : null;
}

export function isCounting(visit: Visit, rules: Rules): boolean {
  return visit.endMs - visit.startMs >= rules.minArrivalMs;
}

/** Whether the open run, once it ends, may still change the findings. */
export function isGrowing(evidence: Evidence, rules: Rules): boolean {
  if (evidence.run === null || evidence.run.lastMs >= rules.deadlineMs) return false;
  const doneMs = completionMs(evidence.ended, rules);
  return doneMs === null || Math.max(evidence.run.firstMs, rules.startMs) <= doneMs;
}

/** `isOver`: nothing can make its visit longer. */
function withRun(before: Findings, run: Run, isOver: boolean, rules: Rules): Findings {
  const visit = visitOf(run, rules);
  if (visit === null || !isCounting(visit, rules)) return before;
  // Section 3, 7: once complete, only visits that began by then count.
  const doneMs = completionMs(before, rules);
  if (doneMs !== null && visit.startMs > doneMs) return before;
  const stayMs = before.stayMs + visit.endMs - visit.startMs;
  return {
    arrivalMs: before.arrivalMs ?? visit.startMs,
    reachedMs: before.reachedMs ?? (stayMs >= rules.minStayMs ? reachedMs(before, visit, rules) : null),
    stayMs,
    departureMs: isOver ? visit.endMs : null,
  };
}

/** Section 3, 3: when this visit brings the sum to the minimum, and not before it counts itself. */
function reachedMs(before: Findings, visit: Visit, rules: Rules): number {
  return visit.startMs + Math.max(rules.minStayMs - before.stayMs, rules.minArrivalMs);
}
