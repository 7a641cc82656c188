/** Registering trackers and changing them. */
import type { Command, CommandOutcome, NewTracker } from '../model/command.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import { clockMinutes, type Rereading, type Tracker } from '../model/tracker.ts';
import { rejudge } from './advance.ts';
import type { Draft } from './draft.ts';

type ChangeDevice = Command & { readonly kind: 'change_device' };
type EditTracker = Command & { readonly kind: 'edit_tracker' };

export function createTracker(draft: Draft, { imei, ...rest }: NewTracker): CommandOutcome {
  const holder = imei === null ? null : draft.trackerByImei(imei);
  if (holder !== null) return imeiTaken(imei!, holder);
  const tracker: Tracker = {
    ...rest,
    id: draft.nextTrackerId++,
    imei,
    isBlocked: false,
    createdMs: draft.nowMs,
  };
  draft.trackers.set(tracker.id, tracker);
  return { kind: 'tracker', tracker };
}

/** Where it is a `rereading`, the track that the draft reads has been read anew by now. */
export function editTracker(draft: Draft, command: EditTracker): CommandOutcome {
  const reread = rereading(draft, command);
  const tracker = edited(draft, command);
  if (isRefused(tracker)) return tracker;
  draft.trackers.set(tracker.id, tracker);
  if (reread !== null) {
    rejudge(draft, tracker.id, reread.clockAheadMinutes === null ? 'model_changed' : 'clock_changed');
  }
  return { kind: 'tracker', tracker };
}

/** The track goes on, but what is kept was sent by another device, and is read by the model of that one. */
export function changeDevice(draft: Draft, { trackerId, imei, model }: ChangeDevice): CommandOutcome {
  const before = draft.tracker(trackerId);
  if (before === null) return unknownTracker(trackerId);
  const holder = draft.trackerByImei(imei);
  if (holder !== null && holder.id !== trackerId) return imeiTaken(imei, holder);
  if (holder !== null) return { kind: 'tracker', tracker: before };
  const tracker: Tracker = { ...before, imei, model: model ?? before.model };
  draft.trackers.set(trackerId, tracker);
  draft.swaps.push({ trackerId, formerModel: before.model });
  return { kind: 'tracker', tracker };
}

/**
 * null = what is kept reads as before, or the command is refused. A model is a fact about the device at all times, so a
 * new one always counts for what is kept, too; a clock may have been set, so that a new zone counts only where asked for.
 */
export function rereading(draft: Draft, command: Command): Rereading | null {
  if (command.kind !== 'edit_tracker') return null;
  const tracker = edited(draft, command);
  if (isRefused(tracker)) return null;
  const clockAheadMinutes = command.restamp === true ? clockMinutes(tracker.timeZone) : null;
  const isAnotherModel = tracker.model !== draft.tracker(tracker.id)?.model;
  return clockAheadMinutes !== null || isAnotherModel ? { tracker, clockAheadMinutes } : null;
}

function edited(draft: Draft, { trackerId, edit, restamp }: EditTracker): Tracker | Refusal {
  const before = draft.tracker(trackerId);
  if (before === null) return unknownTracker(trackerId);
  const holder = edit.imei ? draft.trackerByImei(edit.imei) : null;
  if (holder !== null && holder.id !== trackerId) return imeiTaken(edit.imei!, holder);
  const tracker: Tracker = { ...before, ...edit };
  if (restamp === true && clockMinutes(tracker.timeZone) === null) return zoneUnknown(tracker);
  return tracker;
}

export function refusedTracker(draft: Draft, trackerId: number): Refusal | null {
  const tracker = draft.tracker(trackerId);
  if (tracker === null) return unknownTracker(trackerId);
  return tracker.isBlocked ? refuse('tracker_blocked', `tracker ${trackerId} is blocked: it gets no new tasks`) : null;
}

function isRefused(outcome: Tracker | Refusal): outcome is Refusal {
  return 'kind' in outcome;
}

function unknownTracker(trackerId: number): Refusal {
  return refuse('tracker_not_found', `there is no tracker ${trackerId}`, 'tracker_id');
}

function imeiTaken(imei: string, holder: Tracker): Refusal {
  return refuse('imei_taken', `IMEI ${imei} belongs to tracker ${holder.id} (${holder.label})`, 'imei');
}

function zoneUnknown({ timeZone }: Tracker): Refusal {
  return refuse(
    'invalid',
    `timeZone is ${JSON.stringify(timeZone)}, which says nothing about records that are kept; expected "utc" or an offset such as "+08:00"`,
    'time_zone',
  );
}
