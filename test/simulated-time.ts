/** Time that passes when a test says so, and what was to be run in it. */

interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

export class SimulatedTime {
  nowMs: number;
  #timers: Timer[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Runs something once after so many ms; returns what calls it off. */
  after(run: () => void, delayMs: number): () => void {
    const timer = { dueMs: this.nowMs + delayMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Lets so much time pass, and everything happen that is due in it. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      await settled();
      const [next] = this.#timers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.run();
    }
    this.nowMs = untilMs;
  }

  /** Nothing of what was to be run will be. */
  forget(): void {
    this.#timers = [];
  }
}

/** All that hangs on promises alone has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
