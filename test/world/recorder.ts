/** What a device writes into its memory as the vehicle goes through its day, and what of it is true. */
import { between, type Random } from '../../src/sim/random.ts';
import type { DeviceRecord, Speech } from '../../src/sim/speech.ts';
import { chance, HOUR, MINUTE, SECOND, whole } from './dice.ts';
import { displaced, type Journey, type Place, type Whereabouts } from './journey.ts';

/** A record as it goes over the wire, and when it was really made. */
export interface Recorded extends DeviceRecord {
  readonly madeMs: number;
}

/** The odometer moves with every record, so no two are alike: also not two of one instant. */
export function keyOf({ timeMs, odometerM }: Pick<DeviceRecord, 'timeMs' | 'odometerM'>): string {
  return `${timeMs}/${odometerM}`;
}

const SLEEPS_AFTER_MS = HOUR;
const UNSET_CLOCK_MS = Date.UTC(2004, 0, 1);
const AHEAD_MS = 9 * 365 * 24 * HOUR;
/** Under a roof nothing is received, and every further record says so. */
const ASLEEP_WITHOUT_FIX = 0.7;

export class Recorder {
  readonly #journey: Journey;
  readonly #random: Random;
  readonly #asSent: Speech['asSent'];
  #nextMs: number;
  #odometerM: number;
  #lastKnown: Place;
  #wrongClock: { readonly timeMs: (nowMs: number) => number; left: number } | null = null;

  constructor(journey: Journey, random: Random, asSent: Speech['asSent'], startMs: number) {
    this.#journey = journey;
    this.#random = random;
    this.#asSent = asSent;
    this.#nextMs = startMs + Math.floor(between(random, 0, MINUTE));
    this.#odometerM = whole(random, 20_000, 400_000) * 1000;
    this.#lastKnown = journey.at(startMs);
  }

  /** Records made up to now. */
  record(untilMs: number): Recorded[] {
    const made: Recorded[] = [];
    while (this.#nextMs <= untilMs) {
      const where = this.#journey.at(this.#nextMs);
      const record = this.#make(this.#nextMs, where);
      made.push(record);
      // Two events of one instant are two records.
      if (chance(this.#random, 0.03)) made.push(this.#twin(record));
      this.#nextMs += this.#pauseMs(where);
    }
    return made;
  }

  #make(madeMs: number, where: Whereabouts): Recorded {
    this.#odometerM += 1 + whole(this.#random, 0, 20);
    const satellites = this.#hasFix(where) ? whole(this.#random, 4, 14) : 0;
    if (satellites > 0) {
      this.#lastKnown = displaced(where, between(this.#random, -4, 4), between(this.#random, -4, 4));
    }
    const sent = this.#asSent({
      timeMs: this.#clock(madeMs),
      latDeg: this.#lastKnown.latDeg,
      lonDeg: this.#lastKnown.lonDeg,
      speedKmh: where.speedKmh,
      courseDeg: whole(this.#random, 0, 359),
      satellites,
      isIgnitionOn: where.stop === null,
      odometerM: this.#odometerM,
    });
    return { ...sent, madeMs };
  }

  #twin(record: Recorded): Recorded {
    this.#odometerM += 1;
    return { ...record, odometerM: this.#odometerM, courseDeg: (record.courseDeg + 1) % 360 };
  }

  #hasFix(where: Whereabouts): boolean {
    return !chance(this.#random, isAsleep(where) ? ASLEEP_WITHOUT_FIX : 0.03);
  }

  /** After a loss of power a device does not know the date until it has a fix. */
  #clock(madeMs: number): number {
    if (this.#wrongClock === null && chance(this.#random, 0.006)) {
      const isAhead = chance(this.#random, 0.5);
      const timeMs = (nowMs: number) => (isAhead ? nowMs + AHEAD_MS : UNSET_CLOCK_MS + (nowMs - madeMs));
      this.#wrongClock = { timeMs, left: whole(this.#random, 1, 6) };
    }
    if (this.#wrongClock === null) return madeMs;
    const { timeMs } = this.#wrongClock;
    this.#wrongClock.left -= 1;
    if (this.#wrongClock.left === 0) this.#wrongClock = null;
    return timeMs(madeMs);
  }

  #pauseMs(where: Whereabouts): number {
    if (isAsleep(where)) return Math.floor(between(this.#random, 5 * MINUTE, 30 * MINUTE));
    if (where.stop !== null) return Math.floor(between(this.#random, 20 * SECOND, 3 * MINUTE));
    return Math.floor(between(this.#random, 15 * SECOND, MINUTE));
  }
}

function isAsleep({ stop }: Whereabouts): boolean {
  return stop !== null && stop.leaveMs - stop.arriveMs > SLEEPS_AFTER_MS;
}
