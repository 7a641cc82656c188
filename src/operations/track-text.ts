/** Tracks as files that others read: CSV for spreadsheets, GPX for maps, GeoJSON for programs; piece by piece. */
import type { Position } from '../model/fix.ts';

export const TRACK_FORMATS = ['csv', 'gpx', 'geojson'] as const;

export type TrackFormat = (typeof TRACK_FORMATS)[number];

export const TRACK_TYPES: Readonly<Record<TrackFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  gpx: 'application/gpx+xml; charset=utf-8',
  geojson: 'application/geo+json; charset=utf-8',
};

/** A valid fix as a file shows it. */
export type TrackPoint = Pick<
  Position,
  'timeMs' | 'latDeg' | 'lonDeg' | 'altitudeM' | 'speedKmh' | 'courseDeg' | 'satellites' | 'attributes'
>;

/** What stands before, between and after the points. */
interface Frame {
  readonly head: (name: string) => string;
  readonly point: (point: TrackPoint) => string;
  readonly separator: string;
  readonly tail: string;
}

export async function* trackText(
  format: TrackFormat,
  name: string,
  points: AsyncIterable<TrackPoint> | Iterable<TrackPoint>,
): AsyncGenerator<string, void, undefined> {
  const { head, point: pointText, separator, tail } = FRAMES[format];
  let text = head(name);
  let between = '';
  for await (const point of points) {
    text += between + pointText(point);
    between = separator;
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = '';
  }
  yield text + tail;
}

const PIECE_CHARACTERS = 32_768;

const CSV_COLUMNS = ['time', 'lat', 'lon', 'altitude', 'speed', 'course', 'satellites', 'attributes'];
const CSV_END = '\r\n';

const CSV: Frame = {
  head: () => CSV_COLUMNS.join(',') + CSV_END,
  point: ({ timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg, satellites, attributes }) => {
    const numbers = [latDeg, lonDeg, altitudeM, speedKmh, courseDeg, satellites].map((value) => value ?? '');
    return [iso(timeMs), ...numbers, cell(attributesText(attributes))].join(',') + CSV_END;
  },
  separator: '',
  tail: '',
};

function attributesText(attributes: TrackPoint['attributes']): string {
  return Object.keys(attributes).length === 0 ? '' : JSON.stringify(attributes);
}

/**
 * A text as a cell. Spreadsheets take one that begins like a formula for one, and devices choose their words: an
 * apostrophe before it makes it text again.
 */
export function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const GPX: Frame = {
  head: (name) =>
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<gpx version="1.1" creator="Milepost" xmlns="http://www.topografix.com/GPX/1/1" ' +
    'xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">\n' +
    `<trk><name>${xmlText(name)}</name><trkseg>\n`,
  point: ({ timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg, satellites }) => {
    // GPX and its extension: metres a second.
    const speed = speedKmh === null ? '' : `<gpxtpx:speed>${plain(speedKmh / KMH_PER_MS)}</gpxtpx:speed>`;
    const extension = `${speed}<gpxtpx:course>${plain(courseDeg)}</gpxtpx:course>`;
    return [
      `<trkpt lat="${plain(latDeg)}" lon="${plain(lonDeg)}">`,
      altitudeM === null ? '' : `<ele>${plain(altitudeM)}</ele>`,
      `<time>${iso(timeMs)}</time>`,
      satellites === null ? '' : `<sat>${satellites}</sat>`,
      `<extensions><gpxtpx:TrackPointExtension>${extension}</gpxtpx:TrackPointExtension></extensions></trkpt>\n`,
    ].join('');
  },
  separator: '',
  tail: '</trkseg></trk>\n</gpx>\n',
};

const KMH_PER_MS = 3.6;
/** No XML may hold them, not even escaped. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const XML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

export function xmlText(text: string): string {
  return text.replaceAll(NOT_XML, '\ufffd').replaceAll(/[&<>"']/g, (sign) => XML_ESCAPES[sign]!);
}

/** XML's decimal numbers have no exponent. */
function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text;
}

const GEOJSON: Frame = {
  head: (name) => `{"type":"FeatureCollection","name":${JSON.stringify(name)},"features":[\n`,
  point: ({ timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg, satellites, attributes }) => {
    const coordinates = altitudeM === null ? [lonDeg, latDeg] : [lonDeg, latDeg, altitudeM];
    const properties = { time: iso(timeMs), speed: speedKmh, course: courseDeg, satellites, attributes };
    return JSON.stringify({ type: 'Feature', geometry: { type: 'Point', coordinates }, properties });
  },
  separator: ',\n',
  tail: '\n]}\n',
};

const FRAMES: Readonly<Record<TrackFormat, Frame>> = { csv: CSV, gpx: GPX, geojson: GEOJSON };

/** Of a valid fix, so there is a date for it. */
function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
