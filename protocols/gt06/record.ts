/** One position of a GT06 frame, read in place; the tail behind the coordinates is read only when somebody looks. */
import type { Attributes, IoValues, PositionRecord } from '../protocol.ts';
import { u16, u32 } from '../wire/bytes.ts';
import { utcMs } from '../wire/time.ts';
import { bodyAt, bodyEnd, typeAt } from './envelope.ts';

/** Degrees x 60 x 30 000. */
const DEGREE = 1_800_000;
const YEAR_BASE = 2000;
const NO_IO: IoValues = Object.freeze({});

/** Bits of the course/status word (GT06 v1.8.1, "course, status"). West and north have opposite sense. */
const ACC_ON = 0x8000;
const ACC_KNOWN = 0x4000;
const POSITIONED = 0x1000;
const WEST = 0x0800;
const NORTH = 0x0400;
const COURSE = 0x03ff;

/** How the rest of a position message is read, by message type. */
export interface TailReader {
  /** Named values of the whole message. */
  attributes(frame: Buffer): Attributes;
  /** The id that caused the record: the alarm code, or 0. */
  event(frame: Buffer): number;
  /** 0 low, 1 high, 2 panic. */
  priority(frame: Buffer): number;
  /** Where the re-upload flag stands, or null: it is no part of a record's identity. */
  reuploadAt(frame: Buffer): number | null;
}

export class Gt06Record implements PositionRecord {
  readonly #frame: Buffer;
  readonly #at: number;
  readonly #tail: TailReader;

  /** `frame` holds date, time and GPS information from the start of its body. */
  constructor(frame: Buffer, tail: TailReader) {
    this.#frame = frame;
    this.#at = bodyAt(frame);
    this.#tail = tail;
  }

  get timeMs(): number {
    const at = this.#at;
    const b = this.#frame;
    return utcMs(YEAR_BASE + b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!);
  }

  get satellites(): number {
    return this.#frame[this.#at + 6]! & 0x0f;
  }

  get latDeg(): number {
    const degrees = u32(this.#frame, this.#at + 7) / DEGREE;
    return this.flags & NORTH || degrees === 0 ? degrees : -degrees;
  }

  get lonDeg(): number {
    const degrees = u32(this.#frame, this.#at + 11) / DEGREE;
    return this.flags & WEST && degrees !== 0 ? -degrees : degrees;
  }

  get speedKmh(): number {
    return this.#frame[this.#at + 15]!;
  }

  get flags(): number {
    return u16(this.#frame, this.#at + 16);
  }

  get courseDeg(): number {
    return this.flags & COURSE;
  }

  get hasPosition(): boolean {
    return (this.flags & POSITIONED) !== 0;
  }

  get altitudeM(): null {
    return null;
  }

  get priority(): number {
    return this.#tail.priority(this.#frame);
  }

  get event(): number {
    return this.#tail.event(this.#frame);
  }

  /** Type and body. A record that was buffered and one that was sent at once are the same record. */
  get content(): Uint8Array {
    const start = typeAt(this.#frame);
    const content = this.#frame.subarray(start, bodyEnd(this.#frame));
    const reuploadAt = this.#tail.reuploadAt(this.#frame);
    if (reuploadAt === null || this.#frame[reuploadAt] === 0) return content;
    const masked = Buffer.from(content);
    masked[reuploadAt - start] = 0;
    return masked;
  }

  get io(): IoValues {
    return NO_IO;
  }

  get attributes(): Attributes {
    const word = this.flags;
    const ignition = word & ACC_KNOWN ? { ignition: (word & ACC_ON) !== 0 } : {};
    return { ...ignition, ...this.#tail.attributes(this.#frame) };
  }
}
