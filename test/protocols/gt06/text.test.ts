import { expect, test } from 'vitest';
import { decode } from '../../../protocols/gt06/decode.ts';
import { encodeCommandAnswer } from '../../../protocols/gt06/device.ts';
import { encodeFrame } from '../../../protocols/gt06/envelope.ts';
import type { DeviceProfile } from '../../../protocols/protocol.ts';
import { plain } from '../kit.ts';

const FLAG = '0001a958';

function answerOf(frame: Buffer) {
  const decoded = decode(frame);
  if (decoded.kind !== 'command_response') throw new Error(decoded.kind);
  return decoded;
}

function frameOf(type: number, bodyHex: string, form: 'short' | 'long' = 'short'): Buffer {
  return encodeFrame(type, Buffer.from(bodyHex, 'hex'), 1, form);
}

test.each([
  ['the length counts flag and text', `0a${FLAG}${hex('status')}0002`, 'status'],
  ['a length of 0: to the padding', `00${FLAG}${hex('status')}00000000`, 'status'],
  ['a length beyond the end: to the end', `ff${FLAG}${hex('status')}`, 'status'],
  ['a length within the flag: to the end', `02${FLAG}${hex('status')}`, 'status'],
  ['no text', `04${FLAG}`, ''],
  ['bytes that are no text', `06${FLAG}01ff`, '01ff'],
])('counted text: %s', (_, body, text) => {
  const { attributes, commandId } = answerOf(frameOf(0x15, body));
  expect([attributes, commandId]).toEqual([{ result: text, commandFlag: FLAG }, 0x1a958]);
});

test.each([
  ['ASCII', `${FLAG}01${hex('OK')}`, 'OK'],
  ['UTF-16', `${FLAG}02004f004b`, 'OK'],
  ['UTF-16 of an odd length is no text', `${FLAG}02004f00`, '004f00'],
  ['nothing', `${FLAG}01`, ''],
])('encoded text: %s', (_, body, text) => {
  const { attributes, commandId } = answerOf(frameOf(0x21, body, 'long'));
  expect([attributes, commandId]).toEqual([{ result: text, commandFlag: FLAG }, 0x1a958]);
});

test('a device that does not repeat the number of a command says none', () => {
  expect(answerOf(encodeCommandAnswer(Buffer.alloc(4), 'OK', 1)).commandId).toBeNull();
});

test('bodies without room for a flag are no text', () => {
  expect(decode(frameOf(0x15, '040001'))).toMatchObject({ kind: 'malformed', code: 'bad_length' });
  expect(decode(frameOf(0x21, '0001a958', 'long'))).toMatchObject({ kind: 'malformed', code: 'bad_length' });
});

const position = (text: string, profile?: DeviceProfile) => {
  const decoded = decode(encodeCommandAnswer(Buffer.from(FLAG, 'hex'), text, 1), profile);
  return decoded.kind === 'malformed' ? undefined : decoded.records[0];
};
const AT = 'Current position!Lat:S23.5,Lon:W114.25,Course:12.5,Speed:60.00,DateTime:2016-04-25 09:45:07';

test('an answer may carry a fix, in either hemisphere', () => {
  expect(plain(position(AT)!)).toMatchObject({
    timeMs: Date.UTC(2016, 3, 25, 9, 45, 7),
    latDeg: -23.5,
    lonDeg: -114.25,
    courseDeg: 12.5,
    speedKmh: 60,
    hasPosition: true,
    flags: null,
  });
});

test.each([
  ['no position', 'DYD=Success!'],
  ['no hemisphere', AT.replace('S23', '23')],
  ['no time', AT.slice(0, 60)],
  ['a number that never ends', AT.replace('23.5', '2'.repeat(5_000))],
])('%s: no fix', (_, text) => {
  expect(position(text)).toBeUndefined();
});

test('an impossible date is evidence of nothing', () => {
  expect(position(AT.replace('-04-', '-00-'))?.timeMs).toBe(0);
});

test("the clock of a fix in words is the device's", () => {
  const profile = { model: null, clockAheadMinutes: 480 };
  expect(position(AT, profile)?.timeMs).toBe(Date.UTC(2016, 3, 25, 1, 45, 7));
  expect(position(AT.replace('-04-', '-00-'), profile)?.timeMs).toBe(0);
});

test('the identity of a fix in words leaves out serial and checksum', () => {
  const [first, again] = [1, 2].map((serial) => {
    const decoded = decode(encodeCommandAnswer(Buffer.from(FLAG, 'hex'), AT, serial));
    if (decoded.kind !== 'command_response') throw new Error(decoded.kind);
    return plain(decoded.records[0]!);
  });
  expect(again).toEqual(first);
  expect(first?.attributes).toEqual({ result: AT, commandFlag: FLAG });
});

test('an identifier announced as an answer is named', () => {
  const text = '<ICCID:89440000000000000001>';
  const body = Buffer.concat([Buffer.from(`20${FLAG}`, 'hex'), Buffer.from(text)]);
  const decoded = decode(encodeFrame(0x15, body, 1));
  expect(decoded).toMatchObject({ attributes: { iccid: '89440000000000000001', result: text } });
});

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}
