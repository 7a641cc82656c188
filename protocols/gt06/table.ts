/**
 * Layouts as tables that read like the vendor's: a name and a kind of column per line. Each is declared once; binary-parser
 * reads it, and `explain` finds every column's offset and words in it.
 */
import { Parser } from 'binary-parser';

export interface Column<V> {
  readonly bytes: number;
  declare(parser: Parser, name: string): Parser;
  /** The value for people. */
  words(value: V): string;
}

type Columns = Readonly<Record<string, Column<unknown>>>;
type Values<C extends Columns> = { readonly [K in keyof C]: C[K] extends Column<infer V> ? V : never };

export interface Table<C extends Columns = Columns> {
  readonly columns: C;
  readonly bytes: number;
  parse(bytes: Buffer): Values<C>;
}

export function table<const C extends Columns>(columns: C): Table<C> {
  let parser = new Parser().endianness('big');
  let bytes = 0;
  for (const [name, column] of Object.entries(columns)) {
    parser = column.declare(parser, name);
    bytes += column.bytes;
  }
  return { columns, bytes, parse: (part) => parser.parse(part) as Values<C> };
}

function column<V>(bytes: number, declare: Column<V>['declare'], words: (value: V) => string = String): Column<V> {
  return { bytes, declare, words };
}

/** Unsigned integers of 1, 2, 3, 4 and 8 bytes; signed ones of 2 and 4. */
export const u1 = column<number>(1, (parser, name) => parser.uint8(name));
export const u2 = column<number>(2, (parser, name) => parser.uint16(name));
export const u3 = column<number>(3, (parser, name) =>
  parser.buffer(name, { length: 3, formatter: (bytes) => (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]! }),
);
export const u4 = column<number>(4, (parser, name) => parser.uint32(name));
export const u8 = column<bigint>(8, (parser, name) => parser.uint64(name));
export const s2 = column<number>(2, (parser, name) => parser.int16(name));
export const s4 = column<number>(4, (parser, name) => parser.int32(name));

/** Bytes that are no number, shown in hex. */
export function octets(bytes: number): Column<Buffer> {
  return column(
    bytes,
    (parser, name) => parser.buffer(name, { length: bytes }),
    (value) => value.toString('hex'),
  );
}

/** Bit fields, highest bit first, by their widths; together whole bytes. */
export function bits<const K extends string>(widths: Readonly<Record<K, number>>): Column<Record<K, number>> {
  const entries = Object.entries<number>(widths);
  const bytes = entries.reduce((sum, [, width]) => sum + width, 0) / 8;
  const type = entries.reduce(
    (parser, [name, width]) => parser[`bit${width}` as 'bit1'](name),
    new Parser().endianness('big'),
  );
  return column(
    bytes,
    (parser, name) => parser.nest(name, { type }),
    (value) => entries.map(([name]) => `${spaced(name)} ${value[name as K]}`).join(', '),
  );
}

/** Columns that are one field for people. */
export function group<const C extends Columns>(
  inner: Table<C>,
  words: (values: Values<C>) => string,
): Column<Values<C>> {
  const type = Object.entries(inner.columns).reduce(
    (parser, [name, part]) => part.declare(parser, name),
    new Parser().endianness('big'),
  );
  return column(inner.bytes, (parser, name) => parser.nest(name, { type }), words);
}

/** The same column, with other words. */
export function said<V>(as: Column<V>, words: (value: V) => string): Column<V> {
  return { ...as, words };
}

/** `terminalInformation` as people write it. */
export function spaced(name: string): string {
  return name.replace(/[A-Z]|\d+$/g, (part) => ` ${part.toLowerCase()}`);
}
