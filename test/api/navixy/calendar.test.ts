/** Wall clocks and instants: both formats, both directions, and the hours that daylight saving takes and gives twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../../src/api/navixy/calendar.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'];

describe('reading a date', () => {
  it.each([
    ['Europe/Berlin', '2026-01-15 08:00:00', '2026-01-15T07:00:00Z', 'winter'],
    ['Europe/Berlin', '2026-07-15 08:00:00', '2026-07-15T06:00:00Z', 'summer'],
    ['Europe/Berlin', '2026-03-29 01:59:59', '2026-03-29T00:59:59Z', 'the last second before the gap'],
    ['Europe/Berlin', '2026-03-29 02:00:00', '2026-03-29T01:00:00Z', 'the first second of the gap moves forward'],
    ['Europe/Berlin', '2026-03-29 02:30:00', '2026-03-29T01:30:00Z', 'in the gap: forward, to 03:30'],
    ['Europe/Berlin', '2026-03-29 03:00:00', '2026-03-29T01:00:00Z', 'the first second after the gap'],
    ['Europe/Berlin', '2026-10-25 01:59:59', '2026-10-24T23:59:59Z', 'before the overlap'],
    ['Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25T00:30:00Z', 'in the overlap: the earlier'],
    ['Europe/Berlin', '2026-10-25 03:00:00', '2026-10-25T02:00:00Z', 'after the overlap'],
    ['America/New_York', '2026-03-08 02:30:00', '2026-03-08T07:30:00Z', 'a gap west of Greenwich'],
    ['America/New_York', '2026-11-01 01:30:00', '2026-11-01T05:30:00Z', 'an overlap west of Greenwich'],
    ['Australia/Lord_Howe', '2026-10-04 02:15:00', '2026-10-03T15:45:00Z', 'a gap of half an hour'],
    ['Australia/Lord_Howe', '2026-04-05 01:45:00', '2026-04-04T14:45:00Z', 'an overlap of half an hour'],
    ['Pacific/Apia', '2011-12-30 12:00:00', '2011-12-30T22:00:00Z', 'a day that did not happen'],
    ['UTC', '2024-02-29 00:00:00', '2024-02-29T00:00:00Z', 'a leap day'],
    ['Europe/Berlin', '2026-01-15T08:00:00+05:00', '2026-01-15T03:00:00Z', 'its own offset'],
    ['Europe/Berlin', '2026-01-15T08:00:00-0330', '2026-01-15T11:30:00Z', 'an offset without colon'],
    ['Europe/Berlin', '2026-01-15T08:00:00Z', '2026-01-15T08:00:00Z', 'UTC'],
    ['Europe/Berlin', '2026-01-15T08:00:00.999Z', '2026-01-15T08:00:00Z', 'fractions are dropped'],
  ])('%s %s is %s: %s', (zone, text, expected) => {
    expect(createCalendar(zone).parse(text)).toBe(Date.parse(expected));
  });

  it.each([
    '',
    '2026-02-31 00:00:00',
    '2025-02-29 00:00:00',
    '2026-13-01 00:00:00',
    '2026-00-10 00:00:00',
    '2026-01-00 00:00:00',
    '2026-01-15 24:00:00',
    '2026-01-15 08:60:00',
    '2026-01-15 08:00:60',
    '2026-01-15 8:00:00',
    '2026-01-15',
    '2026-01-15T08:00:00',
    '2026-01-15 08:00:00Z',
    '2026-01-15T08:00:00+19:00',
    '2026-01-15T08:00:00+01:60',
    '0000-01-01 00:00:00',
    '0099-01-01 00:00:00',
    '9999-12-31 23:59:59',
    '2026-02-31T00:00:00Z',
    '२०२६-01-15 08:00:00',
    '2026-01-15 08:00:00\n',
    'yesterday',
    '1772352000000',
  ])('refuses %j', (text) => {
    expect(createCalendar('Europe/Berlin').parse(text)).toBeNull();
  });
});

describe('writing a date', () => {
  it.each([
    ['UTC', '2026-01-15T08:00:00.999Z', '2026-01-15 08:00:00', '2026-01-15T08:00:00Z', '2026-01-15'],
    ['Europe/Berlin', '2026-07-15T22:30:00Z', '2026-07-16 00:30:00', '2026-07-16T00:30:00+02:00', '2026-07-16'],
    ['America/New_York', '2026-01-15T02:00:00Z', '2026-01-14 21:00:00', '2026-01-14T21:00:00-05:00', '2026-01-14'],
    ['Asia/Kathmandu', '2026-01-15T02:00:00Z', '2026-01-15 07:45:00', '2026-01-15T07:45:00+05:45', '2026-01-15'],
    ['America/St_Johns', '2026-01-15T02:00:00Z', '2026-01-14 22:30:00', '2026-01-14T22:30:00-03:30', '2026-01-14'],
  ])('%s %s', (zone, at, local, iso, day) => {
    const calendar = createCalendar(zone);
    const timeMs = Date.parse(at);
    expect([calendar.local(timeMs), calendar.iso(timeMs), calendar.day(timeMs)]).toEqual([local, iso, day]);
  });

  it('what is written as ISO reads back as the same second, in every zone', () => {
    const seconds = fc.integer({ min: Date.UTC(1972, 0) / 1000, max: Date.UTC(2100, 0) / 1000 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), seconds, (zone, second) => {
        const calendar = createCalendar(zone);
        expect(calendar.parse(calendar.iso(second * 1000))).toBe(second * 1000);
      }),
    );
  });

  it('what is written as wall clock reads back as the same wall clock, and never later than it was', () => {
    const seconds = fc.integer({ min: Date.UTC(1972, 0) / 1000, max: Date.UTC(2100, 0) / 1000 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), seconds, (zone, second) => {
        const calendar = createCalendar(zone);
        const readMs = calendar.parse(calendar.local(second * 1000))!;
        expect(calendar.local(readMs)).toBe(calendar.local(second * 1000));
        expect(readMs).toBeLessThanOrEqual(second * 1000);
      }),
    );
  });
});

it('an unknown zone is refused by name', () => {
  expect(() => createCalendar('Mars/Olympus')).toThrow('time zone "Mars/Olympus" is unknown');
});
