/** `/task/checkpoint/*` and `task/transmute` from the outside, over the real line. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW_MS } from '../../operations/fake-line.ts';
import { TASK } from '../kit.ts';
import { type ApiKit, createLineKit } from '../line-kit.ts';

const HERE = { latDeg: TASK.location.lat, lonDeg: TASK.location.lng };
const AWAY = { ...TASK.location, lat: TASK.location.lat + 1 };
const DAY = { ...TASK, from: '2026-03-01 08:00:00', to: '2026-03-01 20:00:00' };
const EVENING = { ...DAY, from: '2026-03-01 21:00:00', to: '2026-03-01 22:00:00' };
const EARLY = { ...DAY, from: '2026-03-01 06:00:00', to: '2026-03-01 07:00:00' };

let kit: ApiKit;

/** Route 1 of tracker 1: checkpoint 2 here, checkpoint 3 elsewhere; and task 4 of nobody. */
beforeEach(async () => {
  kit = await createLineKit('Van 1', 'Van 2');
  await kit.navixy('task/route/create', {
    route: { label: 'Round', description: '', tracker_id: 1 },
    checkpoints: [DAY, { ...DAY, location: AWAY }],
  });
  await kit.navixy('task/create', { task: { ...DAY, location: AWAY } });
});

afterEach(() => kit.close());

function refused(code: number, errors?: object[]) {
  return { success: false, status: { code }, ...(errors && { errors }) };
}

function invalid(parameter: string, error: string) {
  return refused(7, [{ parameter, error }]);
}

/** Checkpoint 2 is done, 3 is not. */
function arrive() {
  return kit.deliver(1, [{ ...HERE, timeMs: NOW_MS - 60_000 }]);
}

async function order(): Promise<unknown> {
  const { body } = await kit.navixy('task/read', { task_id: 1 });
  const checkpoints = body['checkpoints'] as { id: number; order: number; parent_id: number }[];
  expect(checkpoints.map((checkpoint) => [checkpoint.order, checkpoint.parent_id])).toEqual(
    checkpoints.map((_, index) => [index, 1]),
  );
  expect(checkpoints.map(({ id }) => id)).toEqual((body['value'] as { checkpoint_ids: number[] }).checkpoint_ids);
  return checkpoints.map(({ id }) => id);
}

async function codeOf(call: string, parameters: object): Promise<unknown> {
  const { body } = await kit.navixy(call, parameters);
  return body['success'] === true ? 'success' : body['status'];
}

describe('task/checkpoint/create', () => {
  it.each([
    [0, [5, 2, 3]],
    [1, [2, 5, 3]],
    [9, [2, 3, 5]],
  ])('at order %i gives %j, and the tracker of the route', async (at, expected) => {
    const checkpoint = { ...DAY, parent_id: 1, order: at, tracker_id: 2, duration: 60 };
    expect((await kit.navixy('task/checkpoint/create', { checkpoint })).body).toEqual({ success: true, id: 5 });
    expect(await order()).toEqual(expected);
    const { body } = await kit.navixy('task/checkpoint/read', { checkpoint_id: 5 });
    expect(body['value']).toMatchObject({ tracker_id: 1, status: 'assigned', type: 'checkpoint', parent_id: 1 });
  });

  it('says which others bear its external id', async () => {
    await kit.navixy('task/update', { task: { ...DAY, id: 4, external_id: 'A' } });
    const checkpoint = { ...DAY, parent_id: 1, order: 0, external_id: 'A' };
    expect((await kit.navixy('task/checkpoint/create', { checkpoint })).body).toEqual({
      success: true,
      id: 5,
      external_id_counts: [{ external_id: 'A', count: 1 }],
    });
  });

  it.each<[string, object, object]>([
    ['nothing', {}, invalid('checkpoint', 'must not be null')],
    [
      'no route and no order',
      { checkpoint: DAY },
      refused(7, [{ parameter: 'checkpoint.parent_id' }, { parameter: 'checkpoint.order' }]),
    ],
    [
      'a negative order',
      { checkpoint: { ...DAY, parent_id: 1, order: -1 } },
      invalid('checkpoint.order', 'must be greater than or equal to 0'),
    ],
    [
      'a text for a place',
      { checkpoint: { ...DAY, location: 'x', parent_id: 1, order: 0 } },
      invalid('checkpoint.location', 'must be an object, not "x"'),
    ],
    [
      'a window that does not agree',
      { checkpoint: { ...EARLY, parent_id: 1, order: 1 } },
      invalid('checkpoint.to', 'the window at order 1 must not end before the one at order 0 begins'),
    ],
    ['an unknown route', { checkpoint: { ...DAY, parent_id: 9, order: 0 } }, refused(201)],
    ['a task as route', { checkpoint: { ...DAY, parent_id: 4, order: 0 } }, refused(201)],
  ])('refuses %s', async (_, parameters, expected) => {
    expect((await kit.navixy('task/checkpoint/create', parameters)).body).toMatchObject(expected);
    expect(await order()).toEqual([2, 3]);
  });
});

describe('task/checkpoint/read and list', () => {
  it('show what task/read shows', async () => {
    const { body } = await kit.navixy('task/read', { task_id: 2 });
    expect((await kit.navixy('task/checkpoint/read', { checkpoint_id: 2 })).body).toEqual(body);
    expect(body['value']).toMatchObject({ type: 'checkpoint', parent_id: 1, order: 0, min_arrival_duration: 0 });
    const listed = await kit.navixy('task/checkpoint/list', { checkpoint_ids: [2] });
    expect(listed.body).toEqual({ success: true, list: [body['value']], count: 1 });
  });

  it('list in the order that is asked for, once each, and leave out what is no checkpoint', async () => {
    const { body } = await kit.navixy('task/checkpoint/list', { checkpoint_ids: [3, 4, 1, 2, 99, 3] });
    expect([body.list?.map(({ id }) => id), body['count']]).toEqual([[3, 2], 2]);
  });

  it.each<[string, object, object]>([
    ['task/checkpoint/read', {}, invalid('checkpoint_id', 'must not be null')],
    ['task/checkpoint/read', { checkpoint_id: '2' }, invalid('checkpoint_id', 'must be an integer, not "2"')],
    ['task/checkpoint/read', { checkpoint_id: 1 }, refused(201)],
    ['task/checkpoint/read', { checkpoint_id: 4 }, refused(201)],
    ['task/checkpoint/read', { checkpoint_id: 99 }, refused(201)],
    ['task/checkpoint/list', {}, invalid('checkpoint_ids', 'must not be null')],
    ['task/checkpoint/list', { checkpoint_ids: [] }, invalid('checkpoint_ids', 'size must be between 1 and 5000')],
    ['task/checkpoint/list', { checkpoint_ids: ['x'] }, invalid('checkpoint_ids', 'must be an integer, not "x"')],
  ])('%s %j is refused', async (call, parameters, expected) => {
    expect((await kit.navixy(call, parameters)).body).toMatchObject(expected);
  });
});

describe('task/checkpoint/update', () => {
  function update(checkpoint: object) {
    return kit.navixy('task/checkpoint/update', { checkpoint: { ...DAY, ...checkpoint } });
  }

  it('replaces all of it and moves it', async () => {
    await update({ id: 2, tags: [3], external_id: 'A', max_delay: 5 });
    expect((await update({ id: 2, parent_id: 1, order: 1, label: 'New', tracker_id: 2 })).body).toEqual({
      success: true,
    });
    expect(await order()).toEqual([3, 2]);
    const { body } = await kit.navixy('task/checkpoint/read', { checkpoint_id: 2 });
    expect(body['value']).toMatchObject({ label: 'New', tags: [3], external_id: null, max_delay: 0, tracker_id: 1 });
  });

  it('counts the others that bear its external id', async () => {
    await kit.navixy('task/update', { task: { ...DAY, id: 4, external_id: 'A' } });
    const counted = { success: true, external_id_counts: [{ external_id: 'A', count: 1 }] };
    expect((await update({ id: 2, external_id: 'A' })).body).toEqual(counted);
    expect((await update({ id: 2, external_id: 'A' })).body).toEqual(counted);
    expect((await update({ id: 2, external_id: 'B' })).body).toEqual({ success: true });
  });

  it('keeps its place where no order is given', async () => {
    await update({ id: 3 });
    expect(await order()).toEqual([2, 3]);
  });

  it.each<[string, object, object]>([
    ['no id', {}, invalid('checkpoint.id', 'must not be null')],
    ['an unknown checkpoint', { id: 99 }, refused(201)],
    ['a task', { id: 4 }, refused(201)],
    ['a route', { id: 1 }, refused(201)],
    ['another route', { id: 2, parent_id: 4 }, invalid('checkpoint.parent_id', 'must be 1, the route it is in')],
    [
      'a window that does not agree',
      { ...EVENING, id: 2 },
      invalid('checkpoint.to', 'the window at order 1 must not end before the one at order 0 begins'),
    ],
    ['a wrong type', { id: 2, order: 1.5 }, invalid('checkpoint.order', 'must be an integer, not 1.5')],
  ])('refuses %s', async (_, checkpoint, expected) => {
    expect((await update(checkpoint)).body).toMatchObject(expected);
    expect(await order()).toEqual([2, 3]);
  });

  it('is refused for a checkpoint that is done, not for its neighbour', async () => {
    await arrive();
    expect((await update({ id: 2 })).body).toMatchObject(refused(255));
    expect((await update({ id: 3 })).body).toEqual({ success: true });
  });
});

describe('task/checkpoint/delete', () => {
  it('closes the gap, and takes the route along with the last one', async () => {
    expect((await kit.navixy('task/checkpoint/delete', { checkpoint_id: 2 })).body).toEqual({ success: true });
    expect(await order()).toEqual([3]);
    await kit.navixy('task/checkpoint/delete', { checkpoint_id: 3 });
    expect((await kit.navixy('task/route/read', { route_id: 1 })).body).toMatchObject(refused(201));
  });

  it('is refused for a checkpoint that is done', async () => {
    await arrive();
    expect((await kit.navixy('task/checkpoint/delete', { checkpoint_id: 2 })).body).toMatchObject(refused(255));
  });
});

describe('task/checkpoint/transmute', () => {
  it('makes it a task with the same id and tracker, and says so in its history', async () => {
    expect((await kit.navixy('task/checkpoint/transmute', { checkpoint_id: 2 })).body).toEqual({ success: true });
    expect(await order()).toEqual([3]);
    const { body } = await kit.navixy('task/read', { task_id: 2 });
    expect(body['value']).toMatchObject({ type: 'task', tracker_id: 1 });
    expect(Object.keys(body['value'] as object)).not.toContain('parent_id');
    const { body: history } = await kit.navixy('task/history/list', { task_id: 2 });
    expect(history.list?.at(-1)).toMatchObject({ operation: 'update', payload: { type: 'task' } });
  });

  it('of the last one deletes the route', async () => {
    await kit.navixy('task/checkpoint/transmute', { checkpoint_id: 2 });
    await kit.navixy('task/checkpoint/transmute', { checkpoint_id: 3 });
    expect((await kit.navixy('task/route/list')).body['count']).toBe(0);
    expect((await kit.navixy('task/count')).body['count']).toBe(3);
  });

  it('is refused once any checkpoint of the route is done', async () => {
    await arrive();
    expect((await kit.navixy('task/checkpoint/transmute', { checkpoint_id: 3 })).body).toMatchObject(refused(255));
  });
});

describe('task/transmute', () => {
  it.each([
    [0, [4, 2, 3]],
    [2, [2, 3, 4]],
    [50, [2, 3, 4]],
  ])('at order %i gives %j', async (at, expected) => {
    expect((await kit.navixy('task/transmute', { task_id: 4, route_id: 1, order: at })).body).toEqual({
      success: true,
    });
    expect(await order()).toEqual(expected);
    const { body } = await kit.navixy('task/read', { task_id: 4 });
    expect(body['value']).toMatchObject({ id: 4, type: 'checkpoint', tracker_id: 1, status: 'assigned' });
    const { body: history } = await kit.navixy('task/history/list', { task_id: 4 });
    const told = history.list?.map(({ operation, payload }) => [operation, payload]).slice(1);
    const place = { type: 'checkpoint', parent_id: 1, order: Math.min(at, 2) };
    expect(told).toEqual([
      ['assign', { tracker_id: 1 }],
      ['update', place],
    ]);
  });

  it.each<[string, object, object]>([
    ['no order', { task_id: 4, route_id: 1 }, invalid('order', 'must not be null')],
    ['no route', { task_id: 4, order: 0 }, invalid('route_id', 'must not be null')],
    ['no task', { route_id: 1, order: 0 }, invalid('task_id', 'must not be null')],
    ['a wrong type', { task_id: 4, route_id: 1, order: 'first' }, invalid('order', 'must be an integer, not "first"')],
    ['an unknown task', { task_id: 99, route_id: 1, order: 0 }, refused(201)],
    ['an unknown route', { task_id: 4, route_id: 99, order: 0 }, refused(201)],
    ['a checkpoint', { task_id: 2, route_id: 1, order: 0 }, refused(201)],
    ['a route', { task_id: 1, route_id: 1, order: 0 }, refused(201)],
  ])('refuses %s', async (_, parameters, expected) => {
    expect((await kit.navixy('task/transmute', parameters)).body).toMatchObject(expected);
    expect(await order()).toEqual([2, 3]);
  });

  it('is refused where the windows do not agree', async () => {
    await kit.navixy('task/update', { task: { ...EARLY, id: 4 } });
    expect((await kit.navixy('task/transmute', { task_id: 4, route_id: 1, order: 2 })).body).toMatchObject(
      invalid('order', 'the window at order 2 must not end before the one at order 0 begins'),
    );
  });

  it('is refused once any checkpoint of the route is done', async () => {
    await arrive();
    expect((await kit.navixy('task/transmute', { task_id: 4, route_id: 1, order: 0 })).body).toMatchObject(
      refused(255),
    );
  });
});

it('calls on tasks do not know checkpoints', async () => {
  for (const task_id of [1, 2]) {
    expect(await codeOf('task/assign', { task_id, tracker_id: 2 })).toMatchObject({ code: 201 });
    expect(await codeOf('task/update', { task: { ...DAY, id: task_id } })).toMatchObject({ code: 201 });
    expect(await codeOf('task/delete', { task_id })).toMatchObject({ code: 201 });
  }
  expect(await order()).toEqual([2, 3]);
});

it.each(['task/checkpoint/delete', 'task/checkpoint/transmute'])('%s asks for a checkpoint', async (call) => {
  expect((await kit.navixy(call)).body).toMatchObject(invalid('checkpoint_id', 'must not be null'));
  expect((await kit.navixy(call, { checkpoint_id: [] })).body).toMatchObject(
    invalid('checkpoint_id', 'must be an integer, not an array'),
  );
  for (const checkpoint_id of [1, 4, 99]) {
    expect((await kit.navixy(call, { checkpoint_id })).body).toMatchObject(refused(201));
  }
});

it.each([
  ['task/checkpoint/create', ['tasks:read']],
  ['task/checkpoint/update', ['tasks:read']],
  ['task/checkpoint/delete', ['tasks:read']],
  ['task/checkpoint/transmute', ['tasks:read']],
  ['task/transmute', ['tasks:read']],
  ['task/checkpoint/read', ['trackers:read']],
  ['task/checkpoint/list', ['trackers:read']],
])('%s is not for a key with %s only', async (call, scopes) => {
  const hash = kit.key(...scopes);
  expect(await kit.navixy(call, { hash, checkpoint_id: 2 })).toMatchObject({ status: 403, body: refused(13) });
});
