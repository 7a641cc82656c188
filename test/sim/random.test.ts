import { describe, expect, it } from 'vitest';
import { between, forkedRandom, pick, seededRandom } from '../../src/sim/random.ts';

const draw = (random: () => number, count: number): number[] => Array.from({ length: count }, () => random());

describe('seeded random numbers', () => {
  it('repeat with their seed and differ without', () => {
    expect(draw(seededRandom(1), 5)).toEqual(draw(seededRandom(1), 5));
    expect(draw(seededRandom(1), 5)).not.toEqual(draw(seededRandom(2), 5));
    expect(draw(forkedRandom(1, 0), 5)).not.toEqual(draw(forkedRandom(1, 1), 5));
  });

  it('spread evenly over 0 to 1', () => {
    const tenths = new Array<number>(10).fill(0);
    for (const value of draw(seededRandom(3), 10_000)) tenths[Math.floor(value * 10)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('stay within their bounds', () => {
    const random = seededRandom(4);
    for (let i = 0; i < 1000; i++) {
      const value = between(random, 5, 7);
      expect(value >= 5 && value < 7).toBe(true);
      expect(['a', 'b']).toContain(pick(random, ['a', 'b']));
    }
  });
});
