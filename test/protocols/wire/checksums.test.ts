import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc16Ibm, crc16X25 } from '../../../protocols/wire/checksums.ts';

const CHECK = Buffer.from('123456789');

/** Bit by bit, as the definition says it. */
function bitwise(polynomial: number, init: number, xorout: number, bytes: Uint8Array): number {
  let crc = init;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ polynomial : crc >> 1;
  }
  return crc ^ xorout;
}

describe.each([
  { name: 'CRC-16/IBM', crc: crc16Ibm, check: 0xbb3d, polynomial: 0xa001, init: 0, xorout: 0 },
  { name: 'CRC-16/X.25', crc: crc16X25, check: 0x906e, polynomial: 0x8408, init: 0xffff, xorout: 0xffff },
])('$name', ({ crc, check, polynomial, init, xorout }) => {
  test('gives the published check value', () => {
    expect(crc(CHECK, 0, CHECK.length)).toBe(check);
  });

  test('gives what the definition gives, for any range of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), fc.nat(20), (bytes, before, after) => {
        const padded = Buffer.concat([Buffer.alloc(before, 0xaa), bytes, Buffer.alloc(after, 0x55)]);
        expect(crc(padded, before, before + bytes.length)).toBe(bitwise(polynomial, init, xorout, bytes));
      }),
    );
  });
});

test('the worked examples of both vendors come out', () => {
  const login = Buffer.from('0d0101234567890123450001', 'hex');
  expect(crc16X25(login, 0, login.length)).toBe(0x8cdd);
  const data =
    '08010000016b40d8ea30010000000000000000000000000000000105021503010101425e0f01f10000601a014e000000000000000001';
  expect(crc16Ibm(Buffer.from(data, 'hex'), 0, data.length / 2)).toBe(0xc7cf);
});
