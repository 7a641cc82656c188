/** What a bench finds: rows of one table, and series for the plots. */

export interface Row {
  /** The target it belongs to, `P1` to `P9`; '' = for the record. */
  readonly target: string;
  readonly name: string;
  readonly figure: number | null;
  readonly unit: string;
  /** Against the yardstick that the name states, both measured in the same run; null = for the record. */
  readonly ratio: number | null;
  /** What is asked of the ratio, or of the figure. */
  readonly bound?: Bound;
  /** Why there is no figure, or why it counts for nothing. */
  readonly note?: string;
}

export interface Bound {
  readonly of: 'ratio' | 'figure';
  readonly is: 'at least' | 'at most';
  readonly limit: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Findings {
  readonly rows: readonly Row[];
  /** By the plot they go into. */
  readonly series?: Readonly<Record<string, readonly Series[]>>;
}

export type Verdict = 'met' | 'missed' | 'failed' | 'not measured' | '';

export function ratioAtLeast(limit: number): Bound {
  return { of: 'ratio', is: 'at least', limit };
}

export function ratioAtMost(limit: number): Bound {
  return { of: 'ratio', is: 'at most', limit };
}

export function figureAtMost(limit: number): Bound {
  return { of: 'figure', is: 'at most', limit };
}

/** The row of a run that lost, doubled or reordered something: it scores 0. */
export function failed(row: Row, faults: readonly string[]): Row {
  return { ...row, figure: 0, ratio: row.ratio === null ? null : 0, note: `failed: ${faults.join('; ')}` };
}

export function hasFailed({ note }: Row): boolean {
  return note?.startsWith('failed') ?? false;
}

export function verdictOf(row: Row): Verdict {
  if (hasFailed(row)) return 'failed';
  const value = row.bound?.of === 'ratio' ? row.ratio : row.figure;
  if (row.bound === undefined) return '';
  if (value === null) return 'not measured';
  const isMet = row.bound.is === 'at least' ? value >= row.bound.limit : value <= row.bound.limit;
  return isMet ? 'met' : 'missed';
}

const HEAD = ['', 'what', 'figure', '', 'ratio', 'target', ''] as const;

/** The cells of every row, with a head. */
export function cellsOf(rows: readonly Row[]): string[][] {
  return [
    [...HEAD],
    ...rows.map((row) => [
      row.target,
      row.name + (row.note === undefined ? '' : ` (${row.note})`),
      row.figure === null ? '-' : figureText(row.figure),
      row.unit,
      row.ratio === null ? '' : row.ratio.toFixed(2),
      boundText(row),
      verdictOf(row),
    ]),
  ];
}

export function tableText(rows: readonly Row[]): string {
  const cells = cellsOf(rows);
  const widths = HEAD.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const isNumber = (i: number) => i === 2 || i === 4;
  return cells
    .map((row) => row.map((cell, i) => (isNumber(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function boundText({ bound, unit }: Row): string {
  if (bound === undefined) return '';
  const sign = bound.is === 'at least' ? '>=' : '<=';
  return bound.of === 'ratio' ? `${sign} ${bound.limit.toFixed(2)} x` : `${sign} ${bound.limit} ${unit}`;
}

function figureText(figure: number): string {
  if (figure === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(figure))));
  return figure.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 3) });
}
