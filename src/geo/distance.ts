/** Distances on the WGS84 ellipsoid, and the one question that decides tasks: is this point inside that zone? */
import geodesic from 'geographiclib-geodesic';
import type { Zone } from '../model/task.ts';
import { isInRing } from './ring.ts';

const MEAN_RADIUS_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/**
 * A distance on the mean sphere is within this factor of the geodesic one, everywhere: the radii of curvature of WGS84
 * lie between a(1-e2) = 6 335 439 m and a/sqrt(1-e2) = 6 399 594 m, that is -0.56 % to +0.45 % of the mean radius.
 */
const SPHERE_TOLERANCE = 1.006;

/** Exact geodesic distance in metres (Karney's algorithm, nanometre accuracy). Arguments in degrees. */
export function distanceM(latDeg: number, lonDeg: number, otherLatDeg: number, otherLonDeg: number): number {
  const { s12 } = geodesic.Geodesic.WGS84.Inverse(latDeg, lonDeg, otherLatDeg, otherLonDeg, geodesic.Geodesic.DISTANCE);
  if (s12 === undefined) throw new Error('the geodesic solver gave no distance');
  return s12;
}

/** Whether the point lies in the zone, its edge included. A polygon is asked only about what its circle holds. */
export function contains(zone: Zone, latDeg: number, lonDeg: number): boolean {
  if (!isInCircle(zone, zone.radiusM, latDeg, lonDeg)) return false;
  return zone.ring === undefined || isInRing(zone.ring, latDeg, lonDeg);
}

/** Whether the point is no further than `radiusM` from the zone's centre. The sphere only settles what is clearly in or out. */
export function isInCircle(zone: Zone, radiusM: number, latDeg: number, lonDeg: number): boolean {
  const roughM = sphereDistanceM(zone.latDeg, zone.lonDeg, latDeg, lonDeg);
  if (roughM * SPHERE_TOLERANCE < radiusM) return true;
  if (roughM > radiusM * SPHERE_TOLERANCE) return false;
  return distanceM(zone.latDeg, zone.lonDeg, latDeg, lonDeg) <= radiusM;
}

/** Great-circle distance on the mean sphere (haversine), metres: right to 0.6 %. */
export function sphereDistanceM(latDeg: number, lonDeg: number, otherLatDeg: number, otherLonDeg: number): number {
  const halfLat = Math.sin(((otherLatDeg - latDeg) * RADIANS) / 2);
  const halfLon = Math.sin(((otherLonDeg - lonDeg) * RADIANS) / 2);
  const square = halfLat * halfLat + Math.cos(latDeg * RADIANS) * Math.cos(otherLatDeg * RADIANS) * halfLon * halfLon;
  return 2 * MEAN_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(square)));
}
