/** Tracks as files over HTTP, and points handed in, over the real line and the real store. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { RealKit } from '../real-kit.ts';

const MINUTE = 60_000;
const READER = 'dddddddddddddddddddddddddddddddd';
const GUEST = 'cccccccccccccccccccccccccccccccc';

let kit: RealKit;
let id: number;

beforeEach(async () => {
  kit = new RealKit(NOW_MS);
  kit.store.keys.create('reader', READER, ['trackers:read'], NOW_MS, null);
  kit.store.keys.create('guest', GUEST, ['tasks:read'], NOW_MS, null);
  id = await kit.addTracker('Van <1>');
});
afterEach(() => kit.close());

async function get(path: string, key: string | null = FIRST_KEY) {
  return kit.app.inject({ url: path, headers: key === null ? {} : { authorization: `Bearer ${key}` } });
}

async function hand(points: unknown, key = FIRST_KEY, trackerId: number | string = id) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const url = `/api/trackers/${trackerId}/points`;
  return kit.app.inject({ method: 'POST', url, headers, payload: JSON.stringify({ points }) });
}

const POINT = { time: '2026-03-01T08:00:00Z', lat: 59.4, lon: 24.7, speed: 36, course: 90, altitude: 5 };

describe('points that are handed in', () => {
  it('are fixes like others, and known when they come again', async () => {
    expect((await hand([POINT, { ...POINT, time: '1772352060000' }])).json()).toEqual({ trackerId: id, taken: 2 });
    expect((await hand([POINT])).statusCode).toBe(200);
    const { fixes } = (await get(`/api/trackers/${id}/fixes`)).json() as { fixes: { time: string }[] };
    expect(fixes).toHaveLength(2);
    expect(fixes[0]).toMatchObject({ time: '2026-03-01T08:00:00.000Z', lat: 59.4, speed: 36, course: 90, valid: true });
  });

  it.each([
    ['none', [], 'points'],
    ['no time', [{ lat: 1, lon: 2 }], 'time'],
    ['an impossible date', [POINT, { ...POINT, time: '2026-02-31T08:00:00Z' }], 'points[1].time'],
    ['a clock that was never set', [{ ...POINT, time: '-50202327' }], 'points[0].time'],
    ['a date of the far future', [{ ...POINT, time: '300000000000000' }], 'points[0].time'],
    ['a place that is not there', [{ ...POINT, lat: 91 }], 'lat'],
    ['a member nobody knows', [{ ...POINT, mood: 1 }], 'mood'],
    ['too many', Array.from({ length: 1001 }, () => POINT), 'points'],
    ['something else', 'x', 'points'],
  ])('are refused whole when there is %s', async (_name, points, parameter) => {
    const answer = await hand(points);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid' });
    expect(JSON.stringify(answer.json())).toContain(parameter);
    expect(((await get(`/api/trackers/${id}/fixes`)).json() as { fixes: [] }).fixes).toEqual([]);
  });

  it('need a tracker, one that is not blocked, and the right', async () => {
    expect((await hand([POINT], FIRST_KEY, 99)).json()).toMatchObject({ status: 404, code: 'tracker_not_found' });
    expect((await hand([POINT], READER)).statusCode).toBe(403);
    const headers = { authorization: `Bearer ${FIRST_KEY}`, 'content-type': 'application/json' };
    await kit.app.inject({ method: 'PATCH', url: `/api/trackers/${id}`, headers, payload: '{"isBlocked":true}' });
    expect((await hand([POINT])).json()).toMatchObject({ status: 409, code: 'tracker_blocked' });
  });
});

describe('a track as a file', () => {
  it.each([
    ['', 'text/csv', 'time,lat,lon'],
    ['format=csv', 'text/csv', '2026-03-01T08:00:00.000Z,59.4,24.7,5,36,90,,'],
    ['format=gpx', 'application/gpx+xml', '<name>Van &lt;1&gt;</name>'],
    ['format=geojson', 'application/geo+json', '"coordinates":[24.7,59.4,5]'],
  ])('?%s is %s', async (query, type, part) => {
    await hand([POINT]);
    const answer = await get(`/api/trackers/${id}/track?${query}`, READER);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain(type);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="tracker-\d+\.\w+"$/);
    expect(answer.body).toContain(part);
  });

  it('holds all valid fixes of the period, in order, however many', async () => {
    const spots = Array.from({ length: 200 }, (_, i) => ({
      timeMs: NOW_MS - (2000 - i) * 1000,
      latDeg: 59,
      lonDeg: 24 + i / 1e4,
    }));
    for (let at = 0; at < 2000; at += 200) {
      await kit.send(
        id,
        spots.map((spot) => ({ ...spot, timeMs: spot.timeMs + at * 1000 })),
      );
    }
    const lines = (await get(`/api/trackers/${id}/track`)).body.trim().split('\r\n').slice(1);
    expect(lines).toHaveLength(2000);
    expect(lines).toEqual([...lines].sort());
    const from = new Date(NOW_MS - 10 * MINUTE).toISOString();
    const some = (await get(`/api/trackers/${id}/track?from=${from}&to=${NOW_MS - 9 * MINUTE}`)).body
      .trim()
      .split('\r\n');
    expect(some).toHaveLength(1 + 61);
  });

  it('of nothing is empty', async () => {
    expect((await get(`/api/trackers/${id}/track`)).body).toBe(
      'time,lat,lon,altitude,speed,course,satellites,attributes\r\n',
    );
  });

  it.each([
    ['format=kml', 400],
    ['from=yesterday', 400],
    ['to=2026-02-31T00:00:00Z', 400],
    ['colour=red', 400],
  ])('?%s is answered %i', async (query, status) => {
    const answer = await get(`/api/trackers/${id}/track?${query}`);
    expect([answer.statusCode, answer.json().code]).toEqual([status, 'invalid']);
  });

  it('needs a tracker and the right', async () => {
    expect((await get('/api/trackers/99/track')).statusCode).toBe(404);
    expect((await get(`/api/trackers/${id}/track`, GUEST)).statusCode).toBe(403);
    expect((await get(`/api/trackers/${id}/track`, null)).statusCode).toBe(401);
  });
});
