/** A feed with a clock to set, targets to answer, and a process to kill. What is on disk is in memory here. */
import type { Policy } from '../../src/feed/policies.ts';
import { type Endpoint, FeedRunner } from '../../src/feed/runner.ts';
import type { Message, Outcome } from '../../src/feed/transport.ts';
import type { RecordedEvent } from '../../src/model/event.ts';
import { emptyTally } from '../../src/model/tally.ts';
import type { DeliveryNote, DeliveryRow, DeliveryShelf, DeliveryTry } from '../../src/store/store.ts';
import { SimulatedTime } from '../simulated-time.ts';
import { T0 } from '../store/kit.ts';

export const SECOND = 1000;
export const OK: Outcome = { kind: 'taken', status: 200 };
export const BROKEN: Outcome = { kind: 'refused', status: 500, words: 'answered 500' };
export const GONE: Outcome = { kind: 'refused', status: 410, words: 'answered 410' };

/** Never gives up, and asks again every minute. */
export const PATIENT: Policy = { afterFailure: () => ({ kind: 'retry', waitMs: 60 * SECOND }) };

export interface Sent {
  readonly to: string;
  readonly id: string;
  readonly atMs: number;
}

class MemoryShelf implements DeliveryShelf {
  events: (RecordedEvent | null)[] = [];
  notes = 0;
  failing: Error | null = null;
  readonly #kept = new Map<string, { note: DeliveryNote; rows: Map<number, DeliveryRow>; log: DeliveryTry[] }>();

  next(afterId: number) {
    if (this.failing !== null) throw this.failing;
    const event = this.events[afterId];
    return event === undefined ? null : { id: afterId + 1, event };
  }

  event(id: number): RecordedEvent | null {
    return this.events[id - 1] ?? null;
  }

  firstSince(recordedMs: number): number {
    const index = this.events.findIndex((event) => event !== null && event.recordedMs >= recordedMs);
    return index < 0 ? this.events.length + 1 : index + 1;
  }

  progress(endpoint: string) {
    return this.#kept.get(endpoint)?.note ?? null;
  }

  pending(endpoint: string): readonly DeliveryRow[] {
    return this.#rows(endpoint, 'pending');
  }

  dead(endpoint: string): readonly DeliveryRow[] {
    return this.#rows(endpoint, 'dead');
  }

  log(endpoint: string): readonly DeliveryTry[] {
    return [...(this.#kept.get(endpoint)?.log ?? [])].reverse();
  }

  logOfTask(): readonly never[] {
    return [];
  }

  note(notes: readonly DeliveryNote[]): void {
    if (this.failing !== null) throw this.failing;
    this.notes += 1;
    for (const note of notes) {
      const kept = this.#kept.get(note.endpoint) ?? {
        note,
        rows: new Map<number, DeliveryRow>(),
        log: [] as DeliveryTry[],
      };
      for (const [id, row] of note.rows) {
        if (row === null) kept.rows.delete(id);
        else kept.rows.set(id, row);
      }
      kept.log.push(...note.tries);
      this.#kept.set(note.endpoint, { ...kept, note });
    }
  }

  restart(endpoint: string): void {
    this.#kept.delete(endpoint);
  }

  forget(endpoint: string): void {
    this.#kept.delete(endpoint);
  }

  #rows(endpoint: string, state: DeliveryRow['state']): readonly DeliveryRow[] {
    return [...(this.#kept.get(endpoint)?.rows.values() ?? [])].filter((row) => row.state === state);
  }
}

export class FeedWorld extends SimulatedTime {
  readonly shelf = new MemoryShelf();
  readonly tally = emptyTally();
  readonly sent: Sent[] = [];
  readonly closed: { readonly uuid: string; readonly words: string }[] = [];
  readonly troubles: unknown[] = [];
  readonly tries: (DeliveryTry & { readonly to: string })[] = [];
  endpoints: Endpoint[] = [];
  inFlightMax = 100;
  isBookFailing = false;
  /** By target; a target without one takes everything. A promise that stays open = it does not answer. */
  answers = new Map<string, (message: Message) => Outcome | Promise<Outcome>>();
  runner: FeedRunner;
  #life = { isOver: false };

  constructor() {
    super(T0);
    this.runner = this.#newRunner();
  }

  /** Told of `partsOf` things of each event, under ids that name all three. */
  endpoint(uuid: string, policy: Policy, partsOf: (event: RecordedEvent) => number = () => 1): Endpoint {
    return {
      uuid,
      target: uuid,
      policy,
      sinceMs: T0,
      beginId: 0,
      messagesOf: (event) =>
        Array.from({ length: partsOf(event) }, (_, part) => ({
          requestId: `${uuid} ${event.id}.${part}`,
          headers: {},
          body: '',
        })),
    };
  }

  /** Commits events of a task, and wakes the feed. */
  record(count = 1): void {
    for (let i = 0; i < count; i += 1) {
      const id = this.shelf.events.length + 1;
      const body = { kind: 'delete' } as const;
      this.shelf.events.push({ id, uid: `event ${id}`, taskId: 1, eventMs: this.nowMs, recordedMs: this.nowMs, body });
    }
    this.runner.wake();
  }

  /** SIGKILL, and another start. */
  crash(): void {
    this.#life.isOver = true;
    this.forget();
    this.#life = { isOver: false };
    this.runner = this.#newRunner();
    this.runner.start();
  }

  /** SIGTERM, and another start. */
  async restart(): Promise<void> {
    const stopping = this.runner.stop();
    await this.pass(10 * SECOND);
    await stopping;
    this.crash();
  }

  to(uuid: string): string[] {
    return this.sent.filter(({ to }) => to === uuid).map(({ id }) => id.split(' ')[1] ?? '');
  }

  #newRunner(): FeedRunner {
    const life = this.#life;
    const { shelf, tally } = this;
    const deliveries = new Proxy(shelf, {
      get(target, key) {
        if (life.isOver) throw new Error('a process that is dead touched the disk');
        const member: unknown = Reflect.get(target, key);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    return new FeedRunner({
      store: { deliveries, lastEventId: () => shelf.events.length },
      book: {
        endpoints: () => this.endpoints,
        close: (uuid, words) => {
          if (this.isBookFailing) throw new Error('the disk is full');
          this.closed.push({ uuid, words });
          this.endpoints = this.endpoints.filter((endpoint) => endpoint.uuid !== uuid);
        },
      },
      send: async (target, message) => {
        this.sent.push({ to: target, id: message.requestId, atMs: this.nowMs });
        const outcome = await (this.answers.get(target)?.(message) ?? OK);
        return life.isOver ? new Promise<never>(() => {}) : outcome;
      },
      tally,
      now: () => this.nowMs,
      after: (run, delayMs) => (life.isOver ? () => {} : this.after(run, delayMs)),
      onTrouble: (reason) => this.troubles.push(reason),
      inFlightMax: this.inFlightMax,
      onTry: (uuid, made) => this.tries.push({ to: uuid, ...made }),
    });
  }
}

/** Answers that wait until the test gives them, one after the other. */
export function held() {
  const waiting: ((outcome: Outcome) => void)[] = [];
  return {
    hold: () =>
      new Promise<Outcome>((resolve) => {
        waiting.push(resolve);
      }),
    release: (outcome: Outcome = OK) => waiting.shift()?.(outcome),
    count: () => waiting.length,
  };
}

/** A world in which these are told from the beginning on. */
export function worldOf(...endpoints: ((world: FeedWorld) => Endpoint)[]): FeedWorld {
  const world = new FeedWorld();
  world.endpoints = endpoints.map((make) => make(world));
  world.runner.start();
  return world;
}
