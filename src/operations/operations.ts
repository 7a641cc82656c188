/** What can be asked of Milepost, in the model's words. Every dialect and the console speak through this one face. */
import type { Intake } from '../intake/intake.ts';
import type { Store } from '../store/store.ts';
import { type AccessOperations, accessOperations } from './access.ts';
import { type AccountOperations, accountOperations } from './account.ts';
import { type CustomFieldOperations, customFieldOperations } from './custom-fields.ts';
import { type DeviceCommandOperations, type DeviceCommandRules, deviceCommandOperations } from './device-commands.ts';
import { type ErasureOperations, erasureOperations } from './erasure.ts';
import { type Geocoder, type GeocoderOperations, geocoderOperations } from './geocoder.ts';
import { type HealthOperations, healthOperations } from './health.ts';
import { type PeopleOperations, peopleOperations } from './people.ts';
import type { Searches } from './searches.ts';
import { Pacer } from './slices.ts';
import { type TagOperations, tagOperations } from './tags.ts';
import { type TaskOperations, taskOperations } from './tasks.ts';
import { type TrackerOperations, trackerOperations } from './trackers.ts';
import { type Presence, type TrackOperations, trackOperations } from './tracks.ts';
import { type VehicleOperations, vehicleOperations } from './vehicles.ts';

export interface OperationsDeps {
  readonly store: Store;
  readonly searches: Searches;
  readonly intake: Intake;
  readonly presence: Presence;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** The setting `api-key`: 32 hex digits, all rights; null = none. */
  readonly firstKey: string | null;
  readonly deviceCommands: DeviceCommandRules;
  /** Absent = addresses are not looked up. */
  readonly geocoder?: Geocoder | null;
}

export type Operations = TaskOperations &
  TrackerOperations &
  TrackOperations &
  DeviceCommandOperations &
  AccessOperations &
  AccountOperations &
  TagOperations &
  CustomFieldOperations &
  PeopleOperations &
  ErasureOperations &
  VehicleOperations &
  GeocoderOperations &
  HealthOperations;

export function createOperations(options: OperationsDeps): Operations {
  const deps = { ...options, pacer: new Pacer(options.now) };
  return {
    ...taskOperations(deps),
    ...trackerOperations(deps),
    ...trackOperations(deps),
    ...deviceCommandOperations(deps),
    ...accessOperations(deps),
    ...accountOperations(deps),
    ...tagOperations(deps),
    ...customFieldOperations(deps),
    ...peopleOperations(deps),
    ...erasureOperations(deps),
    ...vehicleOperations(deps),
    ...geocoderOperations(deps),
    ...healthOperations(deps),
  };
}
