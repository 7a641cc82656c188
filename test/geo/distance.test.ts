import fc from 'fast-check';
import geodesic from 'geographiclib-geodesic';
import { describe, expect, it } from 'vitest';
import { contains, distanceM, sphereDistanceM } from '../../src/geo/distance.ts';
import { zoneBoxes } from '../../src/geo/zone-boxes.ts';
import { ZoneIndex } from '../../src/geo/zone-index.ts';

const latitude = fc.oneof(
  fc.double({ min: -90, max: 90, noNaN: true }),
  fc.constantFrom(-90, 90, 0, 89.9999, -89.9999),
);
const longitude = fc.oneof(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.constantFrom(-180, 180, 179.9999, -179.9999, 0),
);
const zone = fc.record({
  latDeg: latitude,
  lonDeg: longitude,
  radiusM: fc.oneof(fc.constantFrom(1, 50, 300_000), fc.integer({ min: 1, max: 300_000 })),
});

/** The point at a distance and bearing from the zone's centre, by the library's direct problem. */
function pointAt({ latDeg, lonDeg }: { latDeg: number; lonDeg: number }, bearingDeg: number, metres: number) {
  const { lat2, lon2 } = geodesic.Geodesic.WGS84.Direct(latDeg, lonDeg, bearingDeg, metres);
  return { latDeg: lat2!, lonDeg: lon2! > 180 ? lon2! - 360 : lon2! < -180 ? lon2! + 360 : lon2! };
}

const bearing = fc.double({ min: 0, max: 360, noNaN: true });

describe('distances', () => {
  it('are geodesic: JFK to LHR as the solver documents it', () => {
    expect(distanceM(40.6, -73.8, 51.6, -0.5)).toBeCloseTo(5_551_759.4, 1);
  });

  it('on the sphere stay within 0.6 % of the geodesic', () => {
    fc.assert(
      fc.property(latitude, longitude, latitude, longitude, (lat, lon, otherLat, otherLon) => {
        const exactM = distanceM(lat, lon, otherLat, otherLon);
        const roughM = sphereDistanceM(lat, lon, otherLat, otherLon);
        expect(roughM).toBeLessThanOrEqual(exactM * 1.006 + 0.001);
        expect(roughM * 1.006 + 0.001).toBeGreaterThanOrEqual(exactM);
      }),
    );
  });
});

describe('a zone', () => {
  it('holds what is a decimetre within its radius and not what is a decimetre beyond, anywhere on earth', () => {
    fc.assert(
      fc.property(zone, bearing, (z, bearingDeg) => {
        const near = pointAt(z, bearingDeg, z.radiusM - 0.1);
        const far = pointAt(z, bearingDeg, z.radiusM + 0.1);
        expect(contains(z, near.latDeg, near.lonDeg)).toBe(true);
        expect(contains(z, far.latDeg, far.lonDeg)).toBe(false);
      }),
    );
  });

  it('is inside its boxes, across the antimeridian and around the poles too', () => {
    fc.assert(
      fc.property(zone, bearing, fc.double({ min: 0, max: 1, noNaN: true }), (z, bearingDeg, share) => {
        const { latDeg, lonDeg } = pointAt(z, bearingDeg, z.radiusM * share);
        const boxes = zoneBoxes(z);
        const isIn = boxes.some((b) => lonDeg >= b.minX && lonDeg <= b.maxX && latDeg >= b.minY && latDeg <= b.maxY);
        expect(isIn).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the index', () => {
  it('finds what a loop over all zones finds', () => {
    const change = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.option(zone));
    const point = fc.tuple(latitude, longitude);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.array(point, { maxLength: 10 }), (changes, points) => {
        const index = new ZoneIndex();
        const zones = new Map<number, { latDeg: number; lonDeg: number; radiusM: number }>();
        for (const [id, z] of changes) {
          if (z === null) {
            index.delete(id);
            zones.delete(id);
          } else {
            index.set(id, z);
            zones.set(id, z);
          }
        }
        const centres = [...zones.values()].map((z): [number, number] => [z.latDeg, z.lonDeg]);
        for (const [lat, lon] of [...points, ...centres]) {
          const expected = [...zones].filter(([, z]) => contains(z, lat, lon)).map(([id]) => id);
          expect(index.containing(lat, lon).toSorted()).toEqual(expected.sort());
        }
        expect(index.size).toBe(zones.size);
      }),
    );
  });
});
