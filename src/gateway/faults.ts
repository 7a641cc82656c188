/** What one connection has done wrong since its last good frame: counted all, told once, and only so much. */
import type { Malformed, Message } from '../../protocols/protocol.ts';
import { countReason, type Tally } from '../model/tally.ts';
import type { Complaints } from './complaints.ts';
import type { GatewayLimits } from './limits.ts';

export interface FaultsOptions {
  readonly tally: Tally;
  readonly complaints: Complaints;
  readonly limits: Pick<GatewayLimits, 'refusedFramesMax' | 'junkBytesMax'>;
}

export class Faults {
  readonly #options: FaultsOptions;
  readonly #who: () => object;
  #hasComplained = false;
  #refusedFrames = 0;
  #junkBytes = 0;

  /** `who` names the peer at the time of the complaint. */
  constructor(options: FaultsOptions, who: () => object) {
    this.#options = options;
    this.#who = who;
  }

  /** A frame that was kept or dropped for a reason worth counting. */
  note(reason: string, bytes: Buffer, message: string): void {
    countReason(this.#options.tally.framesRefused, reason);
    this.complain(reason, bytes, message);
  }

  /** A frame that was dropped. Returns false when it was one too many. */
  refuse(reason: string, bytes: Buffer, message: string): boolean {
    this.note(reason, bytes, message);
    this.#refusedFrames += 1;
    return this.#refusedFrames <= this.#options.limits.refusedFramesMax;
  }

  /** Bytes that belong to no frame. Returns false when there were too many. */
  skip(code: string, bytes: Buffer): boolean {
    this.note(code, bytes, 'bytes that belong to no frame');
    this.#options.tally.junkBytes += bytes.length;
    this.#junkBytes += bytes.length;
    return this.#junkBytes <= this.#options.limits.junkBytesMax;
  }

  /** Once per connection: the first fault explains the later ones. */
  complain(reason: string, bytes: Buffer, message: string): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    this.#options.complaints.write({ reason, ...this.#who() }, bytes, message);
  }

  /** A good frame came: counting starts afresh. */
  forgive(): void {
    this.#refusedFrames = 0;
    this.#junkBytes = 0;
  }
}

/** Records that never reach the line are counted here, so that received = stored + duplicates + refused. */
export function countRecordsRefused(tally: Tally, reason: string, decoded: Message | Malformed): void {
  const records = decoded.kind === 'malformed' ? 0 : decoded.records.length;
  if (records === 0) return;
  tally.recordsReceived += records;
  countReason(tally.recordsRefused, reason, records);
}

export function explanation(decoded: Message | Malformed): string {
  if (decoded.kind === 'malformed') return decoded.message;
  return decoded.imei === null ? `${decoded.kind} before a login` : `IMEI ${decoded.imei}`;
}
