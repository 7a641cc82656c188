/** Wishes about what devices sent: the stored fixes of a period, and what is known of a tracker at this moment. */
import type { Intake } from '../intake/intake.ts';
import { type ClockSuspicion, clockMinutes } from '../model/tracker.ts';
import type { Store } from '../store/store.ts';
import type { ShownFix, TrackEnd } from './questions.ts';
import type { Searches } from './searches.ts';
import { type Pacer, unpack } from './slices.ts';

export type { ShownFix } from './questions.ts';

/** What the gateway knows: who is connected at this moment, and whose clock seems to be wrong. */
export interface Presence {
  isOnline(trackerId: number): boolean;
  clockSuspicion(trackerId: number): ClockSuspicion | null;
}

export interface TrackerState extends TrackEnd {
  readonly trackerId: number;
  readonly isOnline: boolean;
}

interface FixPage {
  readonly fixes: AsyncIterable<ShownFix>;
  /** Whether the period holds records beyond the limit. */
  readonly hasMore: boolean;
}

export interface TrackOperations {
  /** The zone that its clock seems to be set to, where that is not the one it is read by; null = none. */
  clockSuspicion(trackerId: number): ClockSuspicion | null;
  /** Also of a deleted one; null = there never was such a tracker. */
  trackerState(trackerId: number): Promise<TrackerState | null>;
  /** All records with fromMs <= device time <= toMs, valid or not, oldest first, also of a deleted one; null = there never was such a tracker. */
  listFixes(trackerId: number, fromMs: number, toMs: number, limit: number): Promise<FixPage | null>;
}

export function trackOperations(deps: {
  readonly store: Pick<Store, 'recent'>;
  readonly searches: Searches;
  readonly intake: Intake;
  readonly presence: Presence;
  readonly pacer: Pacer;
}): TrackOperations {
  const { store, searches, intake, presence, pacer } = deps;
  const wasThere = (trackerId: number) => (intake.tracker(trackerId) ?? intake.formerTracker(trackerId)) !== null;
  return {
    clockSuspicion(trackerId) {
      const tracker = intake.tracker(trackerId);
      const suspicion = tracker && presence.clockSuspicion(trackerId);
      // It has been set since, and no frame has come yet.
      return suspicion?.aheadMinutes === (tracker && clockMinutes(tracker.timeZone)) ? null : suspicion;
    },
    async trackerState(trackerId) {
      if (!wasThere(trackerId)) return null;
      const end = await searches.ask<'track_end'>({ kind: 'track_end', recent: store.recent(trackerId) });
      return { trackerId, isOnline: presence.isOnline(trackerId), ...end };
    },
    async listFixes(trackerId, fromMs, toMs, limit) {
      if (!wasThere(trackerId)) return null;
      const recent = store.recent(trackerId);
      const found = await searches.ask<'list_fixes'>({ kind: 'list_fixes', recent, fromMs, toMs, limit });
      return { fixes: pacer.through(unpack<ShownFix>(found.page)), hasMore: found.hasMore };
    },
  };
}
