/** Wishes about what happened to tasks, as GSMtasks tells it, and about the ways that led there: a page at a time. */
import type { Intake } from '../intake/intake.ts';
import type { EventSaid } from '../model/gsmtasks-events.ts';
import type { Task } from '../model/task.ts';
import type { Store } from '../store/store.ts';
import { type TaskValues, taskOfValues } from '../store/task-rows.ts';
import type { Gathered } from './gathering.ts';
import type { Searches } from './searches.ts';
import { unpack } from './slices.ts';
import type { TaskEventAnswer, TaskEventQuery } from './task-event-walk.ts';
import { type Leg, type Path, pathQuestion } from './task-paths.ts';

export type { TaskEventQuery } from './task-event-walk.ts';

export interface ToldTaskEvent {
  readonly said: EventSaid;
  /** As it is now, deleted or not. */
  readonly task: Task;
}

export interface EventTrack extends ToldTaskEvent {
  /** null = nobody had the task, or nothing happened to it before. */
  readonly path: Path | null;
}

export interface TaskEventOperations {
  listTaskEvents(query: TaskEventQuery): Promise<Gathered<ToldTaskEvent>>;
  /** null = there is no such event. */
  taskEvent(uuid: string): Promise<ToldTaskEvent | null>;
  /** Also of a deleted task; null = there is none. */
  taskIdOf(uuid: string): number | null;
  /** A page may end early, where its ways are long: `end` says where. */
  listEventTracks(query: TaskEventQuery): Promise<Gathered<EventTrack>>;
}

export function taskEventOperations(deps: {
  readonly store: Pick<Store, 'recent'> & { readonly tasks: Pick<Store['tasks'], 'idOf'> };
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'live'>;
}): TaskEventOperations {
  const { searches, intake, store } = deps;
  return {
    async listTaskEvents(query) {
      return unpacked(await searches.ask<'task_events'>({ kind: 'task_events', query }), intake);
    },
    async taskEvent(uuid) {
      return unpacked(await searches.ask<'task_event'>({ kind: 'task_event', uuid }), intake).items[0] ?? null;
    },
    taskIdOf: (uuid) => store.tasks.idOf(uuid),
    async listEventTracks(query) {
      const answer = await searches.ask<'event_tracks'>({ kind: 'event_tracks', query });
      const { items, end } = unpacked(answer, intake);
      const legs = items.map(({ said }, i) => legOf(said, answer.beforeMs[i] ?? null));
      // In the order in which the page was walked: where it ends early, the rest is for the next.
      const walk = [...legs.keys()].filter((i) => legs[i] !== null);
      if (query.isBackwards) walk.reverse();
      const asked = walk.map((i) => legs[i]!);
      const paths = asked.length === 0 ? [] : await searches.ask<'task_paths'>(pathQuestion(asked, store));
      const unread = walk[paths.indexOf(null)];
      const tracks = items.map((told, i) => ({ ...told, path: paths[walk.indexOf(i)] ?? null }));
      if (unread === undefined) return { items: tracks, end };
      return query.isBackwards
        ? { items: tracks.slice(unread + 1), end: items[unread + 1]!.said.seq }
        : { items: tracks.slice(0, unread), end: items[unread - 1]!.said.seq };
    },
  };
}

function unpacked({ page, tasks, end }: TaskEventAnswer, intake: Pick<Intake, 'live'>): Gathered<ToldTaskEvent> {
  const byId = new Map([...unpack<TaskValues>(tasks)].map((values) => taskNow(values, intake)));
  return { items: [...unpack<EventSaid>(page)].map((said) => ({ said, task: byId.get(said.taskId)! })), end };
}

function taskNow(values: TaskValues, intake: Pick<Intake, 'live'>): readonly [number, Task] {
  const task = taskOfValues(values);
  return [task.id, task.deletedMs === null ? intake.live(task) : task];
}

function legOf({ trackerId, formerTrackerId, timeMs }: EventSaid, beforeMs: number | null): Leg | null {
  const moverId = trackerId ?? formerTrackerId;
  return moverId === null || beforeMs === null || beforeMs >= timeMs
    ? null
    : { trackerId: moverId, fromMs: beforeMs, toMs: timeMs };
}
