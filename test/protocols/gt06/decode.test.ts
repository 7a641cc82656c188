import { describe, expect, test } from 'vitest';
import { decode } from '../../../protocols/gt06/decode.ts';
import {
  encodeAlarm,
  encodeHeartbeat,
  encodeLocation,
  encodeLogin,
  encodeUtcLocation,
} from '../../../protocols/gt06/device.ts';
import { encodeFrame } from '../../../protocols/gt06/envelope.ts';
import type { DeviceProfile } from '../../../protocols/protocol.ts';
import { bytesOf, FIXTURES, plain } from '../kit.ts';
import { VARIANTS } from './variants.ts';

const AT_DELFT = {
  timeMs: Date.UTC(2024, 1, 29, 23, 59, 59),
  latDeg: 52.0116,
  lonDeg: 4.3571,
  satellites: 9,
  speedKmh: 50,
  courseDeg: 123,
};
const CELL = { mcc: 204, mnc: 8, lac: 513, cid: 70_000 };
const GPS = '0b081d112e10cf027ac7eb0c46584900148f';
const LBS = '01cc00287d001fb8';

function message(frame: Buffer, profile?: DeviceProfile) {
  const decoded = decode(frame, profile);
  if (decoded.kind === 'malformed') throw new Error(decoded.message);
  return decoded;
}

function record(frame: Buffer) {
  const { records } = message(frame);
  expect(records).toHaveLength(1);
  return plain(records[0]!);
}

function frameOf(type: number, bodyHex: string, serial = 1): Buffer {
  return encodeFrame(type, Buffer.from(bodyHex, 'hex'), serial);
}

test.each([
  ['north east', 52.0116, 4.3571],
  ['south east', -33.8688, 151.2093],
  ['north west', 40.7128, -74.006],
  ['south west', -34.6037, -58.3816],
])('what was sent from the %s comes out', (_, latDeg, lonDeg) => {
  const found = record(encodeLocation({ ...AT_DELFT, latDeg, lonDeg }, 1, CELL));
  expect(found).toMatchObject({
    timeMs: AT_DELFT.timeMs,
    satellites: 9,
    speedKmh: 50,
    courseDeg: 123,
    hasPosition: true,
    altitudeM: null,
  });
  expect(found.latDeg).toBeCloseTo(latDeg, 5);
  expect(found.lonDeg).toBeCloseTo(lonDeg, 5);
  expect(found.attributes).toEqual(CELL);
});

describe('the tail of a location is named where it fits a known form', () => {
  const cell = { mcc: 460, mnc: 0, lac: 10365, cid: 8120 };
  test.each<[string, string, object]>([
    ['nothing behind the coordinates', '', {}],
    ['half a cell', '01cc00', {}],
    ['a cell', LBS, cell],
    ['no cell: zeros', '0000000000000000', {}],
    ['a cell with a network code of two bytes', '81360104cb8a00bef3', { mcc: 310, mnc: 260, lac: 52106, cid: 48883 }],
    ['ACC, mode, re-upload', `${LBS}010301`, { ...cell, ignition: true, uploadMode: 3, archive: true }],
    [
      'ACC, mode, re-upload, odometer',
      `${LBS}00000000000bb8`,
      { ...cell, ignition: false, uploadMode: 0, archive: false, odometer: 3000 },
    ],
    ['odometer alone', `${LBS}00000bb8`, { ...cell, odometer: 3000 }],
    ['a form nobody knows', `${LBS}0102030405`, cell],
  ])('%s', (_, tail, attributes) => {
    expect(record(frameOf(0x22, GPS + tail)).attributes).toEqual(attributes);
  });

  test('the ACC byte goes before the ACC bits of the course word', () => {
    const on = GPS.replace('148f', 'd48f');
    expect(record(frameOf(0x22, `${on}${LBS}000000`)).attributes).toMatchObject({ ignition: false });
    expect(record(frameOf(0x12, on)).attributes).toEqual({ ignition: true });
    expect(record(frameOf(0x12, GPS)).attributes).toEqual({});
  });
});

describe('the status of an alarm is found behind any cell', () => {
  const status = '6506040102';
  const values = {
    ignition: false,
    charge: true,
    armed: true,
    blocked: false,
    batteryLevel: 100,
    rssi: 4,
    alarm: 'sos',
    alarmCode: 1,
  };
  const cell = { mcc: 460, mnc: 0, lac: 10365, cid: 8120 };
  test.each<[string, string, object]>([
    ['a length that counts itself', `09${LBS}${status}`, { ...cell, ...values }],
    ['a length that does not', `08${LBS}${status}`, { ...cell, ...values }],
    ['a longer cell than is known', `0b${LBS}0000${status}`, { ...cell, ...values }],
    ['no cell', `00${status}`, values],
    ['no cell, and eight zeros for it', `00${'00'.repeat(8)}${status}`, values],
    ['no cell, and seven empty neighbours', `00${'00'.repeat(45)}${status}`, values],
    ['an odometer behind it', `09${LBS}${status}00000bb8`, { ...cell, ...values, odometer: 3000 }],
    ['a form nobody knows', `09${LBS}${status}01`, cell],
    ['nothing', '', {}],
  ])('%s', (_, tail, attributes) => {
    expect(record(frameOf(0x26, GPS + tail)).attributes).toEqual(attributes);
  });
});

test.each<[string, string, object, number, number]>([
  ['the alarm byte', '4006040300', { alarm: 'vibration', alarmCode: 3 }, 1, 3],
  ['SOS is panic', '4006040100', { alarm: 'sos', alarmCode: 1 }, 2, 1],
  ['the bits of the status, where the byte is 0', '5006040000', { alarm: 'powerCut' }, 1, 0],
  ['SOS by the bits is panic', '6006040000', { alarm: 'sos' }, 2, 0],
  ['the byte goes before the bits', '5006040600', { alarm: 'overspeed', alarmCode: 6 }, 1, 6],
  ['a code nobody knows keeps its number', '400604ee00', { alarmCode: 0xee }, 1, 0xee],
])('an alarm is told by %s', (_, status, attributes, priority, event) => {
  const found = record(frameOf(0x26, `${GPS}09${LBS}${status}`));
  expect(found.attributes).toMatchObject(attributes);
  expect('alarm' in found.attributes).toBe('alarm' in attributes);
  expect('alarmCode' in found.attributes).toBe('alarmCode' in attributes);
  expect([found.priority, found.event]).toEqual([priority, event]);
});

test.each<[string, string, object]>([
  ['levels are a sixth each, rounded down', '4004040001', { batteryLevel: 66, rssi: 4, ignition: false }],
  ['a percentage is a percentage', '4055040001', { batteryLevel: 85 }],
  ['two hundred is neither', '40c8040001', { rssi: 4 }],
  ['all bits', 'c706030001', { ignition: true, charge: true, armed: true, blocked: true, rssi: 3 }],
  ['the last bytes are no alarm', '4006040201', { batteryLevel: 100 }],
  ['the bits of the status are one', '5006040001', { alarm: 'powerCut' }],
  [
    'of another form only the first byte is known',
    '4755040001aabb',
    { ignition: true, charge: true, armed: true, blocked: false },
  ],
])('a heartbeat: %s', (_, body, attributes) => {
  const found = message(frameOf(0x13, body)).attributes;
  expect(found).toMatchObject(attributes);
  expect('alarm' in found).toBe('alarm' in attributes);
  if (body.length > 10) expect(found).not.toHaveProperty('rssi');
});

describe('the identity of a record', () => {
  const upload = { ignition: true, mode: 0, isReupload: false };

  test('leaves out serial, checksum and the re-upload flag', () => {
    const live = record(encodeUtcLocation(AT_DELFT, upload, 1, CELL)).content;
    expect(record(encodeUtcLocation(AT_DELFT, upload, 9, CELL)).content).toBe(live);
    expect(record(encodeUtcLocation(AT_DELFT, { ...upload, isReupload: true }, 10, CELL)).content).toBe(live);
    expect(live.slice(0, 2)).toBe('22');
  });

  test('holds everything else', () => {
    const live = record(encodeUtcLocation(AT_DELFT, upload, 1, CELL)).content;
    for (const other of [
      { ...upload, mode: 1 },
      { ...upload, ignition: false },
      { ...upload, odometerM: 1 },
    ]) {
      expect(record(encodeUtcLocation(AT_DELFT, other, 1, CELL)).content).not.toBe(live);
    }
    expect(record(encodeUtcLocation({ ...AT_DELFT, speedKmh: 51 }, upload, 1, CELL)).content).not.toBe(live);
    expect(record(encodeLocation(AT_DELFT, 1, CELL)).content).not.toBe(live);
  });

  test('a flag that is masked in the identity stays in the frame', () => {
    const frame = encodeUtcLocation(AT_DELFT, { ...upload, isReupload: true }, 1, CELL);
    expect(record(frame).attributes).toMatchObject({ archive: true });
    expect(record(frame).attributes).toMatchObject({ archive: true });
  });

  test('of an alarm does not depend on its serial', () => {
    const status = { voltageLevel: 6, gsm: 4 };
    const [first, again] = [5, 6].map((serial) => record(encodeAlarm(0x16, AT_DELFT, status, 1, serial)).content);
    expect(again).toBe(first);
  });
});

test('device and server agree on login and heartbeat', () => {
  expect(message(encodeLogin('123456789012345', 1))).toMatchObject({ kind: 'login', imei: '123456789012345' });
  const { attributes } = message(encodeHeartbeat({ ignition: true, charge: true, voltageLevel: 3, gsm: 2 }, 1));
  expect(attributes).toEqual({ ignition: true, charge: true, armed: false, blocked: false, batteryLevel: 50, rssi: 2 });
});

test.each<[string, string, object]>([
  ['eastern', '3201', { timeZone: '+08:00', language: 1 }],
  ['western, with minutes', '4dd8', { timeZone: '-12:45', language: 0 }],
  ['western', '190a', { timeZone: '-04:00', language: 2 }],
  ['none that exists', 'fff1', { language: 1 }],
])('the time zone of a login: %s', (_, word, attributes) => {
  const login = frameOf(0x01, `01234567890123457000${word}`);
  expect(message(login).attributes).toEqual({ deviceType: '7000', ...attributes });
});

test('of a login with something before the 15 digits exactly one nibble is dropped', () => {
  expect(message(frameOf(0x01, '9123456789012345')).imei).toBe('123456789012345');
  expect(message(frameOf(0x01, 'f123456789012345')).imei).toBe('123456789012345');
});

test.each<[string, Buffer, string]>([
  ['what a server sends with an address', frameOf(0x17, '2000000001414c41524d534d53262626'), 'command'],
  ['a position that has the number of the address', frameOf(0x17, `${GPS}${LBS}bf00000102030401`), 'location'],
  ['another form of that number', frameOf(0x17, `${GPS}${LBS}`), 'unknown'],
  ['the address in English', encodeFrame(0x97, Buffer.from('00'), 1, 'long'), 'command'],
  ['a long frame of a short number', encodeFrame(0x12, Buffer.from(GPS, 'hex'), 1, 'long'), 'unknown'],
  ['a type nobody knows', frameOf(0x77, '00'), 'unknown'],
])('%s', (_, frame, kind) => {
  expect(decode(frame).kind).toBe(kind);
});

test.each<[string, string, string]>([
  ['nothing', '', 'bad_length'],
  ['no header', '11110d0a', 'bad_length'],
  ['no stop', '78780a134004040001000fdcee0d0b', 'bad_length'],
  ['too little for a serial', '787802770d0a', 'bad_length'],
  ['a wrong checksum', '78780a134004040001000fdcef0d0a', 'bad_crc'],
])('%s: refused and not genuine', (_, hex, code) => {
  expect(decode(Buffer.from(hex, 'hex'))).toMatchObject({ kind: 'malformed', code, isGenuine: false });
});

test.each([0x12, 0x22, 0x16, 0x26])('type %i without room for a position is genuine', (type) => {
  expect(decode(frameOf(type, GPS.slice(2)))).toMatchObject({ kind: 'malformed', code: 'bad_length', isGenuine: true });
});

test.each(VARIANTS.map((variant) => [`${variant.model}: ${variant.title}`, variant] as const))('%s', (_, variant) => {
  const { frame, model, attributes } = variant;
  const [known, unknown] = [model, null].map((name) => message(frame, { model: name, clockAheadMinutes: 0 }));
  expect({ ...known!.attributes, ...known!.records[0]?.attributes }).toEqual(attributes);
  expect({ ...unknown!.attributes, ...unknown!.records[0]?.attributes }).not.toEqual(attributes);
});

test.each([
  ['a location', encodeLocation(AT_DELFT, 1, CELL)],
  ['an alarm', encodeAlarm(0x26, AT_DELFT, { voltageLevel: 6, gsm: 4 }, 3, 1)],
])('the clock of the device is set back to UTC: %s', (_, frame) => {
  const [utc, ahead, behind] = [0, 480, -210].map((clockAheadMinutes) => {
    return plain(message(frame, { model: null, clockAheadMinutes }).records[0]!);
  });
  expect(ahead!.timeMs).toBe(utc!.timeMs - 480 * 60_000);
  expect(behind!.timeMs).toBe(utc!.timeMs + 210 * 60_000);
  expect([ahead!.content, behind!.content]).toEqual([utc!.content, utc!.content]);
});

test('an impossible date is 1970 on any clock', () => {
  const frame = frameOf(0x12, GPS.replace('0b08', '0b00') + LBS);
  expect(message(frame, { model: null, clockAheadMinutes: 480 }).records[0]!.timeMs).toBe(0);
});

test('seconds since 1970 are UTC on any clock', () => {
  const fix = `00330012${(1_777_882_156).toString(16)}09000a027ac7eb0c46584900148f`;
  const frame = encodeFrame(0x70, Buffer.from(fix, 'hex'), 1, 'long');
  expect(message(frame, { model: null, clockAheadMinutes: 480 }).records[0]!.timeMs).toBe(1_777_882_156_000);
});

test('the identity does not depend on what is known of the device', () => {
  const profiles = ['QH302R', 'LW4G', 'SEEWORLD', 'R11', 'VL103', null].flatMap((model) =>
    [0, 480].map((clockAheadMinutes) => ({ model, clockAheadMinutes })),
  );
  const frames = [
    ...FIXTURES.filter(({ protocol }) => protocol === 'gt06').map(bytesOf),
    ...VARIANTS.map((v) => v.frame),
  ];
  for (const frame of frames) {
    const contents = new Set(
      profiles.flatMap((profile) => {
        const decoded = decode(frame, profile);
        return decoded.kind === 'malformed' ? [] : decoded.records.map((one) => plain(one).content);
      }),
    );
    expect(contents.size, frame.toString('hex')).toBeLessThanOrEqual(1);
  }
});

describe('the re-upload flag', () => {
  const archived = FIXTURES.filter(
    ({ protocol, messages }) => protocol === 'gt06' && JSON.stringify(messages).includes('"archive"'),
  )
    .map((fixture) => [fixture.name, bytesOf(fixture)] as const)
    .filter(([, frame]) => message(frame).records.length > 0);

  test('there are frames of all forms that have one', () => {
    expect(archived.length).toBeGreaterThan(8);
  });

  test.each(archived)('%s: is no part of the identity, and every other byte is', (name, frame) => {
    const { content, attributes } = record(frame);
    const isSealed = !name.includes('no-crc');
    const start = frame[0] === 0x79 ? 4 : 3;
    let masked = 0;
    for (let at = start + 1; isSealed && at < frame.length - 6; at++) {
      const other = encodeFrame(
        frame[start]!,
        changed(frame.subarray(start + 1, -6), at - start - 1),
        1,
        start === 4 ? 'long' : 'short',
      );
      const decoded = decode(other);
      if (decoded.kind === 'malformed' || decoded.records.length === 0) continue;
      const found = plain(decoded.records[0]!);
      if (found.content !== content) continue;
      masked++;
      expect(found.attributes).toEqual({ ...attributes, archive: !attributes['archive'] });
    }
    expect(masked).toBe(isSealed ? 1 : 0);
  });

  test('of the dialect without checksums is its type', () => {
    const [live, stored] = ['10', '11'].map((type) =>
      record(Buffer.from(`787812${type}1a050408091099059480900077caac32147b0d0a`, 'hex')),
    );
    expect(stored!.content).toBe(live!.content);
    expect([live!.attributes, stored!.attributes]).toEqual([{}, { archive: true }]);
  });
});

/** The byte is 1 where it was 0, and 0 where it was not. */
function changed(body: Buffer, at: number): Buffer {
  const copy = Buffer.from(body);
  copy[at] = copy[at] === 0 ? 1 : 0;
  return copy;
}

test.each([
  ['a login of another length', '78780d01012345678901234501020d0a'],
  ['a login that is no number', '78780d01012345678901234a010d0a'],
  ['a position in month 13', '787812101a0d04080910990594809000' + '77caac32147b0d0a'],
  ['a position beyond the pole', '787812101a050408091099ff94809000' + '77caac32147b0d0a'],
  ['Wi-Fi of another length', '787801692605040809160100cc080201fde83e0d0a'],
  ['a damaged heartbeat of the usual kind', '78780b134004040001000fdcee0d0a'],
])('nothing is taken for the dialect without checksums that has not its shape: %s', (_, hex) => {
  expect(decode(Buffer.from(hex, 'hex'))).toMatchObject({ kind: 'malformed', isGenuine: false });
});
