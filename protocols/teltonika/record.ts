/**
 * One AVL record, read in place: a view of its frame that decodes a value when it is asked for.
 * A million of these per second go by, so nothing is computed or copied ahead of need.
 */
import type { Attributes, IoValues, PositionRecord } from '../protocol.ts';
import { i16, i32, u16, u32 } from '../wire/bytes.ts';
import { ioAttributes, ioValues } from './io.ts';
import { IO_AT, parseIo, type RecordTable } from './layout.ts';

const DEGREE = 1e7;
const TWO_TO_32 = 4_294_967_296;
/** The last instant a date can express; a wilder timestamp reads as this and is in the future either way. */
const TIME_MS_MAX = 8.64e15;
/** More satellites than this are no count but a fault value. */
const SATELLITES_MAX = 64;

export class AvlRecord implements PositionRecord {
  readonly #frame: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #table: RecordTable;

  constructor(frame: Buffer, start: number, end: number, table: RecordTable) {
    this.#frame = frame;
    this.#start = start;
    this.#end = end;
    this.#table = table;
  }

  get timeMs(): number {
    return Math.min(u32(this.#frame, this.#start) * TWO_TO_32 + u32(this.#frame, this.#start + 4), TIME_MS_MAX);
  }

  get priority(): number {
    return this.#frame[this.#start + 8]!;
  }

  get lonDeg(): number {
    return i32(this.#frame, this.#start + 9) / DEGREE;
  }

  get latDeg(): number {
    return i32(this.#frame, this.#start + 13) / DEGREE;
  }

  get altitudeM(): number {
    return i16(this.#frame, this.#start + 17);
  }

  get courseDeg(): number {
    return u16(this.#frame, this.#start + 19);
  }

  get satellites(): number {
    return this.#frame[this.#start + 21]!;
  }

  get speedKmh(): number {
    return u16(this.#frame, this.#start + 22);
  }

  get hasPosition(): boolean {
    const satellites = this.satellites;
    if (satellites === 0 || satellites > SATELLITES_MAX) return false;
    return i32(this.#frame, this.#start + 9) !== 0 || i32(this.#frame, this.#start + 13) !== 0;
  }

  get event(): number {
    const at = this.#start + IO_AT;
    return this.#table === 'codec8Extended' ? u16(this.#frame, at) : this.#frame[at]!;
  }

  /** The family has no such word. */
  get flags(): null {
    return null;
  }

  get content(): Uint8Array {
    return this.#frame.subarray(this.#start, this.#end);
  }

  get io(): IoValues {
    return ioValues(this.#io());
  }

  get attributes(): Attributes {
    return ioAttributes(this.#io());
  }

  #io() {
    return parseIo(this.#table, this.#frame.subarray(this.#start + IO_AT, this.#end));
  }
}
