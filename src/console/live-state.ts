/** What the stream brings, laid over what is known. Pure; each function gives a new state and leaves the old one alone. */
import type { LiveStart, LiveTaskEvent, Position, Task } from './wire.ts';

/** Events that the lists of what happens keep. */
export const RECENT_MAX = 200;
/** How long a task that has ended is still shown, by the gateway's clock. */
export const ENDED_SHOWN_MS = 60 * 60_000;

type TrackerPosition = Position & { readonly trackerId: number };

export interface Beginning {
  readonly positions: ReadonlyMap<number, Position>;
  readonly connections: ReadonlyMap<number, boolean>;
  readonly labels: ReadonlyMap<number, string>;
  readonly tasks: ReadonlyMap<number, Task>;
}

export function beginningOf({ trackers, tasks }: Pick<LiveStart, 'trackers' | 'tasks'>): Beginning {
  return {
    positions: new Map(trackers.flatMap(({ id, position }) => (position === null ? [] : [[id, position] as const]))),
    connections: new Map(trackers.map(({ id, isOnline }) => [id, isOnline] as const)),
    labels: new Map(trackers.map(({ id, label }) => [id, label] as const)),
    tasks: new Map(tasks.map((task) => [task.id, task] as const)),
  };
}

/** A device that delivers what it kept does not go back to where it was. */
export function withPositions(
  known: ReadonlyMap<number, Position>,
  news: Iterable<TrackerPosition>,
): ReadonlyMap<number, Position> {
  const next = new Map(known);
  for (const { trackerId, ...position } of news) {
    const last = next.get(trackerId);
    if (last === undefined || Date.parse(last.time) <= Date.parse(position.time)) next.set(trackerId, position);
  }
  return next;
}

export function withConnections(
  known: ReadonlyMap<number, boolean>,
  news: ReadonlyMap<number, boolean>,
): ReadonlyMap<number, boolean> {
  return new Map([...known, ...news]);
}

/** Tasks as they are after these events, without those that ended long ago. */
export function withTasks(
  known: ReadonlyMap<number, Task>,
  events: readonly LiveTaskEvent[],
  nowMs: number,
): ReadonlyMap<number, Task> {
  const next = new Map(known);
  for (const { taskId, task } of events) {
    if (task === null) next.delete(taskId);
    else next.set(taskId, task);
  }
  for (const [id, task] of next) if (!isShown(task, nowMs)) next.delete(id);
  return next;
}

function isShown({ isOpen, statusAt, zone }: Task, nowMs: number): boolean {
  return zone !== null && (isOpen || nowMs - Date.parse(statusAt) < ENDED_SHOWN_MS);
}

/** Newest first, each once. That a vehicle is still there happens all the time, and is no news. */
export function withRecent(
  known: readonly LiveTaskEvent[],
  events: readonly LiveTaskEvent[],
): readonly LiveTaskEvent[] {
  const ids = new Set(known.map(({ id }) => id));
  const news = events.filter(({ id, kind }) => kind !== 'presence' && !ids.has(id));
  return [...news.reverse(), ...known].slice(0, RECENT_MAX);
}

/** Whether there is word of a tracker that nobody has named yet. */
export function hasStranger(labels: ReadonlyMap<number, string>, trackerIds: Iterable<number>): boolean {
  for (const id of trackerIds) if (!labels.has(id)) return true;
  return false;
}

/** What has come since it was last shown: of each tracker only the newest word. */
export class Inbox {
  readonly #positions = new Map<number, TrackerPosition>();
  readonly #connections = new Map<number, boolean>();
  readonly #events: LiveTaskEvent[] = [];

  get isEmpty(): boolean {
    return this.#positions.size + this.#connections.size + this.#events.length === 0;
  }

  addPositions(news: readonly TrackerPosition[]): void {
    for (const position of news) this.#positions.set(position.trackerId, position);
  }

  addConnection(trackerId: number, isOnline: boolean): void {
    this.#connections.set(trackerId, isOnline);
  }

  addEvent(event: LiveTaskEvent): void {
    this.#events.push(event);
  }

  /** Gives it all, and forgets it. */
  take(): {
    readonly positions: readonly TrackerPosition[];
    readonly connections: ReadonlyMap<number, boolean>;
    readonly events: readonly LiveTaskEvent[];
  } {
    const taken = {
      positions: [...this.#positions.values()],
      connections: new Map(this.#connections),
      events: [...this.#events],
    };
    this.#positions.clear();
    this.#connections.clear();
    this.#events.length = 0;
    return taken;
  }
}
