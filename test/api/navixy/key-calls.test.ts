/** Keys and sessions from the outside. */
import { beforeEach, describe, expect, it } from 'vitest';
import { KEY_CALLS } from '../../../src/api/navixy/key-calls.ts';
import { USER_CALLS } from '../../../src/api/navixy/user-calls.ts';
import { FIRST_KEY, UNKNOWN_KEY } from '../../operations/fake-line.ts';
import { LiveKit } from '../calls-kit.ts';

const DAY_MS = 86_400_000;

let kit: LiveKit;

beforeEach(() => {
  kit = new LiveKit([...KEY_CALLS, ...USER_CALLS]);
});

async function logIn(login: string, password: string): Promise<string> {
  return (await kit.ask({ method: 'POST', url: '/v2/user/auth', payload: { login, password } })).body.hash;
}

describe('api/key', () => {
  it('makes a key that works, shows it once, and lists its first digits', async () => {
    const { value } = await kit.do('api/key/create', { title: 'My Super App' });
    expect(value).toMatchObject({ title: 'My Super App', create_date: '2026-03-01 12:00:00', scopes: ['*'] });
    expect(value.hash).toMatch(/^[0-9a-f]{32}$/);
    expect(await kit.codeOf('task/count', {}, value.hash)).toBe(0);
    const { list } = await kit.do('api/key/list');
    expect(list).toEqual([{ ...value, hash: `${value.hash.slice(0, 6)}${'*'.repeat(26)}` }]);
  });

  it.each(['api/key', 'user/api_key'])(
    '%s/delete ends a key by all its digits or by those that are listed',
    async (path) => {
      const first = (await kit.do('api/key/create', { title: 'A' })).value.hash;
      const second = (await kit.do('api/key/create', { title: 'B' })).value.hash;
      const listed = (await kit.do(`${path}/list`)).list[1].hash;
      expect(await kit.codeOf(`${path}/delete`, { key: first })).toBe(0);
      expect(await kit.codeOf(`${path}/delete`, { key: listed })).toBe(0);
      expect([await kit.codeOf('task/count', {}, first), await kit.codeOf('task/count', {}, second)]).toEqual([4, 4]);
      expect((await kit.do('api/key/list')).list).toEqual([]);
    },
  );

  it('gives a key the rights and the end that it is to have, and its name to the next one afterwards', async () => {
    const order = { title: 'A', scopes: ['tag_update', 'tag_update'], expire_date: '2026-03-02 12:00:00' };
    const { value } = await kit.do('api/key/create', order);
    expect(value).toMatchObject({ scopes: ['tag_update'], expire_date: '2026-03-02 12:00:00' });
    expect(await kit.codeOf('task/create', { task: {} }, value.hash)).toBe(13);
    expect(await kit.codeOf('api/key/create', { title: 'A' })).toBe('7 title');
    kit.nowMs += DAY_MS;
    expect(await kit.codeOf('tag/list', {}, value.hash)).toBe(4);
    expect(await kit.codeOf('api/key/create', { title: 'A' })).toBe(0);
  });

  it('takes twenty keys and no more, until one is deleted', async () => {
    for (let i = 0; i < 20; i++) await kit.do('api/key/create', { title: `Key ${i}` });
    const answer = await kit.call('api/key/create', { title: 'Key 21' });
    expect(answer).toMatchObject({ status: 402, body: { status: { code: 268, description: 'Over quota' } } });
    await kit.do('api/key/delete', { key: (await kit.do('api/key/list')).list[0].hash });
    expect(await kit.codeOf('api/key/create', { title: 'Key 21' })).toBe(0);
  });

  it.each([
    ['api/key/create', {}, '7 title'],
    ['api/key/create', { title: 5 }, '7 title'],
    ['api/key/create', { title: ' ' }, '7 title'],
    ['api/key/create', { title: 'x'.repeat(256) }, '7 title'],
    ['api/key/create', { title: 'x', scopes: ['admin'] }, '7 scopes'],
    ['api/key/create', { title: 'x', scopes: [] }, '7 scopes'],
    ['api/key/create', { title: 'x', expire_date: '2026-03-01 12:00:00' }, '7 expire_date'],
    ['api/key/create', { title: 'api-key' }, '7 title'],
    ['api/key/delete', {}, '7 key'],
    ['api/key/delete', { key: 7 }, '7 key'],
    ['api/key/delete', { key: UNKNOWN_KEY }, 201],
    ['api/key/delete', { key: FIRST_KEY }, 201],
    ['user/api_key/delete', { key: '******' }, 201],
  ])('%s %j is %s', async (path, parameters, code) => {
    expect(await kit.codeOf(path, parameters)).toBe(code);
  });

  it.each(['api/key/create', 'api/key/list', 'api/key/delete', 'user/api_key/list', 'user/api_key/delete'])(
    '%s is for keys with all rights',
    async (path) => {
      expect(await kit.codeOf(path, { title: 'x', key: UNKNOWN_KEY }, kit.key('tasks:write', 'trackers:write'))).toBe(
        13,
      );
    },
  );
});

describe('a session', () => {
  it('has the rights of its key, and is another one each time', async () => {
    const key = kit.key('tasks:read');
    const [first, second] = [await logIn('tasks:read', key), await logIn('tasks:read', key)];
    expect(new Set([key, first, second]).size).toBe(3);
    expect(await kit.codeOf('task/count', {}, first)).toBe(0);
    expect(await kit.codeOf('task/delete', { task_id: 1 }, second)).toBe(13);
  });

  it('of the first key has all rights', async () => {
    expect(await kit.codeOf('api/key/create', { title: 'x' }, await logIn('api-key', FIRST_KEY))).toBe(0);
  });

  it('ends by logout, and other sessions do not', async () => {
    const [one, other] = [await logIn('api-key', FIRST_KEY), await logIn('api-key', FIRST_KEY)];
    expect(await kit.codeOf('user/logout', {}, one)).toBe(0);
    expect([await kit.codeOf('task/count', {}, one), await kit.codeOf('task/count', {}, other)]).toEqual([4, 0]);
    expect(await kit.codeOf('user/logout', {}, one)).toBe(4);
  });

  it('lives as long as it is used once in thirty days', async () => {
    const session = await logIn('api-key', FIRST_KEY);
    for (let i = 0; i < 3; i++) {
      kit.nowMs += 29 * DAY_MS;
      expect(await kit.codeOf('user/session/renew', {}, session)).toBe(0);
    }
    kit.nowMs += 30 * DAY_MS;
    expect(await kit.codeOf('user/session/renew', {}, session)).toBe(4);
  });

  it('ends with its key, and opens no other', async () => {
    const key = kit.key('tasks:read');
    const session = await logIn('tasks:read', key);
    expect(await logIn('tasks:read', session)).toBeUndefined();
    kit.store.keys.revoke('tasks:read', kit.nowMs);
    expect(await kit.codeOf('task/count', {}, session)).toBe(4);
  });

  it.each(['user/logout', 'user/session/renew'])('a key is none: %s', async (path) => {
    expect(await kit.codeOf(path)).toBe(13);
    expect(await kit.codeOf(path, {}, UNKNOWN_KEY)).toBe(4);
  });
});

describe('rights', () => {
  it.each([
    [['task_update'], 'task/create', '7 task'],
    [['tasks:write'], 'task/create', '7 task'],
    [['*'], 'task/create', '7 task'],
    [['tag_update'], 'task/create', 13],
    [['tasks:read'], 'task/create', 13],
    [['task_update'], 'task/count', 0],
    [['tag_update'], 'tracker/list', 0],
    [['tasks:write'], 'task/count', 13],
    [['tasks:write'], 'tag/create', '7 tag'],
    [['tag_update'], 'tag/create', '7 tag'],
    [['task_update'], 'tag/create', 13],
    [['trackers:write'], 'employee/create', '7 employee'],
    [['vehicle_update'], 'employee/create', 13],
    [['metrics:read'], 'task/count', 13],
    [['metrics:read'], 'user/settings/read', 0],
  ])('a key with %j asks %s: %s', async (scopes, path, code) => {
    expect(await kit.codeOf(path, {}, kit.key(...scopes))).toBe(code);
  });
});

describe('the limit of requests', () => {
  const LIMIT = 50;

  async function burst(limited: LiveKit, n: number, hash: string, headers: Record<string, string> = {}) {
    const statuses: number[] = [];
    for (let i = 0; i < n; i++) {
      statuses.push((await limited.ask({ method: 'GET', url: `/task/count?hash=${hash}`, headers })).status);
    }
    return statuses.filter((status) => status === 200).length;
  }

  /** A client of a proxy on this machine. */
  const from = (address: string) => ({ 'x-forwarded-for': `10.9.9.9, ${address}` });

  it('is fifty a second by address, in the words of the documents, and the next second is another one', async () => {
    const limited = new LiveKit([], { requestsPerSecond: LIMIT });
    expect(await burst(limited, 60, FIRST_KEY)).toBe(LIMIT);
    expect(await limited.ask({ method: 'GET', url: `/v2/task/count?hash=${FIRST_KEY}` })).toMatchObject({
      status: 429,
      body: { success: false, status: { code: 15, description: 'Too many requests (rate limit exceeded)' } },
      headers: { 'retry-after': '1' },
    });
    limited.nowMs += 2000;
    expect(await burst(limited, 60, FIRST_KEY)).toBe(LIMIT);
  });

  it('is fifty a second by key, from however many addresses; a session of it counts apart', async () => {
    const limited = new LiveKit([], { requestsPerSecond: LIMIT });
    const payload = { login: 'api-key', password: FIRST_KEY };
    const session = (await limited.ask({ method: 'POST', url: '/user/auth', payload, headers: from('10.0.0.9') })).body
      .hash;
    expect(await burst(limited, 30, FIRST_KEY, from('10.0.0.1'))).toBe(30);
    expect(await burst(limited, 30, FIRST_KEY, from('10.0.0.2'))).toBe(20);
    expect(await burst(limited, 30, session, from('10.0.0.3'))).toBe(30);
    expect(await burst(limited, 30, limited.key('tasks:read'), from('10.0.0.4'))).toBe(30);
  });

  it('leaves the other APIs alone', async () => {
    const limited = new LiveKit([], { requestsPerSecond: 1 });
    await burst(limited, 2, FIRST_KEY);
    const headers = { authorization: `Bearer ${FIRST_KEY}` };
    expect((await limited.ask({ method: 'GET', url: '/api/trackers', headers })).status).toBe(200);
    expect((await limited.ask({ method: 'GET', url: '/healthz' })).status).toBe(200);
  });

  it('believes nobody but a proxy on this machine about an address', async () => {
    const limited = new LiveKit([], { requestsPerSecond: 2 });
    const ask = (address: string) =>
      limited.app.inject({ method: 'GET', url: '/task/count', remoteAddress: '203.0.113.7', headers: from(address) });
    const statuses = [];
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) statuses.push((await ask(address)).statusCode);
    expect(statuses).toEqual([400, 400, 429]);
  });
});
