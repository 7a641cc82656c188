/** One position as both forms of the protocol give it. */
import type { Attributes, DeviceProfile, IoValues, PositionRecord } from '../protocol.ts';
import { utcMs } from '../wire/time.ts';

const NO_IO: IoValues = Object.freeze({});
const KMH_PER_KNOT = 1.852;
const ALARM_PRIORITY = 1;

interface RecordParts {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly altitudeM?: number | null;
  readonly speedKmh: number | null;
  readonly courseDeg: number;
  readonly satellites?: number | null;
  readonly hasPosition: boolean;
  readonly isAlarm: boolean;
  readonly flags: number | null;
  readonly content: Uint8Array;
  /** Reads the attributes; may run more than once. */
  readonly attributes: () => Attributes;
}

export class H02Record implements PositionRecord {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly altitudeM: number | null;
  readonly speedKmh: number | null;
  readonly courseDeg: number;
  readonly satellites: number | null;
  readonly hasPosition: boolean;
  readonly priority: number;
  readonly event = 0;
  readonly flags: number | null;
  readonly content: Uint8Array;
  readonly io = NO_IO;
  readonly #attributes: () => Attributes;

  constructor(parts: RecordParts) {
    this.timeMs = parts.timeMs;
    this.latDeg = parts.latDeg;
    this.lonDeg = parts.lonDeg;
    this.altitudeM = parts.altitudeM ?? null;
    this.speedKmh = parts.speedKmh;
    this.courseDeg = parts.courseDeg;
    this.satellites = parts.satellites ?? null;
    this.hasPosition = parts.hasPosition;
    this.priority = parts.isAlarm ? ALARM_PRIORITY : 0;
    this.flags = parts.flags;
    this.content = parts.content;
    this.#attributes = parts.attributes;
  }

  get attributes(): Attributes {
    return this.#attributes();
  }
}

/** `hhmmss` and `ddmmyy`, UTC unless the device is known to be ahead; 1970 where either is not there or cannot be. */
export function timeMsOf(time: string, date: string, { clockAheadMinutes }: DeviceProfile): number {
  if (!/^\d{6}$/.test(time) || !/^\d{6}$/.test(date)) return 0;
  const [hour, minute, second] = pairs(time);
  const [day, month, year] = pairs(date);
  const ms = utcMs(2000 + year, month, day, hour, minute, second);
  return ms === 0 ? 0 : ms - clockAheadMinutes * 60_000;
}

function pairs(digits: string): [number, number, number] {
  return [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
}

/** To a hundredth: more than the wire has. */
export function kmhOf(knots: number): number {
  return Math.round(knots * KMH_PER_KNOT * 100) / 100;
}

/** Degrees and minutes as degrees; null where they cannot be. */
export function degreesOf(degrees: number, minutes: number, max: number): number | null {
  const value = degrees + minutes / 60;
  return minutes < 60 && value <= max ? value : null;
}
