/**
 * The way to a task, read from its tracker's fixes on the search thread: where it began and ended, what was driven for it,
 * and when its tracker arrives or was to arrive.
 */
import { distanceM } from '../geo/distance.ts';
import { type LinePoint, simplified } from '../geo/simplify.ts';
import type { Fix } from '../model/fix.ts';
import type { Task } from '../model/task.ts';
import type { Tracks } from '../store/store.ts';
import { PACE_MS, type Sighting } from './eta.ts';
import { forecastMs, type Stop } from './queue-eta.ts';

/** What is asked about one task that somebody has, or had. */
export interface JourneyInquiry {
  readonly trackerId: number;
  readonly startMs: number | null;
  /** null = it is open. */
  readonly finishMs: number | null;
  /** What comes before it in its tracker's queue, in order, and itself; null = it is not known. */
  readonly stops: readonly Stop[] | null;
}

export interface JourneyOptions {
  readonly nowMs: number;
  /** Points of a line, 2 or more; 0 = neither lines nor distances are wanted. */
  readonly pointsMax: number;
}

export interface Journey {
  /** Where its tracker was at its start and its finish. */
  readonly start: Sighting | null;
  readonly finish: Sighting | null;
  /** Where its tracker was seen last, and how far that is from the destination; null once it is finished. */
  readonly here: Sighting | null;
  readonly leftM: number | null;
  /** Arrival, or a forecast of it: by what is known now, or was at the finish. */
  readonly etaMs: number | null;
  /** The forecast at the start; before it, the one of now. */
  readonly initialEtaMs: number | null;
  /** Two points or more; null = there are none, or too many to look at. */
  readonly line: readonly LinePoint[] | null;
  /** Along all fixes of the line. */
  readonly distanceM: number | null;
}

export const NO_JOURNEY: Journey = Object.freeze({
  start: null,
  finish: null,
  here: null,
  leftM: null,
  etaMs: null,
  initialEtaMs: null,
  line: null,
  distanceM: null,
});

/** Records that the lines of one answer are made of; of a line that would need more there is none. */
const FIXES_MAX = 100_000;
/** Records that one pace is taken of; ten minutes of one a second. */
const PACE_FIXES_MAX = 600;
/** Records in memory at a time. */
const SLICE_FIXES = 5000;

export function journeys(
  inquiries: readonly JourneyInquiry[],
  tracksOf: (trackerId: number) => Tracks,
  { nowMs, pointsMax }: JourneyOptions,
): Journey[] {
  const seen = new Map<number, readonly Sighting[]>();
  const seenNow = (trackerId: number): readonly Sighting[] => {
    const known = seen.get(trackerId) ?? sightings(tracksOf(trackerId), trackerId);
    seen.set(trackerId, known);
    return known;
  };
  let fixesLeft = pointsMax === 0 ? 0 : FIXES_MAX;
  return inquiries.map((inquiry) => {
    const { trackerId, startMs, finishMs } = inquiry;
    const tracks = tracksOf(trackerId);
    const way = startMs === null ? null : wayOf(tracks, trackerId, startMs, finishMs ?? nowMs, fixesLeft);
    fixesLeft -= way?.fixesRead ?? 0;
    const atStart = startMs === null ? [] : sightings(tracks, trackerId, startMs);
    const atEnd = finishMs === null ? seenNow(trackerId) : sightings(tracks, trackerId, finishMs);
    const last = atEnd.at(-1) ?? null;
    return {
      start: atStart.at(-1) ?? null,
      finish: finishMs === null ? null : last,
      here: finishMs === null ? last : null,
      leftM: finishMs === null ? leftM(inquiry, last) : null,
      ...forecasts(inquiry, atStart, atEnd, finishMs ?? nowMs),
      ...drawn(way, pointsMax),
    };
  });
}

/** Valid fixes of PACE_MS up to the last one not after an instant, in order. Without an instant: up to the newest. */
function sightings(tracks: Tracks, trackerId: number, atMs?: number): readonly Sighting[] {
  const newest = lastFix(tracks, trackerId, atMs);
  if (newest === null) return [];
  const toMs = newest.timeMs;
  const before = tracks
    .fixes(trackerId, toMs - PACE_MS, toMs, PACE_FIXES_MAX)
    .filter(isValid)
    .map(sightingOf);
  return [...before.filter(({ timeMs }) => timeMs < toMs), newest];
}

function lastFix(tracks: Tracks, trackerId: number, atMs?: number): Sighting | null {
  if (atMs === undefined) {
    const fix = tracks.lastValidFix(trackerId);
    return fix && sightingOf(fix);
  }
  // With those of the instant come the nearest ones before and after it.
  const fix = tracks.evidence(trackerId, atMs, atMs).findLast(({ position }) => position.timeMs <= atMs);
  return fix === undefined ? null : sightingOf(fix);
}

function isValid({ invalidity }: Fix): boolean {
  return invalidity === null;
}

/** Names what is wanted: the rest of a position is decoded on access. */
function sightingOf({ position }: Fix): Sighting {
  const { timeMs, latDeg, lonDeg, speedKmh } = position;
  return { timeMs, latDeg, lonDeg, speedKmh };
}

function forecasts(
  { stops, startMs, finishMs }: JourneyInquiry,
  atStart: readonly Sighting[],
  atEnd: readonly Sighting[],
  atMs: number,
): Pick<Journey, 'etaMs' | 'initialEtaMs'> {
  const asked = stops?.at(-1);
  if (stops === null || asked === undefined) return { etaMs: null, initialEtaMs: null };
  // What was ahead of it is not known any more once it is finished: it is as if it had been at the head.
  const etaMs = forecastMs(finishMs === null ? stops : [asked], atEnd, atMs);
  if (startMs === null) return { etaMs, initialEtaMs: etaMs };
  return { etaMs, initialEtaMs: forecastMs([{ ...asked, arrivalMs: null }], atStart, startMs) };
}

function leftM({ stops }: JourneyInquiry, here: Sighting | null): number | null {
  const zone = stops?.at(-1)?.zone ?? null;
  if (zone === null || here === null) return null;
  return Math.round(distanceM(here.latDeg, here.lonDeg, zone.latDeg, zone.lonDeg));
}

interface Way {
  readonly points: readonly LinePoint[];
  readonly fixesRead: number;
  /** false = it goes on beyond what may be read. */
  readonly isWhole: boolean;
}

function wayOf(tracks: Tracks, trackerId: number, fromMs: number, toMs: number, fixesMax: number): Way {
  const points: LinePoint[] = [];
  let fixesRead = 0;
  let nextMs = fromMs;
  while (fixesRead < fixesMax) {
    const wanted = Math.min(SLICE_FIXES, fixesMax - fixesRead);
    const fixes = tracks.fixes(trackerId, nextMs, toMs, wanted);
    for (const { position } of fixes.filter(isValid)) points.push([position.lonDeg, position.latDeg]);
    fixesRead += fixes.length;
    if (fixes.length < wanted) return { points, fixesRead, isWhole: true };
    // What else there is of this instant is the same place.
    nextMs = fixes.at(-1)!.position.timeMs + 1;
  }
  return { points, fixesRead, isWhole: false };
}

function drawn(way: Way | null, pointsMax: number): Pick<Journey, 'line' | 'distanceM'> {
  if (way === null || !way.isWhole || way.points.length < 2) return { line: null, distanceM: null };
  return { line: simplified(way.points, pointsMax), distanceM: Math.round(lengthM(way.points)) };
}

function lengthM(points: readonly LinePoint[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    const [lonDeg, latDeg] = points[i]!;
    const [beforeLonDeg, beforeLatDeg] = points[i - 1]!;
    sum += distanceM(beforeLatDeg, beforeLonDeg, latDeg, lonDeg);
  }
  return sum;
}

/** When it was finished, by whomever; null = it is open. */
export function finishMsOf({ facts }: Pick<Task, 'facts'>): number | null {
  const { state, statusMs } = facts;
  return state === 'completed' || state === 'failed' || state === 'cancelled' ? statusMs : null;
}
