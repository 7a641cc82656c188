/** The timeline of a task: what is on it, and where. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evidence, NO_EVIDENCE, tickTimes, timelineOf } from '../../../src/console/tasks/timeline.ts';
import { task } from './samples.ts';

const at = (clock: string): string => `2026-11-22T${clock}:00.000Z`;
const ms = (clock: string): number => Date.parse(at(clock));
const evidence = (some: Partial<Evidence>): Evidence => ({ ...NO_EVIDENCE, ...some });

describe('a timeline', () => {
  it('has the window, the late time, the stays and the moments of an open task', () => {
    const visits = [
      { from: at('08:30'), to: at('08:31'), counts: false },
      { from: at('09:00'), to: at('09:20'), counts: true },
    ];
    const arrived = task({ status: 'arrived', arrivedAt: at('09:00'), maxDelay: 1800 });
    const { bars, marks } = timelineOf(arrived, evidence({ visits }), ms('09:20'));
    expect(bars.map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs])).toEqual([
      ['window', ms('08:00'), ms('10:00')],
      ['late', ms('10:00'), ms('10:30')],
      ['brief', ms('08:30'), ms('08:31')],
      ['visit', ms('09:00'), ms('09:20')],
    ]);
    expect(marks.map(({ kind }) => kind)).toEqual(['arrived', 'now']);
  });

  it('says when a failed task was closed, and a done one when all was done, once', () => {
    const over = { isOpen: false, statusAt: at('10:00') };
    const kinds = (some: Parameters<typeof task>[0], known: Partial<Evidence>): string[] =>
      timelineOf(task({ ...over, ...some }), evidence(known), ms('10:05')).marks.map(({ kind }) => kind);
    expect(kinds({ status: 'failed' }, {})).toEqual(['closed']);
    expect(kinds({ status: 'done', arrivedAt: at('09:00') }, { completedAt: at('10:00') })).toEqual([
      'arrived',
      'completed',
    ]);
    expect(kinds({ status: 'done' }, { completedAt: at('09:00'), formAt: at('08:30') })).toEqual([
      'form',
      'completed',
      'closed',
    ]);
  });

  it.each([
    ['within the window', ms('09:00'), true],
    ['as far before it as it is long', ms('06:00'), true],
    ['a day later, when it would squeeze everything', ms('09:00') + 86_400_000, false],
  ])('shows the present %s: %s', (_name, nowMs, expected) => {
    expect(timelineOf(task(), NO_EVIDENCE, nowMs).marks.some(({ kind }) => kind === 'now')).toBe(expected);
  });

  it('of a task without a window, without evidence, shows the present', () => {
    const { marks, bars, ticks } = timelineOf(task({ from: null, to: null }), NO_EVIDENCE, ms('09:00'));
    expect([bars.length, marks.map(({ kind, x }) => [kind, x])]).toEqual([0, [['now', 0.5]]]);
    expect(ticks.length).toBeGreaterThan(0);
  });

  it('draws an end that nobody has set to where the task has come', () => {
    const { bars } = timelineOf(task({ to: null }), NO_EVIDENCE, ms('09:00'));
    expect(bars.map(({ kind, toMs }) => [kind, toMs])).toEqual([['window', ms('09:00')]]);
  });

  it('leaves out a time that no date can say', () => {
    expect(timelineOf(task({ arrivedAt: '99999999999999999' }), NO_EVIDENCE, ms('09:00')).marks.length).toBe(1);
  });

  it('keeps everything it shows on the sheet', () => {
    const times = fc.integer({ min: 0, max: 4e12 }).map((time) => new Date(time).toISOString());
    const anything = fc.record({ from: fc.option(times), to: fc.option(times), arrivedAt: fc.option(times) });
    const visit = fc.tuple(times, times).map((ends) => {
      const [from, to] = [...ends].sort() as [string, string];
      return { from, to, counts: true };
    });
    fc.assert(
      fc.property(
        anything,
        fc.array(visit, { maxLength: 5 }),
        fc.integer({ min: 0, max: 4e12 }),
        (some, visits, nowMs) => {
          const { bars, marks, ticks } = timelineOf(task(some), evidence({ visits }), nowMs);
          for (const { x, width } of bars) {
            expect(x).toBeGreaterThanOrEqual(0);
            expect(width).toBeGreaterThanOrEqual(0);
            expect(x + width).toBeLessThanOrEqual(1 + 1e-9);
          }
          for (const { x } of [...marks, ...ticks]) expect(x >= 0 && x <= 1).toBe(true);
        },
      ),
    );
  });
});

describe('ticks', () => {
  it('stand at full hours of the reader, also where the zone is half an hour off', () => {
    const ticks = tickTimes(ms('08:10'), ms('12:10'), 330 * 60_000);
    expect(ticks.map((tick) => new Date(tick).toISOString())).toEqual(['08:30', '09:30', '10:30', '11:30'].map(at));
  });

  it('are few, however long the window is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 120_000, max: 4e12 }), (start, length) => {
        expect(tickTimes(start, start + length, 3_600_000).length).toBeLessThanOrEqual(8);
      }),
    );
  });
});
