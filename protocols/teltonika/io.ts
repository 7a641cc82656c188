/** Turns the IO part of a record into raw values by id and into named attributes by the dictionary of its family. */
import type { Attributes, IoValues } from '../protocol.ts';
import { printableText } from '../wire/text.ts';
import type { AvlEntry } from './avl.ts';
import { beaconAttributes, isBeaconList } from './beacons.ts';
import { composeAttributes } from './compose.ts';
import { type Elements, elementsById, type Raw } from './elements.ts';
import type { Dictionary } from './families.ts';
import type { IoLayout } from './layout.ts';

/** Raw values by AVL id: unsigned numbers, 8-byte ones as decimal strings, 16-byte and variable ones as hex. */
export function ioValues(io: IoLayout): IoValues {
  const values: IoValues = {};
  for (const { id, value } of io.n1) values[id] = value;
  for (const { id, value } of io.n2) values[id] = value;
  for (const { id, value } of io.n4) values[id] = value;
  for (const { id, value } of io.n8) values[id] = value.toString();
  for (const { id, value } of io.n16 ?? io.nx ?? []) values[id] = value.toString('hex');
  return values;
}

/** Named, scaled values by the dictionary in protocols/README.md. */
export function ioAttributes(io: IoLayout, dictionary: Dictionary): Attributes {
  const elements = elementsById(io);
  const attributes: Attributes = {};
  for (const entry of dictionary.named) {
    const element = elements.get(entry.id);
    if (element === undefined || element.bytes !== entry.bytes || Object.hasOwn(attributes, entry.attribute!)) continue;
    const value = readElement(entry, element.value);
    if (value !== null) attributes[entry.attribute!] = value;
  }
  composeAttributes(attributes, elements);
  for (const { id, value } of io.nx ?? []) if (isBeaconList(id)) Object.assign(attributes, beaconAttributes(id, value));
  nameAlarm(attributes, io.event, elements, dictionary);
  return attributes;
}

/** null where the device says that there is nothing: a fault value, an empty identifier. */
export function readElement(entry: AvlEntry, raw: Raw): number | string | boolean | null {
  switch (entry.reading) {
    case 'number':
      return readNumber(entry, Number(raw));
    case 'flag':
      return Number(raw) !== 0;
    case 'not':
      return Number(raw) === 0;
    case 'hex':
      return raw === 0n ? null : hexOf(raw as bigint);
    case 'hex_reversed':
      return raw === 0n
        ? null
        : Buffer.from(hexOf(raw as bigint), 'hex')
            .reverse()
            .toString('hex');
    case 'text':
      return printableText(raw as Buffer) || null;
  }
}

function readNumber(entry: AvlEntry, raw: number): number | null {
  if (entry.faults.includes(raw)) return null;
  const bits = Number(entry.bytes) * 8;
  const value = entry.isSigned && raw >= 2 ** (bits - 1) ? raw - 2 ** bits : raw;
  return value / entry.divisor;
}

function hexOf(identifier: bigint): string {
  return identifier.toString(16).padStart(16, '0');
}

const OVERSPEEDING = 255;

/** Only the id that caused the record raises an alarm: periodic records repeat the last value of an event. */
function nameAlarm(attributes: Attributes, event: number, elements: Elements, dictionary: Dictionary): void {
  const element = elements.get(event);
  if (element?.bytes !== 1) return;
  const alarm = event === OVERSPEEDING ? 'overspeed' : dictionary.find(event, 1)?.alarms?.[Number(element.value)];
  if (alarm === undefined) return;
  attributes['alarm'] = alarm;
  attributes['alarmCode'] = event;
}
