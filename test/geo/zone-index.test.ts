import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contains } from '../../src/geo/distance.ts';
import { ZoneIndex } from '../../src/geo/zone-index.ts';
import type { Zone } from '../../src/model/task.ts';

/** A drive in small steps, mostly shorter than the box that the index remembers as clear. */
const steps = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), { maxLength: 80 });
const place = fc.record({ latDeg: fc.integer({ min: -50, max: 50 }), lonDeg: fc.integer({ min: -50, max: 50 }) });
const zone = fc.tuple(place, fc.integer({ min: 1, max: 2000 }));
const change = fc.record({ at: fc.nat(80), id: fc.nat(4), zone: fc.option(zone) });
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
    fc.property(origin, fc.array(zone, { maxLength: 5 }), steps, fc.array(change, { maxLength: 6 }), (...world) => {
      const [[lat0, lon0], zones, drive, changes] = world;
      const index = new ZoneIndex();
      const naive = new Map<number, Zone>();
      const put = (id: number, [at, radiusM]: [{ latDeg: number; lonDeg: number }, number]) => {
        const latDeg = Math.max(-90, Math.min(90, lat0! + at.latDeg * 0.001));
        const made = { latDeg, lonDeg: around(lon0! + at.lonDeg * 0.001), radiusM };
        index.set(id, made);
        naive.set(id, made);
      };
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
    }),
    { numRuns: 500 },
  );
});

function around(lonDeg: number): number {
  if (lonDeg > 180) return lonDeg - 360;
  return lonDeg < -180 ? lonDeg + 360 : lonDeg;
}
