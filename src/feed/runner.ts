/**
 * Tells endpoints what was committed. The store is the truth: a commit only wakes it, and what is in memory can be read
 * back. Each endpoint is told one thing at a time and waits for nobody else. How far it came is noted at once, or within
 * a second when there is much to note, and when it stops: a kill repeats what was told since, under the same request ids.
 */
import type { RecordedEvent } from '../model/event.ts';
import { countReason, type Tally } from '../model/tally.ts';
import { type DeliveryNote, type DeliveryRow, type DeliveryTry, StorageError, type Store } from '../store/store.ts';
import {
  type Attempt,
  askedAgain,
  failed,
  nextOf,
  type Progress,
  passed,
  recalled,
  type Step,
  taken,
} from './deliveries.ts';
import type { Policy } from './policies.ts';
import type { Message, Outcome, Send } from './transport.ts';

/** Someone to be told of events. */
export interface Endpoint {
  readonly uuid: string;
  readonly target: string;
  readonly policy: Policy;
  /** Since when it is told; another instant is another beginning. */
  readonly sinceMs: number;
  /** Row of history after which it begins. */
  readonly beginId: number;
  /** What it is told of an event, in order; often nothing. Asked again, the same request ids. */
  messagesOf(event: RecordedEvent): readonly Message[];
}

export interface EndpointBook {
  /** Those that are told by now. */
  endpoints(): readonly Endpoint[];
  /** The policy has it told nothing any more; it is listed no longer. Durable when it returns. */
  close(uuid: string, words: string): void;
}

export interface RunnerDeps {
  readonly store: Pick<Store, 'deliveries' | 'lastEventId'>;
  readonly book: EndpointBook;
  readonly send: Send;
  readonly tally: Pick<Tally, 'deliveries'>;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Runs something once after so many ms; returns what calls it off. */
  readonly after: (run: () => void, delayMs: number) => () => void;
  /** Told of a disk that fails, and of faults of ours. */
  readonly onTrouble: (reason: unknown) => void;
  /** Requests under way at once; absent = as many as there may be hooks. */
  readonly inFlightMax?: number;
  /** Told of each try, whatever came of it. */
  readonly onTry?: (uuid: string, made: DeliveryTry) => void;
}

const IN_FLIGHT_MAX = 100;
/** Events looked at before others have their turn. */
const LOOKS_MAX = 64;
/** Between two notes, when there is much to note. */
const NOTE_MS = 1000;
/** Lines of the log that wait to be noted, for one endpoint. */
const TRIES_NOTED_MAX = 100;
/** Until the next look, when the disk failed. */
const TROUBLE_MS = 30_000;
const STOP_MS = 3000;
/** Of one endpoint: to be told once more. */
const AGAIN_MAX = 1000;

/** What an endpoint has in memory. */
interface Seat {
  endpoint: Endpoint;
  progress: Progress;
  isBusy: boolean;
  readonly gone: AbortController;
  callOff: () => void;
}

/** What is to be noted of an endpoint. */
interface Draft extends DeliveryNote {
  readonly rows: Map<number, DeliveryRow | null>;
  readonly tries: DeliveryTry[];
}

interface Work {
  readonly attempt: Attempt;
  /** null = a fault of ours: it has no words. */
  readonly message: Message | null;
}

/** What became of the wish to tell something once more; `asked`: it will be. */
type Redelivery = 'asked' | 'inactive' | 'not_told' | 'full' | 'unknown';

const FAULT: Outcome = { kind: 'fault', status: null, words: 'a fault of the gateway, which its log tells of' };

export class FeedRunner {
  readonly #deps: RunnerDeps;
  readonly #seats = new Map<string, Seat>();
  /** In the order of their turns. */
  readonly #ready = new Set<Seat>();
  readonly #inFlight = new Set<Promise<void>>();
  /** What is told beside the events. */
  readonly #aside = new Set<AbortController>();
  readonly #drafts = new Map<string, Draft>();
  #callOffNote: (() => void) | null = null;
  #notedMs = -Infinity;
  #callOffWake: (() => void) | null = null;
  #callOffRefresh: () => void = () => {};
  #isStopped = false;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.refresh();
  }

  /** Something was committed. Cheap, and never throws. */
  wake(): void {
    if (this.#isStopped || this.#seats.size === 0) return;
    this.#callOffWake ??= this.#deps.after(() => {
      this.#callOffWake = null;
      for (const seat of this.#seats.values()) if (seat.progress.retry === null) this.#ready.add(seat);
      this.#pump();
    }, 0);
  }

  /** The book has changed. */
  refresh(): void {
    if (this.#isStopped) return;
    this.#callOffRefresh();
    try {
      this.#reseat(new Map(this.#deps.book.endpoints().map((endpoint) => [endpoint.uuid, endpoint])));
    } catch (error) {
      this.#deps.onTrouble(error);
      this.#callOffRefresh = this.#deps.after(() => this.refresh(), TROUBLE_MS);
    }
    this.#pump();
  }

  /** Tells an endpoint once more what it has been told, or was given up. */
  redeliver(uuid: string, eventId: number): Redelivery {
    const seat = this.#seats.get(uuid);
    if (seat === undefined) return 'inactive';
    if (eventId > seat.progress.toldId) return 'not_told';
    if (seat.progress.again.some((again) => again.eventId === eventId)) return 'asked';
    if (seat.progress.again.length >= AGAIN_MAX) return 'full';
    if (this.#deps.store.deliveries.event(eventId) === null) return 'unknown';
    this.#apply(seat, eventId, askedAgain(seat.progress, eventId, this.#deps.now()));
    this.#ready.add(seat);
    this.#pump();
    return 'asked';
  }

  /** Tells something that is no event, at once and once, beside what the endpoint is told in its order. */
  async tellOnce(uuid: string, target: string, message: Message): Promise<DeliveryTry> {
    const { now, tally } = this.#deps;
    const startMs = now();
    const gone = new AbortController();
    this.#aside.add(gone);
    const outcome = await this.#attempt(target, message, gone.signal);
    this.#aside.delete(gone);
    countReason(tally.deliveries, outcome.kind);
    const made = this.#tryOf(0, message, outcome, startMs);
    const seat = this.#seats.get(uuid);
    if (seat !== undefined && !this.#isStopped)
      this.#apply(seat, 0, { progress: seat.progress, isClosed: false }, made);
    this.#tellTry(uuid, made);
    return made;
  }

  /** What an endpoint did not take, and was given up, by event. */
  dead(uuid: string): readonly DeliveryRow[] {
    this.#note();
    return this.#deps.store.deliveries.dead(uuid);
  }

  /** The newest tries of an endpoint, newest first. */
  log(uuid: string): readonly DeliveryTry[] {
    this.#note();
    return this.#deps.store.deliveries.log(uuid);
  }

  /** By endpoint: events that were not looked at yet, those among them that say nothing included. */
  backlog(): Readonly<Record<string, number>> {
    if (this.#seats.size === 0) return {};
    const lastId = this.#deps.store.lastEventId();
    return Object.fromEntries([...this.#seats].map(([uuid, { progress }]) => [uuid, lastId - progress.toldId]));
  }

  /** Waits for what is under way, but not for long: what is given up here is told again after the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOffWake?.();
    this.#callOffRefresh();
    for (const seat of this.#seats.values()) seat.callOff();
    for (const gone of this.#aside) gone.abort();
    let callOff = (): void => {};
    const limit = new Promise<void>((resolve) => {
      callOff = this.#deps.after(resolve, STOP_MS);
    });
    await Promise.race([Promise.all(this.#inFlight), limit]);
    callOff();
    for (const seat of this.#seats.values()) seat.gone.abort();
    this.#note();
  }

  #reseat(listed: ReadonlyMap<string, Endpoint>): void {
    for (const [uuid, seat] of this.#seats) {
      if (listed.get(uuid)?.sinceMs !== seat.endpoint.sinceMs) this.#dismiss(seat);
    }
    for (const [uuid, endpoint] of listed) {
      const seat = this.#seats.get(uuid);
      if (seat === undefined) this.#seat(endpoint);
      else seat.endpoint = endpoint;
    }
  }

  #seat(endpoint: Endpoint): void {
    const { deliveries } = this.#deps.store;
    const { uuid, beginId } = endpoint;
    const progress = recalled(beginId, deliveries.progress(uuid), deliveries.pending(uuid));
    const seat: Seat = { endpoint, progress, isBusy: false, gone: new AbortController(), callOff: () => {} };
    this.#seats.set(uuid, seat);
    this.#ready.add(seat);
  }

  #dismiss(seat: Seat): void {
    seat.callOff();
    seat.gone.abort();
    this.#ready.delete(seat);
    this.#seats.delete(seat.endpoint.uuid);
    this.#drafts.delete(seat.endpoint.uuid);
  }

  #pump(): void {
    const { inFlightMax = IN_FLIGHT_MAX } = this.#deps;
    while (!this.#isStopped && this.#inFlight.size < inFlightMax) {
      const [seat] = this.#ready;
      if (seat === undefined) return;
      this.#ready.delete(seat);
      if (!seat.isBusy) this.#take(seat);
    }
  }

  #take(seat: Seat): void {
    seat.callOff();
    try {
      const work = this.#workOf(seat);
      if ('untilMs' in work) this.#rest(seat, work.untilMs);
      else this.#tell(seat, work);
    } catch (error) {
      this.#deps.onTrouble(error);
      this.#rest(seat, this.#deps.now() + TROUBLE_MS);
    }
  }

  /** null = until it is woken. */
  #rest(seat: Seat, untilMs: number | null): void {
    if (untilMs === null) return;
    const awake = () => {
      this.#ready.add(seat);
      this.#pump();
    };
    seat.callOff = this.#deps.after(awake, Math.max(0, untilMs - this.#deps.now()));
  }

  #workOf(seat: Seat): Work | { readonly untilMs: number | null } {
    const { store, now } = this.#deps;
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      const next = nextOf(seat.progress, now());
      if ('untilMs' in next) return next;
      const { againId, part } = next;
      const found =
        againId === null
          ? store.deliveries.next(seat.progress.toldId)
          : { id: againId, event: store.deliveries.event(againId) };
      if (found === null) return { untilMs: null };
      const about = { eventId: found.id, isAgain: againId !== null };
      const messages = found.event === null ? [] : this.#messagesOf(seat, found.event);
      if (messages === null) return { attempt: { ...about, isLast: false }, message: null };
      const message = messages[part];
      const attempt = { ...about, isLast: part >= messages.length - 1 };
      if (message !== undefined) return { attempt, message };
      this.#apply(seat, found.id, passed(seat.progress, attempt));
    }
    return { untilMs: now() };
  }

  /** null = a fault of ours; what cannot be read now is read later. */
  #messagesOf({ endpoint }: Seat, event: RecordedEvent): readonly Message[] | null {
    try {
      return endpoint.messagesOf(event);
    } catch (error) {
      if (error instanceof StorageError) throw error;
      this.#deps.onTrouble(error);
      return null;
    }
  }

  #tell(seat: Seat, work: Work): void {
    const startMs = this.#deps.now();
    seat.isBusy = true;
    const { endpoint, gone } = seat;
    const telling: Promise<void> = this.#attempt(endpoint.target, work.message, gone.signal).then((outcome) => {
      this.#inFlight.delete(telling);
      seat.isBusy = false;
      // Dismissed or given up meanwhile: as if it had not been told.
      if (!seat.gone.signal.aborted) this.#settle(seat, work, outcome, startMs);
      this.#pump();
    });
    this.#inFlight.add(telling);
  }

  async #attempt(target: string, message: Message | null, signal: AbortSignal): Promise<Outcome> {
    if (message === null) return FAULT;
    try {
      return await this.#deps.send(target, message, signal);
    } catch (error) {
      this.#deps.onTrouble(error);
      return FAULT;
    }
  }

  #settle(seat: Seat, { attempt, message }: Work, outcome: Outcome, startMs: number): void {
    const { now, tally, book } = this.#deps;
    const { progress, endpoint } = seat;
    const isTaken = outcome.kind === 'taken';
    const step = isTaken ? taken(progress, attempt) : failed(progress, attempt, outcome, endpoint.policy, now());
    countReason(tally.deliveries, outcome.kind);
    const made = this.#tryOf(attempt.eventId, message, outcome, startMs);
    this.#apply(seat, attempt.eventId, step, made);
    this.#tellTry(endpoint.uuid, made);
    if (!step.isClosed) {
      this.#ready.add(seat);
      return;
    }
    this.#note();
    try {
      book.close(endpoint.uuid, isTaken ? '' : outcome.words);
      this.#dismiss(seat);
    } catch (error) {
      // It stays where it was, and is tried once more.
      this.#deps.onTrouble(error);
      this.#rest(seat, now() + TROUBLE_MS);
    }
  }

  #tryOf(eventId: number, message: Message | null, outcome: Outcome, startMs: number): DeliveryTry {
    return {
      eventId,
      requestId: message?.requestId ?? '',
      timeMs: startMs,
      durationMs: Math.max(0, this.#deps.now() - startMs),
      status: outcome.status,
      error: outcome.kind === 'taken' ? null : outcome.words,
    };
  }

  #tellTry(uuid: string, made: DeliveryTry): void {
    try {
      this.#deps.onTry?.(uuid, made);
    } catch (error) {
      this.#deps.onTrouble(error);
    }
  }

  #apply(seat: Seat, eventId: number, { progress, row }: Step, made?: DeliveryTry): void {
    seat.progress = progress;
    const { uuid } = seat.endpoint;
    const { rows, tries } = this.#drafts.get(uuid) ?? {
      rows: new Map<number, DeliveryRow | null>(),
      tries: [] as DeliveryTry[],
    };
    if (row !== undefined) rows.set(eventId, row);
    if (made !== undefined) tries.push(made);
    if (tries.length > TRIES_NOTED_MAX) tries.shift();
    const { toldId, toldParts } = progress;
    this.#drafts.set(uuid, { endpoint: uuid, toldId, toldParts, rows, tries });
    this.#noteSoon();
  }

  #noteSoon(): void {
    if (this.#callOffNote !== null) return;
    const sinceMs = this.#deps.now() - this.#notedMs;
    const waitMs = sinceMs >= 0 ? NOTE_MS - sinceMs : NOTE_MS;
    if (waitMs <= 0) this.#note();
    else this.#callOffNote = this.#deps.after(() => this.#note(), waitMs);
  }

  #note(): void {
    this.#callOffNote?.();
    this.#callOffNote = null;
    if (this.#drafts.size === 0) return;
    try {
      this.#notedMs = this.#deps.now();
      this.#deps.store.deliveries.note([...this.#drafts.values()]);
      this.#drafts.clear();
    } catch (error) {
      this.#deps.onTrouble(error);
      if (!this.#isStopped) this.#callOffNote = this.#deps.after(() => this.#note(), TROUBLE_MS);
    }
  }
}
