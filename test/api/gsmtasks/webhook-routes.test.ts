/** `/webhooks/` over a real store: what owners say, what they are shown, and what the feed is left to find. */
import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { GUEST_KEY, LiveKit } from '../live-kit.ts';

const NOBODY = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
const HOOK_KEY = 'dddddddddddddddddddddddddddddddd';

let kit: LiveKit;
let account: string;
beforeEach(() => {
  kit = new LiveKit();
  account = `http://gw.example/accounts/${kit.operations.accountUuid()}/`;
});
afterEach(() => kit.close());

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape
  readonly body: any;
}

async function ask(
  method: InjectOptions['method'] & string,
  path: string,
  payload?: object,
  key = FIRST_KEY,
): Promise<Answer> {
  const headers = { host: 'gw.example', authorization: `Token ${key}` };
  const response = await kit.app.inject({ method, url: path, headers, ...(payload && { payload }) } as InjectOptions);
  return { status: response.statusCode, body: response.body === '' ? null : response.json() };
}

function hook(part: object = {}): object {
  return { account, name: 'Shop', target: 'https://shop.example/hooks?a=b', task_events: true, ...part };
}

async function created(part: object = {}): Promise<Answer['body']> {
  const { status, body } = await ask('POST', '/webhooks/', hook(part));
  expect([status, body]).toMatchObject([201, { name: 'Shop' }]);
  return body;
}

function pathOf({ url }: { readonly url: string }): string {
  return url.replace('http://gw.example', '');
}

describe('a webhook', () => {
  it('is created active, with a secret of its own, and is shown with all of its members', async () => {
    const { status, body } = await ask('POST', '/webhooks/', hook());
    expect([status, body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        url: `http://gw.example/webhooks/${body.id}/`,
        account,
        name: 'Shop',
        target: 'https://shop.example/hooks?a=b',
        version: null,
        headers: {},
        task_events: true,
        document_events: false,
        signature_events: false,
        review_events: false,
        form_response_events: false,
        notification_emails: [],
        shared_secret: expect.stringMatching(/^[0-9a-f]{40}$/),
        state: 'active',
        fail_message: '',
        activated_at: expect.stringMatching(/000Z$/),
        failed_at: null,
        created_at: expect.stringMatching(/000Z$/),
        updated_at: expect.stringMatching(/000Z$/),
      },
    ]);
    expect(await ask('GET', pathOf(body))).toEqual({ status: 200, body });
    expect(await ask('GET', `/webhooks/${body.id.toUpperCase()}`)).toEqual({ status: 200, body });
    expect(await ask('GET', '/webhooks/')).toEqual({ status: 200, body: [body] });
  });

  it('is listed in pages, by name and state', async () => {
    const bodies = [await created(), await created(), await created()];
    await ask('POST', `${pathOf(bodies[1])}inactive/`);
    const ids = async (query: string) =>
      ((await ask('GET', `/webhooks/?${query}`)).body as { id: string }[]).map(({ id }) => id);
    expect(await ids('page_size=2')).toEqual([bodies[0].id, bodies[1].id]);
    expect(await ids('state=inactive')).toEqual([bodies[1].id]);
    expect(await ids('name=Yard')).toEqual([]);
    expect(await ask('GET', '/webhooks/?page_size=none')).toMatchObject({ status: 400 });
  });

  it('says what its owner said; what is only shown is ignored', async () => {
    const said = {
      version: '2.6.0',
      headers: { Authorization: 'Bearer abc' },
      review_events: true,
      notification_emails: ['a@example.org'],
      shared_secret: 'secret',
    };
    const body = await created({ ...said, state: 'failed', id: NOBODY, fail_message: 'no' });
    expect(body).toMatchObject({ ...said, task_events: true, state: 'active', fail_message: '' });
    expect(body.id).not.toBe(NOBODY);
  });

  it('may name its account in any way', async () => {
    const uuid = kit.operations.accountUuid();
    for (const name of [uuid, `/accounts/${uuid}/`, `https://elsewhere.example/accounts/${uuid}`]) {
      expect((await created({ account: name })).account).toBe(account);
    }
  });

  it.each([
    ['no account', { account: undefined }, 'account', 'This field is required.'],
    ['another account', { account: NOBODY }, 'account', 'There is no such account.'],
    ['no name', { name: undefined }, 'name', 'This field is required.'],
    ['a blank name', { name: ' ' }, 'name', 'This field may not be blank.'],
    ['a long name', { name: 'a'.repeat(101) }, 'name', 'Expected at most 100 characters, received 101.'],
    ['no target', { target: undefined }, 'target', 'This field is required.'],
    ['a target without a scheme', { target: 'shop.example' }, 'target', 'Expected a URL, received "shop.example".'],
    [
      'a target that is no web page',
      { target: 'file:///etc/passwd' },
      'target',
      'Expected a URL of http or https, received one of "file".',
    ],
    [
      'a target with a password',
      { target: 'https://a:b@shop.example/' },
      'target',
      'Expected a URL without a user and a password in it.',
    ],
    [
      'a long target',
      { target: `https://shop.example/${'a'.repeat(2048)}` },
      'target',
      'Expected at most 2048 characters, received 2069.',
    ],
    ['a switch that is none', { task_events: 'yes' }, 'task_events', 'Expected true or false, received "yes".'],
    [
      'a header of ours',
      { headers: { Host: 'a' } },
      'headers',
      'Expected another header than "Host", which is set by the gateway.',
    ],
    [
      'a header with a line break',
      { headers: { A: 'a\r\nB: b' } },
      'headers',
      'Expected as A at most 1000 printable ASCII characters.',
    ],
    ['a header twice', { headers: { A: 'a', a: 'b' } }, 'headers', 'Expected each header once.'],
    ['headers that are a list', { headers: ['A'] }, 'headers', 'Expected an object of texts, received ["A"].'],
    [
      'many headers',
      { headers: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`X-${i}`, 'a'])) },
      'headers',
      'Expected at most 20 headers, received 21.',
    ],
    ['emails that are none', { notification_emails: 'a@b' }, 'notification_emails', 'Expected a list, received "a@b".'],
    [
      'a long secret',
      { shared_secret: 'a'.repeat(41) },
      'shared_secret',
      'Expected at most 40 characters, received 41.',
    ],
    ['a version that is none', { version: 2 }, 'version', 'Expected a text, received 2.'],
  ])('is not created with %s', async (_name, part, field, words) => {
    expect(await ask('POST', '/webhooks/', hook(part))).toEqual({ status: 400, body: { [field]: [words] } });
    expect(kit.operations.hooks()).toEqual([]);
  });

  it.each([[[]], [[hook()]], ['text']])('is not created from %j', async (payload) => {
    const { status, body } = await ask('POST', '/webhooks/', payload as object);
    expect([status, Object.keys(body)]).toEqual([400, [expect.stringMatching(/^(non_field_errors|detail)$/)]]);
  });

  it('is changed where something is said: PATCH', async () => {
    const before = await created({ headers: { A: 'a' }, review_events: true });
    kit.nowMs += 1000;
    const { status, body } = await ask('PATCH', pathOf(before), { name: 'Yard', task_events: false });
    expect([status, body]).toEqual([
      200,
      { ...before, name: 'Yard', task_events: false, updated_at: expect.any(String) },
    ]);
    expect(body.updated_at > before.updated_at).toBe(true);
    expect(await ask('PATCH', pathOf(before), {})).toMatchObject({ status: 200, body: { name: 'Yard' } });
    const { body: renewed } = await ask('PATCH', pathOf(before), { shared_secret: '' });
    expect(renewed.shared_secret).toMatch(/^[0-9a-f]{40}$/);
    expect(renewed.shared_secret).not.toBe(before.shared_secret);
    expect(await ask('PATCH', pathOf(before), { target: 'nowhere' })).toMatchObject({ status: 400 });
    expect(await ask('PATCH', pathOf(before), { account: NOBODY })).toMatchObject({ status: 400 });
  });

  it('is changed with all that is required: PUT, which blanks nothing', async () => {
    const before = await created({ headers: { A: 'a' }, version: '2.6.0' });
    expect(await ask('PUT', pathOf(before), { name: 'Yard' })).toEqual({
      status: 400,
      body: { account: ['This field is required.'], target: ['This field is required.'] },
    });
    const { status, body } = await ask('PUT', pathOf(before), { account, name: 'Yard', target: 'http://yard.example' });
    expect([status, body]).toMatchObject([
      200,
      { name: 'Yard', target: 'http://yard.example', headers: { A: 'a' }, version: '2.6.0', task_events: true },
    ]);
  });

  it('is deleted, with all that was kept of it', async () => {
    const before = await created();
    const attempt = { eventId: 1, requestId: 'r', timeMs: 1, durationMs: 1, status: 200, error: null };
    kit.store.deliveries.note([{ endpoint: before.id, toldId: 1, toldParts: 0, rows: new Map(), tries: [attempt] }]);
    expect(await ask('DELETE', pathOf(before))).toEqual({ status: 204, body: null });
    expect(kit.store.deliveries.log(before.id)).toEqual([]);
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
      expect(await ask(method, pathOf(before), method === 'GET' || method === 'DELETE' ? undefined : hook())).toEqual({
        status: 404,
        body: { detail: 'Not found.' },
      });
    }
  });

  it('is one of a hundred at most', async () => {
    for (let i = 0; i < 100; i += 1) await created();
    expect(await ask('POST', '/webhooks/', hook())).toEqual({
      status: 400,
      body: { non_field_errors: ['There are 100 webhooks, expected fewer.'] },
    });
    const { body } = await ask('GET', '/webhooks/');
    expect(body).toHaveLength(100);
    await ask('DELETE', pathOf(body[0]));
    await created();
  });
});

describe('a webhook that is switched', () => {
  async function createTask(): Promise<void> {
    const location = { lat: 51.28, lng: 7.3, address: 'Quay 4', radius: 150 };
    const task = { location, label: 'A', description: '', from: '2026-03-01 08:00:00', to: '2026-03-02 10:00:00' };
    expect((await kit.navixy('task/create', { task })).body).toMatchObject({ success: true });
  }

  it('off is told nothing; on, it begins with the newest event and without its failures', async () => {
    const hookBefore = await created();
    expect(kit.operations.readResource('hook', hookBefore.id)?.body.toldId).toBe(0);
    kit.operations.failHook(hookBefore.id, 'answered 500');
    expect(await ask('GET', pathOf(hookBefore))).toMatchObject({
      body: { state: 'failed', fail_message: 'answered 500', failed_at: expect.any(String) },
    });
    await createTask();
    const row = { eventId: 1, state: 'dead', tries: 11, nextMs: 0, status: 500, error: 'answered 500' } as const;
    const note = { endpoint: hookBefore.id, toldId: 0, toldParts: 1, rows: new Map([[1, row]]), tries: [] };
    kit.store.deliveries.note([note]);
    kit.nowMs += 1000;
    const { status, body } = await ask('POST', `${pathOf(hookBefore)}active/`);
    expect([status, body]).toMatchObject([200, { state: 'active', fail_message: '', failed_at: null }]);
    expect(body.activated_at > hookBefore.activated_at).toBe(true);
    expect(kit.operations.readResource('hook', hookBefore.id)?.body.toldId).toBe(kit.store.lastEventId());
    expect(kit.store.lastEventId()).toBeGreaterThan(0);
    expect([kit.store.deliveries.progress(hookBefore.id), kit.store.deliveries.dead(hookBefore.id)]).toEqual([
      null,
      [],
    ]);
    expect(await ask('POST', `${pathOf(hookBefore)}inactive/`)).toMatchObject({
      status: 200,
      body: { state: 'inactive' },
    });
  });

  it('on where it is on keeps its place', async () => {
    const before = await created();
    await createTask();
    kit.nowMs += 1000;
    expect(await ask('POST', `${pathOf(before)}active/`)).toEqual({ status: 200, body: before });
    expect(kit.operations.readResource('hook', before.id)?.body.toldId).toBe(0);
  });

  it.each(['active', 'inactive'])('to %s must be there', async (state) => {
    for (const id of [NOBODY, 'none', '%00']) {
      expect(await ask('POST', `/webhooks/${id}/${state}/`)).toMatchObject({ status: 404 });
    }
  });

  it('tells of every change', async () => {
    let changes = 0;
    const stop = kit.operations.onHooksChanged(() => {
      changes += 1;
    });
    const path = pathOf(await created());
    await ask('PATCH', path, { name: 'B' });
    await ask('POST', `${path}inactive/`);
    await ask('POST', `${path}active/`);
    await ask('DELETE', path);
    expect(changes).toBe(5);
    stop();
    await created();
    expect(changes).toBe(5);
  });
});

describe('who may', () => {
  const calls = [
    ['GET', '/webhooks/'],
    ['POST', '/webhooks/'],
    ['GET', `/webhooks/${NOBODY}/`],
    ['PUT', `/webhooks/${NOBODY}/`],
    ['PATCH', `/webhooks/${NOBODY}/`],
    ['DELETE', `/webhooks/${NOBODY}/`],
    ['POST', `/webhooks/${NOBODY}/active/`],
    ['POST', `/webhooks/${NOBODY}/inactive/`],
  ] as const;

  it.each(calls)('%s %s: only with the right for webhooks, which sees secrets', async (method, path) => {
    kit.store.keys.create('hooks', HOOK_KEY, ['webhooks:write'], kit.nowMs, null);
    expect(await ask(method, path, undefined, GUEST_KEY)).toMatchObject({ status: 403 });
    expect(await ask(method, path, undefined, NOBODY)).toMatchObject({ status: 401 });
    const { status } = await ask(method, path, undefined, HOOK_KEY);
    expect([200, 400, 404]).toContain(status);
  });

  it.each([
    ['PUT', '/webhooks/'],
    ['DELETE', '/webhooks/'],
    ['POST', `/webhooks/${NOBODY}/`],
    ['GET', `/webhooks/${NOBODY}/active/`],
  ] as const)('%s %s is no method of it', async (method, path) => {
    expect(await ask(method, path)).toMatchObject({ status: 405 });
  });
});
