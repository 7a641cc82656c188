/** A time zone's clock on the wall: by how much it is ahead of UTC, and which instant its digits mean. */
import { Info } from 'luxon';

/** Ms ahead of UTC at an instant. */
export type Offsets = (timeMs: number) => number;

export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export function zoneOffsets(zoneName: string): Offsets {
  const zone = Info.normalizeZone(zoneName);
  if (!zone.isValid) throw new Error(`time zone "${zoneName}" is unknown; expected an IANA name such as Europe/Madrid`);
  return (timeMs) => Math.round(zone.offset(timeMs) * MINUTE_MS);
}

/**
 * `wallMs`: the digits as if they were UTC. The rule of java.time, which Navixy runs on: an hour that occurs twice is
 * the earlier one, an hour that is skipped moves forward by what was skipped. Both mean the offset before the change,
 * unless only the one after it fits.
 */
export function instantOf(wallMs: number, offsetMs: Offsets): number {
  const before = offsetMs(wallMs - DAY_MS);
  const after = offsetMs(wallMs + DAY_MS);
  const isBefore = offsetMs(wallMs - before) === before;
  const isAfter = offsetMs(wallMs - after) === after;
  return wallMs - (isAfter && !isBefore ? after : before);
}

/** The day that the calendar on the wall shows, as its midnight's digits. */
export function localDayMs(timeMs: number, offsetMs: Offsets): number {
  return Math.floor((timeMs + offsetMs(timeMs)) / DAY_MS) * DAY_MS;
}
