import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, distanceM } from '../../src/geo/distance.ts';
import { isWithin, toEdgeM } from '../../src/geo/edge.ts';
import { anyPlace, anyRing, edgeDistanceM, pointAt, pointOnEdge, zoneOf } from './polygons.ts';

const bearing = fc.double({ min: 0, max: 360, noNaN: true });

describe('the way to the edge', () => {
  it('of a circle is the way to its centre without the radius', () => {
    fc.assert(
      fc.property(anyPlace, bearing, fc.integer({ min: 1, max: 300_000 }), (place, bearingDeg, radiusM) => {
        const point = pointAt(place, bearingDeg, radiusM * 1.5);
        expect(toEdgeM({ ...place, radiusM }, point.latDeg, point.lonDeg)).toBeCloseTo(radiusM / 2, 3);
      }),
    );
  });

  it('of a polygon is the way to the nearest place that brute force finds, near and far', () => {
    fc.assert(
      fc.property(anyRing, fc.nat(11), bearing, fc.integer({ min: 0, max: 4 }), (ring, n, bearingDeg, tens) => {
        const zone = zoneOf(ring);
        const point = pointAt(pointOnEdge(ring, n % (ring.length - 1), 0.3), bearingDeg, zone.radiusM * 10 ** -tens);
        const exactM = edgeDistanceM(ring, point);
        expect(Math.abs(toEdgeM(zone, point.latDeg, point.lonDeg) - exactM)).toBeLessThan(exactM * 1e-5 + 1e-6);
      }),
      { numRuns: 300 },
    );
  });
});

describe('within a margin', () => {
  it('is what is inside, and what is no further from the edge than the margin', () => {
    fc.assert(
      fc.property(anyRing, fc.nat(11), bearing, fc.integer({ min: 0, max: 4 }), (ring, n, bearingDeg, tens) => {
        const zone = zoneOf(ring);
        const marginM = Math.min(10_000, zone.radiusM * 10 ** -tens);
        const { latDeg, lonDeg } = pointAt(pointOnEdge(ring, n % (ring.length - 1), 0.3), bearingDeg, marginM * 1.1);
        const isInside = contains(zone, latDeg, lonDeg);
        const exactM = edgeDistanceM(ring, { latDeg, lonDeg });
        expect(isWithin(zone, 0, latDeg, lonDeg)).toBe(isInside);
        expect(isWithin(zone, exactM * 1.0001 + 1e-6, latDeg, lonDeg)).toBe(true);
        expect(isWithin(zone, exactM * 0.9999 - 1e-6, latDeg, lonDeg)).toBe(isInside);
      }),
      { numRuns: 300 },
    );
  });

  it('of a circle is the circle with a longer radius', () => {
    const zone = { latDeg: 52.5, lonDeg: 13.4, radiusM: 100 };
    for (const [metres, isIn] of [
      [100, true],
      [119.99, true],
      [120.01, false],
    ] as const) {
      const { latDeg, lonDeg } = pointAt(zone, 77, metres);
      expect(distanceM(zone.latDeg, zone.lonDeg, latDeg, lonDeg)).toBeCloseTo(metres, 6);
      expect(isWithin(zone, 20, latDeg, lonDeg)).toBe(isIn);
    }
  });
});
