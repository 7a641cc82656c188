import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createThrottle } from '../../src/api/throttle.ts';

it('counts each caller for itself', () => {
  const throttle = createThrottle(2);
  const admitted = ['a', 'a', 'b', 'a', 'b', 'b'].map((subject) => throttle.admits(subject, 1000));
  expect(admitted).toEqual([true, true, true, false, true, false]);
});

it('takes what is left of the last second into account', () => {
  const throttle = createThrottle(10);
  for (let i = 0; i < 10; i++) throttle.admits('a', 1900);
  const admitted = (nowMs: number) =>
    Array.from({ length: 10 }, () => throttle.admits('a', nowMs)).filter(Boolean).length;
  expect([admitted(2000), admitted(2500), admitted(2999)]).toEqual([0, 5, 5]);
});

it('is not fooled by a clock that goes back', () => {
  const throttle = createThrottle(1);
  expect([throttle.admits('a', 5000), throttle.admits('a', 5001), throttle.admits('a', 1000)]).toEqual([
    true,
    false,
    true,
  ]);
});

it('remembers no more callers than it may, those that were quiet for longest the least', () => {
  const throttle = createThrottle(1, 2);
  expect(['a', 'b', 'c', 'c', 'a'].map((subject) => throttle.admits(subject, 0))).toEqual([
    true,
    true,
    true,
    false,
    true,
  ]);
});

it('never lets more through in a second by its clock than it may', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(60), { maxLength: 300 }), (limit, steps) => {
      const throttle = createThrottle(limit);
      const counts = new Map<number, number>();
      let nowMs = 0;
      for (const step of steps) {
        nowMs += step;
        const second = Math.floor(nowMs / 1000);
        if (throttle.admits('a', nowMs)) counts.set(second, (counts.get(second) ?? 0) + 1);
      }
      for (const count of counts.values()) expect(count).toBeLessThanOrEqual(limit);
    }),
  );
});
