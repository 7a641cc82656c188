/** Whose fault it is. */
import { expect, it } from 'vitest';
import { isStorageFailure } from '../../src/operations/health.ts';
import { StorageError } from '../../src/store/store.ts';

function sqliteError(code: string): Error {
  return Object.assign(new Error('from the driver'), { name: 'SqliteError', code });
}

it.each([
  ['the store refused', new StorageError('SQLITE_FULL', 'disk full'), true],
  ['a read failed', sqliteError('SQLITE_IOERR_READ'), true],
  ['the file is damaged', sqliteError('SQLITE_CORRUPT'), true],
  ['a statement of ours is wrong', sqliteError('SQLITE_ERROR'), false],
  ['a row of ours breaks a rule', sqliteError('SQLITE_CONSTRAINT_UNIQUE'), false],
  ['a bug', new TypeError('x is not a function'), false],
  ['something odd', 'SQLITE_FULL', false],
  ['nothing', undefined, false],
])('%s: storage is to blame: %s', (_name, error, isStorage) => {
  expect(isStorageFailure(error)).toBe(isStorage);
});
