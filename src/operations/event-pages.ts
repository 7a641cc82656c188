/** Wishes about the event feed: a page of it, read on the search thread, with who drives for each tracker by now. */
import type { Intake } from '../intake/intake.ts';
import type { Store } from '../store/store.ts';
import type { FeedEntry, FeedFilter, FeedRule } from './event-feed.ts';
import type { Searches } from './searches.ts';
import { type Pacer, unpack } from './slices.ts';

/** With who drives for that tracker now; null = nobody is known. */
export type ShownEntry = FeedEntry & { readonly employeeId: number | null };

interface FeedPage {
  readonly entries: AsyncIterable<ShownEntry>;
  /** All matches, as far as they are counted. */
  readonly total: number;
}

export interface FeedOperations {
  /** null = a tracker is unknown or blocked. */
  eventFeed(filter: FeedFilter): Promise<FeedPage | null>;
}

export function feedOperations(deps: {
  readonly store: Pick<Store, 'records' | 'lastEventId'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'tracker'>;
  readonly pacer: Pacer;
}): FeedOperations {
  const { store, searches, intake, pacer } = deps;
  return {
    async eventFeed(filter) {
      const isMissing = (id: number): boolean => intake.tracker(id)?.isBlocked ?? true;
      if (filter.trackerIds?.some(isMissing)) return null;
      // Both as of this moment: what is committed later is for the rules as they will be then.
      const query = { ...filter, throughId: store.lastEventId(), rules: rulesOf(store) };
      const { page, total } = await searches.ask<'event_feed'>({ kind: 'event_feed', query });
      const drivers = new Map(store.records.list('employee').map(({ id, trackerId }) => [trackerId, id]));
      return { entries: pacer.through(shown(unpack<FeedEntry>(page), drivers)), total };
    },
  };
}

function* shown(entries: Iterable<FeedEntry>, drivers: ReadonlyMap<number | null, number>): Generator<ShownEntry> {
  for (const entry of entries) {
    const employeeId = entry.trackerId === null ? null : (drivers.get(entry.trackerId) ?? null);
    yield { ...entry, employeeId };
  }
}

function rulesOf(store: Pick<Store, 'records'>): FeedRule[] {
  return store.records
    .list('tracker_rule')
    .map(({ id, primaryText, isEmergency, spells }) => ({ id, primaryText, isEmergency, spells }));
}
