import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clockMinutes, zoneText } from '../../src/model/tracker.ts';

it.each([
  ['utc', 0],
  ['login', null],
  ['+00:00', 0],
  ['-00:00', 0],
  ['+08:00', 480],
  ['-03:30', -210],
])('%s is %s minutes ahead of UTC', (timeZone, minutes) => {
  expect(clockMinutes(timeZone)).toBe(minutes);
});

it('an offset in words is the same offset again', () => {
  fc.assert(
    fc.property(fc.integer({ min: -899, max: 899 }), (minutes) => {
      expect(clockMinutes(zoneText(minutes))).toBe(minutes);
    }),
  );
});
