/**
 * The hot road: finds where records end by their group counts alone. A million records per second go by, so it is
 * written by hand; a property test holds it equal to the tables of layout.ts.
 */
import { u16 } from '../wire/bytes.ts';
import { IO_AT, type RecordTable } from './layout.ts';

const BEYOND = Number.MAX_SAFE_INTEGER;

/** Where the record that begins at `at` ends, or a place beyond `end` where it does not fit into bytes[at..end). */
export type Skip = (frame: Uint8Array, at: number, end: number) => number;

export const SKIP_RECORD: Record<RecordTable, Skip> = {
  // Behind the event id and the total, which is not relied on; codec 16 has the generation type between them.
  codec8: (frame, at, end) => skipGroups8(frame, at + IO_AT + 2, end),
  codec8Legacy: (frame, at, end) => skipGroup8(frame, skipGroups8(frame, at + IO_AT + 2, end), end, 17),
  codec8Extended: (frame, at, end) => skipGroups8Extended(frame, at + IO_AT + 4, end),
  codec16: (frame, at, end) => skipGroups16(frame, at + IO_AT + 4, end),
};

/** N1, N2, N4, N8: a count of one byte, then id (1) and value. */
function skipGroups8(frame: Uint8Array, at: number, end: number): number {
  let next = skipGroup8(frame, at, end, 2);
  next = skipGroup8(frame, next, end, 3);
  next = skipGroup8(frame, next, end, 5);
  return skipGroup8(frame, next, end, 9);
}

/** The same with ids of two bytes. */
function skipGroups16(frame: Uint8Array, at: number, end: number): number {
  let next = skipGroup8(frame, at, end, 3);
  next = skipGroup8(frame, next, end, 4);
  next = skipGroup8(frame, next, end, 6);
  return skipGroup8(frame, next, end, 10);
}

function skipGroup8(frame: Uint8Array, at: number, end: number, elementBytes: number): number {
  return at < end ? at + 1 + frame[at]! * elementBytes : BEYOND;
}

/** N1, N2, N4, N8: a count of two bytes, then id (2) and value; then NX: a count, then id, length and value. */
function skipGroups8Extended(frame: Uint8Array, at: number, end: number): number {
  let next = skipGroup8Extended(frame, at, end, 3);
  next = skipGroup8Extended(frame, next, end, 4);
  next = skipGroup8Extended(frame, next, end, 6);
  next = skipGroup8Extended(frame, next, end, 10);
  return skipVariableGroup(frame, next, end);
}

function skipGroup8Extended(frame: Uint8Array, at: number, end: number, elementBytes: number): number {
  return at + 2 <= end ? at + 2 + u16(frame, at) * elementBytes : BEYOND;
}

function skipVariableGroup(frame: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return BEYOND;
  let next = at + 2;
  for (let left = u16(frame, at); left > 0; left--) {
    if (next + 4 > end) return BEYOND;
    next += 4 + u16(frame, next + 2);
  }
  return next;
}
