/**
 * `task/list` against a plain filter in memory: random tasks, random requests, the same answers. PROOF_QUERIES sets how
 * many, PROOF_SEED repeats a run.
 */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { createServer } from '../../../src/api/server.ts';
import { distanceM } from '../../../src/geo/distance.ts';
import type { Intake } from '../../../src/intake/intake.ts';
import { type NavixyStatus, navixyStatus } from '../../../src/model/projections.ts';
import type { Employee } from '../../../src/model/records.ts';
import type { Task } from '../../../src/model/task.ts';
import { createOperations } from '../../../src/operations/operations.ts';
import { searchInPlace } from '../../../src/operations/searches.ts';
import { DATABASE_FILE } from '../../../src/store/directory.ts';
import { openStore } from '../../../src/store/open.ts';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { batch, HOUR, MINUTE, NEW_FACTS, T0, task, testDirectory, tracker } from '../../store/kit.ts';

const QUERIES = Number(process.env['PROOF_QUERIES'] ?? 500);
const SEED = Number(process.env['PROOF_SEED'] ?? randomInt(2 ** 31));
const TASKS = 300;
const NOW_MS = T0 + 100 * HOUR;
const TEST_MS_MAX = 60_000 + QUERIES * 100;

/** What is known of a task in memory. */
interface Known {
  readonly task: Task;
  readonly status: NavixyStatus | null;
  readonly employee: Employee | null;
  readonly trackerLabel: string | null;
  readonly form: { readonly templateId: number; readonly label: string } | null;
  readonly modifiedMs: number;
}

interface Wire {
  readonly type: string;
  readonly field: string;
  readonly value: unknown;
  readonly conditions: readonly Wire[];
  readonly condition: Wire;
}

interface Query {
  readonly statuses?: readonly string[];
  readonly trackers?: readonly number[];
  readonly external_id?: string;
  readonly from?: string;
  readonly to?: string;
  readonly conditions?: readonly Wire[];
  readonly filter?: string;
  readonly filters?: readonly string[];
  readonly tag_ids?: readonly number[];
  readonly location?: { readonly lat: number; readonly lng: number; readonly radius: number };
  readonly modified_since?: string;
  readonly sort?: readonly string[];
  readonly offset?: number;
  readonly limit?: number;
}

// --- Random tasks and requests ---

/** Few words, so that requests find something: in several alphabets, with what SQL and JSON take for their own. */
const WORDS = [
  'Quay',
  'STRASSE',
  'Straße',
  'Σίσυφος',
  '100%',
  'a_b',
  "O'Brien",
  'x"y',
  '111',
  '5.5',
  'naïve',
  '\\',
  '1',
];
const PLACES = [
  [52.52, 13.405],
  [-17, 179.9999],
  [-17, -180],
  [90, 0],
  [89.99, -120],
  [0, 0],
] as const;

const word = fc.constantFrom(...WORDS);
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const instantMs = fc.integer({ min: 0, max: 48 }).map((hours) => T0 + hours * HOUR);
const offByMs = fc.constantFrom(0, 0, 1, 500, 999, 1000);
const place = fc
  .tuple(
    fc.constantFrom(...PLACES),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  )
  .map(([[lat, lon], north, east]) => ({
    latDeg: Math.min(90, lat + north * 0.5),
    lonDeg: Math.min(180, Math.max(-180, lon + east * 0.5)),
  }));
const situation = fc.constantFrom(
  { state: 'unassigned', hasTracker: false },
  { state: 'assigned', hasTracker: true },
  { state: 'active', hasTracker: true },
  { state: 'completed', hasTracker: true },
  { state: 'failed', hasTracker: true },
  { state: 'cancelled', hasTracker: false },
  { state: 'draft', hasTracker: false },
) satisfies fc.Arbitrary<{ state: Task['facts']['state']; hasTracker: boolean }>;

const randomTask = fc.record({
  situation,
  trackerId: fc.integer({ min: 1, max: 5 }),
  label: phrase,
  description: fc.oneof(fc.constant(''), phrase),
  address: fc.oneof(fc.constant(''), phrase),
  externalId: fc.option(word),
  tags: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
  fields: fc.option(fc.dictionary(fc.constantFrom('7', '18'), fc.option(word), { maxKeys: 2 })),
  place,
  fromMs: instantMs,
  hours: fc.integer({ min: 0, max: 30 }),
  statusMs: instantMs,
  offMs: offByMs,
  hasArrived: fc.boolean(),
  stayMs: fc.constantFrom(0, 999, 1000, 61_999, 111_000),
  isLate: fc.boolean(),
  isDeleted: fc.constantFrom(false, false, false, false, true),
  form: fc.option(fc.record({ templateId: fc.integer({ min: 1, max: 3 }), label: phrase })),
  createdIn: fc.integer({ min: 0, max: 3 }),
  foundIn: fc.option(fc.integer({ min: 4, max: 6 })),
});

type RandomTask = typeof randomTask extends fc.Arbitrary<infer T> ? T : never;

function taskOf(id: number, random: RandomTask): Task {
  const { label, description, address, externalId, tags, fields, fromMs, hours, statusMs, offMs, stayMs } = random;
  const base = task(id);
  const wrapped = Object.entries(fields ?? {}).map(([name, value]) => [name, { type: 'text', value }]);
  const { state, hasTracker } = random.situation;
  return {
    ...base,
    deletedMs: random.isDeleted ? T0 : null,
    text: {
      ...base.text,
      ...{ label, description, address, externalId, tags },
      extra: fields === null ? {} : { fields: Object.fromEntries(wrapped) },
    },
    terms: { ...base.terms, zone: { ...random.place, radiusM: 100 }, fromMs, toMs: fromMs + hours * HOUR },
    tenure: { ...base.tenure, trackerId: hasTracker ? random.trackerId : null },
    facts: {
      ...NEW_FACTS,
      ...{ state, stayMs, isLate: random.isLate },
      statusMs: statusMs + offMs,
      arrivalMs: random.hasArrived ? statusMs - MINUTE + offMs : null,
    },
  };
}

const wireTime = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
const date = fc.tuple(instantMs, fc.constantFrom(0, 0, -1000, 1000, MINUTE)).map(([ms, off]) => wireTime(ms + off));
const needle = fc.oneof(
  word,
  phrase,
  word.map((text) => text.toUpperCase()),
  word.map((text) => text.toLowerCase()),
  fc.tuple(word, fc.nat(3)).map(([text, n]) => text.slice(n, n + 2) || text),
  fc.constantFrom('%', '_', '9', 'asSIGN', 'ada l', 'κ'),
);
const NUMBERS = ['id', 'stay_duration', 'employee', 'form'];
const TEXTS = ['label', 'location', 'address', 'description', 'external_id', '7', '18', '999'];
const DATES = ['from', 'to', 'status_change_date', 'arrival_date'];
const number = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constantFrom(61, 111, 1, 5.5, -1, 200));
const statusWord = fc.constantFrom('unassigned', 'assigned', 'arrived', 'done', 'delayed', 'failed', 'faulty');
const text = fc.oneof(needle, number);

const leaf = fc.oneof(
  fc.record({ type: fc.constant('eq'), field: fc.constantFrom(...NUMBERS), value: number }),
  fc.record({ type: fc.constant('eq'), field: fc.constantFrom(...TEXTS), value: text }),
  fc.record({ type: fc.constant('eq'), field: fc.constant('status'), value: statusWord }),
  fc.record({
    type: fc.constant('in'),
    field: fc.constantFrom(...NUMBERS),
    value: fc.array(number, { minLength: 1, maxLength: 9 }),
  }),
  fc.record({
    type: fc.constant('in'),
    field: fc.constantFrom(...TEXTS),
    value: fc.array(text, { minLength: 1, maxLength: 9 }),
  }),
  fc.record({ type: fc.constant('contains'), field: fc.constantFrom(...NUMBERS, ...TEXTS, 'status'), value: needle }),
  fc.record({
    type: fc.constant('period'),
    field: fc.constantFrom(...DATES),
    value: fc.record({ from: fc.option(date), to: fc.option(date) }, { requiredKeys: [] }),
  }),
);
const condition = fc.letrec<{ any: Wire }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf as fc.Arbitrary<unknown> as fc.Arbitrary<Wire>,
    fc.record({
      type: fc.constantFrom('and', 'or'),
      conditions: fc.array(tie('any'), { minLength: 2, maxLength: 4 }),
    }) as fc.Arbitrary<unknown> as fc.Arbitrary<Wire>,
    fc.record({ type: fc.constant('not'), condition: tie('any') }) as fc.Arbitrary<unknown> as fc.Arbitrary<Wire>,
  ),
})).any;

const SORTED = [...NUMBERS, 'label', 'location', 'description', 'external_id', 'status', ...DATES];
const filters = {
  statuses: fc.array(statusWord, { minLength: 1, maxLength: 6 }),
  trackers: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
  external_id: word,
  from: date,
  to: date,
  conditions: fc.array(condition, { minLength: 1, maxLength: 3 }),
  filter: needle,
  filters: fc.array(needle, { maxLength: 2 }),
  tag_ids: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
  location: fc
    .tuple(place, fc.constantFrom(1, 20_000, 45_000.5, 100_000, 1_500_000, 12_000_000, 20_100_000))
    .map(([{ latDeg, lonDeg }, radius]) => ({ lat: latDeg, lng: lonDeg, radius })),
  modified_since: fc.integer({ min: -1, max: 7 }).map((n) => wireTime(T0 + n * MINUTE)),
};
const sortKey = fc.tuple(fc.constantFrom(...SORTED), fc.constantFrom('asc', 'desc')).map((key) => key.join('='));
const page = fc.record(
  { sort: fc.array(sortKey, { maxLength: 3 }), offset: fc.nat(20), limit: fc.constantFrom(0, 1, 10, 1000) },
  { requiredKeys: [] },
);
/** A few filters: all at once find nothing. */
const query = fc
  .tuple(fc.record(filters), fc.shuffledSubarray(Object.keys(filters), { maxLength: 3 }), fc.boolean(), page)
  .map(([all, some, isConditional, paging]): Query => {
    const names = isConditional ? [...some, 'conditions'] : some;
    return { ...Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))), ...paging };
  });

// --- The plain filter ---

function numberOf({ task: { id, facts }, employee, form }: Known, field: string): number | null {
  if (field === 'id') return id;
  if (field === 'stay_duration') return Math.floor(facts.stayMs / 1000);
  if (field === 'employee') return employee?.id ?? null;
  return form?.templateId ?? null;
}

function textOf(known: Known, field: string): string | null {
  const { text: words } = known.task;
  const fields = (words.extra['fields'] ?? {}) as Readonly<Record<string, { readonly value: string | null }>>;
  if (field === 'id' || field === 'stay_duration') return String(numberOf(known, field));
  if (field === 'employee') return nameOf(known.employee);
  if (field === 'form') return known.form?.label ?? null;
  if (field === 'status') return known.status;
  if (field === 'label') return words.label;
  if (field === 'location' || field === 'address') return words.address;
  if (field === 'description') return words.description;
  if (field === 'external_id') return words.externalId;
  return fields[field]?.value ?? null;
}

function nameOf(employee: Employee | null): string | null {
  if (employee === null) return null;
  return [employee.firstName, employee.middleName, employee.lastName].filter(Boolean).join(' ');
}

function dateOf({ task: { terms, facts } }: Known, field: string): number | null {
  if (field === 'from') return terms.fromMs;
  if (field === 'to') return terms.toMs;
  return field === 'arrival_date' ? facts.arrivalMs : facts.statusMs;
}

const has = (whole: string | null, part: string) => whole?.toUpperCase().includes(part.toUpperCase()) ?? false;
const timeOf = (written: string) => Date.parse(`${written.replace(' ', 'T')}Z`);

function meets(known: Known, { type, field, value, conditions, condition: part }: Wire): boolean {
  if (type === 'and') return conditions.every((one) => meets(known, one));
  if (type === 'or') return conditions.some((one) => meets(known, one));
  if (type === 'not') return !meets(known, part);
  if (type === 'contains') return has(textOf(known, field), value as string);
  if (type === 'period') {
    const { from = null, to = null } = value as { from?: string | null; to?: string | null };
    const ms = dateOf(known, field);
    if (ms === null) return false;
    const shownMs = Math.floor(ms / 1000) * 1000;
    return (from === null || shownMs >= timeOf(from)) && (to === null || shownMs <= timeOf(to));
  }
  const wanted = (type === 'eq' ? [value] : value) as readonly (string | number)[];
  if (NUMBERS.includes(field)) return wanted.some((one) => one === numberOf(known, field));
  return wanted.some((one) => String(one).toUpperCase() === textOf(known, field)?.toUpperCase());
}

function isWanted(known: Known, asked: Query): boolean {
  const { task: one, status } = known;
  const { latDeg, lonDeg } = one.terms.zone!;
  const { location, from, to, tag_ids, modified_since, filter, filters } = asked;
  const everywhere = ['id', 'label', 'description', 'address', 'external_id', 'status', 'employee', 'form', '7', '18'];
  if (one.deletedMs !== null || status === null) return false;
  if (asked.statuses && !asked.statuses.includes(status)) return false;
  if (asked.trackers && !asked.trackers.includes(one.tenure.trackerId ?? 0)) return false;
  if (asked.external_id !== undefined && asked.external_id !== one.text.externalId) return false;
  if (from !== undefined && one.terms.toMs < timeOf(from)) return false;
  if (to !== undefined && one.terms.fromMs > timeOf(to)) return false;
  if (asked.conditions && !asked.conditions.every((part) => meets(known, part))) return false;
  if (filter && !everywhere.some((field) => has(textOf(known, field), filter))) return false;
  if (
    !(filters ?? []).every((part) =>
      ['label', 'description', 'address'].some((field) => has(textOf(known, field), part)),
    )
  )
    return false;
  if (!(tag_ids ?? []).every((id) => one.text.tags.includes(id))) return false;
  if (location && distanceM(location.lat, location.lng, latDeg, lonDeg) > location.radius) return false;
  return modified_since === undefined || known.modifiedMs >= timeOf(modified_since);
}

function sorted(found: readonly Known[], sort: readonly string[]): readonly Known[] {
  return found.toSorted((a, b) => {
    for (const key of sort) {
      const [field = '', direction] = key.split('=');
      const order = compared(sortValue(a, field), sortValue(b, field));
      if (order !== 0) return direction === 'desc' ? -order : order;
    }
    return a.task.id - b.task.id;
  });
}

function sortValue(known: Known, field: string): number | string | null {
  if (field === 'stay_duration') return known.task.facts.stayMs;
  if (field === 'employee') return nameOf(known.employee) ?? known.trackerLabel;
  if (field === 'id') return known.task.id;
  return DATES.includes(field) ? dateOf(known, field) : textOf(known, field);
}

/** Nothing comes first, and texts by their bytes. */
function compared(a: number | string | null, b: number | string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

// --- Both ---

const PEOPLE = [
  { trackerId: 1, firstName: 'Ada', middleName: '', lastName: 'Łukasz' },
  { trackerId: 2, firstName: 'Σίσυφος', middleName: 'quay', lastName: '' },
  { trackerId: null, firstName: 'Nobody', middleName: '', lastName: '' },
  { trackerId: 3, firstName: 'Bo', middleName: '', lastName: '%' },
] as const;

/** What else there is of a form; nothing is searched for in it. */
const BLANK = {
  ...{ templateVersion: 1, description: '', fields: [], isInZone: false, createdMs: 0 },
  ...{ values: null, submittedMs: null, submitPlace: null },
};

/** A store with random tasks, what is known of them, and the API over both. */
function world(): { readonly known: readonly Known[]; readonly app: FastifyInstance } {
  const directory = testDirectory();
  const store = openStore({ directory });
  const trackers = [1, 2, 3, 4, 5].map((id) => tracker(id, { label: WORDS[id]! }));
  const people = PEOPLE.map((person) =>
    store.records.create('employee', {
      ...person,
      email: '',
      phone: '',
      departmentId: null,
      home: null,
      tags: [],
      extra: {},
    }),
  );
  const randoms = fc.sample(randomTask, { numRuns: TASKS, seed: SEED });
  const tasks = randoms.map((random, i) => taskOf(i + 1, random));
  store.append(batch({ rows: { trackers } }));
  for (let commit = 0; commit <= 6; commit++) {
    const createdTasks = tasks.filter((_, i) => randoms[i]!.createdIn === commit);
    const foundTasks = tasks.filter((_, i) => randoms[i]!.foundIn === commit);
    store.append(batch({ rows: { createdTasks, foundTasks }, clockMs: T0 + commit * MINUTE }));
  }
  const db = new Database(join(directory, DATABASE_FILE));
  const setForm = db.prepare('UPDATE tasks SET form = ? WHERE id = ?');
  for (const [i, { form }] of randoms.entries()) setForm.run(form && JSON.stringify({ ...BLANK, ...form }), i + 1);
  db.close();
  const searches = searchInPlace(directory);
  const intake = { live: (one: Task) => one } as Partial<Intake> as Intake;
  const presence = { isOnline: () => false, clockSuspicion: () => null };
  const deviceCommands = { expireMs: 1, queuedMax: 1 };
  const now = () => NOW_MS;
  const app = createServer({
    operations: createOperations({ store, searches, intake, presence, now, firstKey: FIRST_KEY, deviceCommands }),
    metrics: { contentType: 'text/plain', text: async () => '' },
    explain: async () => null,
    now,
    timeZone: 'UTC',
    refusePastTo: false,
  });
  onTestFinished(async () => {
    await app.close();
    await searches.close();
    store.close();
  });
  const known = tasks.map((one, i): Known => {
    const { trackerId } = one.tenure;
    return {
      task: one,
      status: statusOf(one),
      employee: people.find((person) => trackerId !== null && person.trackerId === trackerId) ?? null,
      trackerLabel: trackerId === null ? null : WORDS[trackerId]!,
      form: randoms[i]!.form,
      modifiedMs: T0 + (randoms[i]!.foundIn ?? randoms[i]!.createdIn) * MINUTE,
    };
  });
  return { known, app };
}

function statusOf({ facts, tenure }: Task): NavixyStatus | null {
  return navixyStatus({
    ...facts,
    hasTracker: tenure.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    hasIssues: facts.issues.length > 0,
  });
}

function sizeOf(conditions: readonly Wire[]): number {
  return conditions.reduce((sum, one) => sum + 1 + sizeOf(one.conditions ?? (one.condition ? [one.condition] : [])), 0);
}

it('task/list answers as a plain filter over all tasks does', { timeout: TEST_MS_MAX }, async () => {
  const { known, app } = world();
  let telling = 0;
  await fc.assert(
    fc.asyncProperty(query, async (asked) => {
      const payload = { hash: FIRST_KEY, ...asked };
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/v2/task/list', payload });
      const answer = JSON.parse(body) as { readonly count: number; readonly list: readonly { readonly id: number }[] };
      if (sizeOf(asked.conditions ?? []) > 72) {
        expect(answer).toMatchObject({ status: { code: 7 }, errors: [{ parameter: 'conditions' }] });
        return;
      }
      const { offset = 0, limit = 10_000, sort = [] } = asked;
      const found = known.filter((one) => isWanted(one, asked));
      const ids = sorted(found, sort).map((one) => one.task.id);
      if (found.length > 0 && found.length < TASKS / 2) telling += 1;
      expect(statusCode).toBe(200);
      expect({ count: answer.count, ids: answer.list.map(({ id }) => id) }).toEqual({
        count: found.length,
        ids: ids.slice(offset, offset + limit),
      });
    }),
    { numRuns: QUERIES, seed: SEED },
  );
  expect(telling, 'requests that find some and not all').toBeGreaterThan(QUERIES / 5);
});
