/**
 * In which order to visit places: earlier time windows first, and the shortest way that is found among those orders. The
 * next nearest place makes a start; then stretches of the way are reversed (2-opt) or exchanged with their neighbours
 * (or-opt) for as long as that makes it shorter.
 */
import { distanceM } from '../geo/distance.ts';

export interface Place {
  readonly latDeg: number;
  readonly lonDeg: number;
}

export interface Stop extends Place {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Visiting {
  /** Indexes of the stops. */
  readonly order: readonly number[];
  /** From the start to the last stop. */
  readonly lengthM: number;
}

/** Of two stretches that change places the shorter one has no more stops than this. */
const MOVED_MAX = 3;
/** Below this the gain is rounding. */
const GAIN_M_MIN = 0.001;
/** Each makes the way shorter; fifty stops have never been seen to take more than some hundred. */
const STEPS_MAX = 10_000;

export function visitingOrder(start: Place, stops: readonly Stop[]): Visiting {
  const way = wayOf(start, stops);
  let order = nearestFirst(way);
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const better = reversed(order, way) ?? exchanged(order, way);
    if (better === null) break;
    order = better;
  }
  return { order, lengthM: lengthM(order, way) };
}

/** What the search looks at: distances between stops, -1 being the start, and which stop must come before which. */
interface Way {
  readonly count: number;
  distanceM(a: number, b: number): number;
  isBefore(a: number, b: number): boolean;
}

const START = -1;

function wayOf(start: Place, stops: readonly Stop[]): Way {
  const places = [...stops, start];
  const size = places.length;
  const distances = new Float64Array(size * size);
  for (const [a, from] of places.entries()) {
    for (const [b, to] of places.slice(0, a).entries()) {
      const metres = distanceM(from.latDeg, from.lonDeg, to.latDeg, to.lonDeg);
      distances[a * size + b] = metres;
      distances[b * size + a] = metres;
    }
  }
  const row = (stop: number) => (stop === START ? size - 1 : stop);
  return {
    count: stops.length,
    distanceM: (a, b) => distances[row(a) * size + row(b)]!,
    // Windows that touch or overlap leave the order open.
    isBefore: (a, b) => stops[a]!.toMs < stops[b]!.fromMs,
  };
}

/** Of the stops that may come next, the nearest. There always is one: that with the earliest end. */
function nearestFirst(way: Way): number[] {
  const left = new Set(Array.from({ length: way.count }, (_, stop) => stop));
  const order: number[] = [];
  while (left.size > 0) {
    const here = order.at(-1) ?? START;
    const free = [...left].filter((stop) => ![...left].some((other) => way.isBefore(other, stop)));
    const next = free.reduce((best, stop) => (way.distanceM(here, stop) < way.distanceM(here, best) ? stop : best));
    order.push(next);
    left.delete(next);
  }
  return order;
}

/** The order with one stretch the other way round, if that is shorter. */
function reversed(order: readonly number[], way: Way): number[] | null {
  for (let from = 0; from < order.length - 1; from++) {
    for (let to = from + 1; to < order.length; to++) {
      const stretch = order.slice(from, to);
      // What must not be reversed must not be in any longer stretch either.
      if (stretch.some((stop) => way.isBefore(stop, order[to]!))) break;
      const before = order[from - 1] ?? START;
      const [first, last, after] = [order[from]!, order[to]!, order[to + 1]];
      const now = way.distanceM(before, first) + wayTo(way, last, after);
      const then = way.distanceM(before, last) + wayTo(way, first, after);
      if (now - then < GAIN_M_MIN) continue;
      return [...order.slice(0, from), ...order.slice(from, to + 1).reverse(), ...order.slice(to + 1)];
    }
  }
  return null;
}

/** The order with two stretches beside each other exchanged, if that is shorter. */
function exchanged(order: readonly number[], way: Way): number[] | null {
  for (let from = 0; from < order.length; from++) {
    for (let middle = from + 1; middle < order.length; middle++) {
      const endMax = middle - from <= MOVED_MAX ? order.length : Math.min(order.length, middle + MOVED_MAX);
      for (let end = middle + 1; end <= endMax; end++) {
        if (gainM(order, way, from, middle, end) < GAIN_M_MIN) continue;
        const [a, b] = [order.slice(from, middle), order.slice(middle, end)];
        if (a.some((one) => b.some((other) => way.isBefore(one, other)))) continue;
        return [...order.slice(0, from), ...b, ...a, ...order.slice(end)];
      }
    }
  }
  return null;
}

function gainM(order: readonly number[], way: Way, from: number, middle: number, end: number): number {
  const before = order[from - 1] ?? START;
  const [a, lastA, b, lastB] = [order[from]!, order[middle - 1]!, order[middle]!, order[end - 1]!];
  const after = order[end];
  const now = way.distanceM(before, a) + way.distanceM(lastA, b) + wayTo(way, lastB, after);
  const then = way.distanceM(before, b) + way.distanceM(lastB, a) + wayTo(way, lastA, after);
  return now - then;
}

/** Nothing comes after the last stop. */
function wayTo(way: Way, from: number, to: number | undefined): number {
  return to === undefined ? 0 : way.distanceM(from, to);
}

function lengthM(order: readonly number[], way: Way): number {
  return order.reduce((sum, stop, i) => sum + way.distanceM(order[i - 1] ?? START, stop), 0);
}
