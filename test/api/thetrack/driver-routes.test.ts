import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAR, GOAL, GOAL_POINT, MINUTE_MS, ThetrackKit } from './thetrack-kit.ts';

let kit: ThetrackKit;

beforeEach(() => {
  kit = new ThetrackKit();
});

afterEach(() => kit.close());

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('POST /v1/drivers/', () => {
  it('answers as the sample does', async () => {
    const { status, body } = await kit.ask('POST', '/v1/drivers/', {
      name: 'Иван Диктирёв',
      phone: '+71234567890',
      lookup_id: 'your_internal_id',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      active_tasks: [],
      name: 'Иван Диктирёв',
      photo: null,
      phone: '+71234567890',
      vehicle_type: 'car',
      location: { type: 'Point', coordinates: [] },
      lookup_id: 'your_internal_id',
      created: '2026-03-01T12:00:00.000000Z',
    });
    expect((await kit.ask('GET', `/v1/drivers/${body.id}/`)).body).toEqual(body);
  });

  it('makes a tracker without a device, which every API knows', async () => {
    const driver = await kit.make('drivers', {});
    expect(driver).toMatchObject({ name: 'Driver', phone: null, lookup_id: '' });
    expect(kit.line.trackers()).toMatchObject([{ uuid: driver.id, label: 'Driver', imei: null }]);
  });

  it('gives back the one whose lookup id it is, unchanged', async () => {
    const first = await kit.make('drivers', { name: 'Ann', lookup_id: 'a' });
    const again = await kit.ask('POST', '/v1/drivers/', { name: 'Bob', lookup_id: 'a' });
    expect([again.status, again.body]).toEqual([200, first]);
    await kit.make('drivers', { lookup_id: '' });
    await kit.make('drivers', { lookup_id: '' });
    expect(kit.line.trackers()).toHaveLength(3);
  });

  it('makes one of many that are asked for at once under a lookup id', async () => {
    const told = await Promise.all([1, 2, 3, 4].map(() => kit.ask('POST', '/v1/drivers/', { lookup_id: 'a' })));
    expect(told.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(new Set(told.map(({ body }) => body.id)).size).toBe(1);
    expect(kit.line.trackers()).toHaveLength(1);
  });

  it('takes a lookup id anew whose driver was deleted', async () => {
    const first = await kit.make('drivers', { lookup_id: 'a' });
    await kit.do({ kind: 'delete_tracker', trackerId: kit.line.trackers()[0]!.id });
    expect((await kit.ask('GET', `/v1/drivers/${first.id}/`)).status).toBe(404);
    expect((await kit.make('drivers', { lookup_id: 'a' })).id).not.toBe(first.id);
  });

  it.each([
    [{ name: 7 }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ phone: {} }, 'phone'],
    [{ photo: 'javascript:alert(1)' }, 'photo'],
    [{ vehicle_type: 'bicycle' }, 'vehicle_type'],
    [{ lookup_id: ['a'] }, 'lookup_id'],
    ['text', 'non_field_errors'],
  ])('refuses %j because of %s', async (body, field) => {
    const told = await kit.ask('POST', '/v1/drivers/', typeof body === 'string' ? JSON.stringify(body) : body);
    expect([told.status, Object.keys(told.body)]).toEqual([400, [field]]);
  });
});

describe('GET /v1/drivers/{id}/', () => {
  it('is where its tracker was seen last, with what it has to do in order', async () => {
    const driver = await kit.make('drivers');
    const tasks = [
      await kit.make('tasks', { lookup_id: 'first', location: { point: GOAL_POINT } }),
      await kit.make('tasks'),
    ];
    await kit.assign(driver, ...tasks);
    await kit.drive(driver, FAR);
    const { body } = await kit.ask('GET', `/v1/drivers/${driver.id}/`);
    expect(body.location).toEqual({ type: 'Point', coordinates: [13.4, 52.4] });
    expect(body.active_tasks[0]).toEqual({
      id: tasks[0].id,
      status: 'started',
      action: 'task',
      location: tasks[0].location,
      lookup_id: 'first',
      tracking_url: tasks[0].tracking_url,
    });
    expect(body.active_tasks.map(({ id }: { id: string }) => id)).toEqual(tasks.map(({ id }) => id));
    await kit.ask('POST', `/v1/tasks/${tasks[0].id}/complete/`);
    expect((await kit.ask('GET', `/v1/drivers/${driver.id}/`)).body.active_tasks).toHaveLength(1);
  });

  it('shows a device by its label', async () => {
    await kit.addTracker('Truck 7');
    const { body } = await kit.ask('GET', '/v1/drivers/');
    expect(body.results).toMatchObject([{ name: 'Truck 7', phone: null, vehicle_type: 'car', lookup_id: '' }]);
  });

  it.each([NOBODY, '1', 'x'])('knows no driver %s', async (id) => {
    expect(await kit.ask('GET', `/v1/drivers/${id}/`)).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
    expect((await kit.ask('PATCH', `/v1/drivers/${id}/`, {})).status).toBe(404);
    expect((await kit.ask('POST', `/v1/drivers/${id}/assign_tasks/`, { task_ids: [] })).status).toBe(404);
  });
});

describe('GET /v1/drivers/', () => {
  it('has the newest first, in pages, by date and by lookup id', async () => {
    const ids: string[] = [];
    for (const lookup_id of ['a', 'b', 'c']) {
      ids.unshift((await kit.make('drivers', { lookup_id })).id);
      kit.nowMs += MINUTE_MS;
    }
    const found = async (query: string): Promise<string[]> => {
      const { body } = await kit.ask('GET', `/v1/drivers/?${query}`);
      return body.results.map(({ id }: { id: string }) => id);
    };
    expect(await found('')).toEqual(ids);
    expect(await found('page_size=2&page=2')).toEqual(ids.slice(2));
    expect(await found('lookup_id=b')).toEqual([ids[1]]);
    expect(await found('lookup_id=x')).toEqual([]);
    expect(await found('min_date=2026-03-01T12:00:30Z')).toEqual(ids.slice(0, 2));
    expect(await found('max_date=2026-03-01T12:00:30Z&lookup_id=a')).toEqual([ids[2]]);
    const { body } = await kit.ask('GET', '/v1/drivers/?page_size=2');
    expect(body).toMatchObject({ count: 3, next: expect.stringMatching(/page_size=2&page=2$/), previous: null });
    expect((await kit.ask('GET', '/v1/drivers/?page=2')).status).toBe(404);
    expect((await kit.ask('GET', '/v1/drivers/?min_date=x')).status).toBe(400);
  });

  it('shows of each where it is and what it has to do', async () => {
    const [ann, bob] = [await kit.make('drivers'), await kit.make('drivers')];
    const task = await kit.make('tasks', { driver_id: bob.id });
    await kit.drive(bob, GOAL);
    const { results } = (await kit.ask('GET', '/v1/drivers/')).body;
    expect(results).toMatchObject([
      { id: bob.id, location: GOAL_POINT, active_tasks: [{ id: task.id }] },
      { id: ann.id, location: { coordinates: [] }, active_tasks: [] },
    ]);
  });
});

describe('PATCH /v1/drivers/{id}/', () => {
  it('changes only what was sent', async () => {
    const driver = await kit.make('drivers', { name: 'Ann', phone: '+1', lookup_id: 'a' });
    const path = `/v1/drivers/${driver.id}/`;
    expect((await kit.ask('PATCH', path, { vehicle_type: 'transit' })).body).toEqual({
      ...driver,
      vehicle_type: 'transit',
    });
    const { status, body } = await kit.ask('PATCH', path, {
      name: 'Anna',
      photo: 'https://x.test/a.png',
      lookup_id: 'b',
    });
    expect([status, body]).toEqual([
      200,
      { ...driver, name: 'Anna', photo: 'https://x.test/a.png', lookup_id: 'b', vehicle_type: 'transit' },
    ]);
    expect((await kit.ask('PATCH', path, { phone: null, lookup_id: null })).body).toMatchObject({
      phone: null,
      lookup_id: '',
    });
    expect((await kit.ask('PATCH', path, { vehicle_type: 7 })).status).toBe(400);
  });

  it('says more of a device', async () => {
    await kit.addTracker('Truck 7');
    const { uuid } = kit.line.trackers()[0]!;
    const { body } = await kit.ask('PATCH', `/v1/drivers/${uuid}/`, { phone: '+1', lookup_id: 'truck' });
    expect(body).toMatchObject({ name: 'Truck 7', phone: '+1', lookup_id: 'truck' });
    expect(await kit.ask('POST', '/v1/drivers/', { lookup_id: 'truck' })).toMatchObject({
      status: 200,
      body: { id: uuid },
    });
  });

  it('does not take the lookup id of another', async () => {
    const ann = await kit.make('drivers', { lookup_id: 'a' });
    const bob = await kit.make('drivers', { lookup_id: 'b' });
    expect(await kit.ask('PATCH', `/v1/drivers/${bob.id}/`, { lookup_id: 'a' })).toMatchObject({
      status: 400,
      body: { lookup_id: [expect.any(String)] },
    });
    expect((await kit.ask('PATCH', `/v1/drivers/${ann.id}/`, { lookup_id: 'a', name: 'Ann' })).status).toBe(200);
  });
});

describe('POST /v1/drivers/{id}/assign_tasks/', () => {
  const idsOf = (driver: { active_tasks: readonly { id: string }[] }): string[] =>
    driver.active_tasks.map(({ id }) => id);

  it('puts tasks behind what the driver has, in the order given', async () => {
    const driver = await kit.make('drivers');
    const [a, b, c, d] = [
      ...[await kit.make('tasks'), await kit.make('tasks')],
      ...[await kit.make('tasks'), await kit.make('tasks')],
    ];
    expect(idsOf(await kit.assign(driver, c, a))).toEqual([c.id, a.id]);
    const after = await kit.assign(driver, d, b, d);
    expect(idsOf(after)).toEqual([c.id, a.id, d.id, b.id]);
    expect(after.active_tasks[0].status).toBe('assigned');
    expect(idsOf(await kit.assign(driver, a))).toEqual([c.id, d.id, b.id, a.id]);
  });

  it('keeps calls for one driver apart that come together', async () => {
    const driver = await kit.make('drivers');
    const tasks = [];
    for (let i = 0; i < 6; i++) tasks.push(await kit.make('tasks'));
    const [first, second] = [tasks.slice(0, 3), tasks.slice(3)];
    await Promise.all([kit.assign(driver, ...first), kit.assign(driver, ...second)]);
    const { body } = await kit.ask('GET', `/v1/drivers/${driver.id}/`);
    expect(idsOf(body)).toEqual(tasks.map(({ id }) => id));
  });

  it('takes a task from another driver', async () => {
    const [ann, bob] = [await kit.make('drivers'), await kit.make('drivers')];
    const task = await kit.make('tasks', { driver_id: ann.id });
    expect(idsOf(await kit.assign(bob, task))).toEqual([task.id]);
    expect((await kit.ask('GET', `/v1/drivers/${ann.id}/`)).body.active_tasks).toEqual([]);
    expect((await kit.task(task.id)).driver_id).toBe(bob.id);
  });

  it('gives none of them where one cannot be given', async () => {
    const driver = await kit.make('drivers');
    const [good, over] = [await kit.make('tasks'), await kit.make('tasks')];
    await kit.ask('POST', `/v1/tasks/${over.id}/cancel/`);
    for (const bad of [NOBODY, over.id]) {
      const told = await kit.ask('POST', `/v1/drivers/${driver.id}/assign_tasks/`, { task_ids: [good.id, bad] });
      expect(told).toMatchObject({ status: 400, body: { task_ids: [expect.stringContaining(bad)] } });
    }
    expect((await kit.task(good.id)).status).toBe('pending');
  });

  it.each([
    [{}, 'task_ids'],
    [{ task_ids: null }, 'task_ids'],
    [{ task_ids: 'all' }, 'task_ids'],
    [{ task_ids: [7] }, 'task_ids'],
    [{ task_ids: Array.from({ length: 501 }, () => NOBODY) }, 'task_ids'],
    [[], 'non_field_errors'],
  ])('refuses %j because of %s', async (body, field) => {
    const driver = await kit.make('drivers');
    const told = await kit.ask('POST', `/v1/drivers/${driver.id}/assign_tasks/`, body);
    expect([told.status, Object.keys(told.body)]).toEqual([400, [field]]);
  });

  it('gives nothing to a driver who is blocked', async () => {
    const driver = await kit.make('drivers');
    await kit.do({ kind: 'edit_tracker', trackerId: kit.line.trackers()[0]!.id, edit: { isBlocked: true } });
    const task = await kit.make('tasks');
    const told = await kit.ask('POST', `/v1/drivers/${driver.id}/assign_tasks/`, { task_ids: [task.id] });
    expect(told).toMatchObject({ status: 400, body: { non_field_errors: [/blocked/] } });
  });
});
