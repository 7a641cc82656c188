/** The load generator (load.c): compiled once, run against a port, its report read. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { linesOf, ROOT, start } from './machine.ts';
import type { Server } from './servers.ts';

interface Quantiles {
  readonly count: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

/** What happened between two moments; CPU time and memory are the server's. */
export interface Interval {
  readonly atS: number;
  readonly acked: number;
  readonly cpuMs: number;
  readonly rssKb: number;
  readonly latency: Quantiles;
}

interface Totals {
  readonly sent: number;
  readonly acked: number;
  readonly unacked: number;
  /** Connections that heard what they should not have, that were closed on us, that were not let in. */
  readonly wrong: number;
  readonly dead: number;
  readonly refused: number;
  /** Reconnects left out because the former one was not through. */
  readonly overrun: number;
  readonly frameBytes: number;
  readonly windowS: number;
  readonly ackedInWindow: number;
  readonly cpuMs: number;
  readonly ownCpuMs: number;
  readonly rssKb: number;
  /** Monotonic clock. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly latency: Quantiles;
  readonly eventLatency: Quantiles;
  readonly ackedByDevice: readonly number[];
}

export interface LoadReport extends Totals {
  readonly options: LoadOptions;
  /** By the clock that dates receipts: everything of this run, and of no other, was received in between. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly intervals: readonly Interval[];
  readonly framesPerS: number;
  readonly cpuUsPerFrame: number;
}

/** As load.c names them. */
export interface LoadOptions {
  readonly mode: 'closed' | 'open' | 'churn';
  readonly connections: number;
  readonly addresses?: number;
  readonly window?: number;
  readonly frames?: number;
  readonly records?: number;
  readonly imei?: number;
  readonly first?: number;
  readonly stride?: number;
  readonly imeis?: number;
  readonly base?: number;
  readonly step?: number;
  readonly zones?: number;
  readonly events?: number;
  readonly until?: number;
  readonly retry?: 0 | 1;
  readonly rate?: number;
  readonly ramp?: number;
  readonly warm?: number;
  readonly seconds: number;
  readonly drain?: number;
  readonly interval?: number;
  readonly request?: string;
  readonly reply?: string;
}

type Line = ({ kind: 'interval' } & Interval) | ({ kind: 'result' } & Totals);

export function compileLoad(scratch: string): string {
  const program = join(scratch, 'load');
  const source = join(ROOT, 'test/bench/load.c');
  const made = spawnSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source, '-lm'], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`${source} does not compile:\n${made.error?.message ?? made.stderr}`);
  return program;
}

/** Runs a load against a server; `onInterval` is told of each interval as it ends. */
export async function runLoad(
  program: string,
  server: Pick<Server, 'pid' | 'port'>,
  options: LoadOptions,
  onInterval: (interval: Interval) => void = () => undefined,
): Promise<LoadReport> {
  const args = Object.entries({ port: server.port, pid: server.pid, ...options }).map((pair) => pair.join('='));
  const startedMs = Date.now();
  const child = start('load', program, args);
  const intervals: Interval[] = [];
  let totals: Totals | null = null;
  for await (const text of linesOf(child, 'load')) {
    const line = JSON.parse(text) as Line;
    if (line.kind === 'result') totals = line;
    else {
      intervals.push(line);
      onInterval(line);
    }
  }
  if (totals === null) throw new Error('the load ended without a result');
  const { ackedInWindow, windowS, cpuMs } = totals;
  return {
    ...totals,
    options,
    startedMs,
    endedMs: Date.now(),
    intervals,
    framesPerS: ackedInWindow / windowS,
    cpuUsPerFrame: (cpuMs * 1000) / ackedInWindow,
  };
}

/** What went wrong at the load's end of the line; empty = nothing. */
export function faultsOfLoad({ unacked, wrong, dead, refused }: LoadReport): string[] {
  return Object.entries({ unacked, wrong, dead, refused })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`);
}
