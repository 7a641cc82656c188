import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTrack, type TrackRow } from '../../src/operations/track-reading.ts';
import {
  cell,
  TRACK_FORMATS,
  type TrackFormat,
  type TrackPoint,
  trackText,
  xmlText,
} from '../../src/operations/track-text.ts';

const T0 = Date.UTC(2026, 4, 1, 8);

function point(part: Partial<TrackPoint> = {}): TrackPoint {
  return {
    timeMs: T0,
    latDeg: 59.4,
    lonDeg: 24.75,
    altitudeM: 12,
    speedKmh: 50,
    courseDeg: 90,
    satellites: 9,
    attributes: {},
    ...part,
  };
}

async function textOf(format: TrackFormat, points: readonly TrackPoint[], name = 'Van 1'): Promise<string> {
  let text = '';
  for await (const piece of trackText(format, name, points)) text += piece;
  return text;
}

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsIn(format: TrackFormat, text: string, size = 1000): Promise<TrackRow[]> {
  const rows: TrackRow[] = [];
  for await (const row of readTrack(format, inPieces(text, size))) rows.push(row);
  return rows;
}

describe('a track as a file', () => {
  it('is CSV with named columns', async () => {
    const text = await textOf('csv', [
      point({ attributes: { ignition: true, alarm: 'sos' } }),
      point({ altitudeM: null }),
    ]);
    expect(text.split('\r\n')).toEqual([
      'time,lat,lon,altitude,speed,course,satellites,attributes',
      '2026-05-01T08:00:00.000Z,59.4,24.75,12,50,90,9,"{""ignition"":true,""alarm"":""sos""}"',
      '2026-05-01T08:00:00.000Z,59.4,24.75,,50,90,9,',
      '',
    ]);
  });

  it('is GPX 1.1 with speeds in m/s', async () => {
    const text = await textOf('gpx', [point({ speedKmh: 36 })], 'A & <B>');
    expect(text).toContain('<trk><name>A &amp; &lt;B&gt;</name><trkseg>');
    expect(text).toContain(
      '<trkpt lat="59.4" lon="24.75"><ele>12</ele><time>2026-05-01T08:00:00.000Z</time><sat>9</sat><extensions><gpxtpx:TrackPointExtension><gpxtpx:speed>10</gpxtpx:speed><gpxtpx:course>90</gpxtpx:course>',
    );
  });

  it('is GeoJSON, a feature a point', async () => {
    const whole = JSON.parse(await textOf('geojson', [point(), point({ altitudeM: null })], 'Q"uote')) as {
      name: string;
      features: { geometry: { coordinates: number[] }; properties: object }[];
    };
    expect(whole.name).toBe('Q"uote');
    expect(whole.features.map(({ geometry }) => geometry.coordinates)).toEqual([
      [24.75, 59.4, 12],
      [24.75, 59.4],
    ]);
    expect(whole.features[0]?.properties).toMatchObject({ time: '2026-05-01T08:00:00.000Z', speed: 50, course: 90 });
  });

  it.each(TRACK_FORMATS)('without points is a whole %s all the same', async (format) => {
    expect(await rowsIn(format, await textOf(format, []))).toEqual([]);
  });

  it('writes no exponents into XML', async () => {
    expect(await textOf('gpx', [point({ latDeg: 1e-7, lonDeg: -1.5e-7 })])).toContain(
      'lat="0.0000001" lon="-0.00000015"',
    );
  });
});

describe('what devices and people write', () => {
  it.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['a\nb', '"a\nb"'],
  ])('is no formula in a spreadsheet: %j', (text, expected) => {
    expect(cell(text)).toBe(expected);
  });

  it('is no markup, and nothing that XML forbids', () => {
    expect(xmlText(`<a href="x" b='&'>\u0000\u001b\ud800\uffff`)).toBe(
      '&lt;a href=&quot;x&quot; b=&apos;&amp;&apos;&gt;\ufffd\ufffd\ufffd\ufffd',
    );
    expect(xmlText('Straße 🚚')).toBe('Straße 🚚');
  });
});

const POINT = fc.record({
  timeMs: fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2099, 0, 1) }),
  latDeg: fc.integer({ min: -900_000_000, max: 900_000_000 }).map((n) => n / 1e7),
  lonDeg: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }).map((n) => n / 1e7),
  altitudeM: fc.option(fc.integer({ min: -500, max: 9000 })),
  speedKmh: fc.option(fc.integer({ min: 0, max: 30_000 }).map((n) => n / 100)),
  courseDeg: fc.integer({ min: 0, max: 359 }),
  satellites: fc.option(fc.integer({ min: 0, max: 30 })),
  attributes: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer())),
});

describe('there and back', () => {
  it.each(TRACK_FORMATS)(
    '%s says every point as it was, whatever it is called and wherever it is cut',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(POINT, { maxLength: 20 }),
          fc.string(),
          fc.integer({ min: 1, max: 400 }),
          async (points, name, size) => {
            const rows = await rowsIn(format, await textOf(format, points, name), size);
            expect(rows.map((row) => (row.kind === 'point' ? row.point : row))).toEqual(
              points.map(({ timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg }) => ({
                time: timeMs,
                // 0 and -0 are one place.
                lat: latDeg + 0,
                lon: lonDeg + 0,
                ...(altitudeM !== null && { altitude: altitudeM }),
                ...(speedKmh !== null && { speed: speedKmh }),
                heading: courseDeg,
              })),
            );
          },
        ),
        { numRuns: 200 },
      );
    },
  );
});
