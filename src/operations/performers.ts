/** Who is to do what a sheet of tasks asks for: by name, or whoever is nearest of those that are offered. */
import { sphereDistanceM } from '../geo/distance.ts';
import type { Intake } from '../intake/intake.ts';
import { folded } from '../model/condition.ts';
import type { Employee, Vehicle } from '../model/records.ts';
import type { Store } from '../store/store.ts';
import type { Geocoder } from './geocoder.ts';
import type { Pacer } from './slices.ts';

interface Place {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** By turns; nearest home; nearest department or garage. */
export type LocationCheck = 'no_check' | 'entity_location' | 'parent_location';

export interface Offer {
  readonly employeeIds: readonly number[];
  /** Have no home: not looked at where that is what counts. */
  readonly vehicleIds: readonly number[];
  readonly check: LocationCheck;
}

export interface PerformerOperations {
  /** Which of the offered there are not. */
  unknownPerformers(offer: Offer): { readonly employeeIds: number[]; readonly vehicleIds: number[] };
  /** A tracker for each place, in their order; null = nobody, or the place is not known. Blocked trackers get nothing. */
  distribute(places: readonly (Place | null)[], offer: Offer): Promise<readonly (number | null)[]>;
  /** By the folded names of employees, vehicles and trackers, in this order. */
  trackersByName(): ReadonlyMap<string, number>;
  /** One for each address, in their order; null = not found. null for all = there is no geocoder. */
  locateAll(addresses: readonly string[]): Promise<readonly (Place | null)[] | null>;
}

interface Candidate {
  readonly trackerId: number;
  readonly place: Place | null;
}

export function performerOperations(deps: {
  readonly store: Pick<Store, 'records'>;
  readonly intake: Pick<Intake, 'tracker' | 'trackers'>;
  readonly pacer: Pacer;
  readonly geocoder?: Geocoder | null;
}): PerformerOperations {
  const { store, intake, pacer, geocoder } = deps;

  function candidatesOf({ employeeIds, vehicleIds, check }: Offer): Candidate[] {
    const { records } = store;
    const employees = employeeIds
      .flatMap((id) => records.read('employee', id) ?? [])
      .map((employee) => {
        return {
          trackerId: employee.trackerId,
          place: check === 'entity_location' ? employee.home : departmentOf(employee),
        };
      });
    const offered = check === 'entity_location' ? [] : vehicleIds;
    const vehicles = offered
      .flatMap((id) => records.read('vehicle', id) ?? [])
      .map((vehicle) => {
        return { trackerId: vehicle.trackerId, place: garageOf(vehicle) };
      });
    return [...employees, ...vehicles].flatMap(({ trackerId, place }) =>
      trackerId !== null && intake.tracker(trackerId)?.isBlocked === false ? [{ trackerId, place }] : [],
    );
  }

  function departmentOf({ departmentId }: Employee): Place | null {
    return departmentId === null ? null : (store.records.read('department', departmentId)?.place ?? null);
  }

  function garageOf({ garageId }: Vehicle): Place | null {
    return garageId === null ? null : (store.records.read('garage', garageId)?.place ?? null);
  }

  return {
    unknownPerformers: ({ employeeIds, vehicleIds }) => ({
      employeeIds: employeeIds.filter((id) => store.records.read('employee', id) === null),
      vehicleIds: vehicleIds.filter((id) => store.records.read('vehicle', id) === null),
    }),
    async distribute(places, offer) {
      const candidates = candidatesOf(offer);
      const chosen: (number | null)[] = [];
      for await (const place of pacer.through(places)) {
        const next =
          offer.check === 'no_check' ? candidates[chosen.length % candidates.length] : nearest(candidates, place);
        chosen.push(next?.trackerId ?? null);
      }
      return chosen;
    },
    trackersByName() {
      const { records } = store;
      const named = [
        ...records.list('employee').map((employee) => [nameOf(employee), employee.trackerId] as const),
        ...records.list('vehicle').map(({ label, trackerId }) => [label, trackerId] as const),
        ...intake.trackers().map(({ label, id }) => [label, id] as const),
      ];
      const byName = new Map<string, number>();
      for (const [name, trackerId] of named) {
        if (trackerId !== null && !byName.has(folded(name))) byName.set(folded(name), trackerId);
      }
      return byName;
    },
    async locateAll(addresses) {
      if (!geocoder) return null;
      const places: (Place | null)[] = [];
      for (const address of addresses) {
        const found = await geocoder.locate(address, null).catch(() => []);
        places.push(found[0] ?? null);
      }
      return places;
    },
  };
}

function nameOf({ firstName, middleName, lastName }: Employee): string {
  return [firstName, middleName, lastName].filter((part) => part !== '').join(' ');
}

/** Of several that are equally near the first. The sphere is right to 0.6 %, which is near enough for a choice. */
function nearest(candidates: readonly Candidate[], place: Place | null): Candidate | undefined {
  if (place === null) return undefined;
  let best: Candidate | undefined;
  let bestM = Infinity;
  for (const candidate of candidates) {
    if (candidate.place === null) continue;
    const distanceM = sphereDistanceM(place.latDeg, place.lonDeg, candidate.place.latDeg, candidate.place.lonDeg);
    if (distanceM < bestM) [best, bestM] = [candidate, distanceM];
  }
  return best;
}
