/** Which zones hold a point: an R-tree of zone boxes with the exact test behind it. The only door to rbush. */
import RBush from 'rbush';
import type { Zone } from '../model/task.ts';
import { contains } from './distance.ts';
import { type Box, zoneBoxes } from './zone-boxes.ts';

interface Entry extends Box {
  readonly id: number;
  readonly zone: Zone;
}

/** Half the side of a box that is remembered as free of zones, degrees, and of a smaller one: some 500 and 50 m. */
const CLEAR_DEG = [0.005, 0.000_5];
const NONE: readonly number[] = Object.freeze([]);

export class ZoneIndex {
  readonly #tree = new RBush<Entry>();
  /** A box with no zone in it around a place that was asked for: the next fixes of a drive mostly lie in it too. */
  #clear: Box | null = null;
  readonly #entries = new Map<number, readonly Entry[]>();

  get size(): number {
    return this.#entries.size;
  }

  has(id: number): boolean {
    return this.#entries.has(id);
  }

  /** Puts a zone in, in place of the one it had under this id. */
  set(id: number, zone: Zone): void {
    this.delete(id);
    this.#clear = null;
    const entries = zoneBoxes(zone).map((box) => ({ ...box, id, zone }));
    for (const entry of entries) this.#tree.insert(entry);
    this.#entries.set(id, entries);
  }

  delete(id: number): void {
    for (const entry of this.#entries.get(id) ?? []) this.#tree.remove(entry);
    this.#entries.delete(id);
  }

  /** Ids of the zones that contain the point, each once. */
  containing(latDeg: number, lonDeg: number): readonly number[] {
    if (this.#clear !== null && isIn(this.#clear, latDeg, lonDeg)) return NONE;
    const near = this.#tree.search(around(latDeg, lonDeg, 0));
    if (near.length === 0) {
      this.#clear = this.#clearAround(latDeg, lonDeg);
      return NONE;
    }
    const ids: number[] = [];
    for (const { id, zone } of near) {
      if (contains(zone, latDeg, lonDeg) && !ids.includes(id)) ids.push(id);
    }
    return ids;
  }

  #clearAround(latDeg: number, lonDeg: number): Box | null {
    for (const halfDeg of CLEAR_DEG) {
      const box = around(latDeg, lonDeg, halfDeg);
      if (!this.#tree.collides(box)) return box;
    }
    return null;
  }
}

/** Beyond the antimeridian or a pole it holds no places, and no zone boxes either. */
function around(latDeg: number, lonDeg: number, halfDeg: number): Box {
  return { minX: lonDeg - halfDeg, maxX: lonDeg + halfDeg, minY: latDeg - halfDeg, maxY: latDeg + halfDeg };
}

function isIn(box: Box, latDeg: number, lonDeg: number): boolean {
  return lonDeg >= box.minX && lonDeg <= box.maxX && latDeg >= box.minY && latDeg <= box.maxY;
}
