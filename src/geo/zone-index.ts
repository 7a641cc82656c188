/**
 * Which zones hold a point. A few are looked at one by one: that is as fast as a tree and takes no memory of its own.
 * Many are searched through an R-tree of their boxes with the exact test behind it. The only door to rbush.
 */
import RBush from 'rbush';
import type { Zone } from '../model/task.ts';
import { contains } from './distance.ts';
import { type Box, latReachDeg, zoneBoxes } from './zone-boxes.ts';

interface Entry extends Box {
  readonly id: number;
  readonly zone: Zone;
}

/** Zones that are looked at without a tree. */
export const SCAN_MAX = 32;

export class ZoneIndex {
  readonly #zones = new Map<number, Zone>();
  /** null = few zones. */
  #tree: RBush<Entry> | null = null;

  get size(): number {
    return this.#zones.size;
  }

  has(id: number): boolean {
    return this.#zones.has(id);
  }

  /** Puts a zone in, in place of the one it had under this id. */
  set(id: number, zone: Zone): void {
    this.delete(id);
    this.#zones.set(id, zone);
    if (this.#tree !== null) insert(this.#tree, id, zone);
    else if (this.#zones.size > SCAN_MAX) this.#plant();
  }

  delete(id: number): void {
    const zone = this.#zones.get(id);
    if (zone === undefined) return;
    this.#zones.delete(id);
    // Not at SCAN_MAX: one task more and one less must not plant a tree each time.
    if (this.#zones.size <= SCAN_MAX / 2) this.#tree = null;
    else for (const entry of entriesOf(id, zone)) this.#tree?.remove(entry, isSame);
  }

  /** Ids of the zones that contain the point, each once. */
  containing(latDeg: number, lonDeg: number): number[] {
    const ids: number[] = [];
    if (this.#tree === null) {
      for (const [id, zone] of this.#zones) {
        const isNear = Math.abs(latDeg - zone.latDeg) <= latReachDeg(zone.radiusM);
        if (isNear && contains(zone, latDeg, lonDeg)) ids.push(id);
      }
      return ids;
    }
    for (const { id, zone } of this.#tree.search({ minX: lonDeg, maxX: lonDeg, minY: latDeg, maxY: latDeg })) {
      if (contains(zone, latDeg, lonDeg) && !ids.includes(id)) ids.push(id);
    }
    return ids;
  }

  #plant(): void {
    this.#tree = new RBush<Entry>();
    this.#tree.load([...this.#zones].flatMap(([id, zone]) => entriesOf(id, zone)));
  }
}

function insert(tree: RBush<Entry>, id: number, zone: Zone): void {
  for (const entry of entriesOf(id, zone)) tree.insert(entry);
}

function entriesOf(id: number, zone: Zone): Entry[] {
  return zoneBoxes(zone).map((box) => ({ ...box, id, zone }));
}

/** A zone's own boxes differ from one another. */
function isSame(a: Entry, b: Entry): boolean {
  return a.id === b.id && a.minX === b.minX && a.minY === b.minY;
}
