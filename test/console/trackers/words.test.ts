import { describe, expect, it } from 'vitest';
import {
  attributeWords,
  courseText,
  distanceText,
  invalidityText,
  placeText,
} from '../../../src/console/trackers/attribute-words.ts';
import { isAmong, type Shown } from '../../../src/console/trackers/choosing.ts';
import { commandStateText, maySwitchOff } from '../../../src/console/trackers/command-words.ts';
import type { Tracker } from '../../../src/console/wire.ts';
import { DEVICE_COMMAND_STATES } from '../../../src/model/device-command.ts';

describe('attributes', () => {
  it.each([
    ['ignition', true, 'Ignition', 'on'],
    ['charge', false, 'External power', 'not connected'],
    ['odometer', 171_722_000, 'Odometer', '171722 km'],
    ['power', 14.1, 'Supply', '14.1 V'],
    ['temp2', -4, 'Temperature 2', '-4 \u00b0C'],
    ['input3', true, 'Input 3', 'on'],
    ['axisX', 12, 'Acceleration X', '12 mg'],
    ['somethingNew', 7, 'somethingNew', '7'],
    ['constructor', 'x', 'constructor', 'x'],
    ['__proto__', true, '__proto__', 'yes'],
  ])('%s %s is said as "%s: %s"', (name, value, label, text) => {
    expect(attributeWords(name, value)).toEqual({ label, value: text });
  });

  it.each([
    [0, 'N, 0\u00b0'],
    [44, 'NE, 44\u00b0'],
    [359, 'N, 359\u00b0'],
    [-45, 'NW, -45\u00b0'],
  ])('a course of %d is said as %s', (course, text) => {
    expect(courseText(course)).toBe(text);
  });

  it('places and distances have as many digits as they deserve', () => {
    expect(placeText(59.43701, 24.7)).toBe('59.43701, 24.70000');
    expect([distanceText(849.6), distanceText(12_345)]).toEqual(['850 m', '12.3 km']);
  });

  it.each([null, 'no_position', 'in_future', 'toString'])('says why a record is no evidence: %s', (code) => {
    expect(invalidityText(code)).toBeTypeOf('string');
  });
});

describe('commands', () => {
  it.each([
    'setdigout 1',
    ' SETDIGOUT 0?1',
    'RELAY,1#',
    'relay,0#',
    'DYD#',
    'DYD,000000#',
    'HFYD#',
    '*HQ,4210051415,S20,130305,1,1#',
    'S20,1,1',
  ])('%s may stop a vehicle', (text) => {
    expect(maySwitchOff(text)).toBe(true);
  });

  it.each(['getinfo', 'WHERE#', 'setparam 2001:internet', 'STATUS#', 'getgps', 'R12'])('%s may not', (text) => {
    expect(maySwitchOff(text)).toBe(false);
  });

  it.each(DEVICE_COMMAND_STATES)('the state %s has words', (state) => {
    expect(commandStateText(state)).toMatch(/ |refused/);
  });
});

describe('which trackers are shown', () => {
  const tracker: Tracker = {
    id: 7,
    uuid: '',
    label: 'North Van 3',
    imei: '356307042441013',
    model: 'FMB920',
    timeZone: 'utc',
    isBlocked: false,
    createdAt: '',
    clockSuspicion: null,
    captureUntil: null,
  };

  it.each<[string, Shown, boolean, boolean]>([
    ['', 'all', false, true],
    ['van north', 'all', false, true],
    ['3563', 'all', false, true],
    ['fmb', 'online', true, true],
    ['fmb', 'online', false, false],
    ['', 'offline', true, false],
    ['', 'offline', false, true],
    ['', 'suspect', true, false],
    ['', 'blocked', true, false],
    ['south', 'all', true, false],
  ])('by "%s" and %s, online %s: %s', (words, shown, isOnline, is) => {
    expect(isAmong(tracker, words, shown, isOnline)).toBe(is);
  });

  it('one whose clock seems wrong, and one that is blocked', () => {
    const clockSuspicion = { ahead: '+03:00', frames: 20, since: '' };
    expect(isAmong({ ...tracker, clockSuspicion }, '', 'suspect', undefined)).toBe(true);
    expect(isAmong({ ...tracker, isBlocked: true }, '', 'blocked', undefined)).toBe(true);
  });
});
