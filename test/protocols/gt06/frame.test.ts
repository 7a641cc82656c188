import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../../protocols/gt06/envelope.ts';
import { frame, recognise } from '../../../protocols/gt06/frame.ts';

const HEARTBEAT = '78780a134004040001000fdcee0d0a';
/** Length 08 where 0a is right. */
const LYING = '7878081340040400010001aaaa0d0a';
const TIME = '7878058a000688290d0a';

function framed(hex: string, isOver = false) {
  const bytes = Buffer.from(hex, 'hex');
  return frame(bytes, 0, bytes.length, isOver);
}

function frameTo(end: number) {
  return { kind: 'frame', start: 0, end };
}

function junkTo(end: number) {
  return { kind: 'junk', start: 0, end, code: 'junk' };
}

test.each([
  ['nothing', '', { kind: 'wait', needed: 1 }],
  ['half a header', '78', { kind: 'wait', needed: 4 }],
  ['a header', '7878', { kind: 'wait', needed: 4 }],
  ['a short frame', HEARTBEAT, frameTo(15)],
  ['half a short frame', HEARTBEAT.slice(0, 16), { kind: 'wait', needed: 15 }],
  ['two frames', HEARTBEAT + TIME, frameTo(15)],
  ['half a long frame', '79790100', { kind: 'wait', needed: 262 }],
  ['the longest frame there may be', '79791ffa', { kind: 'wait', needed: 8192 }],
  ['a longer one is no frame', '79791ffb', junkTo(4)],
  ['noise', 'a1b2c3', junkTo(3)],
  ['noise before a frame', `a1b2c3${TIME}`, junkTo(3)],
  ['noise that ends like a header', 'a1b2c378', junkTo(3)],
])('%s', (_, hex, framing) => {
  expect(framed(hex)).toEqual(framing);
});

describe('the dialect without checksums is not waited for', () => {
  const LOGIN = '78780d010123456789012345010d0a';
  const STATUS = '7878071351020819640d0a';
  test.each([
    ['a login', LOGIN, frameTo(15)],
    ['half a login', LOGIN.slice(0, 16), { kind: 'wait', needed: 15 }],
    ['a login, and half of the next header', `${LOGIN}78`, frameTo(15)],
    ['a login, and the next frame', LOGIN + STATUS, frameTo(15)],
    [
      'a login of the usual kind, cut where the other would end',
      '78780d010123456789012345000118',
      { kind: 'wait', needed: 18 },
    ],
    ['a status', STATUS, frameTo(11)],
    ['half a status', STATUS.slice(0, 12), { kind: 'wait', needed: 11 }],
    ['a heartbeat', '787801080d0a', frameTo(6)],
  ])('%s', (_, hex, framing) => {
    expect(framed(hex)).toEqual(framing);
  });
});

describe('a length that lies', () => {
  test.each([
    ['too short: the stop bytes at the end decide', LYING, frameTo(15)],
    ['too short: the stop bytes before the next header decide', LYING + TIME, frameTo(15)],
    ['too short: half of the next header is enough', `${LYING}78`, frameTo(15)],
    ['too short, stop bytes not there yet', LYING.slice(0, -4), { kind: 'wait', needed: 14 }],
    ['too long, and another frame is there', `${HEARTBEAT.replace('0a13', '0f13')}${TIME}`, frameTo(15)],
    ['a frame that never ended, before a sound one', `${HEARTBEAT.slice(0, 20)}${TIME}${TIME}`, junkTo(10)],
    ['stop bytes inside do not end it', LYING.replace('0404', '0d0a'), frameTo(15)],
    ['no end within reach', `787800${'55'.repeat(400)}`, junkTo(300)],
  ])('%s', (_, hex, framing) => {
    expect(framed(hex)).toEqual(framing);
  });

  test('too long, and nothing more comes: what ends in stop bytes is a frame', () => {
    const login = '78780f010123456789012345010d0a';
    expect(framed(login)).toEqual({ kind: 'wait', needed: 20 });
    expect(framed(login, true)).toEqual(frameTo(15));
  });
});

test('header and stop bytes inside a body are body', () => {
  const bytes = encodeFrame(0x12, Buffer.from('78780d0a78780d0a0d0a7979', 'hex'), 0x0d0a);
  for (let end = 1; end < bytes.length; end++) expect(frame(bytes, 0, end).kind, `${end} bytes`).toBe('wait');
  expect(frame(bytes, 0, bytes.length)).toEqual(frameTo(bytes.length));
});

test.each([
  ['', 'more'],
  ['78', 'more'],
  ['79', 'more'],
  ['7878', 'yes'],
  ['7979', 'yes'],
  ['7879', 'no'],
  ['00', 'no'],
])("a stream that begins with '%s': %s", (hex, verdict) => {
  expect(recognise(Buffer.from(hex, 'hex'))).toBe(verdict);
});
