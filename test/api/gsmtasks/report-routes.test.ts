import { describe, expect, it } from 'vitest';
import type { TaskTerms } from '../../../src/model/task.ts';
import { READER_KEY } from '../../operations/fake-line.ts';
import { happenings, T0 } from './happenings-kit.ts';

const HOUR = 3_600_000;
const NOTHING = {
  scheduled: 0,
  unassigned: 0,
  assigned: 0,
  accepted: 0,
  transit: 0,
  active: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
};
const URL = '/reports/tasks/states_count/';

describe('tasks of each day by their state', () => {
  it('belong to the day on which their window begins, or else ends, by the clock of a time zone', async () => {
    const world = await happenings();
    const at = (fromMs: number, toMs: number, openEnds?: TaskTerms['openEnds']) => ({
      fromMs,
      toMs,
      ...(openEnds && { openEnds }),
    });
    const DAY1 = Date.UTC(2026, 2, 1);
    await world.task({ trackerId: null, terms: at(DAY1 + 23 * HOUR, DAY1 + 30 * HOUR) });
    const { id } = await world.task({ terms: at(DAY1 + 10 * HOUR, DAY1 + 400 * HOUR) });
    await world.kit.do({ kind: 'move_task', taskId: id, move: 'suspend', timeMs: null });
    await world.kit.do({ kind: 'move_task', taskId: id, move: 'start', timeMs: null });
    await world.task({ trackerId: 2, terms: at(DAY1, DAY1 + 25 * HOUR, 'from') });
    await world.task({ terms: at(DAY1 + 12 * HOUR, DAY1 + 36 * HOUR, 'both') });
    await world.task({ terms: at(DAY1 + 48 * HOUR, DAY1 + 72 * HOUR, 'to') });
    await world.task({ begins: 'draft', trackerId: null, terms: at(DAY1, DAY1 + HOUR) });
    await world.task({ begins: 'scheduled', trackerId: null, terms: at(DAY1, DAY1 + HOUR) });
    const counts = async (query: string) => (await world.ask('GET', `${URL}?${query}`)).body['dates'];
    expect(await counts('date_from=2026-03-01&date_until=2026-03-03')).toEqual({
      '2026-03-01': { ...NOTHING, scheduled: 1, unassigned: 1, transit: 1 },
      '2026-03-02': { ...NOTHING, assigned: 1 },
      '2026-03-03': { ...NOTHING, assigned: 1 },
    });
    expect(await counts('date_from=2026-03-01&date_until=2026-03-02&timezone=Europe/Tallinn')).toEqual({
      '2026-03-01': { ...NOTHING, scheduled: 1, transit: 1 },
      '2026-03-02': { ...NOTHING, unassigned: 1, assigned: 1 },
    });
    expect(await counts(`date_from=2026-03-02&assignee=${world.trackerUuids.get(2)}`)).toEqual({
      '2026-03-02': { ...NOTHING, assigned: 1 },
    });
    const both = [...world.trackerUuids.values()].join(',');
    expect(await counts(`date_from=2026-03-01&assignee__in=${both}`)).toEqual({
      '2026-03-01': { ...NOTHING, transit: 1 },
    });
    expect(await counts('date_from=2026-03-01&account=00000000-0000-4000-8000-000000000000')).toEqual({
      '2026-03-01': NOTHING,
    });
    expect(Object.keys((await counts('')) as object)).toEqual([new Date(T0).toISOString().slice(0, 10)]);
  });

  it('has days of 23 and of 25 hours', async () => {
    const world = await happenings();
    // Clocks in Berlin went forward on 29 March 2026: this is half past midnight of the 30th there.
    const fromMs = Date.UTC(2026, 2, 29, 22, 30);
    await world.task({ terms: { fromMs, toMs: fromMs + HOUR } });
    const { body } = await world.ask('GET', `${URL}?date_from=2026-03-29&date_until=2026-03-30&timezone=Europe/Berlin`);
    expect(body['dates']).toEqual({ '2026-03-29': NOTHING, '2026-03-30': { ...NOTHING, assigned: 1 } });
  });

  it.each([
    ['date_from=2026-02-30', 'date_from'],
    ['date_until=yesterday', 'date_until'],
    ['date_from=2026-03-02&date_until=2026-03-01', 'date_until'],
    ['date_from=2025-01-01&date_until=2026-01-02', 'date_until'],
    ['timezone=Mars/Olympus', 'timezone'],
    ['assignee=me', 'assignee'],
    ['assignee__in=me,you', 'assignee__in'],
    ['account=x', 'account'],
  ])('%s is refused', async (query, field) => {
    const world = await happenings();
    const { status, body } = await world.ask('GET', `${URL}?${query}`);
    expect([status, Object.keys(body)]).toEqual([400, [field]]);
  });

  it('spans a leap year at most, and asks for a right', async () => {
    const world = await happenings();
    const { body } = await world.ask('GET', `${URL}?date_from=2024-01-01&date_until=2024-12-31`);
    expect(Object.keys(body['dates'] as object)).toHaveLength(366);
    world.kit.store.keys.create('reader', READER_KEY, ['trackers:read'], T0, null);
    expect((await world.ask('GET', URL, undefined, READER_KEY)).status).toBe(403);
  });
});
