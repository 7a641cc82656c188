import { expect, test } from 'vitest';
import { AVL_ENTRIES } from '../../../protocols/teltonika/avl.ts';
import { decode } from '../../../protocols/teltonika/decode.ts';
import { encodeRecords, type IoElement } from '../../../protocols/teltonika/device.ts';

function attributes(event: number, ...io: IoElement[]) {
  const decoded = decode(
    encodeRecords(0x8e, [{ timeMs: 0, latDeg: 1, lonDeg: 1, satellites: 5, speedKmh: 0, event, io }]),
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

test('no id stands twice in the dictionary', () => {
  const ids = AVL_ENTRIES.map((entry) => entry.id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});
