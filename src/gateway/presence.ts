/** Which trackers have been heard lately, where no connection says that they are there. */

export class Presence {
  readonly #lastingMs: number;
  readonly #onChanged: (trackerId: number) => void;
  /** By tracker, who was heard longest ago first: as many as are there. */
  readonly #heardMs = new Map<number, number>();
  /** Since its beginning, as beats count it: no leap of a clock ends a presence. */
  #ageMs = 0;

  /** `onChanged`: a tracker is there, or is not any more. */
  constructor(lastingMs: number, onChanged: (trackerId: number) => void = () => {}) {
    this.#lastingMs = lastingMs;
    this.#onChanged = onChanged;
  }

  hear(trackerId: number): void {
    const wasThere = this.#heardMs.delete(trackerId);
    this.#heardMs.set(trackerId, this.#ageMs);
    if (!wasThere) this.#onChanged(trackerId);
  }

  /** Whether it was heard in the last `lastingMs`. */
  has(trackerId: number): boolean {
    return this.#heardMs.has(trackerId);
  }

  forget(trackerId: number): void {
    if (this.#heardMs.delete(trackerId)) this.#onChanged(trackerId);
  }

  /** Time passes. */
  age(elapsedMs: number): void {
    this.#ageMs += elapsedMs;
    for (const [trackerId, heardMs] of this.#heardMs) {
      if (this.#ageMs - heardMs <= this.#lastingMs) return;
      this.forget(trackerId);
    }
  }
}
