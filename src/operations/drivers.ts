/** Wishes about TheTrack's drivers: trackers, with or without a device, and what is known of whoever is with them. */
import { randomUUID } from 'node:crypto';
import type { Intake } from '../intake/intake.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Profile, Resource } from '../model/resources.ts';
import type { Tracker } from '../model/tracker.ts';
import type { Store } from '../store/store.ts';
import { orderingFrom } from './order.ts';
import { TIME_ZONE_DEFAULT } from './trackers.ts';

export interface Driver {
  readonly tracker: Tracker;
  readonly profile: Profile;
  /** The client's own name for it, unlike any other driver's; null = none. */
  readonly lookupId: string | null;
}

/** What is absent stays, or is not known. An empty lookup id is none. */
export interface DriverEdit {
  readonly label?: string;
  readonly profile: Partial<Profile>;
  readonly lookupId?: string | null;
}

/** All parts are joined by AND; an absent one does not filter. */
export interface DriverFilter {
  /** Created between them, both included. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly lookupId?: string;
}

export interface DriverKept {
  readonly kind: 'driver';
  readonly driver: Driver;
  /** false = there was one with this lookup id, which stays as it was. */
  readonly isNew: boolean;
}

export interface DriverOperations {
  /** A tracker without a device, unless the lookup id is known. */
  createDriver(draft: DriverEdit): Promise<DriverKept | Refusal>;
  /** null = there is none, or its tracker was deleted. */
  readDriver(uuid: string): Driver | null;
  /** Newest first; `count`: all matches, before paging. */
  findDrivers(
    filter: DriverFilter,
    offset: number,
    limit: number,
  ): { readonly drivers: readonly Driver[]; readonly count: number };
  /** Refused with `already_bound` where another driver has the lookup id. */
  editDriver(uuid: string, edit: DriverEdit): Promise<DriverKept | Refusal>;
}

const LABEL_DEFAULT = 'Driver';

const NO_PROFILE: Profile = Object.freeze({
  phone: null,
  photo: null,
  vehicleType: 'car',
  email: null,
  firstName: null,
  lastName: null,
});

/** Profiles of one lookup id that are looked through: of trackers that were deleted, mostly. */
const NAMESAKES_MAX = 200;

export function driverOperations(deps: {
  readonly store: Pick<Store, 'resources'>;
  readonly intake: Pick<Intake, 'command' | 'trackers'>;
  readonly now: () => number;
}): DriverOperations {
  const { intake, now } = deps;
  const shelf = deps.store.resources;
  const order = orderingFrom(intake);
  /** By lookup id: of those, there is a profile and not yet a tracker. */
  const beingMade = new Map<string, Promise<unknown>>();

  function trackerOf(uuid: string): Tracker | null {
    return intake.trackers().find((tracker) => tracker.uuid === uuid) ?? null;
  }

  function driverOf(tracker: Tracker): Driver {
    const kept = shelf.read('profile', tracker.uuid);
    return { tracker, profile: kept?.body ?? NO_PROFILE, lookupId: kept?.externalId ?? null };
  }

  function driversNamed(lookupId: string): Driver[] {
    const profiles = shelf.page('profile', { externalId: lookupId, limit: NAMESAKES_MAX });
    return profiles
      .map(({ uuid }) => trackerOf(uuid))
      .flatMap((tracker) => (tracker === null ? [] : driverOf(tracker)));
  }

  function keep(uuid: string, { profile, lookupId }: DriverEdit): void {
    const before = shelf.read('profile', uuid);
    const nowMs = now();
    if (before === null) {
      const body = { ...NO_PROFILE, ...profile };
      shelf.create('profile', { uuid, externalId: lookupId || null, body, nowMs });
      return;
    }
    const next: Resource<'profile'> = {
      ...before,
      externalId: lookupId === undefined ? before.externalId : lookupId || null,
      modifiedMs: nowMs,
      body: { ...before.body, ...profile },
    };
    shelf.update('profile', next);
  }

  async function make(draft: DriverEdit): Promise<DriverKept | Refusal> {
    const uuid = randomUUID();
    // The profile first: a driver whose making was cut short is one that nobody finds, and not one without a lookup id.
    keep(uuid, draft);
    const device = { imei: null, model: null, timeZone: TIME_ZONE_DEFAULT };
    const tracker = { uuid, label: draft.label || LABEL_DEFAULT, ...device };
    const outcome = await order('tracker', { kind: 'create_tracker', tracker });
    if (outcome.kind === 'refused') {
      shelf.delete('profile', uuid);
      return outcome;
    }
    return { kind: 'driver', driver: driverOf(outcome.tracker), isNew: true };
  }

  async function makeNamed(lookupId: string, draft: DriverEdit): Promise<DriverKept | Refusal> {
    await beingMade.get(lookupId);
    const [known] = driversNamed(lookupId);
    if (known !== undefined) return { kind: 'driver', driver: known, isNew: false };
    // Another one that had waited goes first.
    if (beingMade.has(lookupId)) return makeNamed(lookupId, draft);
    const making = make(draft);
    const over = making.then(
      () => beingMade.delete(lookupId),
      () => beingMade.delete(lookupId),
    );
    beingMade.set(lookupId, over);
    return making;
  }

  return {
    createDriver: (draft) => (draft.lookupId ? makeNamed(draft.lookupId, draft) : make(draft)),
    readDriver(uuid) {
      const tracker = trackerOf(uuid);
      return tracker && driverOf(tracker);
    },
    findDrivers({ fromMs = -Infinity, toMs = Infinity, lookupId }, offset, limit) {
      const all = lookupId === undefined ? intake.trackers() : driversNamed(lookupId).map(({ tracker }) => tracker);
      const found = all.filter(({ createdMs }) => createdMs >= fromMs && createdMs <= toMs);
      const newestFirst = found.toSorted((a, b) => b.id - a.id);
      return { drivers: newestFirst.slice(offset, offset + limit).map(driverOf), count: found.length };
    },
    async editDriver(uuid, edit) {
      const tracker = trackerOf(uuid);
      if (tracker === null) return refuse('tracker_not_found', `there is no driver ${uuid}`);
      const { lookupId, label } = edit;
      const holders = lookupId ? driversNamed(lookupId) : [];
      if (holders.some((holder) => holder.tracker.uuid !== uuid) || (lookupId && beingMade.has(lookupId))) {
        return refuse('already_bound', `another driver has the lookup id ${lookupId}`, 'lookup_id');
      }
      if (label !== undefined && label !== tracker.label) {
        const wish = { kind: 'edit_tracker', trackerId: tracker.id, edit: { label: label || LABEL_DEFAULT } } as const;
        const outcome = await order('tracker', wish);
        if (outcome.kind === 'refused') return outcome;
      }
      keep(uuid, edit);
      return { kind: 'driver', driver: driverOf(trackerOf(uuid) ?? tracker), isNew: false };
    },
  };
}
