/** Finds pings, logins and data frames in a Teltonika byte stream. Teltonika "Codec", "TCP packet structure": the first bytes tell which. */
import type { Framing } from '../protocol.ts';
import { u32 } from '../wire/bytes.ts';

export const PING = 0xff;
export const IMEI_DIGITS = 15;
export const IMEI = /^\d{15}$/;
/** Anything up to this is taken for a (bad) login, anything above for noise. */
const LOGIN_DIGITS_MAX = 17;
/** Preamble, data field length before the data; checksum after it. */
export const DATA_AT = 8;
const CRC_BYTES = 4;
export const OVERHEAD_BYTES = DATA_AT + CRC_BYTES;
/** Devices send up to 1280 bytes, camera transfers about 2.1 KiB. */
const DATA_BYTES_MAX = 8192;
export const FRAME_BYTES_MAX = DATA_BYTES_MAX + OVERHEAD_BYTES;

export function frame(bytes: Buffer, offset: number, end: number): Framing {
  if (offset >= end) return { kind: 'wait', needed: 1 };
  if (bytes[offset] === PING) return { kind: 'frame', start: offset, end: offset + 1 };
  const digits = loginDigits(bytes, offset, end);
  if (digits === null) return { kind: 'wait', needed: 2 };
  if (digits === 0) return frameData(bytes, offset, end);
  if (!resemblesLogin(bytes, offset, end, digits)) return skipNoise(bytes, offset, end);
  return wholeOrWait(offset, end, 2 + digits);
}

/** The length a login would have here, 0 where a preamble begins, null where too few bytes tell. */
function loginDigits(bytes: Buffer, offset: number, end: number): number | null {
  if (bytes[offset] !== 0) return LOGIN_DIGITS_MAX + 1;
  return offset + 1 < end ? bytes[offset + 1]! : null;
}

/** A login of the right length is one whatever it says; of another length only while it is text. */
function resemblesLogin(bytes: Buffer, offset: number, end: number, digits: number): boolean {
  if (digits === IMEI_DIGITS) return true;
  if (digits > LOGIN_DIGITS_MAX) return false;
  const textEnd = Math.min(end, offset + 2 + digits);
  for (let at = offset + 2; at < textEnd; at++) if (!isText(bytes[at]!)) return false;
  return true;
}

function isText(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}

function frameData(bytes: Buffer, offset: number, end: number): Framing {
  for (let at = offset + 2; at < offset + 4; at++) {
    if (at >= end) return { kind: 'wait', needed: DATA_AT };
    if (bytes[at] !== 0) return skipNoise(bytes, offset, end);
  }
  if (end - offset < DATA_AT) return { kind: 'wait', needed: DATA_AT };
  const dataBytes = u32(bytes, offset + 4);
  if (dataBytes > DATA_BYTES_MAX) {
    const message = `data field length ${dataBytes}: expected at most ${DATA_BYTES_MAX}`;
    return { kind: 'lost', code: 'too_long', message };
  }
  return wholeOrWait(offset, end, dataBytes + OVERHEAD_BYTES);
}

function wholeOrWait(offset: number, end: number, length: number): Framing {
  if (end - offset < length) return { kind: 'wait', needed: length };
  return { kind: 'frame', start: offset, end: offset + length };
}

/** Out of step: on to the next place where a login or a data frame certainly begins, as far as its bytes are there. */
function skipNoise(bytes: Buffer, offset: number, end: number): Framing {
  let at = offset + 1;
  while (at < end && certainty(bytes, at, end) === 'no') at++;
  return { kind: 'junk', start: offset, end: at, code: 'junk' };
}

/** Whether a 15-digit login or a data frame of believable length begins here. */
function certainty(bytes: Uint8Array, at: number, end: number): 'yes' | 'no' | 'more' {
  if (bytes[at] !== 0) return 'no';
  if (at + 1 >= end) return 'more';
  if (bytes[at + 1] === IMEI_DIGITS) return allDigits(bytes, at + 2, at + 2 + IMEI_DIGITS, end);
  if (bytes[at + 1] !== 0) return 'no';
  for (let zero = at + 2; zero < at + 6 && zero < end; zero++) if (bytes[zero] !== 0) return 'no';
  if (end - at < DATA_AT) return 'more';
  const dataBytes = u32(bytes, at + 4);
  return dataBytes > 0 && dataBytes <= DATA_BYTES_MAX ? 'yes' : 'no';
}

function allDigits(bytes: Uint8Array, start: number, stop: number, end: number): 'yes' | 'no' | 'more' {
  for (let at = start; at < stop; at++) {
    if (at >= end) return 'more';
    if (bytes[at]! < 0x30 || bytes[at]! > 0x39) return 'no';
  }
  return 'yes';
}

/** A login (also one of a wrong length, while it is text) or a data frame, also behind pings; or nothing but pings. */
export function recognise(head: Uint8Array): 'yes' | 'no' | 'more' {
  let at = 0;
  while (head[at] === PING) at++;
  if (at === head.length) return at === 0 ? 'more' : 'yes';
  if (head[at] !== 0) return 'no';
  if (head.length - at < 3) return 'more';
  const digits = head[at + 1]!;
  if (digits === 0) return certainty(head, at, head.length);
  return digits <= LOGIN_DIGITS_MAX && isText(head[at + 2]!) ? 'yes' : 'no';
}
