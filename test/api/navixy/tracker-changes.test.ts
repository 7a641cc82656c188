/** What an owner does to trackers, over the real line: delete one, put another device in one, rename and block one. */
import { beforeEach, describe, expect, it } from 'vitest';
import { TASK_CALLS } from '../../../src/api/navixy/task-calls.ts';
import { TRACKER_CALLS } from '../../../src/api/navixy/tracker-calls.ts';
import { LiveKit } from '../calls-kit.ts';
import { TASK } from '../kit.ts';

const IMEI = '356307042441013';
const OTHER_IMEI = '490154203237518';
const MINUTE_MS = 60_000;
const FROM_MS = Date.UTC(2026, 2, 1, 8);
const inside = (minute: number) => ({
  timeMs: FROM_MS + minute * MINUTE_MS,
  latDeg: TASK.location.lat,
  lonDeg: TASK.location.lng,
});

let kit: LiveKit;
let van: number;

beforeEach(async () => {
  kit = new LiveKit([...TRACKER_CALLS, ...TASK_CALLS]);
  van = await kit.tracker('Van', IMEI);
});

async function task(part: object = {}): Promise<number> {
  return (await kit.do('task/create', { task: { ...TASK, tracker_id: van, ...part } })).id;
}

async function statusOf(taskId: number): Promise<readonly [string, number | null]> {
  const { value } = await kit.do('task/read', { task_id: taskId });
  return [value.status, value.tracker_id];
}

describe('tracker/delete', () => {
  it('leaves its open tasks to nobody, and what is done as it is', async () => {
    const done = await task();
    await kit.send(van, [inside(10)]);
    const arrived = await task({ to: '2026-03-01 20:00:00', min_stay_duration: 60 });
    const waiting = await task({ from: '2026-03-02 08:00:00', to: '2026-03-02 10:00:00' });
    expect([await statusOf(done), await statusOf(arrived), await statusOf(waiting)]).toEqual([
      ['done', van],
      ['arrived', van],
      ['assigned', van],
    ]);
    await kit.do('tracker/delete', { tracker_id: van });
    expect([await statusOf(done), await statusOf(arrived), await statusOf(waiting)]).toEqual([
      ['done', van],
      ['unassigned', null],
      ['unassigned', null],
    ]);
    const { list } = await kit.do('task/history/list', { task_id: waiting });
    expect(list.at(-1)).toMatchObject({ operation: 'assign', payload: { tracker_id: null } });
  });

  it('is to nobody also what is open of a route', async () => {
    const terms = await kit.operations.createTask(draftOf(null));
    if (terms.kind === 'refused') throw new Error(terms.message);
    const outcome = await kit.line.command({ kind: 'create_route', route: routeOf(van) });
    if (outcome.kind !== 'route') throw new Error('no route');
    await kit.do('tracker/delete', { tracker_id: van });
    expect(kit.store.routes.read(outcome.routeId)).toMatchObject({ trackerId: null, facts: { status: 'unassigned' } });
    for (const id of outcome.checkpointIds) expect(kit.store.tasks.read(id)?.tenure.trackerId).toBeNull();
  });

  it('lets its IMEI go, and what it sent is read by its id', async () => {
    await kit.send(van, [inside(10), inside(11)]);
    await kit.do('tracker/delete', { tracker_id: van });
    expect(await kit.line.admit(IMEI, 'teltonika', '10.0.0.1')).toEqual({ kind: 'pending' });
    expect((await kit.do('tracker/list')).list).toEqual([]);
    const page = await kit.operations.listFixes(van, 0, Number.MAX_SAFE_INTEGER, 10);
    const fixes = [];
    for await (const fix of page!.fixes) fixes.push(fix);
    expect(fixes).toHaveLength(2);
    const successor = await kit.tracker('New van', IMEI);
    expect(successor).toBe(van + 1);
    expect(await kit.line.admit(IMEI, 'teltonika', '10.0.0.1')).toMatchObject({ tracker: { id: successor } });
  });

  it('takes back what was to be told to the device', async () => {
    const outcome = await kit.operations.queueDeviceCommand(van, 'getinfo', null);
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    await kit.do('tracker/delete', { tracker_id: van });
    expect(kit.operations.readDeviceCommand(outcome.command.id)?.state).toBe('cancelled');
  });

  it('is for good: nothing is given to it, nothing is changed about it', async () => {
    const id = await task();
    await kit.do('tracker/delete', { tracker_id: van });
    expect(await kit.codeOf('tracker/read', { tracker_id: van })).toBe(201);
    expect(await kit.codeOf('tracker/delete', { tracker_id: van })).toBe(201);
    expect(await kit.codeOf('tracker/update', { tracker_id: van, label: 'x' })).toBe(201);
    expect(await kit.codeOf('task/assign', { task_id: id, tracker_id: van })).toBe(204);
    expect(await kit.codeOf('task/create', { task: { ...TASK, tracker_id: van } })).toBe(201);
  });

  it('is known after a restart', async () => {
    await kit.send(van, [inside(10)]);
    await kit.do('tracker/delete', { tracker_id: van });
    const { trackers, nextTrackerId } = kit.store.recover();
    expect(trackers).toMatchObject([{ id: van, imei: null, deletedMs: kit.nowMs }]);
    expect(nextTrackerId).toBe(van + 1);
  });
});

describe('tracker/change_device', () => {
  it('the new device goes on where the former one stopped, which is unknown from then on', async () => {
    const id = await task({ min_stay_duration: 15 });
    await kit.send(van, [inside(10), inside(20)]);
    const { value } = await kit.do('tracker/change_device', { tracker_id: van, device_id: OTHER_IMEI });
    expect(value).toMatchObject({ id: van, label: 'Van', source: { device_id: OTHER_IMEI } });
    expect(await kit.line.admit(IMEI, 'teltonika', '10.0.0.1')).toEqual({ kind: 'pending' });
    expect(await kit.line.admit(OTHER_IMEI, 'teltonika', '10.0.0.1')).toMatchObject({ tracker: { id: van } });
    await kit.send(van, [inside(30)]);
    expect((await kit.do('task/read', { task_id: id })).value).toMatchObject({ status: 'done', stay_duration: 1200 });
  });

  it('to the device it has already changes nothing', async () => {
    expect(await kit.codeOf('tracker/change_device', { tracker_id: van, device_id: IMEI })).toBe(0);
    expect(await kit.codeOf('tracker/change_device', { tracker_id: van, device_id: IMEI })).toBe(0);
  });

  it('is refused with a device that is in another tracker', async () => {
    await kit.tracker('Other', OTHER_IMEI);
    expect(await kit.codeOf('tracker/change_device', { tracker_id: van, device_id: OTHER_IMEI })).toBe(224);
  });

  it('a tracker without a device gets one', async () => {
    const anna = await kit.tracker('Anna');
    await kit.do('tracker/change_device', { tracker_id: anna, device_id: OTHER_IMEI, model: 'FMB920' });
    expect((await kit.do('tracker/read', { tracker_id: anna })).value.source).toMatchObject({ model: 'FMB920' });
  });
});

describe('tracker/update and tracker/block', () => {
  it('rename and block a tracker', async () => {
    expect((await kit.do('tracker/update', { tracker_id: van, label: 'Van 2' })).value.label).toBe('Van 2');
    expect((await kit.do('tracker/block', { tracker_id: van, blocked: true })).value.source.blocked).toBe(true);
    expect(await kit.codeOf('task/create', { task: { ...TASK, tracker_id: van } })).toBe(208);
    await kit.do('tracker/block', { tracker_id: van, blocked: false });
    expect(await kit.codeOf('task/create', { task: { ...TASK, tracker_id: van } })).toBe(0);
  });
});

it.each([
  ['tracker/delete', {}, '7 tracker_id'],
  ['tracker/delete', { tracker_id: 'x' }, '7 tracker_id'],
  ['tracker/delete', { tracker_id: 99 }, 201],
  ['tracker/update', { tracker_id: 1 }, '7 label'],
  ['tracker/update', { tracker_id: 1, label: ' ' }, '7 label'],
  ['tracker/update', { tracker_id: 99, label: 'x' }, 201],
  ['tracker/block', { tracker_id: 1 }, '7 blocked'],
  ['tracker/block', { tracker_id: 1, blocked: 'yes' }, '7 blocked'],
  ['tracker/block', { tracker_id: 99, blocked: true }, 201],
  ['tracker/change_device', { tracker_id: 1 }, '7 device_id'],
  ['tracker/change_device', { tracker_id: 1, device_id: 356307042441013 }, '7 device_id'],
  ['tracker/change_device', { tracker_id: 1, device_id: '12' }, '7 device_id'],
  ['tracker/change_device', { tracker_id: 99, device_id: OTHER_IMEI }, 201],
])('%s %j is %s', async (path, parameters, code) => {
  expect(await kit.codeOf(path, parameters)).toBe(code);
});

it.each([
  ['tracker/delete', 'tracker_update'],
  ['tracker/change_device', 'tracker_update'],
  ['tracker/block', 'tracker_update'],
  ['tracker/update', 'task_update'],
])('%s is not for a key with %s', async (path, scope) => {
  expect(await kit.codeOf(path, {}, kit.key(scope))).toBe(13);
});

const TEXT = {
  label: 'x',
  description: '',
  externalId: null,
  tags: [],
  origin: 'manual' as const,
  extra: {},
  form: null,
};
const TERMS = {
  ...{ zone: { latDeg: 1, lonDeg: 1, radiusM: 10 }, fromMs: FROM_MS, toMs: FROM_MS + 90_000_000, maxDelayMs: 0 },
  ...{ minStayMs: 0, minArrivalMs: 0, isFormRequired: false, isFormInZone: false },
};

function draftOf(trackerId: number | null) {
  return { dialect: 'navixy' as const, trackerId, text: { ...TEXT, address: '' }, terms: TERMS };
}

function routeOf(trackerId: number) {
  const checkpoint = (uuid: string) => ({ uuid, text: { ...TEXT, address: '' }, terms: TERMS });
  const checkpoints = [checkpoint('c1'), checkpoint('c2')];
  return { uuid: 'r', dialect: 'navixy' as const, trackerId, text: TEXT, checkpoints };
}
