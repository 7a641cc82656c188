/**
 * One vehicle's day as a function of time: roads at a steady speed, stops between them. The plan reaches as far ahead
 * as anyone asks, so that work can be planned at places the vehicle is going to visit.
 */
import { between, pick, type Random } from './random.ts';
import { moved, offsetM, type Point, type Town } from './roads.ts';
import { approachTo, distanceM, wayBetween } from './ways.ts';

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

/** What remains to be driven on from the end of a leg. */
interface Course {
  /** The crossing that the vehicle is at, or that it heads for from beside a road; and the one before it. */
  readonly crossing: number;
  readonly before: number;
}

interface Leg extends Course {
  readonly fromMs: number;
  readonly toMs: number;
  readonly from: Point;
  readonly to: Point;
  readonly eastM: number;
  readonly northM: number;
  readonly odometerM: number;
  readonly isCovered: boolean;
  /** A stop that somebody sent it to. */
  readonly isErrand: boolean;
}

const ROADS_BETWEEN_STOPS = [2, 4] as const;
const STOP_MS = [120_000, 240_000] as const;
const SPEED_KMH = [28, 62] as const;
const ERRAND_KMH = [50, 62] as const;
/** From a road to a door beside it. */
const DRIVEWAY_KMH = [15, 25] as const;
/** Two places nearer than that are one. */
const SAME_PLACE_M = 1;
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
  /** Where the plan ends: the crossing, or beside a road after an errand. */
  #at: Point;
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
    this.#at = this.#crossingPoint(this.#crossing);
    this.#lastKnown = this.#at;
  }

  /** Stops of its own that begin in [fromMs, toMs), in order. Plans ahead as needed. */
  stops(fromMs: number, toMs: number): Stop[] {
    this.#planTo(toMs);
    return this.#legs
      .filter((leg) => isStop(leg) && !leg.isErrand && leg.fromMs >= fromMs && leg.fromMs < toMs)
      .map((leg) => ({ ...leg.from, arriveMs: leg.fromMs, leaveMs: leg.toMs }));
  }

  /**
   * Sends it to a place by the shortest way, once it is at the end of the present road or has left the present stop; what
   * it had planned is dropped. `leaveMs`: until when it stays, by when it arrives. null = no road leads near.
   */
  sendTo(place: Point, leaveMs: (arriveMs: number) => number, nowMs: number): Stop | null {
    const approach = approachTo(this.#town, place);
    if (approach === null) return null;
    this.#planTo(nowMs + 1);
    this.#dropAfter(nowMs);
    this.#straightTo(this.#crossingPoint(this.#crossing), DRIVEWAY_KMH);
    for (const crossing of wayBetween(this.#town, this.#crossing, approach.crossing)) {
      this.#plan(this.#roadTo(crossing, ERRAND_KMH));
    }
    this.#straightTo(approach.road, ERRAND_KMH);
    this.#straightTo(place, DRIVEWAY_KMH);
    const arriveMs = this.#plannedMs;
    const stop = { ...place, arriveMs, leaveMs: leaveMs(arriveMs) };
    this.#plan({ ...this.#leg(this.#at, stop.leaveMs - arriveMs, true), isErrand: true });
    this.#straightTo(approach.road, DRIVEWAY_KMH);
    this.#straightTo(this.#crossingPoint(this.#crossing), ERRAND_KMH);
    this.#roadsLeft = Math.round(between(this.#random, ...ROADS_BETWEEN_STOPS));
    return stop;
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
    this.#resumeAfter(leg);
  }

  #dropAfter(timeMs: number): void {
    this.#legs = this.#legs.filter((leg) => leg.fromMs <= timeMs);
    const last = this.#legs.at(-1);
    if (last !== undefined) this.#resumeAfter(last);
  }

  #resumeAfter(leg: Leg): void {
    this.#crossing = leg.crossing;
    this.#before = leg.before;
    this.#plannedMs = leg.toMs;
    this.#odometerM = leg.odometerM + Math.hypot(leg.eastM, leg.northM);
    this.#at = leg.to;
  }

  #road(): Leg {
    this.#roadsLeft--;
    const { next } = this.#town.crossings[this.#crossing]!;
    const onward = next.filter((index) => index !== this.#before);
    return this.#roadTo(pick(this.#random, onward.length > 0 ? onward : next), SPEED_KMH);
  }

  #roadTo(crossing: number, speedKmh: readonly [number, number]): Leg {
    const to = this.#crossingPoint(crossing);
    const tookMs = this.#driveMs(to, speedKmh);
    return { ...this.#leg(to, tookMs, this.#random() >= this.#tunnels), crossing, before: this.#crossing };
  }

  /** Beside the roads, or along a part of one; the crossing it goes on to stays. */
  #straightTo(to: Point, speedKmh: readonly [number, number]): void {
    if (distanceM(this.#at, to) >= SAME_PLACE_M) this.#plan(this.#leg(to, this.#driveMs(to, speedKmh), true));
  }

  #driveMs(to: Point, speedKmh: readonly [number, number]): number {
    return Math.round((distanceM(this.#at, to) / between(this.#random, ...speedKmh)) * 3600);
  }

  #stop(): Leg {
    this.#roadsLeft = Math.round(between(this.#random, ...ROADS_BETWEEN_STOPS));
    return this.#leg(this.#at, Math.round(between(this.#random, ...STOP_MS) / 1000) * 1000, true);
  }

  /** From where the plan ends. */
  #leg(to: Point, tookMs: number, isCovered: boolean): Leg {
    return {
      ...offsetM(this.#at, to),
      fromMs: this.#plannedMs,
      toMs: this.#plannedMs + tookMs,
      from: this.#at,
      to,
      odometerM: this.#odometerM,
      isCovered,
      isErrand: false,
      crossing: this.#crossing,
      before: this.#before,
    };
  }

  #crossingPoint(index: number): Point {
    const { latDeg, lonDeg } = this.#town.crossings[index]!;
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
