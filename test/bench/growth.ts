/** P3: what a fix costs while the number of open tasks grows, and while others have tasks at the same place. */
import type { Context } from './context.ts';
import { cpuOfGateway, type Side, scored } from './gateway-side.ts';
import { linesOf, script } from './machine.ts';
import { alternate, median, medianRatio } from './measure.ts';
import { type Findings, type Row, ratioAtMost } from './report.ts';
import type { Seed } from './seed.ts';

const cpuUs = ({ report }: Side) => report.cpuUsPerFrame;

export async function growthBench(context: Context): Promise<Findings> {
  const { rounds, connections, trackers } = context.scale;
  const own = (tasksPerTracker: number) => context.seed({ busyTrackers: connections, tasksPerTracker });
  const [few, some] = [own(1), own(10)];
  const many = context.seed({ busyTrackers: Math.min(trackers, 5 * connections) });
  const [cheap, dear] = await alternate(rounds, [() => side(context, few), () => side(context, context.fullSeed)]);
  const between = [await side(context, some), await side(context, many)];
  const fleet = { busyTrackers: Math.min(trackers, 10 * connections), tasksPerTracker: 1 };
  const [apart, together] = await alternate(rounds, [
    () => side(context, context.seed(fleet)),
    () => side(context, context.seed({ ...fleet, layout: 'depot' })),
  ]);
  const grown = { target: 'P3', name: `fix with ${countOf(context.fullSeed)} open tasks against ${countOf(few)}` };
  const depot = {
    target: 'P3',
    name: `fix with ${countOf(context.seed(fleet))} tasks at one depot against spread out`,
  };
  const points = [
    [tasksIn(few), median(cheap!.map(cpuUs))],
    [tasksIn(some), cpuUs(between[0]!)],
    [tasksIn(many), cpuUs(between[1]!)],
    [tasksIn(context.fullSeed), median(dear!.map(cpuUs))],
  ] as const;
  return {
    rows: [
      compared(grown, cheap!, dear!, 1.3),
      { target: '', name: `  with ${countOf(few)}`, figure: points[0][1], unit: UNIT, ratio: null },
      compared(depot, apart!, together!, 1.1),
      { target: '', name: '  spread out', figure: median(apart!.map(cpuUs)), unit: UNIT, ratio: null },
      ...(await engineRows(context)),
    ],
    series: { tasks: [{ name: 'whole gateway', points }] },
  };
}

const UNIT = 'us CPU/fix';

/** One task of each is visited, however many there are, so that the same transitions are written. */
function side(context: Context, seed: Seed): Promise<Side> {
  return cpuOfGateway(context, seed, { ...context.drive(seed.layout), stride: 1, zones: 1, step: 1000 });
}

function compared(row: Pick<Row, 'target' | 'name'>, low: readonly Side[], high: readonly Side[], limit: number): Row {
  const ratio = medianRatio(high.map(cpuUs), low.map(cpuUs));
  const figure = median(high.map(cpuUs));
  return scored({ ...row, figure, unit: UNIT, ratio, bound: ratioAtMost(limit) }, [...low, ...high]);
}

function tasksIn({ busyTrackers, tasksPerTracker }: Seed): number {
  return busyTrackers * tasksPerTracker;
}

function countOf(seed: Seed): string {
  return tasksIn(seed).toLocaleString('en');
}

/** The engine alone, in a process of its own: a million tasks are not to stay in the memory of the bench. */
async function engineRows(context: Context): Promise<Row[]> {
  const { rounds, trackers, connections } = context.scale;
  const rows: Row[] = [];
  const child = script(
    'server',
    new URL('./engine.ts', import.meta.url),
    String(rounds),
    String(trackers),
    String(connections),
  );
  for await (const line of linesOf(child, 'engine')) rows.push(JSON.parse(line) as Row);
  return rows;
}
