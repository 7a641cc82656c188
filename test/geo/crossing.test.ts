import fc from 'fast-check';
import geodesic from 'geographiclib-geodesic';
import { describe, expect, it } from 'vitest';
import { crossing } from '../../src/geo/crossing.ts';
import { contains } from '../../src/geo/distance.ts';

const zone = fc.record({
  latDeg: fc.oneof(fc.double({ min: -80, max: 80, noNaN: true }), fc.constantFrom(0, 60)),
  lonDeg: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(180, -180, 179.999)),
  radiusM: fc.integer({ min: 20, max: 5_000 }),
});

/** Points one to three radii from the zone's centre. */
const offset = fc.record({
  bearing: fc.double({ min: 0, max: 360, noNaN: true }),
  radii: fc.double({ min: 1.001, max: 3, noNaN: true }),
});

function beside(
  { latDeg, lonDeg, radiusM }: { latDeg: number; lonDeg: number; radiusM: number },
  off: { bearing: number; radii: number },
) {
  const { lat2, lon2 } = geodesic.Geodesic.WGS84.Direct(latDeg, lonDeg, off.bearing, off.radii * radiusM);
  return { latDeg: lat2!, lonDeg: lon2! > 180 ? lon2! - 360 : lon2! < -180 ? lon2! + 360 : lon2! };
}

function along(from: { latDeg: number; lonDeg: number }, to: { latDeg: number; lonDeg: number }, share: number) {
  const span = ((to.lonDeg - from.lonDeg + 540) % 360) - 180;
  const lonDeg = from.lonDeg + span * share;
  return {
    latDeg: from.latDeg + (to.latDeg - from.latDeg) * share,
    lonDeg: lonDeg > 180 ? lonDeg - 360 : lonDeg < -180 ? lonDeg + 360 : lonDeg,
  };
}

describe('the way between two outside fixes', () => {
  it('crosses the zone exactly where a walk along it finds itself inside', () => {
    fc.assert(
      fc.property(zone, offset, offset, (z, a, b) => {
        const from = beside(z, a);
        const to = beside(z, b);
        fc.pre(!contains(z, from.latDeg, from.lonDeg) && !contains(z, to.latDeg, to.lonDeg));
        const found = crossing(z, from, to);
        for (let i = 0; i <= 200; i++) {
          const { latDeg, lonDeg } = along(from, to, i / 200);
          const isBetween = found !== null && i / 200 >= found.enter && i / 200 <= found.leave;
          expect(contains(z, latDeg, lonDeg)).toBe(isBetween);
        }
      }),
    );
  });

  it('misses a zone that is far from it', () => {
    const far = { latDeg: 10, lonDeg: 10, radiusM: 100 };
    expect(crossing(far, { latDeg: 50, lonDeg: 8 }, { latDeg: 50.001, lonDeg: 8 })).toBeNull();
  });
});
