/** `/delivery/*` and its sessions from the outside. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { READER_KEY, UNKNOWN_KEY } from '../../operations/fake-line.ts';
import { task } from '../../store/kit.ts';
import type { RealKit } from '../real-kit.ts';
import { addTask, feedKit, later, MINUTE, NOON, visit } from './history-kit.ts';

let kit: RealKit;

beforeEach(async () => {
  kit = await feedKit();
});

afterEach(() => kit.close());

const EMPLOYEE = {
  trackerId: 1,
  firstName: 'John',
  middleName: '',
  lastName: 'Johnson',
  email: '',
  phone: '',
  departmentId: null,
  home: null,
  tags: [],
  extra: {},
};

async function idsOf(external_id: unknown): Promise<number[]> {
  const { list } = await kit.navixy('delivery/list', { external_id });
  return list.map(({ task }) => task.id);
}

describe('delivery/read', () => {
  it('tells the task, its tracker, who drives what, and how long it takes', async () => {
    kit.store.records.create('employee', EMPLOYEE);
    kit.store.records.create('vehicle', {
      trackerId: 1,
      label: 'Service car 002',
      garageId: null,
      tags: [],
      extra: {},
    });
    const id = await addTask(kit, 1, { external_id: '259876' });
    // 22.1 km of latitude in ten minutes, and 11.1 km less 150 m to go.
    await kit.send(1, [
      { timeMs: NOON - 10 * MINUTE, latDeg: 51.583546, lonDeg: 7.301086 },
      { timeMs: NOON, latDeg: 51.383546, lonDeg: 7.301086 },
    ]);
    const answer = await kit.navixy('delivery/read', { external_id: '259876' });
    expect(answer).toMatchObject({
      success: true,
      user_id: 1,
      task: { id, status: 'assigned', external_id: '259876', type: 'task' },
      tracker: { id: 1, label: 'Van 1', clone: false },
      restrictions: {},
      first_name: 'John',
      middle_name: null,
      last_name: 'Johnson',
      vehicle_label: 'Service car 002',
    });
    const { estimated_time } = answer as unknown as { estimated_time: number };
    expect(estimated_time).toBeGreaterThan(285);
    expect(estimated_time).toBeLessThan(305);
  });

  it('says null for what is not known', async () => {
    await addTask(kit, 1, { external_id: 'A' });
    expect(await kit.navixy('delivery/read', { external_id: 'A' })).toMatchObject({
      first_name: null,
      middle_name: null,
      last_name: null,
      vehicle_label: null,
      estimated_time: null,
    });
  });

  it('of a task that was reached takes no more time', async () => {
    await addTask(kit, 1, { external_id: 'A', min_stay_duration: 30 });
    await visit(kit, 1);
    expect(await kit.navixy('delivery/read', { external_id: 'A' })).toMatchObject({
      task: { status: 'arrived' },
      estimated_time: 0,
    });
  });

  it('takes the documented number as well, in any form of a request', async () => {
    await addTask(kit, 1, { external_id: '259876' });
    expect(await kit.codeOf('delivery/read', { external_id: 259876 })).toBe('ok');
    const url = '/delivery/read?hash=0123456789abcdef0123456789abcdef&external_id=259876';
    expect((await kit.app.inject({ method: 'GET', url })).json()).toMatchObject({ success: true });
  });
});

describe('which deliveries', () => {
  it('are assigned, arrived or done late, and have begun', async () => {
    const wanted = [await addTask(kit, 1, { external_id: 'A' })];
    await addTask(kit, null, { external_id: 'A' });
    await addTask(kit, 1, { external_id: 'B' });
    await addTask(kit, 1, { external_id: 'A', from: '2026-03-01 12:00:01', to: '2026-03-01 13:00:00' });
    wanted.push(await addTask(kit, 1, { external_id: 'A', from: '2026-03-01 12:00:00' }));
    const deleted = await addTask(kit, 1, { external_id: 'A' });
    await kit.navixy('task/delete', { task_id: deleted });
    expect(await idsOf('A')).toEqual(wanted);
    const late = await addTask(kit, 2, { external_id: 'C', to: '2026-03-01 11:30:00', max_delay: 60 });
    const failed = await addTask(kit, 2, { external_id: 'C', to: '2026-03-01 11:30:00' });
    const done = await addTask(kit, 2, { external_id: 'C' });
    const arrived = await addTask(kit, 2, { external_id: 'C', min_stay_duration: 30 });
    await visit(kit, 2);
    await later(kit, 11);
    expect(await idsOf('C')).toEqual([late, arrived]);
    expect([failed, done]).toHaveLength(2);
  });

  it('tasks stand before checkpoints', async () => {
    const terms = {
      ...task(0).terms,
      zone: { latDeg: 51.2, lonDeg: 7.3, radiusM: 150 },
      fromMs: NOON - MINUTE,
      toMs: NOON + MINUTE,
    };
    const { address, ...text } = { ...task(0).text, externalId: 'A' };
    const outcome = await kit.do({
      kind: 'create_route',
      route: {
        uuid: crypto.randomUUID(),
        dialect: 'navixy',
        trackerId: 1,
        text,
        checkpoints: [{ uuid: crypto.randomUUID(), text: { ...text, address }, terms }],
      },
    });
    const before = await addTask(kit, 1, { external_id: 'A' });
    if (outcome.kind !== 'route') throw new Error(JSON.stringify(outcome));
    expect(await idsOf('A')).toEqual([before, ...outcome.checkpointIds]);
    expect(await kit.navixy('delivery/read', { external_id: 'A' })).toMatchObject({ task: { id: before } });
  });
});

describe('sessions', () => {
  it('open deliveries and nothing else, until there is another', async () => {
    await addTask(kit, 1, { external_id: 'A' });
    const { value } = await kit.navixy('user/session/delivery/create');
    expect(value).toMatch(/^[0-9a-f]{32}$/);
    expect(await kit.navixy('user/session/delivery/read')).toEqual({ success: true, value });
    const codes = async (hash: unknown) => [
      await kit.codeOf('delivery/read', { hash, external_id: 'A' }),
      await kit.codeOf('delivery/list', { hash, external_id: 'A' }),
      await kit.codeOf('task/count', { hash }),
      await kit.codeOf('user/session/delivery/create', { hash }),
      await kit.codeOf('user/session/delivery/read', { hash }),
    ];
    expect(await codes(value)).toEqual(['ok', 'ok', 13, 13, 13]);
    await kit.restart();
    expect(await codes(value)).toEqual(['ok', 'ok', 13, 13, 13]);
    const next = await kit.navixy('user/session/delivery/create');
    expect(await codes(value)).toEqual([4, 4, 4, 4, 4]);
    expect((await codes(next.value))[0]).toBe('ok');
    expect(await kit.navixy('user/session/delivery/read')).toEqual({ success: true, value: next.value });
  });

  it('a key that may read tasks may read deliveries', async () => {
    kit.store.keys.create('reader', READER_KEY, ['tasks:read'], 0, null);
    expect(await kit.codeOf('delivery/list', { hash: READER_KEY, external_id: 'A' })).toBe(201);
  });
});

describe('refusals', () => {
  it.each([
    ['delivery/read', { external_id: 'none' }, 201],
    ['delivery/list', { external_id: 'none' }, 201],
    ['delivery/read', {}, 7],
    ['delivery/list', {}, 7],
    ['delivery/read', { external_id: '' }, 7],
    ['delivery/read', { external_id: -1 }, 7],
    ['delivery/list', { external_id: 1.5 }, 7],
    ['delivery/list', { external_id: ['A'] }, 7],
    ['delivery/list', { external_id: 'x'.repeat(101) }, 7],
    ['delivery/read', { external_id: 'A', hash: UNKNOWN_KEY }, 4],
    ['delivery/read', { external_id: 'A', hash: READER_KEY }, 13],
    ['delivery/list', { external_id: 'A', hash: READER_KEY }, 13],
    ['user/session/delivery/read', {}, 201],
    ['user/session/delivery/create', { hash: READER_KEY }, 13],
    ['user/session/delivery/read', { hash: READER_KEY }, 13],
    ['delivery/fly', {}, 112],
  ])('%s %j is %i', async (call, parameters, code) => {
    kit.store.keys.create('stranger', READER_KEY, ['metrics:read'], 0, null);
    expect(await kit.codeOf(call, parameters)).toBe(code);
  });
});
