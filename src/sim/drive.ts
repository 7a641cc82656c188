/**
 * One vehicle's day as a function of time: roads at a steady speed, stops between them. The plan reaches as far ahead
 * as anyone asks, so that work can be planned at places the vehicle is going to visit.
 */
import { between, pick, type Random } from './random.ts';
import { moved, offsetM, type Point, type Town } from './roads.ts';

export interface Stop extends Point {
  readonly arriveMs: number;
  readonly leaveMs: number;
}

/** Where a vehicle is, and what its instruments say. */
export interface Reading extends Point {
  readonly speedKmh: number;
  readonly courseDeg: number;
  /** 0 = under a bridge or in a tunnel: the place is the last one known. */
  readonly satellites: number;
  readonly isIgnitionOn: boolean;
  readonly odometerM: number;
}

interface Leg {
  readonly fromMs: number;
  readonly toMs: number;
  readonly from: Point;
  readonly eastM: number;
  readonly northM: number;
  readonly odometerM: number;
  readonly isCovered: boolean;
}

const ROADS_BETWEEN_STOPS = [2, 4] as const;
const STOP_MS = [120_000, 240_000] as const;
const SPEED_KMH = [28, 62] as const;
/**
 * A parked receiver's wander: golden-angle steps on a small circle. Fifty records in a row are all at different places:
 * GT06 counts whole seconds, and equal records of one second would be one record.
 */
const WANDER_M = 3;
const GOLDEN_ANGLE = 2.399963229728653;

export interface DriveOptions {
  readonly town: Town;
  readonly random: Random;
  readonly startMs: number;
  /** Share of roads on which the receiver has no fix. */
  readonly tunnels: number;
}

export class Drive {
  readonly #town: Town;
  readonly #random: Random;
  readonly #tunnels: number;
  #legs: Leg[] = [];
  #crossing: number;
  #before = -1;
  #roadsLeft: number;
  #plannedMs: number;
  #odometerM: number;
  #readings = 0;
  #lastKnown: Point;

  constructor({ town, random, startMs, tunnels }: DriveOptions) {
    this.#town = town;
    this.#random = random;
    this.#tunnels = tunnels;
    this.#crossing = Math.floor(random() * town.crossings.length);
    this.#roadsLeft = 1;
    this.#plannedMs = startMs;
    this.#odometerM = Math.floor(between(random, 20_000, 400_000)) * 1000;
    this.#lastKnown = this.#here();
  }

  /** Stops that begin in [fromMs, toMs), in order. Plans ahead as needed. */
  stops(fromMs: number, toMs: number): Stop[] {
    this.#planTo(toMs);
    return this.#legs
      .filter((leg) => isStop(leg) && leg.fromMs >= fromMs && leg.fromMs < toMs)
      .map((leg) => ({ ...leg.from, arriveMs: leg.fromMs, leaveMs: leg.toMs }));
  }

  /** Read in order of time: what lies before an earlier reading is forgotten. */
  read(atMs: number): Reading {
    this.#planTo(atMs + 1);
    while (this.#legs.length > 1 && (this.#legs[0]?.toMs ?? 0) <= atMs) this.#legs.shift();
    const leg = this.#legs[0]!;
    const share = Math.min(1, Math.max(0, (atMs - leg.fromMs) / (leg.toMs - leg.fromMs)));
    const lengthM = Math.hypot(leg.eastM, leg.northM);
    const angle = this.#readings++ * GOLDEN_ANGLE;
    const wanderM = isStop(leg) ? WANDER_M : 0;
    const eastM = leg.eastM * share + wanderM * Math.cos(angle);
    const northM = leg.northM * share + wanderM * Math.sin(angle);
    if (leg.isCovered) this.#lastKnown = moved(leg.from, eastM, northM);
    return {
      ...this.#lastKnown,
      speedKmh: isStop(leg) ? 0 : Math.round((lengthM / (leg.toMs - leg.fromMs)) * 3600),
      courseDeg: isStop(leg) ? 0 : courseDeg(leg),
      satellites: leg.isCovered ? 9 + (this.#readings % 6) : 0,
      isIgnitionOn: !isStop(leg),
      odometerM: Math.round(leg.odometerM + lengthM * share),
    };
  }

  #planTo(timeMs: number): void {
    while (this.#plannedMs < timeMs) this.#plan(this.#roadsLeft > 0 ? this.#road() : this.#stop());
  }

  #plan(leg: Leg): void {
    this.#legs.push(leg);
    this.#plannedMs = leg.toMs;
    this.#odometerM = leg.odometerM + Math.hypot(leg.eastM, leg.northM);
  }

  #road(): Leg {
    const from = this.#here();
    const here = this.#crossing;
    const onward = this.#town.crossings[here]!.next.filter((index) => index !== this.#before);
    this.#crossing = pick(this.#random, onward.length > 0 ? onward : this.#town.crossings[here]!.next);
    this.#before = here;
    this.#roadsLeft--;
    const { eastM, northM } = offsetM(from, this.#here());
    const speedKmh = between(this.#random, ...SPEED_KMH);
    const tookMs = Math.round((Math.hypot(eastM, northM) / speedKmh) * 3600);
    return this.#leg(from, eastM, northM, tookMs, this.#random() >= this.#tunnels);
  }

  #stop(): Leg {
    this.#roadsLeft = Math.round(between(this.#random, ...ROADS_BETWEEN_STOPS));
    return this.#leg(this.#here(), 0, 0, Math.round(between(this.#random, ...STOP_MS) / 1000) * 1000, true);
  }

  #leg(from: Point, eastM: number, northM: number, tookMs: number, isCovered: boolean): Leg {
    const fromMs = this.#plannedMs;
    return { fromMs, toMs: fromMs + tookMs, from, eastM, northM, odometerM: this.#odometerM, isCovered };
  }

  #here(): Point {
    const { latDeg, lonDeg } = this.#town.crossings[this.#crossing]!;
    return { latDeg, lonDeg };
  }
}

function isStop(leg: Leg): boolean {
  return leg.eastM === 0 && leg.northM === 0;
}

/** Clockwise from north, 0..359. */
function courseDeg(leg: Leg): number {
  return Math.round((Math.atan2(leg.eastM, leg.northM) * 180) / Math.PI + 360) % 360;
}
