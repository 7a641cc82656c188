/**
 * Finds GT06 frames in a byte stream. The length byte is believed first; only where it lies, or the stream
 * is out of step, do the stop bytes and the checksum decide. Bodies may hold header and stop bytes; nothing is escaped.
 */
import type { Framing } from '../protocol.ts';
import { u16 } from '../wire/bytes.ts';
import { crc16X25 } from '../wire/checksums.ts';
import { isUnsealed, unsealedLength } from './unsealed.ts';

const STOP = 0x0d0a;
/** Long frames carry texts, cell lists and pieces of pictures. */
export const FRAME_BYTES_MAX = 8192;
/** How far the end of a frame whose length lies is looked for: beyond the longest short frame. */
const STRAY_BYTES_MAX = 300;
/** Header, length, type, stop: a heartbeat of the dialect without serial and checksum. */
const FRAME_BYTES_MIN = 6;

export function frame(bytes: Buffer, offset: number, end: number, isOver = false): Framing {
  if (offset >= end) return { kind: 'wait', needed: 1 };
  if (!mayBeHeader(bytes, offset, end)) return skipNoise(bytes, offset, end);
  if (end - offset < 4) return { kind: 'wait', needed: 4 };
  const length = statedLength(bytes, offset);
  if (length > FRAME_BYTES_MAX) return skipNoise(bytes, offset, end);
  if (end - offset < length) {
    return isOver ? findEnd(bytes, offset, end) : waitUnlessUnsealed(bytes, offset, end, length);
  }
  if (endsAt(bytes, offset, offset + length)) return { kind: 'frame', start: offset, end: offset + length };
  return findEnd(bytes, offset, end);
}

/** A frame of the dialect without checksums may be whole where its count, taken for a length, asks for more. */
function waitUnlessUnsealed(bytes: Buffer, offset: number, end: number, needed: number): Framing {
  const unsealedEnd = offset + (unsealedLength(bytes, offset) ?? needed);
  if (unsealedEnd > end) return { kind: 'wait', needed: unsealedEnd - offset };
  const isWhole =
    isUnsealed(bytes, offset, unsealedEnd) && (unsealedEnd === end || mayBeHeader(bytes, unsealedEnd, end));
  return isWhole ? { kind: 'frame', start: offset, end: unsealedEnd } : { kind: 'wait', needed };
}

/** L counts type, body, serial and checksum. */
function statedLength(bytes: Buffer, offset: number): number {
  return bytes[offset] === 0x78 ? bytes[offset + 2]! + 5 : u16(bytes, offset + 2) + 6;
}

function endsAt(bytes: Buffer, offset: number, frameEnd: number): boolean {
  return frameEnd - offset >= FRAME_BYTES_MIN && u16(bytes, frameEnd - 2) === STOP;
}

/** A header, or the first half of one at the end of what is there. */
function mayBeHeader(bytes: Uint8Array, at: number, end: number): boolean {
  const first = bytes[at];
  if (first !== 0x78 && first !== 0x79) return false;
  return at + 1 >= end || bytes[at + 1] === first;
}

function skipNoise(bytes: Buffer, offset: number, end: number): Framing {
  let at = offset + 1;
  while (at < end && !mayBeHeader(bytes, at, end)) at++;
  return { kind: 'junk', start: offset, end: at, code: 'junk' };
}

/**
 * The length lies. The frame ends at the first stop bytes that are followed by another header or by nothing (yet),
 * unless a frame that is right in every respect begins before: then this one never ended.
 */
function findEnd(bytes: Buffer, offset: number, end: number): Framing {
  const strayEnd = Math.min(end, offset + STRAY_BYTES_MAX);
  for (let at = offset + 4; at + 2 <= strayEnd; at++) {
    const byte = bytes[at];
    if (byte === 0x0d && bytes[at + 1] === 0x0a && (at + 2 === end || mayBeHeader(bytes, at + 2, end))) {
      return { kind: 'frame', start: offset, end: at + 2 };
    }
    if ((byte === 0x78 || byte === 0x79) && bytes[at + 1] === byte && isSoundFrame(bytes, at, end)) {
      return { kind: 'junk', start: offset, end: at, code: 'junk' };
    }
  }
  if (end - offset < STRAY_BYTES_MAX) return { kind: 'wait', needed: end - offset + 1 };
  return { kind: 'junk', start: offset, end: nextUnfinished(bytes, offset, strayEnd, end), code: 'junk' };
}

/**
 * The next place where a frame may begin that is not all here yet. Whatever begins and ends before has just been looked
 * through in vain; to look through it again from each of its bytes would cost the square of what garbage costs.
 */
function nextUnfinished(bytes: Buffer, offset: number, strayEnd: number, end: number): number {
  for (let at = offset + 1; at < strayEnd; at++) {
    if (!mayBeHeader(bytes, at, end)) continue;
    if (end - at < 4 || at + statedLength(bytes, at) > end) return at;
  }
  return strayEnd;
}

function isSoundFrame(bytes: Buffer, at: number, end: number): boolean {
  if (end - at < 4) return false;
  const frameEnd = at + statedLength(bytes, at);
  return frameEnd <= end && frameEnd - at >= 10 && endsAt(bytes, at, frameEnd) && checksumHolds(bytes, at, frameEnd);
}

/** "CRC ITU" over length byte(s) to serial. */
export function checksumHolds(bytes: Buffer, start: number, end: number): boolean {
  return crc16X25(bytes, start + 2, end - 4) === u16(bytes, end - 4);
}

export function recognise(head: Uint8Array): 'yes' | 'no' | 'more' {
  if (head.length > 0 && !mayBeHeader(head, 0, head.length)) return 'no';
  return head.length < 2 ? 'more' : 'yes';
}
