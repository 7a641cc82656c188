import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from '../../src/geo/distance.ts';
import { SCAN_MAX, ZoneIndex } from '../../src/geo/zone-index.ts';
import type { Zone } from '../../src/model/task.ts';
import { NOTCHED, SQUARE, TRIANGLE, zoneAt } from './polygons.ts';

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
const polygon: fc.Arbitrary<Zone> = fc
  .record({ centre: point, corners: fc.constantFrom(SQUARE, NOTCHED, TRIANGLE) })
  .filter(({ centre }) => Math.abs(centre.latDeg) < 80)
  .map(({ centre, corners }) => zoneAt(centre, 0.005, corners));
const anyZone = fc.oneof({ weight: 3, arbitrary: zone }, { weight: 1, arbitrary: polygon });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ id: fc.nat(2 * SCAN_MAX), zone: anyZone }) },
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
            expect(index.containing(latDeg, lonDeg).toSorted()).toEqual(expected.sort());
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

/** A drive in small steps, mostly shorter than the box that the index remembers as clear. */
const steps = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), { maxLength: 80 });
const offset = fc.record({ latDeg: fc.integer({ min: -50, max: 50 }), lonDeg: fc.integer({ min: -50, max: 50 }) });
const smallZone = fc.tuple(offset, fc.integer({ min: 1, max: 2000 }));
const change = fc.record({ at: fc.nat(80), id: fc.nat(4), zone: fc.option(smallZone) });
const origin: fc.Arbitrary<number[]> = fc.constantFrom(
  [0, 0],
  [52.5, 13.4],
  [60, 179.999],
  [60, -179.999],
  [89.99, 20],
  [-89.99, -20],
);

it('answers along a drive as a look at every zone would, while zones come and go', () => {
  fc.assert(
    fc.property(
      origin,
      fc.array(smallZone, { maxLength: 5 }),
      steps,
      fc.array(change, { maxLength: 6 }),
      (...world) => {
        const [[lat0, lon0], zones, drive, changes] = world;
        const index = new ZoneIndex();
        const naive = new Map<number, Zone>();
        const put = (id: number, [at, radiusM]: [{ latDeg: number; lonDeg: number }, number]) => {
          const latDeg = Math.max(-90, Math.min(90, lat0! + at.latDeg * 0.001));
          const made = { latDeg, lonDeg: around(lon0! + at.lonDeg * 0.001), radiusM };
          index.set(id, made);
          naive.set(id, made);
        };
        // So many that there is a tree, all out of reach.
        for (let id = 0; id <= SCAN_MAX; id++) index.set(100 + id, { latDeg: 20, lonDeg: -60, radiusM: 100 });
        for (const [id, each] of zones.entries()) put(id, each);
        let [latDeg, lonDeg] = [lat0!, lon0!];
        for (const [n, [north, east]] of drive.entries()) {
          for (const { at, id, zone: next } of changes) {
            if (at !== n) continue;
            if (next !== null) put(id, next);
            else {
              index.delete(id);
              naive.delete(id);
            }
          }
          latDeg = Math.max(-90, Math.min(90, latDeg + north * 0.000_3));
          lonDeg = around(lonDeg + east * 0.000_3);
          const expected = [...naive].filter(([, each]) => contains(each, latDeg, lonDeg)).map(([id]) => id);
          expect(index.containing(latDeg, lonDeg).toSorted()).toEqual(expected.toSorted());
        }
      },
    ),
    { numRuns: 500 },
  );
});

function around(lonDeg: number): number {
  if (lonDeg > 180) return lonDeg - 360;
  return lonDeg < -180 ? lonDeg + 360 : lonDeg;
}
