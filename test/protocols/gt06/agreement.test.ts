/**
 * Two opinions on every position: coordinates are read by hand (record.ts), and so is the place of the re-upload flag
 * (identity.ts); the declared tables of layout.ts say the same of both.
 */
import { expect, test } from 'vitest';
import { decode } from '../../../protocols/gt06/decode.ts';
import { encodeFrame } from '../../../protocols/gt06/envelope.ts';
import { reuploadAt } from '../../../protocols/gt06/identity.ts';
import {
  type CourseStatus,
  GPS,
  GPS_APART,
  GPS_JC100,
  GPS_JC400,
  GPS_MODULE,
  HEAD_NT,
  HEAD_X1,
  IMEI,
  TAIL_NT,
  TIME,
} from '../../../protocols/gt06/layout.ts';
import type { PositionRecord } from '../../../protocols/protocol.ts';
import { randomSource } from '../kit.ts';

const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
const RECORDS = Number(process.env['PROOF_RECORDS'] ?? 20_000);

type Random = (below: number) => number;

/** A position as the table reads it; what is absent the form does not carry. */
interface Seen {
  readonly timeMs: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly courseStatus: CourseStatus;
  readonly speed?: number;
  readonly satellites?: number;
  readonly altitude?: number;
}

interface Form {
  readonly title: string;
  readonly bytes: number;
  frameOf(position: Buffer): Buffer;
  seen(position: Buffer): Seen;
}

const usual = (title: string, frameOf: Form['frameOf']): Form => ({
  title,
  bytes: GPS.bytes,
  frameOf,
  seen: seenUsual,
});

const FORMS: readonly Form[] = [
  usual('at the beginning', (position) => encodeFrame(0x12, position, 7)),
  usual('in the long form', (position) => encodeFrame(0x38, position, 7, 'long')),
  usual('behind an IMEI', (position) => encodeFrame(0x61, Buffer.concat([Buffer.alloc(IMEI.bytes), position]), 7)),
  usual('X1', (position) => encodeFrame(0x34, Buffer.concat([Buffer.alloc(HEAD_X1.bytes), position]), 7)),
  usual('NT', (position) => {
    // Its length is what tells the form.
    const around = [Buffer.alloc(HEAD_NT.bytes), position, Buffer.alloc(9 + TAIL_NT.bytes)];
    return encodeFrame(0x22, Buffer.concat(around), 7);
  }),
  {
    title: 'AZ735',
    bytes: TIME.bytes + GPS_APART.bytes,
    frameOf: (position) => {
      const [time, gps] = [position.subarray(0, TIME.bytes), position.subarray(TIME.bytes)];
      return encodeFrame(0x32, Buffer.concat([time, Buffer.of(GPS_APART.bytes), gps]), 7, 'long');
    },
    seen: (position) => {
      const { satellites, ...gps } = GPS_APART.parse(position.subarray(TIME.bytes));
      const { dateTime } = TIME.parse(position.subarray(0, TIME.bytes));
      return { ...gps, timeMs: utcMs(dateTime), satellites: satellites & 0x0f };
    },
  },
  {
    title: 'JC100',
    bytes: GPS_JC100.bytes,
    frameOf: (position) => encodeFrame(0x95, position, 7),
    seen: (position) => {
      const { dateTime, ...gps } = GPS_JC100.parse(position);
      return { ...gps, timeMs: utcMs(dateTime) };
    },
  },
  {
    title: 'JC400',
    bytes: GPS_JC400.bytes,
    frameOf: (position) => encodeFrame(0x95, Buffer.concat([Buffer.of(0xff, 0xff, 1), position]), 7),
    seen: (position) => {
      const { dateTime, gpsInformation, ...gps } = GPS_JC400.parse(position);
      return { ...gps, timeMs: utcMs(dateTime), satellites: gpsInformation.satellites };
    },
  },
  {
    title: 'a module of 70',
    bytes: GPS_MODULE.bytes,
    frameOf: (position) => {
      const before = Buffer.of(0, 0x09, 0, 1, 8);
      const head = Buffer.of(0, 0x33, 0, GPS_MODULE.bytes);
      return encodeFrame(0x70, Buffer.concat([before, head, position]), 7, 'long');
    },
    seen: (position) => {
      const { time, satellites, ...gps } = GPS_MODULE.parse(position);
      return { ...gps, timeMs: time * 1000, satellites: satellites & 0x0f };
    },
  },
];

function seenUsual(position: Buffer): Seen {
  const { dateTime, gpsInformation, ...gps } = GPS.parse(position);
  return { ...gps, timeMs: utcMs(dateTime), satellites: gpsInformation.satellites };
}

/** 0 where there is no such date. */
function utcMs({ year, month, day, hour, minute, second }: ReturnType<typeof TIME.parse>['dateTime']): number {
  const time = new Date(Date.UTC(2000 + year, month - 1, day, hour, minute, second));
  const isDate = time.getUTCMonth() === month - 1 && time.getUTCDate() === day;
  return isDate && hour < 24 && minute < 60 && second < 60 ? time.getTime() : 0;
}

function agrees(record: PositionRecord, seen: Seen): boolean {
  const { courseStatus: word } = seen;
  return (
    record.timeMs === seen.timeMs &&
    record.latDeg === signed(seen.latitude, word.north === 0) &&
    record.lonDeg === signed(seen.longitude, word.west === 1) &&
    record.courseDeg === word.course &&
    record.hasPosition === (word.positioned === 1) &&
    record.speedKmh === (seen.speed ?? null) &&
    record.satellites === (seen.satellites ?? null) &&
    (seen.altitude === undefined || record.altitudeM === seen.altitude)
  );
}

function signed(raw: number, isNegative: boolean): number {
  return isNegative ? 0 - raw / 1_800_000 : raw / 1_800_000;
}

function noise(length: number, random: Random): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) bytes[at] = random(256);
  return bytes;
}

/** Half of the dates can be. */
function position(bytes: number, random: Random): Buffer {
  const drawn = noise(bytes, random);
  if (random(2) === 0) drawn.set([random(100), 1 + random(12), 1 + random(28), random(24), random(60), random(60)]);
  return drawn;
}

const SHARE = Math.ceil(RECORDS / FORMS.length);

test.each(FORMS)(
  `$title: both read the same in ${SHARE} random positions (PROOF_SEED=${SEED})`,
  {
    timeout: 60_000 + RECORDS,
  },
  ({ bytes, frameOf, seen }) => {
    const random = randomSource(SEED);
    for (let left = SHARE; left > 0; left--) {
      const drawn = position(bytes, random);
      const decoded = decode(frameOf(drawn));
      if (decoded.kind === 'malformed' || decoded.records.length !== 1) {
        throw new Error(`${drawn.toString('hex')}: ${decoded.kind}`);
      }
      if (!agrees(decoded.records[0]!, seen(drawn))) expect(drawn.toString('hex')).toBe(JSON.stringify(seen(drawn)));
    }
  },
);

/** Types whose tail may hold a re-upload flag, in either form. */
const FLAGGED = [0x12, 0x22, 0x2d, 0x31, 0x36, 0x37, 0xa0] as const;
const TAIL_BYTES_MAX = 40;

test(`the re-upload flag is where the tables have it, in ${RECORDS} random frames (PROOF_SEED=${SEED})`, {
  timeout: 60_000 + RECORDS,
}, () => {
  const random = randomSource(SEED);
  const met = new Set<string>();
  for (let left = RECORDS; left > 0; left--) {
    const isLong = random(FLAGGED.length + 1) === 0;
    const type = isLong ? 0x38 : FLAGGED[random(FLAGGED.length)]!;
    const body = noise(GPS.bytes + random(TAIL_BYTES_MAX), random);
    // A network code of one byte, as most have.
    if (random(4) > 0 && body.length > GPS.bytes) body[GPS.bytes]! &= 0x7f;
    const frame = encodeFrame(type, body, 7, isLong ? 'long' : 'short');
    const decoded = decode(frame);
    if (decoded.kind === 'malformed') throw new Error(decoded.message);
    if (decoded.records.length === 0) continue;
    const at = reuploadAt(frame);
    const isBuffered = at === null ? undefined : frame[at] !== 0;
    met.add(`${type}: ${at !== null}`);
    if (decoded.records[0]!.attributes['archive'] !== isBuffered) expect(frame.toString('hex')).toBe(`flag at ${at}`);
  }
  expect([...met].filter((kind) => kind.endsWith('true'))).toHaveLength(FLAGGED.length + 1);
});
