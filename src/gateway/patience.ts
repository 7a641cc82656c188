/** How long a connection has waited: for its login, its next frame or its end, and for a device to be done with its backlog. */
import type { GatewayLimits } from './limits.ts';

export class Patience {
  readonly #limits: Pick<GatewayLimits, 'commandQuietMs' | 'commandHoldMs'>;
  /** Without progress. */
  #waitedMs = 0;
  #sessionMs = 0;
  #isSettled = false;

  constructor(limits: Pick<GatewayLimits, 'commandQuietMs' | 'commandHoldMs'>) {
    this.#limits = limits;
  }

  /**
   * The device has delivered what it had kept. One that waits for a receipt (Teltonika) would read the zeros that a
   * command begins with as a receipt for no record.
   */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  isOver(limitMs: number): boolean {
    return this.#waitedMs > limitMs;
  }

  /** There is progress. */
  renew(): void {
    this.#waitedMs = 0;
  }

  beginSession(): void {
    this.#waitedMs = 0;
    this.#sessionMs = 0;
    this.#isSettled = false;
    this.#settle();
  }

  /** Time passes. */
  age(elapsedMs: number, isStranger: boolean): void {
    this.#waitedMs += elapsedMs;
    this.#sessionMs += elapsedMs;
    if (!isStranger && !this.#isSettled) this.#settle();
  }

  #settle(): void {
    const { commandQuietMs, commandHoldMs } = this.#limits;
    if (this.#waitedMs >= commandQuietMs || this.#sessionMs >= commandHoldMs) this.#isSettled = true;
  }
}
