import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from '../../src/geo/distance.ts';
import { polygonZone } from '../../src/geo/polygon.ts';
import type { Corner, Ring, Zone } from '../../src/model/task.ts';
import {
  anyRing,
  around,
  edgeDistanceM,
  isInside,
  NOTCHED,
  pointAt,
  pointOnEdge,
  pointsAlong,
  rangeM,
  ringAt,
  SQUARE,
  TRIANGLE,
  zoneAt,
  zoneOf,
} from './polygons.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const bearing = fc.double({ min: 0, max: 360, noNaN: true });
const BERLIN = { latDeg: 52.5, lonDeg: 13.4 };

function holds(zone: Zone, point: { latDeg: number; lonDeg: number }): boolean {
  return contains(zone, point.latDeg, point.lonDeg);
}

describe('a polygon', () => {
  it('holds what brute force finds inside, beside its edges and anywhere near, all around the earth', () => {
    fc.assert(
      fc.property(
        anyRing,
        fc.nat(11),
        share,
        bearing,
        fc.integer({ min: 0, max: 5 }),
        (ring, n, along, bearingDeg, tens) => {
          const zone = zoneOf(ring);
          const onEdge = pointOnEdge(ring, n % (ring.length - 1), along);
          // From a hundred thousandth of its size, where brute force still sees clearly, to all of it.
          const point = pointAt(onEdge, bearingDeg, zone.radiusM * 10 ** -tens);
          fc.pre(edgeDistanceM(ring, point) > zone.radiusM / 200_000);
          expect(holds(zone, point)).toBe(isInside(ring, point));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is the same whichever way around and from whichever corner it is drawn', () => {
    fc.assert(
      fc.property(anyRing, fc.nat(11), share, bearing, (ring, n, reach, bearingDeg) => {
        const corners = ring.slice(1);
        const turned = [...corners.slice(n % corners.length), ...corners.slice(0, n % corners.length)];
        const others: Ring[] = [[...ring].reverse(), [...turned, turned[0]!]];
        const zone = zoneOf(ring);
        const point = pointAt(zone, bearingDeg, reach * zone.radiusM);
        for (const other of others) expect(holds(zoneOf(other), point)).toBe(holds(zone, point));
      }),
    );
  });

  it('holds its corners and the middles of straight edges that run along meridians and parallels', () => {
    const zone = zoneAt({ latDeg: 0, lonDeg: 0 }, 1, SQUARE);
    for (const [lonDeg, latDeg] of zone.ring!) expect(contains(zone, latDeg, lonDeg)).toBe(true);
    for (const [latDeg, lonDeg] of [
      [1.4, 0],
      [-1.4, 0.3],
      [0, 1.4],
      [0.7, -1.4],
    ] as const) {
      expect(contains(zone, latDeg, lonDeg)).toBe(true);
    }
    expect(contains(zone, 1.400_000_1, 0)).toBe(false);
  });

  interface Row {
    readonly name: string;
    readonly place: { readonly latDeg: number; readonly lonDeg: number };
    /** Corners and points count in it, from the place. */
    readonly unitDeg: number;
    readonly corners: readonly Corner[];
    readonly inside: readonly Corner[];
    readonly outside: readonly Corner[];
  }

  const INSIDE_NOTCHED: Pick<Row, 'corners' | 'inside' | 'outside'> = {
    corners: NOTCHED,
    inside: [
      [0, -1],
      [-1, 0],
      [1, 0],
      [0, 1],
      [2.3, 1.8],
    ],
    outside: [
      [0, 0],
      [1.8, 1.8],
      [0.3, 0.2],
      [2.5, 0],
      [0, -2.5],
    ],
  };
  const INSIDE_SQUARE: Pick<Row, 'corners' | 'inside' | 'outside'> = {
    corners: SQUARE,
    inside: [
      [0, 0],
      [1.3, -1.3],
      [0, 1.35],
    ],
    outside: [
      [1.5, 0],
      [0, -1.5],
      [0, 1.45],
    ],
  };
  const AWKWARD: readonly Row[] = [
    { name: 'concave', place: BERLIN, unitDeg: 0.01, ...INSIDE_NOTCHED },
    {
      name: 'clockwise',
      place: BERLIN,
      unitDeg: 0.01,
      corners: TRIANGLE,
      inside: [
        [0, 0],
        [2, -0.5],
      ],
      outside: [
        [-2, 0],
        [2.6, 0],
      ],
    },
    {
      name: 'with corners on straight edges',
      place: BERLIN,
      unitDeg: 0.01,
      corners: [
        [-1, -1],
        [0, -1],
        [1, -1],
        [1, 0],
        [1, 1],
        [0, 1],
        [-1, 1],
        [-1, 0],
      ],
      inside: [
        [0, 0],
        [0.9, 0.9],
        [-0.9, 0],
        [0.5, 0],
      ],
      outside: [
        [1.1, 0],
        [0, 1.1],
        [-1.1, -1],
        [-1.1, 0],
      ],
    },
    { name: 'of half a metre', place: BERLIN, unitDeg: 0.000_002, ...INSIDE_SQUARE },
    { name: 'of 300 km', place: BERLIN, unitDeg: 1, ...INSIDE_SQUARE },
    { name: 'across 180 degrees', place: { latDeg: -17, lonDeg: 180 }, unitDeg: 0.01, ...INSIDE_NOTCHED },
    {
      name: 'that touches 180 degrees',
      place: { latDeg: 0, lonDeg: 179 },
      unitDeg: 1,
      corners: [
        [-1, -1],
        [1, -1],
        [0, 1],
      ],
      inside: [
        [0, 0],
        [0.98, -0.99],
      ],
      outside: [
        [1.01, -1.01],
        [-1, 0],
      ],
    },
    { name: 'far north', place: { latDeg: 83, lonDeg: -40 }, unitDeg: 0.1, ...INSIDE_NOTCHED },
  ];

  it.each(AWKWARD)('$name', ({ place, unitDeg, corners, inside, outside }) => {
    const zone = zoneAt(place, unitDeg, corners);
    for (const spot of [...inside, ...outside]) {
      const [lonDeg, latDeg] = ringAt(place, unitDeg, [spot])[0]!;
      expect([spot, contains(zone, latDeg, lonDeg)]).toEqual([spot, inside.includes(spot)]);
      expect([spot, isInside(zone.ring!, { latDeg, lonDeg })]).toEqual([spot, inside.includes(spot)]);
    }
  });
});

describe('the circle of a polygon', () => {
  it('holds every corner and every edge', () => {
    fc.assert(
      fc.property(anyRing, (ring) => {
        const zone = zoneOf(ring);
        for (const point of pointsAlong(ring, 20)) expect(rangeM(zone, point)).toBeLessThanOrEqual(zone.radiusM);
        expect(Number.isInteger(zone.radiusM)).toBe(true);
      }),
    );
  });

  it('is the smallest: moved to any side it would have to be larger', () => {
    fc.assert(
      fc.property(anyRing, bearing, (ring, bearingDeg) => {
        const zone = zoneOf(ring);
        const moved = pointAt(zone, bearingDeg, zone.radiusM / 10);
        const neededM = Math.max(...pointsAlong(ring, 50).map((point) => rangeM(moved, point)));
        // A metre is rounded up, and the centre to a decimetre; a sphere and the earth differ by half a per cent.
        expect(neededM).toBeGreaterThan((zone.radiusM - 1.15) * 0.994);
      }),
    );
  });

  it.each([
    [
      'two corners that are furthest apart',
      [
        [-1, 0],
        [1, 0],
        [0, 0.5],
      ],
      0,
      0,
    ],
    [
      'three corners',
      [
        [-1, -1],
        [1, -1],
        [1, 1],
      ],
      0,
      0,
    ],
    [
      'one corner alone beyond the others',
      [
        [0, 0],
        [3, -0.1],
        [4, 0],
        [3, 0.1],
      ],
      2,
      0,
    ],
  ] as const)('lies about the middle of %s', (_name, corners, x, y) => {
    const zone = zoneAt({ latDeg: 0, lonDeg: 0 }, 0.01, corners);
    expect(zone.lonDeg).toBeCloseTo(x * 0.01, 6);
    expect(zone.latDeg).toBeCloseTo(y * 0.01, 6);
  });
});

describe('what is no polygon', () => {
  const POLE = 'must not contain a pole, nor span 180 degrees of longitude';
  const meeting = (a: number, b: number) =>
    `must not cross or touch itself: the edge from position ${a} to ${a + 1} meets the edge from position ${b} to ${b + 1}, counted from 0`;
  const closed = (...corners: Corner[]): Ring => [...corners, corners[0]!];

  it.each<[string, Ring, string]>([
    ['two corners', closed([0, 0], [1, 1]), 'must have 3 to 500 corners and then the first one again'],
    [
      'more than 500 corners',
      ringAt(
        BERLIN,
        0.01,
        Array.from({ length: 501 }, (_, i) => [Math.cos((i / 501) * 6.28), Math.sin((i / 501) * 6.28)]),
      ),
      'must have 3 to 500 corners and then the first one again',
    ],
    [
      'no end',
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
      'must end with the position it begins with',
    ],
    [
      'a corner twice in a row',
      closed([0, 0], [1, 0], [1, 0], [0, 1]),
      'must not have the same position twice in a row, as at 1 and 2',
    ],
    ['edges that cross', closed([0, 0], [1, 1], [1, 0], [0, 1]), meeting(0, 2)],
    [
      'edges that cross across 180 degrees',
      closed([179.9, 0], [-179.9, 0.2], [-179.9, 0], [179.9, 0.2]),
      meeting(0, 2),
    ],
    ['a corner on another edge', closed([0, 0], [2, 0], [2, 2], [1, 0], [0, 2]), meeting(0, 2)],
    ['a corner met twice', closed([0, 0], [1, 0], [1, 1], [2, 2], [0, 2], [1, 1]), meeting(1, 4)],
    ['a way out and back', closed([0, 0], [1, 0], [2, 0], [1.5, 0], [1, 1]), meeting(1, 2)],
    ['a spike', closed([0, 0], [1, 0], [0.5, 0], [0.5, 1]), meeting(0, 1)],
    ['no area', closed([0, 0], [1, 1], [2, 2]), meeting(0, 2)],
    ['a pole inside', closed([0, 89], [90, 89], [180, 89], [-90, 89]), POLE],
    ['a pole on an edge', closed([0, 89], [180, 89], [90, 88.9]), POLE],
    ['a pole for a corner', closed([0, 89], [20, 89], [20, 90]), POLE],
    [
      'a way around most of a pole',
      closed([0, 89], [100, 89], [200 - 360, 89], [200 - 360, 89.1], [100, 89.1], [0, 89.1]),
      POLE,
    ],
    ['half of the earth', closed([-100, 0], [0, 50], [100, 0], [0, -50]), POLE],
    ['more than 300 km', closed([0, 0], [6, 0], [6, 1]), 'must fit in a circle of 300000 m'],
    ['a little more than 300 km', closed([0, 0], [5.4, 0], [5.4, 0.5]), 'must fit in a circle of 300000 m, not of '],
  ])('%s', (_name, ring, message) => {
    expect(polygonZone(ring)).toMatchObject({
      kind: 'refused',
      code: 'invalid',
      message: expect.stringContaining(message),
    });
  });

  it('is told from one by solving for every pair of edges where they meet', () => {
    // Steps of a power of two: no digit is lost on the way.
    const corner = fc.tuple(fc.nat(6), fc.nat(6)).map(([x, y]): Corner => [x / 1024, y / 1024]);
    let refused = 0;
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 7 }), fc.constantFrom(0, 10, 180), (corners, lonDeg) => {
        const ring = [...corners, corners[0]!];
        fc.pre(ring.every((spot, i) => i === 0 || spot.join() !== ring[i - 1]!.join()));
        const moved = ring.map(([lon, lat]): Corner => [around(lonDeg + lon), lat]);
        const isRefused = 'kind' in polygonZone(moved);
        expect(isRefused).toBe(isMeetingItself(ring));
        if (isRefused) refused += 1;
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(2900);
  });
});

/** Every two edges, in whole numbers: where the lines meet, or over which stretch they lie on each other. */
function isMeetingItself(ring: Ring): boolean {
  const edges = ring.slice(1).map((b, i) => ({ a: ring[i]!, b }));
  return edges.some((e, i) =>
    edges.slice(0, i).some((f, j) => isMeeting(e, f, i - j === 1, j === 0 && i === edges.length - 1)),
  );
}

interface Edge {
  readonly a: Corner;
  readonly b: Corner;
}

function isMeeting(e: Edge, f: Edge, isAfter: boolean, isBefore: boolean): boolean {
  const [ex, ey] = [(e.b[0] - e.a[0]) * 1024, (e.b[1] - e.a[1]) * 1024];
  const [fx, fy] = [(f.b[0] - f.a[0]) * 1024, (f.b[1] - f.a[1]) * 1024];
  const [dx, dy] = [(f.a[0] - e.a[0]) * 1024, (f.a[1] - e.a[1]) * 1024];
  const turn = ex * fy - ey * fx;
  if (turn !== 0) {
    const [s, t] = [(dx * fy - dy * fx) / turn, (dx * ey - dy * ex) / turn];
    if (s < 0 || s > 1 || t < 0 || t > 1) return false;
    // Neighbours meet at their common corner, and only there: they are not parallel.
    return !isAfter && !isBefore;
  }
  if (dx * ey !== dy * ex) return false;
  const square = ex * ex + ey * ey;
  const shares = [dx * ex + dy * ey, (dx + fx) * ex + (dy + fy) * ey].map((n) => n / square);
  const [low, high] = [Math.max(0, Math.min(...shares)), Math.min(1, Math.max(...shares))];
  return isAfter || isBefore ? low < high : low <= high;
}
