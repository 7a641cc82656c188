/** The check digit of an IMEI. */
import { expect, it } from 'vitest';
import { luhnMismatch } from '../../src/operations/trackers.ts';

it.each([
  ['356307042441013', null],
  ['490154203237518', null],
  ['000000000000000', null],
  ['356307042441010', 3],
  ['490154203237519', 8],
])('%s calls for another digit: %s', (imei, expected) => {
  expect(luhnMismatch(imei)).toBe(expected);
});
