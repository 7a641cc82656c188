/**
 * One who listens to the live stream. What it is told waits in its connection, up to a bound; beyond that it is let go, and
 * may come back and say what it heard last.
 */
import { HEARTBEAT, sseText } from './sse.ts';

export const LIVE_KINDS = ['task', 'position', 'connection', 'delivery'] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

/** What somebody wants to hear. */
export interface LiveWish {
  readonly kinds: ReadonlySet<LiveKind>;
  /** null = all. */
  readonly trackerIds: ReadonlySet<number> | null;
  readonly taskId: number | null;
  /** The history row that it has heard last; null = it begins now. */
  readonly afterId: number | null;
  /** Whether it may still listen. */
  readonly isWelcome: () => boolean;
}

/** Its connection. */
export interface Outlet {
  /** Bytes that have not left. */
  readonly waitingBytes: number;
  write(bytes: Buffer): void;
  /** At once, with whatever waits. */
  end(): void;
  /** Resolves when nothing waits any more, or it is closed. */
  drained(): Promise<void>;
}

/** What happened to a task, as it is told. */
export interface LiveEvent {
  /** Its history row. */
  readonly id: number;
  readonly taskId: number;
  /** Who answered for the task then, and who does now. */
  readonly trackerIds: readonly number[];
  /** JSON. */
  readonly data: string;
}

/** The same, worded once for all. */
export interface WordedEvent extends Omit<LiveEvent, 'data'> {
  readonly bytes: Buffer;
}

/** Events kept for a client that is still told of the past; beyond that it is told of them from the history, too. */
const HELD_MAX = 1000;

export type Parting = 'slow' | 'unwelcome' | 'closing' | 'fault';

export class LiveClient {
  readonly wish: LiveWish;
  readonly #outlet: Outlet;
  readonly #bytesMax: number;
  readonly #onParted: (client: LiveClient, why: Parting) => void;
  /** Heard up to this row. */
  #heardId: number;
  /** null = what happens is told at once. */
  #held: WordedEvent[] | null = null;
  #hasLostHeld = false;
  #isGone = false;
  /** Nothing has left since the beat before the last. */
  #isStuck = false;

  constructor(
    wish: LiveWish,
    heardId: number,
    outlet: Outlet,
    bytesMax: number,
    onParted: (client: LiveClient, why: Parting) => void,
  ) {
    this.wish = wish;
    this.#heardId = heardId;
    this.#outlet = outlet;
    this.#bytesMax = bytesMax;
    this.#onParted = onParted;
  }

  get heardId(): number {
    return this.#heardId;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Whether events were lost that it was to be told after the past: the history has them. */
  get hasLostHeld(): boolean {
    return this.#hasLostHeld;
  }

  wants(kind: LiveKind): boolean {
    return this.wish.kinds.has(kind);
  }

  /** From here on events wait until the past is told. */
  hold(): void {
    this.#held = [];
    this.#hasLostHeld = false;
  }

  /** The past is told up to now: the events that waited follow. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) this.tell(event);
  }

  /** What happens now. */
  hear(event: WordedEvent): void {
    if (this.#held === null) this.tell(event);
    else if (this.#held.length < HELD_MAX) this.#held.push(event);
    else this.#hasLostHeld = true;
  }

  tell(event: WordedEvent): void {
    if (event.id <= this.#heardId) return;
    this.#heardId = event.id;
    if (this.#isFor(event)) this.write(event.bytes);
  }

  /** All up to this row is told. */
  passed(id: number): void {
    this.#heardId = Math.max(this.#heardId, id);
  }

  #isFor({ taskId, trackerIds }: WordedEvent): boolean {
    const { wish } = this;
    if (wish.taskId !== null && wish.taskId !== taskId) return false;
    return wish.trackerIds === null || trackerIds.some((id) => wish.trackerIds?.has(id));
  }

  say(event: string, data: object, id?: number): void {
    this.write(Buffer.from(sseText(event, JSON.stringify(data), id)));
  }

  write(bytes: Buffer): void {
    if (this.#isGone) return;
    if (this.#outlet.waitingBytes + bytes.length > this.#bytesMax) this.part('slow');
    else this.#outlet.write(bytes);
  }

  /** Resolves when it has taken what it was told. */
  drained(): Promise<void> {
    return this.#isGone ? Promise.resolve() : this.#outlet.drained();
  }

  /** Time passes: whoever may not listen any more, or has read nothing for two beats, goes. */
  beat(): void {
    const { waitingBytes } = this.#outlet;
    if (!this.wish.isWelcome()) this.part('unwelcome');
    else if (this.#isStuck && waitingBytes > 0) this.part('slow');
    else if (waitingBytes === 0) this.write(HEARTBEAT);
    else this.#watch();
  }

  #watch(): void {
    this.#isStuck = true;
    void this.#outlet.drained().then(() => {
      this.#isStuck = false;
    });
  }

  part(why: Parting): void {
    if (this.#isGone) return;
    this.gone();
    this.#outlet.end();
    this.#onParted(this, why);
  }

  /** Its connection is closed. */
  gone(): void {
    this.#isGone = true;
    this.#held = null;
  }
}
