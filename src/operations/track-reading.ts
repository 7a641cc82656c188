/**
 * Points out of the files that tracks are exchanged in: CSV, GPX, GeoJSON. What is wrong with one point is said of it and
 * the others are read; what is wrong with the file ends it.
 */
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Point } from '../../protocols/points/point.ts';
import { gpxPoints } from './gpx-reading.ts';
import { isPointTime, POINT_TIME_EXPECTED } from './points.ts';
import type { RawPoint } from './raw-point.ts';
import type { TrackFormat } from './track-text.ts';

export type TrackRow =
  | { readonly kind: 'point'; readonly where: string; readonly point: Point }
  | { readonly kind: 'fault'; readonly where: string; readonly fault: string };

/** The file cannot be read. The message is one line. */
export class TrackFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TrackFileError';
  }
}

/** Throws TrackFileError. */
export async function* readTrack(
  format: TrackFormat,
  content: AsyncIterable<Buffer | string>,
): AsyncGenerator<TrackRow, void, undefined> {
  for await (const raw of READERS[format](content)) yield rowOf(raw);
}

const READERS: Readonly<
  Record<TrackFormat, (content: AsyncIterable<Buffer | string>) => AsyncGenerator<RawPoint, void, undefined>>
> = {
  csv: csvPoints,
  gpx: (content) => gpxPoints(content, fileError),
  geojson: geojsonPoints,
};

function fileError(message: string): TrackFileError {
  return new TrackFileError(message);
}

const CSV_NAMES: Readonly<Record<Exclude<keyof RawPoint, 'where'>, readonly string[]>> = {
  time: ['time', 'timestamp', 'date', 'datetime'],
  lat: ['lat', 'latitude'],
  lon: ['lon', 'lng', 'longitude'],
  altitude: ['altitude', 'alt', 'ele', 'elevation'],
  speed: ['speed', 'speed_kmh'],
  course: ['course', 'heading', 'bearing'],
};
const NEEDED = ['time', 'lat', 'lon'] as const;
const CSV_RECORD_MAX = 1_048_576;

/** With `info`, which the types of the library leave out. */
interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

async function* csvPoints(content: AsyncIterable<Buffer | string>): AsyncGenerator<RawPoint, void, undefined> {
  const options = {
    delimiter: [',', ';', '\t'],
    bom: true,
    info: true,
    trim: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: CSV_RECORD_MAX,
  };
  let places: ReadonlyMap<keyof RawPoint, number> | null = null;
  // What goes wrong with the content ends the parser, and so the loop.
  const parser = pipeline(Readable.from(content), parse(options), () => {});
  try {
    for await (const parsed of parser) {
      const { record, info } = parsed as Parsed;
      if (places === null) places = placesIn(record);
      else yield rawPoint(`line ${info.lines}`, record, places);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new TrackFileError(error.message);
    throw error;
  }
  if (places === null)
    throw new TrackFileError('there is nothing in it, expected a line with the names of the columns');
}

function placesIn(head: readonly string[]): ReadonlyMap<keyof RawPoint, number> {
  const names = head.map((name) => name.trim().toLowerCase());
  const places = new Map<keyof RawPoint, number>();
  for (const [member, known] of Object.entries(CSV_NAMES)) {
    const place = names.findIndex((name) => known.includes(name));
    if (place >= 0) places.set(member as keyof RawPoint, place);
  }
  const missing = NEEDED.filter((member) => !places.has(member));
  if (missing.length === 0) return places;
  throw new TrackFileError(`no column is named ${missing.join(' or ')}, expected a first line such as time,lat,lon`);
}

function rawPoint(where: string, record: readonly string[], places: ReadonlyMap<keyof RawPoint, number>): RawPoint {
  const members = [...places].map(([member, place]) => [member, record[place]?.trim()] as const);
  return { where, ...Object.fromEntries(members) };
}

/** JSON is read in one piece. */
const GEOJSON_BYTES_MAX = 64 * 1024 * 1024;

async function* geojsonPoints(content: AsyncIterable<Buffer | string>): AsyncGenerator<RawPoint, void, undefined> {
  const whole = await jsonOf(content);
  const features = isObject(whole) && Array.isArray(whole['features']) ? (whole['features'] as unknown[]) : [whole];
  for (const [i, feature] of features.entries()) yield* featurePoints(`feature ${i + 1}`, feature);
}

async function jsonOf(content: AsyncIterable<Buffer | string>): Promise<unknown> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of content) {
    const buffer = Buffer.from(piece);
    bytes += buffer.length;
    if (bytes > GEOJSON_BYTES_MAX) {
      throw new TrackFileError(`it has more than ${GEOJSON_BYTES_MAX} bytes: divide it, or use CSV or GPX`);
    }
    pieces.push(buffer);
  }
  try {
    return JSON.parse(
      Buffer.concat(pieces)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    );
  } catch (error) {
    throw new TrackFileError(`it is no JSON (${(error as Error).message.slice(0, 100)})`);
  }
}

function* featurePoints(where: string, feature: unknown): Generator<RawPoint> {
  const geometry = isObject(feature) ? feature['geometry'] : undefined;
  const said = isObject(feature) && isObject(feature['properties']) ? feature['properties'] : {};
  if (!isObject(geometry)) {
    yield { where };
    return;
  }
  const { type, coordinates } = geometry;
  if (type === 'LineString' && Array.isArray(coordinates)) {
    // As togeojson and Mapbox write them: the times beside the line.
    const times = said['coordTimes'] ?? said['times'];
    for (const [i, place] of coordinates.entries()) {
      yield placed(`${where} point ${i + 1}`, place, {
        time: Array.isArray(times) ? (times[i] as unknown) : undefined,
      });
    }
    return;
  }
  yield type === 'Point' ? placed(where, coordinates, said) : { where };
}

function placed(where: string, place: unknown, said: Readonly<Record<string, unknown>>): RawPoint {
  const [lon, lat, altitude] = Array.isArray(place) ? (place as unknown[]) : [];
  const { time, timestamp, speed, course, heading } = said;
  return { where, time: time ?? timestamp, lat, lon, altitude, speed, course: course ?? heading };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Limits {
  readonly least: number;
  readonly most: number;
}

const RANGES = {
  lat: { least: -90, most: 90 },
  lon: { least: -180, most: 180 },
  altitude: { least: -20_000, most: 100_000 },
  speed: { least: 0, most: 10_000 },
  course: { least: 0, most: 360 },
} as const satisfies Record<string, Limits>;

const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

function rowOf(raw: RawPoint): TrackRow {
  const { where } = raw;
  const faults: string[] = [];
  const time = timeOf(raw.time);
  if (time === null) faults.push(faultText('time', raw.time, POINT_TIME_EXPECTED));
  const numbers: Partial<Record<keyof typeof RANGES, number>> = {};
  for (const [name, { least, most }] of Object.entries(RANGES) as [keyof typeof RANGES, Limits][]) {
    const said = raw[name];
    const isAbsent = said === undefined || said === null || said === '';
    if (isAbsent && name !== 'lat' && name !== 'lon') continue;
    const value = isAbsent ? Number.NaN : numberOf(said);
    if (value >= least && value <= most) numbers[name] = value;
    else faults.push(faultText(name, said, `a number from ${least} to ${most}`));
  }
  const { lat, lon, altitude, speed, course } = numbers;
  if (time === null || lat === undefined || lon === undefined || faults.length > 0) {
    return { kind: 'fault', where, fault: faults.join('; ') };
  }
  const point = {
    time,
    lat,
    lon,
    ...(altitude !== undefined && { altitude }),
    ...(speed !== undefined && { speed }),
    ...(course !== undefined && { heading: course }),
  };
  return { kind: 'point', where, point };
}

/** Whole ms: 12 digits and more, which no number of seconds has. */
function timeOf(said: unknown): number | null {
  const text = typeof said === 'number' ? String(said) : said;
  if (typeof text !== 'string') return null;
  const timeMs = /^\d{12,15}$/.test(text)
    ? Number(text)
    : ISO.test(text)
      ? Date.parse(text.replace(' ', 'T'))
      : Number.NaN;
  return isPointTime(timeMs) ? timeMs : null;
}

function numberOf(said: unknown): number {
  if (typeof said === 'number') return said;
  const isNumber = typeof said === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?$/.test(said);
  return isNumber ? Number(said) : Number.NaN;
}

const SHOWN_MAX = 60;

function faultText(name: string, said: unknown, expected: string): string {
  if (said === undefined || said === null || said === '') return `${name} is missing, expected ${expected}`;
  return `${name} is ${JSON.stringify(said).slice(0, SHOWN_MAX)}, expected ${expected}`;
}
