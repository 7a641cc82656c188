import { describe, expect, test } from 'vitest';
import { ANY_DEVICE, type DeviceProfile } from '../../../protocols/protocol.ts';
import { CODEC_12 } from '../../../protocols/teltonika/codecs.ts';
import { commands, encodeMessage, REQUEST } from '../../../protocols/teltonika/command.ts';
import { decode } from '../../../protocols/teltonika/decode.ts';
import { encodeCommandResponse, readCommandRequest } from '../../../protocols/teltonika/device.ts';

function encoded(text: string, profile: DeviceProfile = ANY_DEVICE): string {
  return commands.encode(text, 1, profile).toString('hex');
}

const IMEI = '352093081452251';

describe("commands are the vendor's and other servers' bytes", () => {
  test.each<[string, string, DeviceProfile, string]>([
    ['codec 12', 'getinfo', ANY_DEVICE, '000000000000000f0c010500000007676574696e666f0100004312'],
    [
      'with an argument',
      'setdigout 11',
      ANY_DEVICE,
      '00000000000000140c01050000000c7365746469676f7574203131010000bed5',
    ],
    [
      'codec 14, where the model says so',
      'getver',
      { model: 'FMB640 codec14', clockAheadMinutes: 0, imei: IMEI },
      '00000000000000160e01050000000e0352093081452251676574766572010000d2c1',
    ],
    [
      'codec 12 where the IMEI is not known: every device takes it',
      'getinfo',
      { model: 'FMB640 codec14', clockAheadMinutes: 0 },
      '000000000000000f0c010500000007676574696e666f0100004312',
    ],
    [
      'codec 12 where the model does not ask for 14',
      'getinfo',
      { model: 'FMB640', clockAheadMinutes: 0, imei: IMEI },
      '000000000000000f0c010500000007676574696e666f0100004312',
    ],
  ])('%s', (_, text, profile, hex) => {
    expect(encoded(text, profile)).toBe(hex);
  });

  test('bytes for a serial port', () => {
    const hex = encodeMessage(CODEC_12, REQUEST, Buffer.from('03030000000185e8', 'hex')).toString('hex');
    expect(hex).toBe('00000000000000100c01050000000803030000000185e8010000da8b');
  });
});

test.each(['', 'x'.repeat(513), 'ä'.repeat(257)])('a text of no or too many bytes is refused', (text) => {
  expect(() => encoded(text)).toThrow(RangeError);
});

test('the longest text goes out and comes back whole', () => {
  const text = 'x'.repeat(commands.textBytesMax);
  const frame = commands.encode(text, 1, ANY_DEVICE);
  expect(readCommandRequest(frame)).toEqual({ text, length: frame.length });
});

test('a simulated device reads a command and answers it', () => {
  const frame = commands.encode('getver', 7, ANY_DEVICE);
  expect(readCommandRequest(frame.subarray(0, -1))).toBeNull();
  expect(readCommandRequest(Buffer.concat([frame, Buffer.of(0xff)]))).toEqual({ text: 'getver', length: frame.length });
  const answer = decode(encodeCommandResponse('Ver:1'));
  expect(answer).toMatchObject({ kind: 'command_response', attributes: { result: 'Ver:1' }, commandId: null });
});

test.each<[string, boolean]>([
  ['not carried out: the IMEI is another', true],
  ['ERROR: parameter 99 does not exist', true],
  ['Unknown command', true],
  [' WARNING: not enough rights', true],
  ['DOUT1:1 Timeout:INFINITY', false],
  ['INI:2019/7/22 7:22 RTC:2019/7/22 7:53 RST:2 ERR:1 SR:0', false],
  ['Param ID:2004 Value:error.example.org', false],
])("'%s' is a refusal: %s", (result, isRefusal) => {
  expect(commands.isRefusal(result, ANY_DEVICE)).toBe(isRefusal);
});
