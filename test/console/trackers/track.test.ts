import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BANDS,
  bandOf,
  distanceM,
  drawingOf,
  gapLengthMs,
  gapsOf,
  lengthM,
  OFF_M_MAX,
  placeAt,
  pointsOf,
  simplified,
  stopsOf,
  type TrackPoint,
} from '../../../src/console/trackers/track.ts';
import type { Fix } from '../../../src/console/wire.ts';

const START_MS = Date.UTC(2026, 2, 1, 8);
const MINUTE_MS = 60_000;

function fix(atMs: number, lat: number, lon: number, more: Partial<Fix> = {}): Fix {
  const time = new Date(START_MS + atMs).toISOString();
  return {
    time,
    receivedAt: time,
    protocol: 'gt06',
    lat,
    lon,
    altitude: null,
    speed: 30,
    course: 90,
    satellites: 9,
    valid: true,
    invalidity: null,
    io: {},
    attributes: {},
    ...more,
  };
}

/** Fixes ten seconds apart, at these longitudes on the equator. */
function drive(...lons: readonly number[]): readonly TrackPoint[] {
  return pointsOf(lons.map((lon, index) => fix(index * 10_000, 0, lon))).points;
}

describe('points of a track', () => {
  it('leaves out what has no valid position or time, and says how much', () => {
    const fixes = [fix(0, 1, 2), fix(1, 1, 2, { valid: false }), fix(2, 1, 2, { time: '9223372036854775807' })];
    const { points, leftOut } = pointsOf(fixes);
    expect(points).toHaveLength(1);
    expect(leftOut).toBe(2);
  });

  it('goes on beyond the 180th meridian instead of around the world', () => {
    const lons = drive(179.9, -179.9, 179.95).map(({ lon }) => lon);
    expect(lons[1]).toBeCloseTo(180.1, 9);
    expect(lons[2]).toBeCloseTo(179.95, 9);
  });

  it('takes the speed from distance and time where the device does not say it', () => {
    const { points } = pointsOf([fix(0, 0, 0, { speed: null }), fix(36_000, 0, 0.01, { speed: null })]);
    expect(points[0]!.speed).toBe(0);
    expect(points[1]!.speed).toBeCloseTo(111.2, 1);
  });
});

describe('gaps', () => {
  it('are silences of more than five minutes, where the device sends often', () => {
    const { points } = pointsOf([
      fix(0, 0, 0),
      fix(10_000, 0, 0),
      fix(20_000, 0, 0),
      fix(20_000 + 6 * MINUTE_MS, 0, 0.01),
    ]);
    expect(gapsOf(points)).toMatchObject([{ from: 2, to: 3, lengthMs: 6 * MINUTE_MS }]);
    expect(gapsOf(points)[0]!.distanceM).toBeCloseTo(1112, 0);
  });

  it('are longer where the device sends seldom', () => {
    const { points } = pointsOf([0, 10, 20, 30, 60].map((minutes) => fix(minutes * MINUTE_MS, 0, 0)));
    expect(gapLengthMs(points)).toBe(50 * MINUTE_MS);
    expect(gapsOf(points)).toEqual([]);
  });

  it.each([0, 1])('are none among %d points', (count) => {
    const { points } = pointsOf(Array.from({ length: count }, () => fix(0, 0, 0)));
    expect(gapsOf(points)).toEqual([]);
  });
});

describe('stops', () => {
  it('are three minutes or more within 50 m', () => {
    const { points } = pointsOf([
      fix(0, 0, 0),
      ...[1, 2, 3, 4, 5].map((minutes) => fix(minutes * MINUTE_MS, 0, 0.01 + minutes * 1e-5)),
      fix(6 * MINUTE_MS, 0, 0.02),
    ]);
    expect(stopsOf(points, [])).toEqual([{ from: 1, to: 5, lengthMs: 4 * MINUTE_MS }]);
  });

  it('are not seen through a gap', () => {
    const { points } = pointsOf([
      fix(0, 0, 0),
      fix(MINUTE_MS, 0, 0),
      fix(60 * MINUTE_MS, 0, 0),
      fix(61 * MINUTE_MS, 0, 0),
    ]);
    const gaps = gapsOf(points, 5 * MINUTE_MS);
    expect(gaps).toHaveLength(1);
    expect(stopsOf(points, gaps)).toEqual([]);
  });
});

describe('where it was', () => {
  const points = drive(0, 0.01, 0.02);
  const gapMs = 5 * MINUTE_MS;

  it.each([
    ['before the first', -1000, 0, 0],
    ['at a point', 10_000, 1, 0.01],
    ['between two', 15_000, 1, 0.015],
    ['after the last', 99_000, 2, 0.02],
  ])('%s', (_name, atMs, index, lon) => {
    const place = placeAt(points, gapMs, START_MS + atMs)!;
    expect(place.index).toBe(index);
    expect(place.lon).toBeCloseTo(lon, 9);
    expect(place.isInGap).toBe(false);
  });

  it('within a gap it is where it was last heard of, and that is said', () => {
    const place = placeAt(points, 5000, START_MS + 15_000)!;
    expect(place).toMatchObject({ index: 1, lon: 0.01, isInGap: true });
  });

  it('is nowhere without points', () => {
    expect(placeAt([], gapMs, START_MS)).toBeNull();
  });
});

describe('speed bands', () => {
  it.each([
    [0, 0],
    [2.9, 0],
    [3, 1],
    [59.9, 2],
    [90, 4],
    [1e9, 4],
    [Number.NaN, BANDS.length - 1],
  ])('%d km/h is in band %d', (speed, band) => {
    expect(bandOf(speed)).toBe(band);
  });
});

describe('the drawing', () => {
  const track = fc
    .array(
      fc.record({
        lat: fc.double({ min: -2e-4, max: 2e-4, noNaN: true }),
        lon: fc.double({ min: -2e-4, max: 2e-4, noNaN: true }),
        speed: fc.integer({ min: 0, max: 120 }),
      }),
      {
        minLength: 2,
        maxLength: 60,
      },
    )
    .map(
      (steps) => pointsOf(steps.map(({ lat, lon, speed }, index) => fix(index * 10_000, lat, lon, { speed }))).points,
    );

  it('leaves out no point that is farther than 2 m from the line', () => {
    fc.assert(
      fc.property(track, (points) => {
        const kept = simplified(points, 0, points.length - 1);
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(points.length - 1);
        for (let span = 1; span < kept.length; span += 1) {
          const [a, b] = [points[kept[span - 1]!]!, points[kept[span]!]!];
          for (let index = kept[span - 1]! + 1; index < kept[span]!; index += 1) {
            expect(nearestM(points[index]!, a, b)).toBeLessThan(OFF_M_MAX + 0.1);
          }
        }
      }),
    );
  });

  it('connects every point with the next, in the band of the speed there, and nothing across a gap', () => {
    const { points } = pointsOf([
      fix(0, 0, 0),
      fix(10_000, 0, 0.01, { speed: 20 }),
      fix(20_000, 0.01, 0.01, { speed: 100 }),
      fix(60 * MINUTE_MS, 0, 0.05),
      fix(61 * MINUTE_MS, 0, 0.06, { speed: 100 }),
    ]);
    const drawing = drawingOf(points, gapsOf(points, 5 * MINUTE_MS));
    expect(drawing.bands[1]).toEqual([
      [
        [0, 0],
        [0, 0.01],
      ],
    ]);
    expect(drawing.bands[4]).toEqual([
      [
        [0, 0.01],
        [0.01, 0.01],
      ],
      [
        [0, 0.05],
        [0, 0.06],
      ],
    ]);
    expect(drawing).toMatchObject({ drawn: 5, of: 5 });
  });

  it('says how many points its lines have', () => {
    const points = drive(...Array.from({ length: 500 }, (_, index) => index / 1000));
    expect(drawingOf(points, [])).toMatchObject({ drawn: 2, of: 500 });
  });
});

it('its length does not count gaps', () => {
  const points = drive(0, 0.01, 0.02);
  expect(lengthM(points, [])).toBeCloseTo(2223.9, 1);
  expect(lengthM(points, [{ from: 1, to: 2, lengthMs: 0, distanceM: 0 }])).toBeCloseTo(1111.95, 1);
});

/** By trying many places on the stretch. */
function nearestM(point: TrackPoint, a: TrackPoint, b: TrackPoint): number {
  const tries = Array.from({ length: 2001 }, (_, step) => step / 2000);
  return Math.min(
    ...tries.map((part) =>
      distanceM(point, { lat: a.lat + (b.lat - a.lat) * part, lon: a.lon + (b.lon - a.lon) * part }),
    ),
  );
}
