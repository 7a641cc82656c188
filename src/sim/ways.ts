/** Ways through a town: the shortest one between two crossings, the road nearest to a place, and all roads as lines. */
import { moved, offsetM, type Point, type Town } from './roads.ts';

/** Where a place is left and reached by road. */
export interface Approach {
  /** The nearest point of any road. */
  readonly road: Point;
  /** The end of that road which is nearer. */
  readonly crossing: number;
}

/** Farther from every road than this is out of town. */
const OFF_ROAD_M_MAX = 500;
const DECIMALS = 1e5;

/** null = no road leads near. */
export function approachTo(town: Town, place: Point): Approach | null {
  let nearest: Approach | null = null;
  let leastM = OFF_ROAD_M_MAX;
  for (const [a, b] of roads(town)) {
    const [from, to] = [town.crossings[a]!, town.crossings[b]!];
    const road = nearestOn(from, to, place);
    const awayM = distanceM(road, place);
    if (awayM > leastM) continue;
    leastM = awayM;
    nearest = { road, crossing: distanceM(road, from) <= distanceM(road, to) ? a : b };
  }
  return nearest;
}

/** Crossings to drive to, one after the other, the last included; empty = it is there, or no road leads there. Dijkstra's. */
export function wayBetween({ crossings }: Town, from: number, to: number): number[] {
  const costM = crossings.map((_, index) => (index === from ? 0 : Number.POSITIVE_INFINITY));
  const before = crossings.map(() => -1);
  const open = new Set(crossings.keys());
  while (open.size > 0) {
    const here = leastOf(open, costM);
    open.delete(here);
    if (here === to || costM[here] === Number.POSITIVE_INFINITY) break;
    for (const next of crossings[here]!.next) {
      const throughM = costM[here]! + distanceM(crossings[here]!, crossings[next]!);
      if (throughM >= costM[next]!) continue;
      costM[next] = throughM;
      before[next] = here;
    }
  }
  const way: number[] = [];
  for (let at = to; at !== from && at !== -1; at = before[at]!) way.unshift(at);
  return before[to] === -1 ? [] : way;
}

/** [latitude, longitude] of both ends of each road, to a metre: what a map draws. */
export function roadLines(town: Town): (readonly [number, number])[][] {
  return roads(town).map((ends) => ends.map((index) => pairOf(town.crossings[index]!)));
}

export function distanceM(from: Point, to: Point): number {
  const { eastM, northM } = offsetM(from, to);
  return Math.hypot(eastM, northM);
}

/** Each road once. */
function roads({ crossings }: Town): (readonly [number, number])[] {
  return crossings.flatMap(({ next }, a) => next.filter((b) => a < b).map((b) => [a, b] as const));
}

function leastOf(open: ReadonlySet<number>, costM: readonly number[]): number {
  let least = -1;
  for (const index of open) if (least === -1 || costM[index]! < costM[least]!) least = index;
  return least;
}

function nearestOn(from: Point, to: Point, place: Point): Point {
  const road = offsetM(from, to);
  const { eastM, northM } = offsetM(from, place);
  const lengthSquared = road.eastM ** 2 + road.northM ** 2;
  const along = (eastM * road.eastM + northM * road.northM) / lengthSquared;
  const share = Math.min(1, Math.max(0, along));
  return moved(from, road.eastM * share, road.northM * share);
}

function pairOf({ latDeg, lonDeg }: Point): readonly [number, number] {
  return [Math.round(latDeg * DECIMALS) / DECIMALS, Math.round(lonDeg * DECIMALS) / DECIMALS];
}
