/** Jobs for a vehicle's coming stops, made so that each ends in the way its kind says. */
import type { Stop } from './drive.ts';
import { moved, offsetM, type Point } from './roads.ts';

export interface Job {
  readonly label: string;
  readonly description: string;
  readonly address: string;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly radiusM: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly minStayMinutes: number;
  readonly maxDelayMinutes: number;
  /** A form is filled in at the door. */
  readonly isFormWanted: boolean;
}

/** The wishes, in the order a vehicle gets them; vehicles begin at different places of the list. */
const KINDS = ['in time', 'late', 'too short', 'elsewhere', 'with a form', 'in time'] as const;
const MINUTE_MS = 60_000;
const RADIUS_M = 120;
const EARLY_MS = 3 * MINUTE_MS;
/** The corners of the town, from its centre, and how far from one a job may lie. */
const CORNER_M = 4000;
const NEAR_CORNER_M = 600;

/** `nth` counts all jobs of the vehicle, from where it begins in the list. */
export function jobFor(stop: Stop, nth: number, townCentre: Point): Job {
  const { arriveMs, leaveMs } = stop;
  const delivery = deliveryAt(stop, nth);
  switch (KINDS[nth % KINDS.length]) {
    case 'late':
      // The stay is complete a minute after arrival: after `to`, within the delay.
      return {
        ...delivery,
        label: `Parcel ${nth}`,
        description: 'Wanted a little earlier than the vehicle can be there',
        toMs: arriveMs + 20_000,
        minStayMinutes: 1,
        maxDelayMinutes: 15,
      };
    case 'too short':
      return {
        ...delivery,
        label: `Repair ${nth}`,
        description: 'Takes longer than the vehicle stays',
        toMs: leaveMs + MINUTE_MS,
        minStayMinutes: stayMinutes(stop) + 10,
      };
    case 'elsewhere':
      return {
        ...delivery,
        ...placeAt(farFrom(stop, nth, townCentre)),
        label: `Pickup ${nth}`,
        description: 'At the other end of the town, where the vehicle cannot be in time',
        toMs: arriveMs + MINUTE_MS,
        minStayMinutes: 0,
      };
    case 'with a form':
      return {
        ...delivery,
        label: `Handover ${nth}`,
        description: 'With a form that is filled in at the door',
        toMs: leaveMs + 10 * MINUTE_MS,
        minStayMinutes: 1,
        isFormWanted: true,
      };
    default:
      return delivery;
  }
}

/** Done, if the vehicle keeps to its plan. */
export function deliveryAt(stop: Stop, nth: number): Job {
  return {
    label: `Delivery ${nth}`,
    description: 'On the way, with time enough',
    ...placeAt(stop),
    radiusM: RADIUS_M,
    fromMs: stop.arriveMs - EARLY_MS,
    toMs: stop.leaveMs + 2 * MINUTE_MS,
    minStayMinutes: Math.max(1, stayMinutes(stop) - 1),
    maxDelayMinutes: 0,
    isFormWanted: false,
  };
}

/** At the corner that is farthest: more than four kilometres, and nobody drives them within the four minutes that such a job has. */
function farFrom(stop: Stop, nth: number, townCentre: Point): Point {
  const { eastM, northM } = offsetM(townCentre, stop);
  return moved(
    townCentre,
    -CORNER_M * (Math.sign(eastM) || 1) + NEAR_CORNER_M * Math.cos(nth),
    -CORNER_M * (Math.sign(northM) || 1) + NEAR_CORNER_M * Math.sin(nth),
  );
}

const STREETS = [
  'Mill Lane',
  'Station Road',
  'Linden Avenue',
  'Market Street',
  'River Walk',
  'Church Hill',
  'Harbour Road',
];
/** A tenth of a metre. */
const DECIMALS = 6;

/** A house number of its own for each place, and always the same. */
function placeAt({ latDeg, lonDeg }: Point): Pick<Job, 'address' | 'latDeg' | 'lonDeg'> {
  const [lat, lon] = [latDeg, lonDeg].map((degrees) => Number(degrees.toFixed(DECIMALS))) as [number, number];
  const street = STREETS[Math.floor(lat * 1000) % STREETS.length];
  return { address: `${street} ${1 + (Math.floor(lon * 10_000) % 98)}`, latDeg: lat, lonDeg: lon };
}

function stayMinutes({ arriveMs, leaveMs }: Stop): number {
  return Math.floor((leaveMs - arriveMs) / MINUTE_MS);
}
