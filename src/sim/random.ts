/** Random numbers from a seed: the same seed, the same fleet on the same roads. */

/** Evenly spread in [0, 1). */
export type Random = () => number;

/** Mulberry32: 32 bits of state, plenty for traffic. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A stream of its own for the n-th of something, so that adding one more changes none of the others. */
export function forkedRandom(seed: number, n: number): Random {
  return seededRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(n + 1, 0xc2b2ae35));
}

export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

/** `list` is not empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!;
}
