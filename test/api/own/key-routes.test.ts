/** API keys under `/api` from the outside. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../../src/operations/access.ts';
import { FLEET_KEY, OwnKit } from './own-kit.ts';

let kit: OwnKit;

beforeAll(() => {
  kit = new OwnKit();
});
afterAll(() => kit.close());

describe('a key', () => {
  it('is made, told once, opens what it may, and opens nothing once it is revoked', async () => {
    const wish = { name: 'dispatch desk', scopes: ['tasks:read'], expiresAt: '2026-04-01T00:00:00Z' };
    const { status, body } = await kit.ask('POST', '/api/keys', wish);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ name: 'dispatch desk', prefix: body.key.slice(0, 6), scopes: ['tasks:read'] },
      ...{ createdAt: '2026-03-01T12:00:00.000Z', expiresAt: '2026-04-01T00:00:00.000Z' },
      key: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect((await kit.ask('GET', '/api/tasks', undefined, body.key)).status).toBe(200);
    const list = await kit.ask('GET', '/api/keys');
    expect(list.body.scopes).toEqual(['*', ...SCOPES]);
    expect(list.body.keys.map(({ name }: { name: string }) => name)).toContain('dispatch desk');
    expect(JSON.stringify(list.body)).not.toContain(body.key);
    expect(await kit.ask('DELETE', '/api/keys/dispatch%20desk')).toEqual({ status: 204, body: null });
    expect((await kit.ask('GET', '/api/tasks', undefined, body.key)).status).toBe(401);
    expect((await kit.ask('DELETE', '/api/keys/dispatch%20desk')).status).toBe(404);
  });

  it('may never expire', async () => {
    const { body } = await kit.ask('POST', '/api/keys', { name: 'for ever', scopes: ['*'], expiresAt: null });
    expect(body.expiresAt).toBe(null);
  });

  it('needs a name of its own', async () => {
    const taken = await kit.ask('POST', '/api/keys', { name: 'guest', scopes: ['*'] });
    expect(taken).toMatchObject({ status: 409, body: { code: 'name_taken' } });
  });

  it('is one of so many', async () => {
    let last = { status: 201, body: { code: '' } };
    for (let n = 0; last.status === 201 && n < 50; n++) {
      last = await kit.ask('POST', '/api/keys', { name: `key ${n}`, scopes: ['tasks:read'] });
    }
    expect(last).toMatchObject({ status: 409, body: { code: 'too_many_keys' } });
  });

  it.each([
    [{ scopes: ['*'] }, 'name'],
    [{ name: 'a\nb', scopes: ['*'] }, 'name'],
    [{ name: 'a' }, 'scopes'],
    [{ name: 'a', scopes: [] }, 'scopes'],
    [{ name: 'a', scopes: ['everything'] }, 'scopes.0'],
    [{ name: 'a', scopes: ['*', '*'] }, 'scopes'],
    [{ name: 'a', scopes: ['*'], expiresAt: '2026-02-01T00:00:00Z' }, 'expiresAt'],
    [{ name: 'a', scopes: ['*'], expiresAt: 'soon' }, 'expiresAt'],
    [{ name: 'a', scopes: ['*'], expiresAt: '999999999999999' }, 'expiresAt'],
    [{ name: 'a', scopes: ['*'], key: '0' }, 'key'],
  ])('as %j is refused', async (wish, parameter) => {
    const { status, body } = await kit.ask('POST', '/api/keys', wish);
    expect([status, body.errors[0].parameter]).toEqual([400, parameter]);
  });

  it.each([
    ['GET', '/api/keys'],
    ['POST', '/api/keys', { name: 'mine', scopes: ['*'] }],
    ['DELETE', '/api/keys/guest'],
  ] as const)('is for those with all rights: %s %s', async (method, url, payload?: object) => {
    expect(await kit.ask(method, url, payload, FLEET_KEY)).toMatchObject({ status: 403, body: { code: 'no_right' } });
  });
});
