/**
 * Where vehicles are shown between two words from them: on the way from the last place to the new one, so that an eye can
 * follow. Pure.
 */
import type { Position } from '../wire.ts';

export interface Vehicle {
  readonly id: number;
  readonly label: string;
  readonly isOnline: boolean;
  readonly course: number;
  /** Standing vehicles have no direction that means anything. */
  readonly isMoving: boolean;
  readonly lat: number;
  readonly lon: number;
}

interface Leg {
  readonly fromLat: number;
  readonly fromLon: number;
  readonly lat: number;
  readonly lon: number;
  readonly startMs: number;
}

/** As long as it takes until the next word, at most. */
export const LEG_MS = 1000;
/** Degrees; a vehicle that was silent for long is put where it is, as it did not fly there. */
const JUMP_DEG = 0.05;
const MOVING_KMH = 2;

export class Motion {
  readonly #legs = new Map<number, Leg>();

  /** `isStill`: everything is at its newest place at once. */
  update(positions: ReadonlyMap<number, Position>, nowMs: number, isStill: boolean): void {
    for (const id of this.#legs.keys()) if (!positions.has(id)) this.#legs.delete(id);
    for (const [id, { lat, lon }] of positions) {
      const leg = this.#legs.get(id);
      if (leg !== undefined && leg.lat === lat && leg.lon === lon) continue;
      const from = leg === undefined ? null : placeOn(leg, nowMs);
      const isStep = from !== null && !isStill && Math.hypot(from.lat - lat, from.lon - lon) < JUMP_DEG;
      const [fromLat, fromLon] = isStep ? [from.lat, from.lon] : [lat, lon];
      this.#legs.set(id, { fromLat, fromLon, lat, lon, startMs: isStep ? nowMs : nowMs - LEG_MS });
    }
  }

  /** null = there is no word of it. */
  placeOf(id: number, nowMs: number): { readonly lat: number; readonly lon: number } | null {
    const leg = this.#legs.get(id);
    return leg === undefined ? null : placeOn(leg, nowMs);
  }

  /** Whether anything is on its way, so that the next picture is another one. */
  isGoing(nowMs: number): boolean {
    for (const { startMs } of this.#legs.values()) if (nowMs - startMs < LEG_MS) return true;
    return false;
  }
}

function placeOn({ fromLat, fromLon, lat, lon, startMs }: Leg, nowMs: number): { lat: number; lon: number } {
  const share = Math.min(1, Math.max(0, (nowMs - startMs) / LEG_MS));
  return { lat: fromLat + (lat - fromLat) * share, lon: fromLon + (lon - fromLon) * share };
}

export function isMoving({ speed }: Position): boolean {
  return speed !== null && speed >= MOVING_KMH;
}
