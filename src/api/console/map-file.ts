/** A .pmtiles archive, one file for a whole region, read by ranges: https://docs.protomaps.com/pmtiles/ */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Of the bytes of the file, both ends included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface MapFile {
  readonly size: number;
  /** Another one for each state of the file. */
  readonly etag: string;
  read(range: Range): Readable;
}

/** null = it is not there, or cannot be read now. */
export async function openMapFile(path: string): Promise<MapFile | null> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return null;
  return {
    size: found.size,
    etag: `"${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}"`,
    read: (range) => createReadStream(path, range),
  };
}

/**
 * The one range of `Range: bytes=...` (RFC 9110, 14.1.2). 'all' = none is asked for, or in a way that may be ignored;
 * null = it begins beyond the end.
 */
export function rangeOf(header: string | undefined, size: number): Range | 'all' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return 'all';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? null : { start: size - length, end: size - 1 };
  }
  if (last !== '' && Number(last) < Number(first)) return 'all';
  if (Number(first) >= size) return null;
  return { start: Number(first), end: Math.min(last === '' ? size - 1 : Number(last), size - 1) };
}
