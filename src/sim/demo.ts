/**
 * The demo: twelve vehicles speak real bytes to a gateway through its real port, twenty times faster than life. They lose
 * coverage, come back and deliver what they kept; jobs are made over HTTP at places they are about to visit, such that
 * every outcome shows within seconds. A thirteenth knocks and waits to be accepted. Whatever task a visitor makes, its
 * vehicle is sent to.
 */
import type { NavixyStatus } from '../model/projections.ts';
import { Actor } from './demo-actor.ts';
import { DemoApi } from './demo-api.ts';
import { type Errand, Errands } from './demo-errands.ts';
import { deliveryAt, type Job, jobFor } from './demo-jobs.ts';
import { type Glance, type Line, plainLine, TABLE_BEGIN, TABLE_END, table } from './demo-table.ts';
import { DeviceLink, FleetTally } from './device-link.ts';
import { createFleet, type Vehicle } from './fleet.ts';
import { forkedRandom } from './random.ts';
import { layTown, type Town } from './roads.ts';
import { speechOf } from './speeches.ts';
import { roadLines } from './ways.ts';
import { openSink, type WebhookSink } from './webhook-sink.ts';

/**
 * How much faster than the wall the demo's clock runs. A minute's stay takes three seconds, so that a ring is seen filling
 * up, and a vehicle moves by 250 m from one picture of the map to the next: at 60 it jumps over whole blocks, at 10 nobody
 * waits for the end of a stay.
 */
export const DEMO_FACTOR = 20;
const VEHICLES = 12;
const TUNNELS = 0.05;
/** The fleet has been under way for so long, and delivers it first: there is something to see at once. */
const WARM_UP_MS = 8 * 60_000;
const ROUTE_STOPS = 3;
const BEAT_MS = 50;
const PLAN_EVERY_MS = 1000;
const KNOCK_AFTER_MS = 4000;
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
  /** Lets one visitor in. */
  readonly consoleUrl: string;
  readonly apiKey: string;
  recordsStored(): number;
  countByStatus(): Readonly<Record<NavixyStatus, number>>;
  onTransition(listener: (transition: Transition) => void): void;
  /** A task that is not the demo's own was made or changed, or any was given to someone. */
  onErrand(listener: (taskId: number) => void): void;
  /** null = the task asks nothing of a vehicle (any more). */
  errandOf(taskId: number): Errand | null;
  /** null = the tracker is not registered. */
  trackerIdOf(imei: string): number | null;
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
    await show.end();
  }
  return show.missing();
}

/** The town of a seed, for whoever draws a map of it. */
export function demoRoads(seed: number): (readonly [number, number])[][] {
  return roadLines(layTown(seed));
}

class Show {
  readonly #gateway: DemoGateway;
  readonly #options: DemoOptions;
  readonly #hooks: DemoHooks;
  readonly #api: DemoApi;
  readonly #town: Town;
  /** The last one is not registered until somebody accepts it. */
  readonly #actors: readonly Actor[];
  readonly #jobsMade: number[];
  readonly #errands: Errands;
  readonly #tally = new FleetTally();
  readonly #labels = new Map<number, string>();
  /** Tasks with a form, and those of them whose vehicle is at the door. */
  readonly #formTasks = new Set<number>();
  readonly #formsDue = new Set<number>();
  readonly #lines: Line[] = [];
  readonly #seen = new Set<NavixyStatus>();
  readonly #startMs: number;
  #sink: WebhookSink | null = null;
  #formTemplateId = 0;
  #hasKnocked = false;
  #planMs = 0;
  #shownMs = 0;
  #shownRecords = 0;

  constructor(gateway: DemoGateway, options: DemoOptions, hooks: DemoHooks) {
    this.#gateway = gateway;
    this.#options = options;
    this.#hooks = hooks;
    this.#startMs = hooks.stopwatch();
    this.#api = new DemoApi(gateway.httpUrl, gateway.apiKey);
    this.#errands = new Errands((taskId) => gateway.errandOf(taskId));
    const startMs = hooks.now() - WARM_UP_MS;
    const fleet = createFleet({ devices: VEHICLES + 1, mix: 'mix', seed: options.seed, startMs, tunnels: TUNNELS });
    this.#town = fleet.town;
    this.#actors = fleet.vehicles.map((vehicle, index) => this.#actorOf(vehicle, index, startMs));
    this.#jobsMade = this.#actors.map((_, index) => index);
    gateway.onTransition((transition) => this.#gatewayOnTransition(transition));
    gateway.onErrand((taskId) => this.#errands.add(taskId));
  }

  async prepare(): Promise<void> {
    this.#sink = await openSink();
    this.#sink.expectSecret(await this.#api.createWebhook('Webhook sink of the demo', this.#sink.url));
    this.#formTemplateId = await this.#api.createFormTemplate();
    const known = this.#actors.slice(0, VEHICLES);
    for (const actor of known) actor.trackerId = await this.#api.registerTracker(actor.vehicle);
    await this.#planRoute(known[0]!);
    for (const actor of known) await this.#plan(actor);
    for (const { link } of known) link.start();
    if (this.#options.isTerminal) this.#hooks.write(TABLE_BEGIN);
  }

  async run(): Promise<void> {
    const { seconds } = this.#options;
    const endMs = seconds === null ? Number.POSITIVE_INFINITY : seconds * 1000;
    while (this.#elapsedMs() < endMs && !this.#hooks.stopped.aborted) {
      for (const actor of this.#actors) actor.act(this.#hooks.now());
      if (this.#elapsedMs() - this.#planMs >= PLAN_EVERY_MS) {
        this.#planMs = this.#elapsedMs();
        await this.#planAll();
      }
      this.#show();
      await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
    }
  }

  async end(): Promise<void> {
    for (const { link } of this.#actors) link.stop();
    if (this.#options.isTerminal) this.#hooks.write(TABLE_END);
    await this.#sink?.close();
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
    const random = forkedRandom(seed, 2000 + index);
    return new Actor({ vehicle, index, link, random, startMs, nowMs: this.#hooks.now() });
  }

  async #planAll(): Promise<void> {
    this.#letKnock();
    this.#errands.dispatch(this.#actors, this.#hooks.now());
    for (const actor of this.#actors) if (actor.trackerId !== 0) await this.#plan(actor);
    await this.#fillInForms();
  }

  /** The stranger: after some seconds it tries, again and again; accepted, it delivers all it has kept and gets work. */
  #letKnock(): void {
    const stranger = this.#actors[VEHICLES]!;
    if (stranger.trackerId !== 0) return;
    if (!this.#hasKnocked && this.#elapsedMs() >= KNOCK_AFTER_MS) {
      this.#hasKnocked = true;
      stranger.link.start();
    }
    stranger.trackerId = this.#gateway.trackerIdOf(stranger.vehicle.imei) ?? 0;
    if (stranger.trackerId !== 0) stranger.planFrom(this.#hooks.now());
  }

  async #planRoute(actor: Actor): Promise<void> {
    const stops = actor.comingStops(this.#hooks.now()).slice(0, ROUTE_STOPS);
    const jobs = stops.map((stop, nth) => deliveryAt(stop, nth + 1));
    const taskIds = await this.#api.createRoute(actor.trackerId, `Round of ${actor.vehicle.label}`, jobs);
    for (const [i, taskId] of taskIds.entries()) this.#note(taskId, actor, jobs[i]!);
  }

  async #plan(actor: Actor): Promise<void> {
    const index = this.#actors.indexOf(actor);
    for (const stop of actor.comingStops(this.#hooks.now())) {
      const job = jobFor(stop, this.#jobsMade[index]!++, this.#town.centre);
      const formTemplateId = job.isFormWanted ? this.#formTemplateId : null;
      const taskId = await this.#api.createTask(actor.trackerId, job, formTemplateId);
      if (taskId !== null) this.#note(taskId, actor, job);
    }
  }

  #note(taskId: number, actor: Actor, job: Job): void {
    this.#labels.set(taskId, `${actor.vehicle.label}: ${job.label}`);
    if (this.#labels.size > LABELS_KEPT) this.#labels.delete(this.#labels.keys().next().value ?? 0);
    if (job.isFormWanted) this.#formTasks.add(taskId);
  }

  async #fillInForms(): Promise<void> {
    for (const taskId of this.#formsDue) {
      this.#formsDue.delete(taskId);
      await this.#api.submitForm(taskId);
    }
  }

  #gatewayOnTransition({ taskId, eventMs, from, to, isRevised }: Transition): void {
    if (to !== null) this.#seen.add(to);
    if (to !== 'assigned' && this.#formTasks.delete(taskId) && to === 'arrived') this.#formsDue.add(taskId);
    this.#lines.unshift({ label: this.#labels.get(taskId) ?? `task ${taskId}`, eventMs, from, to, isRevised });
    this.#lines.length = Math.min(this.#lines.length, LINES_KEPT);
  }

  #show(): void {
    const { isTerminal } = this.#options;
    const sinceMs = this.#elapsedMs() - this.#shownMs;
    if (sinceMs < (isTerminal ? TABLE_EVERY_MS : LINE_EVERY_MS)) return;
    const { httpUrl, consoleUrl, apiKey } = this.#gateway;
    const stored = this.#gateway.recordsStored();
    const glance: Glance = {
      elapsedMs: this.#elapsedMs(),
      clockMs: this.#hooks.now(),
      factor: DEMO_FACTOR,
      httpUrl,
      consoleUrl,
      apiKey,
      fixesPerSecond: ((stored - this.#shownRecords) * 1000) / sinceMs,
      actors: this.#actors
        .filter(({ trackerId }) => trackerId !== 0 || this.#hasKnocked)
        .map((actor) => actor.glance()),
      countByStatus: this.#gateway.countByStatus(),
      lines: this.#lines,
      deliveries: this.#sink?.received() ?? [],
    };
    this.#shownMs = this.#elapsedMs();
    this.#shownRecords = stored;
    this.#hooks.write(isTerminal ? table(glance) : plainLine(glance));
  }
}
