/** A vehicle of the demo: drives, records, loses coverage and comes back, and knows which jobs its next stops are good for. */
import { type Job, jobFor } from './demo-jobs.ts';
import type { DeviceLink } from './device-link.ts';
import type { Vehicle } from './fleet.ts';
import { between, type Random } from './random.ts';

const MINUTE_MS = 60_000;
const RECORD_EVERY_MS = 10_000;
const PLAN_AHEAD_MS = 12 * MINUTE_MS;
/** After a long stop of the whole program not every missed record is made up for. */
const RECORDS_PER_BEAT_MAX = 1000;
interface Outages {
  readonly everyMs: readonly [number, number];
  readonly forMs: readonly [number, number];
}

/** Coverage: most lose it for moments; every fourth for so long that the clock closes jobs before the proof arrives. */
const SHORT: Outages = { everyMs: [5 * MINUTE_MS, 12 * MINUTE_MS], forMs: [MINUTE_MS, 3 * MINUTE_MS] };
const LONG: Outages = { everyMs: [8 * MINUTE_MS, 15 * MINUTE_MS], forMs: [16 * MINUTE_MS, 22 * MINUTE_MS] };

export interface ActorGlance {
  readonly label: string;
  readonly protocol: string;
  readonly isOnline: boolean;
  readonly speedKmh: number;
  /** Records waiting in the device. */
  readonly waiting: number;
}

export class Actor {
  readonly vehicle: Vehicle;
  readonly link: DeviceLink;
  trackerId = 0;
  readonly #random: Random;
  readonly #outage: Outages;
  #jobs: number;
  #recordMs: number;
  #plannedMs: number;
  #darkMs: number;
  #lightMs = Number.POSITIVE_INFINITY;
  #speedKmh = 0;

  constructor(vehicle: Vehicle, index: number, link: DeviceLink, random: Random, startMs: number) {
    this.vehicle = vehicle;
    this.link = link;
    this.#random = random;
    this.#outage = index % 4 === 1 ? LONG : SHORT;
    this.#jobs = index;
    this.#recordMs = startMs + index * Math.floor(RECORD_EVERY_MS / 12);
    this.#plannedMs = startMs;
    this.#darkMs = startMs + between(random, ...this.#outage.everyMs);
  }

  /** Everything that was due until now. */
  act(nowMs: number): void {
    for (let i = 0; this.#recordMs <= nowMs; i++) {
      if (i >= RECORDS_PER_BEAT_MAX) this.#recordMs = nowMs;
      const reading = this.vehicle.drive.read(this.#recordMs);
      this.link.keep({ timeMs: this.#recordMs, ...reading });
      this.#speedKmh = reading.speedKmh;
      this.#recordMs += RECORD_EVERY_MS;
    }
    if (nowMs >= this.#darkMs) this.#goDark(nowMs);
    if (nowMs >= this.#lightMs) this.#comeBack(nowMs);
  }

  /** Jobs at stops that came into view since the last call. */
  plan(nowMs: number): Job[] {
    const untilMs = nowMs + PLAN_AHEAD_MS;
    const stops = this.vehicle.drive.stops(this.#plannedMs, untilMs);
    this.#plannedMs = Math.max(this.#plannedMs, untilMs);
    return stops.map((stop) => jobFor(stop, this.#jobs++));
  }

  glance(): ActorGlance {
    const { label, protocol } = this.vehicle;
    return { label, protocol, isOnline: this.link.isOnline, speedKmh: this.#speedKmh, waiting: this.link.waiting };
  }

  #goDark(nowMs: number): void {
    this.#lightMs = nowMs + between(this.#random, ...this.#outage.forMs);
    this.#darkMs = Number.POSITIVE_INFINITY;
    this.link.stop();
  }

  #comeBack(nowMs: number): void {
    this.#darkMs = nowMs + between(this.#random, ...this.#outage.everyMs);
    this.#lightMs = Number.POSITIVE_INFINITY;
    this.link.start();
  }
}
