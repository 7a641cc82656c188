/** Big-endian integers at an offset. Index and shift: `Buffer.readX` checks its arguments again on every call. */

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function i16(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) << 16) >> 16;
}

export function i32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

export function u32(bytes: Uint8Array, at: number): number {
  return i32(bytes, at) >>> 0;
}

/** Two lower-case hex digits, as vendors name codecs and message types. */
export function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/** Bytes for an error message: hex, cut where it stops being readable. */
export function hexExcerpt(bytes: Uint8Array, bytesMax = 24): string {
  const head = Buffer.from(bytes.subarray(0, bytesMax)).toString('hex');
  return bytes.length > bytesMax ? `${head}... (${bytes.length} bytes)` : head;
}
