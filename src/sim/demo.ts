/**
 * The demo: twelve vehicles speak real bytes to a gateway through its real port, sixty times faster than life. They
 * lose coverage, come back and deliver what they kept; jobs are made over HTTP at places they are about to visit,
 * such that every outcome shows within seconds.
 */
import type { NavixyStatus } from '../model/projections.ts';
import { Actor } from './demo-actor.ts';
import { DemoApi } from './demo-api.ts';
import { type Glance, type Line, plainLine, TABLE_BEGIN, TABLE_END, table } from './demo-table.ts';
import { DeviceLink, FleetTally } from './device-link.ts';
import { createFleet, type Vehicle } from './fleet.ts';
import { forkedRandom } from './random.ts';
import { speechOf } from './speeches.ts';

/** How much faster than the wall the demo's clock runs: a minute's stay takes a second. */
export const DEMO_FACTOR = 60;
const VEHICLES = 12;
const TUNNELS = 0.05;
const BEAT_MS = 50;
const PLAN_EVERY_MS = 1000;
const TABLE_EVERY_MS = 500;
const LINE_EVERY_MS = 5000;
const LINES_KEPT = 12;
const LABELS_KEPT = 5000;
/** What a visitor is promised to see. */
const PROMISED: readonly NavixyStatus[] = ['arrived', 'done', 'delayed', 'faulty', 'failed'];

/** What the demo needs of a running gateway. */
export interface DemoGateway {
  readonly host: string;
  readonly port: number;
  readonly httpUrl: string;
  readonly apiKey: string;
  recordsStored(): number;
  countByStatus(): Readonly<Record<NavixyStatus, number>>;
  onTransition(listener: (transition: Transition) => void): void;
}

interface Transition {
  readonly taskId: number;
  readonly eventMs: number;
  readonly from: NavixyStatus | null;
  readonly to: NavixyStatus | null;
  readonly isRevised: boolean;
}

export interface DemoOptions {
  readonly seed: number;
  /** null = until stopped. */
  readonly seconds: number | null;
  readonly isTerminal: boolean;
}

export interface DemoHooks {
  /** The accelerated clock, the gateway's and the devices'. */
  readonly now: () => number;
  readonly stopwatch: () => number;
  readonly stopped: AbortSignal;
  readonly write: (text: string) => void;
}

/** Resolves with the promised statuses that did not show. */
export async function demo(
  gateway: DemoGateway,
  options: DemoOptions,
  hooks: DemoHooks,
): Promise<readonly NavixyStatus[]> {
  const show = new Show(gateway, options, hooks);
  try {
    await show.prepare();
    await show.run();
  } finally {
    show.end();
  }
  return show.missing();
}

class Show {
  readonly #gateway: DemoGateway;
  readonly #options: DemoOptions;
  readonly #hooks: DemoHooks;
  readonly #api: DemoApi;
  readonly #actors: readonly Actor[];
  readonly #tally = new FleetTally();
  readonly #labels = new Map<number, string>();
  readonly #lines: Line[] = [];
  readonly #seen = new Set<NavixyStatus>();
  readonly #startMs: number;
  #planMs = 0;
  #shownMs = 0;
  #shownRecords = 0;

  constructor(gateway: DemoGateway, options: DemoOptions, hooks: DemoHooks) {
    this.#gateway = gateway;
    this.#options = options;
    this.#hooks = hooks;
    this.#startMs = hooks.stopwatch();
    this.#api = new DemoApi(gateway.httpUrl, gateway.apiKey);
    const { seed } = options;
    const startMs = hooks.now();
    const { vehicles } = createFleet({ devices: VEHICLES, mix: 'mix', seed, startMs, tunnels: TUNNELS });
    this.#actors = vehicles.map((vehicle, index) => this.#actorOf(vehicle, index, startMs));
    gateway.onTransition((transition) => this.#gatewayOnTransition(transition));
  }

  async prepare(): Promise<void> {
    for (const actor of this.#actors) {
      actor.trackerId = await this.#api.registerTracker(actor.vehicle);
      await this.#plan(actor);
    }
    for (const { link } of this.#actors) link.start();
    if (this.#options.isTerminal) this.#hooks.write(TABLE_BEGIN);
  }

  async run(): Promise<void> {
    const { seconds } = this.#options;
    const endMs = seconds === null ? Number.POSITIVE_INFINITY : seconds * 1000;
    while (this.#elapsedMs() < endMs && !this.#hooks.stopped.aborted) {
      for (const actor of this.#actors) actor.act(this.#hooks.now());
      if (this.#elapsedMs() - this.#planMs >= PLAN_EVERY_MS) {
        this.#planMs = this.#elapsedMs();
        for (const actor of this.#actors) await this.#plan(actor);
      }
      this.#show();
      await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
    }
  }

  end(): void {
    for (const { link } of this.#actors) link.stop();
    if (this.#options.isTerminal) this.#hooks.write(TABLE_END);
  }

  missing(): readonly NavixyStatus[] {
    return PROMISED.filter((status) => !this.#seen.has(status));
  }

  #elapsedMs(): number {
    return this.#hooks.stopwatch() - this.#startMs;
  }

  #actorOf(vehicle: Vehicle, index: number, startMs: number): Actor {
    const { seed } = this.#options;
    const link = new DeviceLink({
      imei: vehicle.imei,
      speech: speechOf(vehicle.protocol),
      host: this.#gateway.host,
      port: this.#gateway.port,
      stopwatch: this.#hooks.stopwatch,
      random: forkedRandom(seed, 1000 + index),
      tally: this.#tally,
      patience: { heartbeatMs: 180_000 / DEMO_FACTOR },
    });
    return new Actor(vehicle, index, link, forkedRandom(seed, 2000 + index), startMs);
  }

  async #plan(actor: Actor): Promise<void> {
    for (const job of actor.plan(this.#hooks.now())) {
      const taskId = await this.#api.createTask(actor.trackerId, job);
      this.#labels.set(taskId, `${actor.vehicle.label}: ${job.label}`);
      if (this.#labels.size > LABELS_KEPT) this.#labels.delete(this.#labels.keys().next().value ?? 0);
    }
  }

  #gatewayOnTransition({ taskId, eventMs, from, to, isRevised }: Transition): void {
    if (to !== null) this.#seen.add(to);
    this.#lines.unshift({ label: this.#labels.get(taskId) ?? `task ${taskId}`, eventMs, from, to, isRevised });
    this.#lines.length = Math.min(this.#lines.length, LINES_KEPT);
  }

  #show(): void {
    const { isTerminal } = this.#options;
    const sinceMs = this.#elapsedMs() - this.#shownMs;
    if (sinceMs < (isTerminal ? TABLE_EVERY_MS : LINE_EVERY_MS)) return;
    const stored = this.#gateway.recordsStored();
    const glance: Glance = {
      elapsedMs: this.#elapsedMs(),
      clockMs: this.#hooks.now(),
      factor: DEMO_FACTOR,
      httpUrl: this.#gateway.httpUrl,
      apiKey: this.#gateway.apiKey,
      fixesPerSecond: ((stored - this.#shownRecords) * 1000) / sinceMs,
      actors: this.#actors.map((actor) => actor.glance()),
      countByStatus: this.#gateway.countByStatus(),
      lines: this.#lines,
    };
    this.#shownMs = this.#elapsedMs();
    this.#shownRecords = stored;
    this.#hooks.write(isTerminal ? table(glance) : plainLine(glance));
  }
}
