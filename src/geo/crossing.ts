/**
 * Where the straight line between two fixes runs through a zone, for fixes that lie on both sides of it. Straight is
 * straight in degrees, as the edges of a polygon are.
 */
import type { Zone } from '../model/task.ts';
import { contains, distanceM, sphereDistanceM } from './distance.ts';
import { ringCuts } from './ring.ts';

interface Point {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** A point of the way, by its share of it. */
type Way = (share: number) => Point;

/** Shares of the way, 0..1, at which the zone is entered and left. */
export interface Crossing {
  readonly enter: number;
  readonly leave: number;
}

/** Halvings of the search: finer than a millisecond of any way that takes less than a year. */
const HALVINGS = 40;

const NONE: readonly Crossing[] = Object.freeze([]);

/** In order; none where the line misses the zone. Both ends are outside. A line meets a circle once, a polygon often. */
export function crossings(zone: Zone, from: Point, to: Point): readonly Crossing[] {
  if (isOutOfReach(zone, from, to)) return NONE;
  const at = (share: number) => between(from, to, share);
  if (zone.ring !== undefined) return pieces(zone, at, ringCuts(zone.ring, from, to));
  const nearest = nearestShare(zone, at);
  if (!isIn(zone, at, nearest)) return NONE;
  return [{ enter: edge(zone, at, 0, nearest), leave: edge(zone, at, 1, nearest) }];
}

/** Cuts this close are one: two edges that meet on the way. */
const SHARE_MIN = 1e-12;

/** What of the way is inside, where it is cut into parts that each lie inside or outside as a whole. */
function pieces(zone: Zone, at: Way, cuts: readonly number[]): Crossing[] {
  const found: Crossing[] = [];
  for (let i = 1; i < cuts.length; i++) {
    const [enter, leave] = [cuts[i - 1]!, cuts[i]!];
    if (leave - enter < SHARE_MIN || !isIn(zone, at, (enter + leave) / 2)) continue;
    const before = found.at(-1);
    if (before !== undefined && enter - before.leave < SHARE_MIN) found[found.length - 1] = { ...before, leave };
    else found.push({ enter, leave });
  }
  return found;
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
function nearestShare(zone: Zone, at: Way): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < HALVINGS * 2; i++) {
    const third = (high - low) / 3;
    if (rangeM(zone, at(low + third)) < rangeM(zone, at(high - third))) high -= third;
    else low += third;
  }
  return (low + high) / 2;
}

function edge(zone: Zone, at: Way, outside: number, inside: number): number {
  let out = outside;
  let within = inside;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (out + within) / 2;
    if (isIn(zone, at, middle)) within = middle;
    else out = middle;
  }
  return within;
}

function isIn(zone: Zone, at: Way, share: number): boolean {
  const { latDeg, lonDeg } = at(share);
  return contains(zone, latDeg, lonDeg);
}

function rangeM(zone: Zone, { latDeg, lonDeg }: Point): number {
  return distanceM(zone.latDeg, zone.lonDeg, latDeg, lonDeg);
}
