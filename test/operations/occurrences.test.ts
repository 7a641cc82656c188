/** Which tasks schedules have due: every matching local day once, whatever the zone does to its clock. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { occurrencesIn, occurrencesOn, taskOf } from '../../src/operations/occurrences.ts';
import { zoneOffsets } from '../../src/operations/wall-clock.ts';
import { DAILY, DAY, HOUR, schedule } from './schedule-kit.ts';

const MINUTE = 60_000;

function windowsOf(zone: string, day: string, fromTime: string, minutes = 60): string[] {
  const fromTimeMs = Date.parse(`1970-01-01T${fromTime}Z`);
  const given = [schedule({ fromTimeMs, durationMs: minutes * MINUTE })];
  return [...occurrencesOn(Date.parse(day), given, zoneOffsets(zone))].map(({ fromMs, toMs }) =>
    [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(5, 19)).join(' '),
  );
}

describe('the window of one day', () => {
  it.each([
    ['Europe/Berlin', '2026-03-28', '02:30:00', '03-28T01:30:00 03-28T02:30:00', 'the day before summer time'],
    ['Europe/Berlin', '2026-03-29', '02:30:00', '03-29T01:30:00 03-29T02:30:00', 'in the gap: at 03:30'],
    ['Europe/Berlin', '2026-03-29', '01:30:00', '03-29T00:30:00 03-29T01:30:00', 'over the gap: an hour all the same'],
    ['Europe/Berlin', '2026-03-30', '02:30:00', '03-30T00:30:00 03-30T01:30:00', 'the day after'],
    ['Europe/Berlin', '2026-10-25', '02:30:00', '10-25T00:30:00 10-25T01:30:00', 'in the overlap: the earlier'],
    ['Europe/Berlin', '2026-10-25', '03:00:00', '10-25T02:00:00 10-25T03:00:00', 'after the overlap'],
    ['America/Sao_Paulo', '2018-11-04', '00:00:00', '11-04T03:00:00 11-04T04:00:00', 'midnight is skipped'],
    [
      'America/Sao_Paulo',
      '2018-02-18',
      '00:00:00',
      '02-18T03:00:00 02-18T04:00:00',
      'the hour before midnight came twice',
    ],
    ['America/Sao_Paulo', '2018-02-17', '23:30:00', '02-18T01:30:00 02-18T02:30:00', 'in that hour: the earlier'],
    ['Asia/Beirut', '2026-03-29', '00:15:00', '03-28T22:15:00 03-28T23:15:00', 'midnight is skipped, further east'],
    ['Asia/Beirut', '2026-10-24', '23:15:00', '10-24T20:15:00 10-24T21:15:00', 'the hour before midnight comes twice'],
    ['Africa/Cairo', '2026-04-24', '00:00:00', '04-23T22:00:00 04-23T23:00:00', 'midnight is skipped on a Friday'],
    [
      'America/Havana',
      '2026-11-01',
      '00:30:00',
      '11-01T04:30:00 11-01T05:30:00',
      'the hour after midnight comes twice',
    ],
    ['Pacific/Apia', '2011-12-29', '08:00:00', '12-29T18:00:00 12-29T19:00:00', 'the day before the date line moved'],
    ['Pacific/Apia', '2011-12-31', '08:00:00', '12-30T18:00:00 12-30T19:00:00', 'the day after'],
  ])('%s %s %s is %s: %s', (zone, day, fromTime, window) => {
    expect(windowsOf(zone, day, fromTime)).toEqual([window]);
  });

  it('a day that a zone skipped has none', () => {
    expect(windowsOf('Pacific/Apia', '2011-12-30', '08:00:00')).toEqual([]);
  });

  it('lasts as long as it is said to, also over many days', () => {
    expect(windowsOf('Europe/Berlin', '2026-03-20', '08:00:00', 46_080)).toEqual(['03-20T07:00:00 04-21T07:00:00']);
  });
});

describe('the days of a schedule', () => {
  const days = (part: Parameters<typeof schedule>[0], from: string, to: string): string[] =>
    [...occurrencesIn(Date.parse(from), Date.parse(to), [schedule(part)], zoneOffsets('UTC'))].map(({ dayMs }) =>
      new Date(dayMs).toISOString().slice(5, 10),
    );

  it.each([
    ['weekdays', [1], ['03-02', '03-09', '03-16', '03-23', '03-30']],
    ['weekdays', [7], ['03-01', '03-08', '03-15', '03-22', '03-29']],
    ['weekdays', [6, 2], ['03-03', '03-07', '03-10', '03-14', '03-17', '03-21', '03-24', '03-28', '03-31']],
    ['month_days', [1, 31], ['03-01', '03-31']],
  ] as const)('%s %j in March 2026', (kind, numbers, expected) => {
    expect(days({ days: { kind, days: numbers } }, '2026-03-01', '2026-03-31T23:59:59Z')).toEqual(expected);
  });

  it.each([
    ['2026-02-01', '2026-04-30T23:59:59Z', [29, 30, 31], ['03-29', '03-30', '03-31', '04-29', '04-30']],
    ['2028-02-01', '2028-02-29T23:59:59Z', [29, 30, 31], ['02-29']],
  ])('from %s to %s the days %j of a month that lacks them are left out', (from, to, numbers, expected) => {
    expect(days({ days: { kind: 'month_days', days: numbers } }, from, to)).toEqual(expected);
  });

  it('begin with the first that began after the schedule was written', () => {
    const sinceMs = Date.parse('2026-03-02T07:00:00Z');
    expect(days({ sinceMs }, '2026-03-01', '2026-03-04T23:59:59Z')).toEqual(['03-03', '03-04']);
    expect(days({ sinceMs: Date.parse('2026-03-02') }, '2026-03-01', '2026-03-03T12:00:00Z')).toEqual([
      '03-02',
      '03-03',
    ]);
  });

  it('are told by the beginning of the window, both ends of the period included', () => {
    expect(days({}, '2026-03-02T08:00:00Z', '2026-03-03T08:00:00Z')).toEqual(['03-02', '03-03']);
    expect(days({}, '2026-03-02T08:00:01Z', '2026-03-03T07:59:59Z')).toEqual([]);
  });
});

describe('the task of a day', () => {
  const [first, second] = occurrencesIn(Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 3), [schedule()], zoneOffsets('UTC'));

  it('says what the schedule says, and that it was scheduled', () => {
    expect(taskOf(first!, null)).toMatchObject({
      dialect: 'navixy',
      trackerId: null,
      text: { label: 'Empty the bins', origin: 'scheduled' },
      terms: { fromMs: Date.UTC(2026, 2, 1, 8), toMs: Date.UTC(2026, 2, 1, 9) },
    });
  });

  it('has a name that follows from schedule and day alone: version 5 of RFC 9562', () => {
    // Python: uuid.uuid5(uuid.UUID('6ba7b810-9dad-41d1-80b4-00c04fd430c8'), '2026-03-01')
    expect(taskOf(first!, null).uuid).toBe('f6e3f790-9192-5b31-b74b-e8bbd6cc20f3');
    expect(taskOf({ ...first!, fromMs: 0, toMs: 1 }, null).uuid).toBe(taskOf(first!, null).uuid);
    expect(taskOf(second!, null).uuid).not.toBe(taskOf(first!, null).uuid);
  });
});

describe('over any two years in any zone', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const someDays = fc.oneof(
    fc.record({ kind: fc.constant('weekdays' as const), days: fc.subarray(DAILY, { minLength: 1 }) }),
    fc.record({
      kind: fc.constant('month_days' as const),
      days: fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 8 }),
    }),
  );

  it('a schedule runs once on every local day that it names and that there was, at its time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2035, 0, 1) }),
        someDays,
        fc.integer({ min: 0, max: 24 * 60 - 1 }),
        (zone, startMs, days, minute) => {
          const wall = wallOf(zone);
          const endMs = startMs + 730 * DAY;
          const given = schedule({ days, fromTimeMs: minute * MINUTE, sinceMs: -DAY * 365 * 100 });
          const found = [...occurrencesIn(startMs, endMs, [given], zoneOffsets(zone))];
          // The first and last days are begun or ended elsewhere.
          const inside = (day: string): boolean =>
            Date.parse(day) > startMs + 3 * DAY && Date.parse(day) < endMs - 3 * DAY;
          const told = found.map(({ dayMs }) => new Date(dayMs).toISOString().slice(0, 10)).filter(inside);
          const there = new Set<string>();
          for (let ms = startMs; ms <= endMs; ms += 2 * HOUR) there.add(wall(ms).slice(0, 10));
          const named = [...there].filter((day) => inside(day) && isNamed(days, day));
          expect(told).toEqual(named.sort());
          for (const { dayMs, fromMs } of found) {
            const wanted = new Date(dayMs + minute * MINUTE).toISOString().slice(0, 16);
            const shown = wall(fromMs);
            // Later than wanted only where no such time was on the wall; never the later one of two.
            expect(shown >= wanted, `${zone} ${wanted} became ${shown}`).toBe(true);
            if (shown > wanted) expect(wall(fromMs - 1) < wanted || wall(fromMs - 3 * HOUR) < wanted).toBe(true);
            for (const earlier of [30 * MINUTE, HOUR, 2 * HOUR]) expect(wall(fromMs - earlier)).not.toBe(shown);
          }
        },
      ),
      { numRuns: 30 },
    );
  }, 120_000);
});

/** The wall's digits by the platform's own calendar, `2026-03-01T08:00`. */
function wallOf(zone: string): (timeMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (timeMs) => format.format(timeMs).replace(' ', 'T');
}

function isNamed({ kind, days }: { kind: string; days: readonly number[] }, day: string): boolean {
  const date = new Date(day);
  const number = kind === 'weekdays' ? ((date.getUTCDay() + 6) % 7) + 1 : date.getUTCDate();
  return days.includes(number);
}
