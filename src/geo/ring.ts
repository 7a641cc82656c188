/**
 * A polygon's ring, in the plane of degrees: an edge is straight there (RFC 7946, 3.1.1), so that what is inside and
 * where two lines meet are plain geometry. Longitudes are counted from the ring's first corner, the short way around,
 * which is right wherever the ring spans less than 180 degrees of them (held by `polygon.ts`).
 */
import type { Corner, Ring } from '../model/task.ts';

interface Point {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** Degrees from one meridian east to another, the short way: -180..180. */
export function eastDeg(fromLonDeg: number, toLonDeg: number): number {
  const degrees = toLonDeg - fromLonDeg;
  return degrees >= 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees;
}

/** The ring in the plane, as x, y, x, y, ... */
export function planeOf(ring: Ring): readonly number[] {
  return ring.flatMap(([lonDeg, latDeg]) => [eastDeg(ring[0]![0], lonDeg), latDeg]);
}

/** Whether a point lies inside the ring, its edge included: a line from there eastwards meets it an odd number of times. */
export function isInRing(ring: Ring, latDeg: number, lonDeg: number): boolean {
  const [originDeg, firstLatDeg] = ring[0]!;
  const x = eastDeg(originDeg, lonDeg);
  const y = latDeg;
  let isInside = false;
  let [ax, ay] = [0, firstLatDeg];
  for (let i = 1; i < ring.length; i++) {
    const corner: Corner = ring[i]!;
    const bx = eastDeg(originDeg, corner[0]);
    const by = corner[1];
    const left = leftOf(ax, ay, bx, by, x, y);
    if (left === 0 && isBetween(ax, x, bx) && isBetween(ay, y, by)) return true;
    // Half open, so that a corner at this height counts once.
    if (ay > y !== by > y && left > 0 === by > ay) isInside = !isInside;
    ax = bx;
    ay = by;
  }
  return isInside;
}

/** How far c lies to the left of the line from a to b: positive, 0 on it, or negative. */
function leftOf(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

function isBetween(a: number, value: number, b: number): boolean {
  return value >= Math.min(a, b) && value <= Math.max(a, b);
}

/** Two edges of a ring, each by the index of the corner it begins at. */
type EdgePair = readonly [number, number];

/** The first two edges that cross, touch or run over each other, neighbours at their common corner apart; null = none do. */
export function meetingEdges(plane: readonly number[]): EdgePair | null {
  const edges = plane.length / 2 - 1;
  for (let i = 0; i < edges; i++) {
    for (let j = i + 1; j < edges; j++) {
      const isNext = j === i + 1;
      const isLast = i === 0 && j === edges - 1;
      const isMeeting = isNext
        ? isFoldedBack(plane, i, j)
        : isLast
          ? isFoldedBack(plane, j, i)
          : isTouching(plane, i, j);
      if (isMeeting) return [i, j];
    }
  }
  return null;
}

/** Whether edge j, which begins where edge i ends, leads straight back over it. */
function isFoldedBack(plane: readonly number[], i: number, j: number): boolean {
  const [ax, ay, bx, by] = edgeAt(plane, i);
  const [, , cx, cy] = edgeAt(plane, j);
  const isAhead = (ax - bx) * (cx - bx) + (ay - by) * (cy - by) <= 0;
  return leftOf(ax, ay, bx, by, cx, cy) === 0 && !isAhead;
}

function isTouching(plane: readonly number[], i: number, j: number): boolean {
  const [ax, ay, bx, by] = edgeAt(plane, i);
  const [cx, cy, dx, dy] = edgeAt(plane, j);
  const c = Math.sign(leftOf(ax, ay, bx, by, cx, cy));
  const d = Math.sign(leftOf(ax, ay, bx, by, dx, dy));
  const a = Math.sign(leftOf(cx, cy, dx, dy, ax, ay));
  const b = Math.sign(leftOf(cx, cy, dx, dy, bx, by));
  if (c * d < 0 && a * b < 0) return true;
  return (
    (c === 0 && isBetween(ax, cx, bx) && isBetween(ay, cy, by)) ||
    (d === 0 && isBetween(ax, dx, bx) && isBetween(ay, dy, by)) ||
    (a === 0 && isBetween(cx, ax, dx) && isBetween(cy, ay, dy)) ||
    (b === 0 && isBetween(cx, bx, dx) && isBetween(cy, by, dy))
  );
}

function edgeAt(plane: readonly number[], i: number): [number, number, number, number] {
  return [plane[2 * i]!, plane[2 * i + 1]!, plane[2 * i + 2]!, plane[2 * i + 3]!];
}

/** Edges end a little late, so that no line slips through between two of them. One cut too many does no harm. */
const OVERLAP = 1e-9;

/** Shares of the way between two points, from 0 to 1, at which it may change sides, in order and with both ends. */
export function ringCuts(ring: Ring, from: Point, to: Point): readonly number[] {
  const cuts = [0, 1];
  const plane = planeOf(ring);
  const rx = eastDeg(from.lonDeg, to.lonDeg);
  const ry = to.latDeg - from.latDeg;
  // Near a pole a way may reach the ring by the other side of the earth.
  for (const turnDeg of [-360, 0, 360]) {
    const px = eastDeg(ring[0]![0], from.lonDeg) + turnDeg;
    for (let i = 0; i < ring.length - 1; i++) {
      const [ax, ay, bx, by] = edgeAt(plane, i);
      const [ex, ey] = [bx - ax, by - ay];
      const turn = rx * ey - ry * ex;
      const share = ((ax - px) * ey - (ay - from.latDeg) * ex) / turn;
      const along = ((ax - px) * ry - (ay - from.latDeg) * rx) / turn;
      // Not a number where they are parallel: then it changes sides at a corner, where the next edge is met.
      if (share > 0 && share < 1 && along >= -OVERLAP && along <= 1 + OVERLAP) cuts.push(share);
    }
  }
  return cuts.sort((a, b) => a - b);
}
