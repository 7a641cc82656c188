/** Words that GSMtasks and TheTrack share: instants, durations, points, references to other things. */
import { DateTime } from 'luxon';
import { type FieldReader, unfit } from './fields.ts';

/** RFC 3339 in UTC with microseconds, as Django writes it. */
export function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}

export function instantTextOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : instantText(ms);
}

/** The years that a date on the wire can say in four digits. */
const EARLIEST_MS = Date.UTC(1, 0, 1);
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** An ISO 8601 instant, ms; without an offset it is UTC. null = it is none. */
export function parseInstant(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}/.test(text) || text.length > 40) return null;
  const moment = DateTime.fromISO(text.replace(' ', 'T').toUpperCase(), { zone: 'utc' });
  if (!moment.isValid) return null;
  const ms = moment.toMillis();
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : null;
}

export const instant: FieldReader<number> = {
  schema: { type: 'string', format: 'date-time' },
  read(value) {
    const ms = typeof value === 'string' ? parseInstant(value) : null;
    return ms === null ? unfit(value, 'an instant such as 2026-03-02T08:15:00Z') : { value: ms };
  },
};

export interface GeoPoint {
  readonly latDeg: number;
  readonly lonDeg: number;
}

export function pointWire({ latDeg, lonDeg }: GeoPoint): { type: 'Point'; coordinates: readonly [number, number] } {
  return { type: 'Point', coordinates: [lonDeg, latDeg] };
}

/** A GeoJSON Point: longitude first (RFC 7946, 3.1.1). */
export const point: FieldReader<GeoPoint> = {
  schema: {
    type: 'object',
    properties: {
      type: { type: 'string', enum: ['Point'] },
      coordinates: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 3 },
    },
    required: ['type', 'coordinates'],
  },
  read(value) {
    const { type, coordinates } = (value ?? {}) as { type?: unknown; coordinates?: unknown };
    const isList = Array.isArray(coordinates) && (coordinates.length === 2 || coordinates.length === 3);
    if (type !== 'Point' || !isList || !coordinates.every((degrees) => typeof degrees === 'number')) {
      return unfit(value, 'a GeoJSON Point, longitude first');
    }
    const [lonDeg, latDeg] = coordinates as [number, number];
    if (Math.abs(latDeg) > 90) return { faults: [`Expected a latitude from -90 to 90, received ${latDeg}.`] };
    if (Math.abs(lonDeg) > 180) return { faults: [`Expected a longitude from -180 to 180, received ${lonDeg}.`] };
    return { value: { latDeg, lonDeg } };
  },
};

const SECOND_MS = 1000;
const DAY_S = 86_400;

/** Django's form: `[D ]HH:MM:SS[.ffffff]`. */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / SECOND_MS);
  const days = Math.floor(seconds / DAY_S);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [Math.floor((seconds % DAY_S) / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
    .map(two)
    .join(':');
  const rest = ms % SECOND_MS;
  return `${days > 0 ? `${days} ` : ''}${clock}${rest > 0 ? `.${String(rest).padStart(3, '0')}000` : ''}`;
}

const DURATION = /^(?:(\d{1,6}) )?(?:(\d{1,6}):)?(\d{1,6}):(\d{1,6})(?:\.(\d{1,6}))?$/;
const DURATION_MS_MAX = 1_000_000 * DAY_S * SECOND_MS;

export function parseDuration(text: string): number | null {
  const parts = DURATION.exec(text);
  if (parts === null) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '0'] = parts;
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const ms = whole * SECOND_MS + Math.floor(Number(`0.${fraction}`) * SECOND_MS);
  return ms <= DURATION_MS_MAX ? ms : null;
}

export const duration: FieldReader<number> = {
  schema: { type: 'string' },
  read(value) {
    const ms = typeof value === 'string' ? parseDuration(value) : null;
    return ms === null ? unfit(value, 'a duration such as 00:15:00 or 2 04:00:00') : { value: ms };
  },
};

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const BARE_UUID = new RegExp(`^${UUID.source}$`, 'i');
const REFERENCE_CHARACTERS_MAX = 2048;

export function isUuid(text: string): boolean {
  return BARE_UUID.test(text);
}

export const uuid: FieldReader<string> = {
  schema: { type: 'string', format: 'uuid' },
  read: (value) => {
    return typeof value === 'string' && isUuid(value) ? { value: value.toLowerCase() } : unfit(value, 'a UUID');
  },
};

/** The UUID in a reference to something of a collection: an absolute URL, a path, or no more than the UUID. */
export function referredUuid(collection: string, value: unknown): string | null {
  if (typeof value !== 'string' || value.length > REFERENCE_CHARACTERS_MAX) return null;
  if (isUuid(value)) return value.toLowerCase();
  const end = new RegExp(`(?:^|/)${collection}/(${UUID.source})/?$`, 'i').exec(value);
  return end?.[1]?.toLowerCase() ?? null;
}

/** Written as a URL, read as its UUID. Whether there is such a thing is another question. */
export function reference(collection: string): FieldReader<string> {
  return {
    schema: { type: 'string', description: `a URL of /${collection}/, or a UUID` },
    read(value) {
      const found = referredUuid(collection, value);
      return found === null ? unfit(value, `a URL of /${collection}/ or a UUID`) : { value: found };
    },
  };
}
