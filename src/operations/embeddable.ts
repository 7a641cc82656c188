/**
 * Which images may go into a PDF. The library inflates some PNGs with no limit of its own, and gives up on what it cannot
 * read, so both are found out here: a small file can be made to inflate to many gigabytes.
 */
import { inflateSync } from 'node:zlib';

export interface Embeddable {
  readonly bytes: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const PIXELS_MAX = 40_000_000;
const INFLATED_BYTES_MAX = 200 * 1024 * 1024;
const PNG_HEAD = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** null = neither JPEG nor PNG, damaged, or too large to show. */
export function embeddable(bytes: Buffer): Embeddable | null {
  const size = bytes.subarray(0, PNG_HEAD.length).equals(PNG_HEAD) ? pngSize(bytes) : jpegSize(bytes);
  if (size === null) return null;
  const { width, height } = size;
  return width > 0 && height > 0 && width * height <= PIXELS_MAX ? { bytes, width, height } : null;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Samples of a pixel by colour type (PNG specification, 11.2.1). */
const CHANNELS = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

const BIT_DEPTHS = new Set([1, 2, 4, 8, 16]);

/** With its pixels inflated once, to see that they are all there and no more than the head says. */
function pngSize(bytes: Buffer): Size | null {
  let head: Buffer | null = null;
  const data: Buffer[] = [];
  let at = PNG_HEAD.length;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > bytes.length) return null;
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') head = body;
    else if (type === 'IDAT') data.push(body);
    else if (type === 'IEND') break;
    at += 12 + length;
  }
  return head === null || head.length !== 13 ? null : checkedPng(head, Buffer.concat(data));
}

function checkedPng(head: Buffer, data: Buffer): Size | null {
  const width = head.readUInt32BE(0);
  const height = head.readUInt32BE(4);
  const channels = CHANNELS.get(head[9]!);
  const isInterlaced = head[12] !== 0;
  if (channels === undefined || isInterlaced || !BIT_DEPTHS.has(head[8]!)) return null;
  const inflatedBytes = (Math.ceil((width * channels * head[8]!) / 8) + 1) * height;
  if (inflatedBytes > INFLATED_BYTES_MAX) return null;
  try {
    const { length } = inflateSync(data, { maxOutputLength: inflatedBytes + 1 });
    return length === inflatedBytes ? { width, height } : null;
  } catch {
    return null;
  }
}

/** From the first frame header; what comes between is skipped by its length (ITU T.81, annex B). */
function jpegSize(bytes: Buffer): Size | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    // Fill bytes.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) {
      const channels = bytes[at + 9]!;
      const isKnown = channels === 1 || channels === 3 || channels === 4;
      return isKnown ? { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) } : null;
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

/** SOF0 to SOF15, but for DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
