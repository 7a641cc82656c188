/** A vehicle of the demo: drives, records, loses coverage and comes back, says where it will stop, and can be sent to a place. */
import type { DeviceLink } from './device-link.ts';
import type { Stop } from './drive.ts';
import type { Vehicle } from './fleet.ts';
import { between, type Random } from './random.ts';
import type { Point } from './roads.ts';

const MINUTE_MS = 60_000;
const RECORD_EVERY_MS = 10_000;
/** As far ahead as its stops are told. What an errand drops of it is lost: not too far. */
const PLAN_AHEAD_MS = 8 * MINUTE_MS;
/** After a long stop of the whole program not every missed record is made up for. */
const RECORDS_PER_BEAT_MAX = 1000;
interface Outages {
  readonly everyMs: readonly [number, number];
  readonly forMs: readonly [number, number];
}

/** Coverage: most lose it for moments; every fourth for so long that the clock closes jobs before the proof arrives. */
const SHORT: Outages = { everyMs: [5 * MINUTE_MS, 12 * MINUTE_MS], forMs: [MINUTE_MS, 3 * MINUTE_MS] };
const LONG: Outages = { everyMs: [4 * MINUTE_MS, 8 * MINUTE_MS], forMs: [10 * MINUTE_MS, 14 * MINUTE_MS] };

export interface ActorGlance {
  readonly label: string;
  readonly protocol: string;
  readonly isRegistered: boolean;
  readonly isOnline: boolean;
  readonly speedKmh: number;
  /** Records waiting in the device. */
  readonly waiting: number;
}

export interface ActorOptions {
  readonly vehicle: Vehicle;
  readonly index: number;
  readonly link: DeviceLink;
  readonly random: Random;
  /** It has been driving since then, */
  readonly startMs: number;
  /** and loses coverage from now on. */
  readonly nowMs: number;
}

export class Actor {
  readonly vehicle: Vehicle;
  readonly link: DeviceLink;
  /** 0 = the gateway does not know it. */
  trackerId = 0;
  readonly #random: Random;
  readonly #outage: Outages;
  #recordMs: number;
  #plannedMs: number;
  #darkMs: number;
  #lightMs = Number.POSITIVE_INFINITY;
  #errandMs = Number.NEGATIVE_INFINITY;
  #speedKmh = 0;

  constructor({ vehicle, index, link, random, startMs, nowMs }: ActorOptions) {
    this.vehicle = vehicle;
    this.link = link;
    this.#random = random;
    this.#outage = index % 4 === 1 ? LONG : SHORT;
    this.#recordMs = startMs + index * Math.floor(RECORD_EVERY_MS / 12);
    this.#plannedMs = startMs;
    this.#darkMs = nowMs + between(random, ...this.#outage.everyMs);
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
    // Whoever sent it somewhere wants to see it there.
    if (nowMs >= this.#darkMs && !this.isOnErrand(nowMs)) this.#goDark(nowMs);
    if (nowMs >= this.#lightMs) this.#comeBack(nowMs);
  }

  /** Stops that came into view since the last call. */
  comingStops(nowMs: number): Stop[] {
    const fromMs = this.#plannedMs;
    this.#plannedMs = Math.max(fromMs, nowMs + PLAN_AHEAD_MS);
    return this.vehicle.drive.stops(fromMs, this.#plannedMs);
  }

  /** Stops from now on only, as for one that nobody had work for until now. */
  planFrom(nowMs: number): void {
    this.#plannedMs = nowMs;
  }

  isOnErrand(nowMs: number): boolean {
    return nowMs < this.#errandMs;
  }

  /** false = no road leads near. Out of coverage it comes back within a minute. */
  sendTo(place: Point, leaveMs: (arriveMs: number) => number, nowMs: number): boolean {
    const stop = this.vehicle.drive.sendTo(place, leaveMs, nowMs);
    if (stop === null) return false;
    this.#errandMs = stop.leaveMs;
    if (this.#darkMs === Number.POSITIVE_INFINITY) this.#lightMs = Math.min(this.#lightMs, nowMs + MINUTE_MS);
    return true;
  }

  glance(): ActorGlance {
    const { label, protocol } = this.vehicle;
    return {
      label,
      protocol,
      isRegistered: this.trackerId !== 0,
      isOnline: this.link.isOnline,
      speedKmh: this.#speedKmh,
      waiting: this.link.waiting,
    };
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
