/**
 * The answers one connection owes, in the order of its frames. An answer leaves when every earlier frame is settled,
 * so a device that counts answers never takes one for another.
 */

/** One frame's place in the queue. */
export class Owed {
  /** Whether the device forgets records on this answer. */
  readonly isReceipt: boolean;
  isSettled = false;
  /** A receipt before this one was withheld, so this one is withheld too. */
  isDoomed = false;
  bytes: Buffer | null = null;

  constructor(isReceipt: boolean) {
    this.isReceipt = isReceipt;
  }
}

const NOTHING: readonly Buffer[] = Object.freeze([]);

export class Answers {
  readonly #queue: Owed[] = [];

  /** Frames whose turn has not come yet. */
  get length(): number {
    return this.#queue.length;
  }

  /** Keeps the next frame's place. */
  owe<Place extends Owed>(place: Place): Place {
    this.#queue.push(place);
    return place;
  }

  /** This is the answer, null where the protocol has none. false = withheld all the same, see `withhold`. */
  give(owed: Owed, bytes: Buffer | null): boolean {
    if (owed.isDoomed) {
      this.withhold(owed);
      return false;
    }
    owed.isSettled = true;
    owed.bytes = bytes;
    return true;
  }

  /**
   * The frame is not answered. A Teltonika receipt does not say which frame it is for, so the receipts already waiting
   * behind it are withheld with it: the device would take the first of them for this one's and delete what was never
   * stored. It sends all of them again, and repeats are recognised.
   */
  withhold(owed: Owed): void {
    owed.isSettled = true;
    if (!owed.isReceipt) return;
    for (const later of this.#queue.slice(this.#queue.indexOf(owed) + 1)) {
      later.isDoomed = later.isReceipt;
    }
  }

  /** Takes what may leave now, in order. */
  take(): readonly Buffer[] {
    if (this.#queue.length === 1) return this.#takeOnly(this.#queue[0]!);
    const leaving: Buffer[] = [];
    let settled = 0;
    for (const owed of this.#queue) {
      if (!owed.isSettled) break;
      if (owed.bytes !== null) leaving.push(owed.bytes);
      settled += 1;
    }
    this.#queue.splice(0, settled);
    return leaving;
  }

  /** As it nearly always is: without lists that grow. */
  #takeOnly({ isSettled, bytes }: Owed): readonly Buffer[] {
    if (!isSettled) return NOTHING;
    this.#queue.pop();
    return bytes === null ? NOTHING : [bytes];
  }
}
