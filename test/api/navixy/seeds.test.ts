/**
 * The examples of the vendor's own pages on tasks, as fixtures: what is there, what is asked, what is answered. Each is
 * asked of a live server over HTTP, on the ids of the samples, at their time, in every way a request may be put.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LifecycleState, Task } from '../../../src/model/task.ts';
import type { Tracker } from '../../../src/model/tracker.ts';
import type { Store } from '../../../src/store/store.ts';
import { batch, task } from '../../store/kit.ts';
import { originOf } from '../present-app.ts';
import { RealKit } from '../real-kit.ts';

/** The keys of the samples. */
const BODY_KEY = '22eac1c27af4be7b9d04da2ce1af111b';
const QUERY_KEY = 'a6aa75587e5c59c32d347da438505fc3';

interface Fixture {
  readonly name: string;
  readonly title: string;
  readonly source: { readonly document: string; readonly section: string };
  readonly call: string;
  /** Another call that must be served for this one to be as it says. */
  readonly needs?: string;
  /** UTC. */
  readonly clock: string;
  readonly given: Given;
  readonly requests: readonly Asked[];
  readonly http: number;
  readonly response: object;
  /** Paths whose values differ: the account's id, and what the sample itself contradicts. */
  readonly free?: readonly string[];
  /** Paths of what is answered beyond the sample; of an object: whatever else it has. */
  readonly more?: readonly string[];
}

type Asked = { readonly body: Readonly<Record<string, unknown>> } | { readonly query: string };

interface Given {
  readonly trackers?: readonly { readonly id: number; readonly label: string; readonly blocked?: boolean }[];
  readonly tasks?: readonly GivenTask[] | { readonly count: number; readonly each: GivenTask };
  /** Given to their tracker; ids follow on each other: the route, then its checkpoints. */
  readonly routes?: readonly GivenRoute[];
  /** Received at the time of the clock. */
  readonly fixes?: readonly {
    readonly tracker_id: number;
    readonly time: string;
    readonly lat: number;
    readonly lng: number;
  }[];
}

/** As the wire shows it. */
interface GivenTask {
  readonly id: number;
  readonly tracker_id: number | null;
  readonly status: string;
  readonly label: string;
  readonly description: string;
  readonly location: { readonly lat: number; readonly lng: number; readonly address: string; readonly radius: number };
  readonly creation_date: string;
  readonly status_change_date: string;
  readonly from: string;
  readonly to: string;
  readonly external_id: string | null;
  readonly origin?: Task['text']['origin'];
  readonly tags?: readonly number[];
  readonly max_delay?: number;
  readonly stay_duration?: number;
  readonly fields?: object;
}

interface GivenRoute {
  readonly id: number;
  readonly tracker_id: number;
  readonly checkpoints: readonly GivenTask[];
}

const FOLDER = new URL('../../../fixtures/navixy/', import.meta.url);
const FIXTURES: readonly Fixture[] = readdirSync(FOLDER).map((file) => ({
  ...(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Omit<Fixture, 'name'>),
  name: file.replace('.json', ''),
}));

/** POST JSON, POST form and GET, each under /v2 and bare. */
const WAYS = ['/v2/', '/'].flatMap((prefix) =>
  (['json', 'form', 'query'] as const).map((kind) => ({ prefix, kind, name: `${kind} to ${prefix}` })),
);

let unserved: ReadonlySet<string>;
let waiting = 0;

beforeAll(async () => {
  const kit = new RealKit(0);
  const calls = new Set(FIXTURES.flatMap(({ call, needs }) => (needs === undefined ? [call] : [call, needs])));
  const there = await Promise.all(
    [...calls].map(async (call) => [call, await kit.codeOf(call, { hash: null })] as const),
  );
  unserved = new Set(there.filter(([, code]) => code === 111 || code === 112).map(([call]) => call));
  await kit.close();
});

afterAll(() => {
  if (waiting > 0) console.log(`${waiting} of ${FIXTURES.length} samples wait for: ${[...unserved].join(', ')}`);
});

describe.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
  it(`${fixture.call}: ${fixture.title}`, async ({ skip }) => {
    const missing = [fixture.call, fixture.needs].filter((call) => call !== undefined && unserved.has(call));
    if (missing.length > 0) {
      waiting += 1;
      skip(`waits for ${missing.join(', ')}`);
    }
    const ways = fixture.requests.flatMap((asked) =>
      WAYS.filter(({ kind }) => 'body' in asked || kind === 'query').map((way) => ({ asked, way })),
    );
    // What changes nothing can be asked again of the same server.
    const groups = isHarmless(fixture) ? [ways] : ways.map((way) => [way]);
    for (const group of groups) await askAll(fixture, group);
  });
});

it('every sample says where it is from, and names what it leaves free', () => {
  expect(FIXTURES.length).toBeGreaterThan(50);
  for (const { source, requests, free = [], response } of FIXTURES) {
    expect([source.document, source.section, requests.length > 0].every(Boolean)).toBe(true);
    for (const path of free) expect(at(response, path), path).not.toBeUndefined();
  }
});

function isHarmless({ call, http }: Fixture): boolean {
  return http !== 200 || /\/(read|list|count|batch_convert)$/.test(call);
}

interface Put {
  readonly asked: Asked;
  readonly way: (typeof WAYS)[number];
}

async function askAll(fixture: Fixture, ways: readonly Put[]): Promise<void> {
  const kit = new RealKit(timeOf(fixture.clock), 'UTC', {
    firstKey: BODY_KEY,
    fill: (store) => begin(store, fixture),
  });
  try {
    await fill(kit, fixture.given);
    const base = await originOf(kit.app);
    for (const { asked, way } of ways) {
      const response = await fetch(...requestOf(`${base}${way.prefix}${fixture.call}`, asked, way.kind));
      const answer = within(fixture, await response.json());
      const expected = { way: way.name, status: fixture.http, answer: fixture.response };
      expect({ way: way.name, status: response.status, answer }).toEqual(expected);
    }
  } finally {
    await kit.close();
  }
}

function requestOf(url: string, asked: Asked, kind: (typeof WAYS)[number]['kind']): [string, RequestInit] {
  if ('query' in asked) return [`${url}?${asked.query}`, {}];
  if (kind === 'json') {
    const headers = { 'content-type': 'application/json' };
    return [url, { method: 'POST', headers, body: JSON.stringify(asked.body) }];
  }
  const form = new URLSearchParams(
    Object.entries(asked.body).map(([name, value]): [string, string] => [name, textOf(value)]),
  );
  return kind === 'form' ? [url, { method: 'POST', body: form }] : [`${url}?${form}`, {}];
}

/** Strings as they are, the rest as JSON literals. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The answer without what it has beyond the sample, and with the sample's values where they are free. */
function within({ response, free = [], more = [] }: Fixture, answer: unknown): unknown {
  const shown = structuredClone(answer);
  for (const path of more) leaveOut(shown, response, path);
  for (const path of free) if (at(shown, path) !== undefined) set(shown, path, at(response, path));
  return shown;
}

function leaveOut(shown: unknown, sample: unknown, path: string): void {
  const [here, there] = [at(shown, path), at(sample, path)];
  if (there === undefined) set(shown, path, undefined);
  else if (isObject(here) && isObject(there)) {
    for (const name of Object.keys(here)) if (!(name in there)) delete here[name];
  }
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => (isObject(part) ? part[name] : undefined), value);
}

/** undefined = takes it away. */
function set(value: unknown, path: string, next: unknown): void {
  const parent = path.includes('.') ? at(value, path.slice(0, path.lastIndexOf('.'))) : value;
  if (!isObject(parent)) return;
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (next === undefined) delete parent[name];
  else parent[name] = next;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What the line reads at its start: trackers, and a task that is gone, after which a route has the id it is to have. */
function begin(store: Store, { given, clock }: Fixture): void {
  const { trackers = [], tasks = [], routes = [] } = given;
  const before = routes.map(({ id }) => ({ ...task(id - 1), deletedMs: 0 }));
  const wires = 'each' in tasks ? Array.from({ length: tasks.count }, (_, i) => ({ ...tasks.each, id: i + 1 })) : tasks;
  const createdTasks = routes.length > 0 ? before : wires.map(taskOf);
  store.append(batch({ clockMs: timeOf(clock), rows: { trackers: trackers.map(trackerOf), createdTasks } }));
  store.keys.create('of the queries', QUERY_KEY, ['*'], 0, null);
}

/** What comes after: routes as the line makes them, the tasks beside them, and what trackers sent. */
async function fill(kit: RealKit, { tasks = [], routes = [], fixes = [] }: Given): Promise<void> {
  for (const { id, tracker_id, checkpoints } of routes) {
    const { address: _, ...text } = { ...task(id).text, label: 'Round' };
    const stops = checkpoints.map(taskOf).map((stop) => ({ uuid: stop.uuid, text: stop.text, terms: stop.terms }));
    const route = { uuid: uuidOf(id), dialect: 'navixy', trackerId: tracker_id, text, checkpoints: stops } as const;
    expect(await kit.do({ kind: 'create_route', route })).toEqual({
      kind: 'route',
      routeId: id,
      checkpointIds: checkpoints.map((checkpoint) => checkpoint.id),
    });
  }
  if (routes.length > 0 && !('each' in tasks)) {
    kit.store.append(batch({ clockMs: kit.nowMs, rows: { createdTasks: tasks.map(taskOf) } }));
  }
  for (const { tracker_id, time, lat, lng } of fixes) {
    await kit.send(tracker_id, [{ timeMs: timeOf(time), latDeg: lat, lonDeg: lng }]);
  }
}

function trackerOf({ id, label, blocked = false }: NonNullable<Given['trackers']>[number]): Tracker {
  return { id, uuid: uuidOf(id), label, imei: null, model: null, timeZone: 'utc', isBlocked: blocked, createdMs: 0 };
}

const STATES: Readonly<Record<string, LifecycleState>> = {
  unassigned: 'unassigned',
  assigned: 'assigned',
  arrived: 'active',
  done: 'completed',
  delayed: 'completed',
  failed: 'failed',
};

function taskOf(wire: GivenTask): Task {
  const state = STATES[wire.status]!;
  const createdMs = timeOf(wire.creation_date);
  const { lat, lng, radius, address } = wire.location;
  const isVisited = ['arrived', 'done', 'delayed'].includes(wire.status);
  const isOver = state === 'completed' || state === 'failed';
  const usual = task(wire.id);
  return {
    ...usual,
    uuid: uuidOf(wire.id),
    createdMs,
    text: {
      ...usual.text,
      label: wire.label,
      description: wire.description,
      externalId: wire.external_id,
      address,
      tags: wire.tags ?? [],
      origin: wire.origin ?? 'manual',
      extra: wire.fields === undefined ? {} : { fields: wire.fields },
    },
    terms: {
      ...usual.terms,
      zone: { latDeg: lat, lonDeg: lng, radiusM: radius },
      fromMs: timeOf(wire.from),
      toMs: timeOf(wire.to),
      maxDelayMs: (wire.max_delay ?? 0) * 60_000,
    },
    tenure: {
      trackerId: wire.tracker_id,
      givenMs: Number.NEGATIVE_INFINITY,
      assignedMs: wire.tracker_id === null ? null : createdMs,
    },
    facts: {
      ...usual.facts,
      state,
      statusMs: timeOf(wire.status_change_date),
      arrivalMs: isVisited ? createdMs : null,
      completionMs: state === 'completed' ? createdMs : null,
      stayMs: (wire.stay_duration ?? 0) * 1000,
      issues: wire.status === 'failed' ? ['no_visit'] : [],
      isLate: wire.status === 'delayed',
      closer: isOver ? (state === 'failed' ? 'clock' : 'gps') : null,
      isSettled: isOver,
    },
  };
}

function uuidOf(id: number): string {
  return `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
}

function timeOf(date: string): number {
  return Date.parse(`${date.replace(' ', 'T')}Z`);
}
