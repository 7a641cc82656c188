import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { distanceM } from '../../../src/geo/distance.ts';
import { FAR, GOAL, GOAL_POINT, MINUTE_MS, ThetrackKit } from './thetrack-kit.ts';

let kit: ThetrackKit;

beforeEach(() => {
  kit = new ThetrackKit();
});

afterEach(() => kit.close());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NOBODY = '00000000-0000-4000-8000-000000000000';
const KEYS = [
  ...['action', 'cancellation_location', 'cancellation_time', 'commited_eta', 'completion_location'],
  ...['completion_time', 'distance', 'driver_id', 'eta', 'id', 'initial_eta', 'location', 'location_id', 'lookup_id'],
  ...['progress', 'start_location', 'start_time', 'status', 'track', 'tracking_url'],
];

describe('POST /v1/tasks/', () => {
  it('makes a task of nothing, with all twenty keys', async () => {
    const { status, body } = await kit.ask('POST', '/v1/tasks/', {});
    expect(status).toBe(201);
    expect(Object.keys(body).sort()).toEqual(KEYS);
    expect(body).toMatchObject({
      ...{ id: expect.stringMatching(UUID), action: 'task', status: 'pending', progress: 'pending' },
      ...{ start_location: null, completion_location: null, cancellation_location: null },
      ...{ start_time: null, completion_time: null, cancellation_time: null, location: null, location_id: null },
      ...{ eta: null, initial_eta: null, commited_eta: null, track: null, distance: null, lookup_id: '' },
      driver_id: null,
    });
    expect(body.tracking_url).toMatch(/^http:\/\/localhost(:80)?\/t\/[0-9A-Za-z]{12,}$/);
  });

  it('takes no body for an empty one', async () => {
    expect((await kit.ask('POST', '/v1/tasks/')).status).toBe(201);
  });

  it('makes a task as the sample has it, and copies what was said', async () => {
    const body = await kit.make('tasks', {
      action: 'delivery',
      location: { point: GOAL_POINT, landmark: 'second door' },
      commited_eta: '2026-03-01T14:00:00Z',
      lookup_id: '123',
    });
    const location = { id: expect.stringMatching(UUID), address: '', landmark: 'second door', point: GOAL_POINT };
    expect(body).toMatchObject({ action: 'delivery', location, location_id: body.location.id, lookup_id: '123' });
    expect(body.commited_eta).toBe('2026-03-01T14:00:00.000000Z');
    expect(await kit.task(body.id)).toEqual(body);
    const place = await kit.ask('GET', `/v1/locations/${body.location_id}/`);
    expect(place.body).toEqual({ ...body.location, created: '2026-03-01T12:00:00.000000Z' });
  });

  it('leads to a location that is there', async () => {
    const place = await kit.make('locations', { address: 'Unter den Linden 1', landmark: 'gate' });
    const task = await kit.make('tasks', { location_id: place.id });
    const { created: _, ...location } = place;
    expect(task.location).toEqual(location);
    expect(task.location_id).toBe(place.id);
  });

  it('is shown to Navixy with a circle of 150 m and a window that nobody has set', async () => {
    await kit.make('tasks', { location: { point: GOAL_POINT, landmark: 'gate' } });
    await kit.make('tasks', { location: { point: GOAL_POINT } });
    const { list } = await kit.navixy('task/list');
    expect(list.map(({ label }) => label)).toEqual(['gate', 'Task']);
    expect(list[0]).toMatchObject({
      location: { lat: 52.5, lng: 13.4, radius: 150 },
      ...{ from: '2026-03-01 12:00:00', to: '2026-03-02 12:00:00', status: 'unassigned' },
    });
  });

  it('gives it to a driver, who is named by ours', async () => {
    const driver = await kit.make('drivers');
    const first = await kit.make('tasks', { driver_id: driver.id });
    const second = await kit.make('tasks', { driver_id: driver.id });
    expect(first).toMatchObject({ status: 'assigned', driver_id: driver.id });
    const { body } = await kit.ask('GET', `/v1/drivers/${driver.id}/`);
    expect(body.active_tasks.map(({ id }: { id: string }) => id)).toEqual([first.id, second.id]);
  });

  it('takes the promise in either spelling', async () => {
    const promised = '2026-03-01T15:00:00.000000Z';
    expect((await kit.make('tasks', { committed_eta: promised })).commited_eta).toBe(promised);
  });

  it.each([
    [{ action: 'deleivery' }, 'action'],
    [{ action: null }, 'action'],
    [{ location: 'Berlin' }, 'location'],
    [{ location: { address: 'a', point: GOAL_POINT } }, 'location'],
    [{ location: { point: { type: 'Point', coordinates: [13.4, 95] } } }, 'location'],
    [{ location: { point: { type: 'Point', coordinates: [] } } }, 'location'],
    [{ location_id: NOBODY }, 'location_id'],
    [{ location_id: 7 }, 'location_id'],
    [{ commited_eta: 'soon' }, 'commited_eta'],
    [{ lookup_id: 'x'.repeat(256) }, 'lookup_id'],
    [{ lookup_id: 'a\u0000b' }, 'lookup_id'],
    [{ driver_id: NOBODY }, 'driver_id'],
  ])('refuses %j because of %s', async (body, field) => {
    const told = await kit.ask('POST', '/v1/tasks/', body);
    expect([told.status, Object.keys(told.body)]).toEqual([400, [field]]);
  });

  it('refuses a location beside a location_id, and leaves no location behind', async () => {
    const place = await kit.make('locations', {});
    const told = await kit.ask('POST', '/v1/tasks/', { location: { address: 'a' }, location_id: place.id });
    expect([told.status, Object.keys(told.body)]).toEqual([400, ['non_field_errors']]);
    expect((await kit.ask('GET', '/v1/locations/')).body.count).toBe(1);
  });

  it('gives nothing to a driver who is blocked', async () => {
    const driver = await kit.make('drivers');
    const tracker = kit.line.trackers()[0]!;
    await kit.do({ kind: 'edit_tracker', trackerId: tracker.id, edit: { isBlocked: true } });
    const told = await kit.ask('POST', '/v1/tasks/', { driver_id: driver.id, location: { address: 'a' } });
    expect([told.status, Object.keys(told.body)]).toEqual([400, ['driver_id']]);
    expect((await kit.ask('GET', '/v1/locations/')).body.count).toBe(0);
  });
});

describe('GET /v1/tasks/{id}/', () => {
  it.each([NOBODY, 'x', '1', '%00'])('knows no task %s', async (id) => {
    expect(await kit.ask('GET', `/v1/tasks/${id}/`)).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
  });

  it('does not show what GSMtasks still prepares, in no list either', async () => {
    const task = await kit.make('tasks');
    await kit.do({ kind: 'move_task', taskId: 1, move: 'shelve', timeMs: null });
    expect((await kit.ask('GET', `/v1/tasks/${task.id}/`)).status).toBe(404);
    expect((await kit.ask('GET', '/v1/tasks/')).body).toMatchObject({ count: 0, results: [] });
    expect((await kit.ask('POST', `/v1/tasks/${task.id}/cancel/`)).status).toBe(404);
  });

  it('shows a task that Navixy deleted as canceled, for good and in no list', async () => {
    const task = await kit.make('tasks', { location: { point: GOAL_POINT } });
    await kit.navixy('task/delete', { task_id: 1 });
    const canceled = { status: 'canceled', progress: 'pending', cancellation_time: '2026-03-01T12:00:00.000000Z' };
    expect(await kit.ask('GET', `/v1/tasks/${task.id}/`)).toMatchObject({ status: 200, body: canceled });
    expect((await kit.ask('GET', '/v1/tasks/')).body.count).toBe(0);
    expect((await kit.ask('PATCH', `/v1/tasks/${task.id}/`, { action: 'visit' })).status).toBe(400);
    expect((await kit.ask('POST', `/v1/tasks/${task.id}/cancel/`)).status).toBe(400);
    const driver = await kit.make('drivers');
    const told = await kit.ask('POST', `/v1/drivers/${driver.id}/assign_tasks/`, { task_ids: [task.id] });
    expect(told).toMatchObject({ status: 400, body: { task_ids: [/finished/] } });
  });

  it('shows a task of Navixy in its words', async () => {
    const trackerId = await kit.addTracker('Truck 7');
    await kit.navixy('task/create', {
      task: {
        ...{ label: 'Parcels', description: '', tracker_id: trackerId, external_id: 'A7' },
        location: { lat: 52.5, lng: 13.4, radius: 50, address: 'Unter den Linden 1' },
        ...{ from: '2026-03-01 13:00:00', to: '2026-03-01 14:00:00' },
      },
    });
    const { results } = (await kit.ask('GET', '/v1/tasks/')).body;
    expect(results).toMatchObject([
      {
        ...{ action: 'task', status: 'assigned', progress: 'pending', lookup_id: 'A7', commited_eta: null },
        location: { address: 'Unter den Linden 1', landmark: '', point: GOAL_POINT },
      },
    ]);
    expect(results[0].location_id).toBe(results[0].location.id);
  });
});

describe('GET /v1/tasks/', () => {
  it('has the newest first, in pages that name their neighbours', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      kit.nowMs += 1000;
      ids.unshift((await kit.make('tasks', { lookup_id: 'a b' })).id);
    }
    const { body } = await kit.ask('GET', '/v1/tasks/?page_size=2&page=2&lookup_id=a%20b');
    expect(body.count).toBe(5);
    expect(body.results.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2, 4));
    expect(body.next).toMatch(/^http:\/\/localhost(:80)?\/v1\/tasks\/\?page_size=2&page=3&lookup_id=a\+b$/);
    expect(body.previous).toMatch(/\/v1\/tasks\/\?page_size=2&page=1&lookup_id=a\+b$/);
    const last = (await kit.ask('GET', body.next.replace(/^http:\/\/[^/]+/, ''))).body;
    expect([last.results.length, last.next]).toEqual([1, null]);
    const first = (await kit.ask('GET', '/v1/tasks/')).body;
    expect([first.results.length, first.next, first.previous]).toEqual([5, null, null]);
  });

  it.each([
    ['page=2', 404],
    ['page=0', 404],
    ['page=-1', 404],
    ['page=x', 404],
    ['page=1&page=2', 404],
    ['page=99999999999', 404],
    ['page_size=0', 200],
    ['page_size=x', 200],
    ['page_size=1000000', 200],
  ])('answers %s with %i', async (query, status) => {
    expect((await kit.ask('GET', `/v1/tasks/?${query}`)).status).toBe(status);
  });

  it('filters by everything together', async () => {
    const [ann, bob] = [await kit.make('drivers'), await kit.make('drivers')];
    const early = await kit.make('tasks', { lookup_id: 'x' });
    kit.nowMs += 60 * MINUTE_MS;
    const late = await kit.make('tasks', { lookup_id: 'y', location: { point: GOAL_POINT } });
    const done = await kit.make('tasks', { lookup_id: 'x' });
    await kit.assign(ann, late);
    await kit.assign(bob, done);
    await kit.ask('POST', `/v1/tasks/${done.id}/complete/`);
    const found = async (query: string): Promise<string[]> => {
      const { body } = await kit.ask('GET', `/v1/tasks/?${query}`);
      return body.results.map(({ id }: { id: string }) => id);
    };
    expect(await found('')).toEqual([done.id, late.id, early.id]);
    expect(await found('min_date=2026-03-01T12:30:00Z')).toEqual([done.id, late.id]);
    expect(await found('max_date=2026-03-01T12:30:00Z')).toEqual([early.id]);
    expect(await found('min_date=2026-03-01&max_date=2026-03-01')).toHaveLength(3);
    expect(await found('max_date=2026-02-28')).toEqual([]);
    expect(await found(`driver_id=${ann.id}`)).toEqual([late.id]);
    expect(await found(`driver_id=${ann.id},${bob.id}`)).toEqual([done.id, late.id]);
    expect(await found(`driver_id=${NOBODY}`)).toEqual([]);
    expect(await found('not_assigned=true')).toEqual([early.id]);
    expect(await found('not_assigned=false')).toEqual([done.id, late.id]);
    expect(await found('status=completed')).toEqual([done.id]);
    expect(await found('status=pending,assigned')).toEqual([late.id, early.id]);
    expect(await found('progress=pending')).toHaveLength(3);
    expect(await found('progress=arrived,arriving')).toEqual([]);
    expect(await found('lookup_id=x')).toEqual([done.id, early.id]);
    expect(await found('lookup_id=x&status=pending&nobody_knows=this')).toEqual([early.id]);
    expect(await found('lookup_id=')).toHaveLength(3);
  });

  it.each([
    ['status=cancelled', 'status'],
    ['progress=1', 'progress'],
    ['min_date=yesterday', 'min_date'],
    ['max_date=2026-13-01', 'max_date'],
    ['driver_id=7', 'driver_id'],
    ['driver_id=a&driver_id=b', 'driver_id'],
    ['not_assigned=maybe', 'not_assigned'],
  ])('refuses %s because of %s', async (query, field) => {
    const told = await kit.ask('GET', `/v1/tasks/?${query}`);
    expect([told.status, Object.keys(told.body)]).toEqual([400, [field]]);
  });
});

describe('a task at the head of its queue', () => {
  it('goes from pending to completed, with places, times, forecasts and the way', async () => {
    const driver = await kit.make('drivers', { name: 'Ann' });
    const made = await kit.make('tasks', { location: { point: GOAL_POINT }, action: 'visit' });
    await kit.assign(driver, made);
    expect(await kit.task(made.id)).toMatchObject({
      status: 'assigned',
      progress: 'pending',
      start_time: null,
      eta: null,
    });

    await kit.drive(driver, FAR);
    const started = await kit.task(made.id);
    const startMs = kit.nowMs;
    expect(started).toMatchObject({
      ...{ status: 'started', progress: 'on_the_way', start_time: '2026-03-01T12:00:10.000000Z' },
      start_location: { address: '', landmark: '', point: { type: 'Point', coordinates: [13.4, 52.4] } },
      ...{ track: null, distance: null },
    });
    const wayMs = (distanceM(FAR.latDeg, FAR.lonDeg, GOAL.latDeg, GOAL.lonDeg) * 1.3 * 1000) / (30 / 3.6);
    expect(Date.parse(started.eta)).toBeCloseTo(startMs + wayMs, -3);
    expect(started.initial_eta).toBe(started.eta);

    await kit.drive(driver, { latDeg: 52.45, lonDeg: 13.4 }, { latDeg: 52.4975, lonDeg: 13.4 });
    const near = await kit.task(made.id);
    expect(near).toMatchObject({ status: 'started', progress: 'arriving', initial_eta: started.initial_eta });
    expect(near.start_location).toEqual(started.start_location);
    expect(near.track).toMatchObject({ type: 'LineString', coordinates: expect.arrayContaining([[13.4, 52.4]]) });
    expect(near.distance).toBe(Math.round(distanceM(52.4, 13.4, 52.4975, 13.4)));
    expect(Date.parse(near.eta)).toBeLessThan(Date.parse(started.eta));

    await kit.drive(driver, GOAL);
    const there = await kit.task(made.id);
    const arrivedAt = '2026-03-01T12:00:40.000000Z';
    expect(there).toMatchObject({ status: 'started', progress: 'arrived', eta: arrivedAt });

    kit.nowMs += MINUTE_MS;
    const { status, body } = await kit.ask('POST', `/v1/tasks/${made.id}/complete/`, {});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ status: 'completed', progress: 'arrived', eta: arrivedAt, initial_eta: started.initial_eta },
      completion_time: '2026-03-01T12:01:40.000000Z',
      completion_location: { address: '', landmark: '', point: GOAL_POINT },
      ...{ cancellation_time: null, cancellation_location: null, driver_id: driver.id },
    });
    expect(body.distance).toBe(Math.round(distanceM(52.4, 13.4, 52.5, 13.4)));

    await kit.drive(driver, FAR);
    expect(await kit.task(made.id)).toEqual(body);
  });

  it('is what the next one waits for, whose forecast comes after it', async () => {
    const driver = await kit.make('drivers');
    const head = await kit.make('tasks', { location: { point: GOAL_POINT } });
    const next = await kit.make('tasks', { location: { point: { type: 'Point', coordinates: [13.5, 52.5] } } });
    await kit.assign(driver, head, next);
    await kit.drive(driver, FAR);
    const [first, second] = [await kit.task(head.id), await kit.task(next.id)];
    expect(second).toMatchObject({ status: 'assigned', progress: 'pending', start_time: null });
    const legMs = (distanceM(52.5, 13.4, 52.5, 13.5) * 1.3 * 1000) / (30 / 3.6);
    expect(Date.parse(second.eta) - Date.parse(first.eta)).toBeCloseTo(10 * MINUTE_MS + legMs, -3);
    expect(second.initial_eta).toBe(second.eta);

    await kit.ask('POST', `/v1/tasks/${head.id}/cancel/`);
    await kit.drive(driver, FAR);
    expect(await kit.task(next.id)).toMatchObject({ status: 'started', start_time: expect.any(String) });
  });

  it('is put on hold and gone on with by calls of ours', async () => {
    const driver = await kit.make('drivers');
    const task = await kit.make('tasks', { location: { point: GOAL_POINT } });
    const path = `/v1/tasks/${task.id}`;
    expect(await kit.ask('POST', `${path}/suspend/`)).toMatchObject({
      status: 400,
      body: { non_field_errors: [/pending/] },
    });
    await kit.assign(driver, task);
    await kit.drive(driver, FAR);
    expect(await kit.ask('POST', `${path}/resume/`)).toMatchObject({ status: 400 });
    const held = await kit.ask('POST', `${path}/suspend/`);
    expect(held).toMatchObject({ status: 200, body: { status: 'suspended', progress: 'on_the_way' } });
    expect(await kit.ask('POST', `${path}/resume/`)).toMatchObject({ status: 200, body: { status: 'started' } });
    expect((await kit.ask('POST', `/v1/tasks/${NOBODY}/suspend/`)).status).toBe(404);
  });
});

describe('POST /v1/tasks/{id}/complete/', () => {
  it('is refused while nobody has it, and once it is over', async () => {
    const task = await kit.make('tasks');
    const path = `/v1/tasks/${task.id}/complete/`;
    expect(await kit.ask('POST', path)).toMatchObject({
      status: 400,
      body: { non_field_errors: ['The task is pending: it cannot be completed.'] },
    });
    await kit.assign(await kit.make('drivers'), task);
    expect((await kit.ask('POST', path)).status).toBe(200);
    expect(await kit.ask('POST', path)).toMatchObject({ status: 400, body: { non_field_errors: [/completed/] } });
  });

  it('is taken from assigned, without a start', async () => {
    const task = await kit.make('tasks', { driver_id: (await kit.make('drivers')).id });
    const { body } = await kit.ask('POST', `/v1/tasks/${task.id}/complete/`);
    expect(body).toMatchObject({
      status: 'completed',
      progress: 'pending',
      start_time: null,
      completion_location: null,
    });
  });

  it('takes place and time from whoever did it, and the place has an id that stays', async () => {
    const task = await kit.make('tasks', { driver_id: (await kit.make('drivers')).id });
    kit.nowMs += 30 * MINUTE_MS;
    const { body } = await kit.ask('POST', `/v1/tasks/${task.id}/complete/`, {
      completion_location: { address: 'Unter den Linden 1', landmark: 'gate' },
      completion_time: '2026-03-01T12:20:00Z',
    });
    expect(body.completion_time).toBe('2026-03-01T12:20:00.000000Z');
    expect(body.completion_location).toEqual({
      ...{ id: expect.stringMatching(UUID), address: 'Unter den Linden 1', landmark: 'gate', point: null },
    });
    expect((await kit.task(task.id)).completion_location).toEqual(body.completion_location);
    const place = await kit.ask('GET', `/v1/locations/${body.completion_location.id}/`);
    expect(place.body).toMatchObject(body.completion_location);
  });

  it.each([
    [{ completion_time: 'now' }, 'completion_time'],
    [{ completion_location: [] }, 'completion_location'],
    [{ completion_location: { address: 'a', point: GOAL_POINT } }, 'completion_location'],
    [[], 'non_field_errors'],
  ])('refuses %j because of %s', async (body, field) => {
    const task = await kit.make('tasks', { driver_id: (await kit.make('drivers')).id });
    const told = await kit.ask('POST', `/v1/tasks/${task.id}/complete/`, body);
    expect([told.status, Object.keys(told.body)]).toEqual([400, [field]]);
  });
});

describe('POST /v1/tasks/{id}/cancel/', () => {
  it.each(['cancellation_time', 'concellation_time'])('dates the end by %s', async (name) => {
    const task = await kit.make('tasks');
    kit.nowMs += 30 * MINUTE_MS;
    const { status, body } = await kit.ask('POST', `/v1/tasks/${task.id}/cancel/`, {
      [name]: '2026-03-01T12:10:00Z',
      cancellation_location: { point: GOAL_POINT },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ status: 'canceled', progress: 'pending', completion_time: null, completion_location: null },
      cancellation_time: '2026-03-01T12:10:00.000000Z',
      cancellation_location: { point: GOAL_POINT },
    });
  });

  it('is refused once it is over, and where there is none', async () => {
    const task = await kit.make('tasks');
    await kit.ask('POST', `/v1/tasks/${task.id}/cancel/`);
    expect(await kit.ask('POST', `/v1/tasks/${task.id}/cancel/`)).toMatchObject({
      status: 400,
      body: { non_field_errors: ['The task is canceled: it cannot be canceled.'] },
    });
    expect((await kit.ask('POST', `/v1/tasks/${NOBODY}/cancel/`)).status).toBe(404);
  });
});

describe('PATCH /v1/tasks/{id}/', () => {
  it('changes only what was sent', async () => {
    const task = await kit.make('tasks', {
      location: { point: GOAL_POINT, landmark: 'gate' },
      commited_eta: '2026-03-01T14:00:00Z',
      lookup_id: 'x',
    });
    const path = `/v1/tasks/${task.id}/`;
    expect((await kit.ask('PATCH', path, {})).body).toEqual(task);
    const action = (await kit.ask('PATCH', path, { action: 'pickup' })).body;
    expect(action).toEqual({ ...task, action: 'pickup' });
    const { body } = await kit.ask('PATCH', path, {
      location: { address: 'Linden 2' },
      commited_eta: null,
      lookup_id: '',
    });
    const location = { id: body.location_id, address: 'Linden 2', landmark: '', point: null };
    expect(body).toEqual({ ...action, location, location_id: location.id, commited_eta: null, lookup_id: '' });
    expect(body.location_id).not.toBe(task.location_id);
    expect((await kit.ask('PATCH', path, { location_id: task.location_id })).body.location).toEqual(task.location);
    expect((await kit.ask('PATCH', path, { location: null })).body).toMatchObject({
      location: null,
      location_id: null,
    });
  });

  it('moves the end that nobody has set with the promise, for Navixy to see', async () => {
    const task = await kit.make('tasks', { location: { point: GOAL_POINT } });
    await kit.ask('PATCH', `/v1/tasks/${task.id}/`, { commited_eta: '2026-03-01T18:00:00Z' });
    expect((await kit.navixy('task/list')).list[0]!.to).toBe('2026-03-01 18:00:00');
  });

  it('leaves what the other dialects say, and Navixy the point that it needs', async () => {
    await kit.navixy('task/create', {
      task: {
        ...{ label: 'Parcels', description: 'fragile', external_id: 'A7' },
        location: { lat: 52.5, lng: 13.4, radius: 50, address: 'Unter den Linden 1' },
        ...{ from: '2026-03-01 13:00:00', to: '2026-03-01 14:00:00' },
      },
    });
    const [before] = (await kit.navixy('task/list')).list;
    const [task] = (await kit.ask('GET', '/v1/tasks/')).body.results;
    const path = `/v1/tasks/${task.id}/`;
    expect((await kit.ask('PATCH', path, { action: 'visit', commited_eta: '2026-03-01T13:30:00Z' })).status).toBe(200);
    expect((await kit.navixy('task/list')).list[0]).toEqual(before);
    expect(await kit.ask('PATCH', path, { location: { address: 'Linden 2' } })).toMatchObject({
      status: 400,
      body: { location: [/point/] },
    });
    const moved = await kit.ask('PATCH', path, { location: { point: { type: 'Point', coordinates: [13.5, 52.5] } } });
    expect(moved.status).toBe(200);
    const after = (await kit.navixy('task/list')).list[0];
    expect(after).toMatchObject({ label: 'Parcels', description: 'fragile', location: { lng: 13.5, radius: 50 } });
  });

  it('is refused once the task is over', async () => {
    const task = await kit.make('tasks');
    await kit.ask('POST', `/v1/tasks/${task.id}/cancel/`);
    const told = await kit.ask('PATCH', `/v1/tasks/${task.id}/`, { action: 'visit' });
    expect(told).toMatchObject({ status: 400, body: { non_field_errors: [/canceled/] } });
    expect((await kit.ask('PATCH', `/v1/tasks/${NOBODY}/`, {})).status).toBe(404);
  });
});

it('a page of more than fifty tasks is without tracks', async () => {
  const driver = await kit.make('drivers');
  const task = await kit.make('tasks', { location: { point: GOAL_POINT } });
  await kit.assign(driver, task);
  await kit.drive(driver, FAR, { latDeg: 52.45, lonDeg: 13.4 });
  for (let i = 0; i < 50; i++) await kit.make('tasks');
  const [few, many] = [
    (await kit.ask('GET', '/v1/tasks/?page_size=50&page=2')).body,
    (await kit.ask('GET', '/v1/tasks/?page_size=51')).body,
  ];
  expect(few.results[0].track.coordinates).toEqual([
    [13.4, 52.4],
    [13.4, 52.45],
  ]);
  expect(many.results.at(-1)).toMatchObject({ id: task.id, track: null, distance: null, eta: expect.any(String) });
});
