import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHeartbeat } from '../../../protocols/gt06/device.ts';
import { gt06 } from '../../../protocols/gt06/protocol.ts';
import type { Protocol } from '../../../protocols/protocol.ts';
import { encodeLogin, encodeRecords } from '../../../protocols/teltonika/device.ts';
import { teltonika } from '../../../protocols/teltonika/protocol.ts';
import { Inbox } from '../../../protocols/wire/inbox.ts';

const RECORD = { timeMs: 1_700_000_000_000, latDeg: 52, lonDeg: 5, satellites: 9, speedKmh: 50 };
const TALKS: [Protocol, Buffer[]][] = [
  [
    teltonika,
    [
      encodeLogin('356307042441013'),
      Buffer.of(0xff),
      encodeRecords(0x08, [RECORD]),
      encodeRecords(0x8e, [RECORD, RECORD]),
    ],
  ],
  [gt06, [1, 2, 3, 0x0d0a].map((serial) => encodeHeartbeat({ voltageLevel: 6, gsm: 4 }, serial))],
];

/** The frames as they are when all is heard: a view of the buffer would have been written over. */
function frames(protocol: Protocol, chunks: readonly Buffer[], inbox = new Inbox(4096)): string[] {
  const found: Buffer[] = [];
  for (const chunk of chunks) {
    expect(inbox.push(chunk)).toBe(true);
    for (let unit = inbox.next(protocol); unit !== null; unit = inbox.next(protocol)) {
      if (unit.kind === 'frame') found.push(unit.frame);
    }
  }
  return found.map((frame) => frame.toString('hex'));
}

describe.each(TALKS.map(([protocol, talk]) => [protocol.name, protocol, talk] as const))('%s', (_, protocol, talk) => {
  test('any cutting of a talk gives the same frames', () => {
    const bytes = Buffer.concat([...talk, ...talk, ...talk]);
    const whole = [...talk, ...talk, ...talk].map((frame) => frame.toString('hex'));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 300 }), (lengths) => {
        const chunks: Buffer[] = [];
        let at = 0;
        for (const length of lengths) {
          chunks.push(bytes.subarray(at, at + length));
          at += length;
        }
        chunks.push(bytes.subarray(at));
        expect(frames(protocol, chunks)).toEqual(whole);
      }),
    );
  });

  test('a frame that was handed out stays as it was when the chunk is written over', () => {
    const inbox = new Inbox(4096);
    const chunk = Buffer.concat(talk);
    inbox.push(chunk);
    const unit = inbox.next(protocol);
    const waiting = inbox.waiting.toString('hex');
    chunk.fill(0xee);
    expect(unit?.kind === 'frame' && unit.frame.equals(talk[0]!)).toBe(true);
    expect(inbox.waiting.toString('hex')).toBe(waiting);
  });
});

test('what does not fit under the ceiling is not taken', () => {
  const inbox = new Inbox(10);
  expect(inbox.push(Buffer.alloc(8, 0x78))).toBe(true);
  expect(inbox.push(Buffer.alloc(3))).toBe(false);
  expect(inbox.size).toBe(8);
  expect(inbox.push(Buffer.alloc(2))).toBe(true);
});

test('the framer is not asked again before the bytes it wants are there', () => {
  let asked = 0;
  const counting: Protocol = {
    ...teltonika,
    frame: (bytes, offset, end) => {
      asked++;
      return teltonika.frame(bytes, offset, end);
    },
  };
  const frame = encodeRecords(
    0x08,
    Array.from({ length: 20 }, () => RECORD),
  );
  expect(
    frames(
      counting,
      [...frame].map((byte) => Buffer.of(byte)),
    ),
  ).toEqual([frame.toString('hex')]);
  expect(asked).toBeLessThan(8);
});

describe('a chunk that is given away', () => {
  const frame = encodeRecords(0x08, [RECORD]);

  test('is handed out in place when it is one frame', () => {
    const inbox = new Inbox(4096);
    const chunk = Buffer.from(frame);
    inbox.push(chunk, true);
    const unit = inbox.next(teltonika);
    expect(unit?.kind === 'frame' && unit.frame).toBe(chunk);
    expect(inbox.size).toBe(0);
  });

  test('is let go of as soon as it holds no whole frame', () => {
    const inbox = new Inbox(4096);
    // Not from Node's pool, so that its memory is its own.
    const chunk = Buffer.alloc(frame.length + 20);
    chunk.set([...frame, ...frame.subarray(0, 20)]);
    inbox.push(chunk, true);
    inbox.next(teltonika);
    expect(inbox.next(teltonika)).toBeNull();
    expect(inbox.waiting.buffer).not.toBe(chunk.buffer);
    expect(inbox.waiting).toEqual(frame.subarray(0, 20));
  });

  test('is never written to, whatever follows it', () => {
    const inbox = new Inbox(4096);
    const chunk = Buffer.concat([frame, frame.subarray(0, 20)]);
    const before = Buffer.from(chunk);
    inbox.push(chunk, true);
    inbox.push(frame.subarray(20));
    const found = [inbox.next(teltonika), inbox.next(teltonika)];
    expect(found.map((unit) => unit?.kind === 'frame' && unit.frame)).toEqual([frame, frame]);
    expect(chunk).toEqual(before);
  });
});
