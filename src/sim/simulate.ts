/**
 * A fleet that sends at a steady pace until its time is over, and then goes on until everything it sent has been
 * acknowledged. Open loop: a slow gateway does not slow the fleet down, it makes its memories longer.
 */
import { DeviceLink, FleetTally, PATIENCE, type Patience } from './device-link.ts';
import { createFleet, type Mix, type Vehicle } from './fleet.ts';
import { forkedRandom } from './random.ts';
import type { DeviceRecord } from './speech.ts';
import { speechOf } from './speeches.ts';
import type { TalkRecorder } from './talk-recorder.ts';

export interface SimulateOptions {
  readonly devices: number;
  readonly mix: Mix;
  /** Records per second and device. */
  readonly rate: number;
  /** null = until stopped. */
  readonly seconds: number | null;
  readonly seed: number;
  readonly host: string;
  readonly port: number;
  /** How much faster than the wall the devices' clocks run, and what they show at the start. */
  readonly scale: number;
  readonly startMs: number;
  /** How long the fleet goes on for what is not acknowledged when its time is over. */
  readonly drainMs: number;
  readonly patience?: Partial<Patience>;
}

export interface SimulateHooks {
  readonly stopwatch: () => number;
  /** Ends the sending early; the drain follows. */
  readonly stopped: AbortSignal;
  readonly recordOnAcknowledged?: (imei: string, record: DeviceRecord) => void;
  /** The conversation of the first device. */
  readonly recorder?: TalkRecorder;
  /** About once a second. */
  readonly progress?: (report: Report) => void;
}

export interface Report {
  readonly devices: number;
  readonly online: number;
  readonly seconds: number;
  /** Records that left a device, were acknowledged, left it once more, and were never acknowledged. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly repeated: number;
  readonly lost: number;
  readonly connects: number;
  readonly disconnects: number;
  readonly refusals: number;
  readonly latencyMs: { readonly p50: number | null; readonly p90: number | null; readonly p99: number | null };
}

const BEAT_MS = 10;
const PROGRESS_MS = 1000;

export async function simulate(options: SimulateOptions, hooks: SimulateHooks): Promise<Report> {
  const run = new Run(options, hooks);
  await run.send();
  await run.drain();
  return run.end();
}

class Run {
  readonly #options: SimulateOptions;
  readonly #hooks: SimulateHooks;
  readonly #tally = new FleetTally();
  readonly #devices: readonly Device[];
  readonly #startMs: number;
  #progressMs = PROGRESS_MS;

  constructor(options: SimulateOptions, hooks: SimulateHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#startMs = hooks.stopwatch();
    this.#devices = createFleet({ ...options, tunnels: 0 }).vehicles.map((vehicle, index) => {
      const link = linkOf(vehicle, index, this.#tally, options, hooks);
      return new Device(vehicle, link, index, options);
    });
  }

  async send(): Promise<void> {
    const { seconds } = this.#options;
    const endMs = seconds === null ? Number.POSITIVE_INFINITY : seconds * 1000;
    for (let elapsedMs = 0; elapsedMs < endMs; elapsedMs = this.#elapsedMs()) {
      for (const device of this.#devices) device.recordUntil(elapsedMs);
      await this.#beat();
      if (this.#hooks.stopped.aborted) return;
    }
    for (const device of this.#devices) device.recordUntil(endMs);
  }

  async drain(): Promise<void> {
    const endMs = this.#elapsedMs() + this.#options.drainMs;
    while (this.#devices.some(({ link }) => link.waiting > 0) && this.#elapsedMs() < endMs) await this.#beat();
  }

  end(): Report {
    const report = this.#report();
    for (const { link } of this.#devices) link.stop();
    return report;
  }

  #elapsedMs(): number {
    return this.#hooks.stopwatch() - this.#startMs;
  }

  async #beat(): Promise<void> {
    if (this.#elapsedMs() >= this.#progressMs) {
      this.#progressMs = this.#elapsedMs() + PROGRESS_MS;
      this.#hooks.progress?.(this.#report());
    }
    await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
  }

  #report(): Report {
    const { sent, acknowledged, repeated, recorded, connects, disconnects, refusals, latency } = this.#tally;
    return {
      devices: this.#devices.length,
      online: this.#devices.filter(({ link }) => link.isOnline).length,
      seconds: Math.round(this.#elapsedMs()) / 1000,
      sent,
      acknowledged,
      repeated,
      lost: recorded - acknowledged,
      connects,
      disconnects,
      refusals,
      latencyMs: { p50: latency.percentileMs(0.5), p90: latency.percentileMs(0.9), p99: latency.percentileMs(0.99) },
    };
  }
}

/** A vehicle with its device: takes a record whenever one is due, connected or not. */
class Device {
  readonly link: DeviceLink;
  readonly #vehicle: Vehicle;
  readonly #index: number;
  readonly #options: SimulateOptions;
  #records = 0;

  constructor(vehicle: Vehicle, link: DeviceLink, index: number, options: SimulateOptions) {
    this.#vehicle = vehicle;
    this.link = link;
    this.#index = index;
    this.#options = options;
  }

  recordUntil(elapsedMs: number): void {
    // A thousand devices a second: a listen queue is short.
    if (elapsedMs >= this.#index) this.link.start();
    for (let dueMs = this.#dueMs(); dueMs < elapsedMs; dueMs = this.#dueMs()) {
      const timeMs = Math.floor(this.#options.startMs + dueMs * this.#options.scale);
      this.link.keep({ timeMs, ...this.#vehicle.drive.read(timeMs) });
      this.#records++;
    }
  }

  /** Spread evenly: no two devices record at the same moment. */
  #dueMs(): number {
    return ((this.#records + this.#index / this.#options.devices) * 1000) / this.#options.rate;
  }
}

function linkOf(
  vehicle: Vehicle,
  index: number,
  tally: FleetTally,
  options: SimulateOptions,
  { stopwatch, recordOnAcknowledged, recorder }: SimulateHooks,
): DeviceLink {
  const { imei, protocol } = vehicle;
  const speech = speechOf(protocol);
  return new DeviceLink({
    imei,
    speech,
    host: options.host,
    port: options.port,
    stopwatch,
    random: forkedRandom(options.seed, index),
    tally,
    patience: { heartbeatMs: PATIENCE.heartbeatMs / options.scale, ...options.patience },
    ...(recordOnAcknowledged && { recordOnAcknowledged: (record) => recordOnAcknowledged(imei, record) }),
    ...(recorder && index === 0 && { wireOnBytes: (direction, bytes) => recorder.note(direction, bytes, speech) }),
  });
}
