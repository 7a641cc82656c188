import { describe, expect, it } from 'vitest';
import { alternate, interleave, median, medianRatio, quantile, slope } from './measure.ts';

describe('measuring', () => {
  it('lets the candidates take turns', async () => {
    const order: string[] = [];
    const candidate = (name: string) => async () => order.push(name);
    expect(await alternate(2, [candidate('a'), candidate('b')])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(order).toEqual(['a', 'b', 'a', 'b']);
  });

  it('does not count the first round', async () => {
    let runs = 0;
    const [timing] = await interleave(3, [() => void runs++]);
    expect([runs, timing!.rounds.length]).toEqual([4, 3]);
  });

  it('takes the median of ratios, not the ratio of medians', () => {
    expect(medianRatio([1, 10, 100], [1, 1, 100])).toBe(1);
    expect(median([3, 1, 2])).toBe(2);
  });

  it.each([
    [0.5, 5],
    [0.99, 10],
    [0, 1],
  ])('finds the value that the share %s of all does not exceed', (share, value) => {
    expect(quantile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], share)).toBe(value);
  });

  it('finds the slope of points around a line', () => {
    const around = [0, 1, 2, 3].map((x) => [x, 5 + 2 * x + (x % 2 === 0 ? 1 : -1)] as const);
    expect(slope(around)).toBeCloseTo(1.6);
    expect(slope([0, 1, 2].map((x) => [x, 7] as const))).toBe(0);
  });
});
