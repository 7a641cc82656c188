/** A Teltonika frame field by field, for people on the phone with the vendor. Names are those of the page "Codec". */
import { ANY_DEVICE, type DeviceProfile, type Field } from '../protocol.ts';
import { hexByte, u16, u32 } from '../wire/bytes.ts';
import { crc16Ibm } from '../wire/checksums.ts';
import { Fields } from '../wire/fields.ts';
import { CODEC_7, CODEC_8, CODEC_8_EXTENDED, CODEC_12, CODEC_13, CODEC_14, CODEC_15, CODEC_16 } from './codecs.ts';
import { AVL_PACKET_ID_AT, DATAGRAM_DATA_AT, datagram, IMEI_AT } from './datagram.ts';
import { tableOf } from './decode.ts';
import { encodeData, TAIL_BYTES } from './envelope.ts';
import { explainGh3000, explainMessage, explainRecord } from './explain-data.ts';
import { familyOf } from './families.ts';
import { DATA_AT, IMEI, PING } from './frame.ts';

const CRC_BYTES = 4;

/** Of a frame as `frame` finds it, or of a whole datagram. */
export function explain(frame: Buffer, profile: DeviceProfile = ANY_DEVICE): readonly Field[] {
  const fields = new Fields(frame);
  if (frame.length === 1 && frame[0] === PING) fields.take(1, 'Ping', () => 'the link is kept alive; not answered');
  else if (frame.length >= 2 && u16(frame, 0) === 0) explainFrame(fields, profile);
  else if ('imei' in datagram(frame)) explainDatagram(fields, profile);
  else if (frame.length >= 2) explainLogin(fields);
  return fields.done();
}

function explainLogin(fields: Fields): void {
  const { bytes } = fields;
  if (!fields.take(2, 'IMEI length', (at) => `${u16(bytes, at)}`)) return;
  fields.take(bytes.length - 2, 'IMEI', (at) => {
    const text = bytes.toString('latin1', at);
    return IMEI.test(text) ? text : `${bytes.toString('hex', at)}: expected 15 digits`;
  });
}

function explainFrame(fields: Fields, profile: DeviceProfile): void {
  const { bytes } = fields;
  const dataBytes = bytes.length - DATA_AT - CRC_BYTES;
  const isWhole =
    fields.take(4, 'Preamble', (at) => (u32(bytes, at) === 0 ? '0' : `${u32(bytes, at)}: expected 0`)) &&
    fields.take(4, 'Data field length', (at) => expected(u32(bytes, at), Math.max(0, dataBytes), ' bytes'));
  if (!isWhole || dataBytes < 1) return;
  explainData(fields, bytes, DATA_AT + dataBytes, profile);
  fields.take(CRC_BYTES, 'CRC-16', (at) => expected(u32(bytes, at), crc16Ibm(bytes, DATA_AT, at), '', hex16));
}

function explainDatagram(fields: Fields, profile: DeviceProfile): void {
  const { bytes } = fields;
  fields.take(2, 'Length', (at) => `${u16(bytes, at)} bytes`);
  fields.take(2, 'Packet id', (at) => `${hex16(u16(bytes, at))}, echoed in the answer`);
  fields.take(1, 'Not used', (at) => hexByte(bytes[at]!));
  fields.take(1, 'AVL packet id', () => `${hexByte(bytes[AVL_PACKET_ID_AT]!)}, echoed in the answer`);
  fields.take(2, 'IMEI length', (at) => `${u16(bytes, at)}`);
  fields.take(DATAGRAM_DATA_AT - IMEI_AT, 'IMEI', (at) => bytes.toString('latin1', at, DATAGRAM_DATA_AT));
  // The table is told by trial on the same data in a frame of its own.
  explainData(fields, encodeData(bytes.subarray(DATAGRAM_DATA_AT)), bytes.length, profile);
}

/** Codec id to second count, which ends at `end`; `frame` holds the same data as TCP has it. */
function explainData(fields: Fields, frame: Buffer, end: number, profile: DeviceProfile): void {
  const { bytes } = fields;
  const codec = bytes[fields.at]!;
  fields.take(1, 'Codec id', () => `${hexByte(codec)}: ${CODEC_NAMES[codec] ?? 'not known'}`);
  if (fields.at >= end) return;
  const count = bytes[fields.at]!;
  const counted = MESSAGE_CODECS.has(codec) ? 'Quantity' : 'Number of data';
  fields.take(1, `${counted} 1`, () => `${count}`);
  const dataEnd = end - 1;
  const table = frame.length >= DATA_AT + TAIL_BYTES ? tableOf(frame) : null;
  const family = familyOf(profile.model, codec);
  if (MESSAGE_CODECS.has(codec)) explainMessage(fields, codec, dataEnd);
  for (let number = 1; number <= count && fields.at < dataEnd; number++) {
    if (codec === CODEC_7) explainGh3000(fields, number, dataEnd);
    else if (table !== null) explainRecord(fields, number, dataEnd, table, family);
    else break;
  }
  fields.rest('not understood', dataEnd);
  if (fields.at === dataEnd) fields.take(1, `${counted} 2`, (at) => expected(bytes[at]!, count));
}

const MESSAGE_CODECS: ReadonlySet<number> = new Set([CODEC_12, CODEC_13, CODEC_14, CODEC_15]);

const CODEC_NAMES: Readonly<Record<number, string>> = {
  [CODEC_7]: 'codec 7 (GH3000)',
  [CODEC_8]: 'codec 8',
  [CODEC_8_EXTENDED]: 'codec 8 Extended',
  [CODEC_12]: 'codec 12',
  [CODEC_13]: 'codec 13',
  [CODEC_14]: 'codec 14',
  [CODEC_15]: 'codec 15',
  [CODEC_16]: 'codec 16',
};

function expected(received: number, wanted: number, unit = '', text: (value: number) => string = String): string {
  if (received === wanted) return `${text(received)}${unit}`;
  return `${text(received)}${unit}: expected ${text(wanted)}`;
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, '0');
}
