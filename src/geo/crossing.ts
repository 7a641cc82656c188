/** Where the straight line between two fixes runs through a zone, for fixes that lie on both sides of it. */
import type { Zone } from '../model/task.ts';
import { contains, distanceM, sphereDistanceM } from './distance.ts';

interface Point {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** Shares of the way, 0..1, at which the zone is entered and left. */
export interface Crossing {
  readonly enter: number;
  readonly leave: number;
}

/** Halvings of the search: finer than a millisecond of any way that takes less than a year. */
const HALVINGS = 40;

/** null = the line misses the zone. Both ends are outside. */
export function crossing(zone: Zone, from: Point, to: Point): Crossing | null {
  if (isOutOfReach(zone, from, to)) return null;
  const at = (share: number) => between(from, to, share);
  const nearest = nearestShare(zone, at);
  if (!contains(zone, at(nearest).latDeg, at(nearest).lonDeg)) return null;
  return { enter: edge(zone, at, 0, nearest), leave: edge(zone, at, 1, nearest) };
}

/** Whether the way is too short to come near the zone, with room for the sphere's error. */
function isOutOfReach(zone: Zone, from: Point, to: Point): boolean {
  const rangeM = sphereDistanceM(zone.latDeg, zone.lonDeg, from.latDeg, from.lonDeg);
  const wayM = sphereDistanceM(from.latDeg, from.lonDeg, to.latDeg, to.lonDeg);
  return rangeM > (wayM + zone.radiusM) * 1.02;
}

/** The way across the antimeridian is the short one. */
function between(from: Point, to: Point, share: number): Point {
  const lonSpanDeg = ((to.lonDeg - from.lonDeg + 540) % 360) - 180;
  const lonDeg = from.lonDeg + lonSpanDeg * share;
  return {
    latDeg: from.latDeg + (to.latDeg - from.latDeg) * share,
    lonDeg: lonDeg > 180 ? lonDeg - 360 : lonDeg < -180 ? lonDeg + 360 : lonDeg,
  };
}

/** The distance to a point falls and then rises along a line: a search by thirds finds its least. */
function nearestShare(zone: Zone, at: (share: number) => Point): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < HALVINGS * 2; i++) {
    const third = (high - low) / 3;
    if (rangeM(zone, at(low + third)) < rangeM(zone, at(high - third))) high -= third;
    else low += third;
  }
  return (low + high) / 2;
}

function edge(zone: Zone, at: (share: number) => Point, outside: number, inside: number): number {
  let out = outside;
  let within = inside;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (out + within) / 2;
    const { latDeg, lonDeg } = at(middle);
    if (contains(zone, latDeg, lonDeg)) within = middle;
    else out = middle;
  }
  return within;
}

function rangeM(zone: Zone, { latDeg, lonDeg }: Point): number {
  return distanceM(zone.latDeg, zone.lonDeg, latDeg, lonDeg);
}
