/** Devices that logged in without being registered: a bounded list, longest-silent out first. */
import type { PendingTracker } from '../model/tracker.ts';

export class WaitingList {
  readonly #byImei = new Map<string, PendingTracker>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Notes a login. Insertion order is kept as order of last login. */
  note(imei: string, protocol: string, address: string, nowMs: number): void {
    const before = this.#byImei.get(imei);
    this.#byImei.delete(imei);
    this.#byImei.set(imei, {
      imei,
      protocol,
      address,
      firstSeenMs: before?.firstSeenMs ?? nowMs,
      lastSeenMs: nowMs,
      logins: (before?.logins ?? 0) + 1,
    });
    if (this.#byImei.size > this.#max) this.#byImei.delete(this.#byImei.keys().next().value!);
  }

  remove(imei: string): void {
    this.#byImei.delete(imei);
  }

  list(): readonly PendingTracker[] {
    return [...this.#byImei.values()].reverse();
  }
}
