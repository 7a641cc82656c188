/** Chance in a simulated world: everything that may happen is drawn from streams of one seed. */
import { between, type Random } from '../../src/sim/random.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** Integer, both ends included. */
export function whole(random: Random, least: number, most: number): number {
  return Math.floor(between(random, least, most + 1));
}

/** How often something happens in a stretch of time when it happens `perDay` times a day. */
export function perDay(times: number, stretchMs: number): number {
  return (times * stretchMs) / (24 * HOUR);
}

/** In another order; the list itself stays as it is. */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const drawn = list.map((item) => ({ item, lot: random() }));
  return drawn.sort((a, b) => a.lot - b.lot).map(({ item }) => item);
}
