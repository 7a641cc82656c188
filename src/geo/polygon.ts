/** A zone from a polygon that somebody drew: what is wrong with it, or the circle around it. */
import { type Refusal, refuse } from '../model/refusal.ts';
import { CORNERS_MAX, type Corner, type Ring, type Zone } from '../model/task.ts';
import { distanceM, sphereDistanceM } from './distance.ts';
import { centreOf, type Place } from './enclosing-circle.ts';
import { eastDeg, meetingEdges, planeOf } from './ring.ts';

const RADIUS_M_MAX = 300_000;

/** A zone of at most 300 km around, with the ring as it is: either way around, corners on a straight edge and all. */
export function polygonZone(ring: Ring): Zone | Refusal {
  const fault = formFault(ring) ?? sizeFault(ring) ?? crossingFault(ring);
  if (fault !== null) return refuse('invalid', fault, 'zone');
  const zone = enclosed(ring);
  if (zone.radiusM <= RADIUS_M_MAX) return zone;
  return refuse('invalid', `must fit in a circle of ${RADIUS_M_MAX} m, not of ${zone.radiusM} m`, 'zone');
}

function formFault(ring: Ring): string | null {
  const corners = ring.length - 1;
  if (corners < 3 || corners > CORNERS_MAX) return `must have 3 to ${CORNERS_MAX} corners and then the first one again`;
  if (!isSame(ring[0]!, ring[corners]!)) return 'must end with the position it begins with';
  const repeated = ring.findIndex((corner, i) => i > 0 && isSame(ring[i - 1]!, corner));
  if (repeated > 0) return `must not have the same position twice in a row, as at ${repeated - 1} and ${repeated}`;
  return null;
}

/** The sphere is right to 0.6 %. */
const SPHERE_DOUBT = 1.02;

/** Against what spans half the earth: there, which side of the ring is its inside is anyone's guess. */
function sizeFault(ring: Ring): string | null {
  if (lonSpanDeg(ring) >= 180 || ring.some(([, latDeg]) => Math.abs(latDeg) === 90)) {
    return 'must not contain a pole, nor span 180 degrees of longitude';
  }
  if (acrossM(ring) > 2 * RADIUS_M_MAX * SPHERE_DOUBT) return `must fit in a circle of ${RADIUS_M_MAX} m`;
  return null;
}

/** Walked corner by corner: around a pole it comes to 360. */
function lonSpanDeg(ring: Ring): number {
  let atDeg = 0;
  let [westDeg, eastmostDeg] = [0, 0];
  for (let i = 1; i < ring.length; i++) {
    atDeg += eastDeg(ring[i - 1]![0], ring[i]![0]);
    westDeg = Math.min(westDeg, atDeg);
    eastmostDeg = Math.max(eastmostDeg, atDeg);
  }
  return eastmostDeg - westDeg;
}

/** To the corner that is furthest from the first one. */
function acrossM(ring: Ring): number {
  const [lonDeg, latDeg] = ring[0]!;
  return Math.max(...ring.map(([lon, lat]) => sphereDistanceM(latDeg, lonDeg, lat, lon)));
}

function crossingFault(ring: Ring): string | null {
  const pair = meetingEdges(planeOf(ring));
  if (pair === null) return null;
  const [a, b] = pair.map((corner) => `the edge from position ${corner} to ${corner + 1}`);
  return `must not cross or touch itself: ${a} meets ${b}, counted from 0`;
}

function isSame(a: Corner, b: Corner): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Decimals of the centre: a decimetre. */
const PLACE_DIGITS = 6;

/** The smallest circle in whole metres that holds the ring, its edges included: they may bulge out between corners. */
function enclosed(ring: Ring): Zone {
  const bulgeMaxM = Math.max(0.01, acrossM(ring) / 10_000);
  const places: Place[] = [];
  let bulgeM = 0;
  for (let i = 1; i < ring.length; i++) {
    const [from, to] = [ring[i - 1]!, ring[i]!];
    const wholeM = edgeBulgeM(from, to);
    const parts = Math.max(1, Math.ceil(Math.sqrt(wholeM / bulgeMaxM)));
    bulgeM = Math.max(bulgeM, wholeM / (parts * parts));
    for (let n = 0; n < parts; n++) places.push(placeAt(from, to, n / parts));
  }
  const centre = centreOf(places);
  const latDeg = rounded(centre.latDeg);
  const lonDeg = rounded(centre.lonDeg);
  const radiusM = Math.max(1, Math.ceil(farthestM(places, latDeg, lonDeg) + bulgeM));
  return { latDeg, lonDeg, radiusM, ring };
}

const RADIANS = Math.PI / 180;
const EARTH_RADIUS_M = 6_378_137;

/**
 * How far at most an edge, straight in degrees, bulges out beside the shortest way between its ends, within which a
 * circle holds what lies between two of its points. An eighth of its acceleration along the sphere: 2 dLat dLon to the
 * side and dLon^2 sin cos towards the pole. It falls with the square of the number of parts.
 */
function edgeBulgeM([aLon, aLat]: Corner, [bLon, bLat]: Corner): number {
  const lonSpan = Math.abs(eastDeg(aLon, bLon)) * RADIANS;
  const latSpan = Math.abs(bLat - aLat) * RADIANS;
  const lowestLat = aLat * bLat <= 0 ? 0 : Math.min(Math.abs(aLat), Math.abs(bLat)) * RADIANS;
  return EARTH_RADIUS_M * ((lonSpan * latSpan) / 4 + (lonSpan * lonSpan * Math.cos(lowestLat)) / 8);
}

function placeAt([aLon, aLat]: Corner, [bLon, bLat]: Corner, share: number): Place {
  return { latDeg: aLat + (bLat - aLat) * share, lonDeg: aLon + eastDeg(aLon, bLon) * share };
}

function rounded(degrees: number): number {
  // Without a minus where nothing is left of it.
  return Number(degrees.toFixed(PLACE_DIGITS)) + 0;
}

/** The sphere is asked first: the exact distance takes its time. */
function farthestM(places: readonly Place[], latDeg: number, lonDeg: number): number {
  let mostM = 0;
  for (const place of places) {
    if (sphereDistanceM(latDeg, lonDeg, place.latDeg, place.lonDeg) * SPHERE_DOUBT < mostM) continue;
    mostM = Math.max(mostM, distanceM(latDeg, lonDeg, place.latDeg, place.lonDeg));
  }
  return mostM;
}
