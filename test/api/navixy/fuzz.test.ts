/**
 * Random requests to every call, over a real store: whatever is sent, the answer is a success as the document says or
 * a refusal as it says, never a fault of ours. PROOF_REQUESTS sets how many, PROOF_SEED repeats a run.
 */
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Call } from '../../../src/api/navixy/call.ts';
import { CALLS } from '../../../src/api/navixy/routes.ts';
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { type Contract, contractOf } from '../contract.ts';
import { TASK } from '../kit.ts';
import { WholeKit } from '../whole-kit.ts';
import { jsonText, parametersArbitrary } from './arbitrary.ts';
import { exampleFor, type Parameters } from './call-kit.ts';

const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
const REQUESTS = Number(process.env['PROOF_REQUESTS'] ?? 400);
/** Requests are made up in portions, and the clock moves on: deadlines pass while they come. */
const PORTION = 500;
const STEP_MS = 20_000;
/** Faults that are shown. */
const SHOWN_MAX = 5;

let kit: WholeKit;
let contract: Contract;

beforeAll(async () => {
  kit = new WholeKit('Europe/Berlin');
  contract = contractOf((await kit.app.inject('/openapi.json')).json());
  await furnish();
}, 60_000);
afterAll(() => kit.close());

/** Something of every kind that a call can create, trackers in three states, and a task that is done. */
async function furnish(): Promise<void> {
  for (const label of ['Van 1', 'Van 2', 'Blocked']) await kit.own('POST', '/api/trackers', { label });
  await kit.own('PATCH', '/api/trackers/3', { isBlocked: true });
  for (const tracker_id of [null, 1, 1, 2]) await kit.navixy('task/create', { task: { ...TASK, tracker_id } });
  for (const entry of CALLS.filter(({ path }) => path.endsWith('/create'))) {
    for (let n = 0; n < 2; n++) await kit.navixy(entry.path, exampleFor(entry));
  }
  const inside = { latDeg: TASK.location.lat, lonDeg: TASK.location.lng };
  const fromMs = NOW_MS - 4 * 3_600_000;
  await kit.send(
    1,
    [1, 2, 3, 4].map((n) => ({ timeMs: fromMs + n * 600_000, ...inside })),
  );
}

interface Sent {
  readonly entry: Call;
  readonly options: InjectOptions;
}

const WAYS = ['json', 'json', 'json', 'form', 'query'] as const;
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

const requests: fc.Arbitrary<Sent> = fc.oneof(
  ...CALLS.map((entry) =>
    fc
      .tuple(parametersArbitrary(entry), fc.constantFrom(...WAYS), fc.constantFrom('/v2/', '/'))
      .map(([parameters, way, prefix]) => ({ entry, options: optionsOf(`${prefix}${entry.path}`, parameters, way) })),
  ),
);

function optionsOf(url: string, parameters: Parameters, way: (typeof WAYS)[number]): InjectOptions {
  if (way === 'json') {
    return { method: 'POST', url: `${url}?hash=${FIRST_KEY}`, headers: JSON_TYPE, payload: jsonText(parameters) };
  }
  const form = new URLSearchParams({ hash: FIRST_KEY });
  for (const [name, value] of Object.entries(parameters)) {
    form.append(name, typeof value === 'string' ? value : jsonText({ value }).slice('{"value":'.length, -1) || 'null');
  }
  return way === 'query'
    ? { method: 'GET', url: `${url}?${form}` }
    : { method: 'POST', url, headers: FORM_TYPE, payload: form.toString() };
}

/** null = all is well. */
async function faultOf({ entry, options }: Sent, codes: Map<string, number>): Promise<string | null> {
  const response = await kit.app.inject(options);
  const { statusCode: status } = response;
  if (status >= 500) return `status ${status}: ${response.body.slice(0, 300)}`;
  if (entry.gives === 'file' && status === 200) return null;
  const body = response.json() as { success: boolean; status?: { code: number } };
  const code = body.success ? 'success' : String(body.status?.code);
  codes.set(code, (codes.get(code) ?? 0) + 1);
  if (body.success !== (status === 200)) return `status ${status} with success ${body.success}`;
  return contract({ method: 'POST', url: `/v2/${entry.path}`, status, body });
}

it(`${REQUESTS} random requests (seed ${SEED}) get an answer as the document says, and the store lives`, async () => {
  const codes = new Map<string, number>();
  const faults: string[] = [];
  for (let sent = 0; sent < REQUESTS; sent += PORTION) {
    const portion = fc.sample(requests, { seed: SEED + sent, numRuns: Math.min(PORTION, REQUESTS - sent) });
    for (const request of portion) {
      kit.nowMs += STEP_MS;
      kit.line.tick();
      const fault = await faultOf(request, codes);
      if (fault !== null) faults.push(`${JSON.stringify(request.options)}\n  ${fault}`);
    }
  }
  console.log(`${REQUESTS} requests, seed ${SEED}: ${[...codes].map(([code, n]) => `${n} x ${code}`).join(', ')}`);
  expect(faults.length, faults.slice(0, SHOWN_MAX).join('\n')).toBe(0);
  // Without these, little was tried.
  expect(codes.get('success')).toBeGreaterThan(REQUESTS / 5);
  expect(codes.get('7')).toBeGreaterThan(REQUESTS / 20);
  expect(codes.get('201')).toBeGreaterThan(0);
  await expectAlive();
  kit = await kit.reopened();
  await expectAlive();
}, 3_600_000);

async function expectAlive(): Promise<void> {
  expect((await kit.app.inject('/readyz')).statusCode).toBe(200);
  const { id } = await kit.navixy('task/create', { task: { ...TASK, label: 'After all that' } });
  expect((await kit.navixy('task/read', { task_id: id })).value.label).toBe('After all that');
  const { list, count } = await kit.navixy('task/list', { limit: 100_000 });
  expect(list.length).toBe(count);
}
