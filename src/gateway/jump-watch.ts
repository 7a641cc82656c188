/**
 * Trackers that are in two places: from one position to the next faster than anything that carries one. Either a device is
 * faulty, or somebody else speaks under its number, which is printed on its case. It is only ever reported.
 */
import { distanceM } from '../geo/distance.ts';
import type { Fix } from '../model/fix.ts';

export interface Jump {
  readonly distanceKm: number;
  readonly seconds: number;
}

interface Place {
  timeMs: number;
  latDeg: number;
  lonDeg: number;
}

/** Airliners stay below. */
const SPEED_KMH_MAX = 1_200;
/** Nearer than this is no jump, however quick: a first fix is often some kilometres off. */
const NEAR_DEG = 0.2;
/** Of one tracker, by receipt: who jumps once does it again and again. */
const QUIET_MS = 60 * 60_000;
const HOUR_S = 3_600;

export class JumpWatch {
  /** The newest place of every tracker that has said one. */
  readonly #places = new Map<number, Place>();
  readonly #toldMs = new Map<number, number>();

  /** Of the newest record of a frame. Returns the jump when it is one to be told. */
  note(trackerId: number, { position, invalidity, receivedMs }: Fix): Jump | null {
    if (invalidity !== null) return null;
    const { timeMs, latDeg, lonDeg } = position;
    const place = this.#places.get(trackerId);
    if (place === undefined) {
      this.#places.set(trackerId, { timeMs, latDeg, lonDeg });
      return null;
    }
    if (timeMs <= place.timeMs) return null;
    const jump = isNear(place, latDeg, lonDeg) ? null : jumpTo(place, timeMs, latDeg, lonDeg);
    place.timeMs = timeMs;
    place.latDeg = latDeg;
    place.lonDeg = lonDeg;
    return jump !== null && this.#isTime(trackerId, receivedMs) ? jump : null;
  }

  #isTime(trackerId: number, nowMs: number): boolean {
    const toldMs = this.#toldMs.get(trackerId);
    if (toldMs !== undefined && Math.abs(nowMs - toldMs) < QUIET_MS) return false;
    this.#toldMs.set(trackerId, nowMs);
    return true;
  }
}

/** What is true of nearly every frame, and costs nothing to find out. */
function isNear(place: Place, latDeg: number, lonDeg: number): boolean {
  return Math.abs(latDeg - place.latDeg) < NEAR_DEG && Math.abs(lonDeg - place.lonDeg) < NEAR_DEG;
}

function jumpTo(place: Place, timeMs: number, latDeg: number, lonDeg: number): Jump | null {
  const distanceKm = distanceM(place.latDeg, place.lonDeg, latDeg, lonDeg) / 1000;
  const seconds = (timeMs - place.timeMs) / 1000;
  if ((distanceKm / seconds) * HOUR_S <= SPEED_KMH_MAX) return null;
  return { distanceKm: Math.round(distanceKm), seconds: Math.round(seconds) };
}
