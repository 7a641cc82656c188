/** The tasks that the filters take, page by page, kept true by the live stream. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type ApiError, get } from '../api.ts';
import { onTask, streamState } from '../live.ts';
import type { TaskPage } from '../wire.ts';
import { listPath, type TaskFilters, type TaskList, withEvent } from './filters.ts';

/** Rows on the screen; whoever wants to see more of them is better served by a filter. */
const ROWS_MAX = 1000;

export interface LiveList extends TaskList {
  readonly isLoading: boolean;
  readonly error: ApiError | null;
  /** The rows are as many as the screen takes. */
  readonly isFull: boolean;
  more(): void;
  reload(): void;
}

const EMPTY: TaskList = { tasks: [], nextCursor: null };

export function useTaskList(filters: TaskFilters): LiveList {
  const [list, setList] = useState<TaskList>(EMPTY);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<ApiError | null>(null);
  const running = useRef<AbortController | null>(null);
  const first = listPath(filters, null);

  const load = (path: string, isFirst: boolean): void => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setLoading(true);
    setError(null);
    get<TaskPage>(path, controller.signal)
      .then((page) => setList((list) => (isFirst ? page : joined(list, page))))
      .catch((fault: ApiError) => {
        if (!controller.signal.aborted) setError(fault);
      })
      .finally(() => {
        if (running.current === controller) setLoading(false);
      });
  };

  useEffect(() => {
    setList(EMPTY);
    load(first, true);
    return () => running.current?.abort();
  }, [first]);

  useEffect(() => onTask((event) => setList((list) => withEvent(list, event, filters))), [first]);
  useAfterOutage(() => load(first, true), first);

  return {
    ...list,
    isLoading,
    error,
    isFull: list.tasks.length >= ROWS_MAX,
    more: () => {
      if (list.nextCursor !== null && !isLoading) load(listPath(filters, list.nextCursor), false);
    },
    reload: () => load(first, true),
  };
}

/** An event may have brought a row before its page came. */
function joined(list: TaskList, page: TaskPage): TaskList {
  const known = new Set(list.tasks.map(({ id }) => id));
  return { tasks: [...list.tasks, ...page.tasks.filter(({ id }) => !known.has(id))], nextCursor: page.nextCursor };
}

/** What happened while the stream was down may be more than it can tell afterwards. */
export function useAfterOutage(reload: () => void, key: string): void {
  useEffect(() => {
    let wasLost = false;
    return streamState.subscribe((state) => {
      if (state === 'open' && wasLost) reload();
      wasLost = state === 'lost' || (wasLost && state !== 'open');
    });
  }, [key]);
}
