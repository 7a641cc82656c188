/**
 * `npm run bench`: one table of what the targets ask and what is measured here. Read the ratios: both sides of one are
 * measured in the same run, in turns.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BRIEF, Context, FULL } from './context.ts';
import { compileLoad } from './load.ts';
import { describeMachine, makeScratch, pinSelf } from './machine.ts';
import { type Findings, hasFailed, tableText } from './report.ts';
import { cpuBench, durableBench } from './throughput.ts';

const BENCHES: Readonly<Record<string, (context: Context) => Promise<Findings>>> = {
  P1: cpuBench,
  P2: durableBench,
};

const { values } = parseArgs({
  options: {
    brief: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
  },
});

pinSelf();
const scale = values.brief ? BRIEF : FULL;
const scratch = makeScratch();
const context = new Context(
  { ...scale, rounds: Number(values.rounds ?? scale.rounds) },
  scratch,
  compileLoad(scratch),
  Date.now(),
  (text) => console.error(text),
);
const rows = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
  rows.push(...(await bench(context)).rows);
}
console.log(describeMachine());
console.log(tableText(rows));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exitCode = rows.some(hasFailed) ? 1 : 0;
