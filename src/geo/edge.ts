/** How far a point is from the edge of a zone, and whether that is within a margin. */
import type { Ring, Zone } from '../model/task.ts';
import { distanceM, isInCircle } from './distance.ts';
import { eastDeg, isInRing } from './ring.ts';

/** Whether a point lies in the zone or no further than `marginM` beyond its edge. */
export function isWithin(zone: Zone, marginM: number, latDeg: number, lonDeg: number): boolean {
  if (!isInCircle(zone, zone.radiusM + marginM, latDeg, lonDeg)) return false;
  if (zone.ring === undefined || isInRing(zone.ring, latDeg, lonDeg)) return true;
  return marginM > 0 && toRingM(zone.ring, latDeg, lonDeg, marginM) <= marginM;
}

/** Metres that a point outside of the zone lies beyond its edge. */
export function toEdgeM(zone: Zone, latDeg: number, lonDeg: number): number {
  if (zone.ring !== undefined) return toRingM(zone.ring, latDeg, lonDeg, Number.POSITIVE_INFINITY);
  return distanceM(zone.latDeg, zone.lonDeg, latDeg, lonDeg) - zone.radiusM;
}

/** A degree of latitude is 110 574 m or more. */
const LAT_DEG_M_MIN = 110_000;

/** Edges are looked at in parts of this size: none of them bends enough to have two places nearest to a point. */
const PART_DEG = 0.1;
/** No part reaches further than this from its middle. */
const HALF_PART_M = 8000;
/**
 * A part is taken as straight in space and evenly run through. On 11 km that misses the nearest place by some metres,
 * so it is looked for again in a tenth on either side of where it was found, and once more.
 */
const LOOKS = 3;

/** Metres to the nearest place of the ring's edge; infinite where it is further away than `mostM`. */
function toRingM(ring: Ring, latDeg: number, lonDeg: number, mostM: number): number {
  const point = inSpace(latDeg, lonDeg);
  let leastM = mostM;
  let nearest: readonly [latDeg: number, lonDeg: number] | null = null;
  for (let i = 1; i < ring.length; i++) {
    const [aLon, aLat] = ring[i - 1]!;
    const [bLon, bLat] = ring[i]!;
    if (Math.max(Math.min(aLat, bLat) - latDeg, latDeg - Math.max(aLat, bLat)) * LAT_DEG_M_MIN > leastM) continue;
    const lonSpan = eastDeg(aLon, bLon);
    const latSpan = bLat - aLat;
    const parts = Math.max(1, Math.ceil(Math.max(Math.abs(lonSpan), Math.abs(latSpan)) / PART_DEG));
    const along = (share: number) => [aLat + latSpan * share, aLon + lonSpan * share] as const;
    for (let n = 0; n < parts; n++) {
      if (parts > 1 && apartM(inSpace(...along((n + 0.5) / parts)), point) > leastM + HALF_PART_M) continue;
      const place = along(nearestShare(along, n / parts, (n + 1) / parts, point));
      const metres = apartM(inSpace(...place), point);
      if (metres > leastM) continue;
      leastM = metres;
      nearest = place;
    }
  }
  return nearest === null ? Number.POSITIVE_INFINITY : distanceM(latDeg, lonDeg, ...nearest);
}

/** Of a way that is nearly straight between two shares of it. */
function nearestShare(
  along: (share: number) => readonly [latDeg: number, lonDeg: number],
  first: number,
  last: number,
  point: Vector,
): number {
  let [low, high] = [first, last];
  let share = first;
  for (let look = 0; look < LOOKS; look++) {
    share = low + (high - low) * footShare(inSpace(...along(low)), inSpace(...along(high)), point);
    const around = (high - low) / 10;
    low = Math.max(first, share - around);
    high = Math.min(last, share + around);
  }
  return share;
}

type Vector = readonly [number, number, number];

/** Where the straight line from a to b is nearest to a point, as a share of it. */
function footShare(a: Vector, b: Vector, point: Vector): number {
  const way = minus(b, a);
  const off = minus(point, a);
  const square = squareOf(way);
  if (square === 0) return 0;
  return Math.max(0, Math.min(1, (way[0] * off[0] + way[1] * off[1] + way[2] * off[2]) / square));
}

const RADIANS = Math.PI / 180;
/** WGS84: half the equator's diameter in metres, and the first eccentricity squared. */
const EQUATOR_RADIUS_M = 6_378_137;
const ECCENTRICITY_SQUARE = 0.006_694_379_990_14;

/** Metres from the middle of the earth. */
function inSpace(latDeg: number, lonDeg: number): Vector {
  const sinLat = Math.sin(latDeg * RADIANS);
  const cosLat = Math.cos(latDeg * RADIANS);
  const across = EQUATOR_RADIUS_M / Math.sqrt(1 - ECCENTRICITY_SQUARE * sinLat * sinLat);
  return [
    across * cosLat * Math.cos(lonDeg * RADIANS),
    across * cosLat * Math.sin(lonDeg * RADIANS),
    across * (1 - ECCENTRICITY_SQUARE) * sinLat,
  ];
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function apartM(a: Vector, b: Vector): number {
  return Math.sqrt(squareOf(minus(a, b)));
}

function squareOf([x, y, z]: Vector): number {
  return x * x + y * y + z * z;
}
