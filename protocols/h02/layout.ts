/**
 * The binary frame as a table that reads like the makers' documents. All numbers of the first part are packed digits.
 * Behind the status the makers differ; which form a frame has is told by its length.
 */
import { readBcd } from '../wire/bcd.ts';
import { u16, u32 } from '../wire/bytes.ts';

export const DOLLAR = 0x24;
/** Marks a frame of 32 bytes like the others whose meaning no document gives: kept raw. */
export const CROSS = 0x58;
export const CROSS_BYTES = 32;

export interface Column {
  readonly name: string;
  readonly bytes: number;
  /** The value for people. */
  words(bytes: Buffer, at: number): string;
}

const POSITION: readonly Column[] = [
  digits('time, hhmmss UTC', 3),
  digits('date, ddmmyy', 3),
  digits('latitude, ddmm.mmmm', 4),
  number('battery', 1),
  octets('longitude, dddmm.mmmm, and flags', 5),
  digits('speed, knots, and course, degrees', 3),
  octets('vehicle status', 4),
];
const RECORD_NUMBER = number('record number', 1);
const ALARM = [octets('user alarm', 1), octets('reserved', 1)];
const EXTENSION: readonly Column[] = [
  number('GSM signal', 1),
  number('satellites', 1),
  number('mileage', 4),
  number('MCC', 2),
  number('MNC', 1),
  number('LAC', 2),
  number('cell id', 2),
];

/** What stands behind the status in the forms that documents give, by the length of the frame. */
const TAILS: Readonly<Record<number, readonly Column[]>> = {
  32: [...ALARM, RECORD_NUMBER],
  45: [...ALARM, ...EXTENSION, RECORD_NUMBER],
  47: [...ALARM, ...EXTENSION, number('external voltage, as sent', 2), RECORD_NUMBER],
};
/** The form whose id is 15 digits in 8 bytes. */
const LONG_ID_BYTES = 42;

/** Lengths of binary frames, shortest first; of 42, 46 and 48 only the part up to the status is read. */
export const BINARY_BYTES: readonly number[] = [32, 42, 45, 46, 47, 48];

/** Where the time begins. */
export function positionAt(frame: Buffer): number {
  return frame.length === LONG_ID_BYTES ? 9 : 6;
}

/** Behind the position part, counted from where that begins. */
export const POSITION_BYTES = POSITION.reduce((sum, { bytes }) => sum + bytes, 0);

export function hasExtension(frame: Buffer): boolean {
  return TAILS[frame.length]?.includes(EXTENSION[0]!) ?? false;
}

/** The last byte counts frames, which is not part of what they say. */
export function contentEnd(frame: Buffer): number {
  return TAILS[frame.length]?.includes(RECORD_NUMBER) ? frame.length - 1 : frame.length;
}

/** All columns of a frame, marker and id included. */
export function columnsOf(frame: Buffer): readonly Column[] {
  const id = frame.length === LONG_ID_BYTES ? octets('id, 15 digits', 8) : digits('id', 5);
  return [octets('marker', 1), id, ...POSITION, ...(TAILS[frame.length] ?? [])];
}

export function idOf(frame: Buffer): string | null {
  if (frame.length !== LONG_ID_BYTES) return readBcd(frame, 1, 6);
  const id = frame.toString('hex', 1, 9).slice(0, 15);
  return /^\d+$/.test(id) ? id : null;
}

function digits(name: string, bytes: number): Column {
  return { name, bytes, words: (frame, at) => readBcd(frame, at, at + bytes) ?? notDigits(frame, at, bytes) };
}

function notDigits(frame: Buffer, at: number, bytes: number): string {
  return `${frame.toString('hex', at, at + bytes)}: expected digits`;
}

function octets(name: string, bytes: number): Column {
  return { name, bytes, words: (frame, at) => frame.toString('hex', at, at + bytes) };
}

function number(name: string, bytes: 1 | 2 | 4): Column {
  const read = { 1: (frame: Buffer, at: number) => frame[at]!, 2: u16, 4: u32 }[bytes];
  return { name, bytes, words: (frame, at) => String(read(frame, at)) };
}
