import { expect, test } from 'vitest';
import { commands } from '../../../protocols/h02/command.ts';
import { decode } from '../../../protocols/h02/decode.ts';

const PROFILE = { model: null, clockAheadMinutes: 0, imei: '4210051415' };

test.each([
  ['S20,1,1', 1, '*HQ,4210051415,S20,000001,1,1#'],
  ['S71,22,20', 86_399, '*HQ,4210051415,S71,235959,22,20#'],
  ['R1', 86_401, '*HQ,4210051415,R1,000001#'],
])('%s with number %i', (text, id, frame) => {
  expect(commands.encode(text, id, PROFILE).toString('latin1')).toBe(frame);
  expect(decode(Buffer.from(frame))).toMatchObject({ kind: 'command', attributes: { command: text } });
});

test('a device whose number is not known is nobody', () => {
  const frame = commands.encode('S20,1,0', 1, { model: null, clockAheadMinutes: 0 });
  expect(frame.toString('latin1')).toBe('*HQ,0000000000,S20,000001,1,0#');
});

test.each([
  ['', 'command of 0 bytes: expected 1 to 200'],
  ['S'.repeat(201), 'command of 201 bytes: expected 1 to 200'],
  ['S20,1#*HQ,1,S20', 'expected a name such as S20, values behind it, no * or #'],
  ['S20,\r\n', 'expected a name'],
  [',1', 'expected a name'],
])('%j is refused', (text, reason) => {
  expect(() => commands.encode(text, 1, PROFILE)).toThrow(reason);
});

test.each([
  ['S20,DONE', false],
  ['S20,OK', false],
  ['S20,ERROR', true],
  ['S1,FAIL', true],
])('%s is a refusal: %s', (result, isRefusal) => {
  expect(commands.isRefusal(result, PROFILE)).toBe(isRefusal);
});
