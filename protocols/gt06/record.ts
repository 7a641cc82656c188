/** One position of a GT06 frame, read in place; what stands behind it is read only when somebody looks. */
import type { Attributes, IoValues, PositionRecord } from '../protocol.ts';
import { i16, u16, u32 } from '../wire/bytes.ts';
import { reuploadAt } from './identity.ts';
import { DEGREE, GPS_APART, HEAD_JC400, TIME } from './layout.ts';
import { type MessageLayout, type Reading, walkBody } from './message-layout.ts';
import { fixAt } from './modules.ts';
import { clockMs } from './time.ts';

const NO_IO: IoValues = Object.freeze({});

/** Bits of the course/status word (GT06 v1.8.1, "course, status"). West and north have opposite sense. */
const POSITIONED = 0x1000;
const WEST = 0x0800;
const NORTH = 0x0400;
const COURSE = 0x03ff;

const PRIORITY_LOW = 0;
const PRIORITY_HIGH = 1;
const PRIORITY_PANIC = 2;

/** Where in the frame each value stands; null where this form does not carry it. */
interface Places {
  readonly time: number;
  readonly satellites: number | null;
  readonly lat: number;
  readonly speed: number | null;
  readonly speedBytes: 1 | 2;
  readonly flags: number;
  readonly altitude: number | null;
  /** Seconds since 1970 UTC in place of calendar digits. */
  readonly isUnix: boolean;
}

const NO_PLACES: Places = {
  time: 0,
  satellites: null,
  lat: 0,
  speed: null,
  speedBytes: 1,
  flags: 0,
  altitude: null,
  isUnix: false,
};

class Gt06Record implements PositionRecord {
  readonly #frame: Buffer;
  readonly #reading: Reading;
  readonly #places: Places;

  constructor(reading: Reading, places: Places) {
    this.#frame = reading.frame;
    this.#reading = reading;
    this.#places = places;
  }

  get timeMs(): number {
    const { time, isUnix } = this.#places;
    return isUnix ? u32(this.#frame, time) * 1000 : clockMs(this.#frame, time, this.#reading.profile);
  }

  get satellites(): number | null {
    const at = this.#places.satellites;
    return at === null ? null : this.#frame[at]! & 0x0f;
  }

  get latDeg(): number {
    const degrees = u32(this.#frame, this.#places.lat) / DEGREE;
    return this.flags & NORTH || degrees === 0 ? degrees : -degrees;
  }

  get lonDeg(): number {
    const degrees = u32(this.#frame, this.#places.lat + 4) / DEGREE;
    return this.flags & WEST && degrees !== 0 ? -degrees : degrees;
  }

  get speedKmh(): number | null {
    const { speed, speedBytes } = this.#places;
    if (speed === null) return null;
    return speedBytes === 1 ? this.#frame[speed]! : u16(this.#frame, speed);
  }

  get flags(): number {
    return u16(this.#frame, this.#places.flags);
  }

  get courseDeg(): number {
    return this.flags & COURSE;
  }

  get hasPosition(): boolean {
    return (this.flags & POSITIONED) !== 0;
  }

  get altitudeM(): number | null {
    const at = this.#places.altitude;
    if (at !== null) return i16(this.#frame, at);
    return this.#reading.layout.tellsAltitude === true ? walkBody(this.#reading).altitudeM : null;
  }

  get priority(): number {
    const { tellsAlarms, kind } = this.#reading.layout;
    if (tellsAlarms !== true) return PRIORITY_LOW;
    const { alarm } = this.attributes;
    if (alarm === 'sos') return PRIORITY_PANIC;
    return kind === 'alarm' || alarm !== undefined ? PRIORITY_HIGH : PRIORITY_LOW;
  }

  /** The alarm code, or 0. */
  get event(): number {
    return this.#reading.layout.tellsAlarms === true ? Number(this.attributes['alarmCode'] ?? 0) : 0;
  }

  /** Type and body. A record that was buffered and one that was sent at once are the same record. */
  get content(): Uint8Array {
    const { end, layout } = this.#reading;
    const start = this.#reading.start - 1;
    const content = this.#frame.subarray(start, end);
    if (layout.liveType !== undefined) return Buffer.from([layout.liveType, ...content.subarray(1)]);
    const flagAt = reuploadAt(this.#frame);
    if (flagAt === null || this.#frame[flagAt] === 0) return content;
    const masked = Buffer.from(content);
    masked[flagAt - start] = 0;
    return masked;
  }

  get io(): IoValues {
    return NO_IO;
  }

  get attributes(): Attributes {
    return walkBody(this.#reading).attributes;
  }
}

type RecordReader = NonNullable<MessageLayout['record']>;

/** Where the body begins in the short form and the long one. */
const BODIES = [4, 5] as const;

/** The places for a body that begins at either of its two starts, made once. */
function placed(placesOf: (start: number) => Places): RecordReader {
  const [short, long] = BODIES.map(placesOf) as [Places, Places];
  return (reading) => new Gt06Record(reading, reading.start === BODIES[0] ? short : long);
}

/** Time and GPS information in their usual order, `before` bytes into the body. */
export function gpsRecord(before = 0): RecordReader {
  return placed((start) => usualPlaces(start + before, start + before + TIME.bytes));
}

function usualPlaces(time: number, gps: number): Places {
  return { ...NO_PLACES, time, satellites: gps, lat: gps + 1, speed: gps + 9, flags: gps + 10 };
}

/** AZ735: the length of the GPS information stands between, and is 0 where there is none. */
export const az735Record: RecordReader = (reading) => {
  const lengthAt = reading.start + TIME.bytes;
  const length = reading.frame[lengthAt]!;
  if (length < GPS_APART.bytes || lengthAt + 1 + length > reading.end) return null;
  return new Gt06Record(reading, usualPlaces(reading.start, lengthAt + 1));
};

/** JC100: latitude, longitude and the course word behind the time. */
export const jc100Record = placed((start) => ({ ...NO_PLACES, time: start, lat: start + 6, flags: start + 14 }));

/** JC400: satellites before, speed of two bytes behind. */
export const jc400Record = placed((start) => {
  const time = start + HEAD_JC400.bytes;
  return { ...NO_PLACES, time, satellites: time + 6, lat: time + 7, flags: time + 15, speed: time + 17, speedBytes: 2 };
});

/** 70: the fix is one of its modules. */
export const moduleRecord: RecordReader = (reading) => {
  const time = fixAt(reading.frame, reading.start, reading.end);
  if (time === null) return null;
  const at = { time, satellites: time + 4, altitude: time + 5, lat: time + 7, speed: time + 15, flags: time + 16 };
  return new Gt06Record(reading, { ...NO_PLACES, ...at, isUnix: true });
};
