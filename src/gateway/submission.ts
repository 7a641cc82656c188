/** A frame between its reading and its answer: what the line is given, and the place its answer keeps. */
import {
  ANY_DEVICE,
  type DeviceProfile,
  type Malformed,
  type Message,
  type Protocol,
  type ProtocolName,
} from '../../protocols/protocol.ts';
import type { Delivery, Receipt, Settled } from '../intake/intake.ts';
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

export class Submission extends Owed implements Delivery, Receipt {
  readonly trackerId: number;
  readonly receivedMs: number;
  readonly protocol: ProtocolName;
  readonly raw: Buffer;
  readonly fixes: readonly Fix[];
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
    spoken: Protocol,
    raw: Buffer,
    decoded: Message | Malformed,
    profile = ANY_DEVICE,
    acquaintance = STRANGER,
  ) {
    super(isReceipt(decoded));
    this.trackerId = trackerId;
    this.receivedMs = receivedMs;
    this.protocol = spoken.name;
    this.raw = raw;
    this.fixes = judged(decoded, receivedMs);
    this.spoken = spoken;
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
