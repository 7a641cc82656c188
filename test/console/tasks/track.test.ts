/** The track beside a task: what of it is looked at, and how its parts are told apart. */
import { describe, expect, it } from 'vitest';
import { evidencePeriod, trackParts } from '../../../src/console/tasks/track.ts';
import type { Task } from '../../../src/console/wire.ts';
import { fix, task } from './samples.ts';

const at = (clock: string, day = 22): string => `2026-11-${day}T${clock}:00.000Z`;
const ms = (clock: string, day = 22): number => Date.parse(at(clock, day));
const visit = (from: string, to: string) => ({ from, to, counts: true });

describe('the period that is looked at', () => {
  const cases: readonly (readonly [string, Partial<Task>, number, [number, number] | null])[] = [
    ['half an hour around a window that is over', {}, ms('15:00'), [ms('07:30'), ms('10:30')]],
    ['up to the present while it is open', {}, ms('09:00'), [ms('07:30'), ms('09:00')]],
    ['with the time it may be late by', { maxDelay: 3600 }, ms('15:00'), [ms('07:30'), ms('11:30')]],
    ['none before it begins', {}, ms('07:00'), null],
    ['none while nobody has it', { trackerId: null }, ms('09:00'), null],
    ['the last two days of a long window', { from: at('08:00', 2) }, ms('15:00'), [ms('09:30', 20), ms('10:30')]],
    ['the last two days of one without ends', { from: null, to: null }, ms('15:00'), [ms('14:30', 20), ms('15:00')]],
  ];
  it.each(cases)('%s', (_name, some, nowMs, expected) => {
    const period = evidencePeriod(task(some), [], nowMs);
    expect(period && [period.fromMs, period.toMs]).toEqual(expected);
  });

  it('of a long window is where it was visited', () => {
    const visits = [visit(at('12:00', 5), at('12:10', 5)), visit(at('13:00', 5), at('13:10', 5))];
    expect(evidencePeriod(task({ from: at('08:00', 2) }), visits, ms('15:00'))).toEqual({
      fromMs: ms('11:30', 5),
      toMs: ms('13:40', 5),
    });
  });
});

describe('the parts of a track', () => {
  const kinds = (clocks: readonly string[], visits: readonly ReturnType<typeof visit>[] = []): [string, number][] =>
    trackParts(
      clocks.map((clock) => fix(at(clock))),
      visits,
    ).map(({ kind, points }) => [kind, points.length]);

  it.each([
    ['no fix, no way', [], [], []],
    ['one fix, no way', ['09:00'], [], []],
    ['neighbours are a way', ['09:00', '09:01', '09:02'], [], [['way', 3]]],
    [
      'what lies too far apart is a gap',
      ['09:00', '09:01', '09:07', '09:08'],
      [],
      [
        ['way', 2],
        ['gap', 2],
        ['way', 2],
      ],
    ],
    [
      'two gaps are two',
      ['09:00', '09:10', '09:20'],
      [],
      [
        ['gap', 2],
        ['gap', 2],
      ],
    ],
    [
      'a visit stands out',
      ['09:00', '09:01', '09:02', '09:03'],
      [visit(at('09:01'), at('09:02'))],
      [
        ['way', 2],
        ['visit', 2],
        ['way', 2],
      ],
    ],
    [
      'a visit has no gaps: inside at both ends is inside between',
      ['09:00', '09:30'],
      [visit(at('09:00'), at('09:30'))],
      [['visit', 2]],
    ],
    [
      'from one visit to another is a way',
      ['09:00', '09:01'],
      [visit(at('08:50'), at('09:00')), visit(at('09:01'), at('09:05'))],
      [['way', 2]],
    ],
  ] as const)('%s', (_name, clocks, visits, expected) => {
    expect(kinds(clocks, visits)).toEqual(expected);
  });

  it('are made of valid fixes alone', () => {
    const fixes = [fix(at('09:00')), fix(at('09:01'), { valid: false, lat: 0, lon: 0 }), fix(at('09:02'), { lat: 53 })];
    expect(trackParts(fixes, [])).toEqual([
      {
        kind: 'way',
        points: [
          [52.5, 13.4],
          [53, 13.4],
        ],
      },
    ]);
  });
});
