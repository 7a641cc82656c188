/**
 * The real program, killed while it tells a webhook: everything is told, each thing first in its order, and what is told
 * once more has the same request id. PROOF_KILLS sets how often, PROOF_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { between, seededRandom } from '../../src/sim/random.ts';
import { SEED } from './crash-run.ts';
import { API_KEY, type Gateway, kill, pause, startGateway, until } from './program.ts';

const KILLS = Number(process.env['PROOF_KILLS'] ?? 3);
const PAGE = 500;
const TEST_MS_MAX = 60_000 + KILLS * 20_000;

interface Told {
  readonly requestId: string;
  readonly externalId: string;
}

let directory: string;
let gateway: Gateway;
let shop: Server;
let told: Told[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-webhooks-'));
  told = [];
  shop = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { task } = JSON.parse(Buffer.concat(chunks).toString()) as { task: { external_id: string } };
    const requestId = String(request.headers['x-gsmtasks-webhook-request-id']);
    told.push({ requestId, externalId: task.external_id });
    response.end();
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  gateway = await start();
}, 60_000);
afterEach(async () => {
  await kill(gateway.process, 'SIGKILL');
  shop.closeAllConnections();
  shop.close();
  rmSync(directory, { recursive: true });
});

function start(): Promise<Gateway> {
  return startGateway(join(directory, 'data'), undefined, '--webhooks-private-targets', 'true');
}

async function post<T>(path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json', authorization: `Token ${API_KEY}` };
  const response = await fetch(gateway.httpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

/** One task after the other until the program is gone; the last number that was given out. */
async function createTasks(first: number): Promise<number> {
  for (let number = first; ; number += 1) {
    const location = { lat: 51, lng: 7, radius: 100, address: '' };
    const task = { label: 'A', description: '', location, from: '2036-03-01 08:00:00', to: '2036-03-01 10:00:00' };
    try {
      await post('/v2/task/create', { hash: API_KEY, task: { ...task, external_id: String(number) } });
    } catch {
      return number;
    }
  }
}

/** The numbers of all tasks that there are, in order. */
async function tasksMade(): Promise<number[]> {
  const made: number[] = [];
  for (;;) {
    const page = { hash: API_KEY, offset: made.length, limit: PAGE };
    const { list } = await post<{ list: { external_id: string }[] }>('/v2/task/list', page);
    made.push(...list.map(({ external_id }) => Number(external_id)));
    if (list.length < PAGE) return made.sort((a, b) => a - b);
  }
}

it(
  'whoever is told misses nothing of a program that is killed',
  async () => {
    const random = seededRandom(SEED);
    const accounts = await (
      await fetch(`${gateway.httpUrl}/accounts/`, { headers: { authorization: `Token ${API_KEY}` } })
    ).json();
    const [{ url: account }] = accounts as [{ url: string }];
    const { port } = shop.address() as AddressInfo;
    const target = `http://127.0.0.1:${port}/`;
    await post('/webhooks/', { account, name: 'Shop', target, task_events: true });
    let last = 0;
    for (let i = 0; i < KILLS; i += 1) {
      const creating = createTasks(last + 1);
      await pause(between(random, 200, 1500));
      await kill(gateway.process, 'SIGKILL');
      last = await creating;
      gateway = await start();
    }
    const made = await tasksMade();
    await until('all tasks were told', () => new Set(told.map(({ externalId }) => externalId)).size >= made.length);
    expect(made.length).toBeGreaterThan(KILLS);
    expect([...new Set(told.map(({ externalId }) => Number(externalId)))]).toEqual(made);
    // One id for each, however often it was told.
    const pairs = new Set(told.map(({ requestId, externalId }) => `${requestId} ${externalId}`));
    expect([pairs.size, new Set(told.map(({ requestId }) => requestId)).size]).toEqual([made.length, made.length]);
  },
  TEST_MS_MAX,
);
