/** Login, type 01: who speaks, and on some devices the model and the time zone it is set to. */
import type { Attributes } from '../protocol.ts';
import { readBcd } from '../wire/bcd.ts';
import { u16 } from '../wire/bytes.ts';

const IMEI_BYTES = 8;
const TYPE_AT = IMEI_BYTES;
const ZONE_AT = TYPE_AT + 2;

/** 15 digits behind one nibble that is 0, on clones anything; null where they are no digits. */
export function readImei(body: Buffer): string | null {
  if (body.length < IMEI_BYTES) return null;
  const low = readBcd(Buffer.of(body[0]! & 0x0f), 0, 1);
  const rest = readBcd(body, 1, IMEI_BYTES);
  return low === null || rest === null ? null : low.slice(1) + rest;
}

export function loginAttributes(body: Buffer): Attributes {
  return {
    ...(body.length >= TYPE_AT + 2 ? { deviceType: body.toString('hex', TYPE_AT, TYPE_AT + 2) } : {}),
    ...(body.length >= ZONE_AT + 2 ? zoneAttributes(u16(body, ZONE_AT)) : {}),
  };
}

const WEST = 0b1000;
const LANGUAGE = 0b11;
const HOURS_MAX = 14;

/** Bits 15 to 4: hours x 100 + minutes; bit 3: west; bits 1 and 0: language (1 Chinese, 2 English). */
function zoneAttributes(word: number): Attributes {
  const hours = Math.floor((word >> 4) / 100);
  const minutes = (word >> 4) % 100;
  const language = word & LANGUAGE;
  if (hours > HOURS_MAX || minutes > 59) return { language };
  const sign = word & WEST ? '-' : '+';
  return { timeZone: `${sign}${twoDigits(hours)}:${twoDigits(minutes)}`, language };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
