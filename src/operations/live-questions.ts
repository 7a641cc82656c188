/** What whoever watches asks of the search thread, and how it is answered there. */
import type { Position } from '../model/fix.ts';
import type { EventRow } from '../store/event-rows.ts';
import type { Reader, RecentTrack } from '../store/store.ts';
import { type Packed, pack } from './slices.ts';

export type LiveQuestion =
  | { readonly kind: 'last_positions'; readonly recents: readonly RecentTrack[] }
  /** `limit`: rows that are looked at. */
  | { readonly kind: 'events_after'; readonly afterId: number; readonly limit: number };

export type LastPosition = Pick<Position, 'timeMs' | 'latDeg' | 'lonDeg' | 'speedKmh' | 'courseDeg'>;

/** `page`: EventRow. `tasks`: TaskValues, each task of the page once, deleted ones among them. */
export interface EventsAfterAnswer {
  readonly page: Packed;
  readonly tasks: Packed;
  readonly throughId: number;
  readonly isMore: boolean;
}

/** On the search thread: the newest valid fix of each, in their order. */
export function readLastPositions(
  reader: Pick<Reader, 'tracks'>,
  recents: readonly RecentTrack[],
): readonly (LastPosition | null)[] {
  return recents.map((recent) => {
    const fix = reader.tracks(recent).lastValidFix(recent.trackerId);
    if (fix === null) return null;
    // By name: what is decoded on access stays undecoded.
    const { timeMs, latDeg, lonDeg, speedKmh, courseDeg } = fix.position;
    return { timeMs, latDeg, lonDeg, speedKmh, courseDeg };
  });
}

/** In rows about devices. */
const NO_TASK = 0;

/** On the search thread. */
export function readEventsAfter(
  { taskEvents }: Pick<Reader, 'taskEvents'>,
  afterId: number,
  limit: number,
): EventsAfterAnswer {
  const rows: EventRow[] = [];
  let throughId = afterId;
  let looked = 0;
  let isMore = false;
  for (const row of taskEvents.rows(null, { afterId, beforeId: Number.MAX_SAFE_INTEGER, isDescending: false })) {
    if (looked === limit) {
      isMore = true;
      break;
    }
    looked += 1;
    throughId = row.id;
    // Rows about routes are whole ones too; what became of a command to a device is not for everyone who may read tasks.
    const { id, uid, task_id, event_ms, recorded_ms, body } = row as EventRow;
    if (task_id !== NO_TASK) rows.push({ id, uid, task_id, event_ms, recorded_ms, body });
  }
  const taskIds = [...new Set(rows.map(({ task_id }) => task_id))];
  return { page: pack(rows), tasks: pack(taskEvents.tasks(taskIds)), throughId, isMore };
}
