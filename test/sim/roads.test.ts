import { describe, expect, it } from 'vitest';
import { layTown, moved, offsetM } from '../../src/sim/roads.ts';

describe('a town', () => {
  it('is the same for the same seed', () => {
    expect(layTown(5)).toEqual(layTown(5));
    expect(layTown(5)).not.toEqual(layTown(6));
  });

  it.each([1, 2, 3, 99])('has roads that lead both ways and no crossing without one (seed %d)', (seed) => {
    const { crossings } = layTown(seed);
    for (const [index, { next }] of crossings.entries()) {
      expect(next.length).toBeGreaterThan(0);
      for (const other of next) expect(crossings[other]?.next).toContain(index);
    }
  });

  it('lies within six kilometres of its centre, so that the demo knows where it ends', () => {
    const { centre, crossings } = layTown(1);
    for (const crossing of crossings) {
      const { eastM, northM } = offsetM(centre, crossing);
      expect(Math.max(Math.abs(eastM), Math.abs(northM))).toBeLessThan(6000);
    }
  });

  it('measures what it moved', () => {
    const from = { latDeg: 50, lonDeg: 14 };
    const { eastM, northM } = offsetM(from, moved(from, 123, -456));
    expect([eastM, northM].map(Math.round)).toEqual([123, -456]);
  });
});
