import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { storageError } from '../../src/store/appender.ts';
import { StorageError } from '../../src/store/store.ts';

it.each([
  ['SQLITE_FULL', true],
  ['SQLITE_IOERR_READ', true],
  ['SQLITE_CORRUPT', true],
  ['SQLITE_BUSY', true],
  ['SQLITE_ERROR', false],
  ['SQLITE_CONSTRAINT_UNIQUE', false],
])('%s is the disk speaking: %s', (code, isDisk) => {
  expect(storageError(new Database.SqliteError('said so', code)) instanceof StorageError).toBe(isDisk);
});

it('what is no word of SQLite passes as it is', () => {
  const bug = new TypeError('x is not a function');
  expect(storageError(bug)).toBe(bug);
});
