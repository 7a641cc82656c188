/**
 * The vendor's tables for codecs 8, 8 Extended and 16 (Teltonika "Codec", the sections of these names), declared.
 * `io` and attributes are read with them; the hot road (walk.ts, record.ts) is held equal to them by a test.
 */
import { Parser } from 'binary-parser';

export interface IoLayout {
  readonly event: number;
  /** Codec 16: what made the record. */
  readonly generation?: number;
  readonly total: number;
  readonly n1: readonly { readonly id: number; readonly value: number }[];
  readonly n2: readonly { readonly id: number; readonly value: number }[];
  readonly n4: readonly { readonly id: number; readonly value: number }[];
  readonly n8: readonly { readonly id: number; readonly value: bigint }[];
  /** Codec 8 of some old firmware: 16-byte values. */
  readonly n16?: readonly { readonly id: number; readonly value: Buffer }[];
  /** Codec 8 Extended: values of any length. */
  readonly nx?: readonly { readonly id: number; readonly value: Buffer }[];
}

export interface RecordLayout {
  readonly timestamp: bigint;
  readonly priority: number;
  readonly longitude: number;
  readonly latitude: number;
  readonly altitude: number;
  readonly angle: number;
  readonly satellites: number;
  readonly speed: number;
  readonly io: IoLayout;
}

const big = () => new Parser().endianness('big');

const n1 = big().uint8('id').uint8('value');
const n2 = big().uint8('id').uint16('value');
const n4 = big().uint8('id').uint32('value');
const n8 = big().uint8('id').uint64('value');
const n16 = big().uint8('id').buffer('value', { length: 16 });

const codec8Io = () =>
  big()
    .uint8('event')
    .uint8('total')
    .uint8('n1Count')
    .array('n1', { type: n1, length: 'n1Count' })
    .uint8('n2Count')
    .array('n2', { type: n2, length: 'n2Count' })
    .uint8('n4Count')
    .array('n4', { type: n4, length: 'n4Count' })
    .uint8('n8Count')
    .array('n8', { type: n8, length: 'n8Count' });

/** The undeclared extra group of old codec 8 firmware (N16; seen in the field, in no document). */
const codec8LegacyIo = () => codec8Io().uint8('n16Count').array('n16', { type: n16, length: 'n16Count' });

const x1 = big().uint16('id').uint8('value');
const x2 = big().uint16('id').uint16('value');
const x4 = big().uint16('id').uint32('value');
const x8 = big().uint16('id').uint64('value');
const nx = big().uint16('id').uint16('length').buffer('value', { length: 'length' });

const codec8ExtendedIo = () =>
  big()
    .uint16('event')
    .uint16('total')
    .uint16('n1Count')
    .array('n1', { type: x1, length: 'n1Count' })
    .uint16('n2Count')
    .array('n2', { type: x2, length: 'n2Count' })
    .uint16('n4Count')
    .array('n4', { type: x4, length: 'n4Count' })
    .uint16('n8Count')
    .array('n8', { type: x8, length: 'n8Count' })
    .uint16('nxCount')
    .array('nx', { type: nx, length: 'nxCount' });

/** Codec 16: ids of two bytes, counts of one, and the generation type. */
const codec16Io = () =>
  big()
    .uint16('event')
    .uint8('generation')
    .uint8('total')
    .uint8('n1Count')
    .array('n1', { type: x1, length: 'n1Count' })
    .uint8('n2Count')
    .array('n2', { type: x2, length: 'n2Count' })
    .uint8('n4Count')
    .array('n4', { type: x4, length: 'n4Count' })
    .uint8('n8Count')
    .array('n8', { type: x8, length: 'n8Count' });

const recordOf = (io: Parser) =>
  big()
    .uint64('timestamp')
    .uint8('priority')
    .int32('longitude')
    .int32('latitude')
    .int16('altitude')
    .uint16('angle')
    .uint8('satellites')
    .uint16('speed')
    .nest('io', { type: io });

/** Which table a record is written in. */
export type RecordTable = 'codec8' | 'codec8Legacy' | 'codec8Extended' | 'codec16';

const IO_PARSERS: Record<RecordTable, Parser> = {
  codec8: codec8Io(),
  codec8Legacy: codec8LegacyIo(),
  codec8Extended: codec8ExtendedIo(),
  codec16: codec16Io(),
};

const RECORD_PARSERS: Record<RecordTable, Parser> = {
  codec8: recordOf(codec8Io()),
  codec8Legacy: recordOf(codec8LegacyIo()),
  codec8Extended: recordOf(codec8ExtendedIo()),
  codec16: recordOf(codec16Io()),
};

/** Bytes of a record before its IO part: timestamp, priority and the GPS element. */
export const IO_AT = 24;

/** The IO part of one record. Throws where the bytes end early: they have been walked already. */
export function parseIo(table: RecordTable, bytes: Buffer): IoLayout {
  return IO_PARSERS[table].parse(bytes) as IoLayout;
}

/** One whole record by the book. Throws where the bytes end early. */
export function parseRecord(table: RecordTable, bytes: Buffer): RecordLayout {
  return RECORD_PARSERS[table].parse(bytes) as RecordLayout;
}
