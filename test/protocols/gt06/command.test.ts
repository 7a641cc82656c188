import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commands, encodeCommand } from '../../../protocols/gt06/command.ts';
import { decode } from '../../../protocols/gt06/decode.ts';
import { encodeCommandAnswer, encodeOldCommandAnswer, readCommand } from '../../../protocols/gt06/device.ts';
import { frame } from '../../../protocols/gt06/frame.ts';
import { ANY_DEVICE } from '../../../protocols/protocol.ts';

test.each([
  ['Relay,1#', 0, 0, '787812800c0000000052656c61792c312300009dee0d0a'],
  ['DYD,000000#', 0x1a958, 0xa0, '787815800f0001a9584459442c3030303030302300a0dcf10d0a'],
  ['sos#', 0, 1, '78780e800800000000736f732300016d6a0d0a'],
])('%s is written as the vendor writes it', (text, flag, serial, hex) => {
  expect(encodeCommand(text, flag, serial).toString('hex')).toBe(hex);
});

test.each([1, 0x1a958, 0xffff_ffff])('the number %i comes back in either form of the answer', (id) => {
  const heard = readCommand(commands.encode('STATUS#', id, ANY_DEVICE));
  expect(heard?.text).toBe('STATUS#');
  for (const encode of [encodeCommandAnswer, encodeOldCommandAnswer]) {
    expect(decode(encode(heard!.flag, 'OK!', 9))).toMatchObject({
      kind: 'command_response',
      commandId: id,
      attributes: { result: 'OK!' },
    });
  }
});

test('any text that fits is one frame, which says it', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: commands.textBytesMax }),
      fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      (text, id) => {
        const bytes = commands.encode(text, id, ANY_DEVICE);
        expect(frame(bytes, 0, bytes.length)).toEqual({ kind: 'frame', start: 0, end: bytes.length });
        expect(readCommand(bytes)?.text).toBe(text);
      },
    ),
  );
});

test.each([
  ['nothing', ''],
  ['a byte too many', 'x'.repeat(commands.textBytesMax + 1)],
  ['more bytes than letters', '\u00e9'.repeat(commands.textBytesMax / 2 + 1)],
])('%s is no command', (_, text) => {
  expect(() => commands.encode(text, 1, ANY_DEVICE)).toThrow(RangeError);
});

test('what is no command is not heard as one', () => {
  expect(readCommand(Buffer.from('787805010001d9dc0d0a', 'hex'))).toBeNull();
  expect(readCommand(Buffer.from('787805800001d9dc0d0a', 'hex'))).toBeNull();
});

test.each([
  ['DYD=Success!', false],
  ['Cut off the fuel supply: Success!', false],
  ['OK', false],
  ['IMEI:123456789012345;TIMER:10,60', false],
  ['', false],
  ['Battery:5.56V,NORMAL; GPS:OFF;', false],
  ['Already in the state of fuel supply cut off, the command is not running!', true],
  ['DYD=Unvalued Fix', true],
  ['DYD=Speed Limit, Speed 40km/h', true],
  ['HFYD=Fail!', true],
  ['Command error!', true],
  ['ERROR:102', true],
  ['Wrong password!', true],
])("'%s': refused is %s", (result, isRefused) => {
  expect(commands.isRefusal(result, ANY_DEVICE)).toBe(isRefused);
});
