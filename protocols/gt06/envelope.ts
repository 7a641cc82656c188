/** The parts every GT06 frame has: `7878 L` or `7979 LL`, type, body, serial, checksum, `0D0A`. */
import { u16 } from '../wire/bytes.ts';
import { crc16X25 } from '../wire/checksums.ts';

/** Serial, checksum and stop bytes. */
const TRAILER_BYTES = 6;
const LONG_HEADER = 0x79;

export function isLong(frame: Buffer): boolean {
  return frame[0] === LONG_HEADER;
}

/** Where the type stands; the body follows it. */
export function typeAt(frame: Buffer): number {
  return isLong(frame) ? 4 : 3;
}

export function bodyAt(frame: Buffer): number {
  return typeAt(frame) + 1;
}

/** Counted from the end: the stated length may lie. */
export function bodyEnd(frame: Buffer): number {
  return frame.length - TRAILER_BYTES;
}

export function body(frame: Buffer): Buffer {
  return frame.subarray(bodyAt(frame), bodyEnd(frame));
}

export function serial(frame: Buffer): number {
  return u16(frame, bodyEnd(frame));
}

/** A frame in the short form, or the long one. */
export function encodeFrame(
  type: number,
  content: Uint8Array,
  serialNumber: number,
  form: 'short' | 'long' = 'short',
): Buffer {
  const length = content.length + 5;
  const head =
    form === 'short' ? Buffer.of(0x78, 0x78, length, type) : Buffer.of(0x79, 0x79, length >> 8, length & 0xff, type);
  const frame = Buffer.concat([head, content, Buffer.alloc(TRAILER_BYTES)]);
  const serialAt = frame.length - TRAILER_BYTES;
  frame.writeUInt16BE(serialNumber & 0xffff, serialAt);
  frame.writeUInt16BE(crc16X25(frame, 2, serialAt + 2), serialAt + 2);
  frame.writeUInt16BE(0x0d0a, serialAt + 4);
  return frame;
}
