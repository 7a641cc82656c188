/** A frame between its reading and its answer: what the line is given, and the place its answer keeps. */
import {
  ANY_DEVICE,
  type DeviceProfile,
  type Malformed,
  type Message,
  type Protocol,
} from '../../protocols/protocol.ts';
import type { Delivery, Receipt, Settled } from '../intake/intake.ts';
import type { CommandAnswer } from '../model/device-command.ts';
import { type Fix, judgeFix } from '../model/fix.ts';
import type { Tracker } from '../model/tracker.ts';
import { Acquaintance } from './acquaintance.ts';
import { Owed } from './answers.ts';
import { isReceipt } from './session.ts';

/** Who answers for the frame. */
export interface Submitter {
  submissionOnSettled(submission: Submission, settled: Settled): void;
}

const STRANGER = new Acquaintance(null);

/** A frame as it was read. */
export interface Reading {
  readonly protocol: Protocol;
  readonly frame: Buffer;
  readonly decoded: Message | Malformed;
  readonly profile?: DeviceProfile;
  readonly acquaintance?: Acquaintance;
}

export class Submission extends Owed implements Delivery, Receipt {
  readonly trackerId: number;
  readonly receivedMs: number;
  readonly protocol: string;
  readonly raw: Buffer;
  readonly fixes: readonly Fix[];
  readonly answer: CommandAnswer | null;
  readonly spoken: Protocol;
  readonly decoded: Message | Malformed;
  /** As it was decoded. */
  readonly profile: DeviceProfile;
  readonly #acquaintance: Acquaintance;
  readonly #submitter: Submitter;

  constructor(
    submitter: Submitter,
    trackerId: number,
    receivedMs: number,
    { protocol, frame, decoded, profile = ANY_DEVICE, acquaintance = STRANGER }: Reading,
    answer: CommandAnswer | null = null,
  ) {
    super(isReceipt(decoded));
    this.trackerId = trackerId;
    this.receivedMs = receivedMs;
    this.protocol = protocol.name;
    this.raw = frame;
    this.fixes = judged(decoded, receivedMs);
    this.answer = answer;
    this.spoken = protocol;
    this.decoded = decoded;
    this.profile = profile;
    this.#acquaintance = acquaintance;
    this.#submitter = submitter;
  }

  get clockAheadMinutes(): number {
    return this.profile.clockAheadMinutes;
  }

  readBy(tracker: Tracker): Pick<Delivery, 'fixes' | 'clockAheadMinutes'> {
    const profile = this.#acquaintance.profile(tracker);
    const { model, clockAheadMinutes } = profile;
    if (model === this.profile.model && clockAheadMinutes === this.clockAheadMinutes) return this;
    return { fixes: judged(this.spoken.decode(this.raw, profile), this.receivedMs), clockAheadMinutes };
  }

  frameOnSettled(settled: Settled): void {
    this.#submitter.submissionOnSettled(this, settled);
  }
}

function judged(decoded: Message | Malformed, receivedMs: number): readonly Fix[] {
  return decoded.kind === 'malformed' ? [] : decoded.records.map((record) => judgeFix(record, receivedMs));
}
