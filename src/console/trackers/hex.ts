/** A frame's bytes laid out in rows, each byte belonging to the field that says what it is. Pure. */
import type { FrameField } from '../wire.ts';

/** Bytes of one field, or of none, that follow each other in one row. */
export interface HexSpan {
  /** Of its first byte in the frame. */
  readonly offset: number;
  /** Two digits each. */
  readonly bytes: readonly string[];
  /** The same bytes as ASCII; what is not printable is a dot. */
  readonly text: string;
  /** Index of the field; null = no field names them. */
  readonly field: number | null;
}

export interface HexRow {
  readonly offset: number;
  readonly spans: readonly HexSpan[];
}

export function hexRows(hex: string, fields: readonly FrameField[], bytesPerRow: number): readonly HexRow[] {
  const bytes = hex.match(/[0-9a-f]{2}/gi) ?? [];
  const owners = ownersOf(bytes.length, fields);
  const rows: HexRow[] = [];
  for (let offset = 0; offset < bytes.length; offset += bytesPerRow) {
    const end = Math.min(offset + bytesPerRow, bytes.length);
    rows.push({ offset, spans: spansOf(bytes, owners, offset, end) });
  }
  return rows;
}

/** For each byte the field that it belongs to. Where fields overlap the shorter one, which says more, has it. */
function ownersOf(count: number, fields: readonly FrameField[]): readonly (number | null)[] {
  const owners: (number | null)[] = new Array<number | null>(count).fill(null);
  const longestFirst = fields.map((_, index) => index).sort((a, b) => fields[b]!.length - fields[a]!.length);
  for (const index of longestFirst) {
    const { offset, length } = fields[index]!;
    owners.fill(index, Math.max(0, offset), Math.max(0, Math.min(count, offset + length)));
  }
  return owners;
}

function spansOf(
  bytes: readonly string[],
  owners: readonly (number | null)[],
  first: number,
  end: number,
): readonly HexSpan[] {
  const spans: HexSpan[] = [];
  for (let from = first; from < end; ) {
    let to = from + 1;
    while (to < end && owners[to] === owners[from]) to += 1;
    const own = bytes.slice(from, to);
    spans.push({ offset: from, bytes: own, text: own.map(asciiOf).join(''), field: owners[from] ?? null });
    from = to;
  }
  return spans;
}

function asciiOf(byte: string): string {
  const code = Number.parseInt(byte, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
}

/** As four digits, as hex editors write it. */
export function offsetText(offset: number): string {
  return offset.toString(16).padStart(4, '0');
}

/** `4`, or `4-7`: first to last byte, counted from 0; '' where a field has no bytes of its own. */
export function rangeText({ offset, length }: Pick<FrameField, 'offset' | 'length'>): string {
  if (length === 0) return '';
  return length === 1 ? String(offset) : `${offset}-${offset + length - 1}`;
}

const RECORD = /^record (\d+)\b/i;

/** Which record, counted from 1, a field is of; null = of the frame around them. */
export function recordOf({ path, name }: Pick<FrameField, 'path' | 'name'>): number | null {
  const number = (RECORD.exec(path) ?? RECORD.exec(name))?.[1];
  return number === undefined ? null : Number(number);
}

const PLACE = /^(?:timestamp|date|time|date and time|latitude|longitude|lat|lon)\b/i;

/** Whether its bytes say where or when. */
export function saysPlace({ name, length }: Pick<FrameField, 'name' | 'length'>): boolean {
  return length > 0 && PLACE.test(name);
}

/** How many ways of marking there are beside the one of the frame itself: neighbours differ. */
const GROUP_MARKS = 4;

/** For each field: 0 = of the frame around the records, which take turns with the others. Without records fields take turns. */
export function groupMarks(fields: readonly Pick<FrameField, 'path' | 'name'>[]): readonly number[] {
  const records = fields.map(recordOf);
  if (records.every((record) => record === null)) return fields.map((_, index) => index % (GROUP_MARKS + 1));
  return records.map((record) => (record === null ? 0 : ((record - 1) % GROUP_MARKS) + 1));
}

/** The same bytes for people to paste: pairs in rows. */
export function hexText(hex: string): string {
  return hex.replace(/(..)(?=.)/g, '$1 ');
}

/** A talk as `milepost decode` reads it: one line of hex, and where it is from. */
export function downloadText(frame: {
  readonly hex: string;
  readonly receivedAt: string;
  readonly protocol: string;
}): string {
  return `# ${frame.protocol}, received ${frame.receivedAt}\n${frame.hex}\n`;
}
