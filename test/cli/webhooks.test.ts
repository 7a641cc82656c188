/** The whole gateway tells a webhook: from a task that is created to a signed request, over a stop and a start. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/ops/clock.ts';
import { defaultConfig } from '../../src/ops/config.ts';
import { silentLog } from '../../src/ops/log.ts';
import { NO_OWN_PORTS } from '../../src/ops/settings.ts';
import { type Served, serve } from '../../src/serve.ts';
import { PLACE } from '../store/kit.ts';

const KEY = '0123456789abcdef0123456789abcdef';

interface Told {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let data: string;
let shop: Server;
let told: Told[];
let onTold: () => void;
let served: Served | null;

beforeEach(async () => {
  data = mkdtempSync(join(PLACE, 'milepost-hooks-'));
  told = [];
  onTold = () => {};
  shop = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    told.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.end();
    onTold();
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await served?.close();
  shop.close();
  rmSync(data, { recursive: true });
});

async function start(): Promise<Served> {
  const config = defaultConfig({
    data,
    'tcp.port': null,
    ...NO_OWN_PORTS,
    'http.port': 0,
    'api-key': KEY,
    'webhooks.private-targets': true,
  });
  served = await serve(config, systemClock, silentLog());
  return served;
}

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', authorization: `Token ${KEY}` };
  const response = await fetch(served!.httpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
}

async function createTask(label: string): Promise<void> {
  const location = { lat: 51.28, lng: 7.3, address: 'Quay 4', radius: 150 };
  const task = { location, label, description: '', from: '2036-03-01 08:00:00', to: '2036-03-02 10:00:00' };
  expect(await post('/v2/task/create', { hash: KEY, task })).toMatchObject({ success: true });
}

function toldAgain(): Promise<void> {
  return new Promise((resolve) => {
    onTold = resolve;
  });
}

it('a webhook is told of a task, signed, and of nothing twice after a restart', async () => {
  await start();
  const account = served!.operations.accountUuid();
  const { port } = shop.address() as AddressInfo;
  const target = `http://127.0.0.1:${port}/`;
  const hook = await post('/webhooks/', { account, name: 'Shop', target, task_events: true });
  expect(hook['state']).toBe('active');
  const first = toldAgain();
  await createTask('first');
  await first;
  await served!.close();
  await start();
  const second = toldAgain();
  await createTask('second');
  await second;
  const ids = new Set(told.map(({ headers }) => headers['x-gsmtasks-webhook-request-id']));
  expect([told.length, ids.size]).toEqual([2, 2]);
  for (const { headers, body } of told) {
    const signature = createHmac('sha256', String(hook['shared_secret'])).update(body).digest('base64');
    expect(headers).toMatchObject({
      'x-gsmtasks-topic': 'taskevent.create',
      'x-gsmtasks-account': account,
      'x-gsmtasks-hmac-sha256': signature,
    });
    expect(JSON.parse(body.toString())).toMatchObject({ event: 'create', task: { id: expect.any(String) } });
  }
});
