/** Jobs for a vehicle's coming stops, made so that each ends in the way its kind says. */
import type { Stop } from './drive.ts';
import { moved } from './roads.ts';

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
}

/** The wishes, in the order a vehicle gets them; vehicles begin at different places of the list. */
const KINDS = ['in time', 'late', 'too short', 'elsewhere', 'in time', 'in time'] as const;
const MINUTE_MS = 60_000;
const RADIUS_M = 120;
const EARLY_MS = 3 * MINUTE_MS;

/** `nth` counts all jobs of the vehicle, from where it begins in the list. */
export function jobFor(stop: Stop, nth: number): Job {
  const { arriveMs, leaveMs } = stop;
  const stayMinutes = Math.floor((leaveMs - arriveMs) / MINUTE_MS);
  const common = {
    address: `${stop.latDeg.toFixed(4)}, ${stop.lonDeg.toFixed(4)}`,
    latDeg: stop.latDeg,
    lonDeg: stop.lonDeg,
    radiusM: RADIUS_M,
    fromMs: arriveMs - EARLY_MS,
    maxDelayMinutes: 0,
  };
  switch (KINDS[nth % KINDS.length]) {
    case 'late':
      // The stay is complete a minute after arrival: after `to`, within the delay.
      return {
        ...common,
        label: `Parcel ${nth}`,
        description: 'Wanted a little earlier than the vehicle can be there',
        toMs: arriveMs + 20_000,
        minStayMinutes: 1,
        maxDelayMinutes: 15,
      };
    case 'too short':
      return {
        ...common,
        label: `Repair ${nth}`,
        description: 'Takes longer than the vehicle stays',
        toMs: leaveMs + MINUTE_MS,
        minStayMinutes: stayMinutes + 10,
      };
    case 'elsewhere':
      // The town is less than ten kilometres wide.
      return {
        ...common,
        ...moved(stop, 0, 12_000),
        label: `Pickup ${nth}`,
        description: 'Out of town, where the vehicle does not go',
        toMs: arriveMs + MINUTE_MS,
        minStayMinutes: 0,
      };
    default:
      return {
        ...common,
        label: `Delivery ${nth}`,
        description: 'On the way, with time enough',
        toMs: leaveMs + 2 * MINUTE_MS,
        minStayMinutes: Math.max(1, stayMinutes - 1),
      };
  }
}
