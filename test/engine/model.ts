/**
 * A slow, obvious second opinion on engine sections 2 to 4: sort everything, loop over everything, no index, no state.
 * It shares no code with the engine but the words.
 */
import geodesic from 'geographiclib-geodesic';
import type { Fix } from '../../src/model/fix.ts';
import type { JudgedTask } from '../../src/model/task.ts';

export interface ModelVerdict {
  readonly state: string;
  readonly statusMs: number;
  readonly arrivalMs: number | null;
  readonly stayMs: number;
  readonly issues: readonly string[];
  readonly isLate: boolean;
  readonly isFaulty: boolean;
}

/** The verdict once every fix has arrived and every grace is over. */
export function modelVerdict(task: JudgedTask, fixes: readonly Fix[]): ModelVerdict {
  const { terms, tenure } = task;
  const S = Math.max(terms.fromMs, tenure.givenMs);
  const D = terms.toMs + terms.maxDelayMs;
  const times = [...new Set(fixes.filter((f) => f.invalidity === null).map((f) => f.position.timeMs))].sort(
    (a, b) => a - b,
  );
  const insideTimes = new Set(
    fixes.filter((f) => f.invalidity === null && isInside(task, f)).map((f) => f.position.timeMs),
  );

  const runs: [number, number][] = [];
  times.forEach((time, i) => {
    if (!insideTimes.has(time)) return;
    if (i > 0 && insideTimes.has(times[i - 1]!)) runs[runs.length - 1]![1] = time;
    else runs.push([time, time]);
  });

  const visits = runs
    .map(([first, last]) => ({ start: Math.max(first, S), end: Math.min(last, D) }))
    .filter((visit) => visit.start <= visit.end)
    .filter((visit) => visit.end - visit.start >= terms.minArrivalMs);

  const first = visits[0];
  let sum = 0;
  let reached: number | null = null;
  for (const { start, end } of visits) {
    if (reached === null && sum + end - start >= terms.minStayMs) {
      reached = Math.max(start + (terms.minStayMs - sum), start + terms.minArrivalMs);
    }
    sum += end - start;
  }
  const tc = first === undefined || reached === null ? null : Math.max(first.start + terms.minArrivalMs, reached);
  const isComplete = tc !== null && tc <= D;
  const counted = isComplete ? visits.filter((visit) => visit.start <= tc) : visits;
  const stayMs = counted.reduce((total, { start, end }) => total + end - start, 0);
  const arrivalMs = first?.start ?? null;
  if (isComplete) {
    return {
      state: 'completed',
      statusMs: tc,
      arrivalMs,
      stayMs,
      issues: [],
      isLate: tc > terms.toMs,
      isFaulty: false,
    };
  }
  return {
    state: 'failed',
    statusMs: Math.max(D, tenure.givenMs),
    arrivalMs,
    stayMs,
    issues: [first === undefined ? 'no_visit' : 'short_stay'],
    isLate: false,
    isFaulty: first !== undefined,
  };
}

function isInside({ terms: { zone } }: JudgedTask, { position }: Fix): boolean {
  const { s12 } = geodesic.Geodesic.WGS84.Inverse(zone.latDeg, zone.lonDeg, position.latDeg, position.lonDeg);
  return s12! <= zone.radiusM;
}
