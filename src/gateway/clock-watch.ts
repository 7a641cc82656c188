/**
 * Clocks that are set to a local time. Nothing in a GT06 frame says which time its digits are; but a live frame was made
 * when it came in, so an offset that stays the same multiple of a quarter of an hour is a time zone. It is only ever
 * reported: who would shift times by a guess would make a truck that was late one that was on time.
 */
import type { Protocol } from '../../protocols/protocol.ts';
import type { ClockSuspicion } from '../model/tracker.ts';
import { isZone, ZONE_STEP_MINUTES } from './acquaintance.ts';
import type { Submission } from './submission.ts';

/** A frame as it was read. */
type Frame = Pick<Submission, 'trackerId' | 'receivedMs' | 'fixes' | 'profile' | 'raw'> & {
  readonly spoken: Pick<Protocol, 'isClockUtc' | 'decode'>;
};

/** The newest record of a frame, and how it was read. */
export interface Sighting {
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly readAheadMinutes: number;
}

/** Frames in a row, in order, of which the clock is off by the same. */
interface Streak extends ClockSuspicion {
  readonly newestTimeMs: number;
  readonly newestReceivedMs: number;
}

const MINUTE_MS = 60_000;
/** Clocks drift, and a frame may wait for coverage for a while. */
const SLACK_MS = 90_000;
const FRAMES_MIN = 5;
const SPAN_MS_MIN = 5 * MINUTE_MS;

/** What a frame says about the clock; null = nothing. */
function sightingOf({ fixes, receivedMs, profile, spoken }: Frame): Sighting | null {
  if (spoken.isClockUtc) return null;
  const position = fixes.at(-1)?.position;
  if (position === undefined || !position.hasPosition) return null;
  return { timeMs: position.timeMs, receivedMs, readAheadMinutes: profile.clockAheadMinutes };
}

/** Whether the frame is live and in that zone: some messages count in UTC whatever the zone, and then it is not that. */
function isOfZone({ fixes, profile, spoken, raw }: Frame, clockAheadMinutes: number): boolean {
  const { timeMs, attributes } = fixes.at(-1)!.position;
  if (attributes['archive'] === true) return false;
  const moved = spoken.decode(raw, { ...profile, clockAheadMinutes });
  return moved.kind !== 'malformed' && moved.records.at(-1)?.timeMs !== timeMs;
}

/** How far ahead of UTC the clock seems to be, minutes; null = nowhere near a zone. */
export function zoneOf({ timeMs, receivedMs, readAheadMinutes }: Sighting): number | null {
  const stepMs = ZONE_STEP_MINUTES * MINUTE_MS;
  const offsetMs = timeMs - receivedMs;
  const nearestMs = Math.round(offsetMs / stepMs) * stepMs;
  const minutes = readAheadMinutes + nearestMs / MINUTE_MS;
  return Math.abs(offsetMs - nearestMs) <= SLACK_MS && isZone(minutes) ? minutes : null;
}

/** What one more frame makes of a tracker's streak; null = there is none. */
function watch(streak: Streak | null, sighting: Sighting): Streak | null {
  const { timeMs, receivedMs, readAheadMinutes } = sighting;
  const aheadMinutes = zoneOf(sighting);
  if (aheadMinutes === readAheadMinutes) return null;
  // Far off any zone: a backlog that does not say so. What has been established stands.
  if (aheadMinutes === null) return streak !== null && isEstablished(streak) ? streak : null;
  const newest = { newestTimeMs: timeMs, newestReceivedMs: receivedMs };
  if (streak?.aheadMinutes !== aheadMinutes) return { aheadMinutes, frames: 1, sinceMs: receivedMs, ...newest };
  return timeMs > streak.newestTimeMs ? { ...streak, ...newest, frames: streak.frames + 1 } : streak;
}

function isEstablished({ frames, sinceMs, newestReceivedMs }: Streak): boolean {
  return frames >= FRAMES_MIN && newestReceivedMs - sinceMs >= SPAN_MS_MIN;
}

/** The streaks of all trackers that have one: those with a right clock take no memory. */
export class ClockWatch {
  readonly #streaks = new Map<number, Streak>();

  /** Returns the suspicion when this is the frame that raises it. */
  watch(frame: Frame): ClockSuspicion | null {
    const sighting = sightingOf(frame);
    return sighting === null ? null : this.note(frame.trackerId, sighting, (minutes) => isOfZone(frame, minutes));
  }

  /** The same. `isOfZone` reads the frame again, so it is asked only where a suspicion depends on it. */
  note(trackerId: number, sighting: Sighting, isOfZone: (aheadMinutes: number) => boolean): ClockSuspicion | null {
    const before = this.#streaks.get(trackerId) ?? null;
    const streak = watch(before, sighting);
    if (streak === before) return null;
    const isRaised = streak !== null && isEstablished(streak) && !isSuspected(before, streak.aheadMinutes);
    if (streak === null || (isRaised && !isOfZone(streak.aheadMinutes))) {
      this.#streaks.delete(trackerId);
      return null;
    }
    this.#streaks.set(trackerId, streak);
    return isRaised ? suspicionOf(streak) : null;
  }

  /** null = its clock seems right, or it has not said enough. */
  suspicion(trackerId: number): ClockSuspicion | null {
    const streak = this.#streaks.get(trackerId);
    return streak !== undefined && isEstablished(streak) ? suspicionOf(streak) : null;
  }
}

function isSuspected(streak: Streak | null, aheadMinutes: number): boolean {
  return streak !== null && streak.aheadMinutes === aheadMinutes && isEstablished(streak);
}

function suspicionOf({ aheadMinutes, frames, sinceMs }: Streak): ClockSuspicion {
  return { aheadMinutes, frames, sinceMs };
}
