/**
 * `npm run bench`: one table of what things cost here, and the same as JSON with `--json FILE`. `--brief` only proves
 * that every bench runs. Read the ratios: both sides of one are measured in the same run.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decodeBench } from './decode.ts';
import { engineBench } from './engine.ts';

export interface Row {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  /** Against the row above, or the yardstick that the name states; null = for the record. */
  readonly ratio: number | null;
}

const { values } = parseArgs({ options: { brief: { type: 'boolean', default: false }, json: { type: 'string' } } });
const rounds = values.brief ? 1 : 5;

const rows = [...(await decodeBench(rounds)), ...(await engineBench(rounds))];
for (const { name, figure, unit, ratio } of rows) {
  const cells = [name.padEnd(48), figure.toPrecision(4).padStart(12), unit.padEnd(20)];
  console.log([...cells, ratio === null ? '' : `x ${ratio.toFixed(2)}`].join(' '));
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);

console.log('\nStorage layouts:');
const storage = fileURLToPath(new URL('storage.ts', import.meta.url));
execFileSync(process.execPath, ['--import', 'tsx', storage, String(values.brief ? 1 : 3)], { stdio: 'inherit' });
