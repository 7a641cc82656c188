/**
 * How often each of many may do something: so many times a second, with what they did not use of the last minute for a
 * burst. Its time is the gateway's beat: no jump of a wall clock holds anybody up.
 */

/** How many seconds of the pace a burst may use up. */
export const BURST_SECONDS = 60;
const SECOND_MS = 1_000;

export class Pace<Key> {
  readonly #perSecond: number;
  readonly #burst: number;
  /** Used up and not earned back; whoever is not in it has used nothing. */
  readonly #used = new Map<Key, number>();

  /** `perSecond`: Infinity = as often as they like. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#burst = perSecond * BURST_SECONDS;
  }

  /** Whoever has used up what there is has to wait. */
  isSpent(key: Key): boolean {
    return (this.#used.get(key) ?? 0) >= this.#burst;
  }

  /** Counts one; false = it is one too many, and not counted. */
  take(key: Key): boolean {
    if (this.#burst === Infinity) return true;
    const used = this.#used.get(key) ?? 0;
    if (used >= this.#burst) return false;
    this.#used.set(key, used + 1);
    return true;
  }

  /** Time passes: what was used is earned back. */
  age(elapsedMs: number): void {
    const earned = (this.#perSecond * elapsedMs) / SECOND_MS;
    for (const [key, used] of this.#used) {
      if (used > earned) this.#used.set(key, used - earned);
      else this.#used.delete(key);
    }
  }
}
