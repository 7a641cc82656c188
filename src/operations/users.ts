/** Whom GSMtasks calls users: trackers are its workers, and whoever holds a key is one of its managers. */
import type { Intake } from '../intake/intake.ts';
import type { Employee, Vehicle } from '../model/records.ts';
import type { Profile } from '../model/resources.ts';
import type { Tracker } from '../model/tracker.ts';
import type { Store } from '../store/store.ts';
import type { AccessOperations } from './access.ts';
import type { IdentityOperations } from './identity.ts';
import type { PeopleOperations } from './people.ts';
import type { VehicleOperations } from './vehicles.ts';

/** A user by name: cheap enough to look at all of them. */
export interface UserRef {
  /** Ascending in a list of users. */
  readonly rank: number;
  readonly uuid: string;
  /** null = a manager. */
  readonly tracker: Tracker | null;
  /** The name of a manager's key; null = a worker. */
  readonly keyName: string | null;
}

export interface User extends UserRef {
  readonly firstName: string;
  readonly lastName: string;
  /** null = nobody has said one. */
  readonly email: string | null;
  readonly phone: string;
  readonly isOnDuty: boolean;
  readonly vehicle: Vehicle | null;
  readonly vehicleType: Profile['vehicleType'];
}

type ProfileEdit = Partial<Pick<Profile, 'firstName' | 'lastName' | 'email' | 'phone' | 'isOnDuty'>>;

export interface UserOperations {
  /** Workers by tracker, then managers; `callerName`: the name of the key that asks, whose holder is one of them. */
  userRefs(callerName: string): readonly UserRef[];
  describeUsers(refs: readonly UserRef[]): readonly User[];
  /** What is not mentioned stays. */
  editProfile(tracker: Tracker, edit: ProfileEdit): void;
}

/** Behind every tracker. */
const FIRST_MANAGER_RANK = 2 ** 40;

const NO_PROFILE: Profile = {
  phone: null,
  photo: null,
  vehicleType: 'car',
  email: null,
  firstName: null,
  lastName: null,
};

export function userOperations(deps: {
  readonly store: Pick<Store, 'resources'>;
  readonly intake: Pick<Intake, 'trackers'>;
  readonly access: Pick<AccessOperations, 'listKeys'>;
  readonly identity: Pick<IdentityOperations, 'userOfKey'>;
  readonly people: Pick<PeopleOperations, 'listEmployees'>;
  readonly vehicles: Pick<VehicleOperations, 'listVehicles'>;
  readonly now: () => number;
}): UserOperations {
  const { intake, access, identity, people, vehicles, now } = deps;
  const { resources } = deps.store;

  function managers(callerName: string, trackers: readonly Tracker[]): readonly UserRef[] {
    const workers = new Set(trackers.map(({ uuid }) => uuid));
    const names = new Set([callerName, ...access.listKeys().map(({ name }) => name)].sort());
    return [...names]
      .map((keyName) => ({ keyName, uuid: identity.userOfKey(keyName) }))
      .filter(({ uuid }) => !workers.has(uuid))
      .map((manager, i) => ({ ...manager, rank: FIRST_MANAGER_RANK + i, tracker: null }));
  }

  return {
    userRefs(callerName) {
      const trackers = [...intake.trackers()].sort((a, b) => a.id - b.id);
      const workers = trackers.map((tracker) => ({ rank: tracker.id, uuid: tracker.uuid, tracker, keyName: null }));
      return [...workers, ...managers(callerName, trackers)];
    },
    describeUsers(refs) {
      const employees = byTracker(people.listEmployees());
      const fleet = byTracker(vehicles.listVehicles());
      return refs.map((ref) => {
        if (ref.tracker === null) return managerOf(ref);
        const profile = resources.read('profile', ref.uuid)?.body ?? NO_PROFILE;
        return workerOf(ref, ref.tracker, profile, employees.get(ref.tracker.id), fleet.get(ref.tracker.id) ?? null);
      });
    },
    editProfile({ uuid }, edit) {
      const before = resources.read('profile', uuid);
      if (before === null) {
        resources.create('profile', { uuid, externalId: null, body: { ...NO_PROFILE, ...edit }, nowMs: now() });
      } else {
        resources.update('profile', { ...before, body: { ...before.body, ...edit }, modifiedMs: now() });
      }
    },
  };
}

function byTracker<T extends { readonly trackerId: number | null }>(items: readonly T[]): ReadonlyMap<number, T> {
  return new Map(items.flatMap((item) => (item.trackerId === null ? [] : [[item.trackerId, item] as const])));
}

function managerOf(ref: UserRef): User {
  const person = { firstName: ref.keyName ?? '', lastName: '', email: null, phone: '' };
  return { ...ref, ...person, isOnDuty: true, vehicle: null, vehicleType: 'car' };
}

/** What was said through GSMtasks or TheTrack, else of the person who has the tracker, else the tracker's label. */
function workerOf(
  ref: UserRef,
  tracker: Tracker,
  profile: Profile,
  employee: Employee | undefined,
  vehicle: Vehicle | null,
): User {
  const { isOnDuty = true, vehicleType } = profile;
  const hasPersonName = employee !== undefined && employee.firstName + employee.lastName !== '';
  const usual = hasPersonName ? employee : { firstName: tracker.label, lastName: '' };
  return {
    ...ref,
    firstName: profile.firstName ?? usual.firstName,
    lastName: profile.lastName ?? usual.lastName,
    email: profile.email ?? (employee?.email || null),
    phone: profile.phone ?? employee?.phone ?? '',
    isOnDuty,
    vehicle,
    vehicleType,
  };
}
