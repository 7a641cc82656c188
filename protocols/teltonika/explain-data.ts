/** The data field of a frame, field by field: records of every codec, GPRS messages. Reads nothing beyond `end`. */

import { hexByte, i16, i32, u16, u32 } from '../wire/bytes.ts';
import type { Fields } from '../wire/fields.ts';
import { printableText } from '../wire/text.ts';
import type { AvlEntry } from './avl.ts';
import { beaconAttributes, isBeaconList } from './beacons.ts';
import { CODEC_12, CODEC_13, CODEC_14, CODEC_15 } from './codecs.ts';
import { CAMERA, IMEI_BYTES, imeiOf, NOT_MINE, REQUEST, RESPONSE, timeBytes, timeOf } from './command.ts';
import type { Raw } from './elements.ts';
import { DICTIONARIES, type Family } from './families.ts';
import { layOut } from './gh3000.ts';
import { readElement } from './io.ts';
import type { RecordTable } from './layout.ts';
import { countsAsFix } from './record.ts';

/** How wide ids and counts are, and what follows the four common groups. */
interface Shape {
  readonly idBytes: 1 | 2;
  readonly countBytes: 1 | 2;
  readonly hasGeneration: boolean;
  readonly last: 'n16' | 'nx' | null;
}

const SHAPES: Readonly<Record<RecordTable, Shape>> = {
  codec8: { idBytes: 1, countBytes: 1, hasGeneration: false, last: null },
  codec8Legacy: { idBytes: 1, countBytes: 1, hasGeneration: false, last: 'n16' },
  codec8Extended: { idBytes: 2, countBytes: 2, hasGeneration: false, last: 'nx' },
  codec16: { idBytes: 2, countBytes: 1, hasGeneration: true, last: null },
};

const PRIORITIES: Readonly<Record<number, string>> = { 0: 'low', 1: 'high', 2: 'panic' };

/** Teltonika "Codec", codec 16, "Generation type". */
const GENERATIONS: Readonly<Record<number, string>> = {
  0: 'on exit',
  1: 'on entrance',
  2: 'on both',
  3: 'reserved',
  4: 'hysteresis',
  5: 'on change',
  6: 'eventual',
  7: 'periodic',
};

/** One step: false where the bytes do not reach. */
type Step = (length: number, name: string, read: (at: number) => string) => boolean;

/** Names carry the record's number; nothing is taken beyond `end`. */
function stepper(fields: Fields, prefix: string, end: number): Step {
  return (length, name, read) => {
    if (fields.at + length > end) {
      fields.rest(`${prefix}${name}, cut off`, end);
      return false;
    }
    return fields.take(length, `${prefix}${name}`, read);
  };
}

export function explainRecord(fields: Fields, number: number, end: number, table: RecordTable, family: Family): void {
  const { bytes } = fields;
  const step = stepper(fields, `Record ${number}: `, end);
  const isWhole =
    step(8, 'Timestamp', (at) => timeText(u32(bytes, at) * 4_294_967_296 + u32(bytes, at + 4))) &&
    step(1, 'Priority', (at) => coded(bytes[at]!, PRIORITIES)) &&
    step(4, 'Longitude', (at) => `${i32(bytes, at) / 1e7} degrees`) &&
    step(4, 'Latitude', (at) => `${i32(bytes, at) / 1e7} degrees`) &&
    step(2, 'Altitude', (at) => `${i16(bytes, at)} m`) &&
    step(2, 'Angle', (at) => `${u16(bytes, at)} degrees from north`) &&
    step(1, 'Satellites', (at) => satellitesText(bytes[at]!)) &&
    step(2, 'Speed', (at) => `${u16(bytes, at)} km/h`);
  if (isWhole) explainIo(fields, step, SHAPES[table], family);
}

function explainIo(fields: Fields, step: Step, shape: Shape, family: Family): boolean {
  const { bytes } = fields;
  const { idBytes, countBytes, hasGeneration, last } = shape;
  const headed =
    step(idBytes, 'Event IO id', (at) => eventText(uint(bytes, at, idBytes), family)) &&
    (!hasGeneration || step(1, 'Generation type', (at) => coded(bytes[at]!, GENERATIONS))) &&
    step(countBytes, 'Total IO count', (at) => `${uint(bytes, at, countBytes)}`);
  if (!headed) return false;
  for (const width of [1, 2, 4, 8] as const) {
    if (!explainGroup(fields, step, `N${width}`, shape, (at) => element(bytes, at, idBytes, width, family)))
      return false;
  }
  if (last === 'n16') return explainGroup(fields, step, 'N16', shape, (at) => element(bytes, at, idBytes, 16, family));
  return last === null || explainGroup(fields, step, 'NX', shape, (at) => variable(bytes, at, family));
}

interface Told {
  readonly length: number;
  readonly name: string;
  readonly value: () => string;
}

function explainGroup(fields: Fields, step: Step, group: string, shape: Shape, tell: (at: number) => Told): boolean {
  const { bytes } = fields;
  const countAt = fields.at;
  if (!step(shape.countBytes, `${group} count`, (at) => `${uint(bytes, at, shape.countBytes)}`)) return false;
  for (let left = uint(bytes, countAt, shape.countBytes); left > 0; left--) {
    const { length, name, value } = tell(fields.at);
    if (!step(length, name, value)) return false;
  }
  return true;
}

function element(bytes: Buffer, at: number, idBytes: 1 | 2, width: 1 | 2 | 4 | 8 | 16, family: Family): Told {
  const id = uint(bytes, at, idBytes);
  const entry = DICTIONARIES[family].find(id, width);
  const value = () => elementText(entry, rawAt(bytes, at + idBytes, width));
  return { length: idBytes + width, name: elementName(id, entry), value };
}

function variable(bytes: Buffer, at: number, family: Family): Told {
  const id = uint(bytes, at, 2);
  const length = 4 + uint(bytes, at + 2, 2);
  const entry = DICTIONARIES[family].find(id, 'x');
  const value = () => {
    const content = bytes.subarray(at + 4, at + length);
    return isBeaconList(id) ? beaconText(id, content) : elementText(entry, content);
  };
  return { length, name: elementName(id, entry), value };
}

function rawAt(bytes: Buffer, at: number, width: 1 | 2 | 4 | 8 | 16): Raw {
  if (width === 8) return bytes.readBigUInt64BE(at);
  return width === 16 ? bytes.subarray(at, at + 16) : uint(bytes, at, width);
}

function elementName(id: number, entry: AvlEntry | undefined): string {
  return `IO ${id}${entry === undefined ? '' : ` ${entry.name}`}`;
}

/** The raw value first, as the vendor's tools show it; then what it means. */
function elementText(entry: AvlEntry | undefined, raw: Raw): string {
  const shown = typeof raw === 'object' ? raw.toString('hex') : raw.toString();
  if (entry === undefined) return shown;
  const word = entry.words?.[Number(raw)];
  if (word !== undefined) return `${shown}: ${word}`;
  const value = readElement(entry, raw);
  if (value === null) return `${shown}: none`;
  if (typeof value === 'boolean') return `${shown}: ${value ? 'yes' : 'no'}`;
  const unit = entry.unit === '' ? '' : ` ${entry.unit}`;
  return String(value) === shown ? `${shown}${unit}` : `${shown}: ${value}${unit}`;
}

function beaconText(id: number, content: Buffer): string {
  const told = Object.entries(beaconAttributes(id, content)).map(([name, value]) => `${name} ${value}`);
  return told.length === 0 ? content.toString('hex') : told.join(', ');
}

function eventText(id: number, family: Family): string {
  if (id === 0) return '0: periodic';
  const names = ([1, 2, 4, 8, 'x'] as const).map((width) => DICTIONARIES[family].find(id, width)?.name);
  return coded(id, { [id]: names.find((name) => name !== undefined) ?? 'not in the dictionary' });
}

function satellitesText(count: number): string {
  if (countsAsFix(count)) return `${count}`;
  return `${count}: no fix, the place is the last known one`;
}

/** Codec 7, by its masks. */
export function explainGh3000(fields: Fields, number: number, end: number): void {
  const { bytes } = fields;
  const step = stepper(fields, `Record ${number}: `, end);
  for (const { name, bytes: length } of layOut(bytes, fields.at, end) ?? []) {
    step(length, GH3000_NAMES[name], (at) => gh3000Text(bytes, name, at, length));
  }
}

type Gh3000Name = NonNullable<ReturnType<typeof layOut>>[number]['name'];

const GH3000_NAMES: Readonly<Record<Gh3000Name, string>> = {
  timestamp: 'Priority and timestamp',
  globalMask: 'Global mask',
  gpsMask: 'GPS mask',
  latitude: 'Latitude',
  longitude: 'Longitude',
  altitude: 'Altitude',
  angle: 'Angle',
  speed: 'Speed',
  satellites: 'Satellites',
  lac: 'Location area code',
  cell: 'Cell id',
  signal: 'GSM signal',
  operator: 'Operator',
  count: 'IO count',
  element: 'IO',
};

function gh3000Text(bytes: Buffer, name: Gh3000Name, at: number, length: number): string {
  switch (name) {
    case 'timestamp': {
      const seconds = u32(bytes, at) & 0x3fff_ffff;
      return `${coded(bytes[at]! >> 6, PRIORITIES)}; ${timeText(Date.UTC(2007, 0, 1) + seconds * 1000)}`;
    }
    case 'latitude':
    case 'longitude':
      return `${bytes.readFloatBE(at)} degrees`;
    case 'altitude':
      return `${i16(bytes, at)} m`;
    case 'angle':
      return `${bytes[at]! * (360 / 256)} degrees from north`;
    case 'speed':
      return `${bytes[at]} km/h`;
    case 'satellites':
      return satellitesText(bytes[at]!);
    case 'globalMask':
    case 'gpsMask':
      return bytes[at]!.toString(2).padStart(8, '0');
    case 'element': {
      const told = element(bytes, at, 1, (length - 1) as 1 | 2 | 4, 'gh3000');
      return `${told.name.slice('IO '.length)} = ${told.value()}`;
    }
    case 'lac':
    case 'cell':
    case 'signal':
    case 'operator':
    case 'count':
      return `${uint(bytes, at, length)}`;
  }
}

const MESSAGE_TYPES: Readonly<Record<number, string>> = {
  [REQUEST]: 'request',
  [RESPONSE]: 'response',
  [CAMERA]: 'camera',
  [NOT_MINE]: 'refused, the IMEI is another',
};

/** Codecs 12 to 15. */
export function explainMessage(fields: Fields, codec: number, end: number): void {
  const { bytes } = fields;
  const step = stepper(fields, '', end);
  if (!step(1, 'Type', (at) => codedHex(bytes[at]!, codec === CODEC_15 ? {} : MESSAGE_TYPES))) return;
  const type = bytes[fields.at - 1]!;
  if (!step(4, 'Size', (at) => sizeText(u32(bytes, at), end - at - 4))) return;
  const payload = () => bytes.subarray(fields.at, end);
  if (codec === CODEC_13 || codec === CODEC_15) {
    const length = codec === CODEC_13 ? timeBytes(payload()) : 4;
    const time = codec === CODEC_13 ? timeOf(payload()) : null;
    if (!step(length, 'Timestamp', (at) => timeText(time ?? u32(bytes, at) * 1000))) return;
  }
  if (codec === CODEC_14 || codec === CODEC_15) {
    if (!step(IMEI_BYTES, 'IMEI', (at) => imeiOf(bytes.subarray(at)) ?? 'no decimal digits')) return;
  }
  if (codec === CODEC_12 && type === CAMERA) explainCamera(fields, step);
  const name = type === REQUEST && codec !== CODEC_13 ? 'Command' : 'Text';
  step(Math.max(0, end - fields.at), name, (at) => JSON.stringify(printableText(bytes.subarray(at, end))));
}

function sizeText(stated: number, found: number): string {
  return stated === found ? `${stated} bytes` : `${stated} bytes: expected ${found}`;
}

const PHOTO_ANNOUNCED = 1;
const PHOTO_PIECE = 2;

function explainCamera({ bytes, at }: Fields, step: Step): void {
  const kind = bytes[at];
  if (!step(1, 'Camera', (start) => coded(bytes[start]!, { 1: 'photo announced', 2: 'piece of a photo' }))) return;
  if (!step(4, 'Photo id', (start) => bytes.toString('hex', start, start + 4))) return;
  if (kind === PHOTO_ANNOUNCED) step(4, 'Photo size', (start) => `${u32(bytes, start)} bytes`);
  if (kind !== PHOTO_PIECE || !step(4, 'Offset', (start) => `${u32(bytes, start)}`)) return;
  step(2, 'Piece size', (start) => `${u16(bytes, start)} bytes`);
}

function coded(code: number, words: Readonly<Record<number, string>>): string {
  const word = words[code];
  return word === undefined ? `${code}` : `${code}: ${word}`;
}

function codedHex(code: number, words: Readonly<Record<number, string>>): string {
  const word = words[code];
  return word === undefined ? hexByte(code) : `${hexByte(code)}: ${word}`;
}

const TIME_MS_MAX = 8.64e15;

function timeText(timeMs: number): string {
  return timeMs > TIME_MS_MAX ? `${timeMs}: no date` : new Date(timeMs).toISOString();
}

/** 0 where the bytes end before it: the step that follows says so. */
function uint(bytes: Buffer, at: number, length: number): number {
  return at + length <= bytes.length ? bytes.readUIntBE(at, length) : 0;
}
