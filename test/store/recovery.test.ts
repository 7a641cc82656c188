import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { FIRST_ATTEMPT, type Task, type TaskFacts } from '../../src/model/task.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openStore } from '../../src/store/open.ts';
import { batch, DAY, HOUR, NEW_FACTS, T0, task, testDirectory, testStore } from './kit.ts';

const DONE: TaskFacts = { ...NEW_FACTS, state: 'completed', isSettled: true, closer: 'gps' };
const LONG_AGO = { createdMs: T0 - 20 * DAY, terms: { ...task(1).terms, fromMs: T0 - 9 * DAY, toMs: T0 - 8 * DAY } };
const to = (id: number, toMs: number, part: Partial<Task> = {}) => {
  return { ...task(id, part), terms: { ...task(id).terms, toMs } };
};

describe("a tracker's tasks", () => {
  const rows: { readonly name: string; readonly part: Partial<Task>; readonly isRead: boolean }[] = [
    { name: 'open', part: {}, isRead: true },
    { name: 'open for ever', part: LONG_AGO, isRead: true },
    { name: 'open, and nothing counts any more', part: { facts: { ...NEW_FACTS, isSettled: true } }, isRead: true },
    { name: 'closed within the horizon', part: { facts: DONE }, isRead: true },
    { name: 'closed with an open visit', part: { facts: { ...DONE, isSettled: false } }, isRead: true },
    { name: 'closed beyond the horizon', part: { ...LONG_AGO, facts: DONE }, isRead: false },
    {
      name: 'closed beyond the horizon with an open visit',
      part: { ...LONG_AGO, facts: { ...DONE, isSettled: false } },
      isRead: false,
    },
    {
      name: 'closed, late by a delay that reaches into the horizon',
      part: { ...LONG_AGO, terms: { ...LONG_AGO.terms, maxDelayMs: DAY }, facts: DONE },
      isRead: true,
    },
    { name: 'created within the horizon', part: { ...LONG_AGO, createdMs: T0 - DAY, facts: DONE }, isRead: true },
    {
      name: 'given within the horizon',
      part: { ...LONG_AGO, tenure: { trackerId: 1, givenMs: T0 - DAY, assignedMs: T0 - DAY }, facts: DONE },
      isRead: true,
    },
    {
      name: 'restarted within the horizon',
      part: { ...LONG_AGO, attempt: { ...FIRST_ATTEMPT, number: 2, restartedMs: T0 - DAY }, facts: DONE },
      isRead: true,
    },
    { name: 'deleted', part: { deletedMs: T0 }, isRead: false },
    { name: "somebody else's", part: { tenure: { trackerId: 2, givenMs: T0, assignedMs: T0 } }, isRead: false },
    { name: "nobody's", part: { tenure: { trackerId: null, givenMs: T0, assignedMs: null } }, isRead: false },
  ];

  it.each(rows)('$name: $isRead', ({ part, isRead }) => {
    const store = testStore();
    store.append(batch({ rows: { createdTasks: [task(1, part)] } }));
    const { uuid: _, text: __, ...judged } = task(1, part);
    expect(store.engineTasks.ofTracker(1, T0 - 7 * DAY)).toEqual(isRead ? [judged] : []);
  });

  it('are all read on a clock that has never stood anywhere', () => {
    const store = testStore();
    store.append(batch({ rows: { createdTasks: [task(1), task(2, { facts: DONE })] } }));
    expect(store.engineTasks.ofTracker(1, -Infinity)).toHaveLength(2);
  });
});

describe('deadlines', () => {
  it('come in order, those of one instant by id, after the one that was last', () => {
    const store = testStore();
    const createdTasks = [to(1, T0 + HOUR), to(2, T0), to(3, T0), to(4, T0), to(5, T0 - 1)];
    store.append(batch({ rows: { createdTasks } }));
    let last = { deadlineMs: -Infinity, taskId: 0 };
    const ids: number[] = [];
    for (;;) {
      const page = store.engineTasks.deadlines(last, T0 + HOUR, 2);
      if (page.length === 0) break;
      ids.push(...page.map(({ taskId }) => taskId));
      last = page.at(-1)!;
    }
    expect(ids).toEqual([5, 2, 3, 4, 1]);
    expect(store.engineTasks.deadlines({ deadlineMs: -Infinity, taskId: 0 }, T0 - 1, 9)).toEqual([
      { deadlineMs: T0 - 1, taskId: 5, trackerId: 1 },
    ]);
    expect(store.engineTasks.deadlines({ deadlineMs: T0, taskId: Infinity }, T0, 9)).toEqual([]);
  });

  it('are those of assigned tasks that are open and not decided', () => {
    const store = testStore();
    const createdTasks = [
      task(1, { facts: DONE }),
      task(2, { facts: { ...DONE, isSettled: false } }),
      task(3, { facts: { ...NEW_FACTS, isSettled: true } }),
      task(4, { deletedMs: T0 }),
      task(5, { tenure: { trackerId: null, givenMs: -Infinity, assignedMs: null } }),
      { ...task(6), terms: { ...task(6).terms, maxDelayMs: 5 } },
    ];
    store.append(batch({ rows: { createdTasks } }));
    const found = store.engineTasks.deadlines({ deadlineMs: -Infinity, taskId: 0 }, T0 + DAY, 9);
    expect(found).toEqual([{ deadlineMs: T0 + HOUR + 5, taskId: 6, trackerId: 1 }]);
  });
});

it.each([
  ['SELECT id FROM tasks WHERE deleted_ms IS NULL AND tracker_id = 1 AND asked_ms >= 5', 'tasks_by_asked'],
  [
    `SELECT id FROM tasks WHERE deleted_ms IS NULL AND tracker_id IS NOT NULL AND is_settled = 0
     AND state NOT IN ('completed', 'failed', 'cancelled')
     AND (deadline_ms, id) > (1, 2) AND deadline_ms <= 3 ORDER BY deadline_ms, id LIMIT 4`,
    'tasks_by_deadline',
  ],
])('%s: goes by %s, without sorting', (sql, index) => {
  const directory = testDirectory();
  openStore({ directory }).close();
  const db = new Database(join(directory, DATABASE_FILE), { readonly: true });
  const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all();
  db.close();
  expect(plan.map(({ detail }) => detail).join('; ')).toMatch(new RegExp(`^SEARCH tasks USING .*INDEX ${index} \\(`));
});
