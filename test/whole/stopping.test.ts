/** The real program is asked to end while others hang on it: listeners of the stream, and a webhook that never answers. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { API_KEY, type Gateway, kill, launchGateway, until, whenReady } from './program.ts';

const TEST_MS_MAX = 60_000;
const LISTENERS = 5;

let directory: string;
let gateway: Gateway;
let shop: Server;
let asked: Promise<unknown>;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-stopping-'));
  // It takes the request and says nothing.
  shop = createServer(() => {});
  asked = once(shop, 'request');
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  // What systemd would be told is written down.
  writeFileSync(join(directory, 'systemd-notify'), `#!/bin/sh\necho "$1" >> ${directory}/told\n`, { mode: 0o755 });
  const child = launchGateway({
    data: join(directory, 'data'),
    more: ['--webhooks-private-targets', 'true'],
    environment: {
      PATH: `${directory}:${process.env['PATH']}`,
      NOTIFY_SOCKET: join(directory, 'socket'),
      WATCHDOG_USEC: '300000',
    },
  });
  gateway = await whenReady(child);
}, TEST_MS_MAX);
afterEach(async () => {
  await kill(gateway.process, 'SIGKILL');
  shop.closeAllConnections();
  shop.close();
  rmSync(directory, { recursive: true });
});

async function post(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Token ${API_KEY}` };
  const response = await fetch(gateway.httpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.ok, `${path}: ${response.status}`).toBe(true);
  await response.text();
}

async function listen(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const headers = { authorization: `Bearer ${API_KEY}` };
  const response = await fetch(`${gateway.httpUrl}/api/events`, { headers });
  expect(response.status).toBe(200);
  return response.body!.getReader();
}

/** Resolves at the end of the stream, however it ends. */
async function hearOut(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // Cut off is an end, too.
  }
}

function told(): string[] {
  const path = join(directory, 'told');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

it(
  'systemd is told that it is ready, that it lives, and that it stops',
  async () => {
    await until('there are signs of life', () => told().filter((state) => state === 'WATCHDOG=1').length >= 2);
    const gone = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
    await until('it has stopped', () => told().includes('STOPPING=1'));
    expect(new Set(told())).toEqual(new Set(['READY=1', 'WATCHDOG=1', 'STOPPING=1']));
  },
  TEST_MS_MAX,
);

it(
  'it ends with 0, in its time, and lets go of everyone',
  async () => {
    const accounts = await fetch(`${gateway.httpUrl}/accounts/`, { headers: { authorization: `Token ${API_KEY}` } });
    const [{ url: account }] = (await accounts.json()) as [{ url: string }];
    const { port } = shop.address() as AddressInfo;
    await post('/webhooks/', { account, name: 'Shop', target: `http://127.0.0.1:${port}/`, task_events: true });
    const readers = await Promise.all(Array.from({ length: LISTENERS }, listen));
    const location = { lat: 51, lng: 7, radius: 100, address: '' };
    const task = { label: 'A', description: '', location, from: '2036-03-01 08:00:00', to: '2036-03-01 10:00:00' };
    await post('/v2/task/create', { hash: API_KEY, task });
    await asked;
    const ends = readers.map(hearOut);
    const gone = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');
    // It leaves with 1 where that takes it 5 s.
    expect(await gone).toEqual([0, null]);
    await Promise.all(ends);
  },
  TEST_MS_MAX,
);
