/** The model's objects as `/api` shows them: camelCase names, ISO 8601 times in UTC, plain units. */
import type { DeviceCommand } from '../../model/device-command.ts';
import { type ClockSuspicion, type PendingTracker, type Tracker, zoneText } from '../../model/tracker.ts';
import { luhnMismatch } from '../../operations/trackers.ts';
import type { ShownFix, TrackerState } from '../../operations/tracks.ts';
import { iso } from './iso.ts';

function trackerView(tracker: Tracker): object {
  const { id, uuid, label, imei, model, timeZone, isBlocked, createdMs } = tracker;
  return { id, uuid, label, imei, model, timeZone, isBlocked, createdAt: iso(createdMs) };
}

/** With what is suspected of its clock, and until when what it says is taken down. */
export function trackerReadView(tracker: Tracker, suspicion: ClockSuspicion | null, untilMs: number | null): object {
  const captureUntil = untilMs === null ? null : instantText(untilMs);
  return { ...trackerView(tracker), clockSuspicion: suspicion && suspicionView(suspicion), captureUntil };
}

function suspicionView({ aheadMinutes, frames, sinceMs }: ClockSuspicion): object {
  return { ahead: zoneText(aheadMinutes), frames, since: iso(sinceMs) };
}

/** After a write: what is suspicious and was taken all the same. */
export function trackerWrittenView(tracker: Tracker): object {
  return { ...trackerView(tracker), warnings: warningsOf(tracker) };
}

function warningsOf({ imei }: Tracker): string[] {
  const expected = imei === null ? null : luhnMismatch(imei);
  if (expected === null) return [];
  return [
    `imei ${imei} ends in another digit than its check digit, ${expected}; some clones do, a typing error does too`,
  ];
}

export function pendingView(pending: PendingTracker): object {
  const { imei, protocol, address, firstSeenMs, lastSeenMs, logins } = pending;
  return { imei, protocol, address, firstSeenAt: iso(firstSeenMs), lastSeenAt: iso(lastSeenMs), logins };
}

export function stateView(state: TrackerState): object {
  const { trackerId, isOnline, lastSeenMs, fix, attributes } = state;
  return {
    trackerId,
    isOnline,
    lastSeenAt: lastSeenMs === null ? null : iso(lastSeenMs),
    fix: fix && fixView(fix),
    attributes,
  };
}

export function fixView({ position, receivedMs, invalidity, protocol }: ShownFix): object {
  return {
    time: iso(position.timeMs),
    receivedAt: iso(receivedMs),
    protocol,
    lat: position.latDeg,
    lon: position.lonDeg,
    altitude: position.altitudeM,
    speed: position.speedKmh,
    course: position.courseDeg,
    satellites: position.satellites,
    valid: invalidity === null,
    invalidity,
    priority: position.priority,
    event: position.event,
    io: position.io,
    attributes: position.attributes,
  };
}

export function deviceCommandView(command: DeviceCommand): object {
  const { id, trackerId, text, state, createdMs, expiresMs, sentMs, closedMs, answer, reason } = command;
  return {
    id,
    trackerId,
    text,
    state,
    createdAt: iso(createdMs),
    expiresAt: iso(expiresMs),
    sentAt: sentMs === null ? null : iso(sentMs),
    closedAt: closedMs === null ? null : iso(closedMs),
    answer,
    reason,
  };
}

/** A time of the gateway's own clock. */
export function instantText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
