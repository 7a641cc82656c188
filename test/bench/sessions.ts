/** P5: memory of idle sessions against sockets of a bare server, and a fleet that reconnects beside one that sends. */
import type { Context } from './context.ts';
import { scored } from './gateway-side.ts';
import type { LoadReport } from './load.ts';
import { faultsOfLoad } from './load.ts';
import { residentBytes } from './machine.ts';
import { alternate, median, medianRatio } from './measure.ts';
import { type Findings, figureAtMost, type Row, ratioAtMost } from './report.ts';
import { type Server, startYardstick } from './servers.ts';

interface Held {
  readonly bytesPerConnection: number;
  readonly faults: readonly string[];
}

const bytes = ({ bytesPerConnection }: Held) => bytesPerConnection;

export async function sessionsBench(context: Context): Promise<Findings> {
  const { rounds, idleConnections, idlePoints } = context.scale;
  const [bare, whole] = await alternate(rounds, [
    () => bareHeld(context, idleConnections),
    () => gatewayHeld(context, idleConnections),
  ]);
  const points = { bare: [] as [number, number][], whole: [] as [number, number][] };
  for (const count of idlePoints) {
    points.bare.push([count, bytes(await bareHeld(context, count))]);
    points.whole.push([count, bytes(await gatewayHeld(context, count))]);
  }
  points.bare.push([idleConnections, median(bare!.map(bytes))]);
  points.whole.push([idleConnections, median(whole!.map(bytes))]);
  const name = `memory of ${idleConnections.toLocaleString('en')} idle sessions against bare sockets`;
  const ratio = medianRatio(whole!.map(bytes), bare!.map(bytes));
  const figure = median(whole!.map(bytes));
  const idle = { target: 'P5', name, figure, unit: 'bytes/session', ratio, bound: ratioAtMost(1.5) };
  return {
    rows: [
      scored(idle, [...bare!, ...whole!]),
      { target: '', name: '  bare sockets', figure: median(bare!.map(bytes)), unit: 'bytes/socket', ratio: null },
      ...(await reconnectRows(context)),
    ],
    series: {
      memory: [
        { name: 'whole gateway', points: points.whole },
        { name: 'bare server', points: points.bare },
      ],
    },
  };
}

function bareHeld(context: Context, connections: number): Promise<Held> {
  return context.withServer(
    (directory) => startYardstick('bare', directory),
    async (server) => {
      const { bytesPerConnection, reports } = await hold(context, server, connections);
      return { bytesPerConnection, faults: reports.flatMap(faultsOfLoad) };
    },
  );
}

async function gatewayHeld(context: Context, connections: number): Promise<Held> {
  const seed = context.seed({ busyTrackers: 0, tasksPerTracker: 0, fixesPerTracker: 0 });
  const { found, faults } = await context.withGateway(seed, async (server) => {
    const { bytesPerConnection, reports } = await hold(context, server, connections);
    return { found: bytesPerConnection, reports };
  });
  return { bytesPerConnection: found, faults };
}

/** Each logs in, sends one frame and is silent. Before, a few have come and gone: what only the first costs is no session. */
async function hold(
  context: Context,
  server: Server,
  connections: number,
): Promise<{ bytesPerConnection: number; reports: LoadReport[] }> {
  const idle = { ...context.drive(), stride: 1, frames: 1, events: 0, addresses: 4, ramp: 4000 };
  const settleS = context.scale.warmS;
  const early = Math.min(1000, connections);
  const first = await context.load(server, { ...idle, connections: early, frames: 20, seconds: settleS });
  const before = residentBytes(server.pid);
  const later = { base: context.drive('spread', 1).base! };
  const second = await context.load(server, { ...idle, ...later, connections, warm: settleS, seconds: settleS });
  return { bytesPerConnection: (second.rssKb * 1024 - before) / connections, reports: [first, second] };
}

interface Reconnecting {
  readonly steady: LoadReport;
  readonly moving: LoadReport;
  readonly faults: readonly string[];
}

/** Two loads at once: one sends at a steady pace, the other comes and goes with other trackers. */
async function reconnecting(context: Context): Promise<Reconnecting> {
  const { rate, reconnectsPerS } = context.scale;
  const { found, faults } = await context.withGateway(context.fullSeed, async (server) => {
    const drive = context.drive();
    const [steady, moving] = await Promise.all([
      context.load(server, { ...drive, mode: 'open', rate, window: 64, step: 1000 }),
      context.load(server, { ...drive, mode: 'churn', first: 2, rate: reconnectsPerS, addresses: 8 }),
    ]);
    return { found: { steady, moving }, reports: [steady, moving] };
  });
  return { ...found, faults };
}

async function reconnectRows(context: Context): Promise<Row[]> {
  const { rounds, reconnectsPerS } = context.scale;
  const [results = []] = await alternate(rounds, [() => reconnecting(context)]);
  const ms = (pick: (result: Reconnecting) => number) => median(results.map((each) => pick(each) / 1000));
  const count = reconnectsPerS.toLocaleString('en');
  const name = `ACK p99.9 beside ${count} reconnects/s`;
  const steady = ms(({ steady }) => steady.latency.p999Us);
  const acked = { target: 'P5', name, figure: steady, unit: 'ms', ratio: null, bound: figureAtMost(200) };
  const moving = ms(({ moving }) => moving.latency.p999Us);
  const done = median(results.map(({ moving }) => moving.framesPerS));
  return [
    scored(acked, results),
    { target: '', name: '  reconnects through to their ACK', figure: done, unit: 'reconnects/s', ratio: null },
    { target: '', name: '  reconnect to ACK, p99.9', figure: moving, unit: 'ms', ratio: null },
  ];
}
