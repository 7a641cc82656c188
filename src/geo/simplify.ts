/** Fewer points for the same line: those stay that the line would miss most (Douglas and Peucker, 1973, the worst first). */
import { eastDeg } from './ring.ts';

/** Longitude first, as GeoJSON has it. */
export type LinePoint = readonly [lonDeg: number, latDeg: number];

/** Metres by which a point may be off the line before it is worth keeping: about what a fix is off by. */
const TOLERANCE_M = 5;
const METRES_PER_DEGREE = 111_195;
const RADIANS = Math.PI / 180;

/** A part of the line between two points that are kept, and the point between them that is furthest off. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly furthest: number;
  readonly offM: number;
}

/** At most `most` points (2 or more), ends included; takes time in proportion to points x `most` at the worst. */
export function simplified(points: readonly LinePoint[], most: number): LinePoint[] {
  if (points.length <= 2) return [...points];
  const kept = new Set([0, points.length - 1]);
  const parts = [partOf(points, 0, points.length - 1)];
  while (kept.size < most) {
    const worst = parts.reduce((best, part, i) => (part.offM > parts[best]!.offM ? i : best), 0);
    const { from, to, furthest, offM } = parts[worst]!;
    if (offM <= TOLERANCE_M) break;
    kept.add(furthest);
    parts.splice(worst, 1, partOf(points, from, furthest), partOf(points, furthest, to));
  }
  return [...kept].sort((a, b) => a - b).map((index) => points[index]!);
}

function partOf(points: readonly LinePoint[], from: number, to: number): Part {
  let furthest = from;
  let offM = 0;
  for (let i = from + 1; i < to; i++) {
    const m = offLineM(points[i]!, points[from]!, points[to]!);
    if (m > offM) [furthest, offM] = [i, m];
  }
  return { from, to, furthest, offM };
}

/** How far a point is from a straight line between two others, on a plane around the first of them. */
function offLineM(point: LinePoint, start: LinePoint, end: LinePoint): number {
  const [px, py] = planeM(point, start);
  const [ex, ey] = planeM(end, start);
  const square = ex * ex + ey * ey;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, (px * ex + py * ey) / square));
  return Math.hypot(px - along * ex, py - along * ey);
}

function planeM([lonDeg, latDeg]: LinePoint, [originLonDeg, originLatDeg]: LinePoint): [number, number] {
  const eastM = eastDeg(originLonDeg, lonDeg) * METRES_PER_DEGREE * Math.cos(originLatDeg * RADIANS);
  return [eastM, (latDeg - originLatDeg) * METRES_PER_DEGREE];
}
