import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import { transcribe, transcribeFields } from '../../protocols/transcript.ts';

const LOGIN = '000f333536333037303432343431303133';
const RECORDS =
  '000000000000003608010000016b40d8ea30010000000000000000000000000000000105021503010101425e0f01f10000601a014e0000000000000000010000c7cf';
const HEARTBEAT = '78780a134004040001000fdcee0d0a';

function told(lines: string[], protocol: 'auto' | 'teltonika' | 'gt06' = 'auto') {
  return [...transcribe(lines, { protocol, nowMs: 0 })].map((entry) =>
    'error' in entry ? `${entry.line} ${entry.error.code}` : `${entry.line} ${entry.protocol} ${entry.message}`,
  );
}

test('decoding needs no login, and the objects are as documented', () => {
  expect([...transcribe([RECORDS], { protocol: 'auto', nowMs: 0 })]).toEqual([
    {
      line: 1,
      protocol: 'teltonika',
      message: 'records',
      type: '08',
      imei: null,
      fixes: [
        {
          time: '2019-06-10T10:04:46.000Z',
          lat: 0,
          lon: 0,
          altitude: 0,
          speed: 0,
          course: 0,
          satellites: 0,
          valid: false,
          priority: 1,
          event: 1,
          io: { 1: 1, 21: 3, 66: 24079, 78: '0', 241: 24602 },
          attributes: { rssi: 3, power: 24.079, input1: true, mcc: 246, mnc: 2 },
        },
      ],
      attributes: {},
      reply: '00000001',
    },
  ]);
});

test.each<[string, string[], string[]]>([
  ['one line is one chunk', [LOGIN, RECORDS], ['1 teltonika login', '2 teltonika records']],
  ['a line may hold several messages', [LOGIN + RECORDS], ['1 teltonika login', '1 teltonika records']],
  [
    'a message counts for the line on which it is complete',
    [LOGIN.slice(0, 20), LOGIN.slice(20)],
    ['2 teltonika login'],
  ],
  ['an empty line begins a new connection', [LOGIN, '', HEARTBEAT], ['1 teltonika login', '3 gt06 heartbeat']],
  ['white space alone is an empty line', [LOGIN, '  ', HEARTBEAT], ['1 teltonika login', '3 gt06 heartbeat']],
  [
    'comments are no lines of the talk',
    ['# a talk', `${LOGIN} # login`, '#', RECORDS],
    ['2 teltonika login', '4 teltonika records'],
  ],
  ['spaces and capitals do not matter', ['78 78 0A 13 40 04 04 00 01 00 0F DC EE 0D 0A'], ['1 gt06 heartbeat']],
  ['what is not hex is named and skipped', ['hello', '123', HEARTBEAT], ['1 bad_hex', '2 bad_hex', '3 gt06 heartbeat']],
  ['an unfinished frame at the end is an error', [RECORDS.slice(0, 40)], ['1 unfinished']],
  [
    'an unfinished frame at the end of a connection is an error',
    [RECORDS.slice(0, 40), '', LOGIN],
    ['1 unfinished', '3 teltonika login'],
  ],
  [
    'an unknown protocol is told once per connection',
    ['41'.repeat(50), '41'.repeat(50), '', LOGIN],
    ['1 unknown_protocol', '4 teltonika login'],
  ],
  [
    'after a lost stream the rest of the connection is not read',
    [LOGIN, '0000000000ffffff', LOGIN, '', LOGIN],
    ['1 teltonika login', '2 too_long', '5 teltonika login'],
  ],
])('%s', (_, lines, expected) => {
  expect(told(lines)).toEqual(expected);
});

test('a line longer than any segment is read whole', () => {
  const many = told([LOGIN + RECORDS.repeat(3_000)]);
  expect(many).toHaveLength(3_001);
  expect(new Set(many.slice(1))).toEqual(new Set(['1 teltonika records']));
});

test('the protocol may be stated', () => {
  expect(told([HEARTBEAT], 'gt06')).toEqual(['1 gt06 heartbeat']);
  expect(told([HEARTBEAT], 'teltonika')).toEqual(['1 junk']);
});

test('time answers carry the given clock', () => {
  const [entry] = [
    ...transcribe(['7878058a000688290d0a'], { protocol: 'auto', nowMs: Date.UTC(2015, 11, 29, 0, 0, 21) }),
  ];
  expect(entry?.reply).toBe('78780b8a0f0c1d0000150006f0860d0a');
});

test('the model decides between layouts', () => {
  const [plain] = [...transcribe([OF_FMB640], { protocol: 'auto', nowMs: 0 })];
  const [known] = [...transcribe([OF_FMB640], { protocol: 'auto', nowMs: 0, model: 'FMB640' })];
  expect(plain).toMatchObject({ fixes: [{ attributes: {} }] });
  expect(known).toMatchObject({ fixes: [{ attributes: { odometer: 12_345 } }] });
});

const OF_FMB640 = encodeRecords(0x08, [
  { timeMs: 0, latDeg: 1, lonDeg: 1, satellites: 5, speedKmh: 0, io: [{ id: 216, bytes: 4, value: 12_345 }] },
]).toString('hex');

/** Teltonika "Codec", "Communication with server over UDP", example. */
const DATAGRAM =
  '003dcafe0105000f33353230393330383634303336353508010000016b4f815b30010000000000000000000000000000000103021503010101425dbc000001';

test.each<[string, string[], string[]]>([
  ['a datagram is answered with its own ids', [DATAGRAM], ['1 records 352093086403655 0005cafe010501']],
  [
    'each line is a datagram',
    [DATAGRAM, '', DATAGRAM],
    ['1 records', '3 records'].map((said) => `${said} 352093086403655 0005cafe010501`),
  ],
  ['what is no datagram is named', [LOGIN, 'x'], ['1 bad_length', '2 bad_hex']],
  [
    'a datagram whose counts differ is acknowledged as it stands: it would come for ever',
    [`${DATAGRAM.slice(0, -2)}02`],
    ['1 bad_count 0005cafe010501'],
  ],
])('over UDP, %s', (_, lines, expected) => {
  const said = [...transcribe(lines, { protocol: 'auto', nowMs: 0, isUdp: true })].map((entry) =>
    'error' in entry
      ? [entry.line, entry.error.code, entry.reply ?? ''].join(' ').trim()
      : `${entry.line} ${entry.message} ${entry.imei} ${entry.reply}`,
  );
  expect(said).toEqual(expected);
});

test('explained, a frame is a table of its fields', () => {
  const told = [...transcribeFields([LOGIN, '123'], { protocol: 'auto', nowMs: 0 })];
  expect(told).toEqual([
    'line 1: teltonika, 17 bytes, login',
    '   0-1  000f                            IMEI length  15',
    '  2-16  333536333037303432343431303133  IMEI         356307042441013',
    '  answered with: 01',
    '',
    "line 2: bad_hex: '123': expected an even number of hex digits",
    '',
  ]);
});

test('explained over UDP, the offsets are those of the datagram', () => {
  const told = [...transcribeFields([DATAGRAM], { protocol: 'auto', nowMs: 0, isUdp: true })];
  expect(told[0]).toBe('line 1: teltonika, 63 bytes, records');
  expect(told.find((line) => line.includes('Packet id'))).toMatch(/^ +2-3 +cafe +Packet id +cafe/);
  expect(told.find((line) => line.includes('Number of data 2'))).toMatch(/^ +62 +01 /);
});

test('no text whatever makes it throw, and every object is JSON', () => {
  const line = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef') }),
    fc.constantFrom(LOGIN, RECORDS, HEARTBEAT, ''),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.constantFrom('auto', 'teltonika', 'gt06'), (lines, protocol) => {
      for (const entry of transcribe(lines, { protocol, nowMs: 0 })) {
        expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
      }
    }),
  );
});
