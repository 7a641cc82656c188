/** `/task/*` from the outside: what is answered to whom, in which shape. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { createKit, type Kit, TASK } from '../kit.ts';

let kit: Kit;

beforeEach(async () => {
  kit = createKit();
  await kit.own('POST', '/api/trackers', { label: 'Van 1', imei: '356307042441013' });
  await kit.own('POST', '/api/trackers', { label: 'Blocked' });
  await kit.own('PATCH', '/api/trackers/2', { isBlocked: true });
  for (const name of ['one', 'two', 'three', 'four']) {
    await kit.navixy('tag/create', { tag: { name, color: 'FF0000' } });
  }
});

const MINUTE_MS = 60_000;

function failed(code: number, description: string, errors?: object[]) {
  return { success: false, status: { code, description }, ...(errors && { errors }) };
}

const NOT_FOUND = failed(201, 'Not found in the database');
const WRONG_STATE = failed(255, 'Invalid task state');

function invalid(parameter: string, error: string) {
  return failed(7, 'Invalid parameters', [{ parameter, error }]);
}

describe('task/create and task/read', () => {
  it('answers with the id, and the task reads back in the order, with the nulls and units of a real answer', async () => {
    const created = await kit.navixy('task/create', {
      task: { ...TASK, tracker_id: 1, max_delay: 5, min_stay_duration: 10, min_arrival_duration: 2, tags: [1, 2] },
    });
    expect(created).toMatchObject({ status: 200, body: { success: true, id: 1 } });
    const read = await kit.navixy('task/read', { task_id: 1 });
    expect(read.text).toBe(
      JSON.stringify({
        success: true,
        value: {
          id: 1,
          user_id: 1,
          tracker_id: 1,
          status: 'assigned',
          status_change_date: '2026-03-01 13:00:00',
          tags: [1, 2],
          label: 'Deliver parcels',
          description: 'Quickly',
          external_id: null,
          creation_date: '2026-03-01 13:00:00',
          origin: 'manual',
          location: { lat: 51.283546, lng: 7.301086, address: 'Fichtenstrasse 11', radius: 150 },
          from: '2026-03-01 08:00:00',
          to: '2026-03-01 10:00:00',
          arrival_date: null,
          stay_duration: 0,
          min_stay_duration: 10,
          min_arrival_duration: 2,
          max_delay: 5,
          type: 'task',
        },
      }),
    );
  });

  it('reads local times in the zone of the account', async () => {
    await kit.navixy('task/create', { task: TASK });
    expect(kit.line.tasks.get(1)?.terms).toMatchObject({
      fromMs: Date.UTC(2026, 2, 1, 7),
      toMs: Date.UTC(2026, 2, 1, 9),
      maxDelayMs: 0,
      minStayMs: 0,
    });
  });

  it('shows arrival and stay, floored to seconds', async () => {
    await kit.navixy('task/create', { task: { ...TASK, tracker_id: 1 } });
    kit.line.setFacts(1, { state: 'active', arrivalMs: NOW_MS, statusMs: NOW_MS, stayMs: 61_999 });
    const { body } = await kit.navixy('task/read', { task_id: 1 });
    expect(body.value).toMatchObject({ status: 'arrived', arrival_date: '2026-03-01 13:00:00', stay_duration: 61 });
  });

  it.each([
    ['by the flag', { iso_datetime: true }, {}],
    ['by the header', {}, { 'nvx-iso-datetime': 'true' }],
  ])('writes ISO dates %s', async (_how, parameters, headers) => {
    await kit.navixy('task/create', { task: TASK });
    const payload = { hash: FIRST_KEY, task_id: 1, ...parameters };
    const { body } = await kit.ask({ method: 'POST', url: '/task/read', payload, headers });
    expect(body.value.from).toBe('2026-03-01T08:00:00+01:00');
  });

  it('keeps custom fields and shows them only where there are some', async () => {
    const fields = { '131312': { type: 'text', value: 'I love text!' } };
    await kit.navixy('task/create', { task: { ...TASK, fields } });
    expect((await kit.navixy('task/read', { task_id: 1 })).body.value.fields).toEqual(fields);
  });

  it('takes every documented form of one request for the same', async () => {
    const form = new URLSearchParams({ hash: FIRST_KEY, task: JSON.stringify(TASK) }).toString();
    await kit.navixy('task/create', { task: TASK });
    await kit.ask({
      method: 'POST',
      url: '/task/create/',
      payload: form,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    });
    await kit.ask({ method: 'GET', url: `/v2/task/create?${form}` });
    const made = [...kit.line.tasks.values()].map(({ text, terms }) => ({ text, terms }));
    expect(made).toHaveLength(3);
    expect(made[1]).toEqual(made[0]);
    expect(made[2]).toEqual(made[0]);
  });

  it('takes JSON under the content type that curl gives it, and no other list or text', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const ask = (payload: string) => kit.ask({ method: 'POST', url: '/v2/task/create', payload, headers });
    expect((await ask(` ${JSON.stringify({ hash: FIRST_KEY, task: TASK })}`)).body).toEqual({ success: true, id: 1 });
    for (const broken of ['{"task":', '[1]']) expect((await ask(broken)).body.status.code).toBe(5);
  });

  it('tells every fault of a request at once, from and to first', async () => {
    const { status, body } = await kit.navixy('task/create', {
      task: { from: '2026-02-31 08:00:00', label: '', location: { lat: 91, radius: 0 }, max_delay: -1, tags: [0] },
      create_form: 'yes',
    });
    expect(status).toBe(400);
    expect(body).toEqual(
      failed(7, 'Invalid parameters', [
        {
          parameter: 'task.from',
          error: `must be a date as yyyy-MM-dd HH:mm:ss or yyyy-MM-dd'T'HH:mm:ssZZ, not "2026-02-31 08:00:00"`,
        },
        { parameter: 'task.to', error: 'must not be null' },
        { parameter: 'task.label', error: 'size must be between 1 and 200' },
        { parameter: 'task.description', error: 'must not be null' },
        { parameter: 'task.location.lat', error: 'must be less than or equal to 90' },
        { parameter: 'task.location.lng', error: 'must not be null' },
        { parameter: 'task.location.radius', error: 'must be greater than or equal to 1' },
        { parameter: 'task.max_delay', error: 'must be greater than or equal to 0' },
        { parameter: 'task.tags', error: 'must be greater than or equal to 1' },
        { parameter: 'create_form', error: 'must be true or false, not "yes"' },
      ]),
    );
  });

  it.each([
    ['no task', {}, invalid('task', 'must not be null')],
    ['a task that is no object', { task: [] }, invalid('task', 'must be an object, not an array')],
    [
      'from after to',
      { task: { ...TASK, from: TASK.to, to: TASK.from } },
      invalid('task.from', "must not be after 'to'"),
    ],
    ['a blank label', { task: { ...TASK, label: '  ' } }, invalid('task.label', 'must not be blank')],
    ['a label that is a number', { task: { ...TASK, label: 5 } }, invalid('task.label', 'must be a string, not 5')],
    [
      'a radius with a fraction',
      { task: { ...TASK, location: { ...TASK.location, radius: 1.5 } } },
      invalid('task.location.radius', 'must be an integer, not 1.5'),
    ],
    [
      'a stay beyond the limit',
      { task: { ...TASK, min_stay_duration: 512_001 } },
      invalid('task.min_stay_duration', 'must be less than or equal to 512000'),
    ],
    [
      'a long external id',
      { task: { ...TASK, external_id: 'x'.repeat(101) } },
      invalid('task.external_id', 'size must be between 1 and 100'),
    ],
    ['an unknown tracker', { task: { ...TASK, tracker_id: 99 } }, NOT_FOUND],
    ['a blocked tracker', { task: { ...TASK, tracker_id: 2 } }, failed(208, 'Device blocked')],
  ])('refuses %s', async (_name, parameters, expected) => {
    const { body } = await kit.navixy('task/create', parameters);
    expect(body).toEqual(expected);
    expect(kit.line.tasks.size).toBe(0);
  });

  it('takes equal from and to, unknown fields, and what create is to ignore', async () => {
    const task = { ...TASK, to: TASK.from, id: 77, status: 'done', type: 'route', user_id: 3, whatever: {} };
    expect((await kit.navixy('task/create', { task })).body).toEqual({ success: true, id: 1 });
  });

  it('says how many others bear the same external id, where there are any', async () => {
    const task = { ...TASK, external_id: 'A' };
    const counted = { external_id_counts: [{ external_id: 'A', count: 1 }] };
    expect((await kit.navixy('task/create', { task })).body).toEqual({ success: true, id: 1 });
    expect((await kit.navixy('task/create', { task })).body).toEqual({ success: true, id: 2, ...counted });
    expect((await kit.navixy('task/update', { task: { ...task, id: 1 } })).body).toEqual({ success: true, ...counted });
    const other = { ...TASK, id: 1, external_id: 'B' };
    expect((await kit.navixy('task/update', { task: other })).body).toEqual({ success: true });
    expect((await kit.navixy('task/update', { task: { ...task, id: 1 } })).body).toEqual({ success: true, ...counted });
  });

  it('refuses a past window only where the setting asks for it', async () => {
    expect((await kit.navixy('task/create', { task: TASK })).status).toBe(200);
    const strict = createKit({ refusePastTo: true });
    const { body } = await strict.navixy('task/create', { task: TASK });
    expect(body).toEqual(invalid('task.to', 'must be a date in the present or in the future'));
    const later = { ...TASK, to: '2026-03-01 13:00:00' };
    expect((await strict.navixy('task/create', { task: later })).status).toBe(200);
  });
});

describe('task/read, task/delete, task/history/list', () => {
  it.each(['task/read', 'task/delete', 'task/history/list'])('%s asks for a task that exists', async (call) => {
    expect((await kit.navixy(call, { task_id: 5 })).body).toEqual(NOT_FOUND);
    expect((await kit.navixy(call)).body).toEqual(invalid('task_id', 'must not be null'));
    expect((await kit.navixy(call, { task_id: '5' })).body).toEqual(invalid('task_id', 'must be an integer, not "5"'));
    expect((await kit.navixy(call, { task_id: 2 ** 31 })).body).toEqual(
      invalid('task_id', 'must be less than or equal to 2147483647'),
    );
  });

  it('reads a task by its external id, if it is the only one that bears it', async () => {
    await kit.navixy('task/create', { task: { ...TASK, external_id: 'A' } });
    expect((await kit.navixy('task/read', { external_id: 'A' })).body.value.id).toBe(1);
    expect((await kit.navixy('task/read', { external_id: 'B' })).body).toEqual(NOT_FOUND);
    await kit.navixy('task/create', { task: { ...TASK, external_id: 'A' } });
    expect((await kit.navixy('task/read', { external_id: 'A' })).body).toEqual(
      invalid('external_id', 'is borne by 2 tasks, expected one'),
    );
    expect((await kit.navixy('task/read', { external_id: 'A', task_id: 1 })).body).toEqual(
      invalid('external_id', 'must be null where task_id is given'),
    );
  });

  it('a draft does not exist for Navixy', async () => {
    await kit.navixy('task/create', { task: TASK });
    kit.line.setFacts(1, { state: 'draft' });
    expect((await kit.navixy('task/read', { task_id: 1 })).body).toEqual(NOT_FOUND);
    expect((await kit.navixy('task/update', { task: { ...TASK, id: 1 } })).body).toEqual(NOT_FOUND);
  });

  it('a deleted task is gone, and its history stays', async () => {
    await kit.navixy('task/create', { task: TASK });
    expect((await kit.navixy('task/delete', { task_id: 1 })).body).toEqual({ success: true });
    expect((await kit.navixy('task/read', { task_id: 1 })).body).toEqual(NOT_FOUND);
    const { body } = await kit.navixy('task/history/list', { task_id: 1 });
    expect(body.list.map((row: { operation: string }) => row.operation)).toEqual(['create', 'delete']);
  });
});

describe('task/update', () => {
  beforeEach(async () => {
    const fields = { '7': { type: 'text', value: 'x' } };
    await kit.navixy('task/create', { task: { ...TASK, external_id: 'A', tags: [4], fields, max_delay: 9 } });
  });

  it('replaces the whole task, but for tags and fields that are not mentioned', async () => {
    const answer = await kit.navixy('task/update', { task: { ...TASK, id: 1, label: 'New', tracker_id: 1 } });
    expect(answer.body).toEqual({ success: true });
    const { body } = await kit.navixy('task/read', { task_id: 1 });
    expect(body.value).toMatchObject({ label: 'New', external_id: null, max_delay: 0, tags: [4], tracker_id: null });
    expect(body.value.fields).toEqual({ '7': { type: 'text', value: 'x' } });
  });

  it('empties tags and fields where it is asked to', async () => {
    await kit.navixy('task/update', { task: { ...TASK, id: 1, tags: [], fields: {} } });
    expect((await kit.navixy('task/read', { task_id: 1 })).body.value).toMatchObject({ tags: [], fields: {} });
  });

  it('asks for the id and a task that exists', async () => {
    expect((await kit.navixy('task/update', { task: TASK })).body).toEqual(invalid('task.id', 'must not be null'));
    expect((await kit.navixy('task/update', { task: { ...TASK, id: 9 } })).body).toEqual(NOT_FOUND);
  });

  it('is refused beyond assigned', async () => {
    kit.line.setFacts(1, { state: 'completed', closer: 'gps' });
    expect((await kit.navixy('task/update', { task: { ...TASK, id: 1 } })).body).toEqual(WRONG_STATE);
  });
});

describe('task/assign', () => {
  beforeEach(async () => {
    await kit.navixy('task/create', { task: TASK });
  });

  it.each([
    ['a tracker', { tracker_id: 1 }, 1],
    ['null', { tracker_id: null }, null],
    ['nothing', {}, null],
  ])('given %s it says so in the task', async (_name, parameters, trackerId) => {
    expect((await kit.navixy('task/assign', { task_id: 1, ...parameters })).body).toEqual({ success: true });
    expect(kit.line.tasks.get(1)?.tenure.trackerId).toBe(trackerId);
  });

  it.each([
    ['an unknown task', { task_id: 9, tracker_id: 1 }, 400, NOT_FOUND],
    ['an unknown tracker', { task_id: 1, tracker_id: 9 }, 404, failed(204, 'Entity not found')],
    ['a blocked tracker', { task_id: 1, tracker_id: 2 }, 403, failed(208, 'Device blocked')],
    ['no task', { tracker_id: 1 }, 400, invalid('task_id', 'must not be null')],
  ])('refuses %s', async (_name, parameters, status, body) => {
    expect(await kit.navixy('task/assign', parameters)).toMatchObject({ status, body });
  });

  it('is refused beyond assigned', async () => {
    await kit.navixy('task/assign', { task_id: 1, tracker_id: 1 });
    kit.line.setFacts(1, { state: 'active', arrivalMs: NOW_MS });
    expect((await kit.navixy('task/assign', { task_id: 1 })).body).toEqual(WRONG_STATE);
  });
});

describe('task/list and task/count', () => {
  beforeEach(async () => {
    for (const external_id of ['a', 'b', 'b']) await kit.navixy('task/create', { task: { ...TASK, external_id } });
    await kit.navixy('task/create', { task: { ...TASK, tracker_id: 1 } });
  });

  it('counts', async () => {
    expect((await kit.navixy('task/count')).body).toEqual({ success: true, count: 4 });
  });

  it('without parameters lists everything, 10 000 a page, oldest id first', async () => {
    const { body } = await kit.navixy('task/list');
    expect(body.count).toBe(4);
    expect(body.list.map((task: { id: number }) => task.id)).toEqual([1, 2, 3, 4]);
    expect(kit.line.filter).toEqual({ sort: [], offset: 0, limit: 10_000 });
  });

  it('passes every filter on, in the words of the store', async () => {
    await kit.navixy('task/list', {
      statuses: ['unassigned', 'done', 'done'],
      trackers: [1, 2],
      external_id: 'b',
      from: '2026-03-01 00:00:00',
      to: '2026-03-02T00:00:00Z',
      sort: ['employee=desc', 'location=asc', 'form=asc', 'id=desc'],
      offset: 2,
      limit: 50,
    });
    expect(kit.line.filter).toEqual({
      statuses: ['unassigned', 'done'],
      trackerIds: [1, 2],
      externalId: 'b',
      overlapFromMs: Date.UTC(2026, 1, 28, 23),
      overlapToMs: Date.UTC(2026, 2, 2),
      sort: [
        { field: 'employee', descending: true },
        { field: 'address', descending: false },
        { field: 'form', descending: false },
        { field: 'id', descending: true },
      ],
      offset: 2,
      limit: 50,
    });
  });

  it('passes searches on as conditions, and nothing for an empty one', async () => {
    await kit.navixy('task/list', {
      conditions: [{ type: 'eq', field: 'id', value: 1 }],
      filter: '',
      filters: ['', 'Quay'],
      tag_ids: [4, 5],
      location: { lat: 51, lng: 7, radius: 250.5 },
      modified_since: '2026-03-01 13:00:00',
    });
    const inText = (field: string) => ({ kind: 'contains', field, text: 'Quay' });
    expect(kit.line.filter).toEqual({
      conditions: [
        { kind: 'is', field: 'id', values: [1] },
        { kind: 'any', of: ['label', 'description', 'address'].map(inText) },
      ],
      tagIds: [4, 5],
      near: { latDeg: 51, lonDeg: 7, radiusM: 250.5 },
      modifiedSinceMs: NOW_MS,
      sort: [],
      offset: 0,
      limit: 10_000,
    });
  });

  it.each([
    ['by GPS', { state: 'completed', closer: 'gps', completionMs: NOW_MS - MINUTE_MS }, '2026-03-01 12:59:00'],
    ['by a person, who may have come first', { state: 'completed', closer: 'person' }, '2026-03-01 13:00:00'],
    ['not yet', { completionMs: NOW_MS }, null],
    ['never', { state: 'failed', closer: 'clock' }, null],
  ] as const)('says when a task was completed where it is asked to: %s', async (_how, facts, date) => {
    kit.line.setFacts(1, facts);
    const { body } = await kit.navixy('task/list', { extended: true, limit: 1 });
    expect(body.list[0]?.completion_date).toBe(date);
    expect((await kit.navixy('task/list')).body.list[0]).not.toHaveProperty('completion_date');
  });

  it.each([
    ['left', NOW_MS - MINUTE_MS, '2026-03-01 12:59:00'],
    ['there, or never there', null, null],
  ] as const)('says when somebody left, where it is asked to: %s', async (_where, departureMs, date) => {
    kit.line.setFacts(1, { departureMs });
    for (const call of ['task/list', 'task/read']) {
      const shown = async (parameters: object) => {
        const { list, value } = (await kit.navixy(call, { ...parameters, ...(call === 'task/read' && { task_id: 1 }) }))
          .body;
        return list?.[0] ?? value;
      };
      expect([call, await shown({ extended: true })]).toMatchObject([call, { id: 1, departure_date: date }]);
      expect(await shown({})).not.toHaveProperty('departure_date');
    }
  });

  it('the count is of all matches, the list of one page', async () => {
    const { body } = await kit.navixy('task/list', { external_id: 'b', limit: 1 });
    expect([body.list.length, body.count]).toEqual([1, 2]);
  });

  it('tasks of no tracker at all are none', async () => {
    expect((await kit.navixy('task/list', { trackers: [] })).body).toEqual({ success: true, list: [], count: 0 });
  });

  it.each([
    ['statuses=["unassigned"]&limit=2', 2, 3],
    ['trackers=[1, 2]', 1, 1],
    ['external_id=a&offset=0', 1, 1],
    ['from=2026-03-01%2000:00:00&sort=["label=asc"]&statuses=null', 4, 4],
  ])('takes the query %s', async (query, length, count) => {
    const { body } = await kit.ask({ method: 'GET', url: `/task/list?hash=${FIRST_KEY}&${query}` });
    expect([body.list?.length, body.count]).toEqual([length, count]);
  });

  it.each([
    [
      { statuses: ['finished'] },
      'statuses',
      'Should be one of [unassigned, assigned, arrived, done, delayed, failed, faulty]',
    ],
    [{ statuses: [] }, 'statuses', 'size must be between 1 and 100'],
    [{ statuses: [null] }, 'statuses', 'must not contain null'],
    [{ trackers: [1, 1] }, 'trackers', 'must only contain unique elements'],
    [{ trackers: '1' }, 'trackers', 'must be an array, not "1"'],
    [{ sort: ['label=acs'] }, 'sort', 'must match "^[a-z_]+=(asc|desc)$"'],
    [{ limit: 100_001 }, 'limit', 'must be less than or equal to 100000'],
    [{ limit: -1 }, 'limit', 'must be greater than or equal to 0'],
    [{ offset: 1e21 }, 'offset', 'must be less than or equal to 2147483647'],
    [{ filter: 'x'.repeat(101) }, 'filter', 'size must be between 0 and 100'],
    [{ filters: 'x' }, 'filters', 'must be an array, not "x"'],
    [{ tag_ids: [1, 1] }, 'tag_ids', 'must only contain unique elements'],
    [{ location: { lat: 1, lng: 2 } }, 'location.radius', 'must not be null'],
    [{ location: { lat: 91, lng: 2, radius: 5 } }, 'location.lat', 'must be less than or equal to 90'],
    [{ extended: 1 }, 'extended', 'must be true or false, not 1'],
    [
      { modified_since: 'yesterday' },
      'modified_since',
      `must be a date as yyyy-MM-dd HH:mm:ss or yyyy-MM-dd'T'HH:mm:ssZZ, not "yesterday"`,
    ],
  ])('refuses %j', async (parameters, parameter, error) => {
    expect((await kit.navixy('task/list', parameters)).body).toEqual(invalid(parameter, error));
  });
});

describe('task/history/list', () => {
  const then = {
    state: 'assigned',
    arrivalMs: null,
    isLate: false,
    isFaulty: false,
    issues: [],
    closer: null,
    trackerId: 1,
  } as const;
  const failedThen = { ...then, state: 'failed', closer: 'clock' } as const;
  const doneThen = { ...then, state: 'completed', arrivalMs: NOW_MS, closer: 'gps' } as const;
  const plain = { kind: 'status_change', stayMs: 0, revised: false, reason: null, witness: null } as const;

  it('tells creation, change, assignment and status in the words of the wire', async () => {
    await kit.navixy('task/create', { task: TASK });
    await kit.navixy('task/assign', { task_id: 1, tracker_id: 1 });
    kit.line.tell(1, {
      kind: 'update',
      text: { label: 'New', address: '' },
      terms: { zone: { latDeg: 1, lonDeg: 2, radiusM: 3 }, maxDelayMs: 5 * MINUTE_MS },
    });
    kit.line.tell(1, { ...plain, from: then, to: failedThen });
    const { body } = await kit.navixy('task/history/list', { task_id: 1 });
    expect(body.list[0]).toMatchObject({ id: 1, user_id: 1, task_id: 1, operation: 'create', payload: { id: 1 } });
    expect(body.list.slice(1)).toEqual([
      row(2, 'assign', { tracker_id: 1 }),
      row(3, 'update', { label: 'New', location: { lat: 1, lng: 2, address: '', radius: 3 }, max_delay: 5 }),
      row(4, 'status_change', { status: 'failed' }),
    ]);
  });

  it('a revision says what moved it', async () => {
    await kit.navixy('task/create', { task: TASK });
    const witness = { timeMs: NOW_MS, latDeg: 51, lonDeg: 7 };
    kit.line.tell(1, { ...plain, from: failedThen, to: doneThen, revised: true, reason: 'late_fix', witness });
    const { body } = await kit.navixy('task/history/list', { task_id: 1 });
    expect(body.list[1]?.payload).toEqual({
      status: 'done',
      revised: true,
      reason: 'late_fix',
      fix: { time: '2026-03-01 13:00:00', lat: 51, lng: 7 },
    });
  });

  it('is silent about what seven statuses cannot tell apart', async () => {
    await kit.navixy('task/create', { task: TASK });
    kit.line.tell(1, { ...plain, from: then, to: { ...then, state: 'in_transit' } });
    expect((await kit.navixy('task/history/list', { task_id: 1 })).body.list).toHaveLength(1);
  });

  function row(id: number, operation: string, payload: object) {
    return { id, user_id: 1, task_id: 1, event_date: '2026-03-01 13:00:00', operation, payload };
  }
});
