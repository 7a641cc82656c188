/**
 * A track as it is replayed: where the vehicle was at an instant, where nothing was heard of it, where it stood, and the
 * lines that a map draws. Pure. Nothing is invented: within a gap the vehicle stays where it was last heard of.
 */
import type { Fix } from '../wire.ts';

export interface TrackPoint {
  readonly timeMs: number;
  readonly lat: number;
  /** Unwrapped: a track over the 180th meridian goes on beyond it. */
  readonly lon: number;
  /** km/h, as the device says; else from distance and time. */
  readonly speed: number;
  readonly course: number;
  readonly fix: Fix;
}

export interface Points {
  readonly points: readonly TrackPoint[];
  /** Records without a valid position or time. */
  readonly leftOut: number;
}

/** Between two neighbours by index. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly lengthMs: number;
  readonly distanceM: number;
}

export interface Stop {
  readonly from: number;
  readonly to: number;
  readonly lengthMs: number;
}

export interface Place {
  /** The point at or before the instant. */
  readonly index: number;
  readonly lat: number;
  readonly lon: number;
  readonly course: number;
  readonly isInGap: boolean;
}

export type LatLon = readonly [number, number];

const DEGREE_M = 111_195;
const RADIANS = Math.PI / 180;

export function pointsOf(fixes: readonly Fix[]): Points {
  const points: TrackPoint[] = [];
  for (const fix of fixes) {
    const timeMs = Date.parse(fix.time);
    if (!fix.valid || Number.isNaN(timeMs)) continue;
    const former = points.at(-1);
    const lon = former === undefined ? fix.lon : unwrapped(fix.lon, former.lon);
    const speed = fix.speed ?? speedFrom(former, timeMs, fix.lat, lon);
    points.push({ timeMs, lat: fix.lat, lon, speed, course: fix.course, fix });
  }
  return { points, leftOut: fixes.length - points.length };
}

function unwrapped(lon: number, formerLon: number): number {
  return lon + 360 * Math.round((formerLon - lon) / 360);
}

function speedFrom(former: TrackPoint | undefined, timeMs: number, lat: number, lon: number): number {
  if (former === undefined || timeMs <= former.timeMs) return 0;
  return (distanceM(former, { lat, lon }) / (timeMs - former.timeMs)) * 3600;
}

/** On a sphere laid flat: right to a part in a thousand over the distances between two fixes. */
export function distanceM(a: Pick<TrackPoint, 'lat' | 'lon'>, b: Pick<TrackPoint, 'lat' | 'lon'>): number {
  const x = (b.lon - a.lon) * Math.cos(((a.lat + b.lat) / 2) * RADIANS);
  return Math.hypot(x, b.lat - a.lat) * DEGREE_M;
}

const GAP_MS_MIN = 5 * 60_000;
const GAP_TIMES_USUAL = 5;

/** How long a silence must be to be a gap: five of the intervals that this device usually keeps, and never below 5 min. */
export function gapLengthMs(points: readonly TrackPoint[]): number {
  const intervals = points.slice(1).map((point, index) => point.timeMs - points[index]!.timeMs);
  const sorted = intervals.sort((a, b) => a - b);
  const usualMs = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return Math.max(GAP_MS_MIN, GAP_TIMES_USUAL * usualMs);
}

export function gapsOf(points: readonly TrackPoint[], longerMs: number = gapLengthMs(points)): readonly Gap[] {
  const gaps: Gap[] = [];
  for (let to = 1; to < points.length; to += 1) {
    const [a, b] = [points[to - 1]!, points[to]!];
    const lengthMs = b.timeMs - a.timeMs;
    if (lengthMs > longerMs) gaps.push({ from: to - 1, to, lengthMs, distanceM: distanceM(a, b) });
  }
  return gaps;
}

const STOP_RADIUS_M = 50;
const STOP_MS_MIN = 3 * 60_000;

/** Three minutes or more within 50 m of where it came to stand. A gap ends a stop: nobody knows what was within. */
export function stopsOf(points: readonly TrackPoint[], gaps: readonly Gap[]): readonly Stop[] {
  const stops: Stop[] = [];
  for (const [first, last] of runsOf(points, gaps)) {
    let from = first;
    while (from < last) {
      let to = from;
      while (to < last && distanceM(points[from]!, points[to + 1]!) <= STOP_RADIUS_M) to += 1;
      const lengthMs = points[to]!.timeMs - points[from]!.timeMs;
      if (lengthMs >= STOP_MS_MIN) stops.push({ from, to, lengthMs });
      from = lengthMs >= STOP_MS_MIN ? to + 1 : from + 1;
    }
  }
  return stops;
}

/** First and last index of what is between the gaps. */
function runsOf(points: readonly TrackPoint[], gaps: readonly Gap[]): readonly (readonly [number, number])[] {
  if (points.length === 0) return [];
  const firsts = [0, ...gaps.map((gap) => gap.to)];
  const lasts = [...gaps.map((gap) => gap.from), points.length - 1];
  return firsts.map((first, index) => [first, lasts[index]!] as const);
}

/** Where it was; null = there are no points. Before the first and after the last it is at these. */
export function placeAt(points: readonly TrackPoint[], longerMs: number, timeMs: number): Place | null {
  const index = Math.max(0, lastAtOrBefore(points, timeMs));
  const [a, b] = [points[index], points[index + 1]];
  if (a === undefined) return null;
  const { lat, lon, course } = a;
  if (b === undefined || timeMs <= a.timeMs) return { index, lat, lon, course, isInGap: false };
  if (b.timeMs - a.timeMs > longerMs) return { index, lat, lon, course, isInGap: true };
  const part = (timeMs - a.timeMs) / (b.timeMs - a.timeMs);
  return { index, lat: lat + (b.lat - lat) * part, lon: lon + (b.lon - lon) * part, course, isInGap: false };
}

function lastAtOrBefore(points: readonly TrackPoint[], timeMs: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.timeMs <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** By speed, km/h: what is below `below` and no earlier band's. */
export const BANDS = [
  { name: 'standing', below: 3 },
  { name: 'below 30 km/h', below: 30 },
  { name: 'below 60 km/h', below: 60 },
  { name: 'below 90 km/h', below: 90 },
  { name: '90 km/h and more', below: Number.POSITIVE_INFINITY },
] as const;

export function bandOf(speed: number): number {
  const band = BANDS.findIndex(({ below }) => speed < below);
  return band === -1 ? BANDS.length - 1 : band;
}

export interface Drawing {
  /** For each band its lines. */
  readonly bands: readonly (readonly (readonly LatLon[])[])[];
  /** How many points the lines have, of how many. */
  readonly drawn: number;
  readonly of: number;
}

/** How far a line may be off the points that it leaves out. */
export const OFF_M_MAX = 2;

/** Stretches of one band of speed, without the points on which nothing depends. A step counts by the speed at its end. */
export function drawingOf(points: readonly TrackPoint[], gaps: readonly Gap[]): Drawing {
  const bands: LatLon[][][] = BANDS.map(() => []);
  const kept = new Set<number>();
  for (const [first, last] of runsOf(points, gaps)) {
    for (let from = first; from < last; ) {
      const band = bandOf(points[from + 1]!.speed);
      let to = from + 1;
      while (to < last && to - from < STRETCH_MAX && bandOf(points[to + 1]!.speed) === band) to += 1;
      const line = simplified(points, from, to);
      for (const index of line) kept.add(index);
      bands[band]!.push(line.map((index) => [points[index]!.lat, points[index]!.lon] as const));
      from = to;
    }
  }
  return { bands, drawn: kept.size, of: points.length };
}

/** The search for the farthest point is quadratic at worst: so much at a time keeps it short. */
const STRETCH_MAX = 1000;

/** By Ramer, Douglas and Peucker: indexes of the points to keep, the ends included. */
export function simplified(points: readonly TrackPoint[], first: number, last: number, offM = OFF_M_MAX): number[] {
  const kept = new Set([first, last]);
  const open: [number, number][] = [[first, last]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span;
    const far = farthest(points, from, to);
    if (far === null || far.offM <= offM) continue;
    kept.add(far.index);
    open.push([from, far.index], [far.index, to]);
  }
  return [...kept].sort((a, b) => a - b);
}

function farthest(points: readonly TrackPoint[], from: number, to: number): { index: number; offM: number } | null {
  let best: { index: number; offM: number } | null = null;
  for (let index = from + 1; index < to; index += 1) {
    const offM = offLineM(points[index]!, points[from]!, points[to]!);
    if (best === null || offM > best.offM) best = { index, offM };
  }
  return best;
}

/** From the stretch between two points, not from the line through them: a track may turn back. */
function offLineM(point: TrackPoint, a: TrackPoint, b: TrackPoint): number {
  const scale = Math.cos(a.lat * RADIANS);
  const [x, y] = [(point.lon - a.lon) * scale, point.lat - a.lat];
  const [dx, dy] = [(b.lon - a.lon) * scale, b.lat - a.lat];
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / length));
  return Math.hypot(x - dx * part, y - dy * part) * DEGREE_M;
}

export function lengthM(points: readonly TrackPoint[], gaps: readonly Gap[]): number {
  let sum = 0;
  for (const [first, last] of runsOf(points, gaps)) {
    for (let index = first; index < last; index += 1) sum += distanceM(points[index]!, points[index + 1]!);
  }
  return sum;
}
