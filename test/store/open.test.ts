import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { DATABASE_FILE, DataDirectoryError } from '../../src/store/directory.ts';
import { openKeys, openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/schema.ts';
import { batch, T0, testDirectory, tracker } from './kit.ts';

const KEY = '0123456789abcdef0123456789abcdef';

function refusalOf(open: () => unknown): DataDirectoryError {
  try {
    open();
  } catch (error) {
    if (error instanceof DataDirectoryError) return error;
    throw error;
  }
  throw new Error('it opened');
}

describe('openStore', () => {
  it('creates the directory with its parents and finds its data again', () => {
    const directory = join(testDirectory(), 'a', 'b');
    const first = openStore({ directory });
    first.append(batch({ rows: { trackers: [tracker(1)] } }));
    first.close();
    const second = openStore({ directory });
    expect(second.recover().trackers).toEqual([tracker(1)]);
    second.close();
  });

  it('is refused while another holds the directory, and let in afterwards', () => {
    const directory = testDirectory();
    const first = openStore({ directory });
    const refusal = refusalOf(() => openStore({ directory }));
    expect(refusal.code).toBe('locked');
    expect(refusal.message).toContain(directory);
    expect(refusal.message).not.toContain('\n');
    first.close();
    openStore({ directory }).close();
  });

  it('keeps the lock through a refused second opening', () => {
    const directory = testDirectory();
    const first = openStore({ directory });
    refusalOf(() => openStore({ directory }));
    expect(refusalOf(() => openStore({ directory })).code).toBe('locked');
    first.close();
  });

  it.each([
    ['a file where the directory should be', (path: string) => writeFileSync(path, '')],
    [
      'a directory where the database should be',
      (path: string) => mkdirSync(join(path, DATABASE_FILE), { recursive: true }),
    ],
    ['a directory where the lock should be', (path: string) => mkdirSync(join(path, 'lock.db'), { recursive: true })],
  ])('says not_writable for %s', (_, obstruct) => {
    const directory = join(testDirectory(), 'data');
    obstruct(directory);
    expect(refusalOf(() => openStore({ directory })).code).toBe('not_writable');
  });

  it('says damaged for a file that is no database', () => {
    const directory = testDirectory();
    writeFileSync(join(directory, DATABASE_FILE), 'not a database, but long enough to be looked at'.repeat(20));
    expect(refusalOf(() => openStore({ directory })).code).toBe('damaged');
  });

  it('refuses a newer schema naming both versions, leaves it alone and releases the lock', () => {
    const directory = testDirectory();
    openStore({ directory }).close();
    const db = new Database(join(directory, DATABASE_FILE));
    db.pragma('user_version = 99');
    for (let i = 0; i < 2; i++) {
      const refusal = refusalOf(() => openStore({ directory }));
      expect(refusal.code).toBe('newer_version');
      expect(refusal.message).toContain(`version 99, this Milepost knows up to ${MIGRATIONS.length}`);
    }
    expect(db.pragma('user_version', { simple: true })).toBe(99);
    db.close();
  });
});

describe('openKeys', () => {
  it('works on a directory that does not exist yet', () => {
    const directory = join(testDirectory(), 'new');
    const first = openKeys(directory);
    first.keys.create('ci', KEY, ['*'], T0, null);
    first.close();
    const store = openStore({ directory });
    expect(store.keys.find(KEY, T0)?.name).toBe('ci');
    store.close();
  });

  it('works beside a running gateway, which sees every change at once', () => {
    const directory = testDirectory();
    const store = openStore({ directory });
    const { keys, close } = openKeys(directory);
    keys.create('ci', KEY, ['*'], T0, null);
    expect(store.keys.find(KEY, T0)).not.toBeNull();
    keys.revoke('ci', T0);
    expect(store.keys.find(KEY, T0)).toBeNull();
    close();
    store.append(batch({ rows: { trackers: [tracker(1)] } }));
    store.close();
  });
});
