import { describe, expect, test } from 'vitest';
import { frame, recognise } from '../../../protocols/teltonika/frame.ts';

function framed(hex: string) {
  const bytes = Buffer.from(hex, 'hex');
  return frame(bytes, 0, bytes.length);
}

describe('the first bytes tell what comes', () => {
  test.each([
    ['a ping', 'ff00', { kind: 'frame', start: 0, end: 1 }],
    ['a login', '000f333536333037303432343431303133ff', { kind: 'frame', start: 0, end: 17 }],
    ['half a login', '000f3335', { kind: 'wait', needed: 17 }],
    ['one zero', '00', { kind: 'wait', needed: 2 }],
    ['half a preamble', '000000', { kind: 'wait', needed: 8 }],
    ['a preamble and a length', '0000000000000036', { kind: 'wait', needed: 66 }],
    ['the largest data field', '0000000000002000', { kind: 'wait', needed: 8204 }],
    ['a binary login of the right length', `000f${'01'.repeat(15)}`, { kind: 'frame', start: 0, end: 17 }],
    ['a login of 14 characters', '000e3335363330373034323434313031', { kind: 'frame', start: 0, end: 16 }],
  ])('%s', (_, hex, framing) => {
    expect(framed(hex)).toEqual(framing);
  });
});

describe('out of step, it goes on at the next certain beginning', () => {
  test.each([
    ['noise to the end', 'a1b2c3', 3],
    ['noise before a login', 'a1b2c3000f333536333037303432343431303133', 3],
    ['noise before half a login', 'a1b2c3000f33', 3],
    ['noise before a preamble', 'a1b2c3000000000000003608', 3],
    ['noise that ends like a beginning', 'a1b2c300', 3],
    ['a wrong preamble', '0000010203', 5],
    ['a login of 18 characters', `0012${'33'.repeat(18)}`, 20],
    ['a login that is no text', '0005010203040506', 8],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1').toString('hex'), 14],
  ])('%s', (_, hex, end) => {
    expect(framed(hex)).toEqual({ kind: 'junk', start: 0, end, code: 'junk' });
  });
});

test.each(['0000000000002001', '00000000ffffffff'])('%s: a data field that long is given up at once', (hex) => {
  expect(framed(hex)).toMatchObject({ kind: 'lost', code: 'too_long' });
});

test('it looks at nothing beyond the end it is given', () => {
  const bytes = Buffer.from('ff000f333536333037303432343431303133', 'hex');
  expect(frame(bytes, 1, 10)).toEqual({ kind: 'wait', needed: 17 });
  expect(frame(bytes, 1, 18)).toEqual({ kind: 'frame', start: 1, end: 18 });
  expect(frame(bytes, 18, 18)).toEqual({ kind: 'wait', needed: 1 });
});

test.each([
  ['', 'more'],
  ['ff', 'yes'],
  ['ff00', 'more'],
  ['000f33', 'yes'],
  ['000f01', 'no'],
  ['00000000', 'more'],
  ['0000000000000036', 'yes'],
  ['0000000000000000', 'no'],
  ['7878', 'no'],
])("a stream that begins with '%s': %s", (hex, verdict) => {
  expect(recognise(Buffer.from(hex, 'hex'))).toBe(verdict);
});
