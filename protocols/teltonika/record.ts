/**
 * One AVL record, read in place: a view of its frame that decodes a value when it is asked for.
 * A million of these per second go by, so nothing is computed or copied ahead of need.
 */
import type { Attributes, IoValues, PositionRecord } from '../protocol.ts';
import { i16, i32, u16, u32 } from '../wire/bytes.ts';
import { DICTIONARIES, type Family } from './families.ts';
import { ioAttributes, ioValues } from './io.ts';
import { IO_AT, parseIo, type RecordTable } from './layout.ts';

const DEGREE = 1e7;
const TWO_TO_32 = 4_294_967_296;
/** The last instant a date can express; a wilder timestamp reads as this and is in the future either way. */
const TIME_MS_MAX = 8.64e15;
/** More satellites than this are no count but a fault value: 248 has been seen. */
const SATELLITES_MAX = 64;

/** Zero satellites: the coordinates are the last known ones, as in sleep. */
export function countsAsFix(satellites: number): boolean {
  return satellites > 0 && satellites <= SATELLITES_MAX;
}

/** How a record is written: by which table, and with whose ids. */
export interface RecordForm {
  readonly table: RecordTable;
  readonly family: Family;
}

export class AvlRecord implements PositionRecord {
  readonly #frame: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #form: RecordForm;

  constructor(frame: Buffer, start: number, end: number, form: RecordForm) {
    this.#frame = frame;
    this.#start = start;
    this.#end = end;
    this.#form = form;
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
    return (
      countsAsFix(this.satellites) &&
      (i32(this.#frame, this.#start + 9) !== 0 || i32(this.#frame, this.#start + 13) !== 0)
    );
  }

  get event(): number {
    const at = this.#start + IO_AT;
    return hasWideIds(this.#form.table) ? u16(this.#frame, at) : this.#frame[at]!;
  }

  /** Codec 16: what made the record. */
  get generation(): number | null {
    return this.#form.table === 'codec16' ? this.#frame[this.#start + IO_AT + 2]! : null;
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
    return ioAttributes(this.#io(), DICTIONARIES[this.#form.family]);
  }

  #io() {
    return parseIo(this.#form.table, this.#frame.subarray(this.#start + IO_AT, this.#end));
  }
}

function hasWideIds(table: RecordTable): boolean {
  return table === 'codec8Extended' || table === 'codec16';
}
