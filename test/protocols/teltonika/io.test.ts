import { expect, test } from 'vitest';
import { decode } from '../../../protocols/teltonika/decode.ts';
import { encodeRecords, type IoElement } from '../../../protocols/teltonika/device.ts';
import { DICTIONARIES } from '../../../protocols/teltonika/families.ts';

function attributes(event: number, ...io: IoElement[]) {
  return attributesOf(null, event, io);
}

function attributesOf(model: string | null, event: number, io: readonly IoElement[]) {
  const decoded = decode(
    encodeRecords(0x8e, [{ timeMs: 0, latDeg: 1, lonDeg: 1, satellites: 5, speedKmh: 0, event, io }]),
    { model, clockAheadMinutes: 0 },
  );
  if (decoded.kind !== 'records') throw new Error(decoded.kind);
  return decoded.records[0]!.attributes;
}

const text = (id: number, value: string): IoElement => ({ id, bytes: 'x', value: Buffer.from(value) });

test.each<[string, IoElement[], object]>([
  ['a voltage in volts', [{ id: 66, bytes: 2, value: 24_079 }], { power: 24.079 }],
  ['another width than the dictionary knows is left raw', [{ id: 66, bytes: 4, value: 24_079 }], {}],
  ['a temperature below zero', [{ id: 72, bytes: 4, value: 0xffff_ff9c }], { temp1: -10 }],
  ['a sensor that is not connected has no temperature', [{ id: 72, bytes: 4, value: 3000 }], {}],
  [
    'a wired sensor goes before a wireless one',
    [
      { id: 25, bytes: 2, value: 2500 },
      { id: 72, bytes: 4, value: 215 },
    ],
    { temp1: 21.5 },
  ],
  [
    'a wireless one where the wired one is silent',
    [
      { id: 25, bytes: 2, value: 2500 },
      { id: 72, bytes: 4, value: 3000 },
    ],
    { temp1: 25 },
  ],
  ['an EYE sensor below zero', [{ id: 10800, bytes: 2, value: 64_349 }], { temp1: -11.87 }],
  [
    'inputs, outputs, movement',
    [
      { id: 1, bytes: 1, value: 1 },
      { id: 180, bytes: 1, value: 0 },
      { id: 240, bytes: 1, value: 1 },
    ],
    { input1: true, output2: false, motion: true },
  ],
  ['unplugged', [{ id: 252, bytes: 1, value: 1 }], { charge: false }],
  ['plugged in', [{ id: 252, bytes: 1, value: 0 }], { charge: true }],
  ['no iButton', [{ id: 78, bytes: 8, value: 0n }], {}],
  [
    'an iButton as engraved',
    [{ id: 78, bytes: 8, value: 0x0102030405060708n }],
    { driverUniqueId: '0807060504030201' },
  ],
  ['an RFID card', [{ id: 207, bytes: 8, value: 0x1122n }], { driverUniqueId: '0000000000001122' }],
  [
    'an ICCID in two halves',
    [
      { id: 11, bytes: 8, value: 893700218n },
      { id: 14, bytes: 8, value: 500686954n },
    ],
    { iccid: '8937002180500686954' },
  ],
  ['half an ICCID', [{ id: 11, bytes: 8, value: 893700218n }], {}],
  ['a VIN', [text(256, 'WV1ZZZ2EZ86015385')], { vin: 'WV1ZZZ2EZ86015385' }],
  ['an empty VIN', [text(256, '')], {}],
  [
    'dilution of precision',
    [
      { id: 181, bytes: 2, value: 13 },
      { id: 182, bytes: 2, value: 7 },
    ],
    { pdop: 1.3, hdop: 0.7 },
  ],
  ['an operator of five digits', [{ id: 241, bytes: 4, value: 24_602 }], { mcc: 246, mnc: 2 }],
  ['an operator of six digits', [{ id: 241, bytes: 4, value: 310_410 }], { mcc: 310, mnc: 410 }],
  ['no operator', [{ id: 241, bytes: 4, value: 0 }], {}],
  ['a cell id of the FT platform', [{ id: 205, bytes: 4, value: 70_000 }], { cid: 70_000 }],
  ['the external voltage of the FT platform', [{ id: 800, bytes: 4, value: 100_500 }], { power: 100.5 }],
  [
    'a driver card',
    [
      { id: 195, bytes: 8, value: 0x4445303030303031n },
      { id: 196, bytes: 8, value: 0x3233343536373839n },
    ],
    { driverUniqueId: 'DE00000123456789' },
  ],
  [
    'a driver card that is no text',
    [
      { id: 195, bytes: 8, value: 0x0102030405060708n },
      { id: 196, bytes: 8, value: 0n },
    ],
    {},
  ],
  ['half a driver card', [{ id: 195, bytes: 8, value: 0x4445303030303031n }], {}],
  ['geofence 29, which has the id of a driver card', [{ id: 195, bytes: 1, value: 1 }], {}],
  ['the signed axes', [{ id: 17, bytes: 2, value: 0xfff6 }], { axisX: -10 }],
  ['fault codes', [text(281, 'P0299,P0675')], { dtcs: 'P0299,P0675' }],
  ['a coolant below zero', [{ id: 32, bytes: 1, value: 0xf6 }], { coolantTemp: -10 }],
  ['an id nobody knows', [{ id: 60_000, bytes: 1, value: 1 }], {}],
])('%s', (_, io, expected) => {
  expect(attributes(0, ...io)).toEqual(expected);
});

test.each<[string, number, IoElement, object]>([
  ['towing', 246, { id: 246, bytes: 1, value: 1 }, { alarm: 'tow', alarmCode: 246 }],
  ['a crash', 247, { id: 247, bytes: 1, value: 1 }, { alarm: 'accident', alarmCode: 247 }],
  ['the trace of a crash is no second crash', 247, { id: 247, bytes: 1, value: 3 }, {}],
  ['hard braking', 253, { id: 253, bytes: 1, value: 2 }, { alarm: 'hardBraking', alarmCode: 253 }],
  ['the last hard braking, in a periodic record', 0, { id: 253, bytes: 1, value: 2 }, {}],
  ['into zone 1', 155, { id: 155, bytes: 1, value: 1 }, { alarm: 'geofenceEnter', alarmCode: 155 }],
  ['out of zone 50', 231, { id: 231, bytes: 1, value: 0 }, { alarm: 'geofenceExit', alarmCode: 231 }],
  ['overspeeding', 255, { id: 255, bytes: 1, value: 97 }, { alarm: 'overspeed', alarmCode: 255 }],
  ['unplugged', 252, { id: 252, bytes: 1, value: 1 }, { alarm: 'powerCut', alarmCode: 252, charge: false }],
  ['an event whose value is missing', 246, { id: 1, bytes: 1, value: 1 }, { input1: true }],
])('an event: %s', (_, event, element, expected) => {
  expect(attributes(event, element)).toEqual(expected);
});

test.each(Object.entries(DICTIONARIES))('no id of a width stands twice in the dictionary of %s', (_, { entries }) => {
  const keys = entries.map(({ id, bytes }) => `${id}/${bytes}`);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

test.each<[string, string | null, IoElement, object]>([
  ['by default id 10 of 2 bytes is an analog input', null, { id: 10, bytes: 2, value: 5000 }, { adc2: 5 }],
  ['id 11 of the FMx6 is an analog input', 'FMB640', { id: 11, bytes: 2, value: 5000 }, { adc3: 5 }],
  ['id 11 of others of that width is not', 'FMB920', { id: 11, bytes: 2, value: 5000 }, {}],
  ['the total odometer of the FMx6', 'fmc650', { id: 216, bytes: 4, value: 12_345 }, { odometer: 12_345 }],
  ['CAN ids of the FMx6 mean something else', 'FMM640', { id: 87, bytes: 4, value: 5 }, {}],
  ['CAN ids of the FMB', 'FMB140', { id: 87, bytes: 4, value: 5 }, { vehicleOdometer: 5 }],
  ['a fourth input of the FMx6', 'FM6320', { id: 4, bytes: 1, value: 1 }, { input4: true }],
  ['a counter of the FT platform', 'FTC921', { id: 4, bytes: 1, value: 1 }, {}],
  ['one-wire sensors of the FT platform lie elsewhere', 'FTM887', { id: 72, bytes: 4, value: 215 }, {}],
])('%s', (_, model, element, expected) => {
  expect(attributesOf(model, 0, [element])).toEqual(expected);
});

test('a list longer than a tracker hears is cut; a list that lies about its lengths is read as far as it goes', () => {
  const many = Buffer.concat([Buffer.of(0x11), ...Array.from({ length: 100 }, () => Buffer.of(3, 0, 1, 0xc4))]);
  expect(Object.keys(attributes(0, { id: 548, bytes: 'x', value: many }))).toHaveLength(64);
  const lying = Buffer.of(0x11, 3, 0, 1, 0xc4, 9, 0, 1, 0xc4);
  expect(attributes(0, { id: 548, bytes: 'x', value: lying })).toEqual({ beacon1Rssi: -60 });
  const cut = Buffer.concat([Buffer.of(0x11, 0x21), Buffer.alloc(20)]);
  expect(attributes(0, { id: 385, bytes: 'x', value: cut })).toEqual({});
});
