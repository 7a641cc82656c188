/**
 * Every call of the sheet against what every call must do: succeed, name what is missing or of the wrong type, find
 * nothing, meet the wrong state, and refuse who has no right. The table is printed; P0 to P2 have no gap where
 * the schemas alone say what to send.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../src/api/navixy/call.ts';
import { CALLS } from '../../../src/api/navixy/routes.ts';
import { FIRST_KEY, NOW_MS, UNKNOWN_KEY } from '../../operations/fake-line.ts';
import { type Contract, contractOf } from '../contract.ts';
import { complaintIn, isAbout, type Parameters, type Place, plain } from '../places.ts';
import { checkOf } from '../schema-kit.ts';
import { WholeKit } from '../whole-kit.ts';
import { exampleFor, placesIn } from './call-kit.ts';
import { FLEET_SCENARIOS } from './fleet-scenarios.ts';
import { FORM_SCENARIOS } from './form-scenarios.ts';
import { NOWHERE, type Scenarios, World } from './scenario.ts';
import { type Priority, SHEET } from './sheet.ts';
import { ROUTE_SCENARIOS, TASK_SCENARIOS } from './task-scenarios.ts';

const SCENARIOS: Scenarios = { ...TASK_SCENARIOS, ...ROUTE_SCENARIOS, ...FORM_SCENARIOS, ...FLEET_SCENARIOS };

const COLUMNS = ['happy', 'missing', 'wrong type', 'not found', 'wrong state', 'no right'] as const;
type Column = (typeof COLUMNS)[number];
const GENERIC: readonly Column[] = ['missing', 'wrong type', 'no right'];

/** none = there is nothing to try, or no such call. */
type Cell = 'yes' | 'no' | 'none';

const KEY_WITHOUT_RIGHTS = 'b'.repeat(32);

// Some calls take very many parameters.
vi.setConfig({ testTimeout: 120_000 });

let kit: WholeKit;
let contract: Contract;
const table = new Map<string, Map<Column, Cell>>();

beforeAll(async () => {
  kit = new WholeKit();
  kit.store.keys.create('nobody', KEY_WITHOUT_RIGHTS, [], NOW_MS, null);
  contract = contractOf((await kit.app.inject('/openapi.json')).json());
  await new World(kit).furnish();
});
afterAll(() => kit.close());

/** What is answered to the first key, or to another; held to the document. */
async function ask(
  { path, gives }: Call,
  parameters: Parameters,
  hash: string | null = FIRST_KEY,
): Promise<{ readonly success: boolean }> {
  const payload = { ...parameters, ...(hash !== null && { hash }) };
  const response = await kit.app.inject({ method: 'POST', url: `/v2/${path}`, payload });
  if (gives === 'file' && response.statusCode === 200) return { success: true };
  const body = response.json();
  const fault = contract({ method: 'POST', url: `/v2/${path}`, status: response.statusCode, body });
  expect(fault, `${path} ${JSON.stringify(parameters)}`).toBeNull();
  return body;
}

async function codeOf(entry: Call, parameters: Parameters, hash?: string | null): Promise<number> {
  return complaintIn(await ask(entry, parameters, hash)).code;
}

/** The cell says yes once what is tried held. */
async function cell(entry: Call, column: Column, trials: readonly (() => Promise<void>)[]): Promise<void> {
  for (const trial of trials) await trial();
  const row = table.get(entry.path) ?? new Map<Column, Cell>();
  table.set(entry.path, row.set(column, trials.length > 0 ? 'yes' : 'none'));
}

async function expectFault(entry: Call, { name, whole }: Place, parameters: Parameters): Promise<void> {
  const { code, faulty } = complaintIn(await ask(entry, parameters));
  const isNamed = faulty.some((parameter) => isAbout(parameter, whole));
  expect([entry.path, name, parameters, code, isNamed]).toEqual([entry.path, name, parameters, 7, true]);
}

const WRONG_VALUES = [{ nonsense: 1 }, 'nonsense', true, 0.5];

/** The first that the schema does not take; an object where a scalar is due. */
function wrongValueFor({ schema }: Place): unknown {
  const check = checkOf(schema);
  const isObject = plain(schema)['type'] === 'object';
  return WRONG_VALUES.find((value) => check(value) !== null && !(isObject && typeof value === 'object'));
}

/** null = the call requires no id. */
function withoutThing(entry: Call): Parameters | null {
  const isId = ({ name, schema, isRequired }: Place) =>
    isRequired && /(^|[._])id$/.test(name) && plain(schema)['type'] === 'integer';
  const ids = placesIn(entry).filter(isId);
  if (ids.length === 0) return null;
  return ids.reduce((parameters, place) => place.put(parameters, NOWHERE), exampleFor(entry));
}

describe.each(CALLS.map((entry) => [entry.path, entry] as const))('%s', (path, entry) => {
  const places = placesIn(entry);
  const scenario = SCENARIOS[path];

  it('names each required parameter that is missing', async () => {
    const required = places.filter(({ isRequired }) => isRequired);
    const trials = required.map((place) => () => expectFault(entry, place, place.put(exampleFor(entry), undefined)));
    await cell(entry, 'missing', trials);
  });

  it('names each parameter of the wrong type', async () => {
    const trials = places.flatMap((place) => {
      const wrong = wrongValueFor(place);
      return wrong === undefined ? [] : [() => expectFault(entry, place, place.put(exampleFor(entry), wrong))];
    });
    await cell(entry, 'wrong type', trials);
  });

  it('is refused to who has no right, no key, or a key that nobody has', async () => {
    const parameters = exampleFor(entry);
    // Some calls only ask to be known.
    const withoutRights = String(entry.scope) === 'anyone' ? [] : [[KEY_WITHOUT_RIGHTS, 13] as const];
    const codes = [...withoutRights, [null, 3], ['abc', 3], [UNKNOWN_KEY, 4]] as const;
    const trials = codes.map(([hash, code]) => async () => {
      expect([hash, await codeOf(entry, parameters, hash)]).toEqual([hash, code]);
    });
    await cell(entry, 'no right', entry.scope === null ? [] : trials);
  });

  it.runIf(scenario?.happy !== undefined)('succeeds', async () => {
    const parameters = await scenario!.happy!(new World(kit));
    await cell(entry, 'happy', [
      async () => expect(await ask(entry, parameters), JSON.stringify(parameters)).toMatchObject({ success: true }),
    ]);
  });

  it('says so where there is nothing with such an id', async () => {
    const { notFound } = scenario ?? {};
    const parameters = notFound === undefined ? withoutThing(entry) : await notFound.prepare(new World(kit));
    const codes = notFound === undefined ? [201, 204] : [notFound.code];
    const trial = async () =>
      expect(codes, JSON.stringify(parameters)).toContain(await codeOf(entry, parameters ?? {}));
    await cell(entry, 'not found', parameters === null ? [] : [trial]);
  });

  it.runIf(scenario !== undefined)('says so where the state does not allow it', async () => {
    const { wrongState } = scenario!;
    const trial = async () => {
      expect(await codeOf(entry, await wrongState!.prepare(new World(kit)))).toBe(wrongState!.code);
    };
    await cell(entry, 'wrong state', wrongState === undefined ? [] : [trial]);
  });
});

describe('the table', () => {
  const served = new Map(CALLS.map((entry) => [entry.path, entry]));
  const paths = [...SHEET.keys(), ...CALLS.map(({ path }) => path).filter((path) => !SHEET.has(path))];

  const cellOf = (path: string, column: Column): Cell =>
    table.get(path)?.get(column) ?? (served.has(path) ? 'no' : 'none');

  it('is printed', () => {
    const rows = paths.map((path) => {
      const cells = COLUMNS.map((column) => cellOf(path, column).padEnd(column.length));
      return [(SHEET.get(path) ?? 'ext').padEnd(3), path.padEnd(32), ...cells, served.has(path) ? '' : 'not served'];
    });
    const head = ['pri', 'call'.padEnd(32), ...COLUMNS, ''];
    console.log([head, ...rows].map((row) => row.join(' | ')).join('\n'));
    expect(rows.length).toBeGreaterThan(80);
  });

  it.each(['P0', 'P1', 'P2'] satisfies Priority[])('has every call of %s', (priority) => {
    const wanted = [...SHEET].filter(([, its]) => its === priority).map(([path]) => path);
    expect(wanted.filter((path) => !served.has(path))).toEqual([]);
  });

  it.each(['P0', 'P1', 'P2'] satisfies Priority[])(
    'has no gap in %s where the schemas say what to send',
    (priority) => {
      const rows = paths.filter((path) => served.has(path) && SHEET.get(path) === priority);
      const gaps = rows.flatMap((path) =>
        GENERIC.filter((column) => cellOf(path, column) === 'no').map((column) => [path, column]),
      );
      expect(gaps).toEqual([]);
    },
  );
});
