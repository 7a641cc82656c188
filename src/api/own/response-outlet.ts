/** A response that goes on, as the live stream sees it: what waits in it is counted, for the socket alone does not say. */
import type { ServerResponse } from 'node:http';
import type { Outlet } from '../../feed/live/live-client.ts';

export class ResponseOutlet implements Outlet {
  readonly #raw: ServerResponse;
  #waitingBytes = 0;
  #drainers: (() => void)[] = [];

  constructor(raw: ServerResponse) {
    this.#raw = raw;
    // What is written to a connection that was just closed is nobody's fault.
    raw.on('error', () => {});
    raw.on('close', () => this.#drained());
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  write(bytes: Buffer): void {
    this.#waitingBytes += bytes.length;
    this.#raw.write(bytes, () => {
      this.#waitingBytes -= bytes.length;
      if (this.#waitingBytes === 0) this.#drained();
    });
  }

  end(): void {
    this.#raw.destroy();
  }

  drained(): Promise<void> {
    if (this.#waitingBytes === 0 || this.#raw.destroyed) return Promise.resolve();
    return new Promise((resolve) => this.#drainers.push(resolve));
  }

  #drained(): void {
    for (const drainer of this.#drainers.splice(0)) drainer();
  }
}
