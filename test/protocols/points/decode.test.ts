import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect, KEPT, keptNamed, PROTOCOLS } from '../../../protocols/index.ts';
import { encodePoint, type Point } from '../../../protocols/points/point.ts';
import { plain } from '../kit.ts';

const POINT: Point = { time: 1_772_366_400_000, lat: 52.5, lon: 13.4 };

function read(frame: Buffer) {
  return keptNamed('points').decode(frame);
}

function recordOf(point: Point) {
  const decoded = read(encodePoint(point));
  if (decoded.kind === 'malformed') throw new Error(decoded.message);
  expect(decoded.records).toHaveLength(1);
  return plain(decoded.records[0]!);
}

describe('a point', () => {
  it('is read back as a position, and with what was said beside it', () => {
    const said = { ...POINT, altitude: 34, speed: 41, heading: 90, accuracy: 8, battery: 0.98, state: 'moving' };
    expect(recordOf({ ...said, isMoving: true, event: 'motionchange', activity: 'in_vehicle' })).toMatchObject({
      timeMs: POINT.time,
      latDeg: 52.5,
      lonDeg: 13.4,
      altitudeM: 34,
      speedKmh: 41,
      courseDeg: 90,
      satellites: null,
      hasPosition: true,
      attributes: { motion: true, batteryLevel: 98 },
      io: { altitude: 34, accuracy: 8, battery: 0.98, state: 'moving', isMoving: 1, event: 'motionchange' },
    });
  });

  it('without more than a time and a place says nothing else', () => {
    expect(recordOf(POINT)).toMatchObject({ altitudeM: null, speedKmh: null, courseDeg: 0, io: {}, attributes: {} });
  });

  it.each([
    ['moving', { motion: true }],
    ['stopped', { motion: false }],
    ['unknown', {}],
  ])('whose state is %s', (state, attributes) => {
    expect(recordOf({ ...POINT, state }).attributes).toEqual(attributes);
  });

  it('is the same frame in whatever order its members were said', () => {
    expect(encodePoint({ lon: 13.4, lat: 52.5, speed: 3, time: POINT.time })).toEqual(
      encodePoint({ ...POINT, speed: 3 }),
    );
  });

  it('survives its frame, whatever its numbers are', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.integer(), number, number, number, (time, lat, lon, speed) => {
        expect(recordOf({ time, lat, lon, speed })).toMatchObject({ timeMs: time });
      }),
    );
  });
});

it.each([
  ['no JSON', 'half a {'],
  ['no object', '7'],
  ['nothing', 'null'],
  ['no place', '{"time":1}'],
  ['a time that is no whole number', '{"time":1.5,"lat":1,"lon":2}'],
  ['a latitude in words', '{"time":1,"lat":"1","lon":2}'],
  ['a speed in words', '{"time":1,"lat":1,"lon":2,"speed":"fast"}'],
])('%s is malformed, kept, and no throw', (_name, text) => {
  expect(read(Buffer.from(text))).toMatchObject({ kind: 'malformed', code: 'bad_content', isGenuine: true });
});

it('frames of every protocol are read back by its name, each under a number of its own', () => {
  for (const protocol of PROTOCOLS) expect(keptNamed(protocol.name)).toBe(protocol);
  expect(new Set(KEPT.map(({ storageCode }) => storageCode)).size).toBe(KEPT.length);
  expect(() => keptNamed('h99')).toThrow("frames of 'h99': expected one of teltonika,gt06,h02,points");
});

it('no port takes bytes for a point', () => {
  const found = detect(encodePoint(POINT));
  expect(found === null || found === 'more').toBe(true);
});
