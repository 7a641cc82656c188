/** Remembers so many things, and forgets first what was not asked for longest. */

export class Memory<T> {
  readonly #most: number;
  /** In the order of their last use. */
  readonly #values = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): T | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.#move(key, value);
    return value;
  }

  set(key: string, value: T): void {
    this.#move(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest);
  }

  #move(key: string, value: T): void {
    this.#values.delete(key);
    this.#values.set(key, value);
  }
}
