/** Messages that are text: answers to commands (15, 21), commands (80, 81, 82), and the fix some answers carry. */
import type { Attributes, IoValues, PositionRecord } from '../protocol.ts';
import { printableText } from '../wire/text.ts';
import { utcMs } from '../wire/time.ts';
import { type Reading, walkBody } from './message-layout.ts';
import { octets, said, table, u1 } from './table.ts';
import { onClock } from './time.ts';
import type { Part } from './walk.ts';

const FLAG_BYTES = 4;

interface TextBody {
  /** The server's flag, 8 hex digits, which a device repeats in its answer. */
  readonly flag: string;
  readonly text: string;
}

const COUNTED = table({ textLength: u1, serverFlag: octets(FLAG_BYTES) });

/** 15, 80, 81, 82: length (1; flag and text, or 0), flag (4), text, language (2, on some). */
function counted(attributesOf: (body: TextBody) => Attributes): Part {
  return (walk) => {
    const head = walk.take(COUNTED);
    if (head === null) return;
    const stated = head.textLength - FLAG_BYTES;
    const bytes = stated >= 0 && stated <= walk.left ? stated : walk.left;
    const text = printableText(untilPadding(walk.ahead.subarray(0, bytes)));
    walk.raw(bytes, 'text', text);
    walk.raw(walk.left, 'language, padding');
    walk.set(attributesOf({ flag: head.serverFlag.toString('hex'), text }));
  };
}

const ENCODING_UTF16 = 2;
const ENCODED = table({
  serverFlag: octets(FLAG_BYTES),
  encoding: said(u1, (code) => `${code}: ${code === ENCODING_UTF16 ? 'UTF-16' : 'ASCII'}`),
});

/** 21: flag (4), encoding (1: ASCII, 2: UTF-16BE), text. */
export const encodedAnswer: Part = (walk) => {
  const head = walk.take(ENCODED);
  if (head === null) return;
  const text = encodedText(walk.ahead, head.encoding);
  walk.raw(walk.left, 'text', text);
  walk.set(answerAttributes({ flag: head.serverFlag.toString('hex'), text }));
};

function encodedText(bytes: Buffer, encoding: number): string {
  const isUtf16 = encoding === ENCODING_UTF16 && bytes.length % 2 === 0;
  return isUtf16
    ? Buffer.from(bytes).swap16().toString('utf16le').replace(/\0+$/, '').trim()
    : printableText(untilPadding(bytes));
}

/** Old firmware pads the text with zeros, with the language behind them. */
function untilPadding(bytes: Buffer): Buffer {
  const padding = bytes.indexOf(0);
  return padding > 0 ? bytes.subarray(0, padding) : bytes;
}

const ICCID = /ICCID:\s*(\d{19,20})/;

/** A device's answer, and the identifier that some firmware announces in the form of one. */
function answerAttributes({ flag, text }: TextBody): Attributes {
  const iccid = ICCID.exec(text)?.[1];
  return { result: text, commandFlag: flag, ...(iccid === undefined ? {} : { iccid }) };
}

export const countedAnswer = counted(answerAttributes);
/** Only servers send these; they come up when a recorded talk is read. */
export const countedCommand = counted(({ flag, text }) => ({ command: text, commandFlag: flag }));

/** The number that a command carried; devices that do not repeat it send 0. */
export function commandIdOf(attributes: Attributes): number | null {
  const flag = attributes['commandFlag'];
  return typeof flag === 'string' ? Number.parseInt(flag, 16) || null : null;
}

const NUMBER = String.raw`(-?\d{1,5}(?:\.\d{1,9})?)`;
const POSITION = new RegExp(
  String.raw`Current position!\s*Lat:([NS])${NUMBER},\s*Lon:([EW])${NUMBER},\s*Course:${NUMBER},\s*Speed:${NUMBER}[^,]{0,6},` +
    String.raw`\s*DateTime:(\d{4})-(\d{2})-(\d{2})\s+(\d{2}):(\d{2}):(\d{2})`,
);
const NO_VALUES: IoValues = Object.freeze({});

/** The fix in an answer such as "Current position!Lat:N..,Lon:E..,Course:..,Speed:..,DateTime:..", or null. */
export function textRecord(reading: Reading): PositionRecord | null {
  const { attributes } = walkBody(reading);
  const found = POSITION.exec(String(attributes['result'] ?? ''));
  if (found === null) return null;
  const [northSouth, lat, eastWest, lon, course, speed, ...time] = found.slice(1) as [
    string,
    string,
    string,
    string,
    string,
    string,
    ...string[],
  ];
  return {
    timeMs: onClock(digitsMs(time.map(Number)), reading.profile),
    latDeg: Number(lat) * (northSouth === 'S' ? -1 : 1),
    lonDeg: Number(lon) * (eastWest === 'W' ? -1 : 1),
    altitudeM: null,
    speedKmh: Number(speed),
    courseDeg: Number(course),
    satellites: null,
    hasPosition: true,
    priority: 0,
    event: 0,
    flags: null,
    content: reading.frame.subarray(reading.start - 1, reading.end),
    io: NO_VALUES,
    attributes,
  };
}

function digitsMs([year, month, day, hour, minute, second]: number[]): number {
  return utcMs(year!, month!, day!, hour!, minute!, second!);
}

const ADDRESS_TEXT = /ALARMSMS|ADDRESS/;

/** Whether the body of a 17 is an address that a server sends, rather than one of the positions of that number. */
export function isAddressText(body: Buffer): boolean {
  return ADDRESS_TEXT.test(body.toString('latin1'));
}
