/** Milepost's own API from the outside. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { createKit, type Kit, TASK } from '../kit.ts';

const IMEI = '356307042441013';
const NOW = '2026-03-01T12:00:00.000Z';

let kit: Kit;

beforeEach(() => {
  kit = createKit();
});

function problem(status: number, code: string, detail: string) {
  const title = { 400: 'Bad Request', 404: 'Not Found', 409: 'Conflict', 503: 'Service Unavailable' }[status];
  return { type: 'about:blank', title, status, code, detail };
}

describe('trackers', () => {
  it('are created with defaults, listed, read and changed', async () => {
    const created = await kit.own('POST', '/api/trackers', { label: 'Van 1', imei: IMEI });
    const tracker = {
      id: 1,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      label: 'Van 1',
      imei: IMEI,
      model: null,
      timeZone: 'utc',
      isBlocked: false,
      createdAt: NOW,
    };
    expect(created).toMatchObject({ status: 201, body: { ...tracker, warnings: [] } });
    const shown = { ...tracker, clockSuspicion: null, captureUntil: null };
    expect((await kit.own('GET', '/api/trackers')).body).toEqual({ trackers: [shown] });
    expect((await kit.own('GET', '/api/trackers/1')).body).toEqual(shown);
    const edit = { label: 'Van 2', model: 'GT06N', timeZone: '+05:30', imei: null, isBlocked: true };
    expect(await kit.own('PATCH', '/api/trackers/1', edit)).toMatchObject({ status: 200, body: edit });
  });

  it('need no device', async () => {
    expect((await kit.own('POST', '/api/trackers', { label: 'Anna' })).body.imei).toBeNull();
  });

  it('an IMEI that fails its check digit is taken, with a warning', async () => {
    const { status, body } = await kit.own('POST', '/api/trackers', { label: 'Clone', imei: '356307042441010' });
    expect(status).toBe(201);
    expect(body.warnings).toEqual([expect.stringContaining('imei 356307042441010 ends in another digit')]);
    expect(body.warnings[0]).toContain('3;');
  });

  it('do not share an IMEI', async () => {
    await kit.own('POST', '/api/trackers', { label: 'A', imei: IMEI });
    const second = await kit.own('POST', '/api/trackers', { label: 'B', imei: IMEI });
    expect(second).toMatchObject({ status: 409, body: { code: 'imei_taken' } });
  });

  it.each([
    ['POST', '/api/trackers', {}, 'label is missing, expected 1 to 200 characters on one line, not blank'],
    ['POST', '/api/trackers', { label: ' ' }, 'label is " ", expected 1 to 200 characters on one line, not blank'],
    [
      'POST',
      '/api/trackers',
      { label: 'a\nb' },
      'label is "a\\nb", expected 1 to 200 characters on one line, not blank',
    ],
    [
      'POST',
      '/api/trackers',
      { label: '\ud800' },
      'label is "\\ud800", expected 1 to 200 characters on one line, not blank',
    ],
    ['POST', '/api/trackers', { label: null }, 'label is null, expected 1 to 200 characters on one line, not blank'],
    [
      'POST',
      '/api/trackers',
      { label: 5, imei: 356307042441013, timeZone: 'CET', colour: 'red' },
      'colour is "red", expected no parameter but label, imei, model, timeZone; label is 5, expected 1 to 200 characters on one line, not blank; imei is 356307042441013, expected a string of 10 to 15 digits, or null for no device; timeZone is "CET", expected how the device stamps its times: "utc", "login" or an offset such as "+03:00"',
    ],
    [
      'POST',
      '/api/trackers',
      { label: 'A', imei: '123' },
      'imei is "123", expected a string of 10 to 15 digits, or null for no device',
    ],
    ['POST', '/api/trackers', [], 'body is [], expected a JSON object'],
    ['PATCH', '/api/trackers/1', {}, 'body is {}, expected a JSON object'],
    ['PATCH', '/api/trackers/1', { isBlocked: 'yes' }, 'isBlocked is "yes", expected true or false'],
    ['PATCH', '/api/trackers/x', { label: 'A' }, 'id is "x", expected a positive integer'],
    ['GET', '/api/trackers/0', undefined, 'id is "0", expected a positive integer'],
    ['GET', '/api/trackers/1%00', undefined, 'id is "1\\u0000", expected a positive integer'],
  ] as const)('%s %s %j is refused in words', async (method, url, payload, detail) => {
    const answer = await kit.own(method, url, payload as object);
    expect(answer).toMatchObject({ status: 400, body: problem(400, 'invalid', detail) });
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('a fault names parameter, value and expectation for programs too', async () => {
    const { body } = await kit.own('POST', '/api/trackers', { label: 'A', imei: '12' });
    expect(body.errors).toEqual([
      { parameter: 'imei', received: '12', expected: 'a string of 10 to 15 digits, or null for no device' },
    ]);
  });

  it.each([
    ['GET', '/api/trackers/9', undefined],
    ['PATCH', '/api/trackers/9', { label: 'A' }],
    ['GET', '/api/trackers/9/state', undefined],
    ['GET', '/api/trackers/9/fixes', undefined],
    ['GET', '/api/trackers/999999999999999', undefined],
  ] as const)('%s %s is not found', async (method, url, payload) => {
    expect(await kit.own(method, url, payload)).toMatchObject({ status: 404, body: { code: 'tracker_not_found' } });
  });

  it.each([
    ['half an object', '{"label":', 'application/json', 400],
    ['a prototype in disguise', '{"label":"A","__proto__":{"x":1}}', 'application/json', 400],
    ['a constructor in disguise', '{"label":"A","constructor":{"prototype":{"x":1}}}', 'application/json', 400],
    ['a form', 'label=A', 'application/x-www-form-urlencoded', 415],
    ['more than a mebibyte', JSON.stringify({ label: 'x'.repeat(1_048_576) }), 'application/json', 413],
  ])('%s is a problem', async (_name, payload, type, status) => {
    const headers = { authorization: `Bearer ${FIRST_KEY}`, 'content-type': type };
    const answer = await kit.ask({ method: 'POST', url: '/api/trackers', payload, headers });
    expect(answer).toMatchObject({ status, body: { status, code: 'bad_request' } });
    expect(kit.line.trackers.size).toBe(0);
  });

  it('are not written while storage fails', async () => {
    kit.line.trouble = 'disk full';
    expect(await kit.own('POST', '/api/trackers', { label: 'A' })).toMatchObject({
      status: 503,
      body: problem(503, 'storage_unavailable', 'disk full'),
    });
  });
});

describe('the time zone of a tracker', () => {
  const suspicion = { aheadMinutes: 480, frames: 12, sinceMs: NOW_MS };
  const shown = { ahead: '+08:00', frames: 12, since: NOW };

  beforeEach(async () => {
    await kit.own('POST', '/api/trackers', { label: 'Van 1', imei: IMEI });
    kit.line.suspicions.set(1, suspicion);
  });

  it('that its clock seems to be in is shown until it is set', async () => {
    expect((await kit.own('GET', '/api/trackers/1')).body.clockSuspicion).toEqual(shown);
    expect((await kit.own('GET', '/api/trackers')).body).toMatchObject({ trackers: [{ clockSuspicion: shown }] });
    await kit.own('POST', '/api/trackers/1/time_zone', { timeZone: '+08:00' });
    expect((await kit.own('GET', '/api/trackers/1')).body.clockSuspicion).toBeNull();
  });

  it.each([
    [{ timeZone: '+08:00', restamp: true }, [1]],
    [{ timeZone: '+08:00', restamp: false }, []],
    [{ timeZone: '+08:00' }, []],
  ])('is set by one call: %j', async (setting, restamped) => {
    const { status, body } = await kit.own('POST', '/api/trackers/1/time_zone', setting);
    expect([status, body, kit.line.restamped]).toMatchObject([200, { id: 1, timeZone: '+08:00' }, restamped]);
  });

  it.each([
    [1, {}, 400],
    [1, { timeZone: 'CET' }, 400],
    [1, { timeZone: 'utc', restamp: 'yes' }, 400],
    [9, { timeZone: 'utc' }, 404],
  ])('of tracker %i is not set by %j: %i', async (id, setting, status) => {
    expect((await kit.own('POST', `/api/trackers/${id}/time_zone`, setting)).status).toBe(status);
  });
});

describe('pending trackers', () => {
  beforeEach(() => {
    const seen = { firstSeenMs: NOW_MS - 60_000, lastSeenMs: NOW_MS, logins: 3 };
    kit.line.pending = [{ imei: IMEI, protocol: 'teltonika', address: '10.0.0.7', ...seen }];
  });

  it('are listed', async () => {
    expect((await kit.own('GET', '/api/trackers/pending')).body).toEqual({
      pending: [
        {
          imei: IMEI,
          protocol: 'teltonika',
          address: '10.0.0.7',
          firstSeenAt: '2026-03-01T11:59:00.000Z',
          lastSeenAt: NOW,
          logins: 3,
        },
      ],
    });
  });

  it.each([
    ['no body', undefined, IMEI],
    ['an empty object', {}, IMEI],
    ['a label', { label: 'Van 7' }, 'Van 7'],
  ])('are accepted with %s', async (_name, payload, label) => {
    const answer = await kit.own('POST', `/api/trackers/pending/${IMEI}/accept`, payload);
    expect(answer).toMatchObject({ status: 201, body: { id: 1, imei: IMEI, label } });
    expect((await kit.own('GET', '/api/trackers/pending')).body).toEqual({ pending: [] });
  });

  it('an empty body of type JSON is no body', async () => {
    const headers = { authorization: `Bearer ${FIRST_KEY}`, 'content-type': 'application/json' };
    const url = `/api/trackers/pending/${IMEI}/accept`;
    expect((await kit.ask({ method: 'POST', url, headers, payload: '' })).status).toBe(201);
  });

  it.each([
    ['356307042441021', 404, 'tracker_not_found'],
    ['12', 400, 'invalid'],
  ])('%s cannot be accepted: %i', async (imei, status, code) => {
    const answer = await kit.own('POST', `/api/trackers/pending/${imei}/accept`);
    expect(answer).toMatchObject({ status, body: { code } });
  });
});

describe('what a tracker sent', () => {
  beforeEach(async () => {
    await kit.own('POST', '/api/trackers', { label: 'Van 1', imei: IMEI });
    kit.line.addFix(1, { timeMs: NOW_MS - 120_000, attributes: { power: 12.1, ignition: true } });
    kit.line.addFix(1, { timeMs: NOW_MS - 60_000 });
    kit.line.addFix(1, { timeMs: NOW_MS, hasPosition: false, satellites: 0, attributes: { ignition: false } });
  });

  it('is listed, valid or not, with everything a record holds', async () => {
    const { body } = await kit.own('GET', '/api/trackers/1/fixes');
    expect(body).toMatchObject({ trackerId: 1, hasMore: false });
    expect(body.fixes).toHaveLength(3);
    expect(body.fixes[2]).toEqual({
      time: NOW,
      receivedAt: NOW,
      protocol: 'teltonika',
      lat: 51.2,
      lon: 7.3,
      altitude: 120,
      speed: 42,
      course: 90,
      satellites: 0,
      valid: false,
      invalidity: 'no_position',
      priority: 0,
      event: 0,
      io: { '66': 12100 },
      attributes: { ignition: false },
    });
  });

  it.each([
    ['from=2026-03-01T11:59:00Z', 2, false],
    ['to=2026-03-01T11:59:00Z', 2, false],
    [`from=${NOW_MS}`, 1, false],
    ['from=2026-03-01T13:00:00%2B01:00', 1, false],
    ['from=2026-03-01T13:00:00+01:00', 1, false],
    ['limit=2', 2, true],
    ['limit=3', 3, false],
    ['from=2030-01-01T00:00Z', 0, false],
    ['from=-1&to=0', 0, false],
  ])('?%s gives %i fixes, more: %s', async (query, count, hasMore) => {
    const { body } = await kit.own('GET', `/api/trackers/1/fixes?${query}`);
    expect([body.fixes.length, body.hasMore]).toEqual([count, hasMore]);
  });

  it.each([
    'from=yesterday',
    'from=2026-02-31T00:00:00Z',
    'from=2026-03-01',
    'from=2026-03-01T00:00:00',
    'to=2026-03-01T25:00:00Z',
    'to=1e12',
    'limit=0',
    'limit=100001',
    'limit=ten',
    'limit=1&limit=2',
    'form=2026-03-01T00:00:00Z',
  ])('?%s is refused, naming the parameter', async (query) => {
    const { status, body } = await kit.own('GET', `/api/trackers/1/fixes?${query}`);
    expect([status, body.code, body.errors[0]?.parameter]).toEqual([400, 'invalid', query.split('=')[0]]);
  });

  it('its state has the newest valid fix and the newest values', async () => {
    kit.line.online.add(1);
    const { body } = await kit.own('GET', '/api/trackers/1/state');
    expect(body).toMatchObject({
      trackerId: 1,
      isOnline: true,
      lastSeenAt: NOW,
      fix: { time: '2026-03-01T11:59:00.000Z', valid: true },
      attributes: { power: 12.1, ignition: false },
    });
  });

  it('a tracker that was never heard of has an empty state', async () => {
    await kit.own('POST', '/api/trackers', { label: 'Anna' });
    expect((await kit.own('GET', '/api/trackers/2/state')).body).toEqual({
      trackerId: 2,
      isOnline: false,
      lastSeenAt: null,
      fix: null,
      attributes: {},
    });
  });
});

describe('explain', () => {
  it('passes on what the engine says', async () => {
    await kit.navixy('task/create', { task: TASK });
    expect((await kit.own('GET', '/api/tasks/1/explain')).body).toEqual({ taskId: 1, words: ['because'] });
    expect(await kit.own('GET', '/api/tasks/2/explain')).toMatchObject({
      status: 404,
      body: problem(404, 'task_not_found', 'there is no task 2'),
    });
  });
});
