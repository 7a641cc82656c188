import { describe, expect, it } from 'vitest';
import { instantOf, localDayMs, zoneOffsets } from '../../src/operations/wall-clock.ts';

describe('the instant that digits on the wall mean', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:30:00Z', 'skipped: moved forward'],
    ['Europe/Berlin', '2026-10-25T02:30:00', '2026-10-25T00:30:00Z', 'twice: the earlier'],
    ['America/Havana', '2026-11-01T00:00:00', '2026-11-01T04:00:00Z', 'a midnight that comes twice: the earlier'],
    ['America/Sao_Paulo', '2018-11-04T00:00:00', '2018-11-04T03:00:00Z', 'a midnight that is skipped: 01:00'],
    ['Asia/Beirut', '2026-03-29T00:00:00', '2026-03-28T22:00:00Z', 'a midnight that is skipped, east of Greenwich'],
    ['Africa/Cairo', '2026-04-24T00:00:00', '2026-04-23T22:00:00Z', 'a midnight that is skipped on a Friday'],
    ['America/St_Johns', '2010-11-07T00:00:00', '2010-11-07T02:30:00Z', 'a midnight that came back a minute later'],
    ['Pacific/Apia', '2011-12-30T00:00:00', '2011-12-30T10:00:00Z', 'a day that did not happen: the next'],
  ])('%s %s is %s: %s', (zone, wall, instant) => {
    expect(new Date(instantOf(Date.parse(`${wall}Z`), zoneOffsets(zone))).toISOString()).toBe(
      new Date(instant).toISOString(),
    );
  });
});

describe('the local day', () => {
  it.each([
    ['UTC', '2026-03-01T23:59:59.999Z', '2026-03-01'],
    ['Europe/Berlin', '2026-03-01T22:59:59.999Z', '2026-03-01'],
    ['Europe/Berlin', '2026-03-01T23:00:00Z', '2026-03-02'],
    ['Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31'],
    ['America/Los_Angeles', '1969-12-31T12:00:00Z', '1969-12-31'],
  ])('in %s at %s is %s', (zone, instant, day) => {
    expect(localDayMs(Date.parse(instant), zoneOffsets(zone))).toBe(Date.parse(day));
  });
});

it('names a zone that nobody knows, and what a zone looks like', () => {
  expect(() => zoneOffsets('Mars/Olympus')).toThrow(/"Mars\/Olympus" is unknown; expected an IANA name/);
});
