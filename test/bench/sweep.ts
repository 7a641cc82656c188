/** For the record, and the plots: work done and latency with few connections and with many, everyone sending at once. */
import type { Context } from './context.ts';
import { cpuOfGateway, type Side } from './gateway-side.ts';
import { faultsOfLoad } from './load.ts';
import type { Findings, Series } from './report.ts';
import { startYardstick } from './servers.ts';

export async function sweepBench(context: Context): Promise<Findings> {
  const sides = {
    'whole gateway': (connections: number) => cpuOfGateway(context, context.fullSeed, fleet(context, connections)),
    'bare server': (connections: number) => yardstick(context, 'bare', connections),
    'append and sync': (connections: number) => yardstick(context, 'append', connections),
  };
  const throughput: Series[] = [];
  const latency: Series[] = [];
  for (const [name, run] of Object.entries(sides)) {
    const rates: [number, number][] = [];
    const times: [number, number][] = [];
    for (const count of context.scale.connectionPoints) {
      const { report, faults } = await run(count);
      if (faults.length > 0) throw new Error(`${name} with ${count} connections: ${faults.join('; ')}`);
      rates.push([count, report.framesPerS]);
      times.push([count, report.latency.p99Us / 1000]);
    }
    throughput.push({ name, points: rates });
    latency.push({ name, points: times });
  }
  return { rows: [], series: { throughput, latency } };
}

function fleet(context: Context, connections: number) {
  const stride = Math.max(1, Math.floor(context.scale.trackers / connections));
  return { ...context.drive(), connections, stride, addresses: 4, step: 100, events: 100 };
}

function yardstick(context: Context, kind: 'bare' | 'append', connections: number): Promise<Side> {
  return context.withServer(
    (directory) => startYardstick(kind, directory),
    async (server) => {
      const report = await context.load(server, fleet(context, connections));
      return { report, faults: faultsOfLoad(report) };
    },
  );
}
