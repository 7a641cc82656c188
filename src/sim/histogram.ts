/** Latencies of a whole run in a fixed amount of memory: buckets 2 % apart, from 10 us to over a minute. */

const LEAST_MS = 0.01;
const GROWTH = 1.02;
const BUCKETS = 800;

export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;
  #mostMs = 0;

  get total(): number {
    return this.#total;
  }

  add(valueMs: number): void {
    const bucket = Math.ceil(Math.log(Math.max(valueMs, LEAST_MS) / LEAST_MS) / Math.log(GROWTH));
    const index = Math.min(BUCKETS - 1, bucket);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total++;
    this.#mostMs = Math.max(this.#mostMs, valueMs);
  }

  /** The value that `share` of all values do not exceed, within 2 %; null when there are none. */
  percentileMs(share: number): number | null {
    if (this.#total === 0) return null;
    let left = Math.ceil(share * this.#total);
    for (let i = 0; i < BUCKETS; i++) {
      left -= this.#counts[i] ?? 0;
      if (left <= 0) return Math.min(this.#mostMs, LEAST_MS * GROWTH ** i);
    }
    return this.#mostMs;
  }
}
