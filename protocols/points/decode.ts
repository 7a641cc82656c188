/** Reads a frame back: one position record, with all that the phone said in `io`. */
import type { Attributes, IoValues, Malformed, Message, PositionRecord } from '../protocol.ts';
import { message, unreadable } from '../wire/message.ts';
import { MEMBER_NAMES, MEMBERS, type Point } from './point.ts';

/** Members that the record itself holds. */
const PLACED: ReadonlySet<string> = new Set(['time', 'lat', 'lon']);

export function decode(frame: Buffer): Message | Malformed {
  const point = pointIn(frame.toString('utf8'));
  if (point === null) {
    return unreadable('bad_content', `${frame.toString('utf8', 0, 60)}: expected the JSON of a point`);
  }
  return message({ kind: 'location', records: [new PointRecord(point, frame)] });
}

function pointIn(text: string): Point | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const members = value as Readonly<Record<string, unknown>>;
  const isWhole = MEMBER_NAMES.every((name) => {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    return member === undefined ? !PLACED.has(name) : typeof member === MEMBERS[name];
  });
  return isWhole && Number.isInteger(members['time']) ? (value as Point) : null;
}

class PointRecord implements PositionRecord {
  readonly satellites = null;
  readonly hasPosition = true;
  readonly priority = 0;
  readonly event = 0;
  readonly flags = null;
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly altitudeM: number | null;
  readonly speedKmh: number | null;
  readonly courseDeg: number;
  readonly content: Uint8Array;
  readonly #point: Point;

  constructor(point: Point, frame: Buffer) {
    this.timeMs = point.time;
    this.latDeg = point.lat;
    this.lonDeg = point.lon;
    this.altitudeM = point.altitude ?? null;
    this.speedKmh = point.speed ?? null;
    this.courseDeg = point.heading ?? 0;
    this.content = frame;
    this.#point = point;
  }

  get io(): IoValues {
    const said = MEMBER_NAMES.filter((name) => !PLACED.has(name)).flatMap((name) => {
      const value = this.#point[name];
      return value === undefined ? [] : [[name, typeof value === 'boolean' ? Number(value) : value] as const];
    });
    return Object.fromEntries(said);
  }

  get attributes(): Attributes {
    const { battery, isMoving, state } = this.#point;
    const motion = isMoving ?? MOTION[state ?? ''];
    return {
      ...(motion !== undefined && { motion }),
      ...(battery !== undefined && { batteryLevel: Math.floor(battery * 100) }),
    };
  }
}

const MOTION: Readonly<Record<string, boolean>> = { moving: true, stopped: false };
