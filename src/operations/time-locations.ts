/**
 * Positions of workers one by one, each by a UUID. A UUID says itself which tracker's record it is and of which instant,
 * with a digest that tells apart what is of one instant (RFC 9562, section 5.8), so that nothing is kept for it.
 */
import { createHash } from 'node:crypto';
import type { Intake } from '../intake/intake.ts';
import { uuidFrom } from '../model/uuid.ts';
import type { Store } from '../store/store.ts';
import type { ShownFix } from './questions.ts';
import type { Searches } from './searches.ts';
import { unpack } from './slices.ts';

export interface TimeLocation {
  readonly uuid: string;
  readonly trackerId: number;
  readonly fix: ShownFix;
}

/** Of this tracker's records from `timeMs` on, behind the first `skip` of that very instant. */
export interface LocationPlace {
  readonly trackerId: number;
  readonly timeMs: number;
  readonly skip: number;
}

interface LocationQuery {
  /** Ascending. */
  readonly trackerIds: readonly number[];
  /** Device times, both included. */
  readonly fromMs: number;
  readonly toMs: number;
  /** null = from the beginning. */
  readonly after: LocationPlace | null;
  readonly limit: number;
}

export interface TimeLocationOperations {
  /** Valid fixes by tracker, then device time. `next`: where to go on, also where a page took long; null = this is all. */
  listLocations(
    query: LocationQuery,
  ): Promise<{ readonly locations: readonly TimeLocation[]; readonly next: LocationPlace | null }>;
  /** null = unknown, or not kept any more. */
  readLocation(uuid: string): Promise<TimeLocation | null>;
}

/** Looks at tracks for one page: many trackers may have nothing in the period. */
const LOOKS_MAX = 200;
/** Records of one tracker in one millisecond that are looked through. */
const INSTANT_RECORDS_MAX = 1_000;

export function timeLocationOperations(deps: {
  readonly store: Pick<Store, 'recent'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'tracker'>;
}): TimeLocationOperations {
  const { store, searches, intake } = deps;

  async function recordsOf(trackerId: number, fromMs: number, toMs: number, limit: number) {
    const recent = store.recent(trackerId);
    const { page, hasMore } = await searches.ask<'list_fixes'>({ kind: 'list_fixes', recent, fromMs, toMs, limit });
    return { records: [...unpack<ShownFix>(page)], hasMore };
  }

  return {
    async listLocations({ trackerIds, fromMs, toMs, after, limit }) {
      const locations: TimeLocation[] = [];
      let place = after;
      let looks = 0;
      for (const trackerId of trackerIds) {
        if (place !== null && trackerId < place.trackerId) continue;
        let at: LocationPlace | null = place?.trackerId === trackerId ? place : { trackerId, timeMs: fromMs, skip: 0 };
        place = null;
        while (at !== null) {
          if (looks === LOOKS_MAX) return { locations, next: at };
          looks += 1;
          const wanted = limit - locations.length;
          const found = await recordsOf(trackerId, at.timeMs, toMs, at.skip + wanted + 1);
          const read = walk(at, found.records, wanted);
          locations.push(...read.locations);
          if (locations.length === limit) return { locations, next: read.end };
          at = found.hasMore ? read.end : null;
        }
      }
      return { locations, next: null };
    },
    async readLocation(uuid) {
      const { trackerId, timeMs } = partsOf(uuid);
      if (intake.tracker(trackerId) === null) return null;
      const { records } = await recordsOf(trackerId, timeMs, timeMs, INSTANT_RECORDS_MAX);
      const fix = records.find((record) => record.invalidity === null && locationUuid(trackerId, record) === uuid);
      return fix === undefined ? null : { uuid, trackerId, fix };
    },
  };
}

/** The next valid ones of a tracker's records, and the place behind the last record that was looked at. */
function walk(
  from: LocationPlace,
  records: readonly ShownFix[],
  wanted: number,
): { readonly locations: readonly TimeLocation[]; readonly end: LocationPlace } {
  const { trackerId } = from;
  const locations: TimeLocation[] = [];
  let end: LocationPlace = { ...from, skip: 0 };
  let toSkip = from.skip;
  for (const fix of records) {
    if (locations.length === wanted) break;
    const { timeMs } = fix.position;
    end = { trackerId, timeMs, skip: timeMs === end.timeMs ? end.skip + 1 : 1 };
    if (timeMs === from.timeMs && toSkip > 0) toSkip -= 1;
    else if (fix.invalidity === null) locations.push({ uuid: locationUuid(trackerId, fix), trackerId, fix });
  }
  return { locations, end };
}

const TIME_BYTES = 6;
const TRACKER_AT = 12;

/** Of a valid fix: six bytes of time, what is told apart by, and four of the tracker. */
export function locationUuid(trackerId: number, { position, protocol }: ShownFix): string {
  const { timeMs, latDeg, lonDeg, altitudeM, speedKmh, courseDeg, io } = position;
  const said = JSON.stringify([protocol, latDeg, lonDeg, altitudeM, speedKmh, courseDeg, io]);
  const bytes = createHash('sha256').update(said).digest().subarray(0, 16);
  bytes.writeUIntBE(timeMs, 0, TIME_BYTES);
  bytes.writeUInt32BE(trackerId, TRACKER_AT);
  return uuidFrom(bytes, 8);
}

function partsOf(uuid: string): { readonly trackerId: number; readonly timeMs: number } {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  return { timeMs: bytes.readUIntBE(0, TIME_BYTES), trackerId: bytes.readUInt32BE(TRACKER_AT) };
}
