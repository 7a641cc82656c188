/** Messages that are text: answers to commands (15, 21), commands (80, 81, 82), and the fix some answers carry. */
import type { Attributes, IoValues, PositionRecord } from '../protocol.ts';
import { printableText } from '../wire/text.ts';
import { utcMs } from '../wire/time.ts';

const FLAG_BYTES = 4;

export interface TextBody {
  /** The server's flag, 8 hex digits, which a device repeats in its answer. */
  readonly flag: string;
  readonly text: string;
}

/** 15, 80, 81, 82: length (1; flag and text, or 0), flag (4), text, language (2, on some). */
export function readCountedText(body: Buffer): TextBody | null {
  if (body.length < 1 + FLAG_BYTES) return null;
  const textAt = 1 + FLAG_BYTES;
  const stated = 1 + body[0]!;
  const end = stated >= textAt && stated <= body.length ? stated : body.length;
  return { flag: body.toString('hex', 1, textAt), text: printableText(untilPadding(body.subarray(textAt, end))) };
}

const ENCODING_UTF16 = 2;

/** 21: flag (4), encoding (1: ASCII, 2: UTF-16BE), text. */
export function readEncodedText(body: Buffer): TextBody | null {
  if (body.length < FLAG_BYTES + 1) return null;
  const bytes = body.subarray(FLAG_BYTES + 1);
  const isUtf16 = body[FLAG_BYTES] === ENCODING_UTF16 && bytes.length % 2 === 0;
  const text = isUtf16
    ? Buffer.from(bytes).swap16().toString('utf16le').replace(/\0+$/, '').trim()
    : printableText(untilPadding(bytes));
  return { flag: body.toString('hex', 0, FLAG_BYTES), text };
}

/** Old firmware pads the text with zeros, with the language behind them. */
function untilPadding(bytes: Buffer): Buffer {
  const padding = bytes.indexOf(0);
  return padding > 0 ? bytes.subarray(0, padding) : bytes;
}

const ICCID = /ICCID:\s*(\d{19,20})/;

/** A device's answer, and the identifier that some firmware announces in the form of one. */
export function answerAttributes({ flag, text }: TextBody): Attributes {
  const iccid = ICCID.exec(text)?.[1];
  return { result: text, commandFlag: flag, ...(iccid === undefined ? {} : { iccid }) };
}

export function commandAttributes({ flag, text }: TextBody): Attributes {
  return { command: text, commandFlag: flag };
}

const NUMBER = String.raw`(-?\d{1,5}(?:\.\d{1,9})?)`;
const POSITION = new RegExp(
  String.raw`Current position!\s*Lat:([NS])${NUMBER},\s*Lon:([EW])${NUMBER},\s*Course:${NUMBER},\s*Speed:${NUMBER}[^,]{0,6},` +
    String.raw`\s*DateTime:(\d{4})-(\d{2})-(\d{2})\s+(\d{2}):(\d{2}):(\d{2})`,
);
const NO_VALUES: IoValues = Object.freeze({});

/** The fix in an answer such as "Current position!Lat:N..,Lon:E..,Course:..,Speed:..,DateTime:..", or null. */
export function readTextPosition(content: Buffer, answer: TextBody): PositionRecord | null {
  const found = POSITION.exec(answer.text);
  if (found === null) return null;
  const [northSouth, lat, eastWest, lon, course, speed, ...time] = found.slice(1) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const [year, month, day, hour, minute, second] = (time as string[]).map(Number);
  return {
    timeMs: utcMs(year!, month!, day!, hour!, minute!, second!),
    latDeg: Number(lat) * (northSouth === 'S' ? -1 : 1),
    lonDeg: Number(lon) * (eastWest === 'W' ? -1 : 1),
    altitudeM: null,
    speedKmh: Number(speed),
    courseDeg: Number(course),
    satellites: 0,
    hasPosition: true,
    priority: 0,
    event: 0,
    flags: null,
    content,
    io: NO_VALUES,
    attributes: answerAttributes(answer),
  };
}

const ADDRESS_TEXT = /ALARMSMS|ADDRESS/;

/** Whether the body of a 17 is an address that a server sends, rather than one of the positions of that number. */
export function isAddressText(body: Buffer): boolean {
  return ADDRESS_TEXT.test(body.toString('latin1'));
}
