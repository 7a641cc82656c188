/** Registering trackers and changing them. */
import type { CommandOutcome, NewTracker } from '../model/command.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Tracker, TrackerEdit } from '../model/tracker.ts';
import type { Draft } from './draft.ts';

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

export function editTracker(draft: Draft, trackerId: number, edit: TrackerEdit): CommandOutcome {
  const before = draft.tracker(trackerId);
  if (before === null) return unknownTracker(trackerId);
  const holder = edit.imei ? draft.trackerByImei(edit.imei) : null;
  if (holder !== null && holder.id !== trackerId) return imeiTaken(edit.imei!, holder);
  const tracker: Tracker = { ...before, ...edit };
  draft.trackers.set(trackerId, tracker);
  return { kind: 'tracker', tracker };
}

export function refusedTracker(draft: Draft, trackerId: number): Refusal | null {
  const tracker = draft.tracker(trackerId);
  if (tracker === null) return unknownTracker(trackerId);
  return tracker.isBlocked ? refuse('tracker_blocked', `tracker ${trackerId} is blocked: it gets no new tasks`) : null;
}

function unknownTracker(trackerId: number): Refusal {
  return refuse('tracker_not_found', `there is no tracker ${trackerId}`, 'tracker_id');
}

function imeiTaken(imei: string, holder: Tracker): Refusal {
  return refuse('imei_taken', `IMEI ${imei} belongs to tracker ${holder.id} (${holder.label})`, 'imei');
}
