/**
 * Which zones hold a point. A few are looked at one by one: that is as fast as a tree and takes no memory of its own.
 * Many are searched through an R-tree of their boxes with the exact test behind it. The only door to rbush.
 */
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
/** Zones that are looked at without a tree. */
export const SCAN_MAX = 32;

export class ZoneIndex {
  /** Two lists instead of a map, at a third of its memory; deleting is rare. */
  readonly #ids: number[] = [];
  readonly #zones: Zone[] = [];
  /** Their boxes, five numbers to each: place of the zone in the lists, minX, minY, maxX, maxY. Unused beside a tree. */
  #boxes: number[] = [];
  /** null = few zones. */
  #tree: RBush<Entry> | null = null;
  /** A box without zones around a place that was asked for: the next fixes of a drive mostly lie in it too. */
  #clear: Box | null = null;

  get size(): number {
    return this.#ids.length;
  }

  has(id: number): boolean {
    return this.#ids.includes(id);
  }

  /** Puts a zone in, in place of the one it had under this id. */
  set(id: number, zone: Zone): void {
    this.delete(id);
    this.#clear = null;
    this.#ids.push(id);
    this.#zones.push(zone);
    if (this.#tree !== null) insert(this.#tree, id, zone);
    else if (this.#ids.length > SCAN_MAX) this.#plant();
    else this.#boxes.push(...boxesOf(zone, this.#zones.length - 1));
  }

  delete(id: number): void {
    const index = this.#ids.indexOf(id);
    if (index < 0) return;
    this.#ids.splice(index, 1);
    const [zone] = this.#zones.splice(index, 1);
    // Not at SCAN_MAX: one task more and one less must not plant a tree each time.
    if (this.#ids.length <= SCAN_MAX / 2) this.#tree = null;
    if (this.#tree === null) this.#boxes = this.#zones.flatMap(boxesOf);
    else for (const entry of entriesOf(id, zone!)) this.#tree.remove(entry, isSame);
  }

  /** Ids of the zones that contain the point, each once. */
  containing(latDeg: number, lonDeg: number): readonly number[] {
    return this.#tree === null ? this.#scan(latDeg, lonDeg) : this.#search(this.#tree, latDeg, lonDeg);
  }

  #scan(latDeg: number, lonDeg: number): readonly number[] {
    const boxes = this.#boxes;
    let ids = NONE;
    for (let i = 0; i < boxes.length; i += 5) {
      const isIn =
        latDeg >= boxes[i + 2]! && latDeg <= boxes[i + 4]! && lonDeg >= boxes[i + 1]! && lonDeg <= boxes[i + 3]!;
      if (!isIn || !contains(this.#zones[boxes[i]!]!, latDeg, lonDeg)) continue;
      const id = this.#ids[boxes[i]!]!;
      if (!ids.includes(id)) ids = [...ids, id];
    }
    return ids;
  }

  #search(tree: RBush<Entry>, latDeg: number, lonDeg: number): readonly number[] {
    if (this.#clear !== null && isIn(this.#clear, latDeg, lonDeg)) return NONE;
    const near = tree.search(around(latDeg, lonDeg, 0));
    if (near.length === 0) this.#clear = clearAround(tree, latDeg, lonDeg);
    const ids: number[] = [];
    for (const { id, zone } of near) {
      if (contains(zone, latDeg, lonDeg) && !ids.includes(id)) ids.push(id);
    }
    return ids;
  }

  #plant(): void {
    this.#boxes = [];
    this.#tree = new RBush<Entry>();
    this.#tree.load(this.#ids.flatMap((id, i) => entriesOf(id, this.#zones[i]!)));
  }
}

function clearAround(tree: RBush<Entry>, latDeg: number, lonDeg: number): Box | null {
  for (const halfDeg of CLEAR_DEG) {
    const box = around(latDeg, lonDeg, halfDeg);
    if (!tree.collides(box)) return box;
  }
  return null;
}

/** Beyond the antimeridian or a pole it holds no places, and no zone boxes either. */
function around(latDeg: number, lonDeg: number, halfDeg: number): Box {
  return { minX: lonDeg - halfDeg, maxX: lonDeg + halfDeg, minY: latDeg - halfDeg, maxY: latDeg + halfDeg };
}

function isIn(box: Box, latDeg: number, lonDeg: number): boolean {
  return lonDeg >= box.minX && lonDeg <= box.maxX && latDeg >= box.minY && latDeg <= box.maxY;
}

function insert(tree: RBush<Entry>, id: number, zone: Zone): void {
  for (const entry of entriesOf(id, zone)) tree.insert(entry);
}

function boxesOf(zone: Zone, index: number): number[] {
  return zoneBoxes(zone).flatMap(({ minX, minY, maxX, maxY }) => [index, minX, minY, maxX, maxY]);
}

function entriesOf(id: number, zone: Zone): Entry[] {
  return zoneBoxes(zone).map((box) => ({ ...box, id, zone }));
}

/** A zone's own boxes differ from one another. */
function isSame(a: Entry, b: Entry): boolean {
  return a.id === b.id && a.minX === b.minX && a.minY === b.minY;
}
