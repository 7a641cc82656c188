import { expect, test } from 'vitest';
import {
  encodeHeartbeat,
  encodeLocation,
  encodeLogin,
  encodeTimeRequest,
  readAnswer,
} from '../../../protocols/gt06/device.ts';

test("the vendor's examples are written byte for byte", () => {
  expect(encodeLogin('123456789012345', 1).toString('hex')).toBe('78780d01012345678901234500018cdd0d0a');
  expect(encodeTimeRequest(6).toString('hex')).toBe('7878058a000688290d0a');
  const position = {
    timeMs: Date.UTC(2011, 7, 29, 17, 46, 16),
    latDeg: 23.1116683,
    lonDeg: 114.409285,
    satellites: 15,
    speedKmh: 0,
    courseDeg: 143,
  };
  const cell = { mcc: 460, mnc: 0, lac: 10365, cid: 8120 };
  expect(encodeLocation(position, 3, cell).toString('hex')).toBe(
    '78781f120b081d112e10cf027ac7eb0c46584900148f01cc00287d001fb8000380810d0a',
  );
});

test('serials wrap', () => {
  expect(encodeHeartbeat({ voltageLevel: 6, gsm: 4 }, 65_536 + 5).readUInt16BE(9)).toBe(5);
});

test('answers are read', () => {
  expect(readAnswer(Buffer.from('787805010001d9dc0d0a', 'hex'))).toEqual({
    type: 1,
    serial: 1,
    content: Buffer.alloc(0),
  });
  const time = readAnswer(Buffer.from('78780b8a0f0c1d0000150006f0860d0a', 'hex'));
  expect([time.type, time.serial, time.content.toString('hex')]).toEqual([0x8a, 6, '0f0c1d000015']);
});
