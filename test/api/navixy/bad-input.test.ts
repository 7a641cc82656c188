/** What attackers and broken clients send, to every call and into every parameter of it that could take it. */
import { readdirSync } from 'node:fs';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../src/api/navixy/call.ts';
import { CALLS } from '../../../src/api/navixy/routes.ts';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { jsonText } from '../arbitrary.ts';
import { TASK } from '../kit.ts';
import { type Complaint, complaintIn, isAbout, type Parameters, type Place, plain } from '../places.ts';
import { WholeKit } from '../whole-kit.ts';
import { exampleFor, placesIn, valuesIn } from './call-kit.ts';
import { World } from './scenario.ts';

const SQL = [
  `'; DROP TABLE tasks; --`,
  `' OR '1'='1`,
  `1; DELETE FROM trackers`,
  `" UNION SELECT name, hash FROM keys --`,
  `%' ESCAPE '%`,
  `\\'; ATTACH DATABASE '/tmp/owned' AS x; --`,
  '?1',
  ':label',
];
const FILES = [
  '../../../../etc/passwd',
  '..\\..\\secrets',
  '/etc/passwd',
  'file:///etc/passwd',
  '%2e%2e%2fdata',
  'CON',
  '~/x',
];
/** What would tell of an inside that nobody outside should see. */
const INSIDE = /root:x:|SQLITE|syntax error|no such (table|column)|node_modules|\.ts:\d|at Object\./;

// Some calls take very many parameters.
vi.setConfig({ testTimeout: 120_000 });

let kit: WholeKit;
let kept: number;
let keptBefore: string;

beforeAll(async () => {
  kit = new WholeKit('Europe/Berlin');
  const world = new World(kit);
  await world.furnish();
  // Examples of parameters name the first of everything.
  await world.task();
  kept = await world.task({ label: 'Kept' });
  keptBefore = JSON.stringify(await kit.navixy('task/read', { task_id: kept }));
});
afterAll(() => kit.close());

interface Told extends Complaint {
  readonly status: number;
  readonly text: string;
}

async function send(options: InjectOptions): Promise<Told> {
  const response = await kit.app.inject(options);
  const { statusCode: status, body: text } = response;
  expect([options.url, text.slice(0, 300), status < 500]).toEqual([options.url, text.slice(0, 300), true]);
  expect(text).not.toMatch(INSIDE);
  const isJson = String(response.headers['content-type']).includes('json');
  return { status, text, ...complaintIn(isJson ? JSON.parse(text) : {}) };
}

const LEVELS = 5000;
const TOKENS = {
  '@NaN@': 'NaN',
  '@1e309@': '1e309',
  '@-1e309@': '-1e309',
  '@lists@': '['.repeat(LEVELS) + ']'.repeat(LEVELS),
  '@objects@': `${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`,
  '@conditions@': `[${'{"type":"not","condition":'.repeat(LEVELS)}{}${'}'.repeat(LEVELS)}]`,
};
const JSON_TYPE = { 'content-type': 'application/json' };

/** Values like '@1e309@' stand in the JSON as the bare token. */
function ask({ path }: Call, parameters: Parameters): Promise<Told> {
  const url = `/v2/${path}?hash=${FIRST_KEY}`;
  return send({ method: 'POST', url, headers: JSON_TYPE, payload: jsonText(parameters, TOKENS) });
}

function askByQuery({ path }: Call, parameters: Parameters): Promise<Told> {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : jsonText({ value }).slice(9, -1),
  ]);
  return send({
    method: 'GET',
    url: `/v2/${path}?${new URLSearchParams({ hash: FIRST_KEY, ...Object.fromEntries(entries) })}`,
  });
}

async function expectFaulty(entry: Call, place: Place, value: unknown): Promise<void> {
  const { code, faulty } = await ask(entry, place.put(exampleFor(entry), value));
  const isNamed = faulty.some((name) => isAbout(name, place.whole));
  expect([entry.path, place.name, value, code, isNamed]).toEqual([entry.path, place.name, value, 7, true]);
}

/** It may be the wrong date for this call, but it is one. */
async function expectDate(entry: Call, place: Place, value: string): Promise<void> {
  const { text } = await ask(entry, place.put(exampleFor(entry), value));
  expect([entry.path, place.name, text.includes('must be a date')]).toEqual([entry.path, place.name, false]);
}

function isDate({ schema }: Place): boolean {
  return String(plain(schema)['pattern']).startsWith('^\\d{4}-\\d\\d-\\d\\d([ T])');
}

describe.each(CALLS.map((entry) => [entry.path, entry] as const))('%s', (_path, entry) => {
  const texts = valuesIn(entry, 'string');
  const numbers = valuesIn(entry, 'integer', 'number');

  it('takes SQL and paths for the texts they are', async () => {
    for (const place of texts) {
      for (const text of [...SQL, ...FILES]) {
        await ask(entry, place.put(exampleFor(entry), text));
      }
      for (const text of [SQL[0], FILES[0]]) await askByQuery(entry, place.put(exampleFor(entry), text));
    }
  });

  it('refuses broken and forbidden characters in every text', async () => {
    for (const place of texts) {
      for (const text of ['a\ud800', '\udc00\ud800', 'a\u0000b', '\u0007', '\ue000'])
        await expectFaulty(entry, place, text);
    }
  });

  it('refuses numbers that are none, or larger than any', async () => {
    for (const place of numbers) {
      const { code } = await ask(entry, place.put(exampleFor(entry), '@NaN@'));
      expect([place.name, code]).toEqual([place.name, 5]);
      for (const value of ['@1e309@', '@-1e309@', 'NaN', '1e309', 'Infinity']) await expectFaulty(entry, place, value);
    }
  });

  it('refuses days that no calendar has, and takes an hour that a clock skips', async () => {
    for (const place of texts.filter(isDate)) {
      for (const date of [
        '2026-02-31 08:00:00',
        '2026-13-01 08:00:00',
        '2026-03-01 24:00:00',
        '2026-02-29T08:00:00Z',
      ]) {
        await expectFaulty(entry, place, date);
      }
      await expectDate(entry, place, '2026-03-29 02:30:00');
    }
  });

  it('refuses what is nested without end', async () => {
    for (const place of placesIn(entry)) {
      for (const value of ['@lists@', '@objects@']) {
        const { code } = await ask(entry, place.put(exampleFor(entry), value));
        expect([place.name, [5, 7].includes(code)]).toEqual([place.name, true]);
      }
    }
    const url = `/v2/${entry.path}?hash=${FIRST_KEY}`;
    const payload = `{"x":${'[{"a":'.repeat(50_000)}`;
    expect((await send({ method: 'POST', url, headers: JSON_TYPE, payload })).code).toBe(5);
  });

  it.each(['application/json', 'application/x-www-form-urlencoded'])(
    'refuses ten megabytes of %s unread',
    async (type) => {
      const headers = { 'content-type': type };
      const told = await send({
        method: 'POST',
        url: `/v2/${entry.path}?hash=${FIRST_KEY}`,
        headers,
        payload: TEN_MEGABYTES,
      });
      expect([told.status, told.code]).toEqual([412, 9]);
    },
  );

  it('answers parameters that come twice, without a value or without a name', async () => {
    for (const query of [
      'task_id=1&task_id=2',
      'task_id',
      '=1',
      '&&&',
      'task_id[]=1',
      'task[label]=x',
      '%',
      '%ff=%fe',
      '\u0000=1',
    ]) {
      await send({
        method: 'GET',
        url: `/v2/${entry.path}?hash=${FIRST_KEY}&${encodeURI(query).replaceAll('%25', '%')}`,
      });
    }
  });
});

const TEN_MEGABYTES = Buffer.alloc(10_485_760, '{"a":');

describe('conditions', () => {
  const list = CALLS.find(({ path }) => path === 'task/list')!;
  const nested = (depth: number): object =>
    depth === 1 ? { type: 'eq', field: 'id', value: 1 } : { type: 'not', condition: nested(depth - 1) };

  it.each([73, 500])('of %i levels are too many', async (depth) => {
    expect((await ask(list, { conditions: [nested(depth)] })).code).toBe(7);
  });

  it('nested without end are too many', async () => {
    expect([5, 7]).toContain((await ask(list, { conditions: '@conditions@' })).code);
  });

  it('in a field of SQL are an unknown field', async () => {
    for (const field of SQL) expect((await ask(list, { conditions: [{ type: 'eq', field, value: 1 }] })).code).toBe(7);
  });
});

describe('texts that look like commands', () => {
  it.each([...SQL, ...FILES])('%s is kept and found as it is', async (text) => {
    const task = {
      ...TASK,
      label: text,
      description: text,
      external_id: text,
      location: { ...TASK.location, address: text },
    };
    const { id } = await kit.navixy('task/create', { task });
    const { list } = await kit.navixy('task/list', { external_id: text });
    expect(list.find((found) => found.id === id)).toMatchObject(task);
  });
});

/** Last: what all of the above left behind. */
describe('afterwards', () => {
  it('the task from before is as it was, and the store takes more', async () => {
    expect(JSON.stringify(await kit.navixy('task/read', { task_id: kept }))).toBe(keptBefore);
    expect(await kit.navixy('task/create', { task: TASK })).toMatchObject({ success: true });
    expect((await kit.app.inject('/readyz')).statusCode).toBe(200);
  });

  it('no file is where none should be', () => {
    expect(readdirSync(kit.directory)).toEqual(['data']);
  });
});
