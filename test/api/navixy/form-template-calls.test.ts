/** `/form/template/*` from the outside. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TASK } from '../kit.ts';
import { CLERK_KEY, LiveKit } from '../live-kit.ts';
import { FIELDS, TEMPLATE } from './form-sample.ts';

let kit: LiveKit;

const NOT_FOUND = { success: false, status: { code: 201, description: 'Not found in the database' } };

function faulty(parameter: string, error: string) {
  return { status: { code: 7 }, errors: [{ parameter, error }] };
}

describe('a template', () => {
  beforeEach(() => {
    kit = new LiveKit();
  });

  afterEach(() => kit.close());

  it('comes back as it was written, with what it was not told', async () => {
    const created = await kit.navixy('form/template/create', { template: TEMPLATE });
    expect(created.body).toEqual({ success: true, id: 1 });
    const { body } = await kit.navixy('form/template/read', { template_id: 1 });
    expect(body.value).toMatchObject({
      id: 1,
      label: 'Order form',
      description: '',
      submit_in_zone: false,
      version: 1,
      created: '2026-03-01 12:00:00',
      updated: '2026-03-01 12:00:00',
      default: false,
    });
    expect(body.value.fields).toEqual([
      { ...FIELDS[0], description: '', required: false },
      { ...FIELDS[1] },
      { ...FIELDS[2], description: '', required: false },
      { ...FIELDS[3], description: '', required: false },
      { ...FIELDS[4], description: '', required: false },
      { ...FIELDS[5], description: '', required: false, disable_past: false },
      { ...FIELDS[6], description: '', required: false },
      { ...FIELDS[7], description: '', required: false, allowed_extensions: ['pdf', 'txt'] },
      { ...FIELDS[8], description: '', required: false },
      { ...FIELDS[9], description: '', required: false },
    ]);
    expect(body.list).toEqual([body.value]);
    expect((await kit.navixy('form/template/list')).body).toEqual({ success: true, list: [body.value] });
  });

  it('is replaced as a whole, and its version counts', async () => {
    await kit.navixy('form/template/create', { template: TEMPLATE });
    kit.nowMs += 60_000;
    const template = { id: 1, label: 'Short', fields: [] };
    expect((await kit.navixy('form/template/update', { template })).body).toEqual({ success: true });
    const { body } = await kit.navixy('form/template/read', { template_id: 1 });
    expect(body.value).toMatchObject({ label: 'Short', fields: [], version: 2 });
    expect(body.value).toMatchObject({ created: '2026-03-01 12:00:00', updated: '2026-03-01 12:01:00' });
  });

  it('is the default one alone', async () => {
    for (const label of ['A', 'B']) {
      await kit.navixy('form/template/create', { template: { ...TEMPLATE, label, default: true } });
    }
    const { body } = await kit.navixy('form/template/list');
    expect(body.list.map((template: { default: boolean }) => template.default)).toEqual([false, true]);
  });

  it('is counted by the status of the tasks that use it', async () => {
    await kit.navixy('form/template/create', { template: TEMPLATE });
    await kit.navixy('form/template/create', { template: TEMPLATE });
    const van = await kit.addTracker('Van');
    for (const tracker_id of [null, van, van]) {
      await kit.navixy('task/create', { task: { ...TASK, tracker_id, form_template_id: 1 }, create_form: true });
    }
    await kit.navixy('task/delete', { task_id: 4 });
    await kit.navixy('task/create', { task: TASK });
    const none = { unassigned: 0, assigned: 0, arrived: 0, done: 0, delayed: 0, failed: 0, faulty: 0 };
    const stats = await kit.navixy('form/template/stats/read', { template_id: 1 });
    expect(stats.body).toEqual({ success: true, tasks: { ...none, unassigned: 1, assigned: 2 }, scheduled: 0 });
    const other = await kit.navixy('form/template/stats/read', { template_id: 2 });
    expect(other.body).toEqual({ success: true, tasks: none, scheduled: 0 });
  });

  it('when it is deleted leaves the forms that were made from it', async () => {
    await kit.navixy('form/template/create', { template: TEMPLATE });
    await kit.navixy('task/create', { task: { ...TASK, form_template_id: 1 }, create_form: true });
    expect((await kit.navixy('form/template/delete', { template_id: 1 })).body).toEqual({ success: true });
    const { value } = (await kit.navixy('task/read', { task_id: 1 })).body;
    expect(value).toMatchObject({ form: { label: 'Order form', template_id: null }, form_template_id: null });
  });
});

describe('what is refused', () => {
  beforeAll(() => {
    kit = new LiveKit();
  });

  afterAll(() => kit.close());

  it.each(['form/template/read', 'form/template/delete', 'form/template/stats/read'])('%s', async (path) => {
    expect((await kit.navixy(path)).body).toMatchObject(faulty('template_id', 'must not be null'));
    expect((await kit.navixy(path, { template_id: 'x' })).body).toMatchObject(
      faulty('template_id', 'must be an integer, not "x"'),
    );
    expect((await kit.navixy(path, { template_id: 9 })).body).toEqual(NOT_FOUND);
  });

  it('form/template/create and update without a template, or of one that is not there', async () => {
    expect((await kit.navixy('form/template/create')).body).toMatchObject(faulty('template', 'must not be null'));
    expect((await kit.navixy('form/template/update', { template: TEMPLATE })).body).toMatchObject(
      faulty('template.id', 'must not be null'),
    );
    expect((await kit.navixy('form/template/update', { template: { ...TEMPLATE, id: 9 } })).body).toEqual(NOT_FOUND);
  });

  it.each([
    ['form/template/create', { template: TEMPLATE }],
    ['form/template/update', { template: { ...TEMPLATE, id: 1 } }],
    ['form/template/delete', { template_id: 1 }],
  ])('%s without the right to it', async (path, parameters) => {
    const { status, body } = await kit.navixy(path, parameters, CLERK_KEY);
    expect([status, body.status.code]).toEqual([403, 13]);
  });

  const text = { id: 'a', label: 'A', type: 'text' };
  const boxes = { id: 'a', label: 'A', type: 'checkbox_group', group: [{ label: 'x' }, { label: 'y' }] };
  it.each([
    [{ ...text, id: '' }, 'id', 'must match "^[0-9a-zA-Z-]{1,19}$"'],
    [{ ...text, id: 'x'.repeat(20) }, 'id', 'must match "^[0-9a-zA-Z-]{1,19}$"'],
    [{ ...text, id: '__proto__' }, 'id', 'must match "^[0-9a-zA-Z-]{1,19}$"'],
    [{ ...text, label: '' }, 'label', 'size must be between 1 and 100'],
    [{ ...text, label: 'x'.repeat(101) }, 'label', 'size must be between 1 and 100'],
    [{ ...text, description: 'x'.repeat(513) }, 'description', 'size must be between 1 and 512'],
    [{ ...text, required: 'yes' }, 'required', 'must be true or false, not "yes"'],
    [{ ...text, type: 'video' }, 'type', expect.stringContaining('Should be one of [text, checkbox_group')],
    [{ id: 'a', label: 'A' }, 'type', 'must not be null'],
    [{ ...text, max_length: 1025 }, 'max_length', 'must be less than or equal to 1024'],
    [{ ...text, min_length: -1 }, 'min_length', 'must be greater than or equal to 0'],
    [{ ...text, min_length: 6, max_length: 5 }, 'max_length', 'must be greater than or equal to 6'],
    [{ ...text, required: true, min_length: 0 }, 'min_length', 'must be greater than or equal to 1'],
    [{ ...boxes, group: [] }, 'group', 'size must be between 1 and 100'],
    [{ ...boxes, max_checked: 3 }, 'max_checked', 'must be less than or equal to 2'],
    [{ ...boxes, min_checked: 2, max_checked: 1 }, 'max_checked', 'must be greater than or equal to 2'],
    [{ ...boxes, required: true }, 'min_checked', 'must be greater than or equal to 1'],
    [{ id: 'a', label: 'A', type: 'dropdown' }, 'options', 'must not be null'],
    [{ id: 'a', label: 'A', type: 'rating', max_stars: 0 }, 'max_stars', 'must be greater than or equal to 1'],
    [
      { id: 'a', label: 'A', type: 'file', max_file_size: 16 * 1024 * 1024 + 1 },
      'max_file_size',
      'must be less than or equal to 16777216',
    ],
    [
      { id: 'a', label: 'A', type: 'file', min_file_size: 9, max_file_size: 8 },
      'max_file_size',
      'must be greater than or equal to 9',
    ],
    [
      { id: 'a', label: 'A', type: 'file', allowed_extensions: [] },
      'allowed_extensions',
      'size must be between 1 and 16',
    ],
    [{ id: 'a', label: 'A', type: 'photo', max_files: 7 }, 'max_files', 'must be less than or equal to 6'],
  ])('the field %j', async (field, member, error) => {
    const { body } = await kit.navixy('form/template/create', { template: { ...TEMPLATE, fields: [field] } });
    expect(body).toMatchObject(faulty(`template.fields[0].${member}`, error));
  });

  it.each([
    [[text, { ...text, label: 'B' }], 'must only contain fields with different ids'],
    [Array.from({ length: 101 }, (_, i) => ({ ...text, id: `a${i}` })), 'size must be between 0 and 100'],
    ['none', 'must be an array, not "none"'],
  ])('fields that do not go together', async (fields, error) => {
    const { body } = await kit.navixy('form/template/create', { template: { ...TEMPLATE, fields } });
    expect(body).toMatchObject(faulty('template.fields', error));
  });
});
