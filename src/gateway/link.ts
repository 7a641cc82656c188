/** The socket of a connection: when it is read, how answers leave, how it ends. Knows nothing of what is said. */
import type { Duplex } from 'node:stream';
import { Answers } from './answers.ts';
import type { Turns, TurnTaker } from './turns.ts';

/** What the link tells its connection. */
export interface LinkOwner {
  socketOnData(chunk: Buffer): void;
  /** Answers that are on their way. */
  socketOnWrite(bytes: Buffer): void;
  /** Answers have left, or something that held the connection is over: go on reading what has come. */
  linkOnTurn(): void;
  socketOnClose(): void;
  socketOnError(error: Error): void;
  /** A fault of ours; the socket is being destroyed. */
  linkOnFault(error: unknown): void;
}

export class Link implements TurnTaker {
  readonly answers = new Answers();
  readonly #stream: Duplex;
  readonly #owner: LinkOwner;
  readonly #unsentBytesMax: number;
  readonly #turns: Turns;
  /** `ending`: nothing more is read; what was submitted is still settled and answered. */
  #phase: 'live' | 'ending' | 'closed' = 'live';
  #isPeerSlow = false;
  #isPeerDone = false;
  #isTurnCalled = false;
  #isPaused = false;

  constructor(stream: Duplex, unsentBytesMax: number, turns: Turns, owner: LinkOwner) {
    this.#stream = stream;
    this.#owner = owner;
    this.#unsentBytesMax = unsentBytesMax;
    this.#turns = turns;
    stream.on('data', (chunk: Buffer) => this.#socketOnData(chunk));
    stream.on('drain', () => this.#socketOnDrain());
    stream.on('end', () => this.#socketOnEnd());
    stream.on('close', () => this.#socketOnClose());
    stream.on('error', (error) => owner.socketOnError(error));
  }

  get phase(): 'live' | 'ending' | 'closed' {
    return this.#phase;
  }

  /** Our answers pile up because the peer does not read them. */
  get isPeerSlow(): boolean {
    return this.#isPeerSlow;
  }

  /** The peer has closed its side: nothing more will come. */
  get isPeerDone(): boolean {
    return this.#isPeerDone;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#stream.resume();
  }

  /** One turn for all that a commit or a read has brought about: one write, then on with the reading. */
  callTurn(): void {
    if (this.#isTurnCalled) return;
    this.#isTurnCalled = true;
    this.#turns.call(this);
  }

  takeTurn(): void {
    try {
      this.#turn();
    } catch (error) {
      this.fail(error);
    }
  }

  #turn(): void {
    this.#isTurnCalled = false;
    if (this.#phase === 'closed') return;
    this.#write(this.answers.take());
    if (this.#phase === 'live') this.#owner.linkOnTurn();
    else if (this.answers.length === 0) this.#stream.end();
  }

  #write(answers: readonly Buffer[]): void {
    const [first] = answers;
    if (first === undefined) return;
    const bytes = answers.length === 1 ? first : Buffer.concat(answers);
    this.#owner.socketOnWrite(bytes);
    const isTaken = this.#stream.write(bytes);
    this.#isPeerSlow = !isTaken && this.#stream.writableLength > this.#unsentBytesMax;
  }

  /** Reads nothing more, lets what was submitted be settled and answered, then closes. */
  end(): void {
    if (this.#phase !== 'live') return;
    this.#phase = 'ending';
    // Bytes left unread would make the system reset the connection, and take answers on their way with it.
    this.resume();
    this.callTurn();
  }

  /** At once, with whatever is on its way. */
  destroy(): void {
    this.#stream.destroy();
  }

  /** No throw crosses a socket: a fault of ours ends this connection and nothing else. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#stream.destroy();
    this.#owner.linkOnFault(error);
  }

  #socketOnData(chunk: Buffer): void {
    if (this.#phase !== 'live') return;
    try {
      this.#owner.socketOnData(chunk);
    } catch (error) {
      this.fail(error);
    }
  }

  #socketOnDrain(): void {
    this.#isPeerSlow = false;
    this.callTurn();
  }

  #socketOnEnd(): void {
    this.#isPeerDone = true;
    this.callTurn();
  }

  #socketOnClose(): void {
    this.#phase = 'closed';
    this.guard(() => this.#owner.socketOnClose());
  }
}
