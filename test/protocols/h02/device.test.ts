import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../protocols/h02/decode.ts';
import { encodeBinary, encodeConfirmation, encodeHeartbeat, encodeText } from '../../../protocols/h02/device.ts';
import { h02 } from '../../../protocols/h02/protocol.ts';
import { readSentence } from '../../../protocols/h02/sentence.ts';

const ID = '4210051415';
const POSITIONS = fc.record({
  timeMs: fc.integer({ min: Date.UTC(2005, 0) / 1000, max: Date.UTC(2099, 0) / 1000 }).map((s) => s * 1000),
  latDeg: fc.double({ min: -90, max: 90, noNaN: true }),
  lonDeg: fc.double({ min: -180, max: 180, noNaN: true }),
  speedKnots: fc.integer({ min: 0, max: 500 }),
  courseDeg: fc.integer({ min: 0, max: 359 }),
  status: fc.integer({ min: 0, max: 0xffffffff }),
});

describe.each([
  ['text', encodeText],
  ['binary', encodeBinary],
] as const)('a position in %s', (_, encode) => {
  test('is read as it was meant, in the resolution of the wire', () => {
    fc.assert(
      fc.property(POSITIONS, (position) => {
        const frame = encode(ID, position);
        expect(h02.frame(frame, 0, frame.length, true)).toEqual({ kind: 'frame', start: 0, end: frame.length });
        const decoded = decode(frame);
        if (decoded.kind === 'malformed') throw new Error(decoded.message);
        const [record] = decoded.records;
        expect(decoded.imei).toBe(ID);
        expect(record).toMatchObject({
          timeMs: position.timeMs,
          courseDeg: position.courseDeg,
          flags: position.status,
        });
        expect(record?.latDeg).toBeCloseTo(position.latDeg, 5);
        expect(record?.lonDeg).toBeCloseTo(position.lonDeg, 5);
        expect(record?.speedKmh).toBeCloseTo(position.speedKnots * 1.852, 1);
      }),
    );
  });

  test('is the same record when it comes again, and another one a second later', () => {
    const position = { timeMs: Date.UTC(2026, 4, 1), latDeg: 1, lonDeg: 2, speedKnots: 3, courseDeg: 4 };
    const [once, again, later] = [position, position, { ...position, timeMs: position.timeMs + 1000 }].map(
      (each, i) => {
        const decoded = decode(encode === encodeBinary ? encodeBinary(ID, each, i) : encode(ID, each));
        if (decoded.kind === 'malformed') throw new Error(decoded.message);
        return Buffer.from(decoded.records[0]!.content).toString('hex');
      },
    );
    expect(again).toBe(once);
    expect(later).not.toBe(once);
  });
});

test('a heartbeat carries the battery', () => {
  expect(decode(encodeHeartbeat(ID, 84))).toMatchObject({
    kind: 'heartbeat',
    imei: ID,
    attributes: { batteryLevel: 84 },
  });
});

test('a confirmation answers a command of ours', () => {
  const command = readSentence(h02.commands.encode('S20,1,1', 7, { model: null, clockAheadMinutes: 0, imei: ID }))!;
  const position = { timeMs: Date.UTC(2026, 4, 1), latDeg: 1, lonDeg: 2, speedKnots: 3, courseDeg: 4 };
  const decoded = decode(encodeConfirmation(ID, command, 'DONE', position));
  expect(decoded).toMatchObject({ kind: 'command_response', imei: ID, attributes: { result: 'S20,DONE' } });
  expect(decoded.kind !== 'malformed' && decoded.records).toHaveLength(1);
});
