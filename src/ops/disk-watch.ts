/** How long the disk will last at the pace of the last hours, and a word in the log before it is too late. */
import type { Log } from './log.ts';

export interface DiskWatchOptions {
  /** Less room than this is worth a warning. */
  readonly leastFreeBytes: number;
  readonly log: Pick<Log, 'warn' | 'info'>;
}

/** The pace is taken over so long, from samples so far apart. */
const WINDOW_MS = 6 * 60 * 60_000;
const SAMPLE_MS = 5 * 60_000;
const HOUR_MS = 60 * 60_000;

interface Sample {
  readonly atMs: number;
  readonly freeBytes: number;
}

export class DiskWatch {
  readonly #options: DiskWatchOptions;
  /** Oldest first. */
  #samples: Sample[] = [];
  #isLow = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  /** To be called every now and then. */
  note(atMs: number, freeBytes: number | null): void {
    if (freeBytes === null) return;
    const last = this.#samples.at(-1);
    // A clock that was set back says nothing about the pace.
    if (last !== undefined && atMs < last.atMs) this.#samples = [];
    if (last === undefined || Math.abs(atMs - last.atMs) >= SAMPLE_MS) {
      this.#samples = [...this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS), { atMs, freeBytes }];
    }
    this.#warn(atMs, freeBytes);
  }

  /** null = it is not filling up, or not watched for long enough. */
  hoursUntilFull(atMs: number, freeBytes: number | null): number | null {
    const first = this.#samples[0];
    if (freeBytes === null || first === undefined || atMs - first.atMs < SAMPLE_MS || freeBytes >= first.freeBytes)
      return null;
    return (freeBytes * (atMs - first.atMs)) / (first.freeBytes - freeBytes) / HOUR_MS;
  }

  #warn(atMs: number, freeBytes: number): void {
    const { leastFreeBytes, log } = this.#options;
    const isLow = freeBytes < leastFreeBytes;
    if (isLow === this.#isLow) return;
    this.#isLow = isLow;
    if (isLow) log.warn({ freeBytes, hoursUntilFull: this.hoursUntilFull(atMs, freeBytes) }, 'the disk is nearly full');
    else log.info({ freeBytes }, 'the disk has room again');
  }
}
