/**
 * Codec 7, which only the GH3000 speaks: a record says by masks what it holds. Rare, so it is laid out field by field
 * instead of being read in place. Teltonika "GH3000 protocol".
 */
import type { Attributes, IoValues, PositionRecord } from '../protocol.ts';
import { i16, u16, u32 } from '../wire/bytes.ts';
import { operatorAttributes } from './compose.ts';
import { DICTIONARIES } from './families.ts';
import { ioAttributes, ioValues } from './io.ts';
import type { IoLayout } from './layout.ts';
import { countsAsFix } from './record.ts';

const EPOCH_2007_MS = Date.UTC(2007, 0, 1);
const HAS_GPS = 0x01;

/** What the GPS mask announces, bit by bit, in wire order. */
const GPS_FIELDS = [
  { bit: 0, name: 'latitude', bytes: 4 },
  { bit: 0, name: 'longitude', bytes: 4 },
  { bit: 1, name: 'altitude', bytes: 2 },
  { bit: 2, name: 'angle', bytes: 1 },
  { bit: 3, name: 'speed', bytes: 1 },
  { bit: 4, name: 'satellites', bytes: 1 },
  { bit: 5, name: 'lac', bytes: 2 },
  { bit: 5, name: 'cell', bytes: 2 },
  { bit: 6, name: 'signal', bytes: 1 },
  { bit: 7, name: 'operator', bytes: 4 },
] as const;

/** What the global mask announces behind the GPS block. */
const IO_GROUPS = [
  { bit: 1, bytes: 1 },
  { bit: 2, bytes: 2 },
  { bit: 3, bytes: 4 },
] as const;

type GpsName = (typeof GPS_FIELDS)[number]['name'];
type FieldName = GpsName | 'timestamp' | 'globalMask' | 'gpsMask' | 'count' | 'element';

/** One field of a record: frame[at..at + bytes). */
export interface Gh3000Field {
  readonly name: FieldName;
  readonly at: number;
  readonly bytes: number;
}

/** The fields of the record that begins at `at`, or null where they pass `end`. */
export function layOut(frame: Uint8Array, at: number, end: number): Gh3000Field[] | null {
  const fields: Gh3000Field[] = [];
  let next = at;
  const put = (name: FieldName, bytes: number): number => {
    fields.push({ name, at: next, bytes });
    next += bytes;
    return frame[next - bytes] ?? 0;
  };
  put('timestamp', 4);
  const mask = put('globalMask', 1);
  const gpsMask = mask & HAS_GPS ? put('gpsMask', 1) : 0;
  for (const { bit, name, bytes } of GPS_FIELDS) if ((gpsMask >> bit) & 1) put(name, bytes);
  for (const { bit, bytes } of IO_GROUPS) {
    if (((mask >> bit) & 1) === 0) continue;
    for (let left = put('count', 1); left > 0; left--) put('element', 1 + bytes);
  }
  return next <= end ? fields : null;
}

/** All records in frame[at..end), or null where they do not fill it exactly. */
export function readGh3000(frame: Buffer, at: number, end: number, count: number): Gh3000Record[] | null {
  const records: Gh3000Record[] = [];
  let next = at;
  for (let left = count; left > 0; left--) {
    const fields = layOut(frame, next, end);
    if (fields === null) return null;
    records.push(new Gh3000Record(frame, fields));
    const last = fields.at(-1)!;
    next = last.at + last.bytes;
  }
  return next === end ? records : null;
}

const ALARM_BUTTON = 222;

class Gh3000Record implements PositionRecord {
  readonly timeMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly altitudeM: number | null;
  readonly speedKmh: number;
  readonly courseDeg: number;
  readonly satellites: number;
  readonly hasPosition: boolean;
  readonly priority: number;
  readonly flags = null;
  readonly content: Uint8Array;
  readonly #frame: Buffer;
  readonly #fields: readonly Gh3000Field[];

  constructor(frame: Buffer, fields: readonly Gh3000Field[]) {
    const start = fields[0]!.at;
    const last = fields.at(-1)!;
    this.#frame = frame;
    this.#fields = fields;
    this.timeMs = EPOCH_2007_MS + (u32(frame, start) & 0x3fff_ffff) * 1000;
    this.priority = frame[start]! >> 6;
    this.latDeg = this.#gps('latitude', degrees) ?? 0;
    this.lonDeg = this.#gps('longitude', degrees) ?? 0;
    this.altitudeM = this.#gps('altitude', i16);
    this.courseDeg = (this.#gps('angle', u8) ?? 0) * (360 / 256);
    this.speedKmh = this.#gps('speed', u8) ?? 0;
    const satellites = this.#gps('satellites', u8);
    this.satellites = satellites ?? 0;
    // A record that does not count satellites is believed for its coordinates.
    this.hasPosition = (satellites === null || countsAsFix(satellites)) && (this.latDeg !== 0 || this.lonDeg !== 0);
    this.content = frame.subarray(start, last.at + last.bytes);
  }

  /** The codec does not say what caused a record; the alarm button is only sent when it did. */
  get event(): number {
    return this.#io().n1.some(({ id, value }) => id === ALARM_BUTTON && value === 1) ? ALARM_BUTTON : 0;
  }

  get io(): IoValues {
    return ioValues(this.#io());
  }

  get attributes(): Attributes {
    const named = ioAttributes({ ...this.#io(), event: this.event }, DICTIONARIES.gh3000);
    const [lac, cid] = [this.#gps('lac', u16), this.#gps('cell', u16)];
    const [rssi, operator] = [this.#gps('signal', u8), this.#gps('operator', u32)];
    if (lac !== null) named['lac'] = lac;
    if (cid !== null) named['cid'] = cid;
    if (rssi !== null) named['rssi'] = rssi;
    return operator === null ? named : { ...named, ...operatorAttributes(operator) };
  }

  #gps(name: GpsName, read: (frame: Buffer, at: number) => number): number | null {
    const field = this.#fields.find((candidate) => candidate.name === name);
    return field === undefined ? null : read(this.#frame, field.at);
  }

  #io(): IoLayout {
    const elements = this.#fields.filter(({ name }) => name === 'element');
    const group = (bytes: number, read: (frame: Buffer, at: number) => number) =>
      elements
        .filter((element) => element.bytes === 1 + bytes)
        .map(({ at }) => ({ id: this.#frame[at]!, value: read(this.#frame, at + 1) }));
    return { event: 0, total: elements.length, n1: group(1, u8), n2: group(2, u16), n4: group(4, u32), n8: [] };
  }
}

function u8(frame: Buffer, at: number): number {
  return frame[at]!;
}

/** A float that is no place on earth is none. */
function degrees(frame: Buffer, at: number): number {
  const value = frame.readFloatBE(at);
  return Number.isFinite(value) ? value : 0;
}
