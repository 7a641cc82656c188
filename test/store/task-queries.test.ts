import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/model/event.ts';
import type { LifecycleState, Task } from '../../src/model/task.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import type { Store, TaskFilter } from '../../src/store/store.ts';
import { batch, HOUR, NEW_FACTS, T0, task, testDirectory, testStore, tracker } from './kit.ts';

const ALL: TaskFilter = { sort: [], offset: 0, limit: 100 };

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
    ['by the tracker that is shown', { sort: [{ field: 'tracker', descending: false }] }, [4, 2, 3, 1]],
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
      'tracker',
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

describe('query plans', () => {
  const shown = 'deleted_ms IS NULL AND navixy_status IS NOT NULL';
  it.each([
    [`${shown} AND navixy_status IN (SELECT value FROM json_each('[]'))`, 'tasks_by_status'],
    [
      `${shown} AND navixy_status IN (SELECT value FROM json_each('[]')) AND tracker_id IN (SELECT value FROM json_each('[]'))`,
      'tasks_by_tracker',
    ],
    [`${shown} AND tracker_id IN (SELECT value FROM json_each('[]'))`, 'tasks_by_tracker'],
    [`${shown} AND external_id = 'A-1'`, 'tasks_by_external_id'],
    [`${shown} AND to_ms >= 1 AND from_ms <= 2`, 'tasks_by_window'],
    [`deleted_ms IS NULL AND (is_settled = 0 OR state NOT IN ('completed', 'failed', 'cancelled'))`, 'tasks_alive'],
  ])('%s uses %s', (where, index) => {
    const directory = testDirectory();
    testStore({ directory });
    const db = new Database(join(directory, DATABASE_FILE), { readonly: true });
    const plan = db.prepare(`EXPLAIN QUERY PLAN SELECT count(*) FROM tasks WHERE ${where}`).all() as {
      detail: string;
    }[];
    db.close();
    expect(plan.map(({ detail }) => detail).join('\n')).toContain(index);
  });
});
