import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/sim/histogram.ts';

describe('a histogram', () => {
  it('knows nothing before the first value', () => {
    expect(new Histogram().percentileMs(0.5)).toBeNull();
  });

  it('tells percentiles within 2 % of the sorted list', () => {
    const values = fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.9, 0.99, 1), (list, share) => {
        const histogram = new Histogram();
        for (const value of list) histogram.add(value);
        const exact = [...list].sort((a, b) => a - b)[Math.ceil(share * list.length) - 1]!;
        const told = histogram.percentileMs(share)!;
        expect(told).toBeGreaterThanOrEqual(exact * 0.9999);
        expect(told).toBeLessThanOrEqual(exact * 1.0201);
      }),
    );
  });

  it('takes what is beyond its range without growing', () => {
    const histogram = new Histogram();
    for (const value of [0, 1e-9, 1e12]) histogram.add(value);
    expect(histogram.total).toBe(3);
    expect(histogram.percentileMs(1)).toBeGreaterThan(60_000);
  });
});
