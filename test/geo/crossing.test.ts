import fc from 'fast-check';
import geodesic from 'geographiclib-geodesic';
import { describe, expect, it } from 'vitest';
import { crossings } from '../../src/geo/crossing.ts';
import { contains } from '../../src/geo/distance.ts';
import { anyRing, edgeDistanceM, NOTCHED, pointAt, ringAt, zoneAt, zoneOf } from './polygons.ts';

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

const turn = fc.integer({ min: -60, max: 60 });

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
        const found = crossings(z, from, to)[0];
        for (let i = 0; i <= 200; i++) {
          const { latDeg, lonDeg } = along(from, to, i / 200);
          const isBetween = found !== undefined && i / 200 >= found.enter && i / 200 <= found.leave;
          expect(contains(z, latDeg, lonDeg)).toBe(isBetween);
        }
      }),
    );
  });

  it('misses a zone that is far from it', () => {
    const far = { latDeg: 10, lonDeg: 10, radiusM: 100 };
    expect(crossings(far, { latDeg: 50, lonDeg: 8 }, { latDeg: 50.001, lonDeg: 8 })).toEqual([]);
  });
});

describe('the way between two fixes outside of a polygon', () => {
  it('crosses it exactly where a walk along it finds itself inside', () => {
    let most = 0;
    fc.assert(
      fc.property(anyRing, offset, turn, offset, (ring, a, turnDeg, b) => {
        const z = zoneOf(ring);
        const from = pointAt(z, a.bearing, (a.radii / 2) * z.radiusM);
        // Mostly through the middle.
        const to = pointAt(z, a.bearing + 180 + turnDeg, (b.radii / 2) * z.radiusM);
        fc.pre(!contains(z, from.latDeg, from.lonDeg) && !contains(z, to.latDeg, to.lonDeg));
        const found = crossings(z, from, to);
        most = Math.max(most, found.length);
        for (let i = 0; i <= 200; i++) {
          const { latDeg, lonDeg } = along(from, to, i / 200);
          const isBetween = found.some(({ enter, leave }) => i / 200 >= enter && i / 200 <= leave);
          expect(contains(z, latDeg, lonDeg)).toBe(isBetween);
        }
        for (const { enter, leave } of found) {
          expect(enter).toBeLessThan(leave);
          for (const share of [enter, leave]) {
            expect(edgeDistanceM(ring, along(from, to, share), 20)).toBeLessThan(z.radiusM * 1e-6 + 1e-6);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(most).toBeGreaterThan(1);
  });

  const PLACE = { latDeg: -17, lonDeg: 180 };
  const UNIT = 0.01;
  it.each([
    [
      'in, out and in again',
      [-5, 0],
      [5, 0],
      [
        [0.26, 0.46],
        [0.573_333, 0.74],
      ],
    ],
    [
      'the other way',
      [5, 0],
      [-5, 0],
      [
        [0.26, 0.426_667],
        [0.54, 0.74],
      ],
    ],
    ['along an edge', [-5, -2.4], [5, -2.4], [[0.26, 0.74]]],
    ['through two corners', [-4.8, -4.8], [0, 0], [[0.5, 0.916_667]]],
    ['by a corner, without going in', [-5, -0.2], [0, 4.8], []],
  ] as const)('%s', (_name, [ax, ay], [bx, by], expected) => {
    const zone = zoneAt(PLACE, UNIT, NOTCHED);
    const spot = (x: number, y: number) => {
      const [lonDeg, latDeg] = ringAt(PLACE, UNIT, [[x, y]])[0]!;
      return { latDeg, lonDeg };
    };
    const found = crossings(zone, spot(ax, ay), spot(bx, by));
    expect(found.map(({ enter, leave }) => [rounded(enter), rounded(leave)])).toEqual(expected);
  });

  function rounded(share: number): number {
    return Math.round(share * 1e6) / 1e6;
  }
});
