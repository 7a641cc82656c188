/** Webhooks of GSMtasks as endpoints: their headers and signature, over a real connection. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gsmtasksBook, type HookDeps } from '../../src/feed/gsmtasks-hooks.ts';
import { transport } from '../../src/feed/transport.ts';
import type { RecordedEvent } from '../../src/model/event.ts';
import type { Hook, Resource } from '../../src/model/resources.ts';
import { T0 } from '../store/kit.ts';

const EVENT: RecordedEvent = { id: 1, uid: 'e', taskId: 1, eventMs: T0, recordedMs: T0, body: { kind: 'delete' } };
const ACCOUNT = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
const REQUEST = '6ba7b811-9dad-41d1-80b4-00c04fd430c8';
const BODY = '{"event":"create","notes":"Größe 4½"}';

function hook(part: Partial<Hook> = {}): Resource<'hook'> {
  const body: Hook = {
    name: 'Shop',
    target: 'http://127.0.0.1/',
    version: null,
    headers: { Authorization: 'Bearer abc' },
    topics: ['task_events'],
    notificationEmails: [],
    sharedSecret: 'secret with ½',
    state: 'active',
    failMessage: '',
    activatedMs: T0,
    failedMs: null,
    toldId: 7,
    ...part,
  };
  return { id: 1, uuid: 'hook', externalId: null, createdMs: T0 - 1, modifiedMs: T0, body };
}

function depsWith(hooks: readonly Resource<'hook'>[]): HookDeps & { readonly failed: string[] } {
  const failed: string[] = [];
  return {
    failed,
    hooks: () => hooks,
    failHook: (uuid, words) => failed.push(`${uuid}: ${words}`),
    accountUuid: () => ACCOUNT,
    render: () => [{ topic: 'taskevent.create', requestId: REQUEST, body: BODY }],
  };
}

describe('a webhook', () => {
  it('gets the headers that GSMtasks sends and its own, and a signature that holds', async () => {
    const seen: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const shop = hook({ target: `http://127.0.0.1:${port}/` });
    const [endpoint] = gsmtasksBook(depsWith([shop])).endpoints();
    const [message] = endpoint!.messagesOf(EVENT);
    const send = transport({ allowsPrivate: true });
    expect(await send(endpoint!.target, message!, new AbortController().signal)).toMatchObject({ kind: 'taken' });
    const { headers, body } = seen[0]!;
    expect(body.toString()).toBe(BODY);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer abc',
      'x-gsmtasks-topic': 'taskevent.create',
      'x-gsmtasks-account': ACCOUNT,
      'x-gsmtasks-api-version': '2.11.4',
      'x-gsmtasks-webhook-request-id': REQUEST,
      // As developer.gsmtasks.com/webhooks has receivers compute it.
      'x-gsmtasks-hmac-sha256': createHmac('sha256', 'secret with ½').update(body).digest('base64'),
    });
  });

  it('names the version that its owner asked for', () => {
    const [endpoint] = gsmtasksBook(depsWith([hook({ version: '2.6.0' })])).endpoints();
    expect(endpoint?.messagesOf(EVENT)[0]?.headers['X-GSMtasks-API-Version']).toBe('2.6.0');
  });

  it('is told nothing of tasks where it did not ask for them', () => {
    const [endpoint] = gsmtasksBook(depsWith([hook({ topics: ['document_events'] })])).endpoints();
    expect(endpoint?.messagesOf(EVENT)).toEqual([]);
  });

  it('is an endpoint while it is active, from where it was activated', () => {
    const hooks = [hook(), hook({ state: 'inactive' }), hook({ state: 'failed' }), hook({ activatedMs: null })];
    const endpoints = gsmtasksBook(depsWith(hooks)).endpoints();
    expect(endpoints.map(({ sinceMs, beginId }) => [sinceMs, beginId])).toEqual([
      [T0, 7],
      [T0 - 1, 7],
    ]);
  });

  it('fails with words', () => {
    const deps = depsWith([hook()]);
    gsmtasksBook(deps).close('hook', 'answered 410');
    expect(deps.failed).toEqual(['hook: answered 410']);
  });
});
