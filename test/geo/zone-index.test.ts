import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from '../../src/geo/distance.ts';
import { SCAN_MAX, ZoneIndex } from '../../src/geo/zone-index.ts';
import type { Zone } from '../../src/model/task.ts';

/** In one town, on the antimeridian, or around a pole: where boxes are ordinary, come in pairs, or go all around. */
const places = [
  [52.5, 13.4],
  [-17, 180],
  [-17, -179.999],
  [89.99, 20],
  [-90, 0],
] as const;
const point = fc
  .record({
    place: fc.constantFrom(...places),
    latOffDeg: fc.double({ min: -0.02, max: 0.02, noNaN: true }),
    lonOffDeg: fc.double({ min: -0.02, max: 0.02, noNaN: true }),
  })
  .map(({ place, latOffDeg, lonOffDeg }) => {
    const lonDeg = place[1] + lonOffDeg;
    return {
      latDeg: Math.max(-90, Math.min(90, place[0] + latOffDeg)),
      lonDeg: lonDeg > 180 ? lonDeg - 360 : lonDeg < -180 ? lonDeg + 360 : lonDeg,
    };
  });
const zone: fc.Arbitrary<Zone> = fc
  .record({ centre: point, radiusM: fc.constantFrom(1, 150, 1500, 300_000) })
  .map(({ centre, radiusM }) => ({ ...centre, radiusM }));
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ id: fc.nat(2 * SCAN_MAX), zone }) },
  { weight: 2, arbitrary: fc.record({ id: fc.nat(2 * SCAN_MAX), zone: fc.constant(null) }) },
);

describe('a zone index', () => {
  it('finds what looking at every zone finds, few or many, as they come and go', () => {
    let most = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 * SCAN_MAX, size: 'max' }), fc.array(point), (steps, points) => {
        const index = new ZoneIndex();
        const zones = new Map<number, Zone>();
        for (const [n, { id, zone }] of steps.entries()) {
          if (zone === null) {
            index.delete(id);
            zones.delete(id);
          } else {
            index.set(id, zone);
            zones.set(id, zone);
          }
          expect(index.size).toBe(zones.size);
          most = Math.max(most, index.size);
          if (n % SCAN_MAX > 0 && n < steps.length - 1) continue;
          for (const { latDeg, lonDeg } of [...points, ...zones.values()]) {
            const expected = [...zones].filter(([, held]) => contains(held, latDeg, lonDeg)).map(([held]) => held);
            expect(index.containing(latDeg, lonDeg).sort()).toEqual(expected.sort());
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(most).toBeGreaterThan(SCAN_MAX);
  });

  it('goes back to looking one by one when most zones have left', () => {
    const index = new ZoneIndex();
    const here = { latDeg: 52.5, lonDeg: 13.4, radiusM: 100 };
    for (let id = 0; id < 100; id++) index.set(id, here);
    for (let id = 0; id < 99; id++) index.delete(id);
    expect(index.containing(52.5, 13.4)).toEqual([99]);
    for (let id = 0; id < 40; id++) index.set(id, here);
    expect(index.containing(52.5, 13.4)).toHaveLength(41);
  });
});
