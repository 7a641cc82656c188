/** Wishes about raw frames: what a device sent, byte by byte, and what came of it. */
import type { Intake } from '../intake/intake.ts';
import type { RecordedEvent } from '../model/event.ts';
import { type EventRow, eventOf } from '../store/event-rows.ts';
import type { Store } from '../store/store.ts';
import type { ShownFrame } from './frame-questions.ts';
import type { Searches } from './searches.ts';
import { type Pacer, unpack } from './slices.ts';

export type { ShownFrame } from './frame-questions.ts';

interface FramePage {
  /** Newest receipt first. */
  readonly frames: AsyncIterable<ShownFrame>;
  /** Whether the period holds others, received earlier. */
  readonly hasMore: boolean;
}

export interface FrameOperations {
  /**
   * Frames of a tracker received between two instants, both included, newest first; those of the last instant all
   * together, so that a page may be longer. null = there never was such a tracker.
   */
  listFrames(trackerId: number, fromMs: number, toMs: number, limit: number): Promise<FramePage | null>;
  /** Frames that brought the records of this device time; null as above. */
  framesOfFix(trackerId: number, timeMs: number): Promise<FramePage | null>;
  /** What the fix of this device time has moved, as far as it was told soon after it came in; null as above. */
  eventsOfFix(trackerId: number, timeMs: number): Promise<readonly RecordedEvent[] | null>;
}

export function frameOperations(deps: {
  readonly store: Pick<Store, 'recent'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'tracker' | 'formerTracker'>;
  readonly pacer: Pacer;
}): FrameOperations {
  const { store, searches, intake, pacer } = deps;
  const wasThere = (trackerId: number) => (intake.tracker(trackerId) ?? intake.formerTracker(trackerId)) !== null;
  return {
    async listFrames(trackerId, fromMs, toMs, limit) {
      if (!wasThere(trackerId)) return null;
      const recent = store.recent(trackerId);
      const { page, hasMore } = await searches.ask<'list_frames'>({ kind: 'list_frames', recent, fromMs, toMs, limit });
      return { frames: pacer.through(unpack<ShownFrame>(page)), hasMore };
    },
    async framesOfFix(trackerId, timeMs) {
      if (!wasThere(trackerId)) return null;
      const recent = store.recent(trackerId);
      const { page, hasMore } = await searches.ask<'fix_frames'>({ kind: 'fix_frames', recent, timeMs });
      return { frames: pacer.through(unpack<ShownFrame>(page)), hasMore };
    },
    async eventsOfFix(trackerId, timeMs) {
      if (!wasThere(trackerId)) return null;
      const recent = store.recent(trackerId);
      const { page } = await searches.ask<'fix_events'>({ kind: 'fix_events', recent, timeMs });
      return [...unpack<EventRow>(page)].map(eventOf);
    },
  };
}
