/** Login, type 01: who speaks, and on some devices the model and the time zone it is set to. */
import type { Attributes } from '../protocol.ts';
import { readBcd } from '../wire/bcd.ts';
import { u16 } from '../wire/bytes.ts';
import { octets, said, table, u2 } from './table.ts';
import type { Part } from './walk.ts';

const IMEI_BYTES = 8;
const ZONE_AT = IMEI_BYTES + 2;

/** 15 digits behind one nibble that is 0, on clones anything; null where they are no digits. */
export function readImei(body: Buffer): string | null {
  if (body.length < IMEI_BYTES) return null;
  const low = readBcd(Buffer.of(body[0]! & 0x0f), 0, 1);
  const rest = readBcd(body, 1, IMEI_BYTES);
  return low === null || rest === null ? null : low.slice(1) + rest;
}

const WEST = 0b1000;
const LANGUAGE = 0b11;
const HOURS_MAX = 14;

/** Minutes ahead of UTC. Bits 15 to 4: hours x 100 + minutes; bit 3: west; null where that is no zone. */
function zoneMinutes(word: number): number | null {
  const hours = Math.floor((word >> 4) / 100);
  const minutes = (word >> 4) % 100;
  if (hours > HOURS_MAX || minutes > 59) return null;
  const ahead = hours * 60 + minutes;
  return word & WEST && ahead !== 0 ? -ahead : ahead;
}

/** The zone that the login says the device is set to; null where it does not say. */
export function readZoneMinutes(body: Buffer): number | null {
  return body.length < ZONE_AT + 2 ? null : zoneMinutes(u16(body, ZONE_AT));
}

/** Bits 1 and 0: language (1 Chinese, 2 English). */
function zoneAttributes(word: number): Attributes {
  const ahead = zoneMinutes(word);
  return { ...(ahead === null ? {} : { timeZone: zoneText(ahead) }), language: word & LANGUAGE };
}

function zoneText(ahead: number): string {
  const minutes = Math.abs(ahead);
  return `${ahead < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** The word that says all this, for devices. */
export function zoneWord(ahead: number, language: number): number {
  const minutes = Math.abs(ahead);
  return ((Math.floor(minutes / 60) * 100 + (minutes % 60)) << 4) | (ahead < 0 ? WEST : 0) | language;
}

const IMEI = table({ imei: said(octets(IMEI_BYTES), (bytes) => readImei(bytes) ?? bytes.toString('hex')) });
const DEVICE_TYPE = table({ deviceType: octets(2) });
const ZONE = table({
  timeZoneAndLanguage: said(u2, (word) =>
    Object.entries(zoneAttributes(word))
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  ),
});

/** IMEI, then type and time zone on those that say so. */
export const loginParts: readonly Part[] = [
  (walk) => void walk.take(IMEI),
  (walk) => {
    const type = walk.take(DEVICE_TYPE)?.deviceType;
    if (type !== undefined) walk.set({ deviceType: type.toString('hex') });
  },
  (walk) => {
    const word = walk.take(ZONE)?.timeZoneAndLanguage;
    if (word !== undefined) walk.set(zoneAttributes(word));
  },
];
