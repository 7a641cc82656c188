/** A frame between its reading and its answer: what the line is given, and the place its answer keeps. */
import type { Malformed, Message, Protocol } from '../../protocols/protocol.ts';
import type { Delivery, Receipt, Settled } from '../intake/intake.ts';
import { type Fix, judgeFix } from '../model/fix.ts';
import { Owed } from './answers.ts';
import { isReceipt } from './session.ts';

/** Who answers for the frame. */
export interface Submitter {
  submissionOnSettled(submission: Submission, settled: Settled): void;
}

export class Submission extends Owed implements Delivery, Receipt {
  readonly trackerId: number;
  readonly receivedMs: number;
  readonly protocol: string;
  readonly raw: Buffer;
  readonly fixes: readonly Fix[];
  readonly spoken: Protocol;
  readonly decoded: Message | Malformed;
  readonly #submitter: Submitter;

  constructor(
    submitter: Submitter,
    trackerId: number,
    receivedMs: number,
    spoken: Protocol,
    raw: Buffer,
    decoded: Message | Malformed,
  ) {
    super(isReceipt(decoded));
    this.trackerId = trackerId;
    this.receivedMs = receivedMs;
    this.protocol = spoken.name;
    this.raw = raw;
    this.fixes = decoded.kind === 'malformed' ? [] : decoded.records.map((record) => judgeFix(record, receivedMs));
    this.spoken = spoken;
    this.decoded = decoded;
    this.#submitter = submitter;
  }

  frameOnSettled(settled: Settled): void {
    this.#submitter.submissionOnSettled(this, settled);
  }
}
