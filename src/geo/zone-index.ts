/** Which zones hold a point: an R-tree of zone boxes with the exact test behind it. The only door to rbush. */
import RBush from 'rbush';
import type { Zone } from '../model/task.ts';
import { contains } from './distance.ts';
import { type Box, zoneBoxes } from './zone-boxes.ts';

interface Entry extends Box {
  readonly id: number;
  readonly zone: Zone;
}

export class ZoneIndex {
  readonly #tree = new RBush<Entry>();
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
    const entries = zoneBoxes(zone).map((box) => ({ ...box, id, zone }));
    for (const entry of entries) this.#tree.insert(entry);
    this.#entries.set(id, entries);
  }

  delete(id: number): void {
    for (const entry of this.#entries.get(id) ?? []) this.#tree.remove(entry);
    this.#entries.delete(id);
  }

  /** Ids of the zones that contain the point, each once. */
  containing(latDeg: number, lonDeg: number): number[] {
    const ids: number[] = [];
    const near = this.#tree.search({
      minX: lonDeg,
      maxX: lonDeg,
      minY: latDeg,
      maxY: latDeg,
    });
    for (const { id, zone } of near) {
      if (contains(zone, latDeg, lonDeg) && !ids.includes(id)) ids.push(id);
    }
    return ids;
  }
}
