import { describe, expect, test } from 'vitest';
import { decode } from '../../../protocols/gt06/decode.ts';
import { encodeFrame } from '../../../protocols/gt06/envelope.ts';
import { refusal, reply } from '../../../protocols/gt06/reply.ts';

const GPS = '0b081d112e10cf027ac7eb0c46584900148f';
const LOGIN = '0123456789012345';

function answer(type: number, bodyHex: string, serial: number, form: 'short' | 'long' = 'short'): string | null {
  const frame = encodeFrame(type, Buffer.from(bodyHex, 'hex'), serial, form);
  return reply(frame, decode(frame), { nowMs: Date.UTC(2015, 11, 29, 0, 0, 21) })?.toString('hex') ?? null;
}

test.each<[string, number, string, number, string | null]>([
  ['login', 0x01, LOGIN, 0x0001, '787805010001d9dc0d0a'],
  ['login again, another serial', 0x01, LOGIN, 0x0005, '7878050100059ff80d0a'],
  ['heartbeat', 0x13, '4004040001', 0x0011, '787805130011f9700d0a'],
  ['heartbeat', 0x13, '4004040001', 0x0100, '787805130100e1a00d0a'],
  ['alarm in UTC', 0x26, GPS, 0x001c, '78780526001c9d860d0a'],
  ['alarm', 0x16, GPS, 0x0036, '78780516003695700d0a'],
  ['location', 0x12, GPS, 0x0003, '787805120003903f0d0a'],
  ['time request', 0x8a, '', 0x0006, '78780b8a0f0c1d0000150006f0860d0a'],
])('%s (type %i) is answered byte for byte', (_, type, body, serial, expected) => {
  expect(answer(type, body, serial)).toBe(expected);
});

test.each([0x19, 0x1f, 0x23, 0x27, 0x36, 0x40, 0x95, 0xa3, 0xa4, 0xa5])(
  'type %i is answered whatever can be read of it',
  (type) => {
    expect(answer(type, '0102', 1)).toMatch(new RegExp(`^787805${type.toString(16)}0001....0d0a$`));
  },
);

test.each([0x10, 0x18, 0x28, 0x2d, 0xa0, 0x14, 0x15, 0x80, 0xa1, 0x94])('type %i is not answered', (type) => {
  expect(answer(type, '0500000000', 1)).toBeNull();
});

test.each([
  [0x41, /^79790005410001....0d0a$/],
  [0x32, /^79790005320001....0d0a$/],
  [0x70, /^787805700001....0d0a$/],
])('long type %i is answered in its form', (type, expected) => {
  expect(answer(type, '0102', 1, 'long')).toMatch(expected);
});

test('the same number in the long form may be another message', () => {
  expect(answer(0x27, '0102', 1, 'long')).toBeNull();
});

test('who asks for the address of a place is told that there is none', () => {
  const text = Buffer.from('NA&&NA&&0##').toString('hex');
  expect(answer(0x2a, `${GPS}${'00'.repeat(23)}`, 1)).toMatch(new RegExp(`^79790015970b00000000${text}0001....0d0a$`));
});

test('who may not come in is met with silence', () => {
  expect(refusal(encodeFrame(0x01, Buffer.from(LOGIN, 'hex'), 1))).toBeNull();
});

describe('the dialect without checksums', () => {
  const nowMs = Date.UTC(2026, 4, 4, 8, 9, 16);
  const time = '7878073007ea05040809100d0a';
  const answerTo = (hex: string) => {
    const frame = Buffer.from(hex, 'hex');
    return reply(frame, decode(frame), { nowMs })?.toString('hex') ?? null;
  };

  test.each([
    ['login', '78780d010123456789012345010d0a', `78780d01010d0a${time}`],
    ['time request', '787801300d0a', time],
    ['heartbeat', '787801080d0a', '787801080d0a'],
    ['status', '7878071351020819640d0a', '7878071351020819640d0a'],
    ['position', '787812101a050408091099059480900077caac32147b0d0a', '787812101a05040809100d0a'],
    ['Wi-Fi', '787800692605040809160100cc080201fde83e0d0a', '787800692605040809160d0a'],
  ])('%s', (_, hex, expected) => {
    expect(answerTo(hex)).toBe(expected);
  });

  test('its login is refused with a word', () => {
    expect(refusal(Buffer.from('78780d010123456789012345010d0a', 'hex'))?.toString('hex')).toBe('78780d01440d0a');
  });
});
