import { expect, test } from 'vitest';
import { FRAME_BYTES_MAX } from '../../../protocols/h02/frame.ts';
import { h02 } from '../../../protocols/h02/protocol.ts';
import { Inbox } from '../../../protocols/wire/inbox.ts';

const TEXT = Buffer.from('*HQ,4210051415,V1,164549,A,0956.3869,N,08406.7068,W,000.00,000,221215,FFFFFBFF#');
const SHORT = Buffer.from('2441060116601245431311165035313006004318210e000000fffffbffff0024', 'hex');
const LONG = Buffer.from(
  '24410600082621532131081504419390060740418306000000fffffbfdff0015060000002c02dc0c000000001f',
  'hex',
);

/** Lengths of the frames, and -length of what is skipped. */
function lengths(bytes: Buffer, isOver = true): number[] {
  const inbox = new Inbox(65_536);
  inbox.push(bytes);
  const found: number[] = [];
  for (let unit = inbox.next(h02, isOver); unit !== null; unit = inbox.next(h02, isOver)) {
    if (unit.kind === 'lost') throw new Error(unit.message);
    found.push(unit.kind === 'frame' ? unit.frame.length : -unit.bytes.length);
  }
  return found;
}

test.each<[string, Buffer[], number[]]>([
  ['a text', [TEXT], [79]],
  ['a text with its line end', [TEXT, Buffer.from('\r\n'), TEXT], [81, 79]],
  ['a short binary frame', [SHORT], [32]],
  ['a long binary frame', [LONG], [45]],
  ['short, long, text, short', [SHORT, LONG, TEXT, SHORT], [32, 45, 79, 32]],
  ['long, long', [LONG, LONG], [45, 45]],
  ['a text that breaks off before the next', [TEXT.subarray(0, 20), TEXT], [-20, 79]],
  ['a text that breaks off before a binary frame', [TEXT.subarray(0, 20), Buffer.of(1), SHORT], [-21, 32]],
  ['a binary frame of unknown length before nothing', [SHORT, Buffer.alloc(7)], [32, -7]],
  ['line ends and nothing else', [Buffer.from('\r\n\r\n')], [-4]],
])('%s', (_, parts, expected) => {
  expect(lengths(Buffer.concat(parts))).toEqual(expected);
});

test('the end of a binary frame is in doubt until another one follows or the line is quiet', () => {
  expect(lengths(SHORT, false)).toEqual([]);
  expect(lengths(Buffer.concat([SHORT, LONG]), false)).toEqual([32]);
  expect(lengths(LONG.subarray(0, 40), false)).toEqual([]);
});

test('half a frame is none, however quiet the line', () => {
  expect(lengths(SHORT.subarray(0, 31))).toEqual([]);
  expect(lengths(TEXT.subarray(0, -1))).toEqual([]);
});

test('a text without an end is given up at the limit', () => {
  const endless = Buffer.concat([TEXT.subarray(0, -1), Buffer.alloc(FRAME_BYTES_MAX, 0x31)]);
  expect(lengths(endless, false)).toEqual([-endless.length]);
});
