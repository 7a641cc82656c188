/**
 * Polygons for tests, and what they hold by brute force: an edge is many points, and a point is inside where the look
 * along all of them, by the geodesic solver's bearings, turns once around. No plane of degrees, no meridian, no pole.
 */
import fc from 'fast-check';
import geodesic from 'geographiclib-geodesic';
import { polygonZone } from '../../src/geo/polygon.ts';
import type { Corner, Ring, Zone } from '../../src/model/task.ts';

interface Point {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** Corners about a place, in degrees of latitude and as many metres of longitude; closed here. */
export function ringAt(place: Point, unitDeg: number, corners: readonly (readonly [x: number, y: number])[]): Ring {
  const stretch = 1 / Math.cos((place.latDeg * Math.PI) / 180);
  const ring = corners.map(([x, y]): Corner => {
    return [around(place.lonDeg + x * unitDeg * stretch), place.latDeg + y * unitDeg];
  });
  return [...ring, ring[0]!];
}

export function zoneAt(place: Point, unitDeg: number, corners: readonly (readonly [x: number, y: number])[]): Zone {
  return zoneOf(ringAt(place, unitDeg, corners));
}

export function zoneOf(ring: Ring): Zone {
  const zone = polygonZone(ring);
  if ('kind' in zone) throw new Error(zone.message);
  return zone;
}

export const SQUARE = [
  [-1.4, -1.4],
  [1.4, -1.4],
  [1.4, 1.4],
  [-1.4, 1.4],
] as const;
/** A wedge is cut out of it from the north-east, down to its middle: lines through the middle run in, out and in again. */
export const NOTCHED = [
  [-2.4, -2.4],
  [2.4, -2.4],
  [2.4, 2],
  [0.4, -0.4],
  [-0.4, -0.4],
  [-0.4, 0.4],
  [2, 2.4],
  [-2.4, 2.4],
] as const;
/** Clockwise. */
export const TRIANGLE = [
  [-3.2, -1.3],
  [0.3, 2.2],
  [2.7, -0.7],
] as const;

export const anyPlace = fc.record({
  latDeg: fc.oneof(fc.double({ min: -75, max: 75, noNaN: true }), fc.constantFrom(0, 60)),
  lonDeg: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(180, -180, 179.9999, -179.99)),
});

/** As seen from its middle each corner comes in turn, near or far: most are concave. From a few metres to 250 km. */
export const anyRing: fc.Arbitrary<Ring> = fc
  .record({
    place: anyPlace,
    unitDeg: fc.constantFrom(0.000_03, 0.001, 0.03, 0.5, 2),
    corners: fc.array(fc.record({ jitter: fc.nat(80), reach: fc.integer({ min: 10, max: 100 }) }), {
      minLength: 4,
      maxLength: 12,
    }),
    isReversed: fc.boolean(),
  })
  .map(({ place, unitDeg, corners, isReversed }) => {
    const spots = corners.map(({ jitter, reach }, i): [number, number] => {
      const angle = ((i + jitter / 100) / corners.length) * 2 * Math.PI;
      return [(Math.cos(angle) * reach) / 100, (Math.sin(angle) * reach) / 100];
    });
    return ringAt(place, unitDeg, isReversed ? spots.reverse() : spots);
  });

/** Points along the ring, `perEdge` to each edge. */
export function pointsAlong(ring: Ring, perEdge: number): Point[] {
  return ring.slice(1).flatMap((_, i) => {
    return Array.from({ length: perEdge }, (_, n) => pointOnEdge(ring, i, n / perEdge));
  });
}

export function pointOnEdge(ring: Ring, edge: number, share: number): Point {
  const [aLon, aLat] = ring[edge]!;
  const [bLon, bLat] = ring[edge + 1]!;
  return { latDeg: aLat + (bLat - aLat) * share, lonDeg: around(aLon + around(bLon - aLon) * share) };
}

export function isInside(ring: Ring, { latDeg, lonDeg }: Point, perEdge = 100): boolean {
  const bearings = pointsAlong(ring, perEdge).map((point) => {
    return geodesic.Geodesic.WGS84.Inverse(latDeg, lonDeg, point.latDeg, point.lonDeg).azi1!;
  });
  const turned = bearings.reduce((sum, bearing, i) => sum + around(bearing - bearings.at(i - 1)!), 0);
  return Math.abs(turned) > 180;
}

/** Metres to the nearest place of the ring: on each edge the nearest of many points, and then between its neighbours. */
export function edgeDistanceM(ring: Ring, point: Point, perEdge = 100): number {
  return Math.min(
    ...ring.slice(1).map((_, edge) => nearestM((share) => rangeM(point, pointOnEdge(ring, edge, share)), perEdge)),
  );
}

function nearestM(at: (share: number) => number, parts: number): number {
  const metres = Array.from({ length: parts + 1 }, (_, n) => at(n / parts));
  const best = metres.indexOf(Math.min(...metres));
  let [low, high] = [Math.max(0, (best - 1) / parts), Math.min(1, (best + 1) / parts)];
  for (let n = 0; n < 50; n++) {
    const third = (high - low) / 3;
    if (at(low + third) < at(high - third)) high -= third;
    else low += third;
  }
  return Math.min(metres[best]!, at(low));
}

export function rangeM(a: Point, b: Point): number {
  return geodesic.Geodesic.WGS84.Inverse(a.latDeg, a.lonDeg, b.latDeg, b.lonDeg).s12!;
}

/** The point at a distance and bearing, by the solver's direct problem. */
export function pointAt({ latDeg, lonDeg }: Point, bearingDeg: number, metres: number): Point {
  const { lat2, lon2 } = geodesic.Geodesic.WGS84.Direct(latDeg, lonDeg, bearingDeg, metres);
  return { latDeg: lat2!, lonDeg: around(lon2!) };
}

/** Degrees as they are written: -180..180. */
export function around(degrees: number): number {
  return degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees;
}
