/** 94: what a device tells about itself, by subtype: supply, door, SIM card, network, sensors on its serial port. */
import { CARD_1B, CLIMATE, DOOR, IDENTITIES, NETWORK_KIND, SUBTYPE, TIME, VOLTAGE } from './layout.ts';
import { iccidAttributes, imsiAttributes } from './modules.ts';
import { driverAttributes, time } from './parts.ts';
import { table, u1 } from './table.ts';
import { cardText } from './variants.ts';
import type { Part, Walk } from './walk.ts';

const SUBTYPES: ReadonlyMap<number, Part> = new Map([
  [0x00, voltage],
  [0x04, (walk) => void walk.text(walk.left, 'state')],
  [0x05, door],
  [0x08, (walk) => walk.raw(walk.left, 'self check')],
  [0x09, (walk) => walk.raw(walk.left, 'satellites')],
  [0x0a, identities],
  [0x0b, networkOrVoltage],
  [0x0d, fuel],
  [0x1b, card],
  [0x1e, climate],
]);

/** The long form. */
export const information: Part = (walk) => {
  const subtype = walk.take(SUBTYPE)?.subtype;
  if (subtype !== undefined) SUBTYPES.get(subtype)?.(walk);
};

/** Also the short form: the external supply. */
export function voltage(walk: Walk): void {
  const found = walk.take(VOLTAGE);
  if (found !== null) walk.set({ power: found.voltage / 100 });
}

function door(walk: Walk): void {
  if (walk.left > TIME.bytes) time(walk);
  const found = walk.take(DOOR);
  if (found !== null) walk.set({ door: found.door.door === 1 });
}

function identities(walk: Walk): void {
  const found = walk.take(IDENTITIES);
  if (found === null) return;
  walk.set({ ...imsiAttributes(found.imsi), ...iccidAttributes(found.iccid) });
}

/** One byte says the network, two the voltage. */
function networkOrVoltage(walk: Walk): void {
  if (walk.left === NETWORK_KIND.bytes) walk.take(NETWORK_KIND);
  else voltage(walk);
}

/** Address, output, temperature, version, states, measured value, and so on. */
const FUEL = /^!AIOIL,\d{1,5},\d{1,6}\.\d{1,6},(-?\d{1,6}\.\d{1,6}),[^,]{1,20},\d{1,8},(\d{1,6}\.\d{1,6}),/;
const EXCLAMATION = 0x21;

function fuel(walk: Walk): void {
  if (walk.ahead[0] !== EXCLAMATION) time(walk);
  const found = FUEL.exec(walk.text(walk.left, 'fuel sensor'));
  if (found !== null) walk.set({ temp1: Number(found[1]), fuel: Number(found[2]) });
}

const CARD_TEXT = /^RFID:\s*([0-9A-F]{4,20})\s*$/i;
const LETTER_MIN = 0x41;
const LETTER_MAX = 0x7a;

function card(walk: Walk): void {
  const first = walk.ahead[0] ?? 0;
  if (first < LETTER_MIN || first > LETTER_MAX) {
    const found = walk.take(CARD_1B);
    if (found !== null) walk.set(driverAttributes(found.cardId.toString('hex')));
    return;
  }
  const found = CARD_TEXT.exec(walk.text(walk.left, 'card'));
  if (found !== null) walk.set(driverAttributes(found[1]!.toLowerCase()));
}

function climate(walk: Walk): void {
  const found = walk.take(CLIMATE);
  if (found !== null) walk.set({ temp1: found.temperature / 10, humidity: found.humidity / 10 });
}

const DEVICE_KIND = table({ deviceKind: u1 });
const NUMBER_TEXT = /^-?\d{1,4}(\.\d{1,4})?$/;
const CARD_DIGITS_MIN = 8;

/** 9B: what a device on the serial port said, passed through; cards and thermometers are understood. */
export const serialData: Part = (walk) => {
  if (walk.take(DEVICE_KIND) === null) return;
  const digits = cardText(walk.ahead);
  const said = walk.text(walk.left, 'serial data');
  if (digits.length >= CARD_DIGITS_MIN) return walk.set(driverAttributes(digits));
  if (said !== '') walk.set({ data: said });
  if (NUMBER_TEXT.test(said)) walk.set({ temp1: Number(said) });
};
