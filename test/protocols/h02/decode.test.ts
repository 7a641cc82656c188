import { describe, expect, test } from 'vitest';
import { decode } from '../../../protocols/h02/decode.ts';
import { encodeText } from '../../../protocols/h02/device.ts';
import { explain } from '../../../protocols/h02/explain.ts';
import { h02 } from '../../../protocols/h02/protocol.ts';
import { bytesOf, FIXTURES } from '../kit.ts';

const NOW = { nowMs: Date.UTC(2026, 4, 1, 12) };
const POSITION = { timeMs: Date.UTC(2026, 4, 1), latDeg: 1, lonDeg: 2, speedKnots: 10, courseDeg: 4 };

function attributesOf(status: number) {
  const decoded = decode(encodeText('2020916012', { ...POSITION, status }));
  return decoded.kind === 'malformed' ? null : decoded.records[0]!.attributes;
}

describe('the status', () => {
  const plain = { ignition: true, charge: true, armed: false, door: false, blocked: false };
  test.each<[string, number, object]>([
    ['says nothing but that the ignition is on', 0xffffffff, plain],
    ['says that the ignition is off', 0xfffffbff, { ...plain, ignition: false }],
    ['says that fuel is cut', 0xf7ffffff, { ...plain, blocked: true }],
    ['says that the backup battery is in use', 0xfff7ffff, { ...plain, charge: false }],
    ['says that a door is open and the vehicle armed', 0xfffffcff, { ...plain, door: true, armed: true }],
    ['has one alarm', 0xfffffffb, { ...plain, alarm: 'overspeed', alarmCode: 2 }],
    ['has the most urgent of its alarms', 0xfffffff8, { ...plain, alarm: 'sos', alarmCode: 1 }],
  ])('%s', (_, status, expected) => {
    expect(attributesOf(status)).toEqual(expected);
  });
});

test('a device that is ahead of UTC is put back', () => {
  const decoded = decode(encodeText('2020916012', POSITION), { model: null, clockAheadMinutes: 480 });
  expect(decoded.kind !== 'malformed' && decoded.records[0]!.timeMs).toBe(POSITION.timeMs - 8 * 3_600_000);
});

test.each<[string, string, string | null]>([
  [
    'a position',
    '*HQ,2020916012,V1,050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,FFFFFBFF#',
    '*HQ,2020916012,V4,V1,20260501120000#',
  ],
  ['in the letters of the maker', '*TH,2020916012,V1,,V,,N,,E,,,,FFFFFBFF#', '*TH,2020916012,V4,V1,20260501120000#'],
  ['cells', '*HQ,2020916012,NBR,210249,260,6,0,0,281216,FFFFFBFF#', '*HQ,2020916012,V4,NBR,20260501120000#'],
  ['a heartbeat', '*HQ,135790246811220,HTBT,100#', '*HQ,135790246811220,HTBT#'],
  [
    'another kind of position: not',
    '*HQ,2020916012,V19,050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,FFFFFBFF#',
    null,
  ],
  ['without an id: not', '*HQ,,V1,050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,FFFFFBFF#', null],
  ['without a right id: not', '*HQ,12,V1,050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,FFFFFBFF#', null],
])('%s is answered', (_, text, answer) => {
  const frame = Buffer.from(text);
  expect(h02.reply(frame, decode(frame), NOW)?.toString('latin1') ?? null).toBe(answer);
});

test.each<[string, string, string]>([
  ['no id', '*HQ,x1,V1#', 'bad_imei'],
  ['no text', 'hello', 'bad_length'],
  ['half a binary frame', '$\x41\x06', 'bad_length'],
])('%s is refused', (_, text, code) => {
  expect(decode(Buffer.from(text, 'latin1'))).toMatchObject({ kind: 'malformed', code, isGenuine: false });
});

test('a binary place that cannot be is kept raw', () => {
  const frame = Buffer.from('2441060116601245431311169935313006004318210e000000fffffbffff0024', 'hex');
  expect(decode(frame)).toMatchObject({ kind: 'malformed', code: 'bad_content', isGenuine: true });
});

test('a frame is told field by field', () => {
  const frame = Buffer.from('*HQ,4210051415,V1,164549,A,0956.3869,N,08406.7068,W,000.00,000,221215,FFFFFBFF,712#');
  expect(explain(frame).map(({ name, value }) => `${name}: ${value}`)).toEqual([
    'maker: HQ',
    'id: 4210051415',
    'kind: V1',
    'time, hhmmss UTC: 164549',
    'validity: A',
    'latitude: 0956.3869',
    'N or S: N',
    'longitude: 08406.7068',
    'E or W: W',
    'speed: 000.00',
    'course: 000',
    'date, ddmmyy: 221215',
    'vehicle status: fffffbff: ignition false, charge true, armed false, door false, blocked false',
    'not read: 712',
    'end: "#"',
  ]);
});

describe.each(FIXTURES.filter(({ protocol }) => protocol === 'h02').map((each) => [each.name, each] as const))(
  '%s',
  (_, fixture) => {
    test('is told to the last byte', () => {
      const frame = bytesOf(fixture);
      const fields = explain(frame);
      expect(fields.map(({ start }) => start)).toEqual([0, ...fields.slice(0, -1).map(({ end }) => end)]);
      expect(fields.at(-1)?.end).toBe(frame.length);
    });
  },
);
