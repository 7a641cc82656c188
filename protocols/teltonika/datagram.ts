/** The UDP channel: a header in front of the same data field. Teltonika "Codec", "Communication with server over UDP". */
import type { Datagram, Malformed } from '../protocol.ts';
import { hexByte, hexExcerpt, u16 } from '../wire/bytes.ts';
import { refused } from '../wire/message.ts';
import { DATA_BYTES_MIN, encodeData } from './envelope.ts';
import { FRAME_BYTES_MAX, IMEI, IMEI_DIGITS, OVERHEAD_BYTES } from './frame.ts';

/** Length (2), packet id (2), unused (1), AVL packet id (1), length of the IMEI (2), IMEI (15); then codec id to second count. */
export const AVL_PACKET_ID_AT = 5;
const IMEI_LENGTH_AT = 6;
export const IMEI_AT = 8;
export const DATAGRAM_DATA_AT = IMEI_AT + IMEI_DIGITS;
const DATA_BYTES_MAX = FRAME_BYTES_MAX - OVERHEAD_BYTES;
const ANSWER_BYTES = 5;
const NOT_USED = 0x01;

export function datagram(bytes: Buffer): Datagram | Malformed {
  const dataBytes = bytes.length - DATAGRAM_DATA_AT;
  if (dataBytes < DATA_BYTES_MIN || dataBytes > DATA_BYTES_MAX || u16(bytes, 0) !== bytes.length - 2) {
    const expected = `a length of ${Math.max(0, bytes.length - 2)}, at least ${DATAGRAM_DATA_AT + DATA_BYTES_MIN - 2}`;
    return refused('bad_length', `datagram ${hexExcerpt(bytes, 10)} of ${bytes.length} bytes: expected ${expected}`);
  }
  const imei = bytes.toString('latin1', IMEI_AT, DATAGRAM_DATA_AT);
  if (u16(bytes, IMEI_LENGTH_AT) !== IMEI_DIGITS || !IMEI.test(imei)) {
    const head = hexExcerpt(bytes.subarray(IMEI_LENGTH_AT));
    return refused('bad_imei', `datagram with ${head}: expected ${hexByte(0)}${hexByte(IMEI_DIGITS)} and 15 digits`);
  }
  const recordsStated = bytes[DATAGRAM_DATA_AT + 1]!;
  const [packetId, avlPacketId] = [u16(bytes, 2), bytes[AVL_PACKET_ID_AT]!];
  return {
    imei,
    recordsStated,
    frame: encodeData(bytes.subarray(DATAGRAM_DATA_AT)),
    reply: (accepted) => answer(packetId, avlPacketId, accepted),
  };
}

/** Both ids come back as they were sent: by them the device knows what was accepted. */
function answer(packetId: number, avlPacketId: number, accepted: number): Buffer {
  const bytes = Buffer.from([0, ANSWER_BYTES, 0, 0, NOT_USED, avlPacketId, accepted]);
  bytes.writeUInt16BE(packetId, 2);
  return bytes;
}
