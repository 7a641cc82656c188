import { describe, expect, it } from 'vitest';
import { Filtering } from '../../../src/api/gsmtasks/filtering.ts';

const ONE = '11111111-2222-4333-8444-555555555555';
const OTHER = '99999999-2222-4333-8444-555555555555';
const WORDS = ['red', 'green', 'blue'] as const;

describe('filters of a list', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ['nothing', {}, null],
    ['an empty one', { colour: '' }, null],
    ['one', { colour: 'red' }, ['red']],
    ['the last of two', { colour: ['red', 'blue'] }, ['blue']],
    ['several', { colour__in: 'red, blue' }, ['red', 'blue']],
    ['several, repeated', { colour__in: ['red', 'blue,green'] }, ['red', 'blue', 'green']],
    ['both at once', { colour: 'red', colour__in: 'red,blue' }, ['red']],
    ['nothing in several', { colour__in: '' }, []],
  ])('%s', (_, query, expected) => {
    const filters = new Filtering(query);
    expect(filters.words('colour', WORDS)).toEqual(expected);
    expect(filters.faults).toBeNull();
  });

  it.each<[Record<string, unknown>, string]>([
    [{ colour: 'pink' }, 'colour'],
    [{ colour__in: 'red,pink' }, 'colour__in'],
    [{ colour: '__proto__' }, 'colour'],
    [{ colour__in: Array.from({ length: 1001 }, () => 'red').join(',') }, 'colour__in'],
  ])('%j is told', (query, field) => {
    const filters = new Filtering(query);
    filters.words('colour', WORDS);
    expect(Object.keys(filters.faults ?? {})).toEqual([field]);
  });

  it.each<[Record<string, unknown>, number, number]>([
    [{}, -Infinity, Infinity],
    [{ at: '2026-03-02' }, Date.UTC(2026, 2, 2), Date.UTC(2026, 2, 3) - 1],
    [{ at__date: '2026-03-02' }, Date.UTC(2026, 2, 2), Date.UTC(2026, 2, 3) - 1],
    [{ at: '2026-03-02T08:00:00Z' }, Date.UTC(2026, 2, 2, 8), Date.UTC(2026, 2, 2, 8)],
    [{ at__gt: '2026-03-02T08:00:00Z' }, Date.UTC(2026, 2, 2, 8) + 1, Infinity],
    [{ at__gte: '2026-03-02T10:00:00+02:00' }, Date.UTC(2026, 2, 2, 8), Infinity],
    [{ at__gte: '2026-03-02T10:00:00 02:00' }, Date.UTC(2026, 2, 2, 8), Infinity],
    [{ at__lt: '2026-03-02T08:00:00Z' }, -Infinity, Date.UTC(2026, 2, 2, 8) - 1],
    [{ at__gte: '2026-03-01', at__lt: '2026-03-02' }, Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 2) - 1],
  ])('%j is a period', (query, fromMs, toMs) => {
    expect(new Filtering(query).period('at')).toEqual({ fromMs, toMs });
  });

  it.each(['2026-02-30', 'now', '2026-13-01T00:00:00Z', "2026-03-02'; DROP TABLE tasks"])('%s is no day', (day) => {
    const filters = new Filtering({ at: day });
    filters.period('at');
    expect(Object.keys(filters.faults ?? {})).toEqual(['at']);
  });

  it('reads things by URL or UUID', () => {
    const filters = new Filtering({
      a: ONE.toUpperCase(),
      b: `https://x/users/${OTHER}/`,
      c__in: `${ONE},${OTHER}`,
      d: 'x',
    });
    expect(filters.reference('a', 'users')).toBe(ONE);
    expect(filters.reference('b', 'users')).toBe(OTHER);
    expect(filters.references('c', 'users')).toEqual([ONE, OTHER]);
    expect(filters.references('none', 'users')).toBeNull();
    expect(filters.faults).toBeNull();
    filters.reference('d', 'users');
    expect(filters.faults).toEqual({ d: [expect.stringContaining('users')] });
  });
});
