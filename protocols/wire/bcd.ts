/** Packed decimal digits: two per byte, high nibble first. */

/** The digits of bytes[start..end), or null if a nibble is not a decimal digit. */
export function readBcd(bytes: Uint8Array, start: number, end: number): string | null {
  let digits = '';
  for (let at = start; at < end; at++) {
    const high = bytes[at]! >> 4;
    const low = bytes[at]! & 0x0f;
    if (high > 9 || low > 9) return null;
    digits += `${high}${low}`;
  }
  return digits;
}

/** Packs an even number of decimal digits. */
export function writeBcd(digits: string): Buffer {
  if (!/^(\d\d)+$/.test(digits)) throw new RangeError(`'${digits}': expected an even number of decimal digits`);
  return Buffer.from(digits, 'hex');
}
