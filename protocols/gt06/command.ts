/** Commands to devices: 80, with our number where the device repeats it, and what an answer says about having done it. */
import type { Commands } from '../protocol.ts';
import { encodeFrame } from './envelope.ts';

const COMMAND = 0x80;
const FLAG_BYTES = 4;
/** One length byte counts type, text length, flag, text, serial and checksum. */
const TEXT_BYTES_MAX = 0xff - 1 - 1 - FLAG_BYTES - 4;

export const commands: Commands = {
  textBytesMax: TEXT_BYTES_MAX,
  encode: (text, id) => encodeCommand(text, id, id & 0xffff),
  isRefusal: (result) => REFUSALS.some((refusal) => refusal.test(result)),
  cutsEngine: (text) => CUTS.some((cut) => cut.test(text.trim())),
};

/** `RELAY,1#`, `DYD#` with or without its password, `STOPOIL`, `CUTOIL`; `RELAY,0#` and `HFYD#` give fuel back. */
const CUTS: readonly RegExp[] = [
  /^RELAY\d?\s*,\s*1\b/i,
  /^DYD\b/i,
  /^(STOP|CUT)(OIL|ENGINE|POWER)\b/i,
  /^OUTPUT\s*,.*\b1\b/i,
];

/** Type 80 without the language, which devices take either way. `flag`: 4 bytes, which the device repeats. */
export function encodeCommand(text: string, flag: number, serialNumber: number): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === 0 || bytes.length > TEXT_BYTES_MAX) {
    throw new RangeError(`command of ${bytes.length} bytes: expected 1 to ${TEXT_BYTES_MAX}`);
  }
  const head = Buffer.alloc(1 + FLAG_BYTES);
  head[0] = FLAG_BYTES + bytes.length;
  head.writeUInt32BE(flag, 1);
  return encodeFrame(COMMAND, Buffer.concat([head, bytes]), serialNumber);
}

/** Devices refuse in words. Fuel is not cut while there is no fix or the vehicle is fast, and not twice. */
const REFUSALS: readonly RegExp[] = [
  /already in the state of/i,
  /unvalued fix/i,
  /speed limit/i,
  /not running/i,
  /\b(fail(ed|ure)?|error|invalid|denied|illegal|unsupported|not supported)\b/i,
  /\b(wrong|incorrect) password|password (is )?(wrong|incorrect)/i,
];
