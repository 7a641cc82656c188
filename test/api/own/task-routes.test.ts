/** Tasks under `/api` from the outside. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW_MS } from '../../operations/fake-line.ts';
import { FLEET_KEY, GUEST_KEY, INSIDE, OUTSIDE, OwnKit, WISH } from './own-kit.ts';

const NOW = '2026-03-01T12:00:00.000Z';
const NOWHERE = '11111111-1111-4111-8111-111111111111';

let kit: OwnKit;

beforeEach(async () => {
  kit = new OwnKit();
  await kit.fleet('Van 1', 'Van 2');
});
afterEach(() => kit.close());

const make = (change: object = {}) => kit.ask('POST', '/api/tasks', { ...WISH, ...change });

describe('a task', () => {
  it('is made with little, and shown with all there is', async () => {
    const { status, body } = await make();
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ id: 1, uuid: expect.stringMatching(/^[0-9a-f-]{36}$/), dialect: 'navixy', label: 'Deliver parcels' },
      ...{ description: '', externalId: null, status: 'unassigned', state: 'unassigned', isOpen: true, statusAt: NOW },
      ...{ trackerId: null, trackerLabel: null, zone: { ...WISH.zone, ring: null }, address: '' },
      ...{ from: '2026-03-01T08:00:00.000Z', to: '2026-03-01T16:00:00.000Z', maxDelay: 0, minStay: 0, minArrival: 0 },
      ...{ arrivedAt: null, departedAt: null, stay: 0, issues: [], isLate: false, isFaulty: false, routeId: null },
      ...{ createdAt: NOW, form: null },
    });
    expect((await kit.ask('GET', '/api/tasks/1')).body).toEqual(body);
    expect((await kit.ask('GET', `/api/tasks/${body.uuid.toUpperCase()}`)).body).toEqual(body);
  });

  it('is made with everything that can be said', async () => {
    const wish = {
      ...{ description: 'Ring twice\nplease', externalId: 'A-1', trackerId: 2, address: 'Fichtenstrasse 11' },
      ...{ maxDelay: 90, minStay: 45, minArrival: 10 },
    };
    const { body } = await make(wish);
    expect(body).toMatchObject({ ...wish, trackerLabel: 'Van 2', status: 'assigned' });
  });

  it('may lie in a polygon, whose circle is made anew, and comes back as it was drawn', async () => {
    const ring = [
      [51.28, 7.3],
      [51.29, 7.3],
      [51.29, 7.31],
    ];
    const { body } = await make({ zone: { lat: 0, lon: 0, radius: 1, ring } });
    expect(body.zone.ring).toEqual(ring);
    expect(body.zone.lat).toBeGreaterThan(51.28);
    const again = await kit.ask('PATCH', '/api/tasks/1', { zone: body.zone, minStay: 5 });
    expect(again.body).toMatchObject({ zone: body.zone, minStay: 5 });
    const circle = await kit.ask('PATCH', '/api/tasks/1', { zone: WISH.zone });
    expect(circle.body.zone).toEqual({ ...WISH.zone, ring: null });
  });

  it.each([
    [{ label: undefined }, 'label'],
    [{ label: ' ' }, 'label'],
    [{ zone: undefined }, 'zone'],
    [{ zone: { lat: 91, lon: 0, radius: 10 } }, 'zone.lat'],
    [{ zone: { lat: 1, lon: 0, radius: 0 } }, 'zone.radius'],
    [{ zone: { ...WISH.zone, ring: [[1, 2]] } }, 'zone.ring'],
    [
      {
        zone: {
          ...WISH.zone,
          ring: [
            [1, 2],
            [1, 2],
            [3, 4],
          ],
        },
      },
      'zone.ring',
    ],
    [
      {
        zone: {
          ...WISH.zone,
          ring: [
            [1, 2],
            [2, 300],
            [3, 4],
          ],
        },
      },
      'zone.ring',
    ],
    [{ from: 'today' }, 'from'],
    [{ from: '2026-02-31T08:00:00Z' }, 'from'],
    [{ from: '999999999999999' }, 'from'],
    [{ to: '2026-03-01T07:59:59Z' }, 'to'],
    [{ maxDelay: 1.5 }, 'maxDelay'],
    [{ minStay: -1 }, 'minStay'],
    [{ trackerId: 'one' }, 'trackerId'],
    [{ externalId: '' }, 'externalId'],
    [{ description: 'a\u0000b' }, 'description'],
    [{ address: 'a\nb' }, 'address'],
    [{ colour: 'red' }, 'colour'],
  ])('with %j is refused by the name of what is wrong', async (change, parameter) => {
    const { status, body } = await make(change);
    expect([status, body.code, body.errors[0].parameter]).toEqual([400, 'invalid', parameter]);
    expect((await kit.ask('GET', '/api/tasks')).body.tasks).toEqual([]);
  });

  it('for nobody known is refused', async () => {
    expect(await make({ trackerId: 9 })).toMatchObject({ status: 404, body: { code: 'tracker_not_found' } });
  });

  it('is changed in what is sent, and stays as it is in the rest', async () => {
    const { body: before } = await make({ externalId: 'A-1', maxDelay: 60 });
    const { status, body } = await kit.ask('PATCH', '/api/tasks/1', { label: 'Collect', trackerId: 1, minStay: 30 });
    expect(status).toBe(200);
    const given = { trackerId: 1, trackerLabel: 'Van 1', status: 'assigned', state: 'assigned' };
    expect(body).toEqual({ ...before, label: 'Collect', minStay: 30, ...given });
  });

  it('loses nothing by an edit that only other dialects can say', async () => {
    const draft = {
      dialect: 'gsmtasks',
      trackerId: null,
      text: {
        ...{ label: 'Visit', description: '', externalId: null, address: '', tags: [3] },
        origin: 'manual',
        ...{ extra: { fields: {} }, form: null, details: { reference: 'R-7', priority: 3 } },
      },
      terms: {
        ...{ zone: null, fromMs: NOW_MS, toMs: NOW_MS + 9000, maxDelayMs: 0, minStayMs: 0, minArrivalMs: 0 },
        ...{ isFormRequired: false, isFormInZone: false, position: 4 },
        openEnds: 'both',
      },
    } as const;
    await kit.operations.makeTask(draft);
    const { body } = await kit.ask('PATCH', '/api/tasks/1', { label: 'Call', to: '2026-03-01T16:00:00Z' });
    expect(body).toMatchObject({ label: 'Call', from: null, to: '2026-03-01T16:00:00.000Z', zone: null });
    const { text, terms } = kit.operations.readTask(1)!;
    expect(text).toMatchObject({ tags: [3], extra: { fields: {} }, details: { reference: 'R-7', priority: 3 } });
    expect(terms).toMatchObject({ openEnds: 'from', position: 4 });
  });

  it('that has been arrived at may be put in other words, and given to someone else', async () => {
    await make({ trackerId: 1, minStay: 3600 });
    await kit.send(1, [{ timeMs: NOW_MS - 60_000, ...INSIDE }]);
    expect((await kit.ask('GET', '/api/tasks/1')).body.status).toBe('arrived');
    expect((await kit.ask('PATCH', '/api/tasks/1', { label: 'Wait' })).body).toMatchObject({ label: 'Wait' });
    const given = await kit.ask('POST', '/api/tasks/1/assign', { trackerId: 2 });
    expect(given).toMatchObject({ status: 200, body: { trackerId: 2, status: 'assigned' } });
  });

  it('is given, taken back, and given to nobody who is not there', async () => {
    await make();
    const assign = (trackerId: unknown) => kit.ask('POST', '/api/tasks/1/assign', { trackerId });
    expect((await assign(2)).body).toMatchObject({ trackerId: 2, trackerLabel: 'Van 2', status: 'assigned' });
    expect((await assign(null)).body).toMatchObject({ trackerId: null, status: 'unassigned' });
    expect(await assign(9)).toMatchObject({ status: 404, body: { code: 'tracker_not_found' } });
    expect(await assign('x')).toMatchObject({ status: 400, body: { code: 'invalid' } });
    await kit.ask('PATCH', '/api/trackers/2', { isBlocked: true });
    expect(await assign(2)).toMatchObject({ status: 409, body: { code: 'tracker_blocked' } });
  });

  it('is cancelled once', async () => {
    await make();
    const cancelled = await kit.ask('POST', '/api/tasks/1/cancel');
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled', isOpen: false, status: 'failed' } });
    const again = await kit.ask('POST', '/api/tasks/1/cancel');
    expect(again).toMatchObject({ status: 409, body: { code: 'task_state' } });
    const assigned = await kit.ask('POST', '/api/tasks/1/assign', { trackerId: 1 });
    expect(assigned).toMatchObject({ status: 409, body: { code: 'task_state' } });
    const moved = await kit.ask('PATCH', '/api/tasks/1', { minStay: 60 });
    expect(moved).toMatchObject({ status: 409, body: { code: 'task_state' } });
  });

  it('is deleted, and its history stays', async () => {
    const { body: task } = await make();
    expect(await kit.ask('DELETE', '/api/tasks/1')).toEqual({ status: 204, body: null });
    expect((await kit.ask('GET', '/api/tasks/1')).status).toBe(404);
    expect((await kit.ask('DELETE', '/api/tasks/1')).status).toBe(404);
    const { body } = await kit.ask('GET', `/api/tasks/${task.uuid}/history`);
    expect(body.events.map(({ kind }: { kind: string }) => kind)).toEqual(['create', 'delete']);
  });

  it('says why it is in its state, and that no webhook was told of it', async () => {
    await make();
    expect((await kit.ask('GET', '/api/tasks/1/explain')).body.words[0]).toContain('Deliver parcels');
    expect((await kit.ask('GET', '/api/tasks/1/deliveries')).body).toEqual({ deliveries: [] });
  });

  it.each([
    ['GET', ''],
    ['PATCH', '', { label: 'A' }],
    ['DELETE', ''],
    ['POST', '/assign', { trackerId: 1 }],
    ['POST', '/cancel'],
    ['GET', '/history'],
    ['GET', '/deliveries'],
  ] as const)('that is not there is not found: %s %s', async (method, path, payload?: object) => {
    for (const id of ['7', NOWHERE]) {
      const answer = await kit.ask(method, `/api/tasks/${id}${path}`, payload);
      expect(answer).toMatchObject({ status: 404, body: { code: 'task_not_found' } });
    }
  });

  it.each([
    ['GET', '', FLEET_KEY],
    ['GET', '/1', FLEET_KEY],
    ['GET', '/1/history', FLEET_KEY],
    ['POST', '', GUEST_KEY, WISH],
    ['PATCH', '/1', GUEST_KEY, { label: 'A' }],
    ['DELETE', '/1', GUEST_KEY],
    ['POST', '/1/assign', GUEST_KEY, { trackerId: 1 }],
    ['POST', '/1/cancel', GUEST_KEY],
  ] as const)('is not for everyone: %s /api/tasks%s', async (method, path, key, payload?: object) => {
    await make();
    const answer = await kit.ask(method, `/api/tasks${path}`, payload, key);
    expect(answer).toMatchObject({ status: 403, body: { code: 'no_right' } });
  });
});

describe('tasks are found', () => {
  const ids = async (query: string) => {
    const { body } = await kit.ask('GET', `/api/tasks?${query}`);
    return body.tasks.map(({ id }: { id: number }) => id);
  };

  beforeEach(async () => {
    for (const [label, trackerId] of [
      ['One', null],
      ['Two', 1],
      ['Three', 2],
      ['Four', 1],
    ] as const) {
      kit.nowMs += 1000;
      await make({ label, trackerId });
    }
    await kit.ask('POST', '/api/tasks/4/cancel');
    await kit.ask('PATCH', '/api/tasks/3', { from: '2026-03-05T08:00:00Z', to: '2026-03-05T09:00:00Z' });
  });

  it.each([
    ['', [4, 3, 2, 1]],
    ['status=assigned', [3, 2]],
    ['status=unassigned,failed', [4, 1]],
    ['status=done', []],
    ['tracker=1', [4, 2]],
    ['tracker=2,9', [3]],
    ['tracker=9', []],
    ['search=two', [2]],
    ['search=parcels', []],
    ['from=2026-03-02T00:00:00Z', [3]],
    ['to=2026-03-02T00:00:00Z', [4, 2, 1]],
    ['from=2026-03-01T16:00:00Z&to=2026-03-05T08:00:00Z', [4, 3, 2, 1]],
    ['status=assigned&tracker=1&search=two', [2]],
    ['limit=2', [4, 3]],
  ])('by ?%s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it('also where an end of the window is open', async () => {
    await kit.operations.amendTask(
      kit.operations.readTask(1)!,
      { ...kit.operations.readTask(1)!, terms: { ...kit.operations.readTask(1)!.terms, openEnds: 'to' } },
      'gsmtasks',
    );
    expect(await ids('from=2030-01-01T00:00:00Z')).toEqual([1]);
  });

  it('page by page, each once', async () => {
    const seen: number[] = [];
    let cursor: string | null = '';
    for (let n = 0; n < 5 && cursor !== null; n++) {
      const { body } = await kit.ask('GET', `/api/tasks?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...body.tasks.map(({ id }: { id: number }) => id));
      cursor = body.nextCursor;
    }
    expect([seen, cursor]).toEqual([[4, 3, 2, 1], null]);
  });

  it.each([
    ['status=open', 'status'],
    ['status=', 'status'],
    ['tracker=x', 'tracker'],
    ['from=yesterday', 'from'],
    ['to=2026-02-31T00:00:00Z', 'to'],
    ['cursor=abc', 'cursor'],
    ['cursor=%00', 'cursor'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    [`search=${'a%20'.repeat(21)}`, 'search'],
    ['colour=red', 'colour'],
  ])('and ?%s is refused', async (query, parameter) => {
    const { status, body } = await kit.ask('GET', `/api/tasks?${query}`);
    expect([status, body.code, body.errors?.[0].parameter]).toEqual([400, 'invalid', parameter]);
  });
});

describe('the history of a task', () => {
  it('tells a person what happened, and which fix did it', async () => {
    await make({ trackerId: 1, minStay: 60 });
    await kit.send(1, [
      { timeMs: NOW_MS - 600_000, ...INSIDE },
      { timeMs: NOW_MS - 300_000, ...INSIDE },
    ]);
    await kit.send(1, [{ timeMs: NOW_MS - 240_000, ...OUTSIDE }]);
    const { body } = await kit.ask('GET', '/api/tasks/1/history');
    const [made, arrived, done] = body.events;
    expect(made).toMatchObject({ kind: 'create', words: 'Made, for "Van 1".', trackerId: 1, toStatus: 'assigned' });
    expect(arrived).toMatchObject({ kind: 'status_change', fromStatus: 'assigned', toStatus: 'arrived' });
    expect(arrived.witness).toEqual({ time: '2026-03-01T11:50:00.000Z', lat: 51.283546, lon: 7.301086 });
    expect(done).toMatchObject({ fromStatus: 'arrived', toStatus: 'done', isRevised: false });
    expect(done.words).toMatch(/^From arrived to done.*, after a stay of /);
  });
});
