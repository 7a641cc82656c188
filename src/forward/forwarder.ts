/**
 * Hands on what the journal holds to a broker: from a durable cursor, in the order of the journal for each tracker, at
 * least once. A broker that does not answer holds up nobody but this: the journal waits on the disk.
 */

import type { DeliveryShelf, JournalFeed, JournalledFix } from '../store/store.ts';
import type { Message } from './broker.ts';

export interface ForwarderDeps {
  readonly journal: JournalFeed;
  readonly shelf: Pick<DeliveryShelf, 'progress' | 'note'>;
  /** Under which its cursor is kept. */
  readonly name: string;
  readonly publish: (message: Message) => Promise<void>;
  readonly render: (fix: JournalledFix) => Message;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Runs something once after so many ms; returns what calls it off. */
  readonly after: (run: () => void, delayMs: number) => () => void;
  /** Told of a broker or a disk that fails. */
  readonly onTrouble: (reason: unknown) => void;
  /** So many were taken by the broker. */
  readonly onSent: (count: number) => void;
  /** So many rows of the journal were gone before they were forwarded. */
  readonly onMissed: (rows: number) => void;
}

/** Until the next look, where there was nothing, and where something failed. */
const IDLE_MS = 250;
const TROUBLE_MS = 2000;
/** Between two notes of the cursor. */
const NOTE_MS = 1000;

export class Forwarder {
  readonly #deps: ForwarderDeps;
  /** null = it has not begun: nobody knows from where. */
  #row: number | null = null;
  #notedRow: number | null = null;
  #notedMs = -Infinity;
  #isStopped = false;
  /** Ends the pause that it is in. */
  #resume: () => void = () => {};
  #running: Promise<void> = Promise.resolve();

  constructor(deps: ForwarderDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Rows of the journal that were not forwarded yet. */
  backlog(): number {
    return this.#row === null ? 0 : this.#deps.journal.lastRow() - this.#row;
  }

  /** Waits for what is under way, which its owner may have given up; the rest is forwarded after the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#resume();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      let waitMs: number;
      try {
        waitMs = await this.#step(this.#row ?? this.#begin());
      } catch (error) {
        if (!this.#isStopped) this.#deps.onTrouble(error);
        waitMs = TROUBLE_MS;
      }
      if (!this.#isStopped) await this.#pause(waitMs);
    }
    this.#noteLast();
  }

  /** From where it was left; the first time from now on, which is durable before anything else is. */
  #begin(): number {
    const { shelf, journal, name } = this.#deps;
    const row = shelf.progress(name)?.toldId ?? journal.lastRow();
    this.#write(row);
    this.#row = row;
    return row;
  }

  async #step(row: number): Promise<number> {
    const page = this.#deps.journal.after(row);
    if (page === null) {
      this.#noteInTime();
      return IDLE_MS;
    }
    await this.#publishAll(page.fixes);
    if (this.#isStopped) return 0;
    if (page.missingRows > 0) this.#deps.onMissed(page.missingRows);
    this.#row = page.toRow;
    this.#noteInTime();
    return 0;
  }

  /** Trackers beside each other, each in its order: nothing of a tracker goes out before what was before it is taken. */
  async #publishAll(fixes: readonly JournalledFix[]): Promise<void> {
    const lanes = new Map<number, JournalledFix[]>();
    for (const each of fixes) {
      const lane = lanes.get(each.trackerId);
      if (lane === undefined) lanes.set(each.trackerId, [each]);
      else lane.push(each);
    }
    const ends = await Promise.allSettled([...lanes.values()].map((lane) => this.#publishLane(lane)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #publishLane(lane: readonly JournalledFix[]): Promise<void> {
    for (const each of lane) {
      if (this.#isStopped) return;
      await this.#deps.publish(this.#deps.render(each));
      this.#deps.onSent(1);
    }
  }

  #noteInTime(): void {
    if (this.#deps.now() - this.#notedMs >= NOTE_MS) this.#note();
  }

  #note(): void {
    this.#notedMs = this.#deps.now();
    if (this.#row !== null && this.#row !== this.#notedRow) this.#write(this.#row);
  }

  #write(row: number): void {
    const { shelf, name } = this.#deps;
    shelf.note([{ endpoint: name, toldId: row, toldParts: 0, rows: new Map(), tries: [] }]);
    this.#notedRow = row;
  }

  #noteLast(): void {
    try {
      this.#note();
    } catch (error) {
      this.#deps.onTrouble(error);
    }
  }

  #pause(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#deps.after(resolve, waitMs);
      this.#resume = () => {
        callOff();
        resolve();
      };
    });
  }
}
