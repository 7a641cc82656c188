import { describe, expect, it } from 'vitest';
import { createFleet, imeiOf, type Mix } from '../../src/sim/fleet.ts';

const fleet = (devices: number, mix: Mix) => createFleet({ devices, mix, seed: 1, startMs: 0, tunnels: 0 }).vehicles;

function luhnSum(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, i) => {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
}

describe('a fleet', () => {
  it('of twelve in a mix has eight Teltonika and four GT06', () => {
    const protocols = fleet(12, 'mix').map(({ protocol }) => protocol);
    expect(protocols.filter((protocol) => protocol === 'teltonika')).toHaveLength(8);
    expect(protocols.filter((protocol) => protocol === 'gt06')).toHaveLength(4);
  });

  it('has one protocol when one is asked for', () => {
    expect(new Set(fleet(7, 'gt06').map(({ protocol }) => protocol))).toEqual(new Set(['gt06']));
  });

  it('has IMEIs and labels of its own, with check digits that are right', () => {
    const vehicles = fleet(500, 'mix');
    expect(new Set(vehicles.map(({ imei }) => imei)).size).toBe(500);
    expect(new Set(vehicles.map(({ label }) => label)).size).toBe(500);
    for (const { imei } of vehicles) {
      expect(imei).toMatch(/^\d{15}$/);
      expect(luhnSum(imei) % 10).toBe(0);
    }
  });

  it('has other trackers with another seed', () => {
    expect(imeiOf(1, 0)).not.toBe(imeiOf(2, 0));
  });
});
