/** Takes down a device's conversation as it happens, in the form that `replay` plays. */
import type { Speech } from './speech.ts';

export class TalkRecorder {
  readonly #stopwatch: () => number;
  readonly #now: () => number;
  readonly #lines: string[] = [];
  #startMs: number | null = null;
  #atMs = -1;
  #clockMs: number | null = null;

  /** `now` is taken for the gateway's clock until an answer tells that. */
  constructor(stopwatch: () => number, now: () => number) {
    this.#stopwatch = stopwatch;
    this.#now = now;
  }

  note(direction: 'sent' | 'received' | 'connected', bytes: Buffer, speech: Speech): void {
    this.#startMs ??= this.#stopwatch();
    this.#clockMs ??= this.#now();
    if (direction === 'received') {
      this.#clockMs = speech.clockIn(bytes) ?? this.#clockMs;
      this.#lines.push(`< ${bytes.toString('hex')}`);
      return;
    }
    const atMs = Math.round(this.#stopwatch() - this.#startMs);
    if (atMs > this.#atMs) this.#lines.push(`@ ${atMs}`);
    this.#atMs = Math.max(atMs, this.#atMs);
    this.#lines.push(direction === 'connected' ? '~' : `> ${bytes.toString('hex')}`);
  }

  /** The talk as text, under its headers. */
  text(headers: Readonly<Record<string, string>>): string {
    const clock = new Date(this.#clockMs ?? this.#now()).toISOString();
    const head = Object.entries({ ...headers, clock }).map(([name, value]) => `${name}: ${value}`);
    return `${[...head, '', ...this.#lines].join('\n')}\n`;
  }
}
