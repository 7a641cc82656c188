/** Reads one Teltonika frame: login, ping, AVL data of codec 8 and 8 Extended, command answers; everything else stays raw. */
import type { Attributes, Malformed, Message } from '../protocol.ts';
import { hexByte, hexExcerpt, u16, u32 } from '../wire/bytes.ts';
import { crc16Ibm } from '../wire/checksums.ts';
import { message, refused, unreadable } from '../wire/message.ts';
import { printableText } from '../wire/text.ts';
import { DATA_AT, OVERHEAD_BYTES, PING } from './frame.ts';
import { IO_AT, type RecordTable } from './layout.ts';
import { AvlRecord } from './record.ts';

export const CODEC_8 = 0x08;
export const CODEC_8_EXTENDED = 0x8e;
const CODEC_12 = 0x0c;
const IMEI = /^\d{15}$/;
/** Codec id and the two counts. */
const DATA_BYTES_MIN = 3;

/** One line per codec that is read; the others (7, 13 to 16) are kept raw. */
const CODECS = new Map<number, (frame: Buffer) => Message | Malformed>([
  [CODEC_8, (frame) => readRecords(frame, CODEC_8, ['codec8', 'codec8Legacy'])],
  [CODEC_8_EXTENDED, (frame) => readRecords(frame, CODEC_8_EXTENDED, ['codec8Extended'])],
  [CODEC_12, readCommand],
]);

export function decode(frame: Buffer): Message | Malformed {
  if (frame.length === 1 && frame[0] === PING) return message({ kind: 'ping' });
  if (frame.length < 2) return refused('bad_length', `${hexExcerpt(frame)}: expected a ping, a login or a data frame`);
  if (u16(frame, 0) !== 0) return readLogin(frame);
  const malformed = checkEnvelope(frame);
  if (malformed !== null) return malformed;
  const codec = frame[DATA_AT]!;
  const read = CODECS.get(codec);
  return read === undefined ? message({ kind: 'unknown', type: codec }) : read(frame);
}

function readLogin(frame: Buffer): Message | Malformed {
  const imei = frame.toString('latin1', 2);
  if (u16(frame, 0) === imei.length && IMEI.test(imei)) return message({ kind: 'login', imei });
  return refused('bad_imei', `login ${hexExcerpt(frame)}: expected 000f and 15 digits`);
}

/** Length and checksum: Teltonika "Codec", "TCP packet structure". */
function checkEnvelope(frame: Buffer): Malformed | null {
  const dataBytes = frame.length - OVERHEAD_BYTES;
  if (dataBytes < DATA_BYTES_MIN || u32(frame, 0) !== 0 || u32(frame, 4) !== dataBytes) {
    const text = `frame ${hexExcerpt(frame, 10)}: expected a zero preamble and a data field length of ${dataBytes}`;
    return refused('bad_length', `${text}, at least ${DATA_BYTES_MIN}`);
  }
  const crcAt = DATA_AT + dataBytes;
  const received = u32(frame, crcAt);
  const computed = crc16Ibm(frame, DATA_AT, crcAt);
  if (received === computed) return null;
  return refused('bad_crc', `checksum ${hexByte(received)}: expected ${hexByte(computed)} for ${dataBytes} bytes`);
}

/** The first of the tables by which the records end exactly at the second count is the one they are written in. */
function readRecords(frame: Buffer, codec: number, tables: readonly RecordTable[]): Message | Malformed {
  const end = frame.length - 5;
  const count = frame[DATA_AT + 1]!;
  if (frame[end] !== count || count === 0) {
    return unreadable('bad_count', `record counts ${count} and ${frame[end]}: expected the same, 1 to 255`);
  }
  for (const table of tables) {
    const records = walkRecords(frame, DATA_AT + 2, end, count, table);
    if (records !== null) return message({ kind: 'records', type: codec, records });
  }
  return unreadable(
    'bad_content',
    `codec ${hexByte(codec)}: ${count} records do not end at byte ${end}, the second count`,
  );
}

/** Steps over `count` records by their group counts alone; null where they do not fill bytes[at..end) exactly. */
function walkRecords(frame: Buffer, at: number, end: number, count: number, table: RecordTable): AvlRecord[] | null {
  const skipIo = SKIP_IO[table];
  const records: AvlRecord[] = [];
  for (let left = count; left > 0; left--) {
    const next = skipIo(frame, at + IO_AT, end);
    if (next > end) return null;
    records.push(new AvlRecord(frame, at, next, table));
    at = next;
  }
  return at === end ? records : null;
}

const BEYOND = Number.MAX_SAFE_INTEGER;

/** Each returns where the IO part that begins at `at` ends, or a place beyond `end` where it does not fit. */
const SKIP_IO: Record<RecordTable, (frame: Buffer, at: number, end: number) => number> = {
  codec8: (frame, at, end) => skipGroups8(frame, at + 2, end),
  codec8Legacy: (frame, at, end) => skipGroup8(frame, skipGroups8(frame, at + 2, end), end, 17),
  codec8Extended: (frame, at, end) => skipGroups8Extended(frame, at + 4, end),
};

/** N1, N2, N4, N8: a count of one byte, then id (1) and value. */
function skipGroups8(frame: Buffer, at: number, end: number): number {
  let next = skipGroup8(frame, at, end, 2);
  next = skipGroup8(frame, next, end, 3);
  next = skipGroup8(frame, next, end, 5);
  return skipGroup8(frame, next, end, 9);
}

function skipGroup8(frame: Buffer, at: number, end: number, elementBytes: number): number {
  return at < end ? at + 1 + frame[at]! * elementBytes : BEYOND;
}

/** N1, N2, N4, N8: a count of two bytes, then id (2) and value; then NX: a count, then id, length and value. */
function skipGroups8Extended(frame: Buffer, at: number, end: number): number {
  let next = skipGroup8Extended(frame, at, end, 3);
  next = skipGroup8Extended(frame, next, end, 4);
  next = skipGroup8Extended(frame, next, end, 6);
  next = skipGroup8Extended(frame, next, end, 10);
  return skipVariableGroup(frame, next, end);
}

function skipGroup8Extended(frame: Buffer, at: number, end: number, elementBytes: number): number {
  return at + 2 <= end ? at + 2 + u16(frame, at) * elementBytes : BEYOND;
}

function skipVariableGroup(frame: Buffer, at: number, end: number): number {
  if (at + 2 > end) return BEYOND;
  let next = at + 2;
  for (let left = u16(frame, at); left > 0; left--) {
    if (next + 4 > end) return BEYOND;
    next += 4 + u16(frame, next + 2);
  }
  return next;
}

const REQUEST = 0x05;
const RESPONSE = 0x06;

/** Codec 12: type (1), size (4), payload. Other types (camera) and sizes that do not fit stay raw. */
function readCommand(frame: Buffer): Message {
  const type = frame[DATA_AT + 2];
  const payloadAt = DATA_AT + 7;
  const payloadEnd = frame.length - 5;
  const fits = payloadAt <= payloadEnd && u32(frame, DATA_AT + 3) === payloadEnd - payloadAt;
  if (!fits || (type !== REQUEST && type !== RESPONSE)) return message({ kind: 'unknown', type: CODEC_12 });
  const text = () => printableText(frame.subarray(payloadAt, payloadEnd));
  const isRequest = type === REQUEST;
  return message({
    kind: isRequest ? 'command' : 'command_response',
    type: CODEC_12,
    attributes: (): Attributes => (isRequest ? { command: text() } : { result: text() }),
  });
}
