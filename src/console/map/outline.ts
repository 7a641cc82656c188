/** Rings of the globe laid on a flat map. Pure. */

/** [longitude, latitude], as GeoJSON has it. */
export type Lonlat = readonly number[];

/** Where the flat map ends. */
const POLE = 85;

/**
 * The same ring without a jump where it crosses the antimeridian: there it goes on beyond 180 degrees. One that goes
 * around a pole is led along the edge of the map, which the pole is not on.
 */
export function unwrapped(ring: readonly Lonlat[]): [number, number][] {
  const points: [number, number][] = [];
  let turn = 0;
  for (const [lon = 0, lat = 0] of ring) {
    const last = points.at(-1);
    if (last !== undefined) turn -= 360 * Math.round((lon + turn - last[0]) / 360);
    points.push([lon + turn, lat]);
  }
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || Math.abs(last[0] - first[0]) < 180) return points;
  const edge = first[1] < 0 ? -POLE : POLE;
  return [...points, [last[0], edge], [first[0], edge]];
}

/** As [latitude, longitude], once for each world that a wide view shows beside the first. */
export function onEachWorld(ring: readonly Lonlat[]): [number, number][][] {
  const points = unwrapped(ring);
  return [-360, 0, 360].map((shift) => points.map(([lon, lat]): [number, number] => [lat, lon + shift]));
}
