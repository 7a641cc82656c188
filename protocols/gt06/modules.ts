/** Lists of modules: an id, a length and a value each (70, F1, F2, and the tails of 36, 37, 38, 39). */
import type { Attributes } from '../protocol.ts';
import { readBcd } from '../wire/bcd.ts';
import { u16, u32 } from '../wire/bytes.ts';
import { bootAlarmName } from './alarm.ts';
import { CELL_MNC2, GPS_MODULE, TAG, UNIX_TIME } from './layout.ts';
import { cellAttributes, courseAttributes, percentAttributes } from './parts.ts';
import { table, u1, u2 } from './table.ts';
import type { Part, Walk } from './walk.ts';

interface Module {
  readonly name: string;
  /** Bytes it must have. */
  readonly bytes: number;
  /** What it says. */
  readonly read?: (value: Buffer) => Attributes;
  /** Where it is more than one value. */
  readonly part?: Part;
}

type Modules = ReadonlyMap<number, Module>;

const HEAD = table({ module: u2, length: u1 });
const HEAD_LONG = table({ module: u2, length: u2 });

/** Modules to the end of the body. A module of an unknown id, or too short, is skipped. */
function modules(known: Modules, headOf: (walk: Walk) => typeof HEAD | typeof HEAD_LONG): Part {
  return (walk) => {
    while (walk.left > 0) {
      const head = walk.take(headOf(walk));
      if (head === null) return;
      const module = known.get(head.module);
      walk.within(head.length, module?.name ?? 'module, not read', (inner) => readModule(inner, module));
    }
  };
}

function readModule(walk: Walk, module: Module | undefined): void {
  if (module === undefined || walk.left < module.bytes) return;
  if (module.read !== undefined) tell(walk, module.name, module.read(walk.ahead));
  module.part?.(walk);
}

function tell(walk: Walk, name: string, attributes: Attributes): void {
  walk.set(attributes);
  const words = Object.entries(attributes).map(([key, value]) => `${key} ${value}`);
  const hex = walk.ahead.toString('hex');
  walk.raw(walk.left, name, words.length === 0 ? hex : `${hex}: ${words.join(', ')}`);
}

const hundredths = (name: string) => (value: Buffer) => ({ [name]: u16(value, 0) / 100 });
const flag = (name: string) => (value: Buffer) => ({ [name]: value[0] !== 0 });

/** 36, 37, 38, 39. */
const TAIL_MODULES: Modules = new Map([
  [0x0018, { name: 'battery', bytes: 2, read: hundredths('battery') }],
  [0x0027, { name: 'external power', bytes: 2, read: hundredths('power') }],
  [0x002e, { name: 'mileage', bytes: 4, read: (value) => ({ odometer: u32(value, 0) }) }],
  [0x0032, { name: 'startup', bytes: 1 }],
  [0x003b, { name: 'accuracy', bytes: 2, read: hundredths('accuracy') }],
  [0x006a, { name: 'battery level', bytes: 1, read: (value) => percentAttributes(value[0]!) }],
]);

/** F1, F2. */
const STATUS_MODULES: Modules = new Map([
  [0x0001, { name: 'motion', bytes: 1, read: flag('motion') }],
  [0x0002, { name: 'armed', bytes: 1, read: flag('armed') }],
  [0x0004, { name: 'ACC', bytes: 1, read: flag('ignition') }],
  [0x0005, { name: 'power', bytes: 2, read: hundredths('power') }],
  [0x0007, { name: 'charge', bytes: 1, read: flag('charge') }],
  [0x000a, { name: 'peripheral', bytes: 0 }],
]);

/** 70. The fix (33) is a record of its own: here it only says what the course word says. */
const MODULAR: Modules = new Map<number, Module>([
  [0x01, { name: 'IMEI', bytes: 8 }],
  [0x02, { name: 'IMSI', bytes: 8, read: (value) => imsiAttributes(value.subarray(0, 8)) }],
  [0x03, { name: 'ICCID', bytes: 10, read: (value) => iccidAttributes(value.subarray(0, 10)) }],
  [0x09, { name: 'satellites', bytes: 1 }],
  [0x0a, { name: 'satellites in view', bytes: 1 }],
  [0x11, { name: 'cell', bytes: CELL_MNC2.bytes, part: takeCell }],
  [0x18, { name: 'battery', bytes: 2, read: hundredths('battery') }],
  [0x28, { name: 'HDOP', bytes: 1, read: (value) => ({ hdop: value[0]! / 10 }) }],
  [0x29, { name: 'index', bytes: 4 }],
  [0x2a, { name: 'door and tampering', bytes: 1, read: (value) => ({ door: (value[0]! & 0x0f) !== 0 }) }],
  [0x2b, { name: 'boot reason', bytes: 1, read: (value) => bootAttributes(value[0]!) }],
  [0x2c, { name: 'time', bytes: 4, part: (walk) => void walk.take(UNIX_TIME) }],
  [0x2e, { name: 'odometer', bytes: 4, read: (value) => ({ odometer: u32(value, 0) }) }],
  [0x33, { name: 'fix', bytes: GPS_MODULE.bytes, part: takeFix }],
  [0x34, { name: 'event', bytes: 1 }],
  [0x7f, { name: 'tag', bytes: TAG.bytes, part: takeTag }],
]);

export const tailModules = modules(TAIL_MODULES, () => HEAD);
export const modularParts = modules(MODULAR, () => HEAD_LONG);

const PERIPHERAL = 0x000a;
/** What a peripheral says is longer than one byte can count. */
export const statusModules = modules(STATUS_MODULES, (walk) =>
  walk.left >= 2 && u16(walk.ahead, 0) === PERIPHERAL ? HEAD_LONG : HEAD,
);

/** 15 digits behind one nibble. */
export function imsiAttributes(bytes: Buffer): Attributes {
  const digits = readBcd(bytes, 0, bytes.length);
  return digits === null || /^0*$/.test(digits) ? {} : { imsi: digits.replace(/^0/, '') };
}

/** Padded with nibbles of f. */
export function iccidAttributes(bytes: Buffer): Attributes {
  const digits = bytes.toString('hex').replace(/f+$/, '');
  return /^0*$/.test(digits) ? {} : { iccid: digits };
}

function bootAttributes(code: number): Attributes {
  const alarm = bootAlarmName(code);
  return alarm === undefined ? {} : { alarm, alarmCode: code };
}

function takeCell(walk: Walk): void {
  const found = walk.take(CELL_MNC2, 'cell ');
  if (found !== null) walk.set(cellAttributes(found));
}

function takeFix(walk: Walk): void {
  const found = walk.take(GPS_MODULE);
  if (found !== null) walk.set(courseAttributes(found.courseStatus));
}

function takeTag(walk: Walk): void {
  const found = walk.take(TAG, 'tag ');
  if (found !== null) walk.set({ temp1: found.temperature / 10 });
}

const FIX = 0x33;
const HEAD_LONG_BYTES = HEAD_LONG.bytes;

/** Where in bytes[start..end) the fix of a 70 begins, or null. */
export function fixAt(bytes: Buffer, start: number, end: number): number | null {
  for (let at = start; at + HEAD_LONG_BYTES <= end; ) {
    const length = u16(bytes, at + 2);
    const valueAt = at + HEAD_LONG_BYTES;
    if (valueAt + length > end) return null;
    if (u16(bytes, at) === FIX && length >= GPS_MODULE.bytes) return valueAt;
    at = valueAt + length;
  }
  return null;
}
