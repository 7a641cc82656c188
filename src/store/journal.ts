/**
 * The journal: every frame, raw, in the order of the commits. A commit's frames are laid one behind the other into rows
 * of about 16 KiB: inserting costs as little as one row per commit, and reading one frame back never loads more than
 * that (measured by test/bench/storage.ts). Little-endian throughout; one frame is
 *
 *   offset  bytes   meaning
 *   0       4       length of all of this, bytes
 *   4       4       tracker id
 *   8       8       receipt, ms (double)
 *   16      1       protocol, by its storage code
 *   17      1       1 = some kept record is a valid fix, 2 = its clock was read as being ahead of UTC or behind
 *   18      2       n, records in the frame, if only some are kept; 0 = all are kept
 *   20      2       m, number of spans
 *   22      2       where in the row the frame was laid, once retention has taken out some before it; else 0
 *   24      0 or 2  by how many minutes ahead, where byte 17 says so
 *   ..      16 m    spans: first and last device time, ms (doubles)
 *   ..      n / 8   bit i set = record i is kept (rounded up to bytes)
 *   ..      rest    the frame as received
 */
import { KEPT } from '../../protocols/index.ts';
import type { FrameRecord, StoredFrame } from './store.ts';

export interface JournalRow {
  readonly id: number;
  readonly body: Buffer;
}

/** A journal row ready to be inserted, with what the index will have to know of it. */
export interface PackedRow extends JournalRow {
  readonly headers: readonly FrameHeader[];
}

/** What the index needs to know of a frame. The offset is where the row was laid with it: with the row its address. */
export interface FrameHeader {
  readonly offset: number;
  readonly trackerId: number;
  readonly receivedMs: number;
  readonly hasValidFix: boolean;
  /** Device times as pairs [from, to]; empty for a frame without records. */
  readonly spans: readonly number[];
}

/** A row takes no further frame once it is this long, so every frame starts below. */
export const ROW_BYTES = 16_384;

/** Longest time one span covers. Bounds how far before an instant an index entry that covers it can begin. */
export const SPAN_MS_MAX = 3_600_000;

/** As for a valid fix: a device time further than this ahead of its receipt is not believed. */
export const AHEAD_MS = 5 * 60_000;

const HEADER_BYTES = 24;
const CLOCK_BYTES = 2;
const HAS_VALID_FIX = 1;
const HAS_CLOCK = 2;
const SPAN_BYTES = 16;
const STORAGE_CODES = new Map(KEPT.map(({ name, storageCode }) => [name, storageCode]));
const STORED_NAMES = new Map(KEPT.map(({ name, storageCode }) => [storageCode, name]));

/** Lays frames into rows numbered from `firstId`. Frames of which every record is a duplicate are left out. */
export function packFrames(frames: readonly FrameRecord[], firstId: number): PackedRow[] {
  const rows: PackedRow[] = [];
  let members: FrameRecord[] = [];
  let headers: FrameHeader[] = [];
  let bytes = 0;
  const close = () => {
    if (members.length > 0) rows.push({ id: firstId + rows.length, body: packRow(members, headers, bytes), headers });
    members = [];
    headers = [];
    bytes = 0;
  };
  for (const frame of frames) {
    if (!isWorthKeeping(frame)) continue;
    const { trackerId, receivedMs, hasValidFix } = frame;
    const spans = spansOf(frame.timesMs, receivedMs);
    members.push(frame);
    headers.push({ offset: bytes, trackerId, receivedMs, hasValidFix, spans });
    bytes += frameBytes(frame, spans);
    if (bytes >= ROW_BYTES) close();
  }
  close();
  return rows;
}

function isWorthKeeping({ kept }: FrameRecord): boolean {
  return kept === null || kept.length === 0 || kept.includes(true);
}

/**
 * Groups a frame's device times so that one unset clock among them does not make the frame answer to every question.
 * A time ahead of its receipt always stands alone.
 */
export function spansOf(timesMs: readonly number[], receivedMs: number): number[] {
  if (timesMs.length === 1) return [timesMs[0]!, timesMs[0]!];
  const spans: number[] = [];
  for (const timeMs of [...timesMs].sort((a, b) => a - b)) {
    const fromMs = spans.at(-2);
    const isAhead = timeMs > receivedMs + AHEAD_MS && timeMs !== fromMs;
    if (fromMs === undefined || isAhead || timeMs - fromMs > SPAN_MS_MAX) spans.push(timeMs, timeMs);
    else spans[spans.length - 1] = timeMs;
  }
  return spans;
}

function frameBytes(frame: FrameRecord, spans: readonly number[]): number {
  return HEADER_BYTES + clockBytes(frame) + (spans.length / 2) * SPAN_BYTES + maskBytes(frame.kept) + frame.raw.length;
}

function clockBytes({ clockAheadMinutes = 0 }: FrameRecord): number {
  return clockAheadMinutes === 0 ? 0 : CLOCK_BYTES;
}

function maskBytes(kept: readonly boolean[] | null): number {
  return kept === null ? 0 : Math.ceil(kept.length / 8);
}

function packRow(frames: readonly FrameRecord[], headers: readonly FrameHeader[], bytes: number): Buffer {
  const body = Buffer.allocUnsafeSlow(bytes);
  const view = new DataView(body.buffer);
  let end = bytes;
  for (let i = frames.length - 1; i >= 0; i--) {
    packFrame(body, view, frames[i]!, headers[i]!, end);
    end = headers[i]!.offset;
  }
  return body;
}

function packFrame(body: Buffer, view: DataView, frame: FrameRecord, header: FrameHeader, end: number): void {
  const { offset, spans } = header;
  view.setUint32(offset, end - offset, true);
  view.setUint32(offset + 4, frame.trackerId, true);
  view.setFloat64(offset + 8, frame.receivedMs, true);
  view.setUint8(offset + 16, STORAGE_CODES.get(frame.protocol)!);
  const clock = clockBytes(frame);
  view.setUint8(offset + 17, (frame.hasValidFix ? HAS_VALID_FIX : 0) | (clock > 0 ? HAS_CLOCK : 0));
  view.setUint16(offset + 18, frame.kept?.length ?? 0, true);
  view.setUint16(offset + 20, spans.length / 2, true);
  view.setUint16(offset + 22, 0);
  if (clock > 0) view.setInt16(offset + HEADER_BYTES, frame.clockAheadMinutes!, true);
  let at = offset + HEADER_BYTES + clock;
  for (let i = 0; i < spans.length; i++, at += 8) view.setFloat64(at, spans[i]!, true);
  if (frame.kept !== null) at = packMask(body, at, frame.kept);
  body.set(frame.raw, at);
}

function packMask(body: Buffer, at: number, kept: readonly boolean[]): number {
  const end = at + maskBytes(kept);
  body.fill(0, at, end);
  for (let i = 0; i < kept.length; i++) if (kept[i]) body[at + (i >> 3)]! |= 1 << (i & 7);
  return end;
}

/** The headers of a row's frames, in order: of all trackers, or of one. */
export function* readHeaders(body: Buffer, trackerId: number | null = null): Generator<FrameHeader> {
  for (let offset = 0; offset < body.length; offset += body.readUInt32LE(offset)) {
    if (trackerId !== null && body.readUInt32LE(offset + 4) !== trackerId) continue;
    const spans: number[] = [];
    const spansAt = spansStart(body, offset);
    for (let i = 0; i < body.readUInt16LE(offset + 20) * 2; i++) spans.push(body.readDoubleLE(spansAt + i * 8));
    yield {
      offset: laidAt(body, offset),
      trackerId: body.readUInt32LE(offset + 4),
      receivedMs: body.readDoubleLE(offset + 8),
      hasValidFix: (body[offset + 17]! & HAS_VALID_FIX) !== 0,
      spans,
    };
  }
}

function hasClock(body: Buffer, at: number): boolean {
  return (body[at + 17]! & HAS_CLOCK) !== 0;
}

function spansStart(body: Buffer, at: number): number {
  return at + HEADER_BYTES + (hasClock(body, at) ? CLOCK_BYTES : 0);
}

/** A frame that has not moved says 0; one that has moved was never the first. */
function laidAt(body: Buffer, at: number): number {
  return body.readUInt16LE(at + 22) || at;
}

/** One frame of a row by the offset it was laid at, copied out of it; null = retention has taken it out. */
export function readFrame(body: Buffer, offset: number): StoredFrame | null {
  let at = 0;
  while (at < body.length && laidAt(body, at) !== offset) at += body.readUInt32LE(at);
  return at < body.length ? copyFrame(body, at) : null;
}

function copyFrame(body: Buffer, at: number): StoredFrame {
  const records = body.readUInt16LE(at + 18);
  const maskAt = spansStart(body, at) + body.readUInt16LE(at + 20) * SPAN_BYTES;
  const rawAt = maskAt + Math.ceil(records / 8);
  const isKept = (_: unknown, i: number): boolean => (body[maskAt + (i >> 3)]! & (1 << (i & 7))) !== 0;
  return {
    receivedMs: body.readDoubleLE(at + 8),
    protocol: STORED_NAMES.get(body[at + 16]!)!,
    kept: records === 0 ? null : Array.from({ length: records }, isKept),
    raw: Buffer.from(body.subarray(rawAt, at + body.readUInt32LE(at))),
    clockAheadMinutes: hasClock(body, at) ? body.readInt16LE(at + HEADER_BYTES) : 0,
  };
}

/** A row without some of its frames, by their offsets; the others keep their address. Empty = none is left. */
export function cutRow(body: Buffer, takenOut: ReadonlySet<number>): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += body.readUInt32LE(at)) {
    const offset = laidAt(body, at);
    if (takenOut.has(offset)) continue;
    const part = Buffer.from(body.subarray(at, at + body.readUInt32LE(at)));
    part.writeUInt16LE(offset, 22);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
