import { describe, expect, it } from 'vitest';
import { AroundKit, type Body } from './around-kit.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const MINUTE = 60_000;

function drive(nowMs: number, count: number) {
  return Array.from({ length: count }, (_, n) => ({
    timeMs: nowMs - (count - n) * 1000,
    latDeg: 52 + n / 10_000,
    lonDeg: 13 + Math.sin(n / 50) / 100,
  }));
}

async function fleet() {
  const kit = new AroundKit();
  const ann = await kit.worker('Van 1');
  const bob = await kit.worker('Van 2');
  await kit.worker('Never seen');
  return { kit, ann, bob };
}

describe('/worker_features/', () => {
  it('is where every worker was last, and leaves out who was nowhere', async () => {
    const { kit, ann, bob } = await fleet();
    await kit.send(ann.id, drive(kit.nowMs, 3));
    await kit.send(bob.id, [{ timeMs: kit.nowMs - MINUTE, latDeg: 50, lonDeg: 8 }]);
    const { status, body } = await kit.get('/worker_features/');
    expect([status, body.type, body.features.length]).toEqual([200, 'FeatureCollection', 2]);
    expect(body.features[1]).toMatchObject({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [8, 50] },
      properties: {
        user: bob.url,
        user_name: 'Van 2',
        time: '2026-03-01T11:59:00.000000Z',
        speed: 30,
        state: 'moving',
      },
    });
    const { pathname } = new URL(body.features[1].properties.time_location);
    expect((await kit.get(pathname)).body.time).toBe('2026-03-01T11:59:00.000000Z');
    expect((await kit.get(`/worker_features/${bob.uuid}/`)).body).toEqual(body.features[1]);
    expect((await kit.get(`/worker_features/?user=${ann.uuid}`)).body.features).toEqual([body.features[0]]);
  });

  it('comes in pages of workers', async () => {
    const { kit, ann, bob } = await fleet();
    for (const { id } of [ann, bob]) await kit.send(id, drive(kit.nowMs, 2));
    const pages = await kit.pages('/worker_features/?page_size=1');
    expect(pages.map(({ features }) => features.length)).toEqual([1, 1, 0]);
  });

  it('of nobody, and of who was nowhere, is 404; without the right 403', async () => {
    const { kit, ann } = await fleet();
    expect((await kit.get(`/worker_features/${NOBODY}/`)).status).toBe(404);
    expect((await kit.get(`/worker_features/${ann.uuid}/`)).status).toBe(404);
    for (const path of ['/worker_features/', `/worker_features/${ann.uuid}/`, '/worker_tracks/']) {
      expect((await kit.get(path, kit.key(`parcel ${path}`, 'delivery:read'))).status).toBe(403);
    }
    expect((await kit.get('/worker_features/?user=7')).status).toBe(400);
  });
});

describe('/worker_tracks/', () => {
  it('is the way of each worker over the last day, from the first to the last fix', async () => {
    const { kit, ann, bob } = await fleet();
    await kit.send(ann.id, drive(kit.nowMs, 60));
    await kit.send(bob.id, drive(kit.nowMs - 30 * 3_600_000, 60));
    const { body } = await kit.get('/worker_tracks/');
    expect(body.features).toEqual([
      {
        type: 'Feature',
        id: ann.uuid,
        geometry: { type: 'LineString', coordinates: expect.any(Array) },
        properties: {
          model: 'worker_track',
          user: ann.url,
          start_time: '2026-03-01T11:59:00.000000Z',
          end_time: '2026-03-01T11:59:59.000000Z',
        },
      },
    ]);
    const line = body.features[0].geometry.coordinates;
    expect([line[0], line.at(-1)[1]]).toEqual([[13, 52], expect.closeTo(52.0059, 6)]);
  });

  it('has a thousand points at most, the ends among them', async () => {
    const { kit, ann } = await fleet();
    // Each of them far off the line between those beside it.
    const fixes = drive(kit.nowMs, 1400).map((fix, n) => ({ ...fix, lonDeg: 13 + Math.sin(n * n) / 20 }));
    for (let i = 0; i < fixes.length; i += 200) await kit.send(ann.id, fixes.slice(i, i + 200));
    const line: Body = (await kit.get('/worker_tracks/')).body.features[0].geometry.coordinates;
    expect(line).toHaveLength(1000);
    expect(line[0][1]).toBeCloseTo(fixes[0]!.latDeg, 6);
    expect(line[999][1]).toBeCloseTo(fixes.at(-1)!.latDeg, 6);
  });

  it('is of the period that is asked for', async () => {
    const { kit, ann } = await fleet();
    await kit.send(ann.id, drive(kit.nowMs, 120));
    const query = 'start_time__gte=2026-03-01T11:58:30Z&end_time__lte=2026-03-01T11:58:40Z';
    const { properties } = (await kit.get(`/worker_tracks/?${query}&user=${ann.uuid}`)).body.features[0];
    expect([properties.start_time, properties.end_time]).toEqual([
      '2026-03-01T11:58:30.000000Z',
      '2026-03-01T11:58:40.000000Z',
    ]);
  });

  it('leaves out who has been at one place once', async () => {
    const { kit, ann } = await fleet();
    await kit.send(ann.id, drive(kit.nowMs, 1));
    expect((await kit.get('/worker_tracks/')).body).toEqual({ type: 'FeatureCollection', features: [] });
  });

  it.each([
    'start_time__gte=2026-02-01T00:00:00Z',
    'start_time__gte=2026-03-01T12:00:00Z&end_time__lte=2026-03-01T11:00:00Z',
    'start_time__gte=soon',
    'end_time__lte=late',
    'cursor=nonsense',
  ])('refuses %s', async (query) => {
    const { kit } = await fleet();
    expect((await kit.get(`/worker_tracks/?${query}`)).status).toBe(400);
  });
});
