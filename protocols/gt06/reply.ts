/** What the device is answered, byte for byte: as a rule the type again, with the device's own serial. */
import type { Malformed, Message, ReplyContext } from '../protocol.ts';
import { hasEnvelope, isSealed } from './decode.ts';
import { encodeFrame, isLong, serial, typeAt } from './envelope.ts';
import { UNSEALED_TYPES } from './unsealed.ts';

/** Types that must be answered whatever could be read of them, or the device reconnects or repeats itself. */
const ANSWERED_SHORT: ReadonlySet<number> = new Set([
  0x12, 0x13, 0x16, 0x19, 0x1f, 0x22, 0x23, 0x26, 0x27, 0x36, 0x40, 0x95, 0xa3, 0xa4, 0xa5,
]);
const ANSWERED_LONG: ReadonlySet<number> = new Set([0x32, 0x33, 0x41, 0x70, 0xf1, 0xf2]);
/** Long frames whose answer is in the long form too. */
const ANSWERED_IN_LONG_FORM: ReadonlySet<number> = new Set([0x32, 0x33, 0x41]);
/** Questions for the address of a place, which the device passes on to somebody's phone. */
const ADDRESS_REQUESTS: ReadonlySet<number> = new Set([0x1a, 0x2a, 0xa7]);
const ADDRESS = 0x97;
const TIME_REQUEST = 0x8a;
const NO_CONTENT = Buffer.alloc(0);

export function reply(frame: Buffer, decoded: Message | Malformed, context: ReplyContext): Buffer | null {
  if (decoded.kind === 'malformed') return decoded.isGenuine && mustBeAnswered(frame) ? echo(frame) : null;
  if (isOfDialect(frame)) return replyUnsealed(frame, decoded, context);
  const isShort = !isLong(frame);
  if (isShort && decoded.kind !== 'command' && ADDRESS_REQUESTS.has(frame[typeAt(frame)]!)) return noAddress(frame);
  switch (decoded.kind) {
    case 'login':
    case 'location':
    case 'heartbeat':
    case 'alarm':
      return echo(frame);
    case 'time_request':
      return encodeFrame(TIME_REQUEST, timeDigits(context.nowMs), serial(frame));
    case 'unknown':
    case 'status':
      return mustBeAnswered(frame) ? echo(frame) : null;
    case 'ping':
    case 'records':
    case 'command_response':
    case 'command':
      return null;
  }
}

/** As a rule silence and a closed connection: an answer would keep the device sending. The dialect without checksums has a word for it. */
export function refusal(frame: Buffer): Buffer | null {
  if (!hasEnvelope(frame) || isSealed(frame) || frame[3] !== LOGIN) return null;
  return unsealed(frame[2]!, LOGIN, Buffer.of(REFUSED));
}

/** The checksum is computed again only for the types that the other dialect has. */
function isOfDialect(frame: Buffer): boolean {
  return !isLong(frame) && UNSEALED_TYPES.has(frame[3]!) && !isSealed(frame);
}

function echo(frame: Buffer): Buffer {
  const type = frame[typeAt(frame)]!;
  const form = isLong(frame) && ANSWERED_IN_LONG_FORM.has(type) ? 'long' : 'short';
  return encodeFrame(type, NO_CONTENT, serial(frame), form);
}

function mustBeAnswered(frame: Buffer): boolean {
  return (isLong(frame) ? ANSWERED_LONG : ANSWERED_SHORT).has(frame[typeAt(frame)]!);
}

const NO_ADDRESS = Buffer.from('NA&&NA&&0##', 'ascii');
const NO_FLAG = Buffer.alloc(4);

/** Length, server flag, text: address and phone, neither of which is known here. */
function noAddress(frame: Buffer): Buffer {
  const content = Buffer.concat([Buffer.of(NO_ADDRESS.length), NO_FLAG, NO_ADDRESS]);
  return encodeFrame(ADDRESS, content, serial(frame), 'long');
}

/** YY MM DD hh mm ss, UTC. */
function timeDigits(nowMs: number): Buffer {
  const [year, ...rest] = utc(nowMs);
  return Buffer.of(year % 100, ...rest);
}

function utc(nowMs: number): [number, ...number[]] {
  const now = new Date(nowMs);
  return [
    now.getUTCFullYear(),
    now.getUTCMonth() + 1,
    now.getUTCDate(),
    now.getUTCHours(),
    now.getUTCMinutes(),
    now.getUTCSeconds(),
  ];
}

const LOGIN = 0x01;
const HEARTBEAT = 0x08;
const STATUS = 0x13;
const TIME = 0x30;
const TIME_COUNT = 0x07;
const ACCEPTED = 0x01;
const REFUSED = 0x44;
const TIME_BYTES = 6;

/** The dialect without serial and checksum: its devices reconnect when they hear nothing. */
function replyUnsealed(frame: Buffer, decoded: Message, { nowMs }: ReplyContext): Buffer | null {
  const count = frame[2]!;
  const type = frame[3]!;
  switch (type) {
    case LOGIN:
      return Buffer.concat([unsealed(count, LOGIN, Buffer.of(ACCEPTED)), unsealedTime(nowMs)]);
    case HEARTBEAT:
    case STATUS:
      return Buffer.from(frame);
    case TIME:
      return unsealedTime(nowMs);
    case 0x17:
    case 0x69:
      return unsealed(0, type, deviceTime(frame));
    default:
      return decoded.records.length === 0 ? null : unsealed(count, type, deviceTime(frame));
  }
}

/** The device's own time, which tells it what was received. */
function deviceTime(frame: Buffer): Buffer {
  return frame.subarray(4, 4 + TIME_BYTES);
}

/** The year in two bytes. */
function unsealedTime(nowMs: number): Buffer {
  const [year, ...rest] = utc(nowMs);
  return unsealed(TIME_COUNT, TIME, Buffer.of(year >> 8, year & 0xff, ...rest));
}

function unsealed(count: number, type: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0x78, 0x78, count, type), content, Buffer.of(0x0d, 0x0a)]);
}
