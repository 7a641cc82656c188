import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RowChanges } from '../../src/model/command.ts';
import type { TaskEvent } from '../../src/model/event.ts';
import type { NavixyStatus } from '../../src/model/projections.ts';
import type { LifecycleState, Task } from '../../src/model/task.ts';
import { migrate } from '../../src/store/database.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/schema.ts';
import type { Store, TaskFilter } from '../../src/store/store.ts';
import { SqliteTaskQueries } from '../../src/store/task-queries.ts';
import { rowOfTask, TASK_COLUMNS } from '../../src/store/task-rows.ts';
import { batch, DAY, HOUR, NEW_FACTS, T0, task, testDirectory, testStore, tracker } from './kit.ts';

const ALL: TaskFilter = { sort: [], offset: 0, limit: 100 };
const EMPTY_LABEL = { kind: 'is', field: 'label', values: [''] } as const;

function of(
  id: number,
  part: { state?: LifecycleState; trackerId?: number | null; externalId?: string; fromMs?: number; label?: string },
): Task {
  const base = task(id);
  return {
    ...base,
    text: { ...base.text, externalId: part.externalId ?? null, label: part.label ?? base.text.label },
    terms: { ...base.terms, fromMs: part.fromMs ?? T0, toMs: (part.fromMs ?? T0) + HOUR },
    tenure: { ...base.tenure, trackerId: part.trackerId === undefined ? 1 : part.trackerId },
    facts: { ...NEW_FACTS, state: part.state ?? 'assigned' },
  };
}

const TASKS: readonly Task[] = [
  of(1, { label: 'b', externalId: 'A-1' }),
  of(2, { label: 'a', trackerId: 2, state: 'completed', externalId: "'; DROP TABLE tasks; --" }),
  of(3, { label: 'c', trackerId: 2, fromMs: T0 + 2 * HOUR, externalId: 'A-1' }),
  of(4, { label: 'a', trackerId: null, state: 'unassigned', fromMs: T0 + 4 * HOUR }),
  of(5, { state: 'draft', externalId: 'A-1' }),
  { ...of(6, { externalId: 'A-1' }), deletedMs: T0 },
];

function filled(): Store {
  const store = testStore();
  const trackers = [tracker(1, { label: 'Zoe' }), tracker(2, { label: 'Adam' })];
  store.append(batch({ rows: { trackers, createdTasks: TASKS } }));
  return store;
}

describe('readAny', () => {
  it('reads a task that was deleted, too, and when its row was written', () => {
    const { tasks } = filled();
    expect(tasks.read(6)).toBeNull();
    expect(tasks.readAny(6)).toMatchObject({ id: 6, deletedMs: T0, text: { externalId: 'A-1' } });
    expect(tasks.readAny(1)).toEqual({ ...tasks.read(1), modifiedMs: expect.any(Number) });
    expect(tasks.readAny(77)).toBeNull();
  });
});

describe('list', () => {
  it.each<[string, Partial<TaskFilter>, number[]]>([
    ['everything but drafts and deleted tasks', {}, [1, 2, 3, 4]],
    ['one status', { statuses: ['assigned'] }, [1, 3]],
    ['several statuses', { statuses: ['done', 'unassigned'] }, [2, 4]],
    ['no status at all', { statuses: [] }, []],
    ['trackers', { trackerIds: [2, 77] }, [2, 3]],
    ['statuses and trackers', { statuses: ['assigned'], trackerIds: [2] }, [3]],
    ['external id', { externalId: 'A-1' }, [1, 3]],
    ['an external id that is no SQL', { externalId: "'; DROP TABLE tasks; --" }, [2]],
    ['windows that end at the beginning', { overlapFromMs: T0 + HOUR, overlapToMs: T0 + HOUR }, [1, 2]],
    ['windows that begin at the end', { overlapFromMs: T0 + HOUR + 1, overlapToMs: T0 + 2 * HOUR }, [3]],
    ['windows open at the far end', { overlapFromMs: T0 + HOUR + 1 }, [3, 4]],
    ['windows open at the near end', { overlapToMs: T0 }, [1, 2]],
    ['by label, then id', { sort: [{ field: 'label', descending: false }] }, [2, 4, 1, 3]],
    ['by label downwards, then id upwards', { sort: [{ field: 'label', descending: true }] }, [3, 1, 2, 4]],
    ['by the tracker that is shown', { sort: [{ field: 'employee', descending: false }] }, [4, 2, 3, 1]],
    [
      'by several keys',
      {
        sort: [
          { field: 'label', descending: false },
          { field: 'from', descending: true },
        ],
      },
      [4, 2, 1, 3],
    ],
  ])('%s', (_, filter, ids) => {
    const found = filled().tasks.list({ ...ALL, ...filter });
    expect(found.tasks.map(({ id }) => id)).toEqual(ids);
    expect(found.count).toBe(ids.length);
  });

  it('counts all matches, and pages through them', () => {
    const { tasks } = filled();
    expect(tasks.list({ ...ALL, offset: 1, limit: 2 })).toMatchObject({ count: 4, tasks: [{ id: 2 }, { id: 3 }] });
    expect(tasks.list({ ...ALL, offset: 9 })).toEqual({ count: 4, tasks: [] });
    expect(tasks.list({ ...ALL, limit: 0 })).toEqual({ count: 4, tasks: [] });
  });

  it('knows every sort field', () => {
    const { tasks } = filled();
    const fields = [
      'id',
      'label',
      'status',
      'address',
      'from',
      'to',
      'status_change_date',
      'arrival_date',
      'stay_duration',
      'description',
      'external_id',
      'employee',
      'form',
    ] as const;
    for (const field of fields) expect(tasks.list({ ...ALL, sort: [{ field, descending: true }] }).count).toBe(4);
  });

  it('finds thousands of trackers in one question', () => {
    const trackerIds = Array.from({ length: 50_000 }, (_, i) => i + 2);
    expect(filled().tasks.list({ ...ALL, trackerIds }).count).toBe(2);
  });
});

describe('counting and reading', () => {
  it('counts what list would find', () => {
    const { tasks } = filled();
    expect(tasks.countByStatus()).toEqual({
      unassigned: 1,
      assigned: 2,
      arrived: 0,
      done: 1,
      delayed: 0,
      failed: 0,
      faulty: 0,
    });
  });

  it('counts who bears an external id, no further than wanted', () => {
    const { tasks } = filled();
    expect(['A-1', 'a-1', 'B'].map((externalId) => tasks.bearers(externalId, 10))).toEqual([2, 0, 0]);
    expect(tasks.bearers('A-1', 1)).toBe(1);
  });

  it('finds a task by its uuid, deleted or not', () => {
    const { tasks } = filled();
    expect([TASKS[1]!.uuid, TASKS[5]!.uuid, 'none'].map((uuid) => tasks.idOf(uuid))).toEqual([2, 6, null]);
  });

  it('reads drafts, but not deleted or unknown tasks', () => {
    const { tasks } = filled();
    expect(tasks.read(5)).toEqual(TASKS[4]);
    expect(tasks.read(6)).toBeNull();
    expect(tasks.read(7)).toBeNull();
  });
});

describe('history', () => {
  const then = {
    state: 'assigned',
    arrivalMs: null,
    isLate: false,
    isFaulty: false,
    issues: [],
    closer: null,
  } as const;
  const change = { from: { ...then, trackerId: 1 }, to: { ...then, trackerId: 1, arrivalMs: T0 } };
  const events: readonly TaskEvent[] = [
    { taskId: 1, eventMs: T0, recordedMs: T0 + 1, body: { kind: 'create', task: task(1) } },
    {
      taskId: 2,
      eventMs: T0,
      recordedMs: T0 + 2,
      body: {
        kind: 'status_change',
        ...change,
        stayMs: 5,
        revised: true,
        reason: 'late',
        witness: { timeMs: T0, latDeg: 1, lonDeg: 2 },
      },
    },
    {
      taskId: 1,
      eventMs: T0 - 9,
      recordedMs: T0 + 3,
      body: { kind: 'status_change', ...change, stayMs: 0, revised: false, reason: null, witness: null },
    },
    { taskId: 1, eventMs: T0, recordedMs: T0 + 4, body: { kind: 'delete' } },
  ];

  it('keeps events as they were told, oldest first, with the ids that append gave', () => {
    const store = filled();
    const { historyIds, historyUids } = store.append(batch({ events }));
    const told = events.map((event, i) => ({ id: historyIds[i], uid: historyUids[i], ...event }));
    expect(store.tasks.history(1)).toEqual([told[0], told[2], told[3]]);
    expect(store.tasks.history(99)).toEqual([]);
    expect(store.tasks.recentTransitions(10)).toEqual([told[2], told[1]]);
    expect(store.tasks.recentTransitions(1)).toEqual([told[2]]);
  });

  it('never gives an id twice', () => {
    const store = filled();
    const first = store.append(batch({ events })).historyIds;
    const later = events.map((event) => ({ ...event, eventMs: event.eventMs + 1 }));
    const second = store.append(batch({ events: later })).historyIds;
    expect(Math.min(...second)).toBeGreaterThan(Math.max(...first));
  });
});

describe('changes', () => {
  const since = (store: Store, modifiedSinceMs: number) =>
    store.tasks.list({ ...ALL, modifiedSinceMs }).tasks.map(({ id }) => id);

  it.each<[string, Partial<RowChanges>]>([
    ['what it says', { editedTasks: [TASKS[2]!] }],
    ['who has it', { judgedTasks: [TASKS[2]!] }],
    ['what was found', { foundTasks: [TASKS[2]!] }],
  ])('of %s are seen by who asks for them', (_what, rows) => {
    const store = filled();
    store.append(batch({ rows, clockMs: T0 + 5 }));
    expect(since(store, T0)).toEqual([1, 2, 3, 4]);
    expect(since(store, T0 + 5)).toEqual([3]);
    expect(since(store, T0 + 6)).toEqual([]);
  });

  it('before the first version that notes them are those of its last commit', () => {
    const directory = testDirectory();
    const noting = MIGRATIONS.findIndex((sql) => sql.includes('modified_ms'));
    const db = new Database(join(directory, DATABASE_FILE));
    migrate(directory, db, MIGRATIONS.slice(0, noting));
    db.prepare("INSERT INTO meta VALUES ('clock_ms', ?)").run(String(T0 + 7));
    const row = rowOfTask(TASKS[0]!);
    const known = (db.pragma('table_info(tasks)') as { name: string }[]).map(({ name }) => name);
    const columns = TASK_COLUMNS.filter((column) => known.includes(column));
    const insert = `INSERT INTO tasks (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`;
    db.prepare(insert).run(Object.fromEntries(columns.map((name) => [name, row[name]])));
    db.close();
    const store = openStore({ directory });
    onTestFinished(() => store.close());
    expect([since(store, T0 + 7), since(store, T0 + 8)]).toEqual([[1], []]);
  });
});

describe('query plans', () => {
  const trackerIds = [1];
  const statuses = ['assigned'] as const;
  it.each<[string, Partial<TaskFilter>, string]>([
    ['statuses', { statuses }, 'tasks_by_status (navixy_status=?)'],
    ['trackers', { trackerIds }, 'tasks_by_tracker (tracker_id=?'],
    ['statuses and trackers', { statuses, trackerIds }, 'tasks_by_tracker (tracker_id=? AND navixy_status=?)'],
    ['external id', { externalId: 'A-1' }, 'tasks_by_external_id (external_id=?)'],
    ['windows', { overlapFromMs: 1, overlapToMs: 2 }, 'tasks_by_window (window_class=? AND from_ms>? AND from_ms<?)'],
    ['windows that end later', { overlapFromMs: 1 }, 'tasks_by_window (window_class=? AND from_ms>?)'],
    ['windows and statuses', { overlapToMs: 1, statuses }, 'tasks_by_window (window_class=? AND from_ms<?)'],
    ['windows and trackers', { overlapFromMs: 1, trackerIds }, 'tasks_by_tracker (tracker_id=?'],
    ['changes', { modifiedSinceMs: 1 }, 'tasks_by_modified (modified_ms>?)'],
    ['trackers and conditions', { trackerIds, conditions: [EMPTY_LABEL] }, 'tasks_by_tracker (tracker_id=?'],
    ['ids', { conditions: [{ kind: 'is', field: 'id', values: [1] }] }, 'INTEGER PRIMARY KEY (rowid=?)'],
    ['employees', { conditions: [{ kind: 'is', field: 'employee', values: [1] }] }, 'tasks_by_tracker (tracker_id=?'],
  ])('a list by %s goes by an index, sorted or not', (_, filter, index) => {
    const label = { field: 'label', descending: false } as const;
    for (const sort of [[], [label]]) {
      for (const plan of plansOf((queries) => queries.list({ ...ALL, ...filter, sort }))) expect(plan).toContain(index);
    }
  });

  it.each<[string, (queries: SqliteTaskQueries) => unknown, string]>([
    ['count by status', (queries) => queries.countByStatus(), 'tasks_by_status (navixy_status=?)'],
    ['bearers', (queries) => queries.bearers('A-1', 9), 'tasks_by_external_id (external_id=?)'],
    ['history', (queries) => queries.history(1), 'history_by_task (task_id=?)'],
    ['recent transitions', (queries) => queries.recentTransitions(9), 'history_transitions'],
  ])('%s goes by an index', (_, ask, index) => {
    for (const plan of plansOf(ask)) expect(plan).toContain(index);
  });
});

/** A second connection to a database with the tasks of above. */
function openedBeside(tasks: readonly Task[] = TASKS): Database.Database {
  const directory = testDirectory();
  testStore({ directory }).append(batch({ rows: { createdTasks: tasks } }));
  const db = new Database(join(directory, DATABASE_FILE), { readonly: true });
  onTestFinished(() => void db.close());
  return db;
}

/** How SQLite goes about every statement that reads what was asked for, but the tasks of the page, one by one. */
function plansOf(ask: (queries: SqliteTaskQueries) => unknown): string[] {
  const db = openedBeside();
  const statements: string[] = [];
  const prepare = (sql: string) => {
    statements.push(sql);
    return db.prepare(sql);
  };
  // So few in a sample that the tasks of above are many.
  const beside = { prepare, function: db.function.bind(db) } as unknown as Database.Database;
  ask(new SqliteTaskQueries(beside, 1));
  expect(statements).not.toEqual([]);
  return statements.filter((sql) => !/WHERE id = \?/.test(sql)).map((sql) => planOf(db, sql));
}

function planOf(db: Database.Database, sql: string): string {
  const values = Array.from({ length: sql.split('?').length - 1 }, () => '[]');
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
  return rows.map(({ detail }) => detail).join('\n');
}

describe('overlapping windows', () => {
  const lengths = [0, 1, HOUR, HOUR + 1, 4 * HOUR, DAY, 5 * DAY, 30 * DAY, 90 * DAY, 100_000 * DAY];
  const instant = fc.integer({ min: -40, max: 40 }).map((hours) => T0 + hours * HOUR);
  const length = fc.tuple(fc.constantFrom(...lengths), fc.integer({ min: -1, max: 1 }));
  const window = fc.record({ fromMs: instant, length, state: fc.constantFrom('assigned', 'completed', 'draft') });
  const overlap = fc.record({
    overlapFromMs: fc.option(instant, { nil: undefined }),
    overlapToMs: fc.option(instant, { nil: undefined }),
    statuses: fc.option(fc.constantFrom<readonly NavixyStatus[]>(['assigned'], ['done', 'assigned']), {
      nil: undefined,
    }),
    offset: fc.nat(5),
    limit: fc.nat(8),
    isSorted: fc.boolean(),
  });

  it('are found whatever their length, and paged in the order of ids', () => {
    fc.assert(
      fc.property(
        fc.array(window, { maxLength: 40 }),
        fc.array(overlap, { minLength: 4, maxLength: 12 }),
        (made, asked) => {
          const tasks = made.map(({ fromMs, length: [ms, off], state }, i): Task => {
            const base = of(i + 1, { fromMs, state: state as LifecycleState });
            return { ...base, terms: { ...base.terms, toMs: fromMs + Math.max(0, ms + off) } };
          });
          const db = openedBeside(tasks);
          // A sample of two, so that most lists are more than their sample.
          const queries = new SqliteTaskQueries(db, 2);
          for (const {
            overlapFromMs = -Infinity,
            overlapToMs = Infinity,
            statuses,
            offset,
            limit,
            isSorted,
          } of asked) {
            const ids = tasks
              .filter(({ terms }) => terms.toMs >= overlapFromMs && terms.fromMs <= overlapToMs)
              .filter(({ facts: { state } }) => {
                if (state === 'draft') return false;
                return statuses === undefined || statuses.includes(state === 'completed' ? 'done' : 'assigned');
              })
              .map(({ id }) => id);
            const found = queries.list({
              ...(Number.isFinite(overlapFromMs) && { overlapFromMs }),
              ...(Number.isFinite(overlapToMs) && { overlapToMs }),
              ...(statuses && { statuses }),
              sort: isSorted ? [{ field: 'id', descending: false }] : [],
              offset,
              limit,
            });
            expect(found.count).toBe(ids.length);
            expect(found.tasks.map(({ id }) => id)).toEqual(ids.slice(offset, offset + limit));
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it.each(['as they begin', 'against it', 'mixed'])('are paged by id when they are many, with ids %s', (order) => {
    const place = {
      'as they begin': (id: number) => id,
      'against it': (id: number) => 60 - id,
      mixed: (id: number) => (id * 17) % 61,
    };
    const tasks = Array.from({ length: 60 }, (_, i) =>
      of(i + 1, { fromMs: T0 + place[order as 'mixed'](i + 1) * HOUR }),
    );
    const queries = new SqliteTaskQueries(openedBeside(tasks), 2);
    for (const offset of [0, 1, 4]) {
      for (const limit of [0, 1, 2, 5]) {
        const found = queries.list({ overlapFromMs: T0, sort: [], offset, limit });
        expect(found.tasks.map(({ id }) => id)).toEqual(Array.from({ length: limit }, (_, i) => offset + i + 1));
        expect(found.count).toBe(60);
      }
    }
  });
});
