import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BURST_SECONDS, Pace } from '../../src/gateway/pace.ts';

const times = (n: number, run: () => boolean): number => Array.from({ length: n }, run).filter(Boolean).length;

describe('a pace', () => {
  it('lets a burst pass, then so many a second', () => {
    const pace = new Pace<string>(4);
    expect(times(1_000, () => pace.take('a'))).toBe(4 * BURST_SECONDS);
    expect(pace.isSpent('a')).toBe(true);
    pace.age(500);
    expect(times(1_000, () => pace.take('a'))).toBe(2);
    pace.age(1_000);
    expect(times(1_000, () => pace.take('a'))).toBe(4);
  });

  it('holds nobody up for another', () => {
    const pace = new Pace<string>(1);
    times(1_000, () => pace.take('a'));
    expect([pace.isSpent('b'), pace.take('b')]).toEqual([false, true]);
  });

  it('saves no more than one burst', () => {
    const pace = new Pace<string>(1);
    pace.take('a');
    pace.age(24 * 60 * 60_000);
    expect(times(1_000, () => pace.take('a'))).toBe(BURST_SECONDS);
  });

  it('that is off lets everything pass', () => {
    const pace = new Pace<string>(Infinity);
    expect(times(1_000_000, () => pace.take('a'))).toBe(1_000_000);
  });

  it('is kept over any time: never more than the burst and what was earned since', () => {
    const steps = fc.array(fc.record({ asked: fc.nat(300), elapsedMs: fc.nat(5_000) }), { maxLength: 50 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), steps, (perSecond, all) => {
        const pace = new Pace<number>(perSecond);
        let [taken, elapsedMs] = [0, 0];
        for (const step of all) {
          taken += times(step.asked, () => pace.take(7));
          elapsedMs += step.elapsedMs;
          pace.age(step.elapsedMs);
          expect(taken).toBeLessThanOrEqual(perSecond * (BURST_SECONDS + elapsedMs / 1_000) + 1);
        }
      }),
    );
  });
});
