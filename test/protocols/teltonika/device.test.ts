import { expect, test } from 'vitest';
import { encodeLogin, encodePing, encodeRecords, readAnswer } from '../../../protocols/teltonika/device.ts';

test("the vendor's examples are written byte for byte", () => {
  expect(encodeLogin('356307042441013').toString('hex')).toBe('000f333536333037303432343431303133');
  expect(encodePing().toString('hex')).toBe('ff');
  const none = { latDeg: 0, lonDeg: 0, satellites: 0, speedKmh: 0, priority: 1, event: 1 };
  const two = [
    { ...none, timeMs: Date.UTC(2019, 5, 10, 10, 1, 1), io: [{ id: 1, bytes: 1 as const, value: 0 }] },
    { ...none, timeMs: Date.UTC(2019, 5, 10, 10, 1, 19), io: [{ id: 1, bytes: 1 as const, value: 1 }] },
  ];
  expect(encodeRecords(0x08, two).toString('hex')).toBe(
    '000000000000004308020000016b40d57b480100000000000000000000000000000001010101000000000000016b40d5c198010000000000000000000000000000000101010101000000020000252c',
  );
});

test.each([
  ['login', '', null],
  ['login', '01', { answer: { kind: 'accepted' }, length: 1 }],
  ['login', '00', { answer: { kind: 'refused' }, length: 1 }],
  ['records', '000000', null],
  ['records', '00000003', { answer: { kind: 'acknowledged', records: 3 }, length: 4 }],
  ['records', '0000000301', { answer: { kind: 'acknowledged', records: 3 }, length: 4 }],
] as const)("after a %s, '%s' is understood", (awaited, hex, answer) => {
  expect(readAnswer(Buffer.from(hex, 'hex'), awaited)).toEqual(answer);
});
