import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFinding, placeReport } from '../../../src/ops/doctor/place.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-place-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the data directory', () => {
  it('is tried by writing, and nothing stays', () => {
    const { findings, probedMs } = placeReport(directory, 0);
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok']);
    expect(probedMs).toBeGreaterThan(0);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('that is not there is tried where it would be made', () => {
    const { findings } = placeReport(join(directory, 'a', 'b'), 0);
    expect(findings[0]).toMatchObject({ level: 'ok', seen: `${join(directory, 'a', 'b')} can be created` });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is none where a file is', () => {
    writeFileSync(join(directory, 'data'), '');
    expect(placeReport(join(directory, 'data'), 0).findings[0]).toMatchObject({ level: 'failure' });
    mkdirSync(join(directory, 'x'));
    expect(placeReport(join(directory, 'data', 'below'), 0).findings[0]?.seen).toContain('is no directory');
  });

  it('with less room than the settings want is said, with the repair', () => {
    const room = placeReport(directory, Number.MAX_SAFE_INTEGER).findings.find(({ check }) => check === 'room');
    expect(room).toMatchObject({ level: 'warning', repair: expect.stringContaining('milepost retention') });
  });

  it.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'CIFS'],
    // As statfs says it where its numbers are signed.
    [0xff534d42 - 2 ** 32, 'CIFS'],
    [0x65735546, 'FUSE'],
  ])('on a network (%i) is warned of', (type, name) => {
    expect(diskFinding(directory, type)).toMatchObject({ level: 'warning', seen: expect.stringContaining(name) });
  });
});
