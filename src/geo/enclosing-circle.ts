/** The centre of the smallest circle on the sphere that holds all of some points. */

export interface Place {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/**
 * On the unit sphere, counted from one of the points: east, north and up there. From the middle of the earth the last
 * digit of a double is a nanometre, which tilts the plane of a small circle and moves its centre by centimetres.
 */
type Vector = readonly [number, number, number];

interface Circle {
  readonly centre: Vector;
  /** Square of the straight distance from the centre to the edge. */
  readonly square: number;
}

/** Rounds of the search; some ten do. Beyond, the circle is a good one, but perhaps not the smallest. */
const ROUNDS_MAX = 1000;

/**
 * A circle is held by two or three of its points. The search takes the point that is furthest outside into that set
 * until none is outside; the circle grows each time. The points lie within a hemisphere.
 */
export function centreOf(places: readonly Place[]): Place {
  const origin = places[0]!;
  const points = places.map((place) => seenFrom(origin, place));
  let support: readonly Vector[] = points.slice(0, 1);
  let circle: Circle = { centre: points[0]!, square: 0 };
  for (let n = 0; n < ROUNDS_MAX; n++) {
    const far = farthest(points, circle.centre);
    if (holds(circle, far)) break;
    const next = smallest([...support, far]);
    if (next === null) break;
    [support, circle] = next;
  }
  return placeAt(origin, circle.centre);
}

function farthest(points: readonly Vector[], centre: Vector): Vector {
  return points.reduce((far, point) => (squareOf(point, centre) > squareOf(far, centre) ? point : far));
}

/** The smallest circle through two or three of four points that holds them all. */
function smallest(points: readonly Vector[]): readonly [readonly Vector[], Circle] | null {
  let best: readonly [readonly Vector[], Circle] | null = null;
  for (const support of pairsAndTriples(points)) {
    const circle = circleThrough(support);
    const isBetter = best === null || circle.square < best[1].square;
    if (isBetter && points.every((point) => holds(circle, point))) best = [support, circle];
  }
  return best;
}

function* pairsAndTriples(points: readonly Vector[]): Generator<readonly Vector[]> {
  for (const [i, a] of points.entries()) {
    for (const [j, b] of points.slice(0, i).entries()) {
      yield [a, b];
      for (const c of points.slice(0, j)) yield [a, b, c];
    }
  }
}

/** About the middle of two, or about the axis of three: seen from the middle of the earth, which is one below the origin. */
function circleThrough([a, b, c]: readonly Vector[]): Circle {
  const [x, y, z] =
    c === undefined ? [a![0] + b![0], a![1] + b![1], a![2] + b![2] + 2] : cross(minus(b!, a!), minus(c, a!));
  const length = Math.hypot(x, y, z);
  const side = z < 0 ? -1 : 1;
  const centre: Vector = [(side * x) / length, (side * y) / length, -(x * x + y * y) / (length * (length + side * z))];
  return { centre, square: squareOf(a!, centre) };
}

/** Room for the last digits of doubles. NaN, from points on one line, holds nothing. */
function holds({ centre, square }: Circle, point: Vector): boolean {
  return squareOf(point, centre) <= square * (1 + 1e-9) + 1e-30;
}

const RADIANS = Math.PI / 180;

function seenFrom(origin: Place, place: Place): Vector {
  const cosLat = Math.cos(place.latDeg * RADIANS);
  const latSpan = (place.latDeg - origin.latDeg) * RADIANS;
  const lonSpan = (place.lonDeg - origin.lonDeg) * RADIANS;
  const halfLon = Math.sin(lonSpan / 2) ** 2;
  return [
    cosLat * Math.sin(lonSpan),
    Math.sin(latSpan) + 2 * Math.sin(origin.latDeg * RADIANS) * cosLat * halfLon,
    -2 * (Math.sin(latSpan / 2) ** 2 + Math.cos(origin.latDeg * RADIANS) * cosLat * halfLon),
  ];
}

function placeAt({ latDeg, lonDeg }: Place, [east, north, up]: Vector): Place {
  const [sinLat, cosLat] = [Math.sin(latDeg * RADIANS), Math.cos(latDeg * RADIANS)];
  // Away from the axis of the earth along the origin's meridian, and along the axis.
  const out = (1 + up) * cosLat - north * sinLat;
  const along = (1 + up) * sinLat + north * cosLat;
  const turnDeg = Math.atan2(east, out) / RADIANS;
  return { latDeg: Math.atan2(along, Math.hypot(out, east)) / RADIANS, lonDeg: around(lonDeg + turnDeg) };
}

function around(lonDeg: number): number {
  return lonDeg > 180 ? lonDeg - 360 : lonDeg < -180 ? lonDeg + 360 : lonDeg;
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function squareOf(a: Vector, b: Vector): number {
  const [x, y, z] = minus(a, b);
  return x * x + y * y + z * z;
}
