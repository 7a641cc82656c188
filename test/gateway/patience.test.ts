import { describe, expect, it } from 'vitest';
import { Patience } from '../../src/gateway/patience.ts';

const LIMITS = { commandQuietMs: 2_000, commandHoldMs: 5_000 };
const BEAT = 500;

function aged(patience: Patience, ms: number, isStranger = false): Patience {
  for (let at = 0; at < ms; at += BEAT) patience.age(BEAT, isStranger);
  return patience;
}

describe('a wait', () => {
  it('is over once it is longer than its limit, and begins anew with progress', () => {
    const patience = aged(new Patience(LIMITS), 1_000, true);
    expect([patience.isOver(999), patience.isOver(1_000)]).toEqual([true, false]);
    patience.renew();
    expect(patience.isOver(0)).toBe(false);
  });
});

describe('a device has delivered what it had kept', () => {
  const begun = () => {
    const patience = new Patience(LIMITS);
    patience.beginSession();
    return patience;
  };
  /** A frame every second. */
  const busy = (patience: Patience, seconds: number) => {
    for (let i = 0; i < seconds; i++) aged(patience, 1_000).renew();
    return patience;
  };

  it.each([
    ['not at once', () => begun(), false],
    ['not while it goes on sending', () => busy(begun(), 4), false],
    ['after it has once said nothing for a while', () => aged(begun(), 2_000), true],
    ['after its session has lasted, quiet or not', () => busy(begun(), 5), true],
    ['and stays so while it sends', () => busy(aged(begun(), 2_000), 1), true],
    ['not as long as nobody has logged in', () => aged(new Patience(LIMITS), 60_000, true), false],
  ])('%s', (_, patienceOf, isSettled) => {
    expect(patienceOf().isSettled).toBe(isSettled);
  });

  it('and has to anew after another login', () => {
    const patience = aged(begun(), 2_000);
    patience.beginSession();
    expect(patience.isSettled).toBe(false);
  });
});
