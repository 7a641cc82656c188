/** Ranges of a map archive. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openMapFile, rangeOf } from '../../../src/api/console/map-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'milepost-map-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('a range', () => {
  it.each([
    [undefined, 'all'],
    ['', 'all'],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=5-5', { start: 5, end: 5 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=90-500', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['bytes=100-', null],
    ['bytes=100-200', null],
    ['bytes=-0', null],
    ['bytes=9-5', 'all'],
    ['bytes=-', 'all'],
    ['bytes=0-1,5-6', 'all'],
    ['bytes=a-b', 'all'],
    ['lines=0-9', 'all'],
    [`bytes=${'9'.repeat(30)}-`, 'all'],
  ])('%j of 100 bytes', (header, expected) => {
    expect(rangeOf(header, 100)).toEqual(expected);
  });

  it.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('%j of nothing is none', (header) => {
    expect(rangeOf(header, 0)).toBeNull();
  });
});

describe('the file', () => {
  it('is read by ranges, and known by another tag once it is another', async () => {
    const path = join(directory, 'town.pmtiles');
    writeFileSync(path, 'PMTiles of a town');
    const file = (await openMapFile(path))!;
    const chunks: Buffer[] = [];
    for await (const chunk of file.read({ start: 0, end: 6 })) chunks.push(chunk as Buffer);
    expect([file.size, Buffer.concat(chunks).toString()]).toEqual([17, 'PMTiles']);
    writeFileSync(path, 'PMTiles of another town');
    expect((await openMapFile(path))!.etag).not.toBe(file.etag);
  });

  it.each(['missing.pmtiles', '.'])('that is none is not opened: %s', async (name) => {
    expect(await openMapFile(join(directory, name))).toBeNull();
  });
});
