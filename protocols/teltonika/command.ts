/**
 * GPRS messages, codecs 12 to 15: commands of the server, answers of the device, and what came through its serial port.
 * Teltonika "Codec", sections "Codec 12" to "Codec 15".
 */
import type { Attributes, Commands, DeviceProfile, Message, MessageKind } from '../protocol.ts';
import { readBcd, writeBcd } from '../wire/bcd.ts';
import { u16, u32 } from '../wire/bytes.ts';
import { message } from '../wire/message.ts';
import { printableText } from '../wire/text.ts';
import { CODEC_12, CODEC_13, CODEC_14, CODEC_15 } from './codecs.ts';
import { encodeData, TAIL_BYTES } from './envelope.ts';
import { DATA_AT } from './frame.ts';

export const REQUEST = 0x05;
export const RESPONSE = 0x06;
/** Codec 14: the IMEI is not the device's, the command is not carried out. */
export const NOT_MINE = 0x11;
/** Codec 12: a photo is announced or delivered in pieces. */
export const CAMERA = 0x0d;

/** Type (1) and size (4) stand before the payload. */
const TYPE_AT = DATA_AT + 2;
const SIZE_AT = DATA_AT + 3;
const PAYLOAD_AT = DATA_AT + 7;
export const IMEI_BYTES = 8;

/** Reads a frame of codec 12 to 15. Types that are not read (camera) and sizes that do not fit stay raw. */
export function readCommand(frame: Buffer, codec: number): Message {
  const payloadEnd = frame.length - TAIL_BYTES;
  const fits = PAYLOAD_AT <= payloadEnd && u32(frame, SIZE_AT) === payloadEnd - PAYLOAD_AT;
  const kind = fits ? kindOf(codec, frame[TYPE_AT]!) : 'unknown';
  if (kind === 'unknown') return message({ kind, type: codec });
  return message({
    kind,
    type: codec,
    attributes: () => payloadAttributes(codec, frame[TYPE_AT]!, frame.subarray(PAYLOAD_AT, payloadEnd)),
  });
}

/** What comes through a serial port (13, 15) is nobody's answer. */
function kindOf(codec: number, type: number): MessageKind {
  if (codec === CODEC_13 || codec === CODEC_15) return 'status';
  if (type === REQUEST) return 'command';
  if (type === RESPONSE || (codec === CODEC_14 && type === NOT_MINE)) return 'command_response';
  return 'unknown';
}

function payloadAttributes(codec: number, type: number, payload: Buffer): Attributes {
  switch (codec) {
    case CODEC_14:
      return addressed(type, payload);
    case CODEC_13:
      return serial(payload.subarray(timeBytes(payload)), timeOf(payload));
    case CODEC_15: {
      const imei = imeiOf(payload.subarray(4));
      return { ...serial(payload.subarray(4 + IMEI_BYTES), timeOf(payload)), ...(imei === null ? {} : { imei }) };
    }
    default:
      return spoken(type, payload);
  }
}

function spoken(type: number, text: Buffer): Attributes {
  return type === REQUEST ? { command: printableText(text) } : { result: printableText(text) };
}

function addressed(type: number, payload: Buffer): Attributes {
  const imei = imeiOf(payload);
  const said =
    type === NOT_MINE ? { result: 'not carried out: the IMEI is another' } : spoken(type, payload.subarray(8));
  return imei === null ? said : { imei, ...said };
}

/** The text of the driver card reader: the fifth field is the card. */
const DRIVER_CARD = /^GTSL\|(?:[^|]*\|){3}([^|]+)/;

function serial(bytes: Buffer, timeMs: number | null): Attributes {
  const data = printableText(bytes);
  const card = DRIVER_CARD.exec(data)?.[1];
  return {
    ...(timeMs === null ? {} : { time: new Date(timeMs).toISOString() }),
    data,
    ...(card === undefined ? {} : { driverUniqueId: card }),
  };
}

/** Seconds in 4 bytes, as documented; some firmware sends milliseconds in 8, which then begin with zeros. */
export function timeBytes(payload: Uint8Array): 4 | 8 {
  if (payload.length < 8 || u16(payload, 0) !== 0) return 4;
  const text = payload.subarray(4, 8);
  return text.every((byte) => byte >= 0x20 && byte < 0x7f) ? 4 : 8;
}

export function timeOf(payload: Buffer): number | null {
  if (payload.length < 4) return null;
  if (timeBytes(payload) === 4) return u32(payload, 0) * 1000;
  // The first two bytes are zero: at most 2^48 ms, which is a date.
  return Number(payload.readBigUInt64BE());
}

/** 16 decimal digits of which the first is 0. */
export function imeiOf(payload: Uint8Array): string | null {
  if (payload.length < IMEI_BYTES) return null;
  return readBcd(payload, 0, IMEI_BYTES)?.slice(1) ?? null;
}

/** Ours: far above the vendor's longest command, far below the longest frame. */
const TEXT_BYTES_MAX = 512;

/** `FMB640 codec14`: the operator says so in the model, because nothing on the wire does. */
const WANTS_CODEC_14 = /\bcodec ?14$/i;

export const commands: Commands = {
  textBytesMax: TEXT_BYTES_MAX,
  // The family has no number for a command: answers come in the order of the commands.
  encode: (text: string, _id: number, profile: DeviceProfile) => {
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length === 0 || bytes.length > TEXT_BYTES_MAX) {
      throw new RangeError(`command of ${bytes.length} bytes: expected 1 to ${TEXT_BYTES_MAX}`);
    }
    const isAddressed = profile.imei !== undefined && WANTS_CODEC_14.test(profile.model ?? '');
    return isAddressed ? encodeMessage14(REQUEST, profile.imei, bytes) : encodeMessage(CODEC_12, REQUEST, bytes);
  },
  isRefusal: (result: string) => REFUSAL.test(result.trim()),
  cutsEngine: (text: string) => CUT.test(text.trim()),
};

/**
 * `setdigout 1?2 60`: what hangs on an output is the fitter's business, most often a relay in the fuel line, so any output
 * that is switched on counts. `setdigout 00` and `setdigout ??` switch nothing on. Of the CAN adapters, the two that block.
 */
const CUT = /^(\S+\s+\S+\s+)?(setdigout\s+[0?]*[1-9]|lvcanblockengine|lvcanclosealldoorsblock)/i;

/** Answers begin with the value asked for or with the name of what was done; these say that nothing was. */
const REFUSAL = /^(error|warning|fail|invalid|incorrect|wrong|unknown|unsupported|not )/i;

/** One message of codec 12 to 15 around its payload. */
export function encodeMessage(codec: number, type: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([codec, 1, type, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 3);
  return encodeData(Buffer.concat([head, payload, Buffer.of(1)]));
}

/** Codec 14: the IMEI, `0` and 15 digits, stands before the text. */
function encodeMessage14(type: number, imei: string, text: Uint8Array): Buffer {
  return encodeMessage(CODEC_14, type, Buffer.concat([writeBcd(imei.padStart(2 * IMEI_BYTES, '0')), text]));
}
