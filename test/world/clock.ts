/** The time of a simulated world: it passes only when told to, and takes every `setInterval` along. */
import { vi } from 'vitest';

export class WorldClock {
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  }

  readonly now = (): number => this.#nowMs;

  pass(ms: number): void {
    this.#nowMs += ms;
    vi.advanceTimersByTime(ms);
  }

  /** The process that set them is gone. */
  forgetTimers(): void {
    vi.clearAllTimers();
  }

  stop(): void {
    vi.useRealTimers();
  }
}
