import { describe, expect, it } from 'vitest';
import { Acquaintance } from '../../src/gateway/acquaintance.ts';
import { tracker } from '../store/kit.ts';

describe('a device is read', () => {
  it.each([
    ['utc', 480, 0],
    ['+05:30', 480, 330],
    ['-04:00', null, -240],
    ['login', 480, 480],
    ['login', -210, -210],
    ['login', null, 0],
    ['login', 847, 0],
    ['login', 481, 0],
    ['login', -735, 0],
  ])('with time zone %s and a login that says %s: %i minutes ahead', (timeZone, loginMinutes, minutes) => {
    const profile = new Acquaintance(loginMinutes).profile(tracker(1, { timeZone }));
    expect(profile.clockAheadMinutes).toBe(minutes);
  });

  it('by its model, and says its IMEI where it has one', () => {
    const acquaintance = new Acquaintance(null);
    expect(acquaintance.profile(tracker(1, { model: 'GT06N', imei: '356307042441013' }))).toEqual({
      model: 'GT06N',
      imei: '356307042441013',
      clockAheadMinutes: 0,
    });
    expect(acquaintance.profile(tracker(1, { imei: null }))).toEqual({ model: null, clockAheadMinutes: 0 });
  });

  it('in one way for as long as its tracker is the same', () => {
    const acquaintance = new Acquaintance(null);
    const [before, after] = [tracker(1), tracker(1, { model: 'GT06N' })];
    expect(acquaintance.profile(before)).toBe(acquaintance.profile(before));
    expect(acquaintance.profile(after).model).toBe('GT06N');
  });
});
