/** `/tag/*` and tags on tasks, people, vehicles and trackers. */
import { beforeEach, describe, expect, it } from 'vitest';
import { EMPLOYEE_CALLS } from '../../../src/api/navixy/employee-calls.ts';
import { TAG_CALLS } from '../../../src/api/navixy/tag-calls.ts';
import { TASK_CALLS } from '../../../src/api/navixy/task-calls.ts';
import { TRACKER_CALLS } from '../../../src/api/navixy/tracker-calls.ts';
import { VEHICLE_CALLS } from '../../../src/api/navixy/vehicle-calls.ts';
import { LiveKit } from '../calls-kit.ts';
import { TASK } from '../kit.ts';

let kit: LiveKit;
let urgent: number;
let fragile: number;

const tag = (name: string, color = 'FF0000') => ({ tag: { name, color } });

beforeEach(async () => {
  kit = new LiveKit([...TAG_CALLS, ...TASK_CALLS, ...EMPLOYEE_CALLS, ...VEHICLE_CALLS, ...TRACKER_CALLS]);
  urgent = (await kit.do('tag/create', tag('urgent'))).id;
  fragile = (await kit.do('tag/create', tag('Fragile', '00ff00'))).id;
});

async function scheduleWith(tags: readonly number[]): Promise<number> {
  const { from: _from, to: _to, ...content } = TASK;
  const parameters = { type: 'weekdays', weekdays: [1] };
  const schedule = { ...content, tags, from_time: '09:00:00', duration: 60, parameters };
  return (await kit.do('task/schedule/create', { schedule })).id;
}

async function taskWith(tags: readonly number[]): Promise<number> {
  return (await kit.do('task/create', { task: { ...TASK, tags } })).id;
}

describe('tags', () => {
  it('are made, listed, changed and deleted', async () => {
    const shown = (id: number, name: string, color: string) => ({ id, avatar_file_name: null, name, color });
    const both = [shown(urgent, 'urgent', 'FF0000'), shown(fragile, 'Fragile', '00FF00')];
    expect((await kit.do('tag/list')).list).toEqual(both);
    expect((await kit.do('tag/list', { filter: 'frag' })).list).toEqual([both[1]]);
    await kit.do('tag/update', { tag: { id: urgent, name: 'hurry', color: '0000FF' } });
    await kit.do('tag/delete', { tag_id: fragile });
    expect((await kit.do('tag/list')).list).toEqual([shown(urgent, 'hurry', '0000FF')]);
  });

  it('are deleted in one call, those that are not there in silence', async () => {
    await kit.do('tag/delete', { tag_ids: [urgent, 999, fragile] });
    expect((await kit.do('tag/list')).list).toEqual([]);
  });

  it.each([
    ['tag/create', {}, '7 tag'],
    ['tag/create', { tag: 'x' }, '7 tag'],
    ['tag/create', tag(''), '7 tag.name'],
    ['tag/create', tag('x', 'red'), '7 tag.color'],
    ['tag/update', { tag: { name: 'x', color: 'FF0000' } }, '7 tag.id'],
    ['tag/update', { tag: { id: 999, name: 'x', color: 'FF0000' } }, 201],
    ['tag/list', { filter: 'ab' }, '7 filter'],
    ['tag/delete', {}, '7 tag_id'],
    ['tag/delete', { tag_id: 1, tag_ids: [1] }, '7 tag_id'],
    ['tag/delete', { tag_id: 'x' }, '7 tag_id'],
    ['tag/delete', { tag_id: 999 }, 201],
    ['tag/search', {}, '7 tag_ids'],
    ['tag/search', { tag_ids: [] }, '7 tag_ids'],
    ['tag/search', { tag_ids: [1], entity_types: ['planet'] }, '7 entity_types'],
    ['tracker/tags/set', { tracker_id: 9, tag_bindings: [] }, 201],
    ['tracker/tags/set', { tracker_id: 9 }, '7 tag_bindings'],
  ])('%s %j is %s', async (path, parameters, code) => {
    expect(await kit.codeOf(path, parameters)).toBe(code);
  });

  it.each(['tag/create', 'tag/update', 'tag/delete', 'tracker/tags/set'])('%s needs its right', async (path) => {
    expect(await kit.codeOf(path, {}, kit.key('task_update'))).toBe(13);
  });

  it.each(['tag/list', 'tag/search'])('%s needs a right to read', async (path) => {
    expect(await kit.codeOf(path, {}, kit.key('metrics:read'))).toBe(13);
  });
});

describe('a task', () => {
  it('takes tags that exist', async () => {
    const answer = await kit.call('task/create', { task: { ...TASK, tags: [urgent, 998, 999] } });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'task.tags', error: 'must be ids of tags, not 998, 999' }] },
    });
    const id = await taskWith([urgent]);
    expect(await kit.codeOf('task/update', { task: { ...TASK, id, tags: [urgent, 999] } })).toBe('7 task.tags');
    expect(await kit.codeOf('task/update', { task: { ...TASK, id, tags: [fragile] } })).toBe(0);
  });

  it('loses a tag with the tag, whatever its state, and its history tells of it', async () => {
    const both = await taskWith([urgent, fragile]);
    const plain = await taskWith([fragile]);
    await kit.do('tag/delete', { tag_id: urgent });
    expect((await kit.do('task/read', { task_id: both })).value.tags).toEqual([fragile]);
    expect((await kit.do('task/read', { task_id: plain })).value.tags).toEqual([fragile]);
    const { list } = await kit.do('task/history/list', { task_id: both });
    expect(list.at(-1)).toMatchObject({ operation: 'update', payload: { tags: [fragile] } });
    expect((await kit.do('task/history/list', { task_id: plain })).list).toHaveLength(1);
  });

  it('is not made with it by a schedule any more, which goes on as it was', async () => {
    const [both, plain] = [await scheduleWith([urgent, fragile]), await scheduleWith([fragile])];
    const since = () => kit.store.records.list('task_schedule').map(({ sinceMs }) => sinceMs);
    const before = since();
    kit.nowMs += 86_400_000;
    await kit.do('tag/delete', { tag_id: urgent });
    for (const id of [both, plain]) {
      expect((await kit.do('task/schedule/read', { id })).value.tags).toEqual([fragile]);
    }
    expect(since()).toEqual(before);
  });

  it('loses it also among more than go into one commit', async () => {
    for (let i = 0; i < 501; i++) {
      await kit.operations.createTask(draft([urgent]));
    }
    await kit.do('tag/delete', { tag_id: urgent });
    expect(kit.store.tasks.tagBearers(urgent, 0, 1000)).toEqual([]);
  });
});

const draft = (tags: readonly number[]) => ({
  dialect: 'navixy' as const,
  trackerId: null,
  text: {
    ...{ label: 'x', description: '', externalId: null, address: '' },
    ...{ tags, origin: 'manual' as const, extra: {}, form: null },
  },
  terms: {
    ...{ zone: { latDeg: 1, lonDeg: 1, radiusM: 10 }, fromMs: 0, toMs: 1, maxDelayMs: 0 },
    ...{ minStayMs: 0, minArrivalMs: 0, isFormRequired: false, isFormInZone: false },
  },
});

describe('tag/search', () => {
  it('finds what bears all of the tags, each kind for itself', async () => {
    const tags = [urgent, fragile];
    const trackerId = await kit.tracker('Van');
    await kit.tracker('Other');
    const bindings = [
      { tag_id: fragile, ordinal: 2 },
      { tag_id: urgent, ordinal: 1 },
    ];
    await kit.do('tracker/tags/set', { tracker_id: trackerId, tag_bindings: bindings });
    const taskId = await taskWith(tags);
    await taskWith([urgent]);
    const employee = (await kit.do('employee/create', { employee: { first_name: 'Anna', tags } })).id;
    await kit.do('employee/create', { employee: { first_name: 'Bert', tags: [fragile] } });
    const vehicle = (await kit.do('vehicle/create', { vehicle: { label: 'Truck', tags } })).id;
    const schedule = await scheduleWith(tags);
    await scheduleWith([urgent]);
    const checkpoints = [TASK, TASK];
    const round = { label: 'Round', description: '' };
    const route = (await kit.do('task/route/create', { route: { ...round, tags }, checkpoints })).result;
    await kit.do('task/route/create', { route: { ...round, tags: [fragile] }, checkpoints });
    const { result } = await kit.do('tag/search', { tag_ids: tags });
    const ids = Object.entries(result).map(([kind, found]) => [kind, (found as { id: number }[]).map(({ id }) => id)]);
    expect(ids).toEqual([
      ['place', []],
      ['task', [taskId, route.id]],
      ['task_schedule', [schedule]],
      ['employee', [employee]],
      ['vehicle', [vehicle]],
      ['zone', []],
      ['tracker', [trackerId]],
    ]);
    expect(result.task[1]).toEqual(route);
    expect(result.tracker[0].tag_bindings).toEqual([...bindings].reverse());
    const { result: some } = await kit.do('tag/search', { tag_ids: [urgent], entity_types: ['task'] });
    expect(Object.keys(some)).toEqual(['task']);
    expect(some.task).toHaveLength(3);
  });

  it('what a tag was on shows it no more once it is deleted', async () => {
    const trackerId = await kit.tracker('Van');
    await kit.do('tracker/tags/set', { tracker_id: trackerId, tag_bindings: [{ tag_id: urgent, ordinal: 0 }] });
    const { id } = await kit.do('employee/create', { employee: { first_name: 'Anna', tags: [urgent] } });
    await kit.do('tag/delete', { tag_id: urgent });
    expect((await kit.do('employee/read', { employee_id: id })).value.tags).toEqual([]);
    expect((await kit.do('tracker/read', { tracker_id: trackerId })).value.tag_bindings).toEqual([]);
    expect((await kit.do('tracker/list')).list[0].tag_bindings).toEqual([]);
    expect(
      await kit.codeOf('tracker/tags/set', { tracker_id: trackerId, tag_bindings: [{ tag_id: urgent, ordinal: 0 }] }),
    ).toBe('7 tag_bindings');
  });
});
