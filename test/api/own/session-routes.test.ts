/** Sessions of the console: how one gets in, what the cookie is like, and who may use it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FIRST_KEY, NOW_MS, READER_KEY, UNKNOWN_KEY } from '../../operations/fake-line.ts';
import { createKit, type Kit } from '../kit.ts';

const HOST = 'gateway.test:8080';
const OURS = { host: HOST, origin: `http://${HOST}` };

let kit: Kit;

beforeEach(() => {
  // Anew each time: who failed too often is remembered.
  kit = createKit({});
});

function logIn(payload: object, headers: Record<string, string> = OURS, remoteAddress = '192.0.2.1') {
  return kit.ask({ method: 'POST', url: '/api/session', payload, headers, remoteAddress });
}

async function cookieOf(payload: object, headers?: Record<string, string>): Promise<string> {
  const { headers: given } = await logIn(payload, headers);
  return String(given['set-cookie']).split(';', 1)[0]!;
}

function asking(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, headers: object, payload?: object) {
  return kit.ask({ method, url, headers: { host: HOST, ...headers }, ...(payload && { payload }) });
}

describe('logging in', () => {
  it.each([
    ['the first key', FIRST_KEY, 'api-key', ['*']],
    ['a stored key', READER_KEY, 'reader', expect.arrayContaining(['tasks:read'])],
  ])('with %s opens a session and says who one is', async (_name, key, keyName, scopes) => {
    const { status, body, headers } = await logIn({ key });
    expect(status).toBe(200);
    expect(body).toEqual({ keyName, scopes, clockFactor: 1, now: new Date(NOW_MS).toISOString() });
    expect(headers['set-cookie']).toMatch(/^milepost_session=[0-9a-f]{32}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('says every right that others bring along', async () => {
    const { body } = await logIn({ key: READER_KEY });
    expect(body).toMatchObject({ scopes: expect.arrayContaining(['tasks:read', 'delivery:read']) });
  });

  it.each([
    ['an unknown key', { key: UNKNOWN_KEY }, 401, 'unknown_key'],
    ['half a key', { key: FIRST_KEY.slice(0, 16) }, 401, 'unknown_key'],
    ['a token that nobody issued', { token: 'abc' }, 401, 'unknown_token'],
    ['nothing', {}, 400, 'invalid'],
    ['both', { key: FIRST_KEY, token: 'abc' }, 400, 'invalid'],
    ['a number', { key: 5 }, 400, 'invalid'],
    ['something else', { password: FIRST_KEY }, 400, 'invalid'],
  ])('with %s is refused and sets no cookie', async (_name, payload, status, code) => {
    const answer = await logIn(payload);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it('without a body is refused', async () => {
    expect(await kit.ask({ method: 'POST', url: '/api/session' })).toMatchObject({ status: 400 });
  });

  it.each([
    ['a proxy that says so', { 'x-forwarded-proto': 'https' }],
    ['the last of some proxies', { 'x-forwarded-proto': 'http, https' }],
  ])('behind %s is for encrypted connections only', async (_name, headers) => {
    const { headers: given } = await logIn({ key: FIRST_KEY }, { ...OURS, ...headers });
    expect(given['set-cookie']).toMatch(/; Secure$/);
  });

  it('is not for pages of others, which would have their visitor work in another name', async () => {
    const other = { host: HOST, origin: 'https://evil.test' };
    expect(await logIn({ key: FIRST_KEY }, other)).toMatchObject({ status: 403, body: { code: 'cross_origin' } });
  });
});

describe('a token', () => {
  it('opens one session of the first key, and no second one', async () => {
    const token = kit.line.operations.issueLoginToken();
    expect(await logIn({ token })).toMatchObject({ status: 200, body: { keyName: 'api-key' } });
    expect(await logIn({ token })).toMatchObject({ status: 401, body: { code: 'unknown_token' } });
  });

  it('is no key', async () => {
    const token = kit.line.operations.issueLoginToken();
    expect(await logIn({ key: token })).toMatchObject({ status: 401 });
    expect(await asking('GET', '/api/session', { authorization: `Bearer ${token}` })).toMatchObject({ status: 401 });
  });
});

describe('who guesses keys', () => {
  it('has to wait after ten failures, with the right key too, and holds up nobody elsewhere', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push((await logIn({ key: UNKNOWN_KEY })).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    const barred = await logIn({ key: FIRST_KEY });
    expect(barred).toMatchObject({ status: 429, body: { code: 'too_many_logins' } });
    expect(barred.headers['retry-after']).toBe('6');
    expect(await logIn({ key: FIRST_KEY }, OURS, '192.0.2.2')).toMatchObject({ status: 200 });
  });
});

describe('the cookie of a session', () => {
  it.each([
    ['our page', { 'sec-fetch-site': 'same-origin' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['a page that names its origin', { origin: `http://${HOST}` }],
    ['a page behind a proxy that encrypts', { origin: `https://${HOST}` }],
    ['a browser that says nothing over plain HTTP', {}],
  ])('from %s reads', async (_name, headers) => {
    const cookie = await cookieOf({ key: READER_KEY });
    expect(await asking('GET', '/api/session', { cookie, ...headers })).toMatchObject({
      status: 200,
      body: { keyName: 'reader' },
    });
  });

  it.each([
    ['another site', 'GET', { 'sec-fetch-site': 'cross-site' }],
    ['the same site on another host', 'GET', { 'sec-fetch-site': 'same-site' }],
    ['another site that names our origin', 'GET', { 'sec-fetch-site': 'cross-site', origin: `http://${HOST}` }],
    ['another origin', 'GET', { origin: 'http://evil.test' }],
    ['another port', 'GET', { origin: 'http://gateway.test:9090' }],
    ['no origin that can be', 'GET', { origin: 'null' }],
    ['a writer that says nothing', 'POST', {}],
    ['a writer of another origin', 'POST', { origin: 'http://evil.test' }],
  ] as const)('from %s is refused: %s', async (_name, method, headers) => {
    const cookie = await cookieOf({ key: FIRST_KEY });
    const payload = method === 'POST' ? { label: 'Van' } : undefined;
    const answer = await asking(method, '/api/trackers', { cookie, ...headers }, payload);
    expect(answer).toMatchObject({ status: 403, body: { code: 'cross_origin' } });
    expect(kit.line.trackers.size).toBe(0);
  });

  it('writes from our page', async () => {
    const cookie = await cookieOf({ key: FIRST_KEY });
    const answer = await asking('POST', '/api/trackers', { cookie, origin: `http://${HOST}` }, { label: 'Van' });
    expect(answer.status).toBe(201);
  });

  it('has no more rights than its key', async () => {
    const cookie = await cookieOf({ key: READER_KEY });
    const answer = await asking('POST', '/api/trackers', { cookie, origin: `http://${HOST}` }, { label: 'Van' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'no_right' } });
  });

  it('is found among others, and not in the name of another', async () => {
    const cookie = await cookieOf({ key: READER_KEY });
    const among = await asking('GET', '/api/session', { cookie: `theme=dark; ${cookie}; a=b` });
    expect(among.status).toBe(200);
    expect((await asking('GET', '/api/session', { cookie: `not_${cookie}` })).status).toBe(401);
  });

  it('gives way to a key that is shown, wherever the request comes from', async () => {
    const cookie = await cookieOf({ key: READER_KEY });
    const headers = { cookie, authorization: `Bearer ${FIRST_KEY}`, 'sec-fetch-site': 'cross-site' };
    expect(await asking('GET', '/api/session', headers)).toMatchObject({ body: { keyName: 'api-key' } });
  });

  it.each(['/tasks/', '/v1/tasks/', '/v2/task/list'])('opens nothing of the dialects: %s', async (url) => {
    const cookie = await cookieOf({ key: FIRST_KEY });
    const { status, body } = await asking('GET', url, { cookie, 'sec-fetch-site': 'same-origin' });
    expect(status === 401 || body.status?.code === 3).toBe(true);
  });
});

describe('logging out', () => {
  it('ends the session and takes the cookie away', async () => {
    const cookie = await cookieOf({ key: FIRST_KEY });
    const headers = { cookie, origin: `http://${HOST}` };
    const answer = await asking('DELETE', '/api/session', headers);
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toMatch(/^milepost_session=; .*Max-Age=0$/);
    expect(await asking('GET', '/api/session', headers)).toMatchObject({ status: 401, body: { code: 'unknown_key' } });
  });

  it('ends no key', async () => {
    const headers = { authorization: `Bearer ${FIRST_KEY}` };
    expect(await asking('DELETE', '/api/session', headers)).toMatchObject({
      status: 409,
      body: { code: 'no_session' },
    });
  });

  it('is for who is in', async () => {
    expect(await asking('DELETE', '/api/session', {})).toMatchObject({ status: 401, body: { code: 'no_key' } });
  });
});
