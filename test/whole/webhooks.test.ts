/**
 * The real program, killed while it tells webhooks of both manners: everything is told, each thing first in its order, and
 * what is told once more has the same id. PROOF_KILLS sets how often, PROOF_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
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

interface Manner {
  /** Makes the webhook; what is told to it is read by this. */
  subscribe(target: string): Promise<(headers: IncomingHttpHeaders, body: string) => Told>;
}

const MANNERS: Readonly<Record<string, Manner>> = {
  'as GSMtasks does it': {
    async subscribe(target) {
      const authorization = `Token ${API_KEY}`;
      const accounts = await (await fetch(`${gateway.httpUrl}/accounts/`, { headers: { authorization } })).json();
      const [{ url: account }] = accounts as [{ url: string }];
      await post('/webhooks/', { account, name: 'Shop', target, task_events: true });
      return (headers, body) => ({
        requestId: String(headers['x-gsmtasks-webhook-request-id']),
        externalId: (JSON.parse(body) as { task: { external_id: string } }).task.external_id,
      });
    },
  },
  'by Standard Webhooks': {
    async subscribe(target) {
      const { secret } = await post<{ secret: string }>('/api/webhooks', { name: 'Shop', url: target }, 'Bearer');
      return (headers, body) => {
        const { data } = new Verifier(secret).verify(body, headers as Record<string, string>) as {
          data: { task: { externalId: string } };
        };
        return { requestId: String(headers['webhook-id']), externalId: data.task.externalId };
      };
    },
  },
};

let directory: string;
let gateway: Gateway;
let shop: Server;
let told: Told[];
let read: (headers: IncomingHttpHeaders, body: string) => Told;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-webhooks-'));
  told = [];
  shop = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    told.push(read(request.headers, Buffer.concat(chunks).toString()));
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

async function post<T>(path: string, body: object, scheme = 'Token'): Promise<T> {
  const headers = { 'content-type': 'application/json', authorization: `${scheme} ${API_KEY}` };
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

it.each(Object.entries(MANNERS))(
  'whoever is told %s misses nothing of a program that is killed',
  async (_name, manner) => {
    const random = seededRandom(SEED);
    const { port } = shop.address() as AddressInfo;
    read = await manner.subscribe(`http://127.0.0.1:${port}/`);
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
