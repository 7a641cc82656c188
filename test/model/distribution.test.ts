import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Distribution } from '../../src/model/distribution.ts';

it('counts every size once, under the least bound that holds it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 50 })), fc.array(fc.nat(60)), (bounds, sizes) => {
      const distribution = new Distribution(bounds.sort((a, b) => a - b));
      for (const size of sizes) distribution.note(size);
      const holds = (size: number) => bounds.findIndex((bound) => size <= bound);
      const expected = [...bounds.keys(), -1].map((i) => sizes.filter((size) => holds(size) === i).length);
      expect([...distribution.counts]).toEqual(expected);
      expect(distribution).toMatchObject({ count: sizes.length, sum: sizes.reduce((a, b) => a + b, 0) });
    }),
  );
});
