import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { TaskDetails } from '../../src/model/details.ts';
import type { Dialect, LifecycleState, Zone } from '../../src/model/task.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import { UNLOCATED_SQL } from '../../src/store/unlocated.ts';
import { batch, NEW_FACTS, task, testDirectory, testStore } from './kit.ts';

const ZONE: Zone = { latDeg: 59.4, lonDeg: 24.7, radiusM: 150 };
const ASKED: TaskDetails = { geocoding: { provider: 'nominatim', atMs: null, failedMs: 5 } };
const NOBODY: TaskDetails = { reference: 'A-7', geocoding: { provider: null, atMs: null, failedMs: 5 } };

interface Row {
  readonly what: string;
  readonly address?: string;
  readonly zone?: Zone | null;
  readonly dialect?: Dialect;
  readonly details?: TaskDetails;
  readonly state?: LifecycleState;
  readonly isDeleted?: boolean;
  readonly waits: boolean;
}

// biome-ignore format: a table
const ROWS: readonly Row[] = [
  { what: 'an address and no point',              waits: true },
  { what: 'a point and no address',               waits: true,  address: '', zone: ZONE },
  { what: 'both',                                 waits: false, zone: ZONE },
  { what: 'neither',                              waits: false, address: '' },
  { what: 'an address of TheTrack',               waits: true,  dialect: 'thetrack' },
  { what: 'a point of Navixy',                    waits: false, dialect: 'navixy', address: '', zone: ZONE },
  { what: 'an address that somebody looked up',   waits: false, details: ASKED },
  { what: 'an address that nobody could look up', waits: true,  details: NOBODY },
  { what: 'an address of a finished task',        waits: false, state: 'completed' },
  { what: 'an address of a deleted task',         waits: false, isDeleted: true },
];

it.each(ROWS)('$what waits for a geocoder: $waits', (row) => {
  const { address = 'Quay 4', zone = null, dialect = 'gsmtasks', details, state = 'assigned', isDeleted, waits } = row;
  const usual = task(7);
  const wanted = task(7, {
    dialect,
    text: { ...usual.text, address, ...(details && { details }) },
    terms: { ...usual.terms, zone },
    facts: { ...NEW_FACTS, state },
    deletedMs: isDeleted ? 1 : null,
  });
  const store = testStore();
  store.append(batch({ rows: { createdTasks: [wanted] } }));
  expect(store.tasks.unlocated(0, 10)).toEqual(waits ? [7] : []);
});

it('they come in the order of their ids, from after one of them', () => {
  const store = testStore();
  const createdTasks = [3, 1, 2, 5].map((id) => {
    const usual = task(id, { dialect: 'gsmtasks' });
    return { ...usual, terms: { ...usual.terms, zone: null } };
  });
  store.append(batch({ rows: { createdTasks } }));
  expect(store.tasks.unlocated(0, 3)).toEqual([1, 2, 3]);
  expect(store.tasks.unlocated(3, 3)).toEqual([5]);
});

it('they are found without looking at the others', () => {
  const directory = testDirectory();
  openStore({ directory }).close();
  const db = new Database(join(directory, DATABASE_FILE));
  const [{ detail }] = db
    .prepare(`EXPLAIN QUERY PLAN SELECT id FROM tasks WHERE ${UNLOCATED_SQL} AND id > 7 ORDER BY id LIMIT 10`)
    .all() as [{ detail: string }];
  db.close();
  expect(detail).toContain('tasks_unlocated');
});
