/** Wishes of whoever watches: where everything is now, and what has happened since a row of history. */
import type { Intake } from '../intake/intake.ts';
import type { RecordedEvent } from '../model/event.ts';
import type { Task } from '../model/task.ts';
import type { QueryCondition, QueryOrder, QueryPlace } from '../model/task-query.ts';
import { type EventRow, eventOf } from '../store/event-rows.ts';
import type { Store } from '../store/store.ts';
import { type TaskValues, taskOfValues } from '../store/task-rows.ts';
import type { LastPosition } from './live-questions.ts';
import type { Searches } from './searches.ts';
import { unpack } from './slices.ts';
import type { TaskSearchOperations } from './task-search.ts';
import type { Presence } from './tracks.ts';

export type { LastPosition } from './live-questions.ts';

interface PastEvents {
  /** In the order they were recorded, each with its task as it is now; null = deleted, or the event is about a route. */
  readonly events: readonly { readonly event: RecordedEvent; readonly task: Task | null }[];
  /** The last row that was looked at. */
  readonly throughId: number;
  readonly isMore: boolean;
}

interface LiveTasks {
  readonly tasks: readonly Task[];
  /** There are others. */
  readonly hasMore: boolean;
}

export interface LiveOperations {
  /** The newest row of history; 0 = there is none. */
  lastEventId(): number;
  /** Of tasks and routes, recorded after a row. */
  eventsAfter(id: number, limit: number): Promise<PastEvents>;
  /** The newest valid fix of each tracker that has one. */
  lastPositions(): Promise<ReadonlyMap<number, LastPosition>>;
  isTrackerOnline(trackerId: number): boolean;
  /** Those with a place that are open, newest first, and those that have ended since an instant. */
  tasksAround(endedSinceMs: number, most: number): Promise<LiveTasks>;
}

/** Tracks of one search: others wait no longer than for these. */
const TRACKERS_AT_ONCE = 100;
const TASKS_AT_ONCE = 500;
const OPEN = ['scheduled', 'unassigned', 'assigned', 'accepted', 'in_transit', 'active', 'suspended'];
const ENDED = ['completed', 'failed', 'cancelled'];
const NEWEST_FIRST: readonly QueryOrder[] = [{ field: 'created', isDescending: true }];

export function liveOperations(deps: {
  readonly store: Pick<Store, 'recent' | 'lastEventId'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'trackers' | 'live'>;
  readonly presence: Pick<Presence, 'isOnline'>;
  readonly search: Pick<TaskSearchOperations, 'searchTasks'>;
}): LiveOperations {
  const { store, searches, intake, presence, search } = deps;
  /** What one asks is good for all who ask meanwhile: consoles come back together. */
  let reading: Promise<ReadonlyMap<number, LastPosition>> | null = null;

  async function readPositions(): Promise<ReadonlyMap<number, LastPosition>> {
    const found = new Map<number, LastPosition>();
    const trackerIds = intake.trackers().map(({ id }) => id);
    for (let i = 0; i < trackerIds.length; i += TRACKERS_AT_ONCE) {
      const slice = trackerIds.slice(i, i + TRACKERS_AT_ONCE);
      const recents = slice.map((id) => store.recent(id));
      const positions = await searches.ask<'last_positions'>({ kind: 'last_positions', recents });
      slice.forEach((id, n) => {
        const position = positions[n];
        if (position) found.set(id, position);
      });
    }
    return found;
  }

  async function* matching(conditions: readonly QueryCondition[]): AsyncGenerator<Task> {
    let from: QueryPlace | undefined;
    for (;;) {
      const query = { conditions, order: NEWEST_FIRST, limit: TASKS_AT_ONCE, ...(from && { from }) };
      const page = await search.searchTasks(query);
      yield* page.tasks;
      from = page.ends?.last;
      if (!page.isMore || from === undefined) return;
    }
  }

  return {
    lastEventId: () => store.lastEventId(),
    async eventsAfter(afterId, limit) {
      const { page, tasks, throughId, isMore } = await searches.ask<'events_after'>({
        kind: 'events_after',
        afterId,
        limit,
      });
      const byId = new Map([...unpack<TaskValues>(tasks)].map((values) => taskNow(values, intake)));
      const events = [...unpack<EventRow>(page)].map((row) => ({
        event: eventOf(row),
        task: byId.get(row.task_id) ?? null,
      }));
      return { events, throughId, isMore };
    },
    lastPositions() {
      reading ??= readPositions().finally(() => {
        reading = null;
      });
      return reading;
    },
    isTrackerOnline: (trackerId) => presence.isOnline(trackerId),
    async tasksAround(endedSinceMs, most) {
      const open: QueryCondition = { field: 'state', lookup: 'in', values: OPEN };
      const ended: QueryCondition = { field: 'state', lookup: 'in', values: ENDED };
      const since: QueryCondition = { field: 'modified', lookup: 'gte', values: [endedSinceMs] };
      const found: Task[] = [];
      for (const conditions of [[open], [ended, since]]) {
        for await (const task of matching(conditions)) {
          const isRecent = conditions[0] === open || task.facts.statusMs >= endedSinceMs;
          if (task.terms.zone === null || !isRecent) continue;
          if (found.length === most) return { tasks: found, hasMore: true };
          found.push(task);
        }
      }
      return { tasks: found, hasMore: false };
    },
  };
}

/** A deleted one is none. */
function taskNow(values: TaskValues, intake: Pick<Intake, 'live'>): readonly [number, Task | null] {
  const task = taskOfValues(values);
  return [task.id, task.deletedMs === null ? intake.live(task) : null];
}
