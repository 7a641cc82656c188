/** One task with all that is known of it, kept true by the live stream. */
import { useEffect, useState } from 'preact/hooks';
import { type ApiError, useLoad } from '../api.ts';
import { onDelivery, onTask, session } from '../live.ts';
import type { Delivery, Explanation, History, HistoryEvent, LiveTaskEvent, Task, TaskDeliveries } from '../wire.ts';
import { useAfterOutage } from './use-task-list.ts';

/** Events and tries that are kept beside what was loaded. */
const LIVE_MAX = 500;
/** A stay goes on without an event: what was seen so far is asked for again, and the present moves on. */
const REFRESH_MS = 15_000;
/** Of a clock that runs faster it is asked more often, but not without end. */
const REFRESH_MS_MIN = 2000;

export interface TaskStory {
  readonly task: Task | null;
  readonly error: ApiError | null;
  readonly isDeleted: boolean;
  readonly explanation: Explanation | null;
  /** Oldest first. */
  readonly events: readonly HistoryEvent[];
  /** Newest first. */
  readonly deliveries: readonly Delivery[];
  reload(): void;
}

export function useTask(id: string): TaskStory {
  const path = `/api/tasks/${encodeURIComponent(id)}`;
  const loaded = useLoad<Task>(path);
  const explained = useLoad<Explanation>(`${path}/explain`);
  const history = useLoad<History>(`${path}/history`);
  const told = useLoad<TaskDeliveries>(`${path}/deliveries`);
  const [events, setEvents] = useState<readonly LiveTaskEvent[]>([]);
  const [tries, setTries] = useState<readonly Delivery[]>([]);
  const taskId = loaded.data?.id ?? null;

  const reload = (): void => {
    for (const part of [loaded, explained, history, told]) part.reload();
  };

  useEffect(() => {
    setEvents([]);
    setTries([]);
    if (taskId === null) return;
    const stops = [
      onTask((event) => {
        if (event.taskId !== taskId) return;
        setEvents((known) => [...known, event].slice(-LIVE_MAX));
        explained.reload();
      }),
      onDelivery((delivery) => {
        if (delivery.taskId === taskId) setTries((known) => [delivery, ...known].slice(0, LIVE_MAX));
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [taskId]);

  const newest = events.at(-1);
  const task = newest === undefined ? loaded.data : (newest.task ?? loaded.data);
  const isWatched = task?.isOpen === true && task.trackerId !== null;
  useEffect(() => {
    if (!isWatched) return;
    const timer = setInterval(() => {
      if (!document.hidden) explained.reload();
    }, refreshMs());
    return () => clearInterval(timer);
  }, [path, isWatched]);
  useAfterOutage(reload, path);

  return {
    task,
    error: loaded.error,
    isDeleted: newest !== undefined && newest.task === null,
    explanation: explained.data,
    events: merged(history.data?.events ?? [], events, ({ id }) => String(id)),
    deliveries: merged(
      tries,
      told.data?.deliveries ?? [],
      ({ webhook, messageId, at }) => `${webhook} ${messageId} ${at}`,
    ),
    reload,
  };
}

function refreshMs(): number {
  return Math.max(REFRESH_MS_MIN, REFRESH_MS / (session.value?.clockFactor ?? 1));
}

/** What came live may be in what was loaded as well. */
function merged<T>(first: readonly T[], second: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const known = new Set(first.map(keyOf));
  return [...first, ...second.filter((item) => !known.has(keyOf(item)))];
}
