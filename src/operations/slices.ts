/**
 * Long lists without a long stop: the search thread packs what it found as bytes, which change hands without a copy;
 * the main thread unpacks and words them a few milliseconds at a time, and the line goes on in between.
 */

/** Values as JSON texts of some hundred bytes to some ten KiB each, one behind the other. */
export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each text ends. */
  readonly ends: readonly number[];
}

/** Values to a text: about 0.2 ms to read back. */
const VALUES_PER_TEXT = 50;

/** Only for values that JSON can say. */
export function pack(values: readonly unknown[]): Packed {
  const texts: Buffer[] = [];
  for (let i = 0; i < values.length; i += VALUES_PER_TEXT) {
    texts.push(Buffer.from(JSON.stringify(values.slice(i, i + VALUES_PER_TEXT))));
  }
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + text.length, 0));
  const ends: number[] = [];
  let end = 0;
  for (const text of texts) {
    bytes.set(text, end);
    end += text.length;
    ends.push(end);
  }
  return { bytes, ends };
}

/** Reads a text only when its first value is wanted. */
export function* unpack<T>({ bytes, ends }: Packed): Generator<T> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  for (const end of ends) {
    yield* JSON.parse(buffer.toString('utf8', start, end)) as T[];
    start = end;
  }
}

/** How long the loop is held at a stretch, and how many items at most, should the clock stand still. */
const SLICE_MS = 2;
const SLICE_ITEMS = 100;

/** One slice in each turn of the event loop, whoever it is for: many long lists at once take longer, not larger bites. */
export class Pacer {
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The items as they are. What the caller does with one before it asks for the next counts as part of the slice. */
  async *through<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
    let left = 0;
    let untilMs = -Infinity;
    for (const item of items) {
      if (left === 0 || this.#now() >= untilMs) {
        await this.#turn();
        left = SLICE_ITEMS;
        untilMs = this.#now() + SLICE_MS;
      }
      left -= 1;
      yield item;
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#next());
    });
  }

  #next(): void {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
  }
}
