/** Failed logins, by address: a few may go wrong, then one has to wait. Who guesses keys is slowed down, and fills no log. */

export interface LoginWatch {
  /** Whether the address has to wait before it may try again. */
  isBarred(address: string, nowMs: number): boolean;
  noteFailure(address: string, nowMs: number): void;
}

interface Failures {
  readonly count: number;
  readonly atMs: number;
}

/** So many in a row, and then one more in each of these. */
const FAILURES_MAX = 10;
export const FORGIVE_MS = 6000;
/** Addresses that are told apart; of more, the one that failed least recently is forgotten. */
const ADDRESSES_MAX = 10_000;

export function watchLogins(addressesMax = ADDRESSES_MAX): LoginWatch {
  /** In the order of their last failure. */
  const failures = new Map<string, Failures>();

  /** One is forgiven for each while that passed. */
  function countAt(address: string, nowMs: number): number {
    const known = failures.get(address);
    return known === undefined ? 0 : Math.max(0, known.count - Math.max(0, nowMs - known.atMs) / FORGIVE_MS);
  }

  return {
    isBarred: (address, nowMs) => countAt(address, nowMs) > FAILURES_MAX - 1,
    noteFailure(address, nowMs) {
      const count = countAt(address, nowMs) + 1;
      failures.delete(address);
      failures.set(address, { count, atMs: nowMs });
      if (failures.size > addressesMax) failures.delete(failures.keys().next().value!);
    },
  };
}
