/** Which commands cut fuel or power, and when a vehicle is known to stand. */
import { describe, expect, it } from 'vitest';
import { cutsEngine, movingDoubt } from '../../src/operations/device-commands.ts';

describe('a command', () => {
  it.each([
    ['setdigout 1', true],
    ['setdigout 01 0 60', true],
    ['SETDIGOUT ?1', true],
    ['user pass setdigout 11', true],
    ['setdigout 00', false],
    ['setdigout ??', false],
    ['lvcanblockengine 1', true],
    ['RELAY,1#', true],
    ['relay, 1#', true],
    ['RELAY,0#', false],
    ['DYD#', true],
    ['DYD,000000#', true],
    ['HFYD#', false],
    ['STOPOIL,666666#', true],
    ['S20,1,1', true],
    ['S20,1,3,10,3,5,5,3,5,3,5,3,5', true],
    ['S20,1,0', false],
    ['getinfo', false],
    ['getgps', false],
    ['STATUS#', false],
    ['setparam 1:1', false],
    ['TIMER,10,60#', false],
  ])('%s cuts the engine: %s', (text, cuts) => {
    expect(cutsEngine(text)).toBe(cuts);
  });
});

describe('a vehicle', () => {
  const NOW = 10 * 60_000;

  it.each([
    ['stands', { speedKmh: 0, timeMs: NOW }, null],
    ['is slow', { speedKmh: 9, timeMs: NOW - 300_000 }, null],
    ['is fast', { speedKmh: 10, timeMs: NOW }, 'it goes 10 km/h, expected less than 10'],
    [
      'was seen too long ago',
      { speedKmh: 0, timeMs: NOW - 301_000 },
      'its last position is 301 s old, expected at most 300 s',
    ],
    ['does not say', { speedKmh: null, timeMs: NOW }, 'its last position does not say how fast it is'],
    ['is nowhere', null, 'where it is and how fast is not known'],
  ])('that %s', (_name, pace, doubt) => {
    expect(movingDoubt(pace, NOW)).toBe(doubt);
  });
});
