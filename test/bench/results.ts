/** Where results go: a JSON file, plots, and the section of the README between two marks. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLOTS, svg } from './plots.ts';
import { cellsOf, type Findings, type Row, type Series } from './report.ts';

export interface Results {
  readonly machine: string;
  readonly date: string;
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly series: Readonly<Record<string, readonly Series[]>>;
}

export function gather(findings: readonly Findings[], about: Omit<Results, 'rows' | 'series'>): Results {
  const rows = findings.flatMap((each) => each.rows);
  return { ...about, rows, series: Object.assign({}, ...findings.map(({ series }) => series)) as Results['series'] };
}

export function writeJson(path: string, results: Results): void {
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
}

export function readJson(path: string): Results {
  return JSON.parse(readFileSync(path, 'utf8')) as Results;
}

/** A picture for each series there is. */
export function writePlots(directory: string, { series }: Results): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, plot] of Object.entries(PLOTS)) {
    const own = series[name];
    if (own !== undefined) writeFileSync(join(directory, `${name}.svg`), svg(plot, own));
  }
}

const BEGIN = '<!-- bench -->';
const END = '<!-- bench: end -->';

/** Puts the table of the targets, and the plots in docs/, where the marks are. */
export function writeReadme(path: string, results: Results): void {
  writeFileSync(path, filled(readFileSync(path, 'utf8'), results));
}

export function filled(readme: string, { machine, date, rounds, rows, series }: Results): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the README has no section between ${BEGIN} and ${END}`);
  const [head = [], ...cells] = cellsOf(rows.filter(({ target }) => target !== ''));
  const table = [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
  const about = `${machine}; ${rounds} rounds, medians, ${date}.`;
  const plots = Object.entries(PLOTS).filter(([name]) => series[name] !== undefined);
  const pictures = plots.map(([name, { title }]) => `![${title}](docs/${name}.svg)`);
  return [readme.slice(0, begin) + BEGIN, table, about, ...pictures, readme.slice(end)].join('\n\n');
}
