/** Searching by fields through the operations: tasks as they are now, and when they were last written. */
import { expect, it } from 'vitest';
import { QUEUE_ORDER } from '../../src/model/task-query.ts';
import { LiveKit } from '../api/calls-kit.ts';
import { batch, T0, task } from '../store/kit.ts';

it('finds tasks with when they were last written, some of them or all at once', async () => {
  const { store, operations } = new LiveKit([]);
  store.append(batch({ rows: { createdTasks: [task(1), task(2), task(3)] }, clockMs: T0 + 5 }));
  const query = { conditions: [], order: QUEUE_ORDER, limit: 2 };
  const { tasks, isMore, ends } = await operations.findTasks(query);
  expect(tasks).toEqual([
    { ...task(1), modifiedMs: T0 + 5 },
    { ...task(2), modifiedMs: T0 + 5 },
  ]);
  expect(isMore).toBe(true);
  expect(ends).toEqual({ first: { values: [null, T0], id: 1 }, last: { values: [null, T0], id: 2 } });
  const rest = await operations.searchTasks({ ...query, from: ends!.last });
  const ids: number[] = [];
  for await (const { id } of rest.tasks) ids.push(id);
  expect([ids, rest.isMore]).toEqual([[3], false]);
  expect(await operations.countFound({ conditions: [], search: 'quay' })).toBe(3);
});

it('adds what an open visit adds', async () => {
  const kit = new LiveKit([]);
  const { latDeg, lonDeg } = task(1).terms.zone!;
  const trackerId = await kit.tracker('Ada', '356307042441013');
  const { zone, ...terms } = { ...task(1).terms, fromMs: kit.nowMs, toMs: kit.nowMs + 3_600_000, minStayMs: 3_000_000 };
  const { text } = task(1);
  await kit.operations.createTask({ dialect: 'navixy', text, terms: { zone, ...terms }, trackerId });
  const spots = [0, 60_000, 120_000].map((laterMs) => ({ timeMs: kit.nowMs + laterMs, latDeg, lonDeg }));
  kit.nowMs += 120_000;
  await kit.send(trackerId, spots);
  const { tasks } = await kit.operations.findTasks({ conditions: [], order: [], limit: 10 });
  expect(tasks).toMatchObject([{ facts: { stayMs: 120_000 } }]);
});
