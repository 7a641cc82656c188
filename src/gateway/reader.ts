/** What comes in on a connection: bytes become units of the protocol that the port has, or that the first of them speak. */
import { detect, PROTOCOLS } from '../../protocols/index.ts';
import type { Protocol } from '../../protocols/protocol.ts';
import { Inbox, type Unit } from '../../protocols/wire/inbox.ts';
import { type Guess, guessForeign } from './guess.ts';

export type Arrival =
  | Unit
  /** The first bytes are of something that has a name, and is not spoken here. */
  | { readonly kind: 'foreign'; readonly guess: Guess; readonly bytes: Buffer }
  /** The first bytes are of nothing that is known. */
  | { readonly kind: 'unknown' };

/** What a connection may hold: the beginning of a frame, and what one read of a socket yields at most. */
const INBOX_BYTES_MAX = Math.max(...PROTOCOLS.map((protocol) => protocol.frameBytesMax)) + 65_536;

/** Who hangs up after so little wanted to know whether the port is open. */
const PROBE_BYTES_MAX = 1;

const UNKNOWN: Arrival = { kind: 'unknown' };

export class Reader {
  readonly #inbox = new Inbox(INBOX_BYTES_MAX);
  #spoken: Protocol | 'auto';
  #bytesReceived = 0;
  /** Nothing has come for a beat. */
  #isQuiet = false;

  constructor(spoken: Protocol | 'auto') {
    this.#spoken = spoken;
  }

  /** null = the first bytes have not said it yet. */
  get protocol(): Protocol | null {
    return this.#spoken === 'auto' ? null : this.#spoken;
  }

  /** What waits for the rest of its frame; good until the next `push` or `next`. */
  get waiting(): Buffer {
    return this.#inbox.waiting;
  }

  /** How many bytes wait. */
  get size(): number {
    return this.#inbox.size;
  }

  get isProbe(): boolean {
    return this.#bytesReceived <= PROBE_BYTES_MAX;
  }

  /** false = the ceiling is passed, and nothing taken. */
  push(chunk: Buffer): boolean {
    this.#bytesReceived += chunk.length;
    this.#isQuiet = false;
    // Node hands every chunk out in memory of its own.
    return this.#inbox.push(chunk, true);
  }

  /** null = more is needed. `isOver`: nothing more will come. A stranger's bytes may say what they are. */
  next(isOver: boolean, isStranger: boolean): Arrival | null {
    if (this.#spoken === 'auto') return this.#first(isOver);
    const unit = this.#unit(this.#spoken, isOver);
    if (!isStranger || unit?.kind !== 'junk') return unit;
    const guess = guessForeign(unit.bytes, this.#spoken);
    return guess === null ? unit : { kind: 'foreign', guess, bytes: unit.bytes };
  }

  /** Of an auto-detecting port. */
  #first(isOver: boolean): Arrival | null {
    if (this.size === 0) return null;
    const detected = detect(this.waiting);
    const isFound = detected !== null && detected !== 'more';
    // What was found behind noise may be within the bytes of something else.
    const isCertain = isFound && detected.recognise(this.waiting) === 'yes';
    const guess = isCertain ? null : guessForeign(this.waiting, 'auto');
    if (guess !== null) return { kind: 'foreign', guess, bytes: this.waiting };
    if (!isFound) return detected === null ? UNKNOWN : null;
    this.#spoken = detected;
    return this.next(isOver, true);
  }

  /** A beat has passed. Returns whether it was one without a byte, so that what waits may be a whole frame. */
  age(isListening: boolean): boolean {
    const hasEnded = this.#isQuiet && this.#spoken !== 'auto' && this.#spoken.endsInQuiet;
    this.#isQuiet = isListening;
    return hasEnded;
  }

  #unit(protocol: Protocol, isOver: boolean): Unit | null {
    return this.#inbox.next(protocol, protocol.endsInQuiet && (this.#isQuiet || isOver));
  }
}
