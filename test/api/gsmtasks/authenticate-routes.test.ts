import { describe, expect, it } from 'vitest';
import { createServer } from '../../../src/api/server.ts';
import { FakeLine, FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { AroundKit, BASE } from './around-kit.ts';

describe('POST /authenticate/', () => {
  it.each([
    [
      'JSON',
      (kit: AroundKit, key: string) => kit.ask('POST', '/authenticate/', { username: 'desk', password: key }, null),
    ],
    [
      'a form, and a client id',
      async (kit: AroundKit, key: string) => {
        const payload = `username=desk&password=${key}&client_id=app`;
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const response = await kit.app.inject({ method: 'POST', url: '/authenticate/', payload, headers });
        return { status: response.statusCode, body: response.json() };
      },
    ],
  ])('exchanges name and key for a token, as %s', async (_name, asking) => {
    const kit = new AroundKit();
    const key = kit.key('desk', 'tasks:read');
    const account = (await kit.get('/accounts/')).body[0].id;
    const { status, body } = await asking(kit, key);
    expect([status, body]).toEqual([
      200,
      {
        token: key,
        user: expect.stringMatching(/^http:\/\/localhost:80\/users\/[0-9a-f-]{36}\/$/),
        account,
        accounts: [account],
      },
    ]);
    expect((await kit.get('/accounts/', body.token)).status).toBe(200);
  });

  it('of a key that is named by a worker is that worker', async () => {
    const kit = new AroundKit();
    const worker = await kit.worker('Ann');
    const key = kit.key(worker.uuid, 'tasks:read');
    const { body } = await kit.ask('POST', '/authenticate/', { username: worker.uuid, password: key }, null);
    expect(body.user).toBe(worker.url);
  });

  it.each([
    ['another name', { username: 'other', password: 'KEY' }, { non_field_errors: [expect.any(String)] }],
    ['an unknown key', { username: 'desk', password: 'f'.repeat(32) }, { non_field_errors: [expect.any(String)] }],
    ['no password', { username: 'desk' }, { password: ['This field is required.'] }],
    ['a password that is no text', { username: 'desk', password: 7 }, { password: [expect.any(String)] }],
    ['nothing', undefined, { non_field_errors: [expect.any(String)] }],
    ['a list', [], { non_field_errors: [expect.any(String)] }],
  ])('with %s is 400', async (_name, payload, faults) => {
    const kit = new AroundKit();
    const key = kit.key('desk', 'tasks:read');
    const text = payload && JSON.stringify(payload).replace('KEY', key);
    expect(await kit.ask('POST', '/authenticate/', text, null)).toMatchObject({ status: 400, body: faults });
  });

  it('with a session for a password is 400: it would end', async () => {
    const kit = new AroundKit();
    const { hash } = await kit.navixy('user/auth', { login: 'api-key', password: FIRST_KEY });
    const { status } = await kit.ask('POST', '/authenticate/', { username: 'api-key', password: hash }, null);
    expect(status).toBe(400);
  });

  it('is refused when one address tries too often', async () => {
    const app = createServer({
      operations: new FakeLine().operations,
      metrics: { contentType: 'text/plain', text: async () => '' },
      explain: async () => null,
      now: () => NOW_MS,
      timeZone: 'UTC',
      refusePastTo: false,
      requestsPerSecond: 2,
    });
    const ask = () => app.inject({ method: 'POST', url: '/authenticate/', payload: { username: 'a', password: 'b' } });
    expect([(await ask()).statusCode, (await ask()).statusCode]).toEqual([400, 400]);
    const third = await ask();
    expect([third.statusCode, third.headers['retry-after'], third.json()]).toEqual([
      429,
      '1',
      { detail: expect.any(String) },
    ]);
  });
});

describe('POST /logout/', () => {
  it('ends a session, and leaves a key as it is', async () => {
    const kit = new AroundKit();
    const { hash } = await kit.navixy('user/auth', { login: 'api-key', password: FIRST_KEY });
    expect(await kit.ask('POST', '/logout/', undefined, hash)).toMatchObject({ status: 201, body: '' });
    expect((await kit.get('/accounts/', hash)).status).toBe(401);
    expect((await kit.ask('POST', '/logout/')).status).toBe(201);
    expect((await kit.get('/accounts/')).status).toBe(200);
  });

  it('without a key is 401, with the scheme to use', async () => {
    const answer = await new AroundKit().ask('POST', '/logout/', undefined, null);
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Token']);
  });

  it('is not to be read', async () => {
    const answer = await new AroundKit().get(`${BASE}/logout/`.replace(BASE, ''));
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
  });
});
