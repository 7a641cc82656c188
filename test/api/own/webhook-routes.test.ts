/** `/api/webhooks` from the outside. */
import { Webhook as Verifier } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WEBHOOK_TYPES } from '../../../src/operations/webhook-events.ts';
import { NOW_MS } from '../../operations/fake-line.ts';
import { CLERK_KEY, GUEST_KEY } from '../live-kit.ts';
import { WebhookKit } from './webhook-kit.ts';

const NOBODY = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
const NOW = '2026-03-01T12:00:00.000Z';
const HOOK_KEY = 'dddddddddddddddddddddddddddddddd';

let kit: WebhookKit;
beforeEach(async () => {
  kit = await WebhookKit.start();
});
afterEach(() => kit.close());

describe('a webhook', () => {
  it('is created active with a secret, which is shown this once, listed, read, changed and deleted', async () => {
    const url = 'https://shop.example/hooks?a=b';
    const { status, body } = await kit.ask('POST', '/api/webhooks', { name: 'Shop', url });
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    const shown = { uuid, name: 'Shop', url, topics: [], state: 'active', failure: null, createdAt: NOW, backlog: 0 };
    expect([status, body]).toEqual([201, { ...shown, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) }]);
    const path = `/api/webhooks/${body.uuid}`;
    expect(await kit.ask('GET', path.toUpperCase().replace('API/WEBHOOKS', 'api/webhooks'))).toEqual({
      status: 200,
      body: shown,
    });
    expect(await kit.ask('GET', '/api/webhooks')).toEqual({
      status: 200,
      body: { webhooks: [shown], types: WEBHOOK_TYPES },
    });
    const edit = { name: 'Depot', url: 'http://depot.example/', topics: ['task.done'] };
    const changed = { ...shown, ...edit };
    expect(await kit.ask('PATCH', path, edit)).toEqual({ status: 200, body: changed });
    expect(await kit.ask('PATCH', path, { isEnabled: false })).toEqual({
      status: 200,
      body: { ...changed, state: 'inactive' },
    });
    expect(await kit.ask('PATCH', path, { isEnabled: true, name: 'Shop' })).toEqual({
      status: 200,
      body: { ...changed, name: 'Shop' },
    });
    expect((await kit.ask('DELETE', path)).status).toBe(204);
    expect((await kit.ask('DELETE', path)).status).toBe(404);
  });

  it.each([
    [{ url: 'https://a.example/' }, 'name'],
    [{ name: 'A' }, 'url'],
    [{ name: ' ', url: 'https://a.example/' }, 'name'],
    [{ name: 'A', url: 'ftp://a.example/' }, 'url'],
    [{ name: 'A', url: 'https://user:pass@a.example/' }, 'url'],
    [{ name: 'A', url: 'a.example' }, 'url'],
    [{ name: 'A', url: `https://a.example/${'x'.repeat(2048)}` }, 'url'],
    [{ name: 'A', url: 'https://a.example/', topics: ['task.eaten'] }, 'topics.0'],
    [{ name: 'A', url: 'https://a.example/', topics: ['task.done', 'task.done'] }, 'topics'],
    [{ name: 'A', url: 'https://a.example/', isEnabled: 'yes' }, 'isEnabled'],
    [{ name: 'A', url: 'https://a.example/', secret: 'x' }, 'secret'],
  ])('is refused as %j', async (payload, parameter) => {
    const { status, body } = await kit.ask('POST', '/api/webhooks', payload);
    expect([status, body.code, body.errors[0].parameter]).toEqual([400, 'invalid', parameter]);
  });

  it.each([
    [{}, 'body'],
    [{ url: 'javascript:1' }, 'url'],
    [{ name: 5 }, 'name'],
  ])('is not changed by %j', async (payload, parameter) => {
    const { uuid } = await kit.created();
    const { status, body } = await kit.ask('PATCH', `/api/webhooks/${uuid}`, payload);
    expect([status, body.errors[0].parameter]).toEqual([400, parameter]);
  });

  it.each([
    ['GET', '', undefined],
    ['PATCH', '', { name: 'A' }],
    ['DELETE', '', undefined],
    ['GET', '/deliveries', undefined],
    ['GET', '/dead', undefined],
    ['POST', '/rotate', undefined],
    ['POST', '/test', undefined],
    ['POST', '/redeliver', { eventId: 1 }],
  ])('%s %s of one that is not there is not found', async (method, path, payload) => {
    const { status, body } = await kit.ask(method, `/api/webhooks/${NOBODY}${path}`, payload);
    expect([status, body.code]).toEqual([404, 'webhook_not_found']);
    expect((await kit.ask(method, `/api/webhooks/7${path}`, payload)).status).toBe(400);
  });

  it('is read by who reads tasks, and written by who has the right to', async () => {
    const { uuid } = await kit.created();
    kit.live.store.keys.create('hooks', HOOK_KEY, ['webhooks:write'], NOW_MS, null);
    for (const path of ['', `/${uuid}`, `/${uuid}/deliveries`, `/${uuid}/dead`]) {
      expect((await kit.ask('GET', `/api/webhooks${path}`, undefined, GUEST_KEY)).status).toBe(200);
      expect((await kit.ask('GET', `/api/webhooks${path}`, undefined, HOOK_KEY)).status).toBe(403);
    }
    const writes = [
      ['POST', '', { name: 'A', url: kit.sink.url }],
      ['PATCH', `/${uuid}`, { name: 'B' }],
      ['POST', `/${uuid}/rotate`, undefined],
      ['POST', `/${uuid}/test`, undefined],
      ['POST', `/${uuid}/redeliver`, { from: '0', to: '1' }],
      ['DELETE', `/${uuid}`, undefined],
    ] as const;
    for (const [method, path, payload] of writes) {
      expect((await kit.ask(method, `/api/webhooks${path}`, payload, CLERK_KEY)).status).toBe(403);
    }
    for (const [method, path, payload] of writes) {
      expect((await kit.ask(method, `/api/webhooks${path}`, payload, HOOK_KEY)).status).toBeLessThan(300);
    }
  });

  it('shows its whole address to those alone who may change it', async () => {
    const url = `${kit.sink.url}hooks/T0/secret?token=1`;
    const { uuid } = await kit.created({ url });
    const { body } = await kit.ask('GET', `/api/webhooks/${uuid}`, undefined, GUEST_KEY);
    expect(body.url).toBe(`${new URL(url).origin}/...`);
    const list = (await kit.ask('GET', '/api/webhooks', undefined, GUEST_KEY)).body.webhooks;
    expect(list.map((webhook: { url: string }) => webhook.url)).toContain(body.url);
    expect((await kit.ask('GET', `/api/webhooks/${uuid}`)).body.url).toBe(url);
  });

  it('is one of a hundred at most', async () => {
    for (let i = 0; i < 100; i += 1) await kit.created({ isEnabled: false });
    const { status, body } = await kit.ask('POST', '/api/webhooks', { name: 'A', url: kit.sink.url });
    expect([status, body.code]).toEqual([409, 'too_many_records']);
  });
});

describe('what is told', () => {
  it('is signed, has the task as it is, and stands in the deliveries of the webhook and of the task', async () => {
    const { uuid } = await kit.created();
    const tried = kit.tries(1);
    const taskId = await kit.createTask();
    await tried;
    const [delivery] = kit.sink.received();
    expect(delivery).toMatchObject({ type: 'task.created', isVerified: true });
    const { type, timestamp, data } = JSON.parse(delivery!.body);
    expect([type, timestamp]).toEqual(['task.created', NOW]);
    expect(data).toMatchObject({
      id: 1,
      taskId,
      kind: 'create',
      task: { id: taskId, label: 'Parcels' },
      fromStatus: null,
    });
    const { body } = await kit.ask('GET', `/api/webhooks/${uuid}/deliveries`);
    expect(body.deliveries).toEqual([
      {
        webhook: uuid,
        webhookName: 'Shop',
        eventId: 1,
        taskId,
        messageId: delivery!.id,
        type: 'task.created',
        at: NOW,
        duration: 0,
        status: 204,
        error: null,
      },
    ]);
    expect(kit.live.operations.deliveriesOfTask(taskId)).toMatchObject([{ webhook: uuid, requestId: delivery!.id }]);
    expect(kit.live.operations.deliveriesOfTask(taskId + 1)).toEqual([]);
  });

  it('is what was asked for, and nothing from before it was enabled', async () => {
    const { uuid } = await kit.created({ topics: ['task.deleted'] });
    const first = await kit.createTask();
    await kit.ask('PATCH', `/api/webhooks/${uuid}`, { isEnabled: false });
    await kit.live.navixy('task/delete', { task_id: first });
    await kit.ask('PATCH', `/api/webhooks/${uuid}`, { isEnabled: true });
    const second = await kit.createTask();
    await kit.live.navixy('task/delete', { task_id: second });
    const told = await kit.received(1);
    expect(told.map(({ type, body }) => [type, JSON.parse(body).data.taskId, JSON.parse(body).data.task])).toEqual([
      ['task.deleted', second, null],
    ]);
  });

  it('is told to listeners as it happens', async () => {
    const seen: unknown[] = [];
    kit.live.operations.onDelivery((delivery) => seen.push(delivery));
    await kit.created();
    const tried = kit.tries(1);
    const taskId = await kit.createTask();
    await tried;
    expect(seen).toMatchObject([{ webhookName: 'Shop', taskId, type: 'task.created', status: 204, error: null }]);
  });
});

describe('a secret', () => {
  it('is followed by a new one, and signs beside it for a day', async () => {
    const { uuid, secret } = await kit.created();
    const { status, body } = await kit.ask('POST', `/api/webhooks/${uuid}/rotate`);
    expect([status, body.uuid, body.secret === secret]).toEqual([200, uuid, false]);
    kit.live.nowMs += 86_400_000 - 1;
    const once = kit.tries(1);
    await kit.createTask();
    await once;
    kit.live.nowMs += 1;
    const twice = kit.tries(1);
    kit.sink.expectSecret(body.secret);
    await kit.createTask();
    await twice;
    const [first, second] = kit.sink.received();
    expect(new Verifier(secret).verify(first!.body, first!.headers)).toBeTruthy();
    expect(new Verifier(body.secret).verify(first!.body, first!.headers)).toBeTruthy();
    expect(new Verifier(body.secret).verify(second!.body, second!.headers)).toBeTruthy();
    expect(() => new Verifier(secret).verify(second!.body, second!.headers)).toThrow('No matching signature');
  });
});

describe('a test', () => {
  it('is sent at once, also where nothing is enabled, and says what came of it', async () => {
    const { uuid } = await kit.created({ isEnabled: false });
    const { status, body } = await kit.ask('POST', `/api/webhooks/${uuid}/test`);
    const outcome = { eventId: 0, taskId: null, type: 'milepost.test', status: 204, error: null };
    expect([status, body]).toMatchObject([200, outcome]);
    expect(kit.sink.received()).toMatchObject([{ id: body.messageId, type: 'milepost.test', isVerified: true }]);
  });

  it('that does not arrive is an answer, too', async () => {
    const { uuid } = await kit.created();
    kit.sink.expectSecret(`whsec_${Buffer.alloc(32).toString('base64')}`);
    const { status, body } = await kit.ask('POST', `/api/webhooks/${uuid}/test`);
    expect([status, body.status, body.error]).toEqual([200, 401, 'answered 401']);
  });

  it('is the only one under way', async () => {
    const { uuid } = await kit.created();
    const both = await Promise.all([1, 2].map(() => kit.ask('POST', `/api/webhooks/${uuid}/test`)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('telling once more', () => {
  async function toldThree(): Promise<string> {
    const { uuid } = await kit.created();
    const tried = kit.tries(3);
    for (let i = 0; i < 3; i += 1) {
      await kit.createTask();
      kit.live.nowMs += 60_000;
    }
    await tried;
    return `/api/webhooks/${uuid}`;
  }

  it('repeats an event under the same id', async () => {
    const path = await toldThree();
    const answer = await kit.ask('POST', `${path}/redeliver`, { eventId: 2 });
    expect(answer).toEqual({ status: 202, body: { events: 1, nextFrom: null } });
    const told = await kit.received(4);
    expect(told[3]).toMatchObject({ id: told[1]!.id, body: told[1]!.body });
  });

  it.each([
    ['00:00', '02:00', [1, 2, 3]],
    ['01:00', '01:00', [2]],
    ['00:01', '10:00', [2, 3]],
    ['03:00', '10:00', []],
  ])('repeats what was recorded from %s to %s, in order', async (from, to, expected) => {
    const path = await toldThree();
    const period = { from: `2026-03-01T12:${from}Z`, to: `2026-03-01T12:${to}Z` };
    const { status, body } = await kit.ask('POST', `${path}/redeliver`, period);
    expect([status, body]).toEqual([202, { events: expected.length, nextFrom: null }]);
    const told = await kit.received(3 + expected.length);
    expect(told.slice(3).map((delivery) => JSON.parse(delivery.body).data.id)).toEqual(expected);
  });

  it.each([
    [{}, 'body'],
    [{ eventId: 1, from: '0' }, 'body'],
    [{ from: '0' }, 'body'],
    [{ from: '2026-02-31T00:00:00Z', to: '2026-03-31T00:00:00Z' }, 'from'],
    [{ from: '2', to: '1' }, 'to'],
    [{ eventId: 0 }, 'eventId'],
    [{ eventId: '1' }, 'eventId'],
  ])('is refused for %j', async (wish, parameter) => {
    const { uuid } = await kit.created();
    const { status, body } = await kit.ask('POST', `/api/webhooks/${uuid}/redeliver`, wish);
    expect([status, body.errors[0].parameter]).toEqual([400, parameter]);
  });

  it('is refused of what is no event of its, and where nothing is told now', async () => {
    const path = await toldThree();
    expect(await kit.ask('POST', `${path}/redeliver`, { eventId: 9 })).toMatchObject({
      status: 404,
      body: { code: 'event_not_found' },
    });
    await kit.ask('PATCH', path, { topics: ['task.deleted'] });
    expect((await kit.ask('POST', `${path}/redeliver`, { eventId: 1 })).status).toBe(404);
    await kit.ask('PATCH', path, { topics: [], isEnabled: false });
    for (const wish of [{ eventId: 1 }, { from: '0', to: '9' }]) {
      expect(await kit.ask('POST', `${path}/redeliver`, wish)).toMatchObject({
        status: 409,
        body: { code: 'webhook_state' },
      });
    }
  });

  it('that is not taken is a dead letter', async () => {
    const path = await toldThree();
    kit.sink.expectSecret(`whsec_${Buffer.alloc(32).toString('base64')}`);
    const tried = kit.tries(1);
    await kit.ask('POST', `${path}/redeliver`, { eventId: 2 });
    await tried;
    const { body } = await kit.ask('GET', `${path}/dead`);
    const [, second] = kit.sink.received();
    expect(body.deliveries).toMatchObject([{ eventId: 2, messageId: second!.id, status: 401, error: 'answered 401' }]);
  });
});
