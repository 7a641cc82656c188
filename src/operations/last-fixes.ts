/** Wishes about where many trackers are, and which way they came. */
import type { Intake } from '../intake/intake.ts';
import type { Store } from '../store/store.ts';
import type { ShownFix, TrackLine } from './questions.ts';
import type { Searches } from './searches.ts';

export interface LastFixOperations {
  /** The newest valid fix of each of them that has one. */
  lastFixes(trackerIds: readonly number[]): Promise<ReadonlyMap<number, ShownFix>>;
  /** The way of a tracker in a period, both ends included, with at most `pointsMax` points; null = there is none. */
  trackLine(trackerId: number, fromMs: number, toMs: number, pointsMax: number): Promise<TrackLine | null>;
}

/** One search: others wait no longer than for these. */
const TRACKERS_AT_ONCE = 100;

export function lastFixOperations(deps: {
  readonly store: Pick<Store, 'recent'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'tracker'>;
}): LastFixOperations {
  const { store, searches, intake } = deps;
  return {
    async lastFixes(trackerIds) {
      const found = new Map<number, ShownFix>();
      for (let i = 0; i < trackerIds.length; i += TRACKERS_AT_ONCE) {
        const slice = trackerIds.slice(i, i + TRACKERS_AT_ONCE).filter((id) => intake.tracker(id) !== null);
        const recents = slice.map((id) => store.recent(id));
        const fixes = await searches.ask<'last_fixes'>({ kind: 'last_fixes', recents });
        slice.forEach((id, n) => {
          const fix = fixes[n];
          if (fix) found.set(id, fix);
        });
      }
      return found;
    },
    async trackLine(trackerId, fromMs, toMs, pointsMax) {
      if (intake.tracker(trackerId) === null) return null;
      const recent = store.recent(trackerId);
      return searches.ask<'track_line'>({ kind: 'track_line', recent, fromMs, toMs, pointsMax });
    },
  };
}
