/** Circles on the earth, as the editor draws and drags them. The gateway decides by the geodesic; this is for the eye. */

export interface Spot {
  readonly lat: number;
  readonly lon: number;
}

/** Metres: what the gateway takes. */
export const RADIUS_MIN = 1;
export const RADIUS_MAX = 300_000;

const EARTH_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Metres along the great circle. */
export function distanceM(a: Spot, b: Spot): number {
  const halfLat = Math.sin(((b.lat - a.lat) * RADIANS) / 2);
  const halfLon = Math.sin(((b.lon - a.lon) * RADIANS) / 2);
  const square = halfLat * halfLat + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * halfLon * halfLon;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(square)));
}

/** Where one comes to by going so many metres that way (degrees clockwise from north). */
export function destination(start: Spot, courseDeg: number, metres: number): Spot {
  const [lat, course, angle] = [start.lat * RADIANS, courseDeg * RADIANS, metres / EARTH_M];
  const sine = Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(course);
  const east = Math.sin(course) * Math.sin(angle) * Math.cos(lat);
  const lon = Math.atan2(east, Math.cos(angle) - Math.sin(lat) * sine);
  return { lat: Math.asin(Math.max(-1, Math.min(1, sine))) / RADIANS, lon: start.lon + lon / RADIANS };
}

/** Where the handle sits that is dragged to make the circle larger. */
export function handleSpot(centre: Spot, radiusM: number): Spot {
  return destination(centre, 90, radiusM);
}

/** The radius that puts the circle's edge under the pointer. */
export function radiusTo(centre: Spot, pointer: Spot): number {
  return clampRadius(distanceM(centre, pointer));
}

export function clampRadius(metres: number): number {
  return Math.max(RADIUS_MIN, Math.min(RADIUS_MAX, Math.round(metres)));
}

/** A map can be rolled around the earth more than once; six decimals are a hand's breadth. */
export function tidySpot({ lat, lon }: Spot): Spot {
  const rolled = ((((lon + 180) % 360) + 360) % 360) - 180;
  return { lat: sixDecimals(Math.max(-90, Math.min(90, lat))), lon: sixDecimals(rolled) };
}

/** A key on the handle: a step of a tenth, at least a metre, and the ends of what is possible. null = not one of ours. */
export function radiusByKey(radiusM: number, key: string): number | null {
  const step = Math.max(1, Math.round(radiusM / 10));
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return clampRadius(radiusM + step);
    case 'ArrowLeft':
    case 'ArrowDown':
      return clampRadius(radiusM - step);
    case 'PageUp':
      return clampRadius(radiusM * 2);
    case 'PageDown':
      return clampRadius(radiusM / 2);
    case 'Home':
      return RADIUS_MIN;
    case 'End':
      return RADIUS_MAX;
    default:
      return null;
  }
}

function sixDecimals(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
