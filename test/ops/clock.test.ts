import { describe, expect, it } from 'vitest';
import { acceleratedClock, pinnedClock } from '../../src/ops/clock.ts';

describe('clocks', () => {
  it('an accelerated clock starts where it is told and runs so many times faster', () => {
    let wallMs = 5000;
    const clock = acceleratedClock(60, 1_000_000, () => wallMs);
    expect(clock()).toBe(1_000_000);
    wallMs += 1001;
    expect(clock()).toBe(1_060_060);
  });

  it('an accelerated clock shows whole milliseconds', () => {
    let wallMs = 0;
    const clock = acceleratedClock(1.5, 0, () => wallMs);
    wallMs = 1;
    expect(clock()).toBe(1);
  });

  it('a pinned clock stands still', () => {
    const clock = pinnedClock(42);
    expect([clock(), clock()]).toEqual([42, 42]);
  });
});
