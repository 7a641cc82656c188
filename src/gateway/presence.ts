/** Which trackers have been heard lately, where no connection says that they are there. */

export class Presence {
  readonly #lastingMs: number;
  /** By tracker: as many as are registered. */
  readonly #heardMs = new Map<number, number>();
  /** Since its beginning, as beats count it: no leap of a clock ends a presence. */
  #ageMs = 0;

  constructor(lastingMs: number) {
    this.#lastingMs = lastingMs;
  }

  hear(trackerId: number): void {
    this.#heardMs.set(trackerId, this.#ageMs);
  }

  /** Whether it was heard in the last `lastingMs`. */
  has(trackerId: number): boolean {
    const heardMs = this.#heardMs.get(trackerId);
    return heardMs !== undefined && this.#ageMs - heardMs <= this.#lastingMs;
  }

  forget(trackerId: number): void {
    this.#heardMs.delete(trackerId);
  }

  /** Time passes. */
  age(elapsedMs: number): void {
    this.#ageMs += elapsedMs;
  }
}
