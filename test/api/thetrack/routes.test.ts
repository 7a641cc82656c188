/** What holds for every call of the dialect: keys, rights, methods, bodies that no client of good will sends. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_KEY, UNKNOWN_KEY } from '../../operations/fake-line.ts';
import { ThetrackKit } from './thetrack-kit.ts';

let kit: ThetrackKit;
let task: { readonly id: string };
let driver: { readonly id: string };
let place: { readonly id: string };

beforeAll(async () => {
  kit = new ThetrackKit();
  [task, driver, place] = [await kit.make('tasks'), await kit.make('drivers'), await kit.make('locations')];
});

afterAll(() => kit.close());

type Method = 'GET' | 'POST' | 'PATCH';
type Case = readonly [method: Method, url: string, publicly: boolean];

const CALLS: readonly Case[] = [
  ['POST', '/v1/drivers/', true],
  ['GET', '/v1/drivers/', false],
  ['GET', '/v1/drivers/:driver/', true],
  ['PATCH', '/v1/drivers/:driver/', false],
  ['POST', '/v1/drivers/:driver/assign_tasks/', false],
  ['POST', '/v1/tasks/', true],
  ['GET', '/v1/tasks/', false],
  ['GET', '/v1/tasks/:task/', true],
  ['PATCH', '/v1/tasks/:task/', false],
  ['POST', '/v1/tasks/:task/complete/', false],
  ['POST', '/v1/tasks/:task/cancel/', false],
  ['POST', '/v1/tasks/:task/suspend/', false],
  ['POST', '/v1/tasks/:task/resume/', false],
  ['POST', '/v1/locations/', true],
  ['GET', '/v1/locations/', false],
  ['GET', '/v1/locations/:place/', true],
];

function real(url: string): string {
  return url.replace(':task', task.id).replace(':driver', driver.id).replace(':place', place.id);
}

describe.each(CALLS)('%s %s', (method, url, publicly) => {
  const status = async (key: string): Promise<number> => {
    return (await kit.ask(method, real(url), method === 'GET' ? undefined : {}, key)).status;
  };

  it('needs a key', async () => {
    const response = await kit.app.inject({ method, url: real(url) });
    expect([response.statusCode, response.headers['www-authenticate']]).toEqual([401, 'Token']);
    expect(response.json()).toEqual({ detail: expect.any(String) });
    expect(await status(`sk_${UNKNOWN_KEY}`)).toBe(401);
    expect(await status('sk_')).toBe(401);
  });

  it('takes a secret key, with or without its prefix, however the scheme is spelt', async () => {
    expect(await status(`sk_${FIRST_KEY}`)).not.toBe(401);
    expect(await status(FIRST_KEY.toUpperCase())).not.toBe(401);
    const headers = { authorization: `TOKEN sk_${FIRST_KEY}` };
    expect((await kit.app.inject({ method, url: real(url), headers })).statusCode).not.toBe(401);
  });

  it(publicly ? 'takes a public key' : 'refuses a public key', async () => {
    const answered = await status(kit.key('pk', 'tasks:public'));
    if (publicly) expect([200, 201, 400]).toContain(answered);
    else expect(answered).toBe(403);
  });

  it('refuses a key without rights', async () => {
    expect(await status(kit.key('sk', 'metrics:read'))).toBe(403);
  });

  it.runIf(method !== 'GET')('answers whatever JSON can say with no fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, fc.json()), async (body) => {
        const payload = typeof body === 'string' ? body : JSON.stringify(body);
        const headers = { authorization: `token ${FIRST_KEY}`, 'content-type': 'application/json' };
        const { statusCode } = await kit.app.inject({ method, url: real(url), headers, payload });
        expect([200, 201, 400, 404]).toContain(statusCode);
      }),
      { numRuns: 40 },
    );
  });
});

/** Bodies with the right names and anything behind them. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '2026-03-01T12:00:00Z', '9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', 'task', 'car'),
  fc.record({ address: fc.string({ unit: 'binary' }), landmark: fc.string() }),
  fc.record({ point: fc.record({ type: fc.constant('Point'), coordinates: fc.array(fc.double()) }) }),
  fc.record({
    point: fc.record({
      type: fc.constant('Point'),
      coordinates: fc.tuple(fc.double({ min: -180, max: 180 }), fc.double({ min: -90, max: 90 })),
    }),
  }),
);
const hostile = fc.dictionary(
  fc.constantFrom(
    ...['name', 'phone', 'photo', 'vehicle_type', 'lookup_id', 'task_ids', 'action', 'location', 'location_id'],
    ...['commited_eta', 'committed_eta', 'driver_id', 'address', 'landmark', 'point', 'completion_location'],
    ...['completion_time', 'cancellation_location', 'cancellation_time', 'concellation_time', '__proto__'],
  ),
  anything,
);

it('a key that may read tasks may not make them, nor the other way round', async () => {
  const [reader, writer] = [kit.key('sk', 'tasks:read'), kit.key('sk', 'tasks:write')];
  const answers = async (key: string) => [
    (await kit.ask('GET', '/v1/tasks/', undefined, key)).status,
    (await kit.ask('GET', `/v1/tasks/${task.id}/`, undefined, key)).status,
    (await kit.ask('POST', '/v1/tasks/', {}, key)).status,
    (await kit.ask('POST', '/v1/drivers/', {}, key)).status,
  ];
  expect(await answers(reader)).toEqual([200, 200, 403, 403]);
  expect(await answers(writer)).toEqual([403, 403, 201, 403]);
});

it.each([
  ['DELETE', '/v1/tasks/:task/'],
  ['DELETE', '/v1/drivers/:driver/'],
  ['PUT', '/v1/tasks/'],
  ['GET', '/v1/tasks/:task/complete/'],
] as const)('%s %s is not allowed', async (method, url) => {
  const told = await kit.ask(method, real(url));
  expect(told).toMatchObject({ status: 405, body: { detail: `Method "${method}" not allowed.` } });
  expect(told.headers['allow']).toEqual(expect.any(String));
});

it.each(['/v1/', '/v1/nobody/', '/v1/tasks/a/b/c'])('%s is nowhere', async (url) => {
  expect(await kit.ask('GET', url)).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
});

it('a body that is no JSON is 400 in the words of the dialect', async () => {
  const told = await kit.ask('POST', '/v1/tasks/', '{');
  expect(told).toMatchObject({ status: 400, body: { detail: expect.any(String) } });
});

it('lists answer whatever the query says with no fault of ours', async () => {
  const names = [
    'page',
    'page_size',
    'min_date',
    'max_date',
    'driver_id',
    'not_assigned',
    'progress',
    'status',
    'lookup_id',
  ];
  const query = fc.array(fc.tuple(fc.constantFrom(...names), fc.string({ unit: 'binary' })), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('tasks', 'drivers', 'locations'), query, async (what, pairs) => {
      const search = pairs.map(([name, value]) => `${name}=${safely(value)}`).join('&');
      expect([200, 400, 404]).toContain((await kit.ask('GET', `/v1/${what}/?${search}`)).status);
    }),
    { numRuns: 200 },
  );
});

function safely(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return '%ff';
  }
}
