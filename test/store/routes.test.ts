import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Route } from '../../src/model/route.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { MIGRATIONS } from '../../src/store/schema.ts';
import type { RouteFilter, Store } from '../../src/store/store.ts';
import { batch, HOUR, T0, task, testDirectory, testStore } from './kit.ts';

const ALL: RouteFilter = { offset: 0, limit: 100 };

function route(id: number, part: Partial<Route> = {}, facts: Partial<Route['facts']> = {}): Route {
  return {
    id,
    uuid: `20000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    dialect: 'navixy',
    createdMs: T0,
    deletedMs: null,
    text: { label: `Route ${id}`, description: '', externalId: null, tags: [], origin: 'manual', extra: {} },
    trackerId: 1,
    sinceMs: T0,
    checkpointIds: [id * 10, id * 10 + 1],
    facts: { status: 'assigned', statusMs: T0, fromMs: T0, toMs: T0 + HOUR, ...facts },
    ...part,
  };
}

const TEXT = route(1).text;

const ROUTES: readonly Route[] = [
  route(1, { text: { ...TEXT, label: 'Größe', externalId: 'A-1' } }),
  route(2, { trackerId: 2, text: { ...TEXT, label: '100 %', description: 'ÜBER die _Brücke_' } }, { status: 'done' }),
  route(3, { trackerId: null }, { status: 'unassigned', fromMs: T0 + 2 * HOUR, toMs: T0 + 5 * HOUR }),
  route(4, { deletedMs: T0, text: { ...TEXT, externalId: 'A-1' } }),
];

function filled(): Store {
  const store = testStore();
  const checkpoint = { ...task(10), checkpoint: { routeId: 1, order: 0 } };
  const bearing = { ...checkpoint, text: { ...checkpoint.text, externalId: 'A-1' } };
  store.append(batch({ rows: { routes: ROUTES, createdTasks: [bearing, task(11), task(12)] } }));
  return store;
}

describe('routes', () => {
  it.each<[string, Partial<RouteFilter>, number[]]>([
    ['all but deleted ones', {}, [1, 2, 3]],
    ['by status', { statuses: ['done', 'unassigned', 'arrived'] }, [2, 3]],
    ['by no status', { statuses: [] }, []],
    ['by tracker', { trackerIds: [2, 9] }, [2]],
    ['by window', { overlapFromMs: T0 + HOUR + 1, overlapToMs: T0 + 2 * HOUR }, [3]],
    ['that end at the beginning', { overlapFromMs: T0 + HOUR, overlapToMs: T0 + HOUR }, [1, 2]],
    ['by a word of the label, in whatever case', { words: 'GRÖSSE'.replace('SS', 'ß') }, [1]],
    ['by a word of the description, in whatever case', { words: 'über' }, [2]],
    ['by what would be a pattern', { words: '%' }, [2]],
    ['by what would be another one', { words: '_b' }, [2]],
    ['by words that none has', { words: 'nowhere' }, []],
    ['by all of it', { statuses: ['done'], trackerIds: [2], overlapToMs: T0, words: '100' }, [2]],
  ])('are listed %s', (_, filter, ids) => {
    const { routes, count } = filled().routes.list({ ...ALL, ...filter });
    expect(routes.map(({ id }) => id)).toEqual(ids);
    expect(count).toBe(ids.length);
  });

  it('are paged through, and counted before that', () => {
    const { routes } = filled();
    expect(routes.list({ offset: 1, limit: 1 })).toEqual({ routes: [ROUTES[1]], count: 3 });
    expect(routes.list({ offset: 5, limit: 1 })).toEqual({ routes: [], count: 3 });
  });

  it('read back as they were written, and not when deleted', () => {
    const { routes } = filled();
    expect(routes.read(3)).toEqual(ROUTES[2]);
    expect([routes.read(4), routes.read(10)]).toEqual([null, null]);
  });

  it('and their checkpoints count as bearers of an external id', () => {
    const { tasks } = filled();
    expect([tasks.bearers('A-1', 9), tasks.bearers('A-1', 1), tasks.bearers('a-1', 9)]).toEqual([2, 1, 0]);
  });
});

describe('checkpoints', () => {
  it('are read by id, in that order, and stand in no list of tasks', () => {
    const { tasks } = filled();
    expect(tasks.rows([12, 99, 10]).map(([id]) => id)).toEqual([12, 10]);
    expect(tasks.list({ sort: [], offset: 0, limit: 9 }).tasks.map(({ id }) => id)).toEqual([11, 12]);
    expect(tasks.countByStatus().assigned).toBe(2);
  });
});

it('a route of an older database gets the window of its checkpoints', () => {
  const migration = MIGRATIONS.findIndex((sql) => sql.includes('routes_alive'));
  const db = new Database(join(testDirectory(), DATABASE_FILE));
  for (const sql of MIGRATIONS.slice(0, migration)) db.exec(sql);
  const columns = `uuid, dialect, created_ms, label, description, address, tags, origin, extra, lat_deg, lon_deg, radius_m,
    max_delay_ms, min_stay_ms, min_arrival_ms, is_form_required, is_form_in_zone, state, status_ms, stay_ms, issues,
    is_late, is_faulty, is_settled`;
  const values = `'navixy', 0, '', '', '', '[]', 'manual', '{}', 0, 0, 1, 0, 0, 0, 0, 0, 'assigned', 0, 0, '', 0, 0, 0`;
  db.exec(
    `INSERT INTO tasks (id, from_ms, to_ms, ${columns}) VALUES (5, 100, 200, 'a', ${values}), (6, 150, 300, 'b', ${values})`,
  );
  db.exec(`INSERT INTO routes (id, uuid, dialect, created_ms, text, since_ms, checkpoint_ids, status, status_ms)
    VALUES (7, 'c', 'navixy', 0, '{"externalId":"X"}', 0, '[5,6]', 'assigned', 0)`);
  db.exec(MIGRATIONS[migration]!);
  expect(db.prepare('SELECT from_ms, to_ms, external_id FROM routes').get()).toEqual({
    from_ms: 100,
    to_ms: 300,
    external_id: 'X',
  });
  db.close();
});
