/** What the list of tasks shows, kept in the page's address; and what a task that changes does to a list on the screen. */
import type { Iso, LiveTaskEvent, Status, Task } from '../wire.ts';

export interface TaskFilters {
  /** Empty = every one. */
  readonly statuses: readonly Status[];
  readonly trackerId: number | null;
  readonly words: string;
  /** The window of a task meets this period; null = open. */
  readonly from: Iso | null;
  readonly to: Iso | null;
}

export const STATUSES: readonly Status[] = ['unassigned', 'assigned', 'arrived', 'done', 'delayed', 'faulty', 'failed'];

export const NO_FILTERS: TaskFilters = { statuses: [], trackerId: null, words: '', from: null, to: null };

const WORDS_MAX = 200;

/** An address can hold anything: what is no filter is left out. */
export function readFilters(query: URLSearchParams): TaskFilters {
  const asked = new Set((query.get('status') ?? '').split(','));
  return {
    statuses: STATUSES.filter((status) => asked.has(status)),
    trackerId: readId(query.get('tracker')),
    words: (query.get('search') ?? '').slice(0, WORDS_MAX),
    from: readInstant(query.get('from')),
    to: readInstant(query.get('to')),
  };
}

/** `status=arrived,done&tracker=3`; '' = none. */
export function filtersQuery({ statuses, trackerId, words, from, to }: TaskFilters): string {
  const query = new URLSearchParams();
  if (statuses.length > 0) query.set('status', statuses.join(','));
  if (trackerId !== null) query.set('tracker', String(trackerId));
  if (words.trim() !== '') query.set('search', words.trim());
  if (from !== null) query.set('from', from);
  if (to !== null) query.set('to', to);
  return query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}

export function filtersHash(filters: TaskFilters): string {
  const query = filtersQuery(filters);
  return query === '' ? '#/tasks' : `#/tasks?${query}`;
}

const PAGE_TASKS = 50;

export function listPath(filters: TaskFilters, cursor: string | null): string {
  const query = new URLSearchParams(filtersQuery(filters));
  query.set('limit', String(PAGE_TASKS));
  if (cursor !== null) query.set('cursor', cursor);
  return `/api/tasks?${query}`;
}

export function toggled(statuses: readonly Status[], status: Status): readonly Status[] {
  return statuses.includes(status)
    ? statuses.filter((other) => other !== status)
    : STATUSES.filter((other) => other === status || statuses.includes(other));
}

/** Whether the filters take the task, but for words, which only the gateway looks for. */
export function isTaken(task: Task, { statuses, trackerId, from, to }: TaskFilters): boolean {
  if (statuses.length > 0 && (task.status === null || !statuses.includes(task.status))) return false;
  if (trackerId !== null && task.trackerId !== trackerId) return false;
  if (to !== null && task.from !== null && Date.parse(task.from) > Date.parse(to)) return false;
  return from === null || task.to === null || Date.parse(task.to) >= Date.parse(from);
}

export interface TaskList {
  /** Newest first. */
  readonly tasks: readonly Task[];
  readonly nextCursor: string | null;
}

/**
 * The list after an event: the row changes, comes or goes. A task further down than what was loaded comes with its page;
 * one that is new here while words are looked for is left to the gateway to find.
 */
export function withEvent(list: TaskList, { taskId, task }: LiveTaskEvent, filters: TaskFilters): TaskList {
  const at = list.tasks.findIndex(({ id }) => id === taskId);
  if (task === null || !isTaken(task, filters)) {
    return at === -1 ? list : { ...list, tasks: list.tasks.filter(({ id }) => id !== taskId) };
  }
  if (at !== -1) return { ...list, tasks: list.tasks.with(at, task) };
  const oldest = list.tasks.at(-1);
  const isBelow = list.nextCursor !== null && oldest !== undefined && taskId < oldest.id;
  if (filters.words !== '' || isBelow) return list;
  return { ...list, tasks: [...list.tasks, task].sort((a, b) => b.id - a.id) };
}

function readId(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

function readInstant(text: string | null): Iso | null {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
