/** Reads one GT06 frame: messages.ts says how a message is made, this which message it is and what is wrong with it. */
import { ANY_DEVICE, type DeviceProfile, type Malformed, type Message } from '../protocol.ts';
import { hexByte, hexExcerpt, u16 } from '../wire/bytes.ts';
import { message, refused, unreadable } from '../wire/message.ts';
import { bodyAt, bodyEnd, typeAt } from './envelope.ts';
import { checksumHolds } from './frame.ts';
import { readImei } from './login.ts';
import { type MessageLayout, type Reading, walkBody } from './message-layout.ts';
import { layoutOf } from './messages.ts';
import { commandIdOf } from './text.ts';
import { unsealedBodyEnd, unsealedLayout } from './unsealed.ts';

export function decode(frame: Buffer, profile: DeviceProfile = ANY_DEVICE): Message | Malformed {
  if (!hasEnvelope(frame)) {
    return refused('bad_length', `${hexExcerpt(frame)}: expected 7878 or 7979, a type and 0d0a at the end`);
  }
  if (!isSealed(frame)) return readUnsealed(frame, profile);
  const start = bodyAt(frame);
  const end = bodyEnd(frame);
  const type = frame[start - 1]!;
  const layout = layoutOf(frame, start, end, type, profile.model);
  if (layout === undefined) return message({ kind: 'unknown', type });
  if (isServerAnswer(layout, end - start)) return message({ kind: 'command', type });
  return read({ frame, start, end, layout, profile });
}

/** An answer of a server: of the messages that are read, only the time request has no body, and only its answer has one. */
export function isServerAnswer(layout: MessageLayout, bodyBytes: number): boolean {
  if (layout.kind === 'unknown') return false;
  return layout.kind === 'time_request' ? bodyBytes > 0 : bodyBytes === 0;
}

export function hasEnvelope(frame: Buffer): boolean {
  if (frame.length < typeAt(frame) + 3) return false;
  const header = u16(frame, 0);
  return (header === 0x7878 || header === 0x7979) && u16(frame, frame.length - 2) === 0x0d0a;
}

/** Whether a frame with an envelope has a checksum, and a right one. */
export function isSealed(frame: Buffer): boolean {
  return hasRoomForChecksum(frame) && checksumHolds(frame, 0, frame.length);
}

function hasRoomForChecksum(frame: Buffer): boolean {
  return frame.length >= typeAt(frame) + 7;
}

function readUnsealed(frame: Buffer, profile: DeviceProfile): Message | Malformed {
  const layout = dialectOf(frame);
  if (layout !== null) return read({ frame, start: bodyAt(frame), end: unsealedBodyEnd(frame), layout, profile });
  if (!hasRoomForChecksum(frame)) {
    return refused('bad_length', `frame of ${frame.length} bytes: expected serial and checksum`);
  }
  const received = u16(frame, frame.length - 4)
    .toString(16)
    .padStart(4, '0');
  const type = hexByte(frame[typeAt(frame)]!);
  return refused('bad_crc', `type ${type}, checksum ${received}: wrong for these ${frame.length} bytes`);
}

/** The layout of a frame without a right checksum that is of the dialect without one; null: it is damaged. */
export function dialectOf(frame: Buffer): MessageLayout | null {
  const isStatedLength = frame.length === frame[2]! + 5;
  return isStatedLength && hasRoomForChecksum(frame) ? null : unsealedLayout(frame);
}

function read(reading: Reading): Message | Malformed {
  const { frame, start, end, layout } = reading;
  const type = frame[start - 1]!;
  if (end - start < layout.bytesMin) return tooShort(type, end - start, layout);
  if (layout.kind === 'login') return readLogin(reading, type);
  const record = layout.record?.(reading) ?? null;
  if (layout.kind === 'command_response') return readAnswer(reading, type, record === null ? [] : [record]);
  if (record !== null) return message({ kind: layout.kind, type, records: [record] });
  const kind = layout.kind === 'location' ? 'status' : layout.kind;
  return message({ kind, type, attributes: () => walkBody(reading).attributes });
}

function readLogin(reading: Reading, type: number): Message | Malformed {
  const content = reading.frame.subarray(reading.start, reading.end);
  const imei = readImei(content);
  if (imei === null)
    return unreadable('bad_imei', `login ${hexExcerpt(content)}: expected 15 decimal digits in 8 bytes`);
  return message({ kind: 'login', type, imei, attributes: () => walkBody(reading).attributes });
}

/** The attributes belong to the fix where the answer carries one. */
function readAnswer(reading: Reading, type: number, records: Message['records']): Message {
  const { attributes } = walkBody(reading);
  const own = records.length === 0 ? { attributes: () => attributes } : {};
  return message({ kind: 'command_response', type, records, commandId: commandIdOf(attributes), ...own });
}

function tooShort(type: number, bytes: number, { bytesMin }: MessageLayout): Malformed {
  const text = `type ${hexByte(type)} with a body of ${bytes} bytes: expected at least ${bytesMin}`;
  return unreadable('bad_length', text);
}
