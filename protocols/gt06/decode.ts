/** Reads one GT06 frame. The tables say which messages are read; a type that is in neither is kept raw. */
import type { Malformed, Message } from '../protocol.ts';
import { hexByte, hexExcerpt, u16 } from '../wire/bytes.ts';
import { message, refused, unreadable } from '../wire/message.ts';
import { body, bodyAt, bodyEnd, isLong, typeAt } from './envelope.ts';
import { checksumHolds } from './frame.ts';
import { GPS_BYTES } from './layout.ts';
import { loginAttributes, readImei } from './login.ts';
import { Gt06Record } from './record.ts';
import { alarmTail, heartbeatAttributes, locationTail } from './tail.ts';
import {
  answerAttributes,
  commandAttributes,
  isAddressText,
  readCountedText,
  readEncodedText,
  readTextPosition,
  type TextBody,
} from './text.ts';

const TIME_REQUEST = 0x8a;
type Reader = (frame: Buffer, type: number) => Message | Malformed;

/** Messages in the short form (7878), one line each. */
const SHORT_MESSAGES: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [0x01, readLogin],
  [0x12, readLocation],
  [0x13, readHeartbeat],
  [0x15, readOldAnswer],
  [0x16, readAlarm],
  [0x17, readAddress],
  [0x21, readNewAnswer],
  [0x22, readLocation],
  [0x26, readAlarm],
  [0x80, readCommand],
  [0x81, readCommand],
  [0x82, readCommand],
  [TIME_REQUEST, (_, type) => message({ kind: 'time_request', type })],
  [0x97, (_, type) => message({ kind: 'command', type })],
]);

/** The long form (7979), where the same number may mean another thing. */
const LONG_MESSAGES: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [0x15, readOldAnswer],
  [0x21, readNewAnswer],
  [0x97, (_, type) => message({ kind: 'command', type })],
]);

export function decode(frame: Buffer): Message | Malformed {
  if (!hasEnvelope(frame)) {
    return refused('bad_length', `${hexExcerpt(frame)}: expected 7878 or 7979, a type and 0d0a at the end`);
  }
  const type = frame[typeAt(frame)]!;
  if (!hasRoomForChecksum(frame) || !checksumHolds(frame, 0, frame.length)) return readUnsealed(frame, type);
  const read = (isLong(frame) ? LONG_MESSAGES : SHORT_MESSAGES).get(type);
  if (read === undefined) return message({ kind: 'unknown', type });
  return isServerAnswer(frame, type) ? message({ kind: 'command', type }) : read(frame, type);
}

/** An answer of a server: of the messages that are read, only the time request has no body, and only its answer has one. */
function isServerAnswer(frame: Buffer, type: number): boolean {
  const isEmpty = bodyAt(frame) === bodyEnd(frame);
  return type === TIME_REQUEST ? !isEmpty : isEmpty;
}

function hasEnvelope(frame: Buffer): boolean {
  if (frame.length < typeAt(frame) + 3) return false;
  const header = u16(frame, 0);
  return (header === 0x7878 || header === 0x7979) && u16(frame, frame.length - 2) === 0x0d0a;
}

function hasRoomForChecksum(frame: Buffer): boolean {
  return frame.length >= typeAt(frame) + 7;
}

/** Types of the dialect (365GPS v1.3 and others) without serial and checksum. */
const UNSEALED_TYPES: ReadonlySet<number> = new Set([0x01, 0x08, 0x10, 0x11, 0x13, 0x17, 0x30, 0x69]);

/** Without a right checksum: the other dialect, where its types come in a length that is not the stated one; else refused. */
function readUnsealed(frame: Buffer, type: number): Message | Malformed {
  const isStatedLength = !isLong(frame) && frame.length === frame[2]! + 5;
  const isOtherDialect = !isLong(frame) && UNSEALED_TYPES.has(type);
  if (isOtherDialect && !(isStatedLength && hasRoomForChecksum(frame))) return message({ kind: 'unknown', type });
  if (!hasRoomForChecksum(frame)) {
    return refused('bad_length', `frame of ${frame.length} bytes: expected serial and checksum`);
  }
  const received = u16(frame, frame.length - 4)
    .toString(16)
    .padStart(4, '0');
  return refused('bad_crc', `type ${hexByte(type)}, checksum ${received}: wrong for these ${frame.length} bytes`);
}

function readLogin(frame: Buffer, type: number): Message | Malformed {
  const content = body(frame);
  const imei = readImei(content);
  if (imei === null)
    return unreadable('bad_imei', `login ${hexExcerpt(content)}: expected 15 decimal digits in 8 bytes`);
  return message({ kind: 'login', type, imei, attributes: () => loginAttributes(content) });
}

function readLocation(frame: Buffer, type: number): Message | Malformed {
  if (body(frame).length < GPS_BYTES) return tooShort(frame, type, GPS_BYTES);
  return message({ kind: 'location', type, records: [new Gt06Record(frame, locationTail)] });
}

function readAlarm(frame: Buffer, type: number): Message | Malformed {
  if (body(frame).length < GPS_BYTES) return tooShort(frame, type, GPS_BYTES);
  return message({ kind: 'alarm', type, records: [new Gt06Record(frame, alarmTail)] });
}

function readHeartbeat(frame: Buffer, type: number): Message | Malformed {
  const content = body(frame);
  if (content.length < 1) return tooShort(frame, type, 1);
  return message({ kind: 'heartbeat', type, attributes: () => heartbeatAttributes(content) });
}

function readOldAnswer(frame: Buffer, type: number): Message | Malformed {
  const text = readCountedText(body(frame));
  return text === null ? tooShort(frame, type, 5) : readAnswer(frame, type, text);
}

function readNewAnswer(frame: Buffer, type: number): Message | Malformed {
  const text = readEncodedText(body(frame));
  return text === null ? tooShort(frame, type, 5) : readAnswer(frame, type, text);
}

function readAnswer(frame: Buffer, type: number, text: TextBody): Message {
  const content = frame.subarray(typeAt(frame), bodyEnd(frame));
  const record = readTextPosition(content, text);
  if (record === null) return message({ kind: 'command_response', type, attributes: () => answerAttributes(text) });
  return message({ kind: 'command_response', type, records: [record] });
}

/** Only servers send these; they come up when a recorded talk is read. */
function readCommand(frame: Buffer, type: number): Message | Malformed {
  const text = readCountedText(body(frame));
  if (text === null) return tooShort(frame, type, 5);
  return message({ kind: 'command', type, attributes: () => commandAttributes(text) });
}

function readAddress(frame: Buffer, type: number): Message {
  return message({ kind: isAddressText(body(frame)) ? 'command' : 'unknown', type });
}

function tooShort(frame: Buffer, type: number, bytesMin: number): Malformed {
  const text = `type ${hexByte(type)} with a body of ${body(frame).length} bytes: expected at least ${bytesMin}`;
  return unreadable('bad_length', text);
}
