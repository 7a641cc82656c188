/** `/task/form/*` and `/form/*` from the outside: a form is attached, filled in, judged with its task, corrected, read. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { TASK } from '../kit.ts';
import { CLERK_KEY, GUEST_KEY, LiveKit } from '../live-kit.ts';
import { PNG, TEMPLATE, VALUES } from './form-sample.ts';

let kit: LiveKit;
let van: number;

const MINUTE_MS = 60_000;
/** Around the fixed clock of these tests, so that what is created now can be visited. */
const WINDOW = { from: '2026-03-01 11:00:00', to: '2026-03-01 14:00:00' };
const INSIDE = { latDeg: TASK.location.lat, lonDeg: TASK.location.lng };
const OUTSIDE = { latDeg: TASK.location.lat + 0.1, lonDeg: TASK.location.lng };
const SHORT = { label: 'Short', fields: [{ id: 'a', label: 'A', type: 'text', required: true, min_length: 1 }] };
const ANSWER = { a: { type: 'text', value: 'yes' } };

async function open(): Promise<void> {
  kit = new LiveKit();
  van = await kit.addTracker('Van');
  await kit.navixy('form/template/create', { template: TEMPLATE });
  await kit.navixy('form/template/create', { template: SHORT });
}

/** To be called in a group: each of its tests begins anew. */
function anew(): void {
  beforeEach(open);
  afterEach(() => kit.close());
}

async function create(form_template_id: number | null, task: object = {}): Promise<number> {
  const wish = { ...TASK, ...WINDOW, tracker_id: van, form_template_id, ...task };
  return (await kit.navixy('task/create', { task: wish, create_form: form_template_id !== null })).body.id;
}

async function read(task_id: number) {
  return (await kit.navixy('task/read', { task_id })).body.value;
}

async function codeOf(call: string, parameters: object, hash = FIRST_KEY): Promise<number | undefined> {
  return (await kit.navixy(call, parameters, hash)).body.status?.code;
}

/** The van comes by and drives on. */
async function visit(): Promise<void> {
  kit.nowMs += MINUTE_MS;
  await kit.send(van, { timeMs: kit.nowMs - 30_000, ...OUTSIDE }, { timeMs: kit.nowMs - 20_000, ...INSIDE });
  await kit.send(van, { timeMs: kit.nowMs - 10_000, ...OUTSIDE });
}

describe('a task with a form', () => {
  anew();

  it('shows it, as it was attached', async () => {
    const id = await create(1);
    const { form, form_template_id } = await read(id);
    expect(form_template_id).toBe(1);
    expect(form).toMatchObject({
      id,
      label: 'Order form',
      submit_in_zone: false,
      created: '2026-03-01 12:00:00',
      task_id: id,
      template_id: 1,
      template_version: 1,
      tracker_id: van,
      checkin_id: null,
      values: null,
      submitted: null,
      submit_location: null,
    });
    await kit.navixy('form/template/update', { template: { ...SHORT, id: 1 } });
    expect((await read(id)).form).toEqual(form);
    expect((await kit.navixy('form/read', { id })).body).toEqual({ success: true, value: form, files: [] });
    expect((await kit.navixy('task/list')).body.list[0].form).toEqual(form);
  });

  it('without one shows none', async () => {
    const id = await create(null);
    const value = await read(id);
    expect('form' in value || 'form_template_id' in value).toBe(false);
    expect((await kit.navixy('task/form/read', { task_id: id })).body).toEqual({
      success: true,
      value: null,
      files: [],
    });
    expect(await codeOf('form/read', { id })).toBe(201);
  });

  it('of a template that is not there is not made', async () => {
    const answer = await kit.navixy('task/create', { task: { ...TASK, form_template_id: 9 }, create_form: true });
    expect(answer).toMatchObject({ status: 404, body: { status: { code: 204 } } });
    expect((await kit.navixy('task/count')).body.count).toBe(0);
  });

  it.each([
    ['keeps it', { create_form: false }, 'Order form'],
    ['gets another one', { create_form: true, template: 2 }, 'Short'],
    ['loses it', { create_form: true }, undefined],
  ])(
    'when it is updated %s',
    async (_name, { create_form, template = null }: { create_form: boolean; template?: number | null }, label) => {
      const id = await create(1);
      const task = { ...TASK, ...WINDOW, id, form_template_id: template };
      expect((await kit.navixy('task/update', { task, create_form })).body).toEqual({ success: true });
      expect((await read(id)).form?.label).toBe(label);
    },
  );

  it('is not done before the form is there', async () => {
    const id = await create(2);
    await visit();
    expect((await read(id)).status).toBe('arrived');
    kit.nowMs += MINUTE_MS;
    const answer = await kit.navixy('task/form/submit', { task_id: id, values: ANSWER });
    expect(answer.body).toEqual({ success: true });
    expect(await read(id)).toMatchObject({
      status: 'done',
      status_change_date: '2026-03-01 12:02:00',
      form: { values: ANSWER, submitted: '2026-03-01 12:02:00', submit_location: { lat: OUTSIDE.latDeg } },
    });
    const { list } = (await kit.navixy('task/history/list', { task_id: id })).body;
    expect(list.map((row: { operation: string }) => row.operation)).toEqual([
      'create',
      'status_change',
      'form',
      'status_change',
    ]);
  });

  it('that has arrived waits for a form that it gets now, and is done when the form is taken away', async () => {
    const id = await create(null, { min_stay_duration: 1 });
    kit.nowMs += 10 * MINUTE_MS;
    await kit.send(van, { timeMs: kit.nowMs - 30_000, ...INSIDE });
    expect((await read(id)).status).toBe('arrived');
    expect(await codeOf('task/form/create', { task_id: id, template_id: 2 })).toBeUndefined();
    await kit.send(van, { timeMs: kit.nowMs + 40_000, ...INSIDE }, { timeMs: kit.nowMs + 50_000, ...OUTSIDE });
    expect((await read(id)).status).toBe('arrived');
    expect(await codeOf('task/form/delete', { task_id: id })).toBeUndefined();
    expect(await read(id)).toMatchObject({ status: 'done', status_change_date: '2026-03-01 12:10:30' });
  });

  it('takes the form when it was filled in, by its own clock', async () => {
    const id = await create(2);
    await visit();
    kit.nowMs += 30 * MINUTE_MS;
    await kit.navixy('task/form/submit', {
      task_id: id,
      values: ANSWER,
      time: '2026-03-01 12:05:00',
      submit_location: { lat: 51, lng: 7, address: 'Gate 3' },
    });
    const { status_change_date, form } = await read(id);
    expect([status_change_date, form.submitted]).toEqual(['2026-03-01 12:05:00', '2026-03-01 12:05:00']);
    expect(form.submit_location).toEqual({ lat: 51, lng: 7, address: 'Gate 3' });
  });

  it('takes it only in the zone, where the template says so', async () => {
    await kit.navixy('form/template/update', { template: { ...SHORT, id: 2, submit_in_zone: true } });
    const id = await create(2);
    const submit = (submit_location: object) =>
      codeOf('task/form/submit', { task_id: id, values: ANSWER, submit_location });
    expect(await submit({ lat: OUTSIDE.latDeg, lng: OUTSIDE.lonDeg })).toBe(255);
    expect(await submit({ lat: INSIDE.latDeg, lng: INSIDE.lonDeg })).toBeUndefined();
  });

  it('is given the same submission twice as once, and no other', async () => {
    const id = await create(2);
    const submit = (value: string) =>
      codeOf('task/form/submit', { task_id: id, values: { a: { type: 'text', value } } });
    expect([await submit('yes'), await submit('yes'), await submit('no')]).toEqual([undefined, undefined, 255]);
    expect((await read(id)).form.values).toEqual(ANSWER);
  });

  it('given to another tracker asks for the form again, and shows what there was', async () => {
    const id = await create(2);
    await kit.navixy('task/form/submit', { task_id: id, values: ANSWER });
    const car = await kit.addTracker('Car with a long name');
    await kit.navixy('task/assign', { task_id: id, tracker_id: car });
    expect((await read(id)).form).toMatchObject({ values: ANSWER, submitted: null, submit_location: null });
    await kit.tickAt(NOW_MS + 3 * 60 * MINUTE_MS);
    const { body } = await kit.navixy('task/form/submit', { task_id: id, values: ANSWER });
    expect(body).toEqual({ success: true });
  });
});

describe('the history of a task', () => {
  anew();

  it('tells of its form: given, submitted, corrected, taken away', async () => {
    const id = await create(null);
    await kit.navixy('task/form/create', { task_id: id, template_id: 2 });
    await kit.navixy('task/form/submit', { task_id: id, values: ANSWER });
    await kit.navixy('task/form/values/update', { task_id: id, values: ANSWER });
    await kit.navixy('task/form/delete', { task_id: id });
    const { list } = (await kit.navixy('task/history/list', { task_id: id })).body;
    const told = list
      .slice(1)
      .map(({ operation, payload }: { operation: string; payload: object }) => [operation, payload]);
    expect(told).toEqual([
      ['update', { form: expect.objectContaining({ id, label: 'Short', template_id: 2, values: null }) }],
      ['form', { submitted: '2026-03-01 12:00:00' }],
      ['form', { submitted: '2026-03-01 12:00:00', corrected: true }],
      ['update', { form: null }],
    ]);
  });
});

describe('what a form is filled in with', () => {
  anew();

  it('may come in a query', async () => {
    const id = await create(2);
    const values = encodeURIComponent(JSON.stringify(ANSWER));
    const { body } = await kit.get(
      `/task/form/submit?hash=${FIRST_KEY}&task_id=${id}&values=${values}&submit_location=null`,
    );
    expect(body).toEqual({ success: true });
    expect((await read(id)).form.values).toEqual(ANSWER);
  });

  it('may be of every type', async () => {
    const id = await create(1);
    const { body } = await kit.navixy('task/form/submit', { task_id: id, values: VALUES });
    expect(body).toEqual({ success: true });
    expect((await read(id)).form.values).toEqual(VALUES);
  });

  it('is told at once where it is wrong', async () => {
    const id = await create(1);
    const answer = await kit.navixy('task/form/submit', {
      task_id: id,
      values: {
        'Text-1': { type: 'text', value: 'Jo' },
        Check: { type: 'checkbox_group', values: [true] },
        Drop: { type: 'dropdown', value_index: 2 },
        Radio: { type: 'text', value: 'Yes' },
        Day: { type: 'date', value: '2026-03-02' },
        Stars: { type: 'rating', value: 0 },
        File: { type: 'file', file_ids: [7] },
        Photo: null,
        Nobody: { type: 'text', value: 'x' },
      },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.status).toEqual({ code: 242, description: 'There were errors during content validation' });
    const told = answer.body.errors.map((fault: { field_id: string; code: number }) => [fault.field_id, fault.code]);
    expect(told).toEqual([
      ['Text-1', 5],
      ['Check', 5],
      ['Drop', 4],
      ['Radio', 2],
      ['Day', 7],
      ['Stars', 6],
      ['File', 8],
      ['Photo', 3],
      ['Nobody', 8],
    ]);
    expect((await read(id)).form.submitted).toBeNull();
  });

  it('may be corrected once it is submitted, and the outcome stays', async () => {
    const id = await create(2);
    const other = { a: { type: 'text', value: 'no' } };
    const correct = (hash?: string) => codeOf('task/form/values/update', { task_id: id, values: other }, hash);
    expect(await correct()).toBe(255);
    await kit.navixy('task/form/submit', { task_id: id, values: ANSWER });
    expect(await correct(CLERK_KEY)).toBeUndefined();
    await visit();
    const done = await read(id);
    expect(done).toMatchObject({ status: 'done', form: { values: other, submitted: '2026-03-01 12:00:00' } });
    expect(await correct(CLERK_KEY)).toBe(255);
    expect(await correct()).toBeUndefined();
    expect(await read(id)).toEqual(done);
    expect(await codeOf('task/form/values/update', { task_id: id, values: {} })).toBe(242);
  });
});

describe('a finished task', () => {
  anew();

  let id: number;
  beforeEach(async () => {
    id = await create(null);
    await visit();
    expect((await read(id)).status).toBe('done');
  });

  it('gets a form by special right, fills it in, and stays as it is', async () => {
    expect(await codeOf('task/form/create', { task_id: id, template_id: 2 }, CLERK_KEY)).toBe(255);
    expect(await codeOf('task/form/create', { task_id: id, template_id: 2 })).toBeUndefined();
    expect((await read(id)).status).toBe('done');
    expect(await codeOf('task/form/submit', { task_id: id, values: ANSWER })).toBeUndefined();
    expect(await read(id)).toMatchObject({ status: 'done', form: { values: ANSWER } });
    expect(await codeOf('task/form/delete', { task_id: id })).toBe(255);
  });
});

describe('what is refused', () => {
  beforeAll(open);
  afterAll(() => kit.close());

  it.each([
    ['task/form/create', { template_id: 1 }],
    ['task/form/delete', {}],
    ['task/form/submit', { values: ANSWER }],
    ['task/form/values/update', { values: ANSWER }],
    ['task/form/file/create', { field_id: 'Photo', size: 10 }],
    ['task/form/read', {}],
    ['task/form/download', { format: 'pdf' }],
  ])('%s of no task, of a wrong one, of one that is not there', async (path, others) => {
    const missing = { code: 7, errors: [{ parameter: 'task_id', error: 'must not be null' }] };
    expect((await kit.navixy(path, others)).body).toMatchObject({ status: { code: 7 }, errors: missing.errors });
    expect(await codeOf(path, { ...others, task_id: '1' })).toBe(7);
    expect(await codeOf(path, { ...others, task_id: 99 })).toBe(201);
  });

  it.each([
    ['task/form/create', { template_id: 1 }],
    ['task/form/delete', {}],
    ['task/form/submit', { values: ANSWER }],
    ['task/form/values/update', { values: ANSWER }],
    ['task/form/file/create', { field_id: 'Photo', size: 10 }],
  ])('%s to a key that may only read', async (path, others) => {
    const answer = await kit.navixy(path, { task_id: 1, ...others }, GUEST_KEY);
    expect(answer).toMatchObject({ status: 403, body: { status: { code: 13 } } });
  });

  it.each([
    ['task/form/delete', {}, 201],
    ['task/form/submit', { values: {} }, 201],
    ['task/form/values/update', { values: {} }, 201],
    ['task/form/file/create', { field_id: 'Photo', size: 10 }, 201],
    ['task/form/download', { format: 'pdf' }, 201],
    ['task/form/create', { template_id: 9 }, 201],
    ['task/form/create', {}, 7],
    ['task/form/download', { format: 'doc' }, 7],
    ['task/form/submit', {}, 7],
    ['task/form/submit', { values: [] }, 7],
    ['task/form/submit', { values: { 'a b': {} } }, 7],
    ['task/form/submit', { values: {}, submit_location: { lat: 91, lng: 0 } }, 7],
    ['task/form/submit', { values: {}, time: 'soon' }, 7],
  ])('%s %j of a task without a form', async (path, others, code) => {
    const id = await create(null);
    expect(await codeOf(path, { task_id: id, ...others })).toBe(code);
  });

  it('a second form', async () => {
    const id = await create(1);
    const answer = await kit.navixy('task/form/create', { task_id: id, template_id: 2 });
    expect(answer).toMatchObject({ status: 409, body: { status: { code: 247 } } });
  });

  it.each(['form/read', 'form/download'])('%s of a form that is not there', async (path) => {
    expect(await codeOf(path, { id: 99, format: 'pdf' })).toBe(201);
    expect(await codeOf(path, { format: 'pdf' })).toBe(7);
  });
});

describe('a form as a file', () => {
  anew();

  it.each([
    ['task/form/download', 'task_id', 'pdf', '%PDF-', 'application/pdf'],
    ['form/download', 'id', 'pdf', '%PDF-', 'application/pdf'],
    ['form/download', 'id', 'xlsx', 'PK', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ])('%s by %s is a %s', async (path, name, format, head, type) => {
    const id = await create(1, { label: 'Доставка 包裹' });
    await kit.navixy('task/form/submit', { task_id: id, values: VALUES });
    const answer = await kit.navixy(path, { [name]: id, format });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers['content-disposition']).toBe(`attachment; filename*=UTF-8''Order%20form.${format}`);
    expect(answer.bytes.toString('latin1').startsWith(head)).toBe(true);
  });

  it('has its photos in it', async () => {
    const id = await create(1);
    const plain = await kit.navixy('form/download', { id, format: 'pdf' });
    const { value } = (await kit.navixy('task/form/file/create', { task_id: id, field_id: 'Photo', size: 1000 })).body;
    await kit.post('/form/file/upload', [['token', value.fields.token]], [{ name: 'a.png', content: PNG }]);
    const values = { ...VALUES, Photo: { type: 'photo', file_ids: [value.file_id] } };
    expect(await codeOf('task/form/submit', { task_id: id, values })).toBeUndefined();
    const withPhoto = await kit.navixy('form/download', { id, format: 'pdf' });
    expect(plain.bytes.includes('/Subtype /Image')).toBe(false);
    expect(withPhoto.bytes.includes('/Subtype /Image')).toBe(true);
  });
});
