import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { proveRoom } from '../../src/store/directory.ts';
import { StorageError } from '../../src/store/store.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-directory-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('room for a batch', () => {
  it('is proven without leaving anything behind', () => {
    proveRoom(directory);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('that cannot be proven is a storage failure with the reason of the system', () => {
    rmSync(directory, { recursive: true });
    expect(() => proveRoom(directory)).toThrow(StorageError);
    expect(() => proveRoom(directory)).toThrow(/1048576 bytes cannot be written \(ENOENT/);
  });
});
