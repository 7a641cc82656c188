import { describe, expect, it } from 'vitest';
import { Roster } from '../../src/gateway/roster.ts';

const at = (address: string) => ({ address });

describe('a roster', () => {
  it('has so many places in all and per address, and gets them back', () => {
    const roster = new Roster<{ address: string }>({ connectionsMax: 3, connectionsPerAddressMax: 2 });
    const [a, b, c] = [at('x'), at('x'), at('y')];
    roster.add(a);
    expect(roster.refusal('x')).toBe(null);
    roster.add(b);
    expect([roster.refusal('x'), roster.refusal('y')]).toEqual(['per_address', null]);
    roster.add(c);
    expect([roster.refusal('x'), roster.refusal('y')]).toEqual(['limit', 'limit']);
    roster.remove(a);
    expect([roster.size, roster.refusal('x')]).toEqual([2, null]);
  });

  it('counts who leaves twice once', () => {
    const roster = new Roster<{ address: string }>({ connectionsMax: 9, connectionsPerAddressMax: 2 });
    const [a, b, c] = [at('x'), at('x'), at('x')];
    for (const member of [a, b]) roster.add(member);
    roster.remove(a);
    roster.remove(a);
    roster.add(c);
    expect([roster.size, roster.refusal('x')]).toEqual([2, 'per_address']);
  });

  it('knows the newest session of a tracker, and an old one cannot end it', () => {
    const roster = new Roster<{ address: string }>({ connectionsMax: 9, connectionsPerAddressMax: 9 });
    const [old, young] = [at('x'), at('y')];
    expect(roster.takeOver(7, old)).toBe(null);
    expect(roster.takeOver(7, old)).toBe(null);
    expect(roster.takeOver(7, young)).toBe(old);
    roster.release(7, old);
    expect(roster.holder(7)).toBe(young);
    roster.release(7, young);
    expect(roster.holder(7)).toBe(null);
  });

  it('tells when a tracker has a session, and when it has none any more', () => {
    const told: (readonly [number, boolean])[] = [];
    const limits = { connectionsMax: 9, connectionsPerAddressMax: 9 };
    const roster: Roster<{ address: string }> = new Roster(limits, (id) => told.push([id, roster.holder(id) !== null]));
    const [old, young] = [at('x'), at('y')];
    roster.takeOver(7, old);
    roster.takeOver(7, young);
    roster.release(7, old);
    roster.release(7, young);
    expect(told).toEqual([
      [7, true],
      [7, true],
      [7, false],
    ]);
  });
});
