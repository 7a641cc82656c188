/** Wishes about trackers: register, read, change, and accept those that wait at the door. */
import { randomUUID } from 'node:crypto';
import type { Intake } from '../intake/intake.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { PendingTracker, Tracker, TrackerEdit } from '../model/tracker.ts';
import { orderingFrom } from './order.ts';
import type { Pacer } from './slices.ts';

export interface TrackerDraft {
  readonly label: string;
  /** 10 to 15 digits; null = no device. */
  readonly imei: string | null;
  readonly model: string | null;
  /** `utc`, `login` or `+hh:mm`. */
  readonly timeZone: string;
}

export interface TrackerAccepted {
  readonly kind: 'tracker';
  readonly tracker: Tracker;
}

export interface TrackerOperations {
  createTracker(draft: TrackerDraft): Promise<TrackerAccepted | Refusal>;
  editTracker(trackerId: number, edit: TrackerEdit): Promise<TrackerAccepted | Refusal>;
  /** New frames are read by this zone; with `restamp` also what is kept, and the tasks that it decides are judged anew. */
  setTimeZone(trackerId: number, timeZone: string, restamp: boolean): Promise<TrackerAccepted | Refusal>;
  /** Registers a waiting device; its next login is admitted. The label defaults to the IMEI. */
  acceptPending(imei: string, label: string | null): Promise<TrackerAccepted | Refusal>;
  /** Another device in the same tracker; the former one is unknown from then on. `model`: null = of the same kind. */
  changeDevice(trackerId: number, imei: string, model: string | null): Promise<TrackerAccepted | Refusal>;
  /** Its open tasks become unassigned, its IMEI is free; what it sent stays, and is read by its id. */
  deleteTracker(trackerId: number): Promise<TrackerAccepted | Refusal>;
  readTracker(trackerId: number): Tracker | null;
  listTrackers(): AsyncIterable<Tracker>;
  listPending(): readonly PendingTracker[];
}

/** How a device stamps its times unless its owner says otherwise: both vendors' documents prescribe UTC. */
export const TIME_ZONE_DEFAULT = 'utc';

export function trackerOperations(deps: { readonly intake: Intake; readonly pacer: Pacer }): TrackerOperations {
  const { intake, pacer } = deps;

  const order = orderingFrom(intake);

  function createTracker(draft: TrackerDraft): Promise<TrackerAccepted | Refusal> {
    return order('tracker', { kind: 'create_tracker', tracker: { uuid: randomUUID(), ...draft } });
  }

  return {
    createTracker,
    editTracker: (trackerId, edit) => order('tracker', { kind: 'edit_tracker', trackerId, edit }),
    setTimeZone: (trackerId, timeZone, restamp) => {
      return order('tracker', { kind: 'edit_tracker', trackerId, edit: { timeZone }, restamp });
    },
    async acceptPending(imei, label) {
      const isWaiting = intake.pending().some((pending) => pending.imei === imei);
      if (!isWaiting) return refuse('tracker_not_found', `no device with IMEI ${imei} is waiting`, 'imei');
      return createTracker({ label: label ?? imei, imei, model: null, timeZone: TIME_ZONE_DEFAULT });
    },
    changeDevice: (trackerId, imei, model) => order('tracker', { kind: 'change_device', trackerId, imei, model }),
    deleteTracker: (trackerId) => order('tracker', { kind: 'delete_tracker', trackerId }),
    readTracker: (trackerId) => intake.tracker(trackerId),
    listTrackers: () => pacer.through(intake.trackers()),
    listPending: () => intake.pending(),
  };
}

/**
 * The check digit that an IMEI's first 14 digits call for (3GPP TS 23.003, annex B), when the 15th is another one.
 * Some clones ship numbers that fail it, so it is worth a warning and not a refusal. Shorter numbers have none.
 */
export function luhnMismatch(imei: string): number | null {
  if (imei.length !== 15) return null;
  let sum = 0;
  for (let index = 0; index < 14; index += 1) {
    const digit = Number(imei[index]) * (index % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  const expected = (10 - (sum % 10)) % 10;
  return expected === Number(imei[14]) ? null : expected;
}
