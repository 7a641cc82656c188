/** P6: what an open task takes in memory, and how long after a `kill -9` the first frame is acknowledged again. */
import type { Context } from './context.ts';
import { scored } from './gateway-side.ts';
import type { LoadReport } from './load.ts';
import { pause, residentBytes, stop } from './machine.ts';
import { alternate, median } from './measure.ts';
import { type Findings, figureAtMost } from './report.ts';
import type { Seed } from './seed.ts';
import { gatewayOf, launchGateway, type Server, stopServer } from './servers.ts';

/** Memory is alike in every round. */
const MEMORY_ROUNDS_MAX = 3;
const BATCH = 5000;

export async function startUpBench(context: Context): Promise<Findings> {
  const rounds = Math.min(context.scale.rounds, MEMORY_ROUNDS_MAX);
  const full = context.fullSeed;
  const tasks = full.busyTrackers * full.tasksPerTracker;
  const [without, within] = await alternate(rounds, [
    () => touched(context, context.seed({ busyTrackers: 0, tasksPerTracker: 0 })),
    () => touched(context, full),
  ]);
  const perTask = median(within!.map(({ bytes }, i) => (bytes - without![i]!.bytes) / tasks));
  const starts = (await alternate(context.scale.rounds, [() => killed(context)]))[0]!;
  const seconds = median(starts.map((each) => each.seconds));
  const memory = { target: 'P6', name: `memory of one of ${tasks.toLocaleString('en')} open tasks`, ratio: null };
  const start = { target: 'P6', name: 'kill -9 to the first ACK', ratio: null };
  return {
    rows: [
      scored({ ...memory, figure: perTask, unit: 'bytes', bound: figureAtMost(600) }, [...without!, ...within!]),
      ofAll('  all memory, with tasks', median(within!.map(({ bytes }) => bytes)) / 2 ** 20),
      ofAll('  all memory, without', median(without!.map(({ bytes }) => bytes)) / 2 ** 20),
      scored({ ...start, figure: seconds, unit: 's', bound: figureAtMost(4) }, starts),
    ],
  };
}

function ofAll(name: string, figure: number) {
  return { target: '', name, figure, unit: 'MiB', ratio: null };
}

/** Memory after every tracker has sent a fix, so that nothing of it is left unread on disk. */
async function touched(context: Context, seed: Seed): Promise<{ bytes: number; faults: readonly string[] }> {
  const { found, faults } = await context.withGateway(seed, async (server) => {
    const reports: LoadReport[] = [];
    for (let first = 1; first <= seed.trackers; first += BATCH) {
      reports.push(await oneFrameEach(context, server, first, Math.min(BATCH, seed.trackers - first + 1)));
    }
    await pause(context.scale.warmS * 1000);
    return { found: residentBytes(server.pid), reports };
  });
  return { bytes: found, faults };
}

function oneFrameEach(context: Context, server: Server, first: number, connections: number): Promise<LoadReport> {
  const one = { ...context.drive(), first, connections, stride: 1, frames: 1, events: 0 };
  return context.load(server, { ...one, until: connections, warm: 0, seconds: 120 });
}

/** Killed right after a load, as a crash would; the next process is asked for its port from the beginning. */
async function killed(context: Context): Promise<{ seconds: number; faults: readonly string[] }> {
  let next: Server | undefined;
  try {
    const { found, faults } = await context.withGateway(context.fullSeed, async (server) => {
      const before = await context.load(server, { ...context.drive(), step: 1000, warm: 0 });
      await stop(server.process, 'SIGKILL');
      const startMs = performance.now();
      const child = launchGateway({ data: server.data!, port: server.port });
      const later = { ...context.drive('spread', 1), connections: 1, frames: 1, events: 0 };
      const first = await context.load(server, { ...later, until: 1, retry: 1, warm: 0, seconds: 120 });
      const seconds = (performance.now() - startMs) / 1000;
      next = await gatewayOf(child, server.data!);
      await stopServer(next);
      return { found: seconds, reports: [before, first] };
    });
    return { seconds: found, faults };
  } finally {
    if (next !== undefined) await stopServer(next);
  }
}
