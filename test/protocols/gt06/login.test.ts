import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from '../../../protocols/gt06/decode.ts';
import { encodeLogin } from '../../../protocols/gt06/device.ts';
import { gt06 } from '../../../protocols/gt06/protocol.ts';

const IMEI = '123456789012345';

test.each([
  ['the vendor: +08:00', '78781101075253367890024270003201000512790d0a', 480],
  ['no zone', '78780d01012345678901234500018cdd0d0a', null],
  ['no checksum', '78780d010123456789012345010d0a', null],
])('the zone of a login: %s', (_, hex, minutes) => {
  expect(gt06.clockAheadMinutes(Buffer.from(hex, 'hex'))).toBe(minutes);
});

test('a zone that a device is set to comes out of its login', () => {
  fc.assert(
    fc.property(fc.integer({ min: -14 * 60, max: 14 * 60 }), (zoneMinutes) => {
      const login = encodeLogin(IMEI, 1, { type: 0x7000, zoneMinutes });
      expect(decode(login)).toMatchObject({ kind: 'login', imei: IMEI });
      expect(gt06.clockAheadMinutes(login)).toBe(zoneMinutes);
    }),
  );
});
