/** What a track leaves open about a span: stretches without evidence, and zones passed through between two fixes. */
import { crossings } from '../geo/crossing.ts';
import { contains, sphereDistanceM } from '../geo/distance.ts';
import type { Fix } from '../model/fix.ts';
import type { Zone } from '../model/task.ts';
import type { Rules, Run } from './evidence.ts';

/** A stretch of the span without evidence, other than one between two fixes of the same visit. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  /** Records of the stretch that are no evidence, by reason; none = no record at all. */
  readonly useless: Readonly<Record<string, number>>;
  /** The longest part of it without any record. */
  readonly silenceMs: number;
}

/** Two neighbouring fixes outside of a zone which the straight line between them crosses. */
export interface Passage {
  readonly before: Fix;
  readonly after: Fix;
}

/** Shorter stretches without a fix explain nothing. */
const GAP_MS_MIN = 10 * 60_000;

/** The longest ones, longest first. `evidence`: of the span, by device time; `records`: all between two device times. */
export function gaps(
  evidence: readonly Fix[],
  runs: readonly Run[],
  startMs: number,
  endMs: number,
  records: (fromMs: number, toMs: number) => readonly Fix[],
  max: number,
): Gap[] {
  const found: { fromMs: number; toMs: number }[] = [];
  let fromMs = startMs;
  for (const toMs of [...evidence.map(({ position }) => position.timeMs), endMs]) {
    if (toMs - fromMs >= GAP_MS_MIN && !isCovered(runs, fromMs, toMs)) found.push({ fromMs, toMs });
    fromMs = toMs;
  }
  const longest = found.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, max);
  const edges = new Set(evidence.map(({ position }) => position.timeMs));
  return longest.map((gap) => {
    const between = records(gap.fromMs, gap.toMs).filter(({ position }) => !edges.has(position.timeMs));
    return { ...gap, useless: countByReason(between), silenceMs: silenceMs(gap, between) };
  });
}

/** Inside at both ends was inside between: nothing is missed there. */
function isCovered(runs: readonly Run[], fromMs: number, toMs: number): boolean {
  return runs.some(({ firstMs, lastMs }) => firstMs <= fromMs && toMs <= lastMs);
}

/** A valid fix that is no evidence is not good enough for the settings of the engine. */
function countByReason(records: readonly Fix[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { invalidity } of records) {
    const reason = invalidity ?? 'below_settings';
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

function silenceMs({ fromMs, toMs }: { fromMs: number; toMs: number }, records: readonly Fix[]): number {
  const edges = [fromMs, ...records.map(({ position }) => position.timeMs), toMs];
  return edges.reduce((longest, edgeMs, i) => Math.max(longest, edgeMs - (edges[i - 1] ?? fromMs)), 0);
}

/** Pairs that are looked at closely: the line is searched for its nearest point, which takes its time. */
const CANDIDATES_MAX = 50;
/** The sphere is right to 0.6 %. */
const SPHERE_DOUBT = 1.02;

/** Closest in time first: the less time, the straighter the way. `evidence`: by device time. */
export function passages(
  evidence: readonly Fix[],
  runs: readonly Run[],
  zone: Zone,
  rules: Rules,
  max: number,
): Passage[] {
  return candidates(evidence, zone, rules)
    .filter(({ before, after }) => !runs.some((run) => isMeeting(run, before, after)))
    .sort((a, b) => b.spareM - a.spareM)
    .slice(0, CANDIDATES_MAX)
    .filter(({ before, after }) => isCrossing(zone, before, after))
    .map(({ before, after }) => ({ before, after }))
    .sort((a, b) => tookMs(a) - tookMs(b))
    .slice(0, max);
}

interface Candidate extends Passage {
  /** How much nearer to the zone than needed the two fixes are for their line to cross it, metres. */
  readonly spareM: number;
}

/** Neighbours between which the way is long enough to lead into the zone and out of it again. */
function candidates(evidence: readonly Fix[], zone: Zone, rules: Rules): Candidate[] {
  const found: Candidate[] = [];
  const toCentreM = evidence.map(({ position }) => {
    return sphereDistanceM(zone.latDeg, zone.lonDeg, position.latDeg, position.lonDeg);
  });
  for (let i = 1; i < evidence.length; i++) {
    const before = evidence[i - 1]!;
    const after = evidence[i]!;
    if (before.position.timeMs >= rules.deadlineMs || after.position.timeMs <= rules.startMs) continue;
    const spareM = apartM(before, after) * SPHERE_DOUBT + 2 * zone.radiusM - toCentreM[i - 1]! - toCentreM[i]!;
    if (spareM >= 0) found.push({ before, after, spareM });
  }
  return found;
}

function isMeeting({ firstMs, lastMs }: Run, before: Fix, after: Fix): boolean {
  return firstMs <= after.position.timeMs && before.position.timeMs <= lastMs;
}

function isCrossing(zone: Zone, { position: from }: Fix, { position: to }: Fix): boolean {
  if (contains(zone, from.latDeg, from.lonDeg) || contains(zone, to.latDeg, to.lonDeg)) return false;
  return crossings(zone, from, to).length > 0;
}

function apartM({ position: a }: Fix, { position: b }: Fix): number {
  return sphereDistanceM(a.latDeg, a.lonDeg, b.latDeg, b.lonDeg);
}

function tookMs({ before, after }: Passage): number {
  return after.position.timeMs - before.position.timeMs;
}
