/** What the device is answered, byte for byte: as a rule the type again, with the device's own serial. */
import type { Malformed, Message, ReplyContext } from '../protocol.ts';
import { encodeFrame, isLong, serial, typeAt } from './envelope.ts';

/**
 * Types that are not read yet but must be answered, or the device reconnects or repeats itself: heartbeats 23 and 36,
 * alarms 19, 27, 95, A3, A4 and A5, and 1F, 40, 70, F1, F2.
 */
const ANSWERED_SHORT: ReadonlySet<number> = new Set([0x19, 0x1f, 0x23, 0x27, 0x36, 0x40, 0x95, 0xa3, 0xa4, 0xa5]);
const ANSWERED_LONG: ReadonlySet<number> = new Set([0x32, 0x33, 0x41, 0x70, 0xf1, 0xf2]);
/** Long frames whose answer is in the long form too. */
const ANSWERED_IN_LONG_FORM: ReadonlySet<number> = new Set([0x32, 0x33, 0x41]);
const TIME_REQUEST = 0x8a;
const NO_CONTENT = Buffer.alloc(0);

export function reply(frame: Buffer, decoded: Message | Malformed, context: ReplyContext): Buffer | null {
  switch (decoded.kind) {
    case 'login':
    case 'location':
    case 'heartbeat':
    case 'alarm':
      return echo(frame);
    case 'time_request':
      return encodeFrame(TIME_REQUEST, timeDigits(context.nowMs), serial(frame));
    case 'unknown':
      return mustBeAnswered(frame) ? echo(frame) : null;
    case 'malformed':
      return replyToMalformed(frame, decoded);
    case 'ping':
    case 'records':
    case 'status':
    case 'command_response':
    case 'command':
      return null;
  }
}

/** Silence and a closed connection: an answer would keep the device sending. */
export function refusal(): null {
  return null;
}

function echo(frame: Buffer): Buffer {
  const type = frame[typeAt(frame)]!;
  const form = isLong(frame) && ANSWERED_IN_LONG_FORM.has(type) ? 'long' : 'short';
  return encodeFrame(type, NO_CONTENT, serial(frame), form);
}

function mustBeAnswered(frame: Buffer): boolean {
  return (isLong(frame) ? ANSWERED_LONG : ANSWERED_SHORT).has(frame[typeAt(frame)]!);
}

const ANSWERED_WHEN_READ: ReadonlySet<number> = new Set([0x12, 0x13, 0x16, 0x22, 0x26]);

function replyToMalformed(frame: Buffer, malformed: Malformed): Buffer | null {
  return malformed.isGenuine && ANSWERED_WHEN_READ.has(frame[typeAt(frame)]!) ? echo(frame) : null;
}

/** YY MM DD hh mm ss, UTC. */
function timeDigits(nowMs: number): Buffer {
  const now = new Date(nowMs);
  return Buffer.of(
    now.getUTCFullYear() % 100,
    now.getUTCMonth() + 1,
    now.getUTCDate(),
    now.getUTCHours(),
    now.getUTCMinutes(),
    now.getUTCSeconds(),
  );
}
