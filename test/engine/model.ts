/**
 * A slow, obvious second opinion on engine sections 2 to 6: sort everything, loop over everything, no index, no
 * state. Of the engine it shares the words, and the search for where a straight line meets a zone (tested apart).
 */
import geodesic from 'geographiclib-geodesic';
import { NO_HYGIENE } from '../../src/engine/verdict.ts';
import { crossings } from '../../src/geo/crossing.ts';
import type { Fix } from '../../src/model/fix.ts';
import type { RouteFacts } from '../../src/model/route.ts';
import { type JudgedTask, placeOf, type Zone } from '../../src/model/task.ts';
import { edgeDistanceM, isInside } from '../geo/polygons.ts';

export interface ModelVerdict {
  readonly state: string;
  readonly statusMs: number;
  readonly arrivalMs: number | null;
  readonly stayMs: number;
  readonly departureMs: number | null;
  readonly issues: readonly string[];
  readonly isLate: boolean;
  readonly isFaulty: boolean;
  readonly startMs: number | null;
}

interface Visit {
  readonly start: number;
  readonly end: number;
  /** Nothing can make it longer. */
  readonly isOver: boolean;
}

/** The verdict once every fix has arrived and every grace is over. */
export function modelVerdict(task: JudgedTask, fixes: readonly Fix[], hygiene = NO_HYGIENE): ModelVerdict {
  const { terms, tenure, attempt, dialect } = task;
  const startMs = startOf(task, fixes, hygiene);
  const turn = dialect === 'thetrack' ? (startMs ?? Number.POSITIVE_INFINITY) : Number.NEGATIVE_INFINITY;
  const S = Math.max(terms.fromMs, tenure.givenMs, attempt.restartedMs ?? Number.NEGATIVE_INFINITY, turn);
  const isEndless = terms.openEnds === 'to' || terms.openEnds === 'both';
  const D = isEndless ? Number.POSITIVE_INFINITY : terms.toMs + terms.maxDelayMs;
  const last = Math.min(D, attempt.finishedMs ?? D);
  const isPrepared = attempt.movedTo === 'draft' || attempt.movedTo === 'scheduled';
  const runs = isPrepared || terms.zone === null ? [] : allRuns(task, fixes, hygiene);
  const visits = runs
    .map(
      ({ from, to, isOpen }): Visit => ({
        start: Math.max(from, S),
        end: Math.min(to, last),
        isOver: !isOpen || to >= last,
      }),
    )
    .filter((visit) => visit.start <= visit.end)
    .filter((visit) => visit.end - visit.start >= terms.minArrivalMs);
  const arrivalMs = visits[0]?.start ?? null;
  const reached = reachedAt(visits, terms.minStayMs, terms.minArrivalMs);
  const form = terms.isFormRequired ? attempt.formMs : Number.NEGATIVE_INFINITY;
  const tc = reached === null || form === null || form > last ? null : Math.max(reached, form);
  const counted = tc === null ? visits : visits.filter((visit) => visit.start <= tc);
  const stayMs = counted.reduce((total, { start, end }) => total + end - start, 0);
  const final = counted.at(-1);
  const departureMs = final?.isOver ? final.end : null;
  const found = { arrivalMs, stayMs, departureMs, startMs, issues: [], isLate: false, isFaulty: false };
  const isLateAt = (ms: number) => !isEndless && ms > terms.toMs;

  if (attempt.finishedMs !== null) {
    const isLate = attempt.movedTo === 'completed' && isLateAt(attempt.finishedMs);
    return { state: attempt.movedTo!, statusMs: attempt.finishedMs, ...found, issues: attempt.issues, isLate };
  }
  if (dialect === 'navixy' && tc !== null) {
    return { state: 'completed', statusMs: tc, ...found, isLate: isLateAt(tc) };
  }
  if (dialect === 'navixy' && !isEndless && !isPrepared && terms.zone !== null) {
    const issues: string[] = arrivalMs === null ? ['no_visit'] : reached === null ? ['short_stay'] : [];
    if (terms.isFormRequired && (form === null || form > D)) issues.push('form_missing');
    const statusMs = Math.max(D, tenure.givenMs, attempt.restartedMs ?? 0);
    return { state: 'failed', statusMs, ...found, issues, isFaulty: arrivalMs !== null };
  }
  const told = attempt.movedTo ?? 'assigned';
  const isOnTheWay = dialect === 'thetrack' && startMs !== null && ['assigned', 'accepted'].includes(told);
  const moved = isOnTheWay ? 'in_transit' : told;
  const isAdvanced =
    dialect !== 'gsmtasks' && arrivalMs !== null && ['assigned', 'accepted', 'in_transit'].includes(moved);
  return { state: isAdvanced ? 'active' : moved, statusMs: arrivalMs ?? tenure.assignedMs!, ...found };
}

/** By a person's word or, in a queue, with the first fix after it came to the head of it. */
function startOf({ attempt }: JudgedTask, fixes: readonly Fix[], hygiene: typeof NO_HYGIENE): number | null {
  const { headMs = Number.POSITIVE_INFINITY, startedMs, finishedMs } = attempt;
  const times = goodOnes(fixes, hygiene).map(({ position }) => position.timeMs);
  const starts = times.filter((timeMs) => timeMs > headMs && timeMs <= (finishedMs ?? timeMs));
  if (startedMs !== undefined) starts.push(startedMs);
  return starts.length === 0 ? null : Math.min(...starts);
}

/**
 * Whose turn it is in a tracker's queue: what is wrong with what the tasks say about that. `isReordered`: what is finished
 * may have come to stand before a task later on.
 */
export function queueFaults(all: readonly JudgedTask[], trackerId: number, isReordered: boolean): string[] {
  const own = all.filter(({ dialect, tenure, deletedMs }) => {
    return dialect === 'thetrack' && tenure.trackerId === trackerId && deletedMs === null;
  });
  const place = ({ terms, id }: JudgedTask) => [terms.position ?? Number.MAX_VALUE, id] as const;
  const isBefore = (a: JudgedTask, b: JudgedTask) => {
    return place(a)[0] < place(b)[0] || (place(a)[0] === place(b)[0] && a.id < b.id);
  };
  const isWaiting = ({ facts }: JudgedTask) =>
    ['assigned', 'accepted', 'in_transit', 'active', 'suspended'].includes(facts.state);
  return own.filter(isWaiting).flatMap((task) => {
    const { headMs, startedMs, restartedMs } = task.attempt;
    const before = own.filter((other) => isBefore(other, task));
    const isHead = !before.some(isWaiting);
    if (startedMs !== undefined) return [];
    if (isHead !== (headMs !== undefined)) return [`${task.id} is head: ${isHead}, and says ${headMs}`];
    if (headMs === undefined) return task.facts.startMs === undefined ? [] : [`${task.id} has begun before its turn`];
    const isEnd = ({ facts }: JudgedTask) => !isReordered && ['completed', 'failed'].includes(facts.state);
    const ends = before.filter(isEnd);
    const givenMs = Number.isFinite(task.tenure.givenMs) ? task.tenure.givenMs : task.createdMs;
    const leastMs = Math.max(givenMs, restartedMs ?? givenMs, ...ends.map(({ facts }) => facts.statusMs));
    return headMs >= leastMs ? [] : [`${task.id} is at the head since ${headMs}, which is before ${leastMs}`];
  });
}

/** What a route comes to by what its checkpoints, in its order, have come to. */
export function modelRoute(
  checkpoints: readonly Pick<JudgedTask, 'facts'>[],
  trackerId: number | null,
  sinceMs: number,
): Pick<RouteFacts, 'status' | 'statusMs'> {
  const found = checkpoints.map(({ facts }) => facts);
  const isFinal = ({ state }: { state: string }) => ['completed', 'failed', 'cancelled'].includes(state);
  if (!found.every(isFinal)) return { status: trackerId === null ? 'unassigned' : 'assigned', statusMs: sinceMs };
  const counted = found.filter(({ state }) => state !== 'cancelled');
  const dates = (counted.length > 0 ? counted : found).map(({ statusMs }) => statusMs).sort((a, b) => a - b);
  const statusMs = dates.at(-1)!;
  const hasFailed = counted.some(({ state, isFaulty }) => state === 'failed' && !isFaulty);
  if (hasFailed || counted.length === 0) return { status: 'failed', statusMs };
  const hasFaults = counted.some(({ state, issues }) => state === 'failed' || issues.length > 0);
  const arrivals = counted.map(({ arrivalMs }) => arrivalMs).filter((ms) => ms !== null);
  const isCrossed = arrivals.some((later, j) => arrivals.slice(0, j).some((earlier) => earlier > later));
  return { status: hasFaults || isCrossed ? 'faulty' : 'done', statusMs };
}

function reachedAt(visits: readonly Visit[], minStayMs: number, minArrivalMs: number): number | null {
  let sum = 0;
  for (const { start, end } of visits) {
    if (sum + end - start >= minStayMs) return Math.max(start + (minStayMs - sum), start + minArrivalMs);
    sum += end - start;
  }
  return null;
}

interface Run {
  readonly from: number;
  readonly to: number;
  /** The track ends in it. */
  readonly isOpen: boolean;
}

/** Every run of the whole track. */
function allRuns(task: JudgedTask, fixes: readonly Fix[], hygiene: typeof NO_HYGIENE): Run[] {
  const good = goodOnes(fixes, hygiene);
  const byTime = new Map<number, Fix[]>();
  for (const fix of good) byTime.set(fix.position.timeMs, [...(byTime.get(fix.position.timeMs) ?? []), fix]);
  const times = [...byTime.keys()].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  let isRunning = false;
  times.forEach((time, i) => {
    const here = byTime.get(time)!;
    const marginM = isRunning ? hygiene.exitMarginM : 0;
    const isHere = here.some((fix) => isNear(placeOf(task), marginM, fix));
    const before = times[i - 1];
    if (isHere && isRunning && time - before! <= hygiene.maxGapMs) runs.at(-1)![1] = time;
    else if (isHere) runs.push([time, time]);
    else if (
      !isRunning &&
      before !== undefined &&
      hygiene.passThroughMs > 0 &&
      time - before <= hygiene.passThroughMs
    ) {
      const there = byTime.get(before)!;
      const ways = crossings(placeOf(task), nearest(task, there).position, nearest(task, here).position);
      const at = (share: number) => before + Math.round((time - before) * share);
      for (const way of ways) runs.push([at(way.enter), at(way.leave)]);
    }
    isRunning = isHere;
  });
  return runs.map(([from, to], i) => ({ from, to, isOpen: isRunning && i === runs.length - 1 }));
}

function goodOnes(fixes: readonly Fix[], hygiene: typeof NO_HYGIENE): Fix[] {
  return fixes.filter((fix) => {
    const { satellites, attributes } = fix.position;
    const hdop = attributes['hdop'];
    return fix.invalidity === null && (satellites ?? 64) >= hygiene.minSatellites && !(Number(hdop) > hygiene.maxHdop);
  });
}

/** Polygons of one ring are asked about the same few places again and again. */
const known = new WeakMap<object, Map<string, number>>();

/** Inside, or not further than a margin away. */
function isNear(zone: Zone, marginM: number, { position }: Fix): boolean {
  const { ring } = zone;
  if (ring === undefined) return rangeOf(zone, position) <= zone.radiusM + marginM;
  const places = known.get(ring) ?? new Map<string, number>();
  known.set(ring, places);
  const place = `${position.latDeg} ${position.lonDeg}`;
  // Far out of the circle brute force is not needed to say that it is outside.
  const metres =
    places.get(place) ??
    (rangeOf(zone, position) > zone.radiusM + 100
      ? Number.POSITIVE_INFINITY
      : isInside(ring, position, 8)
        ? 0
        : edgeDistanceM(ring, position, 20));
  places.set(place, metres);
  return metres <= marginM;
}

function nearest(task: JudgedTask, fixes: readonly Fix[]): Fix {
  return [...fixes].sort((a, b) => rangeM(task, a) - rangeM(task, b))[0]!;
}

function rangeM(task: JudgedTask, { position }: Fix): number {
  return rangeOf(placeOf(task), position);
}

function rangeOf(zone: Zone, position: Fix['position']): number {
  return geodesic.Geodesic.WGS84.Inverse(zone.latDeg, zone.lonDeg, position.latDeg, position.lonDeg).s12!;
}
