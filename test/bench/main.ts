/**
 * `npm run bench`: one table of what the targets ask and what is measured here. Read the ratios: both sides of one are
 * measured in the same run, in turns. CONTRIBUTING.md lists the options.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { consoleBench } from './console.ts';
import { BRIEF, Context, FULL } from './context.ts';
import { decodeBench } from './decode.ts';
import { growthBench } from './growth.ts';
import { latencyBench } from './latency.ts';
import { listsBench } from './lists.ts';
import { compileLoad } from './load.ts';
import { describeMachine, makeScratch, pinSelf, ROOT } from './machine.ts';
import { overloadBench } from './overload.ts';
import { profile } from './profile.ts';
import { type Findings, hasFailed, tableText } from './report.ts';
import { gather, type Results, readJson, writeJson, writePlots, writeReadme } from './results.ts';
import { sessionsBench } from './sessions.ts';
import { soak } from './soak.ts';
import { startUpBench } from './start-up.ts';
import { storageBench } from './storage.ts';
import { sweepBench } from './sweep.ts';
import { cpuBench, durableBench } from './throughput.ts';

type Bench = (context: Context) => Promise<Findings>;

const BENCHES: Readonly<Record<string, Bench>> = {
  P1: cpuBench,
  P2: durableBench,
  P3: growthBench,
  P4: latencyBench,
  P5: sessionsBench,
  P6: startUpBench,
  P7: overloadBench,
  P8: listsBench,
  P9: consoleBench,
  sweep: sweepBench,
  decode: decodeBench,
  storage: storageBench,
};

const { values } = parseArgs({
  options: {
    brief: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    plots: { type: 'string' },
    readme: { type: 'boolean', default: false },
    from: { type: 'string' },
    soak: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});

if (values.profile) {
  console.log(await profile(prepare()));
} else {
  const results = values.from === undefined ? await measure() : readJson(values.from);
  console.log(`${results.machine}; ${results.rounds} rounds, medians\n\n${tableText(results.rows)}`);
  if (values.plots !== undefined) writePlots(values.plots, results);
  if (values.readme) writeReadme(join(ROOT, 'README.md'), results);
  // Too slow is a verdict; losing a record is a failure.
  process.exitCode = results.rows.some(hasFailed) ? 1 : 0;
}

async function measure(): Promise<Results> {
  const context = prepare();
  const date = new Date(context.nowMs).toISOString().slice(0, 10);
  const about = { machine: describeMachine(), date, rounds: context.scale.rounds };
  const chosen = values.soak === undefined ? chosenBenches() : { soak: soakBench(Number(values.soak)) };
  const findings: Findings[] = [];
  for (const [name, bench] of Object.entries(chosen)) {
    context.say(`${name} ...`);
    const found = await bench(context);
    findings.push(values.brief ? withoutBounds(found) : found);
    if (!values.brief && found.rows.length > 0) context.say(tableText(found.rows));
    // A whole run takes an hour: what it has found so far is not lost with it.
    if (values.json !== undefined) writeJson(values.json, gather(findings, about));
  }
  return gather(findings, about);
}

/** Cold programs and handfuls of frames show that every bench runs; a verdict on them would mean nothing. */
function withoutBounds(found: Findings): Findings {
  return { ...found, rows: found.rows.map(({ bound: _, ...row }) => row) };
}

function prepare(): Context {
  pinSelf();
  const scratch = makeScratch();
  const scale = values.brief ? BRIEF : FULL;
  const rounds = positive('rounds', values.rounds ?? String(scale.rounds));
  return new Context({ ...scale, rounds }, scratch, compileLoad(scratch), Date.now(), (text) => console.error(text));
}

function soakBench(seconds: number): Bench {
  return (context) => soak(context, positive('soak', String(seconds)));
}

function chosenBenches(): Readonly<Record<string, Bench>> {
  if (values.only === undefined) return BENCHES;
  const names = values.only.split(',');
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: expected some of ${Object.keys(BENCHES).join(',')}`);
  return Object.fromEntries(names.map((name) => [name, BENCHES[name]!]));
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} ${text}: expected a number above 0`);
  return value;
}
