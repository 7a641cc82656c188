/**
 * A plain estimate of when a tracker reaches a zone: the straight way that is left, at the pace it has made of late.
 * It knows no roads and no traffic, and says nothing where it would be a guess.
 */
import { distanceM } from '../geo/distance.ts';
import type { Zone } from '../model/task.ts';

export interface Sighting {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly speedKmh: number | null;
}

/** Of which time the pace is taken, and how old the newest fix may be. */
export const PACE_MS = 10 * 60_000;
const AGE_MS_MAX = 15 * 60_000;
/** Slower than this it is not on its way. */
const PACE_KMH_MIN = 3;
const MS_PER_HOUR = 3_600_000;

/** `sightings`: of PACE_MS up to the newest valid fix, in order. Whole seconds from now; null = cannot be said. */
export function etaS(zone: Zone, sightings: readonly Sighting[], nowMs: number): number | null {
  const newest = sightings.at(-1);
  if (newest === undefined || nowMs - newest.timeMs > AGE_MS_MAX) return null;
  const leftM = distanceM(zone.latDeg, zone.lonDeg, newest.latDeg, newest.lonDeg) - zone.radiusM;
  if (leftM <= 0) return 0;
  const paceKmh = paceOf(sightings);
  if (paceKmh === null || paceKmh < PACE_KMH_MIN) return null;
  const arrivalMs = newest.timeMs + (leftM / 1000 / paceKmh) * MS_PER_HOUR;
  return Math.max(0, Math.round((arrivalMs - nowMs) / 1000));
}

/** Over the way between fixes, stops included; of a single fix its own speed. */
export function paceOf(sightings: readonly Sighting[]): number | null {
  const [first, newest] = [sightings[0], sightings.at(-1)];
  if (first === undefined || newest === undefined) return null;
  const elapsedMs = newest.timeMs - first.timeMs;
  if (elapsedMs === 0) return newest.speedKmh;
  let wayM = 0;
  for (const [i, { latDeg, lonDeg }] of sightings.slice(1).entries()) {
    const before = sightings[i]!;
    wayM += distanceM(before.latDeg, before.lonDeg, latDeg, lonDeg);
  }
  return wayM / 1000 / (elapsedMs / MS_PER_HOUR);
}
