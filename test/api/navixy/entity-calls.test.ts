/** Fields that the owner gives to tasks, and what tasks may have in them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ENTITY_CALLS } from '../../../src/api/navixy/entity-calls.ts';
import { TASK_CALLS } from '../../../src/api/navixy/task-calls.ts';
import { LiveKit } from '../calls-kit.ts';
import { TASK } from '../kit.ts';

let kit: LiveKit;

beforeEach(() => {
  kit = new LiveKit([...ENTITY_CALLS, ...TASK_CALLS]);
});

interface Field {
  readonly id: number;
  readonly label: string;
}

async function define(...fields: readonly object[]): Promise<readonly Field[]> {
  return (await kit.do('entity/fields/update', { entity_id: 1, fields })).list;
}

async function orderOf(): Promise<readonly (readonly string[])[]> {
  const { entity } = await kit.do('entity/read', { type: 'task' });
  return entity.settings.layout.sections.map(({ field_order }: { field_order: string[] }) => field_order);
}

describe('entity/*', () => {
  it('there is one, of tasks, and it is read by id or type', async () => {
    const { list } = await kit.do('entity/list');
    expect(list).toMatchObject([{ id: 1, type: 'task' }]);
    expect(await kit.do('entity/read', { id: 1 })).toEqual({ success: true, entity: list[0], fields: [] });
    expect(await kit.do('entity/read', { type: 'task' })).toEqual({ success: true, entity: list[0], fields: [] });
  });

  it('fields are made, changed and deleted, and stand last until they are moved', async () => {
    const [first, second] = await define({ label: 'Door code', type: 'text' }, { label: 'Who', type: 'employee' });
    expect(second).toEqual({
      ...{ id: second!.id, label: 'Who', type: 'employee', required: false, description: '' },
      params: { responsible: false },
    });
    const [order] = await orderOf();
    expect(order!.slice(-3)).toEqual(['tags', String(first!.id), String(second!.id)]);
    const moved = [
      { label: 'First', field_order: [String(second!.id), String(first!.id)] },
      { label: 'Rest', field_order: order!.slice(0, -2) },
    ];
    await kit.do('entity/update', { entity: { id: 1, type: 'task', settings: { layout: { sections: moved } } } });
    expect(await orderOf()).toEqual(moved.map(({ field_order }) => field_order));
    const changed = { id: first!.id, label: 'Gate code', type: 'text', required: true };
    const { list } = await kit.do('entity/fields/update', { entity_id: 1, fields: [changed], delete_missing: true });
    expect(list).toEqual([{ ...changed, description: '' }]);
    expect((await kit.do('entity/fields/read', { entity_id: 1 })).list).toEqual(list);
    expect((await orderOf())[0]).toEqual([String(first!.id)]);
  });

  const sections = (...orders: string[][]) => ({
    entity: { id: 1, settings: { layout: { sections: orders.map((field_order) => ({ label: 'x', field_order })) } } },
  });

  it.each([
    ['entity/read', {}, '7 id'],
    ['entity/read', { id: 1, type: 'task' }, '7 id'],
    ['entity/read', { id: 2 }, 201],
    ['entity/read', { type: 'place' }, '7 type'],
    ['entity/update', {}, '7 entity'],
    ['entity/update', sections(['label']), '7 entity.settings.layout.sections'],
    ['entity/update', sections(), '7 entity.settings.layout.sections'],
    ['entity/update', { entity: { ...sections(['label']).entity, id: 2 } }, 201],
    ['entity/fields/read', {}, '7 entity_id'],
    ['entity/fields/read', { entity_id: 2 }, 201],
    ['entity/fields/update', { entity_id: 1 }, '7 fields'],
    ['entity/fields/update', { entity_id: 2, fields: [] }, 201],
    ['entity/fields/update', { entity_id: 1, fields: [{ label: 'x', type: 'colour' }] }, '7 fields[0].type'],
    ['entity/fields/update', { entity_id: 1, fields: [{ id: 99, label: 'x', type: 'text' }] }, '7 fields'],
    [
      'entity/fields/update',
      {
        entity_id: 1,
        fields: [
          { label: 'x', type: 'text' },
          { label: 'x', type: 'phone' },
        ],
      },
      '7 fields',
    ],
  ])('%s %j is %s', async (path, parameters, code) => {
    expect(await kit.codeOf(path, parameters)).toBe(code);
  });

  it('a field keeps its type', async () => {
    const [field] = await define({ label: 'x', type: 'text' });
    const retyped = { entity_id: 1, fields: [{ ...field, type: 'integer' }] };
    expect(await kit.codeOf('entity/fields/update', retyped)).toBe('7 fields');
  });

  it('one field says who is responsible, and no second one', async () => {
    const responsible = (label: string) => ({ label, type: 'employee', params: { responsible: true } });
    await define(responsible('a'));
    expect(await kit.codeOf('entity/fields/update', { entity_id: 1, fields: [responsible('b')] })).toBe('7 fields');
  });

  it('there are a hundred fields at most', async () => {
    const fields = Array.from({ length: 100 }, (_, i) => ({ label: `f${i}`, type: 'text' }));
    await define(...fields);
    expect(await kit.codeOf('entity/fields/update', { entity_id: 1, fields: [{ label: 'x', type: 'text' }] })).toBe(
      '7 fields',
    );
  });

  it.each(['entity/update', 'entity/fields/update'])('%s needs more than the right to change tasks', async (path) => {
    expect(await kit.codeOf(path, {}, kit.key('task_update'))).toBe(13);
  });

  it.each(['entity/list', 'entity/read', 'entity/fields/read'])('%s needs a right to read', async (path) => {
    expect(await kit.codeOf(path, {}, kit.key('metrics:read'))).toBe(13);
  });
});

describe('the fields of a task', () => {
  it.each([
    ['text', 'x'.repeat(700), true],
    ['text', 'x'.repeat(701), false],
    ['text', 5, false],
    ['bigtext', 'x'.repeat(20_000), true],
    ['email', 'smith@example.com', true],
    ['email', 'smith@example', false],
    ['phone', '+44 20 7111-1111', true],
    ['phone', 'none', false],
    ['decimal', '-999999999999.999999', true],
    ['decimal', 1.5, true],
    ['decimal', '0.1234567', false],
    ['decimal', 1e21, false],
    ['decimal', '1e5', false],
    ['integer', '9223372036854775807', true],
    ['integer', '9223372036854775808', false],
    ['integer', '-9223372036854775808', true],
    ['integer', 1.5, false],
    ['employee', 999, false],
    ['employee', 'Anna', false],
    ['text', null, true],
    ['integer', '', true],
  ])('a field of type %s takes %j: %j', async (type, value, isTaken) => {
    const [field] = await define({ label: 'x', type });
    const fields = { [field!.id]: { type, value } };
    expect(await kit.codeOf('task/create', { task: { ...TASK, fields } })).toBe(
      isTaken ? 0 : `7 task.fields.${field!.id}`,
    );
  });

  it('name an employee there is', async () => {
    const { id } = await kit.do('employee/create', { employee: { first_name: 'Anna' } });
    const [field] = await define({ label: 'x', type: 'employee' });
    const fields = { [field!.id]: { type: 'employee', value: id } };
    expect(await kit.codeOf('task/create', { task: { ...TASK, fields } })).toBe(0);
  });

  it('are of the type that the field has', async () => {
    const [field] = await define({ label: 'x', type: 'integer' });
    const fields = { [field!.id]: { type: 'text', value: '5' } };
    const { body } = await kit.call('task/create', { task: { ...TASK, fields } });
    expect(body.errors).toEqual([{ parameter: `task.fields.${field!.id}`, error: 'Should be one of [integer]' }]);
  });

  it('have to be there where they are required: in a new task, and where an old one gets others', async () => {
    const { id } = await kit.do('task/create', { task: TASK });
    const [field] = await define({ label: 'x', type: 'text', required: true });
    const fault = `7 task.fields.${field!.id}`;
    const empty = { [field!.id]: { type: 'text', value: '' } };
    expect(await kit.codeOf('task/create', { task: TASK })).toBe(fault);
    expect(await kit.codeOf('task/create', { task: { ...TASK, fields: empty } })).toBe(fault);
    expect(await kit.codeOf('task/update', { task: { ...TASK, id } })).toBe(0);
    expect(await kit.codeOf('task/update', { task: { ...TASK, id, fields: {} } })).toBe(fault);
  });

  it('of an id that no field has are kept as they are: they may be known elsewhere', async () => {
    const fields = { '131312': { type: 'mood', value: 'sunny' }, '131313': { type: 'decimal', value: 4.5 } };
    const { id } = await kit.do('task/create', { task: { ...TASK, fields } });
    expect((await kit.do('task/read', { task_id: id })).value.fields).toEqual(fields);
  });
});
