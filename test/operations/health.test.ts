/** Whose fault it is. */
import { expect, it } from 'vitest';
import { isStorageFailure } from '../../src/operations/health.ts';
import { StorageError } from '../../src/store/store.ts';

it.each([
  ['the store refused', new StorageError('SQLITE_FULL', 'disk full'), true],
  ['a bug', new TypeError('x is not a function'), false],
  ['something odd', 'SQLITE_FULL', false],
  ['nothing', undefined, false],
])('%s: storage is to blame: %s', (_name, error, isStorage) => {
  expect(isStorageFailure(error)).toBe(isStorage);
});
