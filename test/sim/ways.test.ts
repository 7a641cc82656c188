import { describe, expect, it } from 'vitest';
import { layTown, moved } from '../../src/sim/roads.ts';
import { approachTo, distanceM, roadLines, wayBetween } from '../../src/sim/ways.ts';

const town = layTown(1);
const LAST = town.crossings.length - 1;

describe('a way through the town', () => {
  it.each([
    [0, LAST],
    [LAST, 0],
    [13, 182],
    [97, 98],
  ])('from crossing %d to %d follows roads', (from, to) => {
    const way = wayBetween(town, from, to);
    expect(way.at(-1)).toBe(to);
    let here = from;
    for (const next of way) {
      expect(town.crossings[here]!.next).toContain(next);
      here = next;
    }
  });

  it('is no longer than any other: what a search without estimates finds for all pairs of a corner', () => {
    const costM = new Map([[0, 0]]);
    for (let round = 0; round < town.crossings.length; round++) {
      for (const [here, soFarM] of [...costM]) {
        for (const next of town.crossings[here]!.next) {
          const lengthM = soFarM + distanceM(town.crossings[here]!, town.crossings[next]!);
          if (lengthM < (costM.get(next) ?? Number.POSITIVE_INFINITY)) costM.set(next, lengthM);
        }
      }
    }
    for (const to of [1, 17, 60, 120, LAST])
      expect(lengthOf(0, wayBetween(town, 0, to))).toBeCloseTo(costM.get(to)!, 6);
  });

  it('is empty where it is already, and where no road leads', () => {
    expect(wayBetween(town, 5, 5)).toEqual([]);
    const place = { latDeg: 50, lonDeg: 14 };
    const islands = {
      centre: place,
      crossings: [
        { ...place, next: [] },
        { ...place, next: [] },
      ],
    };
    expect(wayBetween(islands, 0, 1)).toEqual([]);
  });
});

describe('the road to a place', () => {
  it('leaves at the nearest point of the nearest road', () => {
    const [from, to] = [town.crossings[0]!, town.crossings[1]!];
    const middle = { latDeg: (from.latDeg + to.latDeg) / 2, lonDeg: (from.lonDeg + to.lonDeg) / 2 };
    const approach = approachTo(town, moved(middle, 0, -60))!;
    expect([0, 1]).toContain(approach.crossing);
    expect(distanceM(approach.road, middle)).toBeLessThan(60);
    expect(distanceM(approach.road, moved(middle, 0, -60))).toBeLessThanOrEqual(60);
  });

  it('is none out of town', () => {
    expect(approachTo(town, moved(town.centre, 0, 12_000))).toBeNull();
  });

  it('is there for every place between the roads', () => {
    for (let eastM = -3500; eastM <= 3500; eastM += 250) {
      for (let northM = -3500; northM <= 3500; northM += 250) {
        expect(approachTo(town, moved(town.centre, eastM, northM))).not.toBeNull();
      }
    }
  });
});

describe('the roads of a map', () => {
  it('are each there once, from crossing to crossing', () => {
    const lines = roadLines(town);
    expect(lines).toHaveLength(town.crossings.reduce((sum, { next }) => sum + next.length, 0) / 2);
    for (const [from, to] of lines) {
      expect(from![0]).toBeCloseTo(50.08, 0);
      expect(to![1]).toBeCloseTo(14.43, 0);
    }
  });
});

function lengthOf(from: number, way: readonly number[]): number {
  let here = from;
  let lengthM = 0;
  for (const next of way) {
    lengthM += distanceM(town.crossings[here]!, town.crossings[next]!);
    here = next;
  }
  return lengthM;
}
