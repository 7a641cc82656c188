/**
 * Random requests to every route of GSMtasks or TheTrack, drawn from the API's document, over a real store: whatever is
 * sent, the answer is as the document says, never a fault of ours, and the store lives on. PROOF_REQUESTS sets how many,
 * PROOF_SEED repeats a run.
 */
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { expect } from 'vitest';
import type { Document, Operation } from '../../src/api/document.ts';
import type { JsonSchema } from '../../src/api/navixy/shapes.ts';
import { geoJson, type Json, MINUTE_MS, World } from '../dialects/world.ts';
import { FIRST_KEY } from '../operations/fake-line.ts';
import { jsonText, parametersArbitrary, pathPart } from './arbitrary.ts';
import { type Contract, contractOf } from './contract.ts';
import { operationsOf } from './document-check.ts';
import { KnownIds } from './known-ids.ts';
import type { Parameters } from './places.ts';
import { WholeKit } from './whole-kit.ts';

export const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
export const REQUESTS = Number(process.env['PROOF_REQUESTS'] ?? 400);
/** Requests are made up in portions, each after something new was created. */
const PORTION = 100;
const FAULTS_SHOWN_MAX = 5;
const PLACE = { latDeg: 52.5, lonDeg: 13.4 };

export interface RestFuzz {
  /** Of `operationId`. */
  readonly prefix: 'gsmtasks' | 'thetrack';
  readonly authorization: string;
}

export const GSMTASKS: RestFuzz = { prefix: 'gsmtasks', authorization: `Token ${FIRST_KEY}` };
export const THETRACK: RestFuzz = { prefix: 'thetrack', authorization: `token sk_${FIRST_KEY}` };

/** UUIDs and URLs of what is there, by the collection that it is of. */
type Known = Map<string, string[]>;

/** How often each operation was answered with a success, and each status was given. Throws with the first faults. */
export async function fuzz({ prefix, authorization }: RestFuzz): Promise<{
  readonly successes: ReadonlyMap<string, number>;
  readonly statuses: ReadonlyMap<number, number>;
  readonly operations: readonly string[];
}> {
  const world = new World(new WholeKit('Europe/Berlin'));
  try {
    const document: Document = (await world.kit.app.inject('/openapi.json')).json();
    const contract = contractOf(document);
    const asked = operationsOf(document).filter(({ operation }) => operation.operationId.startsWith(`${prefix}_`));
    const successes = new Map<string, number>();
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    const known: Known = new Map();
    for (let sent = 0; sent < REQUESTS; sent += PORTION) {
      await furnish(world, known);
      const each = asked.map((named) => requestTo(named, known, authorization));
      const limits = { seed: SEED + sent, numRuns: Math.min(PORTION, REQUESTS - sent) };
      for (const { options, operationId } of fc.sample(fc.oneof(...each), limits)) {
        await world.passTo(world.nowMs + MINUTE_MS / 3);
        const { status, fault } = await send(world, options, contract);
        count(statuses, status);
        if (status < 300) count(successes, operationId);
        if (fault !== null) faults.push(`${JSON.stringify(options)}\n  ${fault}`);
      }
    }
    console.log(`${REQUESTS} requests, seed ${SEED}: ${[...statuses].sort().map(([s, n]) => `${n} x ${s}`)}`);
    expect(faults.length, faults.slice(0, FAULTS_SHOWN_MAX).join('\n')).toBe(0);
    await expectAlive(world);
    return { successes, statuses, operations: asked.map(({ operation }) => operation.operationId) };
  } finally {
    await world.close();
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

async function send(world: World, options: InjectOptions, contract: Contract) {
  const response = await world.kit.app.inject(options);
  const { statusCode: status, headers, body: text } = response;
  if (status >= 500) return { status, fault: `${status}: ${text.slice(0, 300)}` };
  if (text === '' || !String(headers['content-type']).includes('json')) return { status, fault: null };
  const fault = contract({ method: options.method ?? 'GET', url: String(options.url), status, body: JSON.parse(text) });
  return { status, fault };
}

/** Something in every collection, and a driver who is where one of the tasks is. */
async function furnish(world: World, known: Known): Promise<void> {
  const note = (collection: string, ...ids: readonly string[]) => {
    known.set(collection, [...(known.get(collection) ?? []), ...ids]);
  };
  const driver = await world.driver('Van');
  note('users', driver.uuid);
  note('drivers', driver.uuid);
  const account = await world.accountUrl();
  note('accounts', account.split('/').at(-2)!);
  const base = account.replace(/\/accounts\/.*$/, '');
  const address = { raw_address: 'Quay 4', location: geoJson(PLACE) };
  const made: readonly (readonly [collection: string, body: object])[] = [
    ['tasks', { account, address }],
    ['tasks', { account, address, assignee: `${base}/users/${driver.uuid}/` }],
    ['orders', { account, reference: 'A-7' }],
    ['contact_addresses', { account, contact: { name: 'Ann' }, address }],
    ['routes', { account, code: 'R', name: 'Round' }],
    ['metafields', { account, namespace: 'erp', key: `k${known.get('tasks')?.length ?? 0}`, value_type: 'string' }],
    ['webhooks', { account, name: 'Hook', target: 'http://127.0.0.1:9/' }],
  ];
  for (const [collection, body] of made) {
    const { status, body: answer } = await world.gsmtasks('POST', `/${collection}/`, body);
    if (status === 201) note(collection, answer.id);
  }
  const location = { point: geoJson(PLACE) };
  for (const [collection, body] of [
    ['tasks', { location }],
    ['locations', { address: 'Quay 4' }],
  ] as const) {
    const { status, body: answer } = await world.thetrack('POST', `/${collection}/`, body);
    if (status < 300) note(collection, answer.id);
  }
  for (const collection of ['task_events', 'task_commands', 'account_roles']) {
    const { status, body } = await world.gsmtasks('GET', `/${collection}/`);
    if (status === 200) note(collection, ...body.slice(-3).map(({ id }: Json) => id));
  }
  await world.see(driver, PLACE);
}

async function expectAlive(world: World): Promise<void> {
  expect((await world.kit.app.inject('/readyz')).statusCode).toBe(200);
  const account = await world.accountUrl();
  const task = { account, reference: 'After all that', address: { raw_address: 'Quay 4' } };
  const { id } = await world.did(world.gsmtasks('POST', '/tasks/', task));
  expect(await world.did(world.gsmtasks('GET', `/tasks/${id}/`))).toMatchObject({ reference: 'After all that' });
  expect((await world.navixy('task/list', { limit: 10 })).body).toMatchObject({ success: true });
}

interface Request {
  readonly operationId: string;
  readonly options: InjectOptions;
}

/** No ids of Navixy are known here. */
const NO_IDS = new KnownIds();

function requestTo(
  { method, path, operation }: ReturnType<typeof operationsOf>[number],
  known: Known,
  authorization: string,
): fc.Arbitrary<Request> {
  const schema = operation.requestBody?.content['application/json']?.schema;
  const collection = path.split('/').find((part) => known.has(part)) ?? 'tasks';
  const given = fc.tuple(
    uuidOf(known.get(collection) ?? []),
    parametersArbitrary(queryOf(operation), NO_IDS),
    schema === undefined ? fc.constant(null) : parametersArbitrary(schema, NO_IDS),
    fc.infiniteStream(fc.tuple(fc.nat(9), fc.nat())),
  );
  return given.map(([uuid, query, body, choices]) => {
    const sent = body === null ? null : withReferences(body, known, choices);
    return {
      operationId: operation.operationId,
      options: {
        method: method.toUpperCase() as 'GET',
        url: `${path.replaceAll(/\{\w+\}/g, pathPart(uuid))}?${new URLSearchParams(texts(query))}`,
        headers: { authorization, ...(sent !== null && { 'content-type': 'application/json' }) },
        ...(sent !== null && { payload: jsonText(sent as object) }),
      },
    };
  });
}

/** Mostly of something that is there. */
function uuidOf(ids: readonly string[]): fc.Arbitrary<string> {
  const odd = fc.oneof(
    fc.uuid(),
    fc.string({ minLength: 1, maxLength: 10 }).map((text) => text.replaceAll('/', '-')),
  );
  return ids.length === 0 ? odd : fc.oneof({ arbitrary: fc.constantFrom(...ids), weight: 6 }, odd);
}

/** What a member of a body may be about. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  account: 'accounts',
  task: 'tasks',
  tasks: 'tasks',
  task_ids: 'tasks',
  assignee: 'users',
  user: 'users',
  order: 'orders',
  route: 'routes',
  contact_address: 'contact_addresses',
  driver_id: 'drivers',
  location_id: 'locations',
};

/** Six in ten references are to something that is there: at random, nothing would ever be. */
function withReferences(value: unknown, known: Known, choices: Iterator<[number, number]>): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, known, choices));
  if (typeof value !== 'object' || value === null) return value;
  const replaced = (name: string, member: unknown): unknown => {
    const ids = known.get(COLLECTIONS[name] ?? '') ?? [];
    const [likely, choice] = choices.next().value as [number, number];
    const id = ids[choice % Math.max(1, ids.length)];
    if (id === undefined || likely > 5) return withReferences(member, known, choices);
    if (typeof member === 'string') return id;
    return Array.isArray(member) ? [id] : withReferences(member, known, choices);
  };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(name, member)]));
}

function queryOf({ parameters = [] }: Operation): JsonSchema {
  const those = parameters.filter((parameter) => parameter.in === 'query');
  const properties = Object.fromEntries(those.map(({ name, schema }) => [name, schema]));
  return { type: 'object', properties, additionalProperties: false };
}

function texts(parameters: Parameters): Record<string, string> {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : jsonText([value]).slice(1, -1),
  ]);
  return Object.fromEntries(entries);
}
