/** Where trackers have got to since they were last asked for: the newest valid fix of each, however many came in. */
import type { Fix, Position } from '../../model/fix.ts';

export class Movements {
  /** Of all that moved while anybody listened: a backlog must not carry a tracker back. */
  readonly #newestMs = new Map<number, number>();
  #moved = new Map<number, Position>();

  /** Called for every frame: nothing is made here. */
  note(trackerId: number, { position }: Fix): void {
    const newestMs = this.#newestMs.get(trackerId);
    if (newestMs !== undefined && position.timeMs < newestMs) return;
    this.#newestMs.set(trackerId, position.timeMs);
    this.#moved.set(trackerId, position);
  }

  take(): ReadonlyMap<number, Position> {
    const moved = this.#moved;
    this.#moved = new Map();
    return moved;
  }

  clear(): void {
    this.#newestMs.clear();
    this.#moved.clear();
  }
}

/** As the stream tells it. */
export function positionJson(trackerId: number, { timeMs, latDeg, lonDeg, speedKmh, courseDeg }: Position): string {
  const time = new Date(timeMs).toISOString();
  return JSON.stringify({ trackerId, time, lat: latDeg, lon: lonDeg, speed: speedKmh, course: courseDeg });
}
