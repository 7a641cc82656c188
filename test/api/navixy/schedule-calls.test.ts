/** `/task/schedule/*` from the outside, and the tasks that come of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/store/store.ts';
import { READER_KEY } from '../../operations/fake-line.ts';
import { RealKit, type ToldItem } from '../real-kit.ts';
import { TEMPLATE } from './form-sample.ts';

/** Sunday, 1 March 2026, 13:00 in Berlin. */
const NOW = Date.UTC(2026, 2, 1, 12);
const DAY = 86_400_000;

const SCHEDULE = {
  location: { lat: 51.283546, lng: 7.301086, address: 'Moltkestrasse 32', radius: 150 },
  label: 'Shop',
  description: 'Buy things',
  from_time: '12:34:00',
  duration: 60,
  parameters: { type: 'weekdays', weekdays: [1, 5, 6] },
};

let kit: RealKit;

beforeEach(async () => {
  kit = new RealKit(NOW, 'Europe/Berlin');
  await kit.addTracker('Van 1');
  for (const name of ['a', 'b', 'c']) kit.store.records.create('tag', { name, color: 'FF0000' });
  await kit.addTracker('Blocked');
  await kit.do({ kind: 'edit_tracker', trackerId: 2, edit: { isBlocked: true } });
  kit.store.keys.create('reader', READER_KEY, ['tasks:read'], 0, null);
});

afterEach(() => kit.close());

function create(part: object = {}) {
  return kit.navixy('task/schedule/create', { schedule: { ...SCHEDULE, ...part } });
}

async function labels(call: string, parameters: object = {}): Promise<string[]> {
  return (await kit.navixy(call, parameters)).list.map(({ label }: ToldItem) => String(label));
}

describe('keeping schedules', () => {
  it('what is created reads back, with defaults for what was not said', async () => {
    const { id } = await create({ tracker_id: 1, max_delay: 5, tags: [1, 2], external_id: 'W7' });
    expect((await kit.navixy('task/schedule/read', { id })).value).toEqual({
      id,
      user_id: 1,
      tracker_id: 1,
      type: 'task',
      location: SCHEDULE.location,
      label: 'Shop',
      description: 'Buy things',
      external_id: 'W7',
      from_time: '12:34:00',
      duration: 60,
      max_delay: 5,
      min_stay_duration: 0,
      min_arrival_duration: 0,
      parameters: { type: 'weekdays', weekdays: [1, 5, 6] },
      tags: [1, 2],
      form_template_id: null,
    });
  });

  it('update replaces it, but for tags and fields that are not mentioned', async () => {
    const fields = { '7': { type: 'text', value: 'x' } };
    const { id } = await create({ tracker_id: 1, max_delay: 5, tags: [1], fields });
    const next = { ...SCHEDULE, id, label: 'Market', parameters: { type: 'month_days', month_days: [31, 31, 1] } };
    expect(await kit.navixy('task/schedule/update', { schedule: next })).toEqual({ success: true });
    expect((await kit.navixy('task/schedule/read', { id })).value).toMatchObject({
      label: 'Market',
      tracker_id: null,
      max_delay: 0,
      tags: [1],
      fields,
      parameters: { type: 'month_days', month_days: [31, 1] },
    });
  });

  it('what it names and is gone is named no more, and it can be sent back as it was read', async () => {
    const template = await kit.navixy('form/template/create', { template: TEMPLATE });
    await kit.addTracker('Gone');
    const { id } = await create({ tracker_id: 3, tags: [1, 2], form_template_id: template.id });
    await kit.do({ kind: 'delete_tracker', trackerId: 3 });
    kit.store.records.delete('tag', 1);
    await kit.navixy('form/template/delete', { template_id: template.id });
    const { value } = await kit.navixy('task/schedule/read', { id });
    expect(value).toMatchObject({ tracker_id: null, tags: [2], form_template_id: null });
    expect((await kit.navixy('task/schedule/proposal/list')).list[0]).toMatchObject({ status: 'unassigned' });
    expect((await kit.navixy('task/schedule/list')).list).toEqual([value]);
    expect(await labels('task/schedule/list', { tag_ids: [1] })).toEqual([]);
    expect(await kit.codeOf('task/schedule/update', { schedule: value })).toBe('ok');
  });

  it('delete takes it away', async () => {
    const { id } = await create();
    expect(await kit.codeOf('task/schedule/delete', { schedule_id: id })).toBe('ok');
    expect(await kit.codeOf('task/schedule/delete', { schedule_id: id })).toBe(201);
    expect(await kit.codeOf('task/schedule/read', { id })).toBe(201);
  });

  it.each([
    [{}, ['Anna', 'Nobody']],
    [{ trackers: [1] }, ['Anna', 'Nobody']],
    [{ trackers: [9] }, ['Nobody']],
    [{ filter: 'ANN' }, ['Anna']],
    [{ filter: 'shelves' }, ['Nobody']],
    [{ tag_ids: [1] }, ['Anna']],
    [{ tag_ids: [1, 2] }, []],
    [{ types: ['task', 'route'] }, ['Anna', 'Nobody']],
    [{ types: [] }, ['Anna', 'Nobody']],
    [{ types: ['route'] }, []],
  ])('list %j gives %j', async (parameters, expected) => {
    await create({ label: 'Anna', tracker_id: 1, tags: [1] });
    await create({ label: 'Nobody', description: 'Fill the shelves' });
    expect(await labels('task/schedule/list', parameters)).toEqual(expected);
  });

  it.each([
    ['no schedule', undefined, 'schedule', 'must not be null'],
    ['a schedule that is no object', [], 'schedule', 'must be an object, not an array'],
    ['no time', { from_time: null }, 'schedule.from_time', 'must not be null'],
    ['a time that no clock shows', { from_time: '24:00:00' }, 'schedule.from_time', /^must match/],
    ['a time without seconds', { from_time: '12:34' }, 'schedule.from_time', /^must match/],
    ['no duration', { duration: undefined }, 'schedule.duration', 'must not be null'],
    ['a duration of nothing', { duration: 0 }, 'schedule.duration', 'must be greater than or equal to 1'],
    ['more than 32 days', { duration: 46_081 }, 'schedule.duration', 'must be less than or equal to 46080'],
    ['no days', { parameters: null }, 'schedule.parameters', 'must not be null'],
    ['days of no kind', { parameters: {} }, 'schedule.parameters.type', 'must not be null'],
    [
      'a kind of days that is not there',
      { parameters: { type: 'rrule' } },
      'schedule.parameters.type',
      /^Should be one of/,
    ],
    [
      'the days of another kind',
      { parameters: { type: 'weekdays', month_days: [1] } },
      'schedule.parameters.weekdays',
      'must not be null',
    ],
    [
      'an eighth day of the week',
      { parameters: { type: 'weekdays', weekdays: [8] } },
      'schedule.parameters.weekdays',
      'must be less than or equal to 7',
    ],
    [
      'no day at all',
      { parameters: { type: 'month_days', month_days: [] } },
      'schedule.parameters.month_days',
      'size must be between 1 and 31',
    ],
    ['no place', { location: null }, 'schedule.location', 'must not be null'],
    ['a label that is blank', { label: ' ' }, 'schedule.label', 'must not be blank'],
  ] as const)('%s is an invalid parameter', async (_name, part, parameter, error) => {
    const schedule = part === undefined || Array.isArray(part) ? part : { ...SCHEDULE, ...part };
    const { status, errors } = await kit.navixy('task/schedule/create', { schedule });
    expect(status.code).toBe(7);
    expect(errors).toEqual([{ parameter, error: expect.stringMatching(error) }]);
  });

  it.each([
    ['create', { schedule: { ...SCHEDULE, tracker_id: 9 } }, 201],
    ['create', { schedule: { ...SCHEDULE, tracker_id: 2 } }, 208],
    ['create', { schedule: { ...SCHEDULE, form_template_id: 99 } }, 204],
    ['update', { schedule: { ...SCHEDULE, id: 99 } }, 204],
    ['update', { schedule: SCHEDULE }, 7],
    ['read', { id: 99 }, 201],
    ['read', { id: 'x' }, 7],
    ['read', {}, 7],
    ['delete', { schedule_id: 99 }, 201],
    ['delete', {}, 7],
    ['list', { types: ['task', 'plan'] }, 7],
    ['proposal/list', { from: 'soon' }, 7],
    ['create', { hash: READER_KEY, schedule: SCHEDULE }, 13],
    ['update', { hash: READER_KEY, schedule: { ...SCHEDULE, id: 1 } }, 13],
    ['delete', { hash: READER_KEY, schedule_id: 1 }, 13],
    ['list', { hash: READER_KEY }, 'ok'],
    ['fly', {}, 112],
    ['route/create', {}, 112],
    ['checkpoint/transmute', {}, 112],
  ])('%s %j is %s', async (action, parameters, code) => {
    expect(await kit.codeOf(`task/schedule/${action}`, parameters)).toBe(code);
  });

  it.each([
    [{ tracker_id: 9 }, 201],
    [{ tracker_id: 2 }, 208],
  ])('update refuses %j as create does', async (part, code) => {
    const { id } = await create();
    expect(await kit.codeOf('task/schedule/update', { schedule: { ...SCHEDULE, id, ...part } })).toBe(code);
    expect((await kit.navixy('task/schedule/read', { id })).value).toMatchObject({ tracker_id: null });
  });

  it('a disk that fails is 14, and nothing is kept', async () => {
    const { create: write } = kit.store.records;
    kit.store.records.create = () => {
      throw new StorageError('SQLITE_FULL', 'database or disk is full');
    };
    expect(await kit.codeOf('task/schedule/create', { schedule: SCHEDULE })).toBe(14);
    kit.store.records.create = write;
    expect(await labels('task/schedule/list')).toEqual([]);
  });

  it('takes a form as well', async () => {
    const payload = new URLSearchParams({
      hash: '0123456789abcdef0123456789abcdef',
      schedule: JSON.stringify(SCHEDULE),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const options = { method: 'POST', url: '/task/schedule/create', payload: payload.toString(), headers } as const;
    expect((await kit.app.inject(options)).json()).toMatchObject({ success: true });
  });
});

describe('the tasks that come of it', () => {
  it('are there from midnight on the days it names, with all that it says', async () => {
    await create({ tracker_id: 1, max_delay: 5, min_stay_duration: 10, min_arrival_duration: 2, tags: [3] });
    await kit.runSchedules();
    expect((await kit.navixy('task/list')).count).toBe(0);
    kit.nowMs = Date.UTC(2026, 2, 1, 23, 0, 1);
    await kit.runSchedules();
    const { list } = await kit.navixy('task/list');
    expect(list).toMatchObject([
      {
        label: 'Shop',
        description: 'Buy things',
        tracker_id: 1,
        status: 'assigned',
        origin: 'scheduled',
        creation_date: '2026-03-02 00:00:01',
        from: '2026-03-02 12:34:00',
        to: '2026-03-02 13:34:00',
        max_delay: 5,
        min_stay_duration: 10,
        min_arrival_duration: 2,
        tags: [3],
        location: SCHEDULE.location,
      },
    ]);
  });

  it('have the form of its template as it is that day, and none once that is gone', async () => {
    const template = { ...TEMPLATE, submit_in_zone: true };
    const made = await kit.navixy('form/template/create', { template });
    await create({ form_template_id: made.id, parameters: { type: 'weekdays', weekdays: [1, 2] } });
    const ahead = await kit.navixy('task/schedule/proposal/list', { to: '2026-03-02 23:00:00' });
    expect(ahead.list).toMatchObject([{ id: null, form: { label: TEMPLATE.label }, form_template_id: made.id }]);
    kit.nowMs = Date.UTC(2026, 2, 2, 0, 5);
    await kit.runSchedules();
    expect(kit.store.tasks.read(1)).toMatchObject({ terms: { isFormRequired: true, isFormInZone: true } });
    await kit.navixy('form/template/delete', { template_id: made.id });
    kit.nowMs += DAY;
    await kit.runSchedules();
    expect(kit.store.tasks.read(2)).toMatchObject({ text: { form: null }, terms: { isFormRequired: false } });
  });

  it('bear no tag that is gone', async () => {
    await create({ tags: [1, 3] });
    kit.store.records.delete('tag', 1);
    expect((await kit.navixy('task/schedule/proposal/list')).list[0]).toMatchObject({ tags: [3] });
    kit.nowMs = Date.UTC(2026, 2, 2, 0, 5);
    await kit.runSchedules();
    expect((await kit.navixy('task/list')).list).toMatchObject([{ tags: [3] }]);
  });

  it('stay when the schedule goes, and a new day brings no more', async () => {
    const { id } = await create();
    kit.nowMs = Date.UTC(2026, 2, 2, 0, 5);
    await kit.runSchedules();
    await kit.navixy('task/schedule/delete', { schedule_id: id });
    kit.nowMs += 4 * DAY;
    await kit.runSchedules();
    expect((await kit.navixy('task/list')).count).toBe(1);
  });

  it('are not doubled by a restart, nor brought back by it', async () => {
    await create();
    kit.nowMs = Date.UTC(2026, 2, 2, 0, 5);
    await kit.runSchedules();
    await kit.restart();
    await kit.runSchedules();
    expect((await kit.navixy('task/list')).count).toBe(1);
    await kit.navixy('task/delete', { task_id: 1 });
    await kit.restart();
    await kit.runSchedules();
    expect((await kit.navixy('task/list')).count).toBe(0);
  });

  it('over both changes of the clock come once a day, at the time on the wall', async () => {
    kit.nowMs = Date.UTC(2026, 2, 27, 12);
    await create({ from_time: '02:30:00', parameters: { type: 'weekdays', weekdays: [1, 2, 3, 4, 5, 6, 7] } });
    for (const start of [Date.UTC(2026, 2, 27, 12), Date.UTC(2026, 9, 23, 12)]) {
      for (kit.nowMs = start; kit.nowMs < start + 4 * DAY; kit.nowMs += DAY / 4) await kit.runSchedules();
    }
    const { list } = await kit.navixy('task/list', { iso_datetime: true });
    expect(list.map(({ from }) => from)).toEqual([
      '2026-03-28T02:30:00+01:00',
      '2026-03-29T03:30:00+02:00',
      '2026-03-30T02:30:00+02:00',
      '2026-03-31T02:30:00+02:00',
      '2026-10-24T02:30:00+02:00',
      '2026-10-25T02:30:00+02:00',
      '2026-10-26T02:30:00+01:00',
      '2026-10-27T02:30:00+01:00',
    ]);
  });
});

describe('looking ahead', () => {
  it('shows the tasks of days to come as they will be made, without an id', async () => {
    await create({ tracker_id: 1 });
    const { list } = await kit.navixy('task/schedule/proposal/list', {
      from: '2026-03-01 00:00:00',
      to: '2026-03-09 12:34:00',
    });
    expect(list.map(({ from }) => from)).toEqual([
      '2026-03-02 12:34:00',
      '2026-03-06 12:34:00',
      '2026-03-07 12:34:00',
      '2026-03-09 12:34:00',
    ]);
    expect(list[0]).toMatchObject({
      id: null,
      status: 'assigned',
      origin: 'scheduled',
      creation_date: '2026-03-02 00:00:00',
      to: '2026-03-02 13:34:00',
      arrival_date: null,
    });
    expect(await kit.navixy('task/count')).toMatchObject({ count: 0 });
  });

  it('does not show what has been made already', async () => {
    await create();
    kit.nowMs = Date.UTC(2026, 2, 2, 6);
    await kit.runSchedules();
    const { list } = await kit.navixy('task/schedule/proposal/list', { to: '2026-03-06 23:00:00' });
    expect(list.map(({ from }) => from)).toEqual(['2026-03-06 12:34:00']);
  });

  it('says the same as what is made then', async () => {
    await create({ parameters: { type: 'month_days', month_days: [1, 31] }, from_time: '00:00:00', duration: 1440 });
    const ahead = await kit.navixy('task/schedule/proposal/list', { to: '2026-05-31 23:59:59' });
    for (let day = 0; day < 91; day += 1) {
      kit.nowMs += DAY;
      await kit.runSchedules();
    }
    const made = await kit.navixy('task/list');
    expect(ahead.list.map(({ from, to }) => [from, to])).toEqual(made.list.map(({ from, to }) => [from, to]));
    expect(ahead.list.map(({ from }) => String(from).slice(5, 10))).toEqual(['03-31', '04-01', '05-01', '05-31']);
  });

  it('without an end looks a month ahead, and refuses a span of more than three', async () => {
    await create({ parameters: { type: 'month_days', month_days: [31, 1, 2] } });
    const { list } = await kit.navixy('task/schedule/proposal/list');
    expect(list.map(({ from }) => String(from).slice(5, 10))).toEqual(['03-02', '03-31', '04-01']);
    const from = '2026-03-01 00:00:00';
    expect(await kit.codeOf('task/schedule/proposal/list', { from, to: '2026-06-03 00:00:00' })).toBe(211);
    expect(await kit.codeOf('task/schedule/proposal/list', { from, to: '2026-02-03 00:00:00' })).toBe(7);
  });

  it.each([
    [{ filter: 'shop' }, 1],
    [{ filter: 'ship' }, 0],
    [{ trackers: [1] }, 1],
    [{ types: ['route'] }, 0],
  ])('filters by %j as the list does', async (filter, count) => {
    await create({ tracker_id: 1 });
    const { list } = await kit.navixy('task/schedule/proposal/list', { to: '2026-03-02 23:00:00', ...filter });
    expect(list).toHaveLength(count);
  });
});
