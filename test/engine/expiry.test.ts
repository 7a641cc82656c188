import { describe, expect, it } from 'vitest';
import type { Fix } from '../../src/model/fix.ts';
import { at, Bench, DEPOT, fix, HOUR, inside, outside, SETTINGS, terms } from './world-kit.ts';

/** Fixes are kept for six hours. */
function bench(nowMs = at('08:00')): Bench {
  return new Bench(nowMs, { ...SETTINGS, fixesKeptMs: 6 * HOUR });
}

const now = at('20:00');

describe('a record older than fixes are kept', () => {
  const CASES: readonly (readonly [string, Fix, boolean])[] = [
    ['between others that are newer is not stored', outside('13:30', now), false],
    ['is stored while it could still be found if it were a repeated one', outside('14:30', now), true],
    ['is stored where it is the newest of its tracker', outside('19:30', now), true],
    ['is stored where it has no date at all', fix(0, DEPOT.latDeg, DEPOT.lonDeg, now), true],
  ];

  it.each(CASES)('%s', (_name, late, isStored) => {
    const b = bench();
    b.deliver([outside('10:00'), outside('19:00')]);
    expect(b.deliver([late])).toEqual([isStored]);
  });

  it('is stored where the tracker has sent nothing since', () => {
    const b = bench();
    b.deliver([outside('08:00')]);
    expect(b.deliver([outside('09:00', now), outside('10:00', now)])).toEqual([true, true]);
  });

  it('is a repeated one as long as it is still there', () => {
    const b = bench();
    b.deliver([outside('09:00'), outside('19:00')]);
    b.deliver([outside('09:00', now)]);
    expect(b.deliver([outside('09:30', now)])).toEqual([false]);
  });
});

describe('a record so old, and a task that is open or within its horizon', () => {
  const CASES: readonly (readonly [string, Fix, boolean])[] = [
    ['in its window: it is evidence', inside('10:30', now), true],
    ['the last one before its window: it is evidence', inside('09:55', now), true],
    ['the first one after its deadline: it is evidence', inside('11:30', now), true],
    ['further away: it is not', inside('09:30', now), false],
    ['without a position: it is not', fix(at('10:30'), DEPOT.latDeg, DEPOT.lonDeg, now, false), false],
  ];

  it.each(CASES)('%s', (_name, late, isStored) => {
    const b = bench();
    b.create(terms('10:00', '11:00'));
    b.deliver([outside('09:50'), outside('10:20'), outside('12:00'), outside('19:00')]);
    expect(b.deliver([late])).toEqual([isStored]);
  });

  it('revises the outcome as at any time before', () => {
    const b = bench();
    const id = b.create(terms('10:00', '11:00'));
    b.deliver([outside('09:50'), outside('12:00'), outside('19:00')]);
    b.wait(at('19:30'));
    b.deliver([inside('10:30', now)]);
    expect(b.statusEvents(id)).toEqual(['failed', 'completed (revised)']);
  });
});
