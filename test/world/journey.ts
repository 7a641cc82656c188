/** Where a vehicle is at any time of its day: stops of very different lengths, and straight drives between them. */
import { between, pick, type Random } from '../../src/sim/random.ts';
import { HOUR, MINUTE } from './dice.ts';

export interface Place {
  readonly latDeg: number;
  readonly lonDeg: number;
}

export interface Stop extends Place {
  readonly arriveMs: number;
  readonly leaveMs: number;
}

export interface Whereabouts extends Place {
  readonly speedKmh: number;
  /** null = on the road. */
  readonly stop: Stop | null;
}

const TOWN: Place = { latDeg: 52.52, lonDeg: 13.405 };
const METRES_PER_DEGREE = 111_200;
const SPEED_KMH = 45;
const STOPS_MS = [
  [2 * MINUTE, 10 * MINUTE],
  [3 * MINUTE, 12 * MINUTE],
  [15 * MINUTE, 60 * MINUTE],
  [4 * MINUTE, 8 * MINUTE],
  [1 * HOUR, 3 * HOUR],
] as const;

/** Everyone's customers, within a few kilometres. */
const PLACES: readonly Place[] = [
  [0, 0],
  [1200, 300],
  [-800, 1500],
  [400, -1900],
  [2100, 1700],
  [-1600, -700],
  [150, 180],
].map(([northM, eastM]) => displaced(TOWN, northM!, eastM!));

export function displaced({ latDeg, lonDeg }: Place, northM: number, eastM: number): Place {
  const lonScale = METRES_PER_DEGREE * Math.cos((latDeg * Math.PI) / 180);
  return { latDeg: latDeg + northM / METRES_PER_DEGREE, lonDeg: lonDeg + eastM / lonScale };
}

export class Journey {
  readonly stops: readonly Stop[];

  constructor(random: Random, startMs: number, endMs: number) {
    const stops: Stop[] = [];
    let place = pick(random, PLACES);
    for (let atMs = startMs; atMs < endMs; ) {
      const [leastMs, mostMs] = pick(random, STOPS_MS);
      const leaveMs = atMs + Math.round(between(random, leastMs, mostMs));
      stops.push({ ...place, arriveMs: atMs, leaveMs });
      const next = pick(
        random,
        PLACES.filter((other) => other !== place),
      );
      atMs = leaveMs + driveMs(place, next);
      place = next;
    }
    this.stops = stops;
  }

  at(timeMs: number): Whereabouts {
    const index = Math.max(
      0,
      this.stops.findLastIndex((stop) => stop.arriveMs <= timeMs),
    );
    const stop = this.stops[index]!;
    const next = this.stops[index + 1];
    if (timeMs <= stop.leaveMs || next === undefined) {
      return { latDeg: stop.latDeg, lonDeg: stop.lonDeg, speedKmh: 0, stop };
    }
    const share = (timeMs - stop.leaveMs) / (next.arriveMs - stop.leaveMs);
    return {
      latDeg: stop.latDeg + share * (next.latDeg - stop.latDeg),
      lonDeg: stop.lonDeg + share * (next.lonDeg - stop.lonDeg),
      speedKmh: SPEED_KMH,
      stop: null,
    };
  }
}

function driveMs(from: Place, to: Place): number {
  const northM = (to.latDeg - from.latDeg) * METRES_PER_DEGREE;
  const eastM = (to.lonDeg - from.lonDeg) * METRES_PER_DEGREE * Math.cos((from.latDeg * Math.PI) / 180);
  return Math.round((Math.hypot(northM, eastM) / SPEED_KMH) * 3600);
}
