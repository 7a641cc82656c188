/**
 * Navixy dates: wall-clock digits in the account's time zone, or ISO 8601 with an offset. Inside there are only
 * milliseconds UTC; this is where the two meet.
 */
import { Info } from 'luxon';
import { instantOf, type Offsets, zoneOffsets } from '../../operations/wall-clock.ts';

export interface Calendar {
  /** IANA name of the account's zone. */
  readonly zoneName: string;
  /** Reads either format; null = neither, or no such date. Fractions of a second are dropped. */
  parse(text: string): number | null;
  /** `yyyy-MM-dd HH:mm:ss` in the account's zone. */
  local(timeMs: number): string;
  /** `yyyy-MM-dd'T'HH:mm:ssZZ` in the account's zone, `Z` where that is UTC. */
  iso(timeMs: number): string;
  /** `yyyy-MM-dd` in the account's zone. */
  day(timeMs: number): string;
}

const MINUTE_MS = 60_000;
/** What either format looks like; not every text like this is a date. */
export const DATE_FORM = /^(\d{4})-(\d\d)-(\d\d)([ T])(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;
/** What either format can say without running out of four digits in any zone. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(9999, 11, 30);
/** Longest offset ISO 8601 readers take; no zone has more than 14. */
const OFFSET_MINUTES_MAX = 18 * 60;
/** Zones change their offset on quarters of an hour; one look-up serves the whole quarter. */
const QUARTER_MS = 900_000;
const QUARTERS_MAX = 20_000;

export function createCalendar(zoneName: string): Calendar {
  const offsetMs = remembered(zoneOffsets(zoneName));

  function wallDigits(timeMs: number): string {
    return new Date(timeMs + offsetMs(timeMs)).toISOString();
  }

  return {
    zoneName,
    parse: (text) => parseDate(text, offsetMs),
    local: (timeMs) => wallDigits(timeMs).slice(0, 19).replace('T', ' '),
    iso: (timeMs) => wallDigits(timeMs).slice(0, 19) + offsetText(offsetMs(timeMs)),
    day: (timeMs) => wallDigits(timeMs).slice(0, 10),
  };
}

/** The calendar of a zone that may be another one at the next request, or unknown to this machine. */
export function followingCalendar(wanted: () => string | null, usual: string): () => Calendar {
  let calendar = createCalendar(usual);
  return () => {
    const zoneName = wanted();
    const next = zoneName !== null && isZone(zoneName) ? zoneName : usual;
    if (next !== calendar.zoneName) calendar = createCalendar(next);
    return calendar;
  };
}

export function isZone(name: string): boolean {
  return Info.isValidIANAZone(name);
}

/** Lists render thousands of dates, and asking the zone database for each would hold up the line. */
function remembered(offsetMs: Offsets): Offsets {
  const known = new Map<number, number>();
  return (timeMs) => {
    const quarter = Math.floor(timeMs / QUARTER_MS);
    const cached = known.get(quarter);
    if (cached !== undefined) return cached;
    if (known.size >= QUARTERS_MAX) known.clear();
    const offset = offsetMs(timeMs);
    known.set(quarter, offset);
    return offset;
  };
}

function parseDate(text: string, offsetMs: Offsets): number | null {
  const match = DATE_FORM.exec(text);
  if (match === null) return null;
  const [, year, month, day, separator, hour, minute, second, offset] = match;
  if ((separator === 'T') !== (offset !== undefined)) return null;
  const wallMs = wallClock(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (wallMs === null) return null;
  const timeMs = offset === undefined ? instantOf(wallMs, offsetMs) : instantAt(wallMs, offset);
  return timeMs !== null && timeMs >= EARLIEST_MS && timeMs <= LATEST_MS ? timeMs : null;
}

/** The digits as if they were UTC; null where the calendar has no such date: 31 February is refused, not 3 March. */
function wallClock(y: number, month: number, d: number, h: number, m: number, s: number): number | null {
  if (h > 23 || m > 59 || s > 59) return null;
  const date = new Date(Date.UTC(y, month - 1, d, h, m, s));
  const isReal = date.getUTCFullYear() === y && date.getUTCMonth() === month - 1 && date.getUTCDate() === d;
  return isReal ? date.getTime() : null;
}

function instantAt(wallMs: number, offset: string): number | null {
  if (offset === 'Z') return wallMs;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  if (Number(offset.slice(-2)) > 59 || minutes > OFFSET_MINUTES_MAX) return null;
  return wallMs - (offset.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}

function offsetText(offset: number): string {
  if (offset === 0) return 'Z';
  const minutes = Math.abs(offset) / MINUTE_MS;
  const digits = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${digits(minutes / 60)}:${digits(minutes % 60)}`;
}
