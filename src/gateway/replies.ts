/** What leaves on a connection: answers, once the line has spoken, and commands behind them. */
import type { Settled } from '../intake/intake.ts';
import { Owed } from './answers.ts';
import type { Household } from './household.ts';
import type { Link } from './link.ts';
import type { Reading, Submission, Submitter } from './submission.ts';

export class Replies implements Submitter {
  readonly #house: Household;
  readonly #link: Link;

  constructor(house: Household, link: Link) {
    this.#house = house;
    this.#link = link;
  }

  submissionOnSettled(submission: Submission, settled: Settled): void {
    if (this.#link.phase === 'closed') return;
    try {
      this.#acknowledge(submission, settled);
      this.#link.callTurn();
    } catch (error) {
      this.#link.fail(error);
    }
  }

  #acknowledge(submission: Submission, settled: Settled): void {
    if (settled === 'failed' && submission.isReceipt) {
      this.#link.answers.withhold(submission);
      return;
    }
    const { spoken, raw, decoded } = submission;
    const isGiven = this.answer({ protocol: spoken, frame: raw, decoded }, submission);
    if (isGiven && settled === 'durable') this.#house.tally.acknowledged += 1;
  }

  /** The answer is made when it is given: some carry the time. Returns whether there is one and it is given. */
  answer({ protocol, frame, decoded }: Pick<Reading, 'protocol' | 'frame' | 'decoded'>, owed: Owed): boolean {
    const bytes = protocol.reply(frame, decoded, { nowMs: this.#house.now() });
    return this.#link.answers.give(owed, bytes) && bytes !== null;
  }

  /** Bytes of our own, behind the answers that are owed. false = the connection is coming to its end. */
  transmit(bytes: Buffer): boolean {
    if (this.#link.phase !== 'live') return false;
    this.#link.answers.give(this.#link.answers.owe(new Owed(false)), bytes);
    this.#link.callTurn();
    return true;
  }
}
