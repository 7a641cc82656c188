import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceM } from '../../src/geo/distance.ts';
import { type Place, type Stop, visitingOrder } from '../../src/operations/visiting-order.ts';

const ALL_DAY = { fromMs: 0, toMs: 86_400_000 };
const HOUR = 3_600_000;

function stop(latDeg: number, lonDeg: number, fromHour = 0, toHour = 24): Stop {
  return { latDeg, lonDeg, fromMs: fromHour * HOUR, toMs: toHour * HOUR };
}

function lengthM(start: Place, stops: readonly Stop[], order: readonly number[]): number {
  let length = 0;
  let here = start;
  for (const index of order) {
    const next = stops[index]!;
    length += distanceM(here.latDeg, here.lonDeg, next.latDeg, next.lonDeg);
    here = next;
  }
  return length;
}

/** Always on to the nearest that may come next. */
function greedy(start: Place, stops: readonly Stop[]): number[] {
  const order: number[] = [];
  while (order.length < stops.length) {
    const left = stops.map((_, index) => index).filter((index) => !order.includes(index));
    const free = left.filter((index) => left.every((other) => stops[other]!.toMs >= stops[index]!.fromMs));
    const here = order.length === 0 ? start : stops[order.at(-1)!]!;
    const ways = free.map((index) => lengthM(here, stops, [index]));
    order.push(free[ways.indexOf(Math.min(...ways))]!);
  }
  return order;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

const latDeg = fc.integer({ min: -900, max: 900 }).map((tenths) => tenths / 10);
const lonDeg = fc.integer({ min: -1800, max: 1800 }).map((tenths) => tenths / 10);
const place = fc.record({ latDeg, lonDeg });
const randomStop = fc
  .record({ place, from: fc.integer({ min: 0, max: 23 }), hours: fc.integer({ min: 0, max: 24 }) })
  .map(({ place: { latDeg, lonDeg }, from, hours }) => stop(latDeg, lonDeg, from, from + hours));

describe('the visiting order', () => {
  it.each<[string, Place, Stop[], number[]]>([
    ['along a line', { latDeg: 0, lonDeg: 0 }, [stop(0, 3), stop(0, 1), stop(0, 2)], [1, 2, 0]],
    ['across 180 degrees', { latDeg: 0, lonDeg: 179 }, [stop(0, -178), stop(0, 180), stop(0, -179)], [1, 2, 0]],
    [
      'by windows first, however far that is',
      { latDeg: 0, lonDeg: 0 },
      [stop(0, 1, 12, 13), stop(0, 9, 8, 9), stop(0, 2, 10, 11)],
      [1, 2, 0],
    ],
    ['in any order where windows touch', { latDeg: 0, lonDeg: 0 }, [stop(0, 2, 8, 10), stop(0, 1, 10, 12)], [1, 0]],
    [
      'better than the next nearest each time',
      { latDeg: 0, lonDeg: 0 },
      [stop(0, 1), stop(0, -1.5), stop(0, 5)],
      [1, 0, 2],
    ],
    ['of two at one place as they came', { latDeg: 0, lonDeg: 0 }, [stop(5, 5), stop(5, 5)], [0, 1]],
  ])('goes %s', (_, start, stops, expected) => {
    const { order, lengthM: length } = visitingOrder(start, stops);
    expect(order).toEqual(expected);
    expect(length).toBeCloseTo(lengthM(start, stops, expected), 3);
  });

  it('has every stop once, no later window before an earlier one, and is never longer than the nearest-first way', () => {
    fc.assert(
      fc.property(place, fc.array(randomStop, { minLength: 2, maxLength: 20 }), (start, stops) => {
        const { order, lengthM: length } = visitingOrder(start, stops);
        expect(order.toSorted((a, b) => a - b)).toEqual(stops.map((_, index) => index));
        for (const [i, later] of order.entries()) {
          for (const earlier of order.slice(0, i))
            expect(stops[later]!.toMs).toBeGreaterThanOrEqual(stops[earlier]!.fromMs);
        }
        expect(length).toBeCloseTo(lengthM(start, stops, order), 3);
        expect(length).toBeLessThanOrEqual(lengthM(start, stops, greedy(start, stops)) + 0.001);
      }),
      { numRuns: 200 },
    );
  });

  it('of up to six stops is seldom longer than the shortest way there is, and never by much', () => {
    const few = fc.array(place, { minLength: 2, maxLength: 6 });
    let worse = 0;
    fc.assert(
      fc.property(place, few, (start, places) => {
        const stops = places.map((one) => ({ ...one, ...ALL_DAY }));
        const ways = permutations(stops.map((_, index) => index)).map((order) => lengthM(start, stops, order));
        const shortest = Math.min(...ways);
        const { lengthM: length } = visitingOrder(start, stops);
        if (length > shortest + 0.001) worse += 1;
        expect(length).toBeLessThanOrEqual(shortest * 1.5 + 0.001);
      }),
      { numRuns: 50 },
    );
    expect(worse).toBeLessThan(10);
  });

  it('comes to an end with fifty stops all over the world', () => {
    fc.assert(
      fc.property(place, fc.array(place, { minLength: 49, maxLength: 49 }), (start, places) => {
        const stops = places.map((one) => ({ ...one, ...ALL_DAY }));
        expect(visitingOrder(start, stops).order).toHaveLength(49);
      }),
      { numRuns: 5 },
    );
  });
});
