/** Many tasks in one request: each has a result of its own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { READER_KEY } from '../../operations/fake-line.ts';
import { createKit, type Kit, TASK } from '../kit.ts';

let kit: Kit;

beforeEach(async () => {
  kit = createKit();
  await kit.own('POST', '/api/trackers', { label: 'Van 1', imei: '356307042441013' });
  await kit.own('POST', '/api/trackers', { label: 'Blocked' });
  await kit.own('PATCH', '/api/trackers/2', { isBlocked: true });
});

function failed(code: number, description: string, errors?: object[]) {
  return { success: false, status: { code, description }, ...(errors && { errors }) };
}

function invalid(parameter: string, error: string) {
  return failed(7, 'Invalid parameters', [{ parameter, error }]);
}

const NOT_FOUND = failed(201, 'Not found in the database');

describe('task/batch_create', () => {
  it('creates what is sound, and says of the rest what task/create would have said', async () => {
    const tasks = [
      { ...TASK, label: 'first' },
      { ...TASK, label: '' },
      { ...TASK, tracker_id: 2 },
      5,
      { ...TASK, label: 'last', tracker_id: 1 },
    ];
    const { status, body } = await kit.navixy('task/batch_create', { tasks });
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      list: [
        { success: true, id: 1 },
        invalid('task.label', 'size must be between 1 and 200'),
        failed(208, 'Device blocked'),
        invalid('task', 'must be an object, not 5'),
        { success: true, id: 2 },
      ],
      created: 2,
      failed: 3,
    });
    expect([...kit.line.tasks.values()].map(({ text }) => text.label)).toEqual(['first', 'last']);
  });

  it('makes no task that refers to what is not there', async () => {
    const { id: tag } = (await kit.navixy('tag/create', { tag: { name: 'Fragile', color: 'FF0000' } })).body;
    const label = 'Boxes';
    await kit.navixy('entity/fields/update', { entity_id: 1, fields: [{ label, type: 'integer', required: true }] });
    const field = (await kit.navixy('entity/fields/read', { entity_id: 1 })).body.list[0]!.id;
    const fields = (value: number | string) => ({ [field]: { type: 'integer', value } });
    const tasks = [
      { ...TASK, tags: [tag], fields: fields(5) },
      { ...TASK, tags: [tag, 99], fields: fields(5) },
      { ...TASK, fields: fields('many') },
      TASK,
    ];
    const { body } = await kit.navixy('task/batch_create', { tasks });
    expect(body.list).toEqual([
      { success: true, id: 1 },
      invalid('task.tags', 'must be ids of tags, not 99'),
      invalid(`task.fields.${field}`, 'must be a whole number of 64 bits'),
      invalid(`task.fields.${field}`, 'must not be null'),
    ]);
  });

  it('says how many others bear the external ids', async () => {
    await kit.navixy('task/create', { task: { ...TASK, external_id: 'a' } });
    const ids = ['a', 'a', 'b', 'b', 'c'];
    const tasks = [...ids.map((external_id) => ({ ...TASK, external_id })), { ...TASK, label: '', external_id: 'c' }];
    expect((await kit.navixy('task/batch_create', { tasks })).body).toMatchObject({
      created: 5,
      external_id_counts: [
        { external_id: 'a', count: 2 },
        { external_id: 'b', count: 1 },
      ],
    });
  });

  it('takes a thousand', async () => {
    const { body } = await kit.navixy('task/batch_create', { tasks: Array(1000).fill(TASK) });
    expect([body.created, body.list.at(-1)]).toEqual([1000, { success: true, id: 1000 }]);
  });

  it.each<[object, string, string]>([
    [{}, 'tasks', 'must not be null'],
    [{ tasks: TASK }, 'tasks', 'must be an array, not an object'],
    [{ tasks: [] }, 'tasks', 'size must be between 1 and 1000'],
    [{ tasks: Array(1001).fill(0) }, 'tasks', 'size must be between 1 and 1000'],
    [{ tasks: [null] }, 'tasks', 'must not contain null'],
  ])('refuses %j', async (parameters, parameter, error) => {
    expect((await kit.navixy('task/batch_create', parameters)).body).toEqual(invalid(parameter, error));
  });
});

describe('task/bulk_assign', () => {
  beforeEach(async () => {
    await kit.navixy('task/batch_create', { tasks: [TASK, TASK, TASK] });
  });

  it('assigns what it may, and takes back what it is given nobody for', async () => {
    kit.line.setFacts(2, { state: 'completed', closer: 'gps' });
    const { body } = await kit.navixy('task/bulk_assign', { task_ids: [3, 2, 9], tracker_id: 1 });
    expect(body).toEqual({
      success: true,
      list: [
        { task_id: 3, success: true },
        { task_id: 2, ...failed(255, 'Invalid task state') },
        { task_id: 9, ...NOT_FOUND },
      ],
      succeeded: 1,
      failed: 2,
    });
    expect(kit.line.tasks.get(3)?.tenure.trackerId).toBe(1);
    await kit.navixy('task/bulk_assign', { task_ids: [3] });
    expect(kit.line.tasks.get(3)?.tenure.trackerId).toBeNull();
  });

  it.each([
    ['an unknown tracker', 9, failed(204, 'Entity not found')],
    ['a blocked one', 2, failed(208, 'Device blocked')],
  ])('says of each task that it was given %s', async (_name, tracker_id, result) => {
    const { body } = await kit.navixy('task/bulk_assign', { task_ids: [1, 2], tracker_id });
    expect(body.list).toEqual([1, 2].map((task_id) => ({ task_id, ...result })));
  });

  it('leaves drafts and checkpoints alone', async () => {
    kit.line.setFacts(1, { state: 'draft' });
    kit.line.tasks.set(2, { ...kit.line.tasks.get(2)!, checkpoint: { routeId: 7, order: 0 } });
    const { body } = await kit.navixy('task/bulk_assign', { task_ids: [1, 2], tracker_id: 1 });
    expect(body.list).toEqual([1, 2].map((task_id) => ({ task_id, ...NOT_FOUND })));
  });
});

describe('task/bulk_cancel', () => {
  beforeEach(async () => {
    await kit.navixy('task/batch_create', { tasks: [TASK, TASK] });
  });

  it('cancels what is not finished: its status is failed then', async () => {
    kit.line.setFacts(2, { state: 'completed', closer: 'gps' });
    const { body } = await kit.navixy('task/bulk_cancel', { task_ids: [1, 2, 9] });
    expect(body).toEqual({
      success: true,
      list: [
        { task_id: 1, success: true },
        { task_id: 2, ...failed(255, 'Invalid task state') },
        { task_id: 9, ...NOT_FOUND },
      ],
      succeeded: 1,
      failed: 2,
    });
    expect((await kit.navixy('task/read', { task_id: 1 })).body.value.status).toBe('failed');
  });

  it('tells the whole request when storage fails', async () => {
    kit.line.trouble = 'disk I/O error';
    const answer = await kit.navixy('task/bulk_cancel', { task_ids: [1] });
    expect(answer).toMatchObject({ status: 503, body: failed(14, 'Database unavailable') });
  });
});

describe.each(['task/bulk_assign', 'task/bulk_cancel'])('%s', (path) => {
  it.each<[object, string, string]>([
    [{}, 'task_ids', 'must not be null'],
    [{ task_ids: 5 }, 'task_ids', 'must be an array, not 5'],
    [{ task_ids: ['5'] }, 'task_ids', 'must be an integer, not "5"'],
    [{ task_ids: [5, 5] }, 'task_ids', 'must only contain unique elements'],
    [{ task_ids: Array.from({ length: 1001 }, (_, i) => i + 1) }, 'task_ids', 'size must be between 0 and 1000'],
  ])('refuses %j', async (parameters, parameter, error) => {
    expect((await kit.navixy(path, parameters)).body).toEqual(invalid(parameter, error));
  });
});

it.each(['task/batch_create', 'task/bulk_assign', 'task/bulk_cancel', 'task/batch_convert', 'task/import'])(
  '%s asks for the right to write',
  async (path) => {
    const payload = { hash: READER_KEY };
    const answer = await kit.ask({ method: 'POST', url: `/v2/${path}`, payload });
    expect(answer).toMatchObject({ status: 403, body: failed(13, 'Operation not permitted') });
  },
);
