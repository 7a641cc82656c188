/** Wishes about what devices sent: the stored fixes of a period, and what is known of a tracker at this moment. */
import type { Intake } from '../intake/intake.ts';
import type { Position } from '../model/fix.ts';
import type { Store, StoredFix } from '../store/store.ts';

export type { StoredFix } from '../store/store.ts';

/** Who is connected at this moment; the gateway knows. */
export interface Presence {
  isOnline(trackerId: number): boolean;
}

export interface TrackerState {
  readonly trackerId: number;
  readonly isOnline: boolean;
  /** Receipt of the newest message of any kind, ms. */
  readonly lastSeenMs: number | null;
  /** The newest valid fix. */
  readonly fix: StoredFix | null;
  /** Of the newest record, with or without a position, over those of the newest valid fix. */
  readonly attributes: Position['attributes'];
}

interface FixPage {
  readonly fixes: readonly StoredFix[];
  /** Whether the period holds records beyond the limit. */
  readonly hasMore: boolean;
}

export interface TrackOperations {
  /** null = no such tracker. */
  trackerState(trackerId: number): TrackerState | null;
  /** All records with fromMs <= device time <= toMs, valid or not, oldest first; null = no such tracker. */
  listFixes(trackerId: number, fromMs: number, toMs: number, limit: number): FixPage | null;
}

/** Records of one instant that are looked at for attributes; a device rarely has more than two. */
const INSTANT_RECORDS_MAX = 16;

export function trackOperations(deps: {
  readonly store: Store;
  readonly intake: Intake;
  readonly presence: Presence;
}): TrackOperations {
  const { intake, presence } = deps;
  const { tracks } = deps.store;

  function newestAttributes(trackerId: number, fix: StoredFix | null): Position['attributes'] {
    const { newestMs } = tracks.newest(trackerId);
    const records = Number.isFinite(newestMs) ? tracks.fixes(trackerId, newestMs, newestMs, INSTANT_RECORDS_MAX) : [];
    return Object.assign({}, fix?.position.attributes, ...records.map((record) => record.position.attributes));
  }

  return {
    trackerState(trackerId) {
      if (intake.tracker(trackerId) === null) return null;
      const fix = tracks.lastValidFix(trackerId);
      return {
        trackerId,
        isOnline: presence.isOnline(trackerId),
        lastSeenMs: tracks.lastReceivedMs(trackerId),
        fix,
        attributes: newestAttributes(trackerId, fix),
      };
    },
    listFixes(trackerId, fromMs, toMs, limit) {
      if (intake.tracker(trackerId) === null) return null;
      const fixes = tracks.fixes(trackerId, fromMs, toMs, limit + 1);
      return { fixes: fixes.slice(0, limit), hasMore: fixes.length > limit };
    },
  };
}
