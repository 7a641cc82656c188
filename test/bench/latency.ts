/**
 * P4: how long an acknowledgement takes at a steady pace, against a server that also appends and syncs once per turn:
 * the price of the promise itself. The acknowledgement of a frame that drives into a zone follows the commit in which
 * its transitions and their outbox rows are, so its latency bounds theirs.
 */
import type { Context } from './context.ts';
import { cpuOfGateway, type Side, scored } from './gateway-side.ts';
import { faultsOfLoad, type LoadOptions } from './load.ts';
import { alternate, median, medianRatio } from './measure.ts';
import { type Findings, figureAtMost, ratioAtMost } from './report.ts';
import { startYardstick } from './servers.ts';

export async function latencyBench(context: Context): Promise<Findings> {
  const paced: Partial<LoadOptions> = {
    ...context.drive(),
    mode: 'open',
    rate: context.scale.rate,
    window: 64,
    step: 1000,
  };
  const [append, whole] = await alternate(context.scale.rounds, [
    () => appendSide(context, paced),
    () => cpuOfGateway(context, context.fullSeed, paced),
  ]);
  const sides = [...append!, ...whole!];
  const rows = (['p50Us', 'p99Us'] as const).flatMap((quantile) => {
    const ms = (side: Side) => side.report.latency[quantile] / 1000;
    const name = `ACK ${quantile.slice(0, -2)} at ${context.scale.rate.toLocaleString('en')} frames/s`;
    const ratio = medianRatio(whole!.map(ms), append!.map(ms));
    const figure = median(whole!.map(ms));
    const shown = { target: 'P4', name: `${name} against append and sync`, figure, unit: 'ms', ratio };
    return [
      scored({ ...shown, bound: ratioAtMost(2) }, sides),
      { target: '', name: '  append and sync', figure: median(append!.map(ms)), unit: 'ms', ratio: null },
    ];
  });
  const entered = whole!.map(({ report }) => report.eventLatency).filter(({ count }) => count > 0);
  const events = entered.length === 0 ? null : median(entered.map(({ p99Us }) => p99Us / 1000));
  const name = 'fix to committed outbox row, p99';
  const outbox = { target: 'P4', name, figure: events, unit: 'ms', ratio: null, bound: figureAtMost(20) };
  return { rows: [...rows, scored(outbox, sides)] };
}

function appendSide(context: Context, paced: Partial<LoadOptions>): Promise<Side> {
  return context.withServer(
    (directory) => startYardstick('append', directory),
    async (server) => {
      const report = await context.load(server, paced);
      return { report, faults: faultsOfLoad(report) };
    },
  );
}
