import { describe, expect, it } from 'vitest';
import { AroundKit, type Body } from './around-kit.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const AT = { location: { type: 'Point', coordinates: [13.4, 52.5] } };

function pointAt(timeMs: number, more: Body = {}) {
  return { time: new Date(timeMs).toISOString(), ...AT, ...more };
}

async function phone() {
  const kit = new AroundKit();
  const ann = await kit.worker('Ann');
  return { kit, ann, key: kit.key(ann.uuid, 'trackers:read') };
}

function stored(kit: AroundKit, trackerId: number) {
  return kit.store.tracks.fixes(trackerId, 0, Number.MAX_SAFE_INTEGER, 10_000);
}

describe('POST /time_locations/', () => {
  it('takes the position of a phone whose key is its own', async () => {
    const { kit, ann, key } = await phone();
    const said = { state: 'moving', heading: 90, speed: 41, altitude: 34, accuracy: 8, battery_level: '0.980' };
    const sent = pointAt(kit.nowMs - 1000, {
      ...said,
      is_moving: true,
      event: 'motionchange',
      activity_type: 'in_vehicle',
    });
    const { status, body } = await kit.ask('POST', '/time_locations/', sent, key);
    expect([status, body]).toEqual([
      201,
      {
        ...sent,
        time: '2026-03-01T11:59:59.000000Z',
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        url: `http://localhost:80/time_locations/${body.id}/`,
        user: ann.url,
        source: 'points',
        created_at: '2026-03-01T12:00:00.000000Z',
      },
    ]);
    expect((await kit.get(`/time_locations/${body.id}/`)).body).toEqual(body);
    await kit.restart();
    expect((await kit.get(`/time_locations/?user=${ann.uuid}`)).body).toEqual([body]);
  });

  it('answers once it is on disk, and not before', async () => {
    const { kit, ann, key } = await phone();
    const order: string[] = [];
    const { store } = kit;
    const append = store.append;
    store.append = (batch) => {
      const appended = append.call(store, batch);
      if (batch.frames.length > 0) order.push('on disk');
      return appended;
    };
    const { status } = await kit.ask('POST', '/time_locations/', pointAt(kit.nowMs), key);
    order.push(`answered ${status}`);
    expect(order).toEqual(['on disk', 'answered 201']);
    expect(stored(kit, ann.id)).toHaveLength(1);
  });

  it('is refused when storage fails, and taken when it is sent again', async () => {
    const { kit, ann, key } = await phone();
    const points = [pointAt(kit.nowMs - 2000), pointAt(kit.nowMs - 1000)];
    const repair = kit.failCommits();
    expect((await kit.ask('POST', '/time_locations/', points, key)).status).toBe(503);
    expect(stored(kit, ann.id)).toEqual([]);
    repair();
    expect((await kit.ask('POST', '/time_locations/', points, key)).status).toBe(201);
    expect(stored(kit, ann.id)).toHaveLength(2);
  });

  it('stores the same point once, however often it comes, in whatever company', async () => {
    const { kit, ann, key } = await phone();
    const [first, second, third] = [3000, 2000, 1000].map((ago) => pointAt(kit.nowMs - ago)) as [Body, Body, Body];
    const ids: string[] = [];
    for (const sent of [first, [second, first], [third, second, third], first]) {
      const { status, body } = await kit.ask('POST', '/time_locations/', sent, key);
      expect(status).toBe(201);
      ids.push(...[body].flat().map((each: Body) => each.id));
    }
    expect(stored(kit, ann.id)).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
    await kit.restart();
    await kit.ask('POST', '/time_locations/', [first, second, third], key);
    expect(stored(kit, ann.id)).toHaveLength(3);
  });

  it('two places at one instant are two', async () => {
    const { kit, ann, key } = await phone();
    const other = { location: { type: 'Point', coordinates: [13.5, 52.5] } };
    await kit.ask('POST', '/time_locations/', [pointAt(kit.nowMs), pointAt(kit.nowMs, other)], key);
    const { body } = await kit.get(`/time_locations/?user=${ann.uuid}`);
    expect(new Set(body.map((each: Body) => each.id)).size).toBe(2);
  });

  it('makes a task of Navixy arrive, and is done', async () => {
    const { kit, ann, key } = await phone();
    const task = {
      ...{ tracker_id: ann.id, label: 'Deliver', description: '' },
      ...{ from: '2026-03-01 11:00:00', to: '2026-03-01 18:00:00', min_stay_duration: 10 },
      location: { lat: 52.5, lng: 13.4, radius: 150, address: 'Quay 4' },
    };
    const { id } = await kit.navixy('task/create', { task });
    const statusOf = async () => (await kit.navixy('task/read', { task_id: id })).value.status;
    expect(await statusOf()).toBe('assigned');
    await kit.ask('POST', '/time_locations/', pointAt(kit.nowMs - 11 * 60_000), key);
    expect(await statusOf()).toBe('arrived');
    await kit.ask('POST', '/time_locations/', pointAt(kit.nowMs), key);
    expect(await statusOf()).toBe('done');
  });

  it('says where others are for who may', async () => {
    const { kit, ann, key } = await phone();
    const bob = await kit.worker('Bob');
    const boss = kit.key('boss', 'trackers:write');
    const points = [pointAt(kit.nowMs - 1, { user: ann.url }), pointAt(kit.nowMs, { user: bob.uuid })];
    expect((await kit.ask('POST', '/time_locations/', points, key)).status).toBe(403);
    expect([stored(kit, ann.id), stored(kit, bob.id)]).toEqual([[], []]);
    const { status, body } = await kit.ask('POST', '/time_locations/', points, boss);
    expect([status, body.map((each: Body) => each.user)]).toEqual([201, [ann.url, bob.url]]);
    expect([stored(kit, ann.id).length, stored(kit, bob.id).length]).toEqual([1, 1]);
  });

  it.each([
    ['no user, of a key that is no worker', {}, 'user'],
    ['an unknown user', { user: NOBODY }, 'user'],
    ['no time', { time: undefined }, 'time'],
    ['a time that is none', { time: 'now' }, 'time'],
    ['no location', { location: undefined }, 'location'],
    ['a latitude beyond the pole', { location: { type: 'Point', coordinates: [0, 91] } }, 'location'],
    ['a state that is none', { state: 'flying' }, 'state'],
    ['a heading beyond the circle', { heading: 361 }, 'heading'],
    ['a battery that is more than full', { battery_level: '1.5' }, 'battery_level'],
    ['a speed in words', { speed: 'fast' }, 'speed'],
  ])('with %s is 400', async (_name, wrong, field) => {
    const { kit, ann } = await phone();
    const right = pointAt(kit.nowMs, { user: ann.url });
    const point = { ...right, ...(field === 'user' && { user: undefined }), ...wrong };
    expect(await kit.ask('POST', '/time_locations/', point)).toMatchObject({
      status: 400,
      body: { [field]: [expect.any(String)] },
    });
    const inList = await kit.ask('POST', '/time_locations/', [right, point]);
    expect(inList).toMatchObject({ status: 400, body: [{}, { [field]: [expect.any(String)] }] });
    expect(stored(kit, ann.id)).toEqual([]);
  });

  it('takes a thousand at once, and no more', async () => {
    const { kit, ann, key } = await phone();
    const points = Array.from({ length: 1001 }, (_, n) => pointAt(kit.nowMs - n * 1000));
    expect((await kit.ask('POST', '/time_locations/', points, key)).status).toBe(400);
    expect(stored(kit, ann.id)).toEqual([]);
    const { status, body } = await kit.ask('POST', '/time_locations/', points.slice(1), key);
    expect([status, body.length, stored(kit, ann.id).length]).toEqual([201, 1000, 1000]);
  });

  it('takes none at all, and no key is no position', async () => {
    const { kit, key } = await phone();
    expect(await kit.ask('POST', '/time_locations/', [], key)).toMatchObject({ status: 201, body: [] });
    expect((await kit.ask('POST', '/time_locations/', pointAt(kit.nowMs), null)).status).toBe(401);
    const other = kit.key('other', 'trackers:read');
    expect((await kit.ask('POST', '/time_locations/', pointAt(kit.nowMs), other)).status).toBe(400);
  });
});

describe('GET /time_locations/', () => {
  async function history() {
    const { kit, ann, key } = await phone();
    const bob = await kit.worker('Bob');
    await kit.worker('Nobody');
    const times = [5, 4, 3, 2, 1].map((n) => kit.nowMs - n * 60_000);
    await kit.ask(
      'POST',
      '/time_locations/',
      times.map((timeMs) => pointAt(timeMs)),
      key,
    );
    await kit.send(
      bob.id,
      times.slice(0, 2).map((timeMs) => ({ timeMs, latDeg: 52, lonDeg: 13 })),
    );
    return { kit, ann, bob };
  }

  it('lists those of devices too, by worker and time', async () => {
    const { kit, ann, bob } = await history();
    const { body } = await kit.get('/time_locations/');
    expect(body.map((each: Body) => each.user)).toEqual([...Array(5).fill(ann.url), ...Array(2).fill(bob.url)]);
    expect(body[5]).toMatchObject({
      source: 'teltonika',
      speed: 30,
      state: 'moving',
      accuracy: null,
      battery_level: null,
    });
    for (const { url } of body) expect((await kit.get(new URL(url).pathname)).body.url).toBe(url);
  });

  it.each([1, 2, 3, 7])('in pages of %i, each once', async (size) => {
    const { kit } = await history();
    const whole = (await kit.get('/time_locations/')).body;
    expect((await kit.pages(`/time_locations/?page_size=${size}`)).flat()).toEqual(whole);
  });

  it('in pages of one where many are of one instant', async () => {
    const { kit, ann, key } = await phone();
    const points = [1, 2, 3, 4].map((n) => pointAt(kit.nowMs, { speed: n }));
    await kit.ask('POST', '/time_locations/', points, key);
    const speeds = (await kit.pages(`/time_locations/?page_size=1&user=${ann.uuid}`)).flat().map(({ speed }) => speed);
    expect(speeds).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['time__gte=2026-03-01T11:58:00Z', 2],
    ['time__gt=2026-03-01T11:58:00Z', 1],
    ['time__lt=2026-03-01T11:56:00Z', 2],
    ['time__lte=2026-03-01T13:56:00+02:00', 4],
    ['time__gte=2026-03-01T12:00:00Z', 0],
  ])('filters by %s', async (query, count) => {
    const { kit } = await history();
    expect((await kit.get(`/time_locations/?${query}`)).body).toHaveLength(count);
  });

  it('filters by users', async () => {
    const { kit, ann, bob } = await history();
    expect((await kit.get(`/time_locations/?user=${bob.uuid}`)).body).toHaveLength(2);
    expect((await kit.get(`/time_locations/?user__in=${bob.uuid},${ann.uuid}`)).body).toHaveLength(7);
    expect((await kit.get(`/time_locations/?user=${NOBODY}`)).body).toEqual([]);
  });

  it('leaves out what has no position', async () => {
    const { kit, ann, key } = await phone();
    await kit.ask('POST', '/time_locations/', [pointAt(kit.nowMs + 3_600_000), pointAt(kit.nowMs)], key);
    expect(stored(kit, ann.id)).toHaveLength(2);
    expect((await kit.get('/time_locations/')).body).toHaveLength(1);
  });

  it('says the same as GeoJSON', async () => {
    const { kit, bob } = await history();
    const { body } = await kit.get(`/time_location_features/?user=${bob.uuid}`);
    expect(body).toMatchObject({
      type: 'FeatureCollection',
      features: [1, 2].map(() => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [13, 52] },
        properties: { model: 'time_location', user: bob.url },
      })),
    });
    expect((await kit.pages('/time_location_features/?page_size=4')).map(({ features }) => features.length)).toEqual([
      4, 3,
    ]);
  });

  it.each(['user=7', 'time__gte=soon', 'cursor=nonsense', 'page_size=0'])('refuses %s', async (query) => {
    const { kit } = await history();
    expect((await kit.get(`/time_locations/?${query}`)).status).toBe(400);
  });

  it.each([NOBODY, 'ffffffff-ffff-8fff-bfff-ffffffffffff', 'none'])('%s is 404', async (id) => {
    const { kit } = await history();
    expect((await kit.get(`/time_locations/${id}/`)).status).toBe(404);
  });

  it('needs the right to', async () => {
    const { kit } = await history();
    const parcel = kit.key('parcel', 'delivery:read');
    for (const path of ['/time_locations/', `/time_locations/${NOBODY}/`, '/time_location_features/']) {
      expect((await kit.get(path, parcel)).status).toBe(403);
      expect((await kit.get(path, null)).status).toBe(401);
    }
  });
});
