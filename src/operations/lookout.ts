/** Looking again and again: one look at a time, the next one a while after the last has ended, whatever came of it. */

export interface LookoutDeps {
  /** Runs something once after so many ms; returns what calls it off. */
  readonly after: (run: () => void, delayMs: number) => () => void;
  /** Told of a look that failed. */
  readonly onTrouble: (reason: unknown) => void;
}

export class Lookout {
  readonly #look: () => Promise<void>;
  readonly #everyMs: number;
  readonly #deps: LookoutDeps;
  #callOff: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(look: () => Promise<void>, everyMs: number, deps: LookoutDeps) {
    this.#look = look;
    this.#everyMs = everyMs;
    this.#deps = deps;
  }

  start(): void {
    this.#looking = this.#look()
      .catch((error: unknown) => this.#deps.onTrouble(error))
      .finally(() => {
        if (!this.#isStopped) this.#callOff = this.#deps.after(() => this.start(), this.#everyMs);
      });
  }

  /** A look under way need not come to its end. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Resolves when the look under way is over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOff();
    await this.#looking;
  }
}
