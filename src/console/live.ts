/** The fleet as it is now: what the gateway began with, and what its stream has told since. */
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { get } from './api.ts';
import {
  beginningOf,
  hasStranger,
  Inbox,
  withConnections,
  withPositions,
  withRecent,
  withTasks,
} from './live-state.ts';
import { clockNow, endSession, may, session, setClock } from './session.ts';
import type {
  Delivery,
  LiveConnection,
  LiveDelivery,
  LiveHello,
  LivePositions,
  LiveStart,
  LiveTaskEvent,
  Position,
  Task,
} from './wire.ts';

export { clockNow, endSession, may, session };

type StreamState = 'connecting' | 'open' | 'lost';

const known = {
  positions: signal<ReadonlyMap<number, Position>>(new Map()),
  connections: signal<ReadonlyMap<number, boolean>>(new Map()),
  tasks: signal<ReadonlyMap<number, Task>>(new Map()),
  labels: signal<ReadonlyMap<number, string>>(new Map()),
  recent: signal<readonly LiveTaskEvent[]>([]),
  stream: signal<StreamState>('connecting'),
};

export const positions: ReadonlySignal<ReadonlyMap<number, Position>> = known.positions;
export const connections: ReadonlySignal<ReadonlyMap<number, boolean>> = known.connections;
/** With a place; those that ended within the last hour are among them. */
export const openTasks: ReadonlySignal<ReadonlyMap<number, Task>> = known.tasks;
export const trackerLabels: ReadonlySignal<ReadonlyMap<number, string>> = known.labels;
/** Newest first. */
export const recent: ReadonlySignal<readonly LiveTaskEvent[]> = known.recent;
export const streamState: ReadonlySignal<StreamState> = known.stream;
/** Whether there are more open tasks than are shown. */
export const hasMoreTasks: Signal<boolean> = signal(false);

const taskListeners = new Set<(event: LiveTaskEvent) => void>();
const deliveryListeners = new Set<(delivery: Delivery) => void>();

/** Returns what ends it. */
export function onTask(listener: (event: LiveTaskEvent) => void): () => void {
  taskListeners.add(listener);
  return () => taskListeners.delete(listener);
}

/** Returns what ends it. */
export function onDelivery(listener: (delivery: Delivery) => void): () => void {
  deliveryListeners.add(listener);
  return () => deliveryListeners.delete(listener);
}

/** What has come is shown together: so often is enough for an eye. */
const SHOW_EVERY_MS = 100;
/** Pauses between tries, the last one from then on. */
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
/** A tracker that was just accepted has no name here: it is asked for, but not for each. */
const NAMES_EVERY_MS = 2000;

/** One follow-up of the stream, from log-in to log-out. */
export class Follower {
  readonly #inbox = new Inbox();
  #source: EventSource | null = null;
  #lastEventId = 0;
  #tries = 0;
  #timers = new Set<ReturnType<typeof setTimeout>>();
  #isShowing = false;
  #isNaming = false;
  #isOver = false;

  start(): void {
    known.stream.value = 'connecting';
    void this.#begin();
  }

  stop(): void {
    this.#isOver = true;
    this.#source?.close();
    for (const timer of this.#timers) clearTimeout(timer);
    batch(() => {
      for (const map of [known.positions, known.connections, known.tasks, known.labels]) map.value = new Map();
      known.recent.value = [];
      known.stream.value = 'connecting';
    });
  }

  async #begin(): Promise<void> {
    try {
      await this.#load();
      this.#listen();
    } catch {
      // A session that is over was noticed where the answer came in.
      this.#retry();
    }
  }

  async #load(): Promise<void> {
    const start = await get<LiveStart>('/api/live');
    if (this.#isOver) return;
    this.#lastEventId = start.eventId;
    const { positions, connections, labels, tasks } = beginningOf(start);
    setClock(start.now);
    batch(() => {
      known.positions.value = positions;
      known.connections.value = connections;
      known.labels.value = labels;
      known.tasks.value = tasks;
      hasMoreTasks.value = start.hasMoreTasks;
    });
  }

  #listen(): void {
    if (this.#isOver) return;
    const source = new EventSource(`/api/events?kinds=${kindsAsked().join(',')}&after=${this.#lastEventId}`);
    this.#source = source;
    const on = <T>(kind: string, take: (told: T) => void) =>
      source.addEventListener(kind, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));
    source.onopen = () => {
      this.#tries = 0;
      known.stream.value = 'open';
    };
    // It would go on by itself, but from where it began, and without a look at whether the session is over.
    source.onerror = () => {
      source.close();
      this.#retry();
    };
    on<LiveHello>('hello', ({ now }) => setClock(now));
    on<LiveTaskEvent>('task', (event) => this.#streamOnTask(event));
    on<LivePositions>('position', ({ positions }) => {
      this.#inbox.addPositions(positions);
      this.#showSoon();
    });
    on<LiveConnection>('connection', ({ trackerId, isOnline }) => {
      this.#inbox.addConnection(trackerId, isOnline);
      this.#showSoon();
    });
    on<LiveDelivery>('delivery', (delivery) => {
      for (const listener of deliveryListeners) listener(delivery);
    });
    on<unknown>('gap', () => {
      source.close();
      void this.#begin();
    });
  }

  #streamOnTask(event: LiveTaskEvent): void {
    if (event.id <= this.#lastEventId) return;
    this.#lastEventId = event.id;
    this.#inbox.addEvent(event);
    this.#showSoon();
    for (const listener of taskListeners) listener(event);
  }

  #retry(): void {
    if (this.#isOver || session.value === null) return;
    known.stream.value = 'lost';
    const pauseMs = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)]!;
    this.#tries += 1;
    // Not all consoles at once, when a gateway comes back.
    this.#after(pauseMs * (0.75 + Math.random() / 2), () => void this.#begin());
  }

  #showSoon(): void {
    if (this.#isShowing) return;
    this.#isShowing = true;
    this.#after(SHOW_EVERY_MS, () => {
      this.#isShowing = false;
      this.#show();
    });
  }

  #show(): void {
    const { positions, connections, events } = this.#inbox.take();
    batch(() => {
      if (positions.length > 0) known.positions.value = withPositions(known.positions.value, positions);
      if (connections.size > 0) known.connections.value = withConnections(known.connections.value, connections);
      if (events.length === 0) return;
      known.tasks.value = withTasks(known.tasks.value, events, clockNow());
      known.recent.value = withRecent(known.recent.value, events);
    });
    const named = [...positions.map(({ trackerId }) => trackerId), ...connections.keys()];
    if (hasStranger(known.labels.value, named)) this.#learnNames();
  }

  #learnNames(): void {
    if (this.#isNaming) return;
    this.#isNaming = true;
    this.#after(NAMES_EVERY_MS, () => {
      this.#isNaming = false;
      get<LiveStart>('/api/live').then(
        (start) => {
          if (!this.#isOver) known.labels.value = beginningOf(start).labels;
        },
        // The next word of the tracker is another chance.
        () => {},
      );
    });
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }
}

/** What the key may hear of. */
function kindsAsked(): string[] {
  return [
    ...(may('tasks:read') ? ['task'] : []),
    ...(may('trackers:read') ? ['position', 'connection'] : []),
    ...(may('webhooks:write') ? ['delivery'] : []),
  ];
}
