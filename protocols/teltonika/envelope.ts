/** What lies around the data field of a TCP frame: preamble, length, checksum. Teltonika "Codec", "TCP packet structure". */
import type { Malformed } from '../protocol.ts';
import { hexByte, hexExcerpt, u32 } from '../wire/bytes.ts';
import { crc16Ibm } from '../wire/checksums.ts';
import { refused } from '../wire/message.ts';
import { DATA_AT, OVERHEAD_BYTES } from './frame.ts';

/** Codec id and the two counts. */
export const DATA_BYTES_MIN = 3;

/** Second count and checksum. */
export const TAIL_BYTES = 5;

/** Envelope and checksum around `data` (codec id to second count). */
export function encodeData(data: Uint8Array): Buffer {
  const frame = Buffer.alloc(data.length + OVERHEAD_BYTES);
  frame.writeUInt32BE(data.length, 4);
  frame.set(data, DATA_AT);
  frame.writeUInt32BE(crc16Ibm(data, 0, data.length), DATA_AT + data.length);
  return frame;
}

/** What is wrong with the envelope of `frame`, or null. */
export function checkEnvelope(frame: Buffer): Malformed | null {
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
