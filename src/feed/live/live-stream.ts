/**
 * The live stream: what is committed is told to whoever listens, at once; where trackers are and who is connected, once a
 * second. Everything is worded once for all, and nobody is waited for. While nobody listens, nothing is listened to.
 */
import type { RecordedEvent } from '../../model/event.ts';
import type { Fix, Position } from '../../model/fix.ts';
import type { Tally } from '../../model/tally.ts';
import {
  LiveClient,
  type LiveEvent,
  type LiveKind,
  type LiveWish,
  type Outlet,
  type Parting,
  type WordedEvent,
} from './live-client.ts';
import { Movements, positionJson } from './movements.ts';
import { sseText } from './sse.ts';

type Off = () => void;

/** A page of what happened. */
export interface PastEvents {
  readonly events: readonly LiveEvent[];
  /** The last row that was looked at. */
  readonly throughId: number;
  readonly isMore: boolean;
}

/** What there is to listen to. */
export interface LiveSource {
  onCommitted(listener: (events: readonly RecordedEvent[]) => void): Off;
  onSeen(listener: (trackerId: number, fix: Fix) => void): Off;
  onPresence(listener: (trackerId: number, isOnline: boolean) => void): Off;
  /** `data`: JSON. */
  onDelivery(listener: (taskId: number | null, data: string) => void): Off;
  /** With the task as it is now. */
  eventOf(event: RecordedEvent): LiveEvent;
  eventsAfter(id: number, limit: number): Promise<PastEvents>;
}

export interface LiveOptions {
  readonly source: LiveSource;
  readonly limits: { readonly clientsMax: number; readonly clientBytesMax: number };
  /** Wall clock, ms. */
  readonly now: () => number;
  readonly tally: Pick<Tally, 'streamsDropped'>;
  /** Runs a function again and again; returns what ends that. */
  readonly every: (periodMs: number, run: () => void) => Off;
  /** Runs a function in a later turn of the event loop. */
  readonly defer: (run: () => void) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** Rows back from now that a client is still told of. */
export const RESUMED_ROWS_MAX = 10_000;
const PAGE_ROWS = 500;
const BEAT_MS = 15_000;
const FLUSH_MS = 1000;
/** Events and trackers worded in one turn of the event loop: the line is in it, too. */
const EVENTS_PER_TURN = 50;
const TRACKERS_PER_TURN = 500;
/** Committed events that wait to be worded; beyond that all clients have to come back for them. */
const PENDING_MAX = 10_000;

export class LiveStream {
  readonly #options: LiveOptions;
  readonly #clients = new Set<LiveClient>();
  readonly #movements = new Movements();
  #presence = new Map<number, boolean>();
  #pending: RecordedEvent[] = [];
  #isPumping = false;
  #isFlushing = false;
  #offs: Off[] = [];
  #isClosed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Why nobody more is let in; null = there is room. */
  refusal(): 'too_many' | 'closing' | null {
    if (this.#isClosed) return 'closing';
    return this.#clients.size < this.#options.limits.clientsMax ? null : 'too_many';
  }

  /**
   * `lastId`: the newest row of history, as of no later than this call. Returns what to call when its connection is
   * closed.
   */
  open(wish: LiveWish, lastId: number, outlet: Outlet): () => void {
    const { afterId } = wish;
    const isInReach = afterId !== null && afterId <= lastId && lastId - afterId <= RESUMED_ROWS_MAX;
    const heardId = isInReach ? afterId : lastId;
    const { clientBytesMax } = this.#options.limits;
    const client = new LiveClient(wish, heardId, outlet, clientBytesMax, (parted, why) => this.#onParted(parted, why));
    if (this.#clients.size === 0) this.#listen();
    this.#clients.add(client);
    const hello = { now: new Date(this.#options.now()).toISOString(), eventId: heardId };
    if (afterId !== null && !isInReach) client.say('gap', hello);
    client.say('hello', hello, heardId);
    if (client.wants('task')) void this.#tellPast(client);
    return () => {
      client.gone();
      this.#forget(client);
    };
  }

  /** All go, at once. */
  close(): void {
    this.#isClosed = true;
    this.#partAll('closing');
  }

  /** Also of what is committed between the row it was let in at and now: it listens only from here on. */
  async #tellPast(client: LiveClient): Promise<void> {
    try {
      let isMore = true;
      while (isMore && !client.isGone) {
        client.hold();
        const page = await this.#options.source.eventsAfter(client.heardId, PAGE_ROWS);
        for (const event of page.events) client.tell(worded(event));
        client.passed(page.throughId);
        await client.drained();
        isMore = page.isMore || client.hasLostHeld;
      }
      client.release();
    } catch (error) {
      this.#options.onTrouble(error);
      client.part('fault');
    }
  }

  #listen(): void {
    const { source, every } = this.#options;
    this.#offs = [
      source.onCommitted((events) => this.#onCommitted(events)),
      source.onSeen((trackerId, fix) => this.#movements.note(trackerId, fix)),
      source.onPresence((trackerId, isOnline) => this.#presence.set(trackerId, isOnline)),
      source.onDelivery((taskId, data) => this.#onDelivery(taskId, data)),
      every(FLUSH_MS, () => void this.#flush()),
      every(BEAT_MS, () => this.#beat()),
    ];
  }

  #onCommitted(events: readonly RecordedEvent[]): void {
    if (this.#pending.length + events.length > PENDING_MAX) {
      this.#pending = [];
      this.#partAll('slow');
      return;
    }
    for (const event of events) this.#pending.push(event);
    this.#pump();
  }

  #pump(): void {
    if (this.#isPumping || this.#pending.length === 0) return;
    this.#isPumping = true;
    this.#options.defer(() => {
      this.#isPumping = false;
      this.#tellPending();
      this.#pump();
    });
  }

  #tellPending(): void {
    try {
      for (const event of this.#pending.splice(0, EVENTS_PER_TURN)) {
        const told = worded(this.#options.source.eventOf(event));
        for (const client of this.#listeners('task')) client.hear(told);
      }
    } catch (error) {
      // The task cannot be read right now. Whoever comes back is told from the history.
      this.#options.onTrouble(error);
      this.#partAll('fault');
    }
  }

  #onDelivery(taskId: number | null, data: string): void {
    const bytes = Buffer.from(sseText('delivery', data));
    for (const client of this.#listeners('delivery')) {
      const { wish } = client;
      if (wish.trackerIds === null && (wish.taskId === null || wish.taskId === taskId)) client.write(bytes);
    }
  }

  async #flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#tellPresence();
    const moved = [...this.#movements.take()];
    for (let i = 0; i < moved.length; i += TRACKERS_PER_TURN) {
      if (i > 0) await new Promise<void>((resolve) => this.#options.defer(resolve));
      this.#tellPositions(moved.slice(i, i + TRACKERS_PER_TURN));
    }
    this.#isFlushing = false;
  }

  #tellPresence(): void {
    const changed = this.#presence;
    if (changed.size === 0) return;
    this.#presence = new Map();
    const texts = new Map<number, string>();
    for (const [trackerId, isOnline] of changed) {
      texts.set(trackerId, sseText('connection', JSON.stringify({ trackerId, isOnline })));
    }
    this.#share('connection', texts, (those) => those.join(''));
  }

  #tellPositions(moved: readonly (readonly [number, Position])[]): void {
    const texts = new Map(moved.map(([trackerId, position]) => [trackerId, positionJson(trackerId, position)]));
    this.#share('position', texts, (those) => sseText('position', `{"positions":[${those.join(',')}]}`));
  }

  /** To whoever wants all the same bytes; to whoever wants some trackers these. */
  #share(kind: LiveKind, texts: ReadonlyMap<number, string>, join: (texts: readonly string[]) => string): void {
    let all: Buffer | null = null;
    for (const client of this.#listeners(kind)) {
      const { trackerIds } = client.wish;
      if (trackerIds === null) {
        all ??= Buffer.from(join([...texts.values()]));
        client.write(all);
        continue;
      }
      const some = [...trackerIds].flatMap((id) => texts.get(id) ?? []);
      if (some.length > 0) client.write(Buffer.from(join(some)));
    }
  }

  #beat(): void {
    for (const client of [...this.#clients]) {
      try {
        client.beat();
      } catch (error) {
        // Whether it is welcome cannot be read right now: it stays until that can be told.
        this.#options.onTrouble(error);
      }
    }
  }

  /** A copy: whoever cannot be told goes meanwhile. */
  #listeners(kind: LiveKind): LiveClient[] {
    return [...this.#clients].filter((client) => client.wants(kind));
  }

  #onParted(client: LiveClient, why: Parting): void {
    if (why === 'slow') this.#options.tally.streamsDropped += 1;
    this.#forget(client);
  }

  #partAll(why: Parting): void {
    for (const client of [...this.#clients]) client.part(why);
  }

  #forget(client: LiveClient): void {
    if (!this.#clients.delete(client) || this.#clients.size > 0) return;
    for (const off of this.#offs.splice(0)) off();
    this.#movements.clear();
    this.#presence.clear();
    this.#pending = [];
  }
}

function worded({ data, ...event }: LiveEvent): WordedEvent {
  return { ...event, bytes: Buffer.from(sseText('task', data, event.id)) };
}
