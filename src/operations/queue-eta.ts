/**
 * When a tracker gets to a place, as a plain estimate: it has no road map and knows no traffic.
 *
 * From where the tracker is, at the instant that is asked about, it goes to the place at the head of its queue, stays there
 * for as long as the work takes, goes on to the next one, and so forth. A way is the geodesic distance times DETOUR, since
 * roads are not straight; it is made at the pace of the last ten minutes (`eta.ts`), stops included, but never more slowly
 * than PACE_MPS_MIN: a truck at a red light arrives some day. The work takes what the task says, else SERVICE_MS. Where it
 * has arrived already, it stays for what is left of that. A task without a place costs its work and no way.
 */
import { distanceM } from '../geo/distance.ts';
import type { Task, Zone } from '../model/task.ts';
import { paceOf, type Sighting } from './eta.ts';

/** What a tracker has to do, as far as time is concerned. */
export interface Stop {
  readonly zone: Spot | null;
  readonly serviceMs: number;
  readonly arrivalMs: number | null;
}

export const DETOUR = 1.3;
export const PACE_MPS_MIN = 5;
export const SERVICE_MS = 10 * 60_000;

const MPS_PER_KMH = 1 / 3.6;
/** What a date on the wire can say: tasks may claim to take years. */
const LATEST_MS = Date.UTC(9999, 11, 31);

export function stopOf({ terms, facts, text }: Task): Stop {
  const serviceMs = text.details?.serviceMs ?? SERVICE_MS;
  // Without the ring, which may be long and says nothing of the way.
  const zone = terms.zone && { latDeg: terms.zone.latDeg, lonDeg: terms.zone.lonDeg };
  return { zone, serviceMs, arrivalMs: facts.arrivalMs };
}

/**
 * Arrival at the last of the stops, ms. `sightings`: what the pace is taken of, in order; the last one is where the
 * tracker is at `atMs`. null = it cannot be said.
 */
export function forecastMs(stops: readonly Stop[], sightings: readonly Sighting[], atMs: number): number | null {
  const asked = stops.at(-1);
  const newest = sightings.at(-1);
  if (asked === undefined) return null;
  if (asked.arrivalMs !== null) return asked.arrivalMs;
  if (newest === undefined || asked.zone === null) return null;
  const paceMps = Math.max(PACE_MPS_MIN, (paceOf(sightings) ?? 0) * MPS_PER_KMH);
  let place: Spot = newest;
  let clockMs = atMs;
  for (const { zone, serviceMs, arrivalMs } of stops.slice(0, -1)) {
    if (zone !== null && arrivalMs === null) clockMs += wayMs(place, zone, paceMps);
    clockMs = arrivalMs === null ? clockMs + serviceMs : Math.max(clockMs, arrivalMs + serviceMs);
    place = zone ?? place;
  }
  clockMs += wayMs(place, asked.zone, paceMps);
  return clockMs <= LATEST_MS ? Math.round(clockMs) : null;
}

type Spot = Pick<Zone, 'latDeg' | 'lonDeg'>;

function wayMs(from: Spot, to: Spot, paceMps: number): number {
  return (distanceM(from.latDeg, from.lonDeg, to.latDeg, to.lonDeg) * DETOUR * 1000) / paceMps;
}
