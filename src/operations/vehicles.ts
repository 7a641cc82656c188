/** Wishes about vehicles and their garages. */
import type { Intake } from '../intake/intake.ts';
import type { Garage, Vehicle } from '../model/records.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Store } from '../store/store.ts';
import { type Filed, fileNew, fileNext, knownIds, unknownRecord, unknownReference } from './filing.ts';

export interface VehicleOperations {
  /** `takesOver`: its tracker leaves the vehicle that has it; else that is refused with `already_bound`. */
  createVehicle(content: Omit<Vehicle, 'id'>, takesOver: boolean): Filed | Refusal;
  /** Without what it refers to that is gone; null = there is none. */
  readVehicle(vehicleId: number): Vehicle | null;
  listVehicles(): readonly Vehicle[];
  editVehicle(vehicle: Vehicle, takesOver: boolean): Filed | Refusal;
  deleteVehicle(vehicleId: number): Filed | Refusal;
  createGarage(content: Omit<Garage, 'id'>): Filed | Refusal;
  listGarages(): readonly Garage[];
  editGarage(garage: Garage): Filed | Refusal;
  deleteGarage(garageId: number): Filed | Refusal;
}

export function vehicleOperations(deps: {
  readonly store: Pick<Store, 'records'>;
  readonly intake: Intake;
}): VehicleOperations {
  const { intake } = deps;
  const { records } = deps.store;

  function resolved(vehicles: readonly Vehicle[]): readonly Vehicle[] {
    const garages = knownIds(records, 'garage');
    const known = knownIds(records, 'tag');
    return vehicles.map((vehicle) => {
      const { trackerId, garageId, tags } = vehicle;
      return {
        ...vehicle,
        trackerId: trackerId !== null && intake.tracker(trackerId) !== null ? trackerId : null,
        garageId: garageId !== null && garages.has(garageId) ? garageId : null,
        tags: tags.filter((id) => known.has(id)),
      };
    });
  }

  function refused({ trackerId, garageId, tags }: Omit<Vehicle, 'id'>): Refusal | null {
    if (trackerId !== null && intake.tracker(trackerId) === null) {
      return refuse('tracker_not_found', `there is no tracker ${trackerId}`, 'trackerId');
    }
    if (garageId !== null && records.read('garage', garageId) === null) return unknownReference('garageId', [garageId]);
    const unknown = tags.filter((tagId) => records.read('tag', tagId) === null);
    return unknown.length === 0 ? null : unknownReference('tags', unknown);
  }

  /** Takes the tracker from the vehicle that has it, or refuses. */
  function freeTracker(trackerId: number | null, vehicleId: number | null, takesOver: boolean): Refusal | null {
    const holder = records.list('vehicle').find((vehicle) => vehicle.trackerId === trackerId);
    if (trackerId === null || holder === undefined || holder.id === vehicleId) return null;
    if (!takesOver) return refuse('already_bound', `tracker ${trackerId} is in vehicle ${holder.id}`, 'trackerId');
    records.update('vehicle', { ...holder, trackerId: null });
    return null;
  }

  return {
    createVehicle: (content, takesOver) =>
      refused(content) ?? freeTracker(content.trackerId, null, takesOver) ?? fileNew(records, 'vehicle', content),
    readVehicle(vehicleId) {
      const vehicle = records.read('vehicle', vehicleId);
      return vehicle && resolved([vehicle])[0]!;
    },
    listVehicles: () => resolved(records.list('vehicle')),
    editVehicle(vehicle, takesOver) {
      const { id, trackerId } = vehicle;
      if (records.read('vehicle', id) === null) return unknownRecord('vehicle', id);
      return refused(vehicle) ?? freeTracker(trackerId, id, takesOver) ?? fileNext(records, 'vehicle', vehicle);
    },
    deleteVehicle: (id) => (records.delete('vehicle', id) ? { kind: 'filed', id } : unknownRecord('vehicle', id)),
    createGarage: (content) => fileNew(records, 'garage', content),
    listGarages: () => records.list('garage'),
    editGarage: (garage) => fileNext(records, 'garage', garage),
    deleteGarage: (id) => (records.delete('garage', id) ? { kind: 'filed', id } : unknownRecord('garage', id)),
  };
}
