/** A town of our own making: crossings joined by roads, laid from a seed. No map data, so no licence and no network. */
import { between, seededRandom } from './random.ts';

export interface Point {
  readonly latDeg: number;
  readonly lonDeg: number;
}

interface Crossing extends Point {
  /** Crossings one road away; never empty. */
  readonly next: readonly number[];
}

export interface Town {
  readonly centre: Point;
  readonly crossings: readonly Crossing[];
}

const CENTRE: Point = { latDeg: 50.08, lonDeg: 14.43 };
const ROWS = 14;
const SPACING_M = 700;
/** How far a crossing may lie from its place in the grid, and how many of the grid's roads were never built. */
const SHIFT_M = 180;
const UNBUILT = 0.15;
const METRES_PER_DEGREE = 111_195;

export function layTown(seed: number): Town {
  const random = seededRandom(seed);
  const points: Point[] = [];
  for (let i = 0; i < ROWS * ROWS; i++) {
    const eastM = ((i % ROWS) - (ROWS - 1) / 2) * SPACING_M + between(random, -SHIFT_M, SHIFT_M);
    const northM = (Math.floor(i / ROWS) - (ROWS - 1) / 2) * SPACING_M + between(random, -SHIFT_M, SHIFT_M);
    points.push(moved(CENTRE, eastM, northM));
  }
  const next: number[][] = points.map(() => []);
  for (let i = 0; i < points.length; i++) {
    if (i % ROWS < ROWS - 1 && isBuilt(i, random())) join(next, i, i + 1);
    if (i + ROWS < points.length && isBuilt(i, random())) join(next, i, i + ROWS);
  }
  return { centre: CENTRE, crossings: points.map((point, i) => ({ ...point, next: next[i] ?? [] })) };
}

/** Roads of the first row and the first column are always built, so that no crossing is left without one. */
function isBuilt(index: number, chance: number): boolean {
  return chance >= UNBUILT || index < ROWS || index % ROWS === 0 || index % 2 === 0;
}

function join(next: number[][], a: number, b: number): void {
  next[a]?.push(b);
  next[b]?.push(a);
}

/** A flat town is exact enough: it is ten kilometres wide. */
export function moved(from: Point, eastM: number, northM: number): Point {
  return {
    latDeg: from.latDeg + northM / METRES_PER_DEGREE,
    lonDeg: from.lonDeg + eastM / (METRES_PER_DEGREE * Math.cos((from.latDeg * Math.PI) / 180)),
  };
}

/** East and north from one point to another, metres. */
export function offsetM(from: Point, to: Point): { readonly eastM: number; readonly northM: number } {
  return {
    eastM: (to.lonDeg - from.lonDeg) * METRES_PER_DEGREE * Math.cos((from.latDeg * Math.PI) / 180),
    northM: (to.latDeg - from.latDeg) * METRES_PER_DEGREE,
  };
}
