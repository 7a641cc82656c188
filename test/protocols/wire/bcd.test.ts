import { expect, test } from 'vitest';
import { readBcd, writeBcd } from '../../../protocols/wire/bcd.ts';

test('digits go there and back', () => {
  const packed = writeBcd('0123456789012345');
  expect(packed.toString('hex')).toBe('0123456789012345');
  expect(readBcd(packed, 0, packed.length)).toBe('0123456789012345');
  expect(readBcd(packed, 1, 3)).toBe('2345');
});

test.each(['a0', '0a', 'ff'])('%s is no pair of digits', (hex) => {
  expect(readBcd(Buffer.from(hex, 'hex'), 0, 1)).toBeNull();
});

test.each(['123', '12a4', ''])("'%s' is not packed", (digits) => {
  expect(() => writeBcd(digits)).toThrow(RangeError);
});
