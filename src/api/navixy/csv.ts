/** Rows of texts out of one text, as spreadsheets write it: cells between quotes may hold delimiters, breaks and quotes. */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';

export interface TextRow {
  /** The line that it begins on, the first one being 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

type Rows =
  | { readonly kind: 'rows'; readonly rows: readonly TextRow[] }
  /** In words: what is wrong with the text, and where. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** With `info`, which the types of the library leave out. */
interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** At most `rowsMax` rows; empty ones are none. Cells are without the white space around them. */
export async function readRows(content: string, delimiter: string, rowsMax: number): Promise<Rows> {
  const options = {
    delimiter,
    record_delimiter: '\n',
    bom: true,
    info: true,
    to: rowsMax,
    trim: true,
    relax_column_count: true,
    // Spreadsheets copy 5" pipe as it is.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
  };
  const parser = Readable.from(pieces(content.replaceAll(/\r\n?/g, '\n'))).pipe(parse(options));
  const rows: TextRow[] = [];
  try {
    for await (const parsed of parser) rows.push(numbered(parsed as Parsed));
  } catch (error) {
    if (error instanceof CsvError) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
  return { kind: 'rows', rows };
}

/** A mebibyte of cells takes half a second: the loop turns in between. */
const PIECE_BYTES = 16_384;

async function* pieces(content: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content);
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    yield bytes.subarray(start, start + PIECE_BYTES);
    await setImmediate();
  }
}

/** The parser says on which line a row ends. */
function numbered({ record, info }: Parsed): TextRow {
  const breaks = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
  return { line: info.lines - breaks, cells: record };
}
