/**
 * Requests under a key through the real program, which is killed while it works on them: whoever repeats what was not
 * answered has every task once. PROOF_KILLS sets how often, PROOF_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { between, seededRandom } from '../../src/sim/random.ts';
import { SEED } from './crash-run.ts';
import { API_KEY, ask, type Gateway, kill, pause, startGateway } from './program.ts';

const KILLS = Number(process.env['PROOF_KILLS'] ?? 3);
/** Clients that ask at the same time, each for one request after the other. */
const CLIENTS = 3;
const TASKS_EACH = 25;
const TEST_MS_MAX = 60_000 + KILLS * 10_000;

interface Answer {
  readonly list: readonly { readonly id: number }[];
}

interface Client {
  readonly name: string;
  /** Of its requests that were answered, in order. */
  readonly answers: string[];
}

let directory: string;
let gateway: Gateway;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-repeats-'));
  gateway = await startGateway(join(directory, 'data'));
}, 60_000);
afterEach(async () => {
  await kill(gateway.process, 'SIGKILL');
  rmSync(directory, { recursive: true });
});

const TASK = {
  label: 'Deliver',
  description: '',
  location: { lat: 51, lng: 7, radius: 100 },
  from: '2026-03-01 08:00:00',
  to: '2026-03-01 10:00:00',
};

/** Its text; throws when the program is gone before it has answered. */
async function create(key: string): Promise<string> {
  const response = await fetch(`${gateway.httpUrl}/v2/task/batch_create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ hash: API_KEY, tasks: Array(TASKS_EACH).fill({ ...TASK, external_id: key }) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

const keyOf = ({ name }: Client, index: number) => `${name}-${index}`;

/** Until the program is gone, beginning with what was not answered the last time. */
async function askOnAndOn(client: Client): Promise<void> {
  for (;;) {
    const answer = await create(keyOf(client, client.answers.length)).catch(() => null);
    if (answer === null) return;
    client.answers.push(answer);
  }
}

it(
  'what is asked for again after a kill is there once',
  async () => {
    const random = seededRandom(SEED);
    const clients = Array.from({ length: CLIENTS }, (_, i): Client => ({ name: `client${i}`, answers: [] }));
    for (let n = 0; n < KILLS; n++) {
      const asking = Promise.all(clients.map(askOnAndOn));
      await pause(between(random, 20, 400));
      await kill(gateway.process, 'SIGKILL');
      await asking;
      gateway = await startGateway(join(directory, 'data'), gateway);
    }
    for (const client of clients) client.answers.push(await create(keyOf(client, client.answers.length)));
    const answers = clients.flatMap((client) => client.answers);
    const ids = answers.flatMap((text) => (JSON.parse(text) as Answer).list.map(({ id }) => id));
    expect(ids, `seed ${SEED}`).toHaveLength(answers.length * TASKS_EACH);
    expect(new Set(ids).size, `seed ${SEED}`).toBe(ids.length);
    const { count } = await ask<{ count: number }>(gateway, `/v2/task/count?hash=${API_KEY}`);
    expect(count, `seed ${SEED}`).toBe(ids.length);
    const again = await Promise.all(clients.map((client) => create(keyOf(client, 0))));
    expect(again).toEqual(clients.map((client) => client.answers[0]));
  },
  TEST_MS_MAX,
);
