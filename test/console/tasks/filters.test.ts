/** Filters of the list of tasks: kept in the address, and followed by what changes on the screen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filtersHash,
  filtersQuery,
  isTaken,
  listPath,
  NO_FILTERS,
  readFilters,
  STATUSES,
  type TaskFilters,
  toggled,
  withEvent,
} from '../../../src/console/tasks/filters.ts';
import type { Status, Task } from '../../../src/console/wire.ts';
import { liveEvent, task } from './samples.ts';

const instants = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
  .map((at) => at.toISOString());
const anyFilters: fc.Arbitrary<TaskFilters> = fc.record({
  statuses: fc.subarray([...STATUSES]),
  trackerId: fc.option(fc.integer({ min: 1, max: 1e9 })),
  words: fc.string({ maxLength: 200 }).map((words) => words.trim()),
  from: fc.option(instants),
  to: fc.option(instants),
});

describe('filters in the address', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(anyFilters, (filters) => {
        expect(readFilters(new URLSearchParams(filtersQuery(filters)))).toEqual(filters);
      }),
    );
  });

  it.each([
    ['', NO_FILTERS],
    ['status=arrived,none,done', { ...NO_FILTERS, statuses: ['arrived', 'done'] }],
    ['tracker=0', NO_FILTERS],
    ['tracker=3%27', NO_FILTERS],
    ['tracker=3', { ...NO_FILTERS, trackerId: 3 }],
    ['from=yesterday', NO_FILTERS],
    ['to=2026-11-22T10:00Z', { ...NO_FILTERS, to: '2026-11-22T10:00:00.000Z' }],
    [`search=${'x'.repeat(300)}`, { ...NO_FILTERS, words: 'x'.repeat(200) }],
  ])('%s is read without trusting it', (query, expected) => {
    expect(readFilters(new URLSearchParams(query))).toEqual(expected);
  });

  it('leave the address alone where there are none', () => {
    expect(filtersHash(NO_FILTERS)).toBe('#/tasks');
    expect(filtersHash({ ...NO_FILTERS, statuses: ['arrived', 'done'] })).toBe('#/tasks?status=arrived,done');
  });

  it('are asked of the gateway with a limit and a cursor', () => {
    const path = listPath({ ...NO_FILTERS, words: 'a b&c' }, 'next');
    expect([...new URL(path, 'http://x').searchParams]).toEqual([
      ['search', 'a b&c'],
      ['limit', '50'],
      ['cursor', 'next'],
    ]);
  });

  it('hold statuses in one order, whichever was pressed first', () => {
    expect(toggled(toggled([], 'done'), 'arrived')).toEqual(['arrived', 'done']);
    expect(toggled(['arrived', 'done'], 'arrived')).toEqual(['done']);
  });
});

describe('a task and the filters', () => {
  const at = (hour: number): string => `2026-11-22T${String(hour).padStart(2, '0')}:00:00.000Z`;
  const cases: readonly (readonly [string, Partial<Task>, Partial<TaskFilters>, boolean])[] = [
    ['none take all', {}, {}, true],
    ['its status', { status: 'arrived' }, { statuses: ['arrived'] }, true],
    ['another status', { status: 'arrived' }, { statuses: ['done'] }, false],
    ['a draft has none', { status: null }, { statuses: ['done'] }, false],
    ['its tracker', { trackerId: 3 }, { trackerId: 3 }, true],
    ['nobody', { trackerId: null }, { trackerId: 3 }, false],
    ['the window ends as the period begins', {}, { from: at(10) }, true],
    ['the window ends before the period', {}, { from: at(11) }, false],
    ['the window begins after the period', {}, { to: at(7) }, false],
    ['a window without an end reaches every period', { to: null }, { from: at(23) }, true],
    ['a window without a beginning as well', { from: null }, { to: at(1) }, true],
  ];
  it.each(cases)('%s', (_name, some, filters, expected) => {
    expect(isTaken(task(some), { ...NO_FILTERS, ...filters })).toBe(expected);
  });
});

describe('the list on the screen', () => {
  const list = (ids: readonly number[], nextCursor: string | null = null) => ({
    tasks: ids.map((id) => task({ id })),
    nextCursor,
  });
  const ids = (shown: { readonly tasks: readonly Task[] }): number[] => shown.tasks.map(({ id }) => id);

  it('shows a task as it is after an event', () => {
    const after = withEvent(list([9, 7]), liveEvent(task({ id: 7, status: 'arrived' })), NO_FILTERS);
    expect(after.tasks.map(({ id, status }) => [id, status])).toEqual([
      [9, 'assigned'],
      [7, 'arrived'],
    ]);
  });

  const filtered = { ...NO_FILTERS, statuses: ['assigned'] as Status[] };
  it.each([
    ['a new task comes to its place', list([9, 7]), liveEvent(task({ id: 8 })), NO_FILTERS, [9, 8, 7]],
    ['a deleted one goes', list([9, 7]), liveEvent(null, 9), NO_FILTERS, [7]],
    ['one that no longer matches goes', list([9, 7]), liveEvent(task({ id: 9, status: 'done' })), filtered, [7]],
    [
      'one below the loaded page waits for its page',
      list([9, 7], 'more'),
      liveEvent(task({ id: 2 })),
      NO_FILTERS,
      [9, 7],
    ],
    ['one of the last page comes', list([9, 7]), liveEvent(task({ id: 2 })), NO_FILTERS, [9, 7, 2]],
    ['words are left to the gateway', list([9]), liveEvent(task({ id: 10 })), { ...NO_FILTERS, words: 'x' }, [9]],
    ['one that is not shown and does not match changes nothing', list([9]), liveEvent(null, 4), NO_FILTERS, [9]],
  ])('%s', (_name, before, happened, filters, expected) => {
    expect(ids(withEvent(before, happened, filters))).toEqual(expected);
  });
});
