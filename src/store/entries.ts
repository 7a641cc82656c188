/**
 * Index entries of one tracker: which frame holds records between two device times. A list is flat numbers, four to an
 * entry, sorted by the first; in memory and, as little-endian doubles, in a segment's blob alike:
 *
 *   from, to   device time of the earliest and latest record, ms, never more than SPAN_MS_MAX apart
 *              (a frame without records: its receipt)
 *   received   receipt of the frame, ms
 *   tag        (journal row x ROW_BYTES + offset in the row) x 4 + flags
 *
 * A frame whose records lie far apart has several entries. A double counts exactly up to row 2^37.
 */
import { AHEAD_MS, type FrameHeader, ROW_BYTES } from './journal.ts';

export type Entries = ArrayLike<number>;

/** Numbers per entry. */
export const STRIDE = 4;
const TO = 1;
const RECEIVED = 2;
const TAG = 3;

const FLAGS = 4;
const HAS_RECORDS = 1;
const HAS_VALID_FIX = 2;

/** The range of a JavaScript date; a device may claim anything. */
const INSTANT_MS_MAX = 8.64e15;

/** One entry, read out. */
export interface Entry {
  readonly fromMs: number;
  readonly toMs: number;
  readonly receivedMs: number;
  readonly address: number;
  readonly hasRecords: boolean;
  readonly hasValidFix: boolean;
}

/** Brings any claimed time into the range that the index and SQLite can hold exactly. */
export function indexableMs(timeMs: number): number {
  if (Number.isNaN(timeMs)) return 0;
  return Math.trunc(Math.max(-INSTANT_MS_MAX, Math.min(INSTANT_MS_MAX, timeMs)));
}

export function entryAt(entries: Entries, index: number): Entry {
  const flags = entries[index + TAG]! % FLAGS;
  return {
    fromMs: entries[index]!,
    toMs: entries[index + TO]!,
    receivedMs: entries[index + RECEIVED]!,
    address: addressAt(entries, index),
    hasRecords: (flags & HAS_RECORDS) !== 0,
    hasValidFix: (flags & HAS_VALID_FIX) !== 0,
  };
}

export function addressOf(row: number, offset: number): number {
  return row * ROW_BYTES + offset;
}

function addressAt(entries: Entries, index: number): number {
  return Math.floor(entries[index + TAG]! / FLAGS);
}

export function rowOf(address: number): number {
  return Math.floor(address / ROW_BYTES);
}

export function offsetOf(address: number): number {
  return address % ROW_BYTES;
}

/** Adds a frame's entries; each goes behind those that begin at the same time. */
export function insertFrame(entries: number[], row: number, header: FrameHeader): void {
  const address = addressOf(row, header.offset);
  const receivedMs = indexableMs(header.receivedMs);
  if (header.spans.length === 0) insert(entries, receivedMs, receivedMs, receivedMs, address * FLAGS);
  const tag = address * FLAGS + HAS_RECORDS + (header.hasValidFix ? HAS_VALID_FIX : 0);
  for (let i = 0; i < header.spans.length; i += 2) {
    insert(entries, indexableMs(header.spans[i]!), indexableMs(header.spans[i + 1]!), receivedMs, tag);
  }
}

function insert(entries: number[], fromMs: number, toMs: number, receivedMs: number, tag: number): void {
  const last = entries.at(-STRIDE);
  if (last === undefined || last <= fromMs) entries.push(fromMs, toMs, receivedMs, tag);
  else entries.splice(firstFrom(entries, fromMs + 1), 0, fromMs, toMs, receivedMs, tag);
}

/** Index of the first entry that begins at `fromMs` or later; the list's length if there is none. */
export function firstFrom(entries: Entries, fromMs: number): number {
  let low = 0;
  let high = entries.length / STRIDE;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle * STRIDE]! < fromMs) low = middle + 1;
    else high = middle;
  }
  return low * STRIDE;
}

/** `a` and `b` from index `next` on as one list; where they begin alike, those of `a` come first. */
export function merge(a: Entries, b: Entries, next = 0): number[] {
  const merged: number[] = [];
  let j = next;
  for (let i = 0; i < a.length; i += STRIDE) {
    while (j < b.length && b[j]! < a[i]!) j = push(merged, b, j);
    push(merged, a, i);
  }
  while (j < b.length) j = push(merged, b, j);
  return merged;
}

function push(target: number[], entries: Entries, index: number): number {
  target.push(entries[index]!, entries[index + TO]!, entries[index + RECEIVED]!, entries[index + TAG]!);
  return index + STRIDE;
}

/** Only the entries whose frame lies in a journal row before `row`: after a clean end all of them. */
export function before(entries: Entries, row: number): Entries {
  const isBefore = (index: number) => rowOf(addressAt(entries, index)) < row;
  let end = 0;
  while (end < entries.length && isBefore(end)) end += STRIDE;
  if (end >= entries.length) return entries;
  const kept: number[] = [];
  for (let i = 0; i < entries.length; i += STRIDE) if (isBefore(i)) push(kept, entries, i);
  return kept;
}

/** The entries of the frames that are wanted. */
export function only(entries: Entries, wants: (address: number) => boolean): number[] {
  const wanted: number[] = [];
  for (let i = 0; i < entries.length; i += STRIDE) {
    if (wants(addressAt(entries, i))) push(wanted, entries, i);
  }
  return wanted;
}

/** What a list says about the newest end of the track (contract: Tracks.newest, Tracks.lastReceivedMs). */
export interface Head {
  /** -Infinity = none. */
  readonly newestMs: number;
  readonly aheadMs: readonly number[];
  readonly lastReceivedMs: number;
}

export const NO_HEAD: Head = { newestMs: -Infinity, aheadMs: [], lastReceivedMs: -Infinity };

export function headOf(entries: Entries): Head {
  let newestMs = -Infinity;
  let lastReceivedMs = -Infinity;
  const aheadMs: number[] = [];
  for (let i = 0; i < entries.length; i += STRIDE) {
    const { toMs, receivedMs, hasRecords } = entryAt(entries, i);
    lastReceivedMs = Math.max(lastReceivedMs, receivedMs);
    if (!hasRecords) continue;
    if (toMs > receivedMs + AHEAD_MS) aheadMs.push(toMs);
    else newestMs = Math.max(newestMs, toMs);
  }
  return mergeHeads(NO_HEAD, { newestMs, aheadMs, lastReceivedMs });
}

/** Most device times ahead of their receipt that are told apart for one tracker. */
export const AHEAD_MAX = 1000;

/**
 * Times ahead that the clock has since overtaken are covered by `newestMs`. A device that is always ahead (a wrong time
 * zone) would collect them for ever: beyond AHEAD_MAX the earliest count as newest, which only sends a few more of its
 * records through the search for duplicates.
 */
export function mergeHeads(a: Head, b: Head): Head {
  let newestMs = Math.max(a.newestMs, b.newestMs);
  let aheadMs = [...new Set([...a.aheadMs, ...b.aheadMs])].filter((ms) => ms > newestMs).sort((x, y) => x - y);
  if (aheadMs.length > AHEAD_MAX) {
    newestMs = aheadMs.at(-AHEAD_MAX - 1)!;
    aheadMs = aheadMs.slice(-AHEAD_MAX);
  }
  return { newestMs, aheadMs, lastReceivedMs: Math.max(a.lastReceivedMs, b.lastReceivedMs) };
}

/** A segment's blob; every platform Node runs on is little-endian. */
export function toBlob(entries: readonly number[]): Buffer {
  return Buffer.from(Float64Array.from(entries).buffer);
}

export function fromBlob(blob: Buffer): Float64Array {
  const bytes = new Uint8Array(blob.length);
  bytes.set(blob);
  return new Float64Array(bytes.buffer);
}
