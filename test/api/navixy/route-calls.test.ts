/** `/task/route/*` from the outside, over the real line. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW_MS } from '../../operations/fake-line.ts';
import { TASK } from '../kit.ts';
import { type ApiKit, createLineKit } from '../line-kit.ts';

const HERE = { latDeg: TASK.location.lat, lonDeg: TASK.location.lng };
const DAY = { ...TASK, from: '2026-03-01 08:00:00', to: '2026-03-01 20:00:00' };
const FIRST = { ...DAY, label: 'First' };
const SECOND = { ...DAY, label: 'Second', to: '2026-03-01 22:00:00' };
const ROUND = { label: 'Round', description: 'Both', tracker_id: 1 };

let kit: ApiKit;

beforeEach(async () => {
  kit = await createLineKit('Van 1', 'Van 2', 'Blocked');
});

afterEach(() => kit.close());

async function create(route: object = ROUND, checkpoints: readonly object[] = [FIRST, SECOND]) {
  const { body } = await kit.navixy('task/route/create', { route, checkpoints });
  if (body.result === undefined) throw new Error(JSON.stringify(body));
  return body.result;
}

function refused(code: number, errors?: object[]) {
  return { success: false, status: { code }, ...(errors && { errors }) };
}

function invalid(parameter: string, error: string) {
  return refused(7, [{ parameter, error }]);
}

describe('task/route/create', () => {
  it('answers with the route, in the order and with the nulls of a real one', async () => {
    const answer = await kit.navixy('task/route/create', { route: ROUND, checkpoints: [FIRST, SECOND] });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).toBe(
      JSON.stringify({
        success: true,
        result: {
          id: 1,
          user_id: 1,
          tracker_id: 1,
          status: 'assigned',
          status_change_date: '2026-03-01 12:00:00',
          tags: [],
          label: 'Round',
          description: 'Both',
          external_id: null,
          creation_date: '2026-03-01 12:00:00',
          origin: 'manual',
          from: '2026-03-01 08:00:00',
          to: '2026-03-01 22:00:00',
          type: 'route',
          checkpoint_ids: [2, 3],
        },
      }),
    );
  });

  it('gives every checkpoint the tracker of the route, whatever it says itself', async () => {
    await create(ROUND, [{ ...FIRST, tracker_id: 2 }, SECOND]);
    const { body } = await kit.navixy('task/read', { task_id: 2 });
    expect(body['value']).toMatchObject({ tracker_id: 1, type: 'checkpoint', parent_id: 1, order: 0 });
  });

  it('takes a task in that a checkpoint names', async () => {
    const task = { ...TASK, external_id: 'T', tags: [4] };
    await kit.navixy('task/create', { task });
    const { checkpoint_ids } = await create(ROUND, [FIRST, { ...SECOND, id: 1 }]);
    expect(checkpoint_ids).toEqual([3, 1]);
    const { body } = await kit.navixy('task/checkpoint/read', { checkpoint_id: 1 });
    expect(body['value']).toMatchObject({ label: 'Second', order: 1, tracker_id: 1, external_id: null, tags: [4] });
    expect((await kit.navixy('task/count')).body['count']).toBe(0);
  });

  it('tells which others bear the same external ids, among tasks, checkpoints and routes', async () => {
    await kit.navixy('task/create', { task: { ...TASK, external_id: 'A' } });
    await create({ ...ROUND, external_id: 'B' }, [{ ...FIRST, external_id: 'C' }, SECOND]);
    const route = { ...ROUND, external_id: 'A' };
    const checkpoints = [
      { ...FIRST, external_id: 'B' },
      { ...SECOND, external_id: 'B' },
      { ...SECOND, external_id: 'fresh' },
    ];
    const { body } = await kit.navixy('task/route/create', { route, checkpoints });
    expect(body['external_id_counts']).toEqual([
      { external_id: 'A', count: 1 },
      { external_id: 'B', count: 2 },
    ]);
    const created = await kit.navixy('task/create', { task: { ...TASK, external_id: 'C' } });
    expect(created.body['external_id_counts']).toEqual([{ external_id: 'C', count: 1 }]);
  });

  it.each<[string, object, object]>([
    ['no route', { checkpoints: [FIRST, SECOND] }, invalid('route', 'must not be null')],
    ['no checkpoints', { route: ROUND }, invalid('checkpoints', 'must not be null')],
    [
      'one checkpoint',
      { route: ROUND, checkpoints: [FIRST] },
      invalid('checkpoints', 'size must be between 2 and 500'),
    ],
    [
      '501 checkpoints',
      { route: ROUND, checkpoints: Array.from({ length: 501 }, () => ({})) },
      invalid('checkpoints', 'size must be between 2 and 500'),
    ],
    ['a text', { route: ROUND, checkpoints: 'x' }, invalid('checkpoints', 'must be an array, not "x"')],
    [
      'a checkpoint that is none',
      { route: ROUND, checkpoints: [FIRST, 5] },
      invalid('checkpoints[1]', 'must be an object, not 5'),
    ],
    ['null for one', { route: ROUND, checkpoints: [FIRST, null] }, invalid('checkpoints', 'must not contain null')],
    [
      'a checkpoint that ends before it begins',
      { route: ROUND, checkpoints: [FIRST, { ...SECOND, to: '2026-03-01 07:00:00' }] },
      invalid('checkpoints[1].from', "must not be after 'to'"),
    ],
    [
      'windows that do not agree',
      { route: ROUND, checkpoints: [FIRST, { ...SECOND, from: '2026-03-01 07:00:00', to: '2026-03-01 07:59:59' }] },
      invalid('checkpoints', 'the window at order 1 must not end before the one at order 0 begins'),
    ],
    [
      'no label',
      { route: { description: '' }, checkpoints: [FIRST, SECOND] },
      invalid('route.label', 'must not be null'),
    ],
    [
      'two ids',
      {
        route: ROUND,
        checkpoints: [
          { ...FIRST, id: 1 },
          { ...SECOND, id: 2 },
        ],
      },
      invalid('checkpoints', 'must not contain more than one id'),
    ],
    ['the id of nothing', { route: ROUND, checkpoints: [FIRST, { ...SECOND, id: 9 }] }, refused(201)],
    ['an unknown tracker', { route: { ...ROUND, tracker_id: 9 }, checkpoints: [FIRST, SECOND] }, refused(201)],
  ])('refuses %s', async (_, parameters, expected) => {
    const { status, body } = await kit.navixy('task/route/create', parameters);
    expect(status).toBe(400);
    expect(body).toMatchObject(expected);
    expect((await kit.navixy('task/route/list')).body['count']).toBe(0);
  });

  it('takes five hundred checkpoints', async () => {
    const { checkpoint_ids } = await create(
      ROUND,
      Array.from({ length: 500 }, () => FIRST),
    );
    expect(checkpoint_ids).toHaveLength(500);
  });
});

describe('task/route/read, task/read', () => {
  it('read a route; the latter with its checkpoints', async () => {
    const route = await create();
    expect((await kit.navixy('task/route/read', { route_id: 1 })).body).toEqual({ success: true, value: route });
    const { body } = await kit.navixy('task/read', { task_id: 1 });
    expect(body).toMatchObject({ success: true, value: route });
    expect(body['checkpoints']).toMatchObject([
      { id: 2, label: 'First', type: 'checkpoint', parent_id: 1, order: 0, status: 'assigned' },
      { id: 3, label: 'Second', type: 'checkpoint', parent_id: 1, order: 1, status: 'assigned' },
    ]);
  });

  it('shows what the checkpoints have come to', async () => {
    await create();
    await kit.deliver(1, [{ ...HERE, timeMs: NOW_MS - 60_000 }]);
    const { body } = await kit.navixy('task/route/read', { route_id: 1 });
    expect(body['value']).toMatchObject({ status: 'done', status_change_date: '2026-03-01 11:59:00' });
  });

  it('do not take a checkpoint or a task for a route', async () => {
    await create();
    expect((await kit.navixy('task/route/read', { route_id: 2 })).body).toMatchObject(refused(201));
    expect((await kit.navixy('task/read', { task_id: 9 })).body).toMatchObject(refused(201));
  });

  it('have a history: creation, assignment, change, status, deletion', async () => {
    await create();
    await kit.navixy('task/route/assign', { route_id: 1, tracker_id: 2 });
    const update = { route: { ...ROUND, id: 1, label: 'New', checkpoint_ids: [3, 2] } };
    await kit.navixy('task/route/update', {
      ...update,
      checkpoints: [
        { ...FIRST, id: 2 },
        { ...SECOND, id: 3 },
      ],
    });
    await kit.navixy('task/route/delete', { route_id: 1 });
    const { body } = await kit.navixy('task/history/list', { task_id: 1 });
    const told = body.list?.map(({ operation, payload }) => [operation, payload]);
    expect(told).toEqual([
      ['create', expect.objectContaining({ type: 'route', checkpoint_ids: [2, 3], from: FIRST.from })],
      ['assign', { tracker_id: 2 }],
      ['update', { label: 'New', checkpoint_ids: [3, 2] }],
      ['delete', {}],
    ]);
  });
});

describe('task/route/list', () => {
  beforeEach(async () => {
    await create();
    await create({ label: 'Über Land', description: 'x', tracker_id: null }, [
      { ...FIRST, from: '2026-03-02 08:00:00', to: '2026-03-02 09:00:00' },
      { ...FIRST, from: '2026-03-02 10:00:00', to: '2026-03-02 11:00:00' },
    ]);
    await kit.navixy('task/create', { task: TASK });
  });

  it.each<[object, number[]]>([
    [{}, [1, 4]],
    [{ statuses: ['unassigned', 'failed'] }, [4]],
    [{ trackers: [1] }, [1]],
    [{ from: '2026-03-01 22:00:01' }, [4]],
    [{ to: '2026-03-02 07:59:59' }, [1]],
    [{ filter: 'über' }, [4]],
    [{ filter: 'BOTH' }, [1]],
    [{ filter: '' }, [1, 4]],
    [{ offset: 1 }, [4]],
    [{ limit: 0 }, []],
  ])('%j gives %j', async (parameters, ids) => {
    const { body } = await kit.navixy('task/route/list', parameters);
    expect(body.list?.map(({ id }) => id)).toEqual(ids);
    expect(body['count']).toBe('offset' in parameters || 'limit' in parameters ? 2 : ids.length);
  });

  it.each<[object, string]>([
    [{ statuses: [] }, 'statuses'],
    [{ statuses: ['gone'] }, 'statuses'],
    [{ trackers: [1, 1] }, 'trackers'],
    [{ filter: 'x'.repeat(101) }, 'filter'],
    [{ from: 5 }, 'from'],
    [{ limit: -1 }, 'limit'],
  ])('refuses %j', async (parameters, parameter) => {
    expect((await kit.navixy('task/route/list', parameters)).body).toMatchObject({
      status: { code: 7 },
      errors: [{ parameter }],
    });
  });

  it('and task/list know nothing of each other', async () => {
    const { body } = await kit.navixy('task/list');
    expect(body.list?.map(({ id }) => id)).toEqual([7]);
    expect((await kit.navixy('task/count')).body['count']).toBe(1);
  });
});

describe('task/route/update', () => {
  const KNOWN = [
    { ...FIRST, id: 2 },
    { ...SECOND, id: 3 },
  ];

  beforeEach(async () => {
    await create({ ...ROUND, external_id: 'R', tags: [7], fields: { '5': { type: 'text', value: 'v' } } });
  });

  function update(route: object, checkpoints?: readonly object[]) {
    return kit.navixy('task/route/update', {
      route: { ...ROUND, id: 1, ...route },
      ...(checkpoints && { checkpoints }),
    });
  }

  it('without checkpoints replaces what the route says, but for tags and fields that are not mentioned', async () => {
    const { body } = await update({ label: 'New', tracker_id: 2 });
    expect(body.result).toMatchObject({
      label: 'New',
      external_id: null,
      tags: [7],
      fields: { '5': { type: 'text', value: 'v' } },
      tracker_id: 1,
      checkpoint_ids: [2, 3],
    });
    expect((await update({ tags: [], fields: {} })).body.result).toMatchObject({ tags: [], fields: {} });
  });

  it.each<[string, object, object[], (number | 'new')[]]>([
    ['in the order of the list where no ids are given', {}, KNOWN.toReversed(), [3, 2]],
    ['in the order of checkpoint_ids', { checkpoint_ids: [3, 2] }, KNOWN, [3, 2]],
    ['new ones where they stand', { checkpoint_ids: [3, 2] }, [KNOWN[0]!, FIRST, KNOWN[1]!], [3, 'new', 2]],
    ['without those that are left out', { checkpoint_ids: [2, 3] }, [KNOWN[1]!], [3]],
    ['unnamed ones last', { checkpoint_ids: [3] }, KNOWN, [3, 2]],
  ])('puts the checkpoints %s', async (_, route, checkpoints, expected) => {
    const { body } = await update(route, checkpoints);
    expect(body.result?.checkpoint_ids).toEqual(expected.map((id) => (id === 'new' ? 4 : id)));
    const { body: listed } = await kit.navixy('task/checkpoint/list', { checkpoint_ids: [2, 3, 4] });
    expect(listed.list?.toSorted((a, b) => Number(a['order']) - Number(b['order'])).map(({ id }) => id)).toEqual(
      body.result?.checkpoint_ids,
    );
  });

  it('changes a checkpoint that is named, and counts external ids', async () => {
    await kit.navixy('task/create', { task: { ...TASK, external_id: 'X' } });
    const { body } = await update({ external_id: 'R' }, [
      { ...KNOWN[0]!, label: 'Other', external_id: 'X' },
      KNOWN[1]!,
    ]);
    expect(body['external_id_counts']).toEqual([{ external_id: 'X', count: 1 }]);
    const read = await kit.navixy('task/checkpoint/read', { checkpoint_id: 2 });
    expect(read.body['value']).toMatchObject({ label: 'Other', external_id: 'X' });
  });

  it.each<[string, object, object[] | undefined, object]>([
    ['no such route', { id: 9 }, undefined, refused(201)],
    ['a checkpoint as route', { id: 2 }, undefined, refused(201)],
    ['no id', { id: null }, undefined, invalid('route.id', 'must not be null')],
    ['ids without checkpoints', { checkpoint_ids: [3, 2] }, undefined, invalid('checkpoints', 'must not be null')],
    ['no checkpoints at all', {}, [], invalid('checkpoints', 'size must be between 1 and 500')],
    ['a checkpoint of another route', {}, [{ ...FIRST, id: 77 }], refused(201)],
    ['a checkpoint twice', {}, [KNOWN[0]!, KNOWN[0]!], invalid('checkpoints', 'checkpoint 2 stands there twice')],
  ])('refuses %s', async (_, route, checkpoints, expected) => {
    expect((await update(route, checkpoints)).body).toMatchObject(expected);
    const { body } = await kit.navixy('task/route/read', { route_id: 1 });
    expect(body['value']).toMatchObject({ external_id: 'R', checkpoint_ids: [2, 3] });
  });

  it('takes a checkpoint that is done as it was read, and no other way', async () => {
    await update({}, [KNOWN[0]!, { ...KNOWN[1]!, location: { ...SECOND.location, lat: 1 } }]);
    await kit.deliver(1, [{ ...HERE, timeMs: NOW_MS - 60_000 }]);
    const { body } = await kit.navixy('task/read', { task_id: 1 });
    const [done, open] = body['checkpoints'] as object[];
    expect(done).toMatchObject({ id: 2, status: 'done' });
    expect((await update({}, [done!, FIRST, open!])).body).toMatchObject({ result: { checkpoint_ids: [2, 4, 3] } });
    expect((await update({}, [{ ...done, label: 'Other' }, open!])).body).toMatchObject(refused(255));
    expect((await update({}, [open!])).body).toMatchObject(refused(255));
  });

  it('is refused once the route is over', async () => {
    await kit.deliver(1, [{ ...HERE, timeMs: NOW_MS - 60_000 }]);
    expect((await update({})).body).toMatchObject(refused(255));
  });
});

describe('task/route/assign', () => {
  beforeEach(async () => {
    await create();
  });

  it('gives the checkpoints along, and takes them back', async () => {
    for (const tracker_id of [2, null]) {
      const parameters = { route_id: 1, ...(tracker_id && { tracker_id }) };
      expect((await kit.navixy('task/route/assign', parameters)).body).toEqual({ success: true });
      const { body } = await kit.navixy('task/checkpoint/list', { checkpoint_ids: [2, 3] });
      expect(body.list?.map((checkpoint) => checkpoint['tracker_id'])).toEqual([tracker_id, tracker_id]);
    }
  });

  it.each<[string, object, number, number]>([
    ['no route', {}, 7, 400],
    ['a wrong type', { route_id: '1' }, 7, 400],
    ['an unknown route', { route_id: 9, tracker_id: 2 }, 201, 400],
    ['an unknown tracker', { route_id: 1, tracker_id: 9 }, 204, 404],
  ])('refuses %s', async (_, parameters, code, status) => {
    expect(await kit.navixy('task/route/assign', parameters)).toMatchObject({ status, body: refused(code) });
  });

  it('is refused once a checkpoint has been begun', async () => {
    await kit.deliver(1, [{ ...HERE, timeMs: NOW_MS - 60_000 }]);
    expect((await kit.navixy('task/route/assign', { route_id: 1, tracker_id: 2 })).body).toMatchObject(refused(255));
  });
});

describe('task/route/delete', () => {
  it('deletes the checkpoints along, in any state', async () => {
    await create();
    await kit.deliver(1, [{ ...HERE, timeMs: NOW_MS - 60_000 }]);
    expect((await kit.navixy('task/route/delete', { route_id: 1 })).body).toEqual({ success: true });
    for (const task_id of [1, 2, 3])
      expect((await kit.navixy('task/read', { task_id })).body).toMatchObject(refused(201));
    expect((await kit.navixy('task/route/delete', { route_id: 1 })).body).toMatchObject(refused(201));
  });

  it('leaves single checkpoints and tasks alone', async () => {
    await create();
    expect((await kit.navixy('task/route/delete', { route_id: 2 })).body).toMatchObject(refused(201));
    expect((await kit.navixy('task/delete', { task_id: 1 })).body).toMatchObject(refused(201));
    expect((await kit.navixy('task/delete', { task_id: 2 })).body).toMatchObject(refused(201));
  });
});

it.each([
  ['task/route/create', { route: ROUND, checkpoints: [FIRST, SECOND] }],
  ['task/route/update', { route: { ...ROUND, id: 1 } }],
  ['task/route/assign', { route_id: 1 }],
  ['task/route/delete', { route_id: 1 }],
])('%s takes the right to write', async (call, parameters) => {
  const hash = kit.key('tasks:read');
  expect(await kit.navixy(call, { ...parameters, hash })).toMatchObject({ status: 403, body: refused(13) });
});

it.each(['task/route/read', 'task/route/list'])('%s takes the right to read', async (call) => {
  const hash = kit.key('trackers:read');
  expect(await kit.navixy(call, { route_id: 1, hash })).toMatchObject({ status: 403, body: refused(13) });
});
