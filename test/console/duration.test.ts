/** Spans of time in words. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agoText, durationText } from '../../src/console/parts/duration.ts';

describe('a span', () => {
  it.each([
    [0, '0 s'],
    [0.4, '0 s'],
    [-5, '0 s'],
    [45, '45 s'],
    [59.6, '1 min'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [3600, '1 h'],
    [3659, '1 h'],
    [7500, '2 h 5 min'],
    [86_400, '1 d'],
    [90_000, '1 d 1 h'],
    [9_000_000, '104 d 4 h'],
  ])('of %d s is %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it('is told in at most two units, and never as more than it is', () => {
    const sizes: Record<string, number> = { d: 86_400, h: 3600, min: 60, s: 1 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
        const words = durationText(seconds).split(' ');
        let told = 0;
        for (let i = 0; i < words.length; i += 2) told += Number(words[i]) * sizes[words[i + 1]!]!;
        return words.length <= 4 && told <= seconds && seconds - told < 3600;
      }),
    );
  });
});

describe('how long ago', () => {
  it.each([
    [0, 'now'],
    [499, 'now'],
    [12_000, '12 s ago'],
    [200_000, '3 min ago'],
    [7_500_000, '2 h 5 min ago'],
    [-300_000, 'in 5 min'],
    [-7_500_000, 'in 2 h 5 min'],
  ])('%d ms is %s', (ms, text) => {
    expect(agoText(1_000_000_000, 1_000_000_000 + ms)).toBe(text);
  });
});
