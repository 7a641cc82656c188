/** The two 16-bit checksums trackers use, both reflected, eight bytes per step ("slicing by 8"). */

/** Checksum of bytes[start..end). */
export type Checksum = (bytes: Uint8Array, start: number, end: number) => number;

/** CRC-16/IBM, also called ARC: poly 8005, init 0. Check of "123456789" = BB3D. Teltonika codecs. */
export const crc16Ibm: Checksum = reflectedCrc16(0xa001, 0x0000, 0x0000);

/** CRC-16/X.25, called "CRC ITU" by GT06 documents: poly 1021, init and xorout FFFF. Check = 906E. */
export const crc16X25: Checksum = reflectedCrc16(0x8408, 0xffff, 0xffff);

function reflectedCrc16(polynomial: number, init: number, xorout: number): Checksum {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = slicingTables(polynomial);
  return (bytes, start, end) => {
    let crc = init;
    let at = start;
    for (const sliced = end - 8; at <= sliced; at += 8) {
      crc =
        t7[(bytes[at]! ^ crc) & 0xff]! ^
        t6[bytes[at + 1]! ^ (crc >> 8)]! ^
        t5[bytes[at + 2]!]! ^
        t4[bytes[at + 3]!]! ^
        t3[bytes[at + 4]!]! ^
        t2[bytes[at + 5]!]! ^
        t1[bytes[at + 6]!]! ^
        t0[bytes[at + 7]!]!;
    }
    for (; at < end; at++) crc = t0[(bytes[at]! ^ crc) & 0xff]! ^ (crc >> 8);
    return crc ^ xorout;
  };
}

type Tables = [T, T, T, T, T, T, T, T];
type T = Uint16Array;

/** Table k holds what a byte followed by k zero bytes does to the checksum. */
function slicingTables(polynomial: number): Tables {
  const tables = Array.from({ length: 8 }, () => new Uint16Array(256)) as Tables;
  const first = tables[0];
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ polynomial : crc >> 1;
    first[byte] = crc;
  }
  for (let k = 1; k < 8; k++) {
    for (let byte = 0; byte < 256; byte++) {
      const previous = tables[k - 1]![byte]!;
      tables[k]![byte] = (previous >> 8) ^ first[previous & 0xff]!;
    }
  }
  return tables;
}
