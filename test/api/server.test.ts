/** What holds for every route: access, health, failures, and what reaches the log. */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { FIRST_KEY, READER_KEY, UNKNOWN_KEY } from '../operations/fake-line.ts';
import { createKit, type Kit, TASK } from './kit.ts';

/** Files by a token of their own, the pages of tasks by an address that nobody guesses. */
const OPEN_TO_ALL = [
  ...['/healthz', '/readyz', '/user/auth', '/v2/user/auth', '/', '/console/:name'],
  ...['/authenticate', '/t/:code', '/t/:code/state.json'],
  ...['/form/file/upload', '/v2/form/file/upload', '/form/file/download', '/v2/form/file/download'],
];

/** Who one is and the way out are for those who are in. */
const LOGIN = 'POST /api/session';

describe('access', () => {
  it('every route asks for a key before all else, but for those that are open on purpose', async () => {
    const kit = createKit();
    const routes = await routesOf(kit);
    for (const { method, url } of routes) {
      const payload = method === 'GET' ? {} : { payload: { nonsense: true } };
      const { status, body } = await kit.ask({ method, url, ...payload, remoteAddress: '10.0.0.1' });
      // Which methods a path takes is in the document.
      if (status === 405) continue;
      const isDenied = status === 401 || body.status?.code === 3;
      const isOpen = OPEN_TO_ALL.includes(url) || `${method} ${url}` === LOGIN;
      expect([method, url, isDenied]).toEqual([method, url, !isOpen]);
    }
    expect(routes.length).toBeGreaterThan(50);
    const urls = routes.map(({ url }) => url);
    const known = ['/v2/task/create', '/api/trackers/:id/state', '/api/trackers/pending/:imei/accept', '/metrics'];
    expect(urls).toEqual(expect.arrayContaining([...known, ...OPEN_TO_ALL]));
  });

  it('a route that declares no access is refused when it is added', () => {
    const { app } = createKit({});
    expect(() => app.get('/backdoor', async () => 'open')).toThrow('route GET /backdoor declares no access');
  });

  it.each([
    ['no key', {}, 401, 'no_key'],
    ['another scheme', { authorization: `NVX ${FIRST_KEY}` }, 401, 'no_key'],
    ['a malformed key', { authorization: 'Bearer abc' }, 401, 'unknown_key'],
    ['an unknown key', { authorization: `Bearer ${UNKNOWN_KEY}` }, 401, 'unknown_key'],
    ['a key without the right', { authorization: `Bearer ${READER_KEY}` }, 403, 'no_right'],
  ])('/api with %s is a problem', async (_name, headers, status, code) => {
    const answer = await createKit().ask({ method: 'GET', url: '/api/trackers', headers });
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer realm="milepost"');
  });
});

describe('health', () => {
  it.each(['GET', 'HEAD'] as const)('%s /healthz is alive, even when storage fails', async (method) => {
    const kit = createKit();
    kit.line.trouble = 'disk full';
    expect((await kit.ask({ method, url: '/healthz' })).status).toBe(200);
  });

  it('/readyz says why it is not ready, and recovers', async () => {
    const kit = createKit();
    expect(await kit.ask({ method: 'GET', url: '/readyz' })).toMatchObject({
      status: 200,
      body: { status: 'ready', reason: null },
    });
    kit.line.trouble = 'disk full';
    expect(await kit.ask({ method: 'GET', url: '/readyz' })).toMatchObject({
      status: 503,
      body: { status: 'not ready', reason: 'disk full' },
    });
    kit.line.trouble = null;
    expect((await kit.ask({ method: 'GET', url: '/readyz' })).status).toBe(200);
  });

  it.each([
    ['127.0.0.1', {}, 200],
    ['::1', {}, 200],
    ['::ffff:127.0.0.1', {}, 200],
    ['10.0.0.1', {}, 401],
    ['::ffff:10.0.0.1', {}, 401],
    ['127.0.0.1', { 'x-forwarded-for': '10.0.0.1' }, 401],
    ['127.0.0.1', { forwarded: 'for=10.0.0.1' }, 401],
    ['10.0.0.1', { authorization: `Bearer ${FIRST_KEY}` }, 200],
    ['10.0.0.1', { authorization: `Bearer ${READER_KEY}` }, 403],
  ])('/metrics from %s with %j is %i', async (remoteAddress, headers, status) => {
    expect((await createKit().ask({ method: 'GET', url: '/metrics', headers, remoteAddress })).status).toBe(status);
  });
});

describe('failures', () => {
  it.each([
    ['GET', '/nothing', 404],
    ['POST', '/api/nothing', 404],
    ['DELETE', '/api/trackers', 404],
    ['GET', '/api/%zz', 400],
  ] as const)('%s %s is a problem with status %i', async (method, url, status) => {
    const answer = await createKit().ask({ method, url });
    expect(answer).toMatchObject({ status, body: { type: 'about:blank', status } });
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('a fault of ours is logged and shows no trace', async () => {
    const { log, lines } = capture();
    const kit = createKit({ log });
    kit.line.trackers.get = () => {
      throw new Error('secret detail');
    };
    const answer = await kit.own('GET', '/api/trackers/1');
    expect(answer).toMatchObject({ status: 500, body: { code: 'fault' } });
    expect(answer.text).not.toMatch(/secret|\.ts/);
    expect(lines().filter((line) => line.includes('secret detail'))).toHaveLength(1);
  });
});

it('no key reaches the log, wherever it was passed', async () => {
  const { log, lines } = capture();
  const kit = createKit({ log });
  const key = READER_KEY;
  await kit.ask({ method: 'GET', url: `/task/list?hash=${key}` });
  await kit.ask({ method: 'GET', url: `/v2/nothing/here?hash=${key}` });
  await kit.ask({ method: 'GET', url: `/%zz?hash=${key}` });
  await kit.ask({ method: 'GET', url: `/v2/user/auth?login=reader&password=${key}` });
  await kit.ask({ method: 'POST', url: '/task/create', payload: { hash: key, task: TASK } });
  await kit.ask({
    method: 'POST',
    url: '/task/create',
    payload: `{"hash":"${key}"`,
    headers: { 'content-type': 'application/json' },
  });
  await kit.ask({ method: 'GET', url: '/api/trackers', headers: { authorization: `Bearer ${key}` } });
  kit.line.trouble = 'disk full';
  await kit.ask({ method: 'GET', url: `/task/list?hash=${key}` });
  expect(lines().filter((line) => line.includes('answered')).length).toBeGreaterThan(5);
  expect(lines().filter((line) => line.includes('"key":"reader"')).length).toBeGreaterThan(1);
  expect(lines().join('\n')).not.toContain(key);
});

function capture() {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { log: pino({ level: 'trace' }, stream), lines: () => chunks.join('').trim().split('\n') };
}

/** From the router's own tree, so that a route that is added later is met here. */
async function routesOf({ app }: Kit): Promise<{ url: string; method: 'GET' | 'POST' | 'PATCH' }[]> {
  await app.ready();
  const stems: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .trimEnd()
    .split('\n')
    .flatMap((row) => {
      const [, indent = '', path = '', methods = ''] = /^([│├└─ ]*)(\S+) \((.*)\)$/.exec(row) ?? [];
      const depth = indent.length / 4;
      stems[depth] = (stems[depth - 1] ?? '') + path;
      const url = stems[depth];
      return methods.split(', ').map((method) => ({ url, method: method as 'GET' }));
    });
}

describe('searches that are refused', () => {
  it.each([
    ['task/list', {}],
    ['task/count', {}],
    ['task/history/list', { task_id: 1 }],
  ])('Navixy words as code 8: %s', async (call, parameters) => {
    const kit = createKit();
    kit.line.isBusy = true;
    const { status, body, headers } = await kit.navixy(call, parameters);
    expect([status, body.status.code, headers['retry-after']]).toEqual([503, 8, '1']);
  });

  it.each(['fixes', 'state'])('/api words as busy: %s of a tracker', async (what) => {
    const kit = createKit();
    await kit.own('POST', '/api/trackers', { label: 'Van 1' });
    kit.line.isBusy = true;
    const { status, body, headers } = await kit.own('GET', `/api/trackers/1/${what}`);
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'busy', '1']);
  });

  it('keep nobody from reading and writing single tasks', async () => {
    const kit = createKit();
    kit.line.isBusy = true;
    const { body } = await kit.navixy('task/create', { task: { ...TASK, external_id: 'E' } });
    expect((await kit.navixy('task/read', { task_id: body.id })).status).toBe(200);
  });
});
