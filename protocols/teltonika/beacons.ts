/**
 * Beacons and EYE sensors as they lie in the variable-length values of codec 8 Extended: the plain list (AVL 385) and
 * the advanced one (AVL 548 and the EYE lists). Teltonika "FMB Beacon list" and "EYE sensor", parameters by id.
 */
import type { Attributes } from '../protocol.ts';
import { i16, u16 } from '../wire/bytes.ts';
import { printableText } from '../wire/text.ts';

const PLAIN_LIST = 385;
const ADVANCED_LISTS: ReadonlySet<number> = new Set([548, 10828, 10829, 10831, 11317]);
/** More than a tracker hears at once; what comes behind stays in the raw value. */
const BEACONS_MAX = 64;

export function isBeaconList(id: number): boolean {
  return id === PLAIN_LIST || ADVANCED_LISTS.has(id);
}

/** `beacon1Id`, `beacon1Rssi` ...: in the order of the list, as far as it can be read. */
export function beaconAttributes(id: number, bytes: Uint8Array): Attributes {
  const attributes: Attributes = {};
  const beacons = id === PLAIN_LIST ? plainBeacons(bytes) : advancedBeacons(bytes);
  let number = 0;
  for (const beacon of beacons) {
    if (++number > BEACONS_MAX) break;
    for (const [name, value] of Object.entries(beacon)) attributes[`beacon${number}${name}`] = value;
  }
  return attributes;
}

const HAS_BATTERY = 0x02;
const HAS_TEMPERATURE = 0x04;
const ID_BYTES = { iBeacon: 20, eddystone: 16 };

/** Which part of the list this is (1), then by beacon: flags (1), id, signal (1), battery (2), temperature (2). */
function* plainBeacons(bytes: Uint8Array): Generator<Attributes> {
  let at = 1;
  while (at < bytes.length) {
    const flags = bytes[at]!;
    const isIBeacon = flags >> 4 > 0;
    const rssiAt = at + 1 + (isIBeacon ? ID_BYTES.iBeacon : ID_BYTES.eddystone);
    const temperatureAt = rssiAt + 1 + (flags & HAS_BATTERY ? 2 : 0);
    const end = temperatureAt + (flags & HAS_TEMPERATURE ? 2 : 0);
    if (end > bytes.length) return;
    const beacon: Attributes = { Id: isIBeacon ? iBeaconId(bytes, at + 1) : eddystoneId(bytes, at + 1) };
    beacon['Rssi'] = i8(bytes, rssiAt);
    if (flags & HAS_BATTERY) beacon['Battery'] = u16(bytes, rssiAt + 1) / 100;
    if (flags & HAS_TEMPERATURE) beacon['Temp'] = i16(bytes, temperatureAt);
    yield beacon;
    at = end;
  }
}

function iBeaconId(bytes: Uint8Array, at: number): string {
  return `${hex(bytes, at, at + 16)}:${u16(bytes, at + 16)}:${u16(bytes, at + 18)}`;
}

function eddystoneId(bytes: Uint8Array, at: number): string {
  return `${hex(bytes, at, at + 10)}:${hex(bytes, at + 10, at + 16)}`;
}

/** Header (1), then by beacon: length (1) and parameters, each id (1), length (1) and value. */
function* advancedBeacons(bytes: Uint8Array): Generator<Attributes> {
  let at = 1;
  while (at < bytes.length) {
    const end = at + 1 + bytes[at]!;
    if (end > bytes.length) return;
    yield parametersOf(bytes, at + 1, end);
    at = end;
  }
}

function parametersOf(bytes: Uint8Array, start: number, end: number): Attributes {
  const beacon: Attributes = {};
  for (let at = start; at + 2 <= end; ) {
    const valueAt = at + 2;
    const next = valueAt + bytes[at + 1]!;
    if (next > end) break;
    PARAMETERS[bytes[at]!]?.(beacon, bytes.subarray(valueAt, next));
    at = next;
  }
  return beacon;
}

const VOLTAGE_KNOWN = 0x80;
const BATTERY_LOW = 0x40;

/** By parameter id; each ignores a value of another length than its own. */
const PARAMETERS: Readonly<Record<number, (beacon: Attributes, value: Uint8Array) => void>> = {
  0: sized(1, 'Rssi', (value) => i8(value, 0)),
  1: (beacon, value) => {
    beacon['Id'] = value.length === ID_BYTES.iBeacon ? iBeaconId(value, 0) : hex(value, 0, value.length);
  },
  2: (beacon, value) => {
    const flags = value[0] ?? 0;
    if (flags & BATTERY_LOW) beacon['LowBattery'] = true;
    if (flags & VOLTAGE_KNOWN && value.length >= 2) beacon['Battery'] = (value[1]! * 10 + 2000) / 1000;
  },
  5: (beacon, value) => {
    beacon['Name'] = printableText(value);
  },
  6: sized(2, 'Temp', (value) => i16(value, 0) / 100),
  7: sized(1, 'Humidity', (value) => value[0]!),
  8: sized(1, 'Magnet', (value) => value[0] !== 0),
  9: sized(1, 'Motion', (value) => value[0] !== 0),
  11: sized(1, 'Pitch', (value) => i8(value, 0)),
  12: sized(2, 'Roll', (value) => i16(value, 0)),
  13: sized(1, 'LowBattery', (value) => value[0] !== 0),
  14: sized(2, 'Battery', (value) => u16(value, 0) / 1000),
  15: sized(6, 'Mac', (value) => hex(value, 0, 6)),
};

function sized(bytes: number, name: string, read: (value: Uint8Array) => number | string | boolean) {
  return (beacon: Attributes, value: Uint8Array) => {
    if (value.length === bytes) beacon[name] = read(value);
  };
}

function i8(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) >> 24;
}

function hex(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('hex');
}
