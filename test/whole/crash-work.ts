/**
 * Work for a simulated fleet: tasks around the places where its vehicles are going to be, some of them completed, some
 * visited too briefly or too late, some never.
 */
import type { Vehicle } from '../../src/sim/fleet.ts';
import { between, pick, type Random } from '../../src/sim/random.ts';

/** As `task/create` takes it, but for the tracker's number. */
export interface Work {
  readonly imei: string;
  readonly label: string;
  readonly description: string;
  readonly location: { readonly lat: number; readonly lng: number; readonly radius: number; readonly address: string };
  readonly from: string;
  readonly to: string;
  readonly max_delay: number;
  readonly min_stay_duration: number;
  readonly min_arrival_duration: number;
}

const MINUTE = 60_000;
/** One task in so many is given to a vehicle that goes somewhere else. */
const ELSEWHERE = 0.15;

/** `perVehicle` tasks for each vehicle whose stops, if it has any, lie in [fromMs, toMs); as shuffled as random gets. */
export function planWork(
  vehicles: readonly Vehicle[],
  [fromMs, toMs]: readonly [number, number],
  perVehicle: number,
  random: Random,
): readonly Work[] {
  const stops = new Map(vehicles.map((vehicle) => [vehicle, vehicle.drive.stops(fromMs, toMs)]));
  const work = Array.from({ length: perVehicle }, () => vehicles).flatMap((round) =>
    round.flatMap((vehicle) => {
      const visited = stops.get(random() < ELSEWHERE ? pick(random, vehicles) : vehicle)!;
      return visited.length === 0 ? [] : [{ vehicle, stop: pick(random, visited) }];
    }),
  );
  return work.map(({ vehicle, stop }, i) => {
    const beginMs = stop.arriveMs + between(random, -2 * MINUTE, 2 * MINUTE);
    const endMs = Math.max(beginMs + MINUTE / 2, stop.leaveMs + between(random, -2 * MINUTE, 3 * MINUTE));
    return {
      imei: vehicle.imei,
      label: `Stop ${i}`,
      description: '',
      location: { lat: stop.latDeg, lng: stop.lonDeg, radius: pick(random, [10, 30, 80, 300]), address: '' },
      from: wireDate(beginMs),
      to: wireDate(endMs),
      max_delay: pick(random, [0, 0, 1, 2]),
      min_stay_duration: pick(random, [0, 0, 1, 2, 4]),
      min_arrival_duration: pick(random, [0, 0, 0, 1]),
    };
  });
}

/** The Navixy dialect's date in UTC, the default zone. */
function wireDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
