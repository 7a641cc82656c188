/** What a map begins with, from the outside. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW_MS } from '../../operations/fake-line.ts';
import { FLEET_KEY, GUEST_KEY, INSIDE, OUTSIDE, OwnKit, WISH } from './own-kit.ts';

let kit: OwnKit;

beforeEach(async () => {
  kit = new OwnKit();
  await kit.fleet('Van 1', 'Van 2');
});
afterEach(() => kit.close());

it('trackers, where they are, and the tasks of now', async () => {
  kit.online.add(2);
  await kit.send(1, [{ timeMs: NOW_MS - 5000, ...INSIDE }]);
  await kit.send(1, [{ timeMs: NOW_MS - 9000, ...OUTSIDE }]);
  await kit.ask('POST', '/api/tasks', { ...WISH, trackerId: 1 });
  const { status, body } = await kit.ask('GET', '/api/live');
  expect(status).toBe(200);
  const position = { time: '2026-03-01T11:59:55.000Z', lat: 51.283546, lon: 7.301086, speed: 30, course: 90 };
  expect(body.trackers).toEqual([
    { id: 1, label: 'Van 1', isOnline: false, position },
    { id: 2, label: 'Van 2', isOnline: true, position: null },
  ]);
  expect(body.tasks).toEqual([(await kit.ask('GET', '/api/tasks/1')).body]);
  expect(body).toMatchObject({ now: '2026-03-01T12:00:00.000Z', hasMoreTasks: false });
  expect(body.eventId).toBe(kit.store.lastEventId());
});

it('tasks that ended are there for an hour', async () => {
  const ids = async () => (await kit.ask('GET', '/api/live')).body.tasks.map(({ id }: { id: number }) => id);
  await kit.ask('POST', '/api/tasks', WISH);
  await kit.ask('POST', '/api/tasks', WISH);
  await kit.ask('POST', '/api/tasks/1/cancel');
  expect(await ids()).toEqual([2, 1]);
  kit.nowMs += 3_600_001;
  expect(await ids()).toEqual([2]);
});

it('of more tasks than may be shown the newest, and that there are others', async () => {
  for (let n = 0; n < 3; n++) await kit.ask('POST', '/api/tasks', WISH);
  const { tasks, hasMore } = await kit.operations.tasksAround(NOW_MS - 1, 2);
  expect([tasks.map(({ id }) => id), hasMore]).toEqual([[3, 2], true]);
});

it('everyone sees as much as they may', async () => {
  await kit.ask('POST', '/api/tasks', WISH);
  const { body: work } = await kit.ask('GET', '/api/live', undefined, GUEST_KEY);
  expect([work.trackers, work.tasks.length]).toEqual([[], 1]);
  const { body: fleet } = await kit.ask('GET', '/api/live', undefined, FLEET_KEY);
  expect([fleet.trackers.length, fleet.tasks]).toEqual([2, []]);
});

it('whoever may see nothing of it is told so', async () => {
  const { body } = await kit.ask('POST', '/api/keys', { name: 'scraper', scopes: ['metrics:read'] });
  const answer = await kit.ask('GET', '/api/live', undefined, body.key);
  expect(answer).toMatchObject({ status: 403, body: { code: 'no_right' } });
  expect((await kit.app.inject('/api/live')).statusCode).toBe(401);
});
