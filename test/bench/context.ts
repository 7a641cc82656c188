/** What every bench is given: how long to measure, where to put things, and the databases to begin from. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from './audit.ts';
import { type LoadOptions, type LoadReport, runLoad } from './load.ts';
import { copyDirectory, linesOf, script } from './machine.ts';
import { AGE_MS, loadGeometry } from './places.ts';
import type { Seed } from './seed.ts';
import { type Server, startGateway, stopServer } from './servers.ts';

/** How big and how long: as the targets say, or just so that everything has run once. */
export interface Scale {
  readonly rounds: number;
  readonly trackers: number;
  readonly connections: number;
  readonly idleConnections: number;
  /** Points of the plots, besides those that the targets ask for. */
  readonly idlePoints: readonly number[];
  readonly connectionPoints: readonly number[];
  readonly warmS: number;
  readonly seconds: number;
  readonly overloadS: number;
  /** Paced load, frames/s. */
  readonly rate: number;
  readonly reconnectsPerS: number;
}

export const FULL: Scale = {
  rounds: 5,
  trackers: 50_000,
  connections: 1000,
  idleConnections: 19_000,
  idlePoints: [1000, 5000, 10_000],
  connectionPoints: [1, 10, 100, 300, 1000, 3000, 10_000],
  warmS: 6,
  seconds: 10,
  overloadS: 60,
  rate: 5000,
  reconnectsPerS: 1000,
};

export const BRIEF: Scale = {
  rounds: 1,
  trackers: 400,
  connections: 100,
  idleConnections: 400,
  idlePoints: [],
  connectionPoints: [10, 100],
  warmS: 0.3,
  seconds: 1,
  overloadS: 2,
  rate: 1000,
  reconnectsPerS: 200,
};

const TASKS_PER_TRACKER = 20;
const FIXES_PER_TRACKER = 40;

/**
 * One frame in so many drives into a zone, as long as its tracker has one left: 20 tasks a day, and 8 hours of driving
 * with a record every 15 s, are one in 96.
 */
const EVENT_EVERY = 100;

export class Context {
  readonly scale: Scale;
  readonly nowMs: number;
  readonly say: (text: string) => void;
  readonly #scratch: string;
  readonly #load: string;
  #runs = 0;

  constructor(scale: Scale, scratch: string, load: string, nowMs: number, say: (text: string) => void) {
    this.scale = scale;
    this.#scratch = scratch;
    this.#load = load;
    this.nowMs = nowMs;
    this.say = say;
  }

  /** The database of the targets: every tracker has 20 open tasks and 40 fixes. */
  get fullSeed(): Seed {
    return this.seed({});
  }

  seed(change: Partial<Seed>): Seed {
    const { trackers } = this.scale;
    return {
      trackers,
      busyTrackers: trackers,
      tasksPerTracker: TASKS_PER_TRACKER,
      fixesPerTracker: FIXES_PER_TRACKER,
      layout: 'spread',
      planDays: 0,
      nowMs: this.nowMs,
      ...change,
    };
  }

  /** A data directory that begins as the seed says; made once, copied for every run. */
  async data(seed: Seed): Promise<string> {
    const { trackers, busyTrackers, tasksPerTracker, fixesPerTracker, layout, planDays } = seed;
    const original = join(
      this.#scratch,
      ['seed', trackers, busyTrackers, tasksPerTracker, fixesPerTracker, layout, planDays].join('-'),
    );
    if (!existsSync(original)) {
      const tasks = busyTrackers * tasksPerTracker;
      this.say(`filling a database: ${trackers} trackers, ${tasks} tasks, ${trackers * fixesPerTracker} fixes`);
      for await (const _ of linesOf(
        script('load', new URL('./seed.ts', import.meta.url), original, JSON.stringify(seed)),
        'seed',
      )) {
        // It prints nothing.
      }
    }
    return copyDirectory(original, this.emptyDirectory());
  }

  emptyDirectory(): string {
    return join(this.#scratch, `run-${++this.#runs}`);
  }

  /** Where the trackers of a load are, and from when their fixes. `runs` before it on the same data: later. */
  drive(layout: Seed['layout'] = 'spread', former = 0): Partial<LoadOptions> {
    const { connections, trackers } = this.scale;
    return {
      ...loadGeometry(layout),
      connections,
      first: 1,
      stride: Math.max(1, Math.floor(trackers / connections)),
      zones: TASKS_PER_TRACKER,
      events: EVENT_EVERY,
      base: this.nowMs - AGE_MS + former * (AGE_MS / 4),
      step: 200,
    };
  }

  load(server: Server, options: Partial<LoadOptions>, onInterval?: Parameters<typeof runLoad>[3]): Promise<LoadReport> {
    const { warmS, seconds, connections } = this.scale;
    const whole: LoadOptions = { mode: 'closed', connections, warm: warmS, seconds, ...options };
    return runLoad(this.#load, server, whole, onInterval);
  }

  /** A gateway on a copy of the seed, one use of it, and what is found in its store afterwards. */
  async withGateway<T>(
    seed: Seed,
    use: (server: Server) => Promise<{ readonly found: T; readonly reports: readonly LoadReport[] }>,
    nodeFlags: readonly string[] = [],
  ): Promise<{ readonly found: T; readonly faults: readonly string[] }> {
    const data = await this.data(seed);
    const server = await startGateway({ data, nodeFlags });
    try {
      const { found, reports } = await use(server);
      await stopServer(server);
      return { found, faults: audit(data, reports) };
    } finally {
      await stopServer(server);
      rmSync(data, { recursive: true, force: true });
    }
  }

  /** A server without a store. */
  async withServer<T>(start: (directory: string) => Promise<Server>, use: (server: Server) => Promise<T>): Promise<T> {
    const directory = this.emptyDirectory();
    const server = await start(directory);
    try {
      return await use(server);
    } finally {
      await stopServer(server);
      rmSync(directory, { recursive: true, force: true });
    }
  }
}
