import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexByte, hexExcerpt, i16, i32, u16, u32 } from '../../../protocols/wire/bytes.ts';

test('integers read as Buffer reads them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 12 }), fc.nat(8), (array, offset) => {
      const bytes = Buffer.from(array);
      const at = Math.min(offset, bytes.length - 4);
      expect(u16(bytes, at)).toBe(bytes.readUInt16BE(at));
      expect(i16(bytes, at)).toBe(bytes.readInt16BE(at));
      expect(u32(bytes, at)).toBe(bytes.readUInt32BE(at));
      expect(i32(bytes, at)).toBe(bytes.readInt32BE(at));
    }),
  );
});

test('bytes for people are short', () => {
  expect(hexByte(0x8)).toBe('08');
  expect(hexExcerpt(Buffer.from('0102', 'hex'))).toBe('0102');
  expect(hexExcerpt(Buffer.alloc(30), 2)).toBe('0000... (30 bytes)');
});
