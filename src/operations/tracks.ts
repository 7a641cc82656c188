/** Wishes about what devices sent: the stored fixes of a period, and what is known of a tracker at this moment. */
import type { Intake } from '../intake/intake.ts';
import type { Store } from '../store/store.ts';
import type { ShownFix, TrackEnd } from './questions.ts';
import type { Searches } from './searches.ts';
import { type Pacer, unpack } from './slices.ts';

export type { ShownFix } from './questions.ts';

/** Who is connected at this moment; the gateway knows. */
export interface Presence {
  isOnline(trackerId: number): boolean;
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
  /** null = no such tracker. */
  trackerState(trackerId: number): Promise<TrackerState | null>;
  /** All records with fromMs <= device time <= toMs, valid or not, oldest first; null = no such tracker. */
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
  return {
    async trackerState(trackerId) {
      if (intake.tracker(trackerId) === null) return null;
      const end = await searches.ask<'track_end'>({ kind: 'track_end', recent: store.recent(trackerId) });
      return { trackerId, isOnline: presence.isOnline(trackerId), ...end };
    },
    async listFixes(trackerId, fromMs, toMs, limit) {
      if (intake.tracker(trackerId) === null) return null;
      const recent = store.recent(trackerId);
      const found = await searches.ask<'list_fixes'>({ kind: 'list_fixes', recent, fromMs, toMs, limit });
      return { fixes: pacer.through(unpack<ShownFix>(found.page)), hasMore: found.hasMore };
    },
  };
}
