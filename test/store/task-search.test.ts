/**
 * Searches by typed fields against a plain filter and sort in memory: random tasks, random queries, the same answers,
 * whole and page by page. PROOF_QUERIES sets how many, PROOF_SEED repeats a run.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskDetails } from '../../src/model/details.ts';
import { GSMTASKS_CATEGORIES, navixyStatus, thetrackProgress } from '../../src/model/projections.ts';
import type { LifecycleState, OpenEnds, Task } from '../../src/model/task.ts';
import {
  LINKED_FIELDS,
  type Lookup,
  type OrderField,
  QUERY_FIELDS,
  QUERY_LIMITS,
  QUEUE_ORDER,
  type QueryCondition,
  type QueryOrder,
  type QueryPlace,
  type QueryValue,
  type TaskQuery,
} from '../../src/model/task-query.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { openReader, openStore } from '../../src/store/open.ts';
import type { Reader } from '../../src/store/store.ts';
import { taskOfValues } from '../../src/store/task-rows.ts';
import { pageSql } from '../../src/store/task-search.ts';
import { addSearchFunctions } from '../../src/store/task-terms.ts';
import { batch, HOUR, MINUTE, NEW_FACTS, PLACE, T0, task, testDirectory, tracker } from './kit.ts';

const QUERIES = Number(process.env['PROOF_QUERIES'] ?? 500);
const SEED = Number(process.env['PROOF_SEED'] ?? randomInt(2 ** 31));
const TASKS = 120;
const TEST_MS_MAX = 60_000 + QUERIES * 100;

/** Few of each, so that queries find something: in several alphabets, with what SQL and JSON take for their own. */
const WORDS = [
  'Quay',
  'STRASSE',
  'Straße',
  'Σίσυφος',
  '100%',
  'a_b',
  "O'Brien",
  'x"y',
  '\\',
  '1',
  "'; DROP TABLE tasks; --",
];
const UUIDS = [1, 2, 3].map((n) => `a0000000-0000-4000-8000-00000000000${n}`);
const RUNS = UUIDS.map((each) => each.replace('a', 'b'));
const ENTRIES = UUIDS.map((each) => each.replace('a', 'c'));
const METAFIELD = 'track:note';

// --- Random tasks, and what they name ---

const word = fc.constantFrom(...WORDS);
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const uuid = fc.constantFrom(...UUIDS);
const instantMs = fc.integer({ min: 0, max: 12 }).map((n) => T0 + n * HOUR);
const few = fc.constantFrom(-1, 0, 1, 2.5, 7);

const details: fc.Arbitrary<TaskDetails> = fc.record(
  {
    kind: fc.constantFrom('generic', 'pickup', 'dropoff', 'service', 'warehouse'),
    kindWord: fc.record({ gsmtasks: fc.constantFrom('assignment', 'service', 'pick_up') }, { requiredKeys: [] }),
    reference: fc.oneof(fc.constant(''), word),
    barcodes: fc.array(word, { maxLength: 3 }),
    priority: fc.integer({ min: -1, max: 2 }),
    contact: fc.record({
      name: word,
      company: word,
      phones: fc.array(phrase, { maxLength: 2 }),
      emails: fc.array(word, { maxLength: 2 }),
      notes: phrase,
    }),
    parts: fc.record({
      raw: phrase,
      placeId: word,
      pointOfInterest: word,
      street: phrase,
      houseNumber: word,
      apartmentNumber: fc.option(word),
      city: word,
      state: word,
      postalCode: word,
      country: word,
      countryCode: word,
    }),
    geocoding: fc.record({
      provider: fc.constant(null),
      atMs: fc.option(instantMs),
      failedMs: fc.option(instantMs),
    }),
    serviceMs: fc.integer({ min: 0, max: 2 }).map((n) => n * MINUTE),
    size: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    plannedMs: instantMs,
    orderUuid: uuid,
    runUuid: fc.constantFrom(...RUNS),
    contactAddressUuid: fc.constantFrom(...ENTRIES),
    metafields: fc.record({ [METAFIELD]: fc.oneof(word, few, fc.boolean(), fc.constant(null), fc.array(word)) }),
    formerTrackers: fc.uniqueArray(uuid, { maxLength: 3 }),
    createdBy: uuid,
  },
  { requiredKeys: [] },
);

const randomTask = fc.record({
  state: fc.constantFrom<LifecycleState>('draft', 'unassigned', 'assigned', 'active', 'completed', 'cancelled'),
  trackerId: fc.option(fc.integer({ min: 1, max: 4 })),
  dialect: fc.constantFrom('navixy', 'gsmtasks', 'thetrack'),
  label: phrase,
  description: fc.oneof(fc.constant(''), phrase),
  address: fc.oneof(fc.constant(''), phrase),
  externalId: fc.option(word),
  details: fc.option(details, { freq: 5 }),
  hasPlace: fc.boolean(),
  fromMs: instantMs,
  hours: fc.integer({ min: -1, max: 6 }),
  openEnds: fc.option(fc.constantFrom<OpenEnds>('from', 'to', 'both')),
  position: fc.option(few),
  statusMs: instantMs,
  arrivalMs: fc.option(instantMs),
  startMs: fc.option(instantMs),
  isNear: fc.option(fc.boolean()),
  createdMs: instantMs,
  isDeleted: fc.constantFrom(false, false, false, false, true),
  isCheckpoint: fc.boolean(),
  commit: fc.integer({ min: 0, max: 3 }),
});

type RandomTask = typeof randomTask extends fc.Arbitrary<infer T> ? T : never;

function taskOf(id: number, random: RandomTask): Task {
  const base = task(id);
  const { state, dialect, label, description, address, externalId, fromMs, openEnds, position, isNear } = random;
  return {
    ...base,
    dialect: dialect as Task['dialect'],
    createdMs: random.createdMs,
    deletedMs: random.isDeleted ? T0 : null,
    text: {
      ...base.text,
      ...{ label, description, address, externalId },
      ...(random.details !== null && { details: random.details }),
    },
    terms: {
      ...base.terms,
      zone: random.hasPlace ? base.terms.zone : null,
      ...{ fromMs, toMs: fromMs + random.hours * HOUR },
      ...(openEnds !== null && { openEnds }),
      ...(position !== null && { position }),
    },
    tenure: { ...base.tenure, trackerId: random.trackerId },
    facts: {
      ...NEW_FACTS,
      ...{ state, statusMs: random.statusMs, arrivalMs: random.arrivalMs },
      ...(random.startMs !== null && { startMs: random.startMs }),
    },
    checkpoint: random.isCheckpoint ? { routeId: 9000, order: 0 } : null,
    ...(isNear !== null && { isNear }),
  };
}

const TRACKERS = [1, 2, 3, 4].map((id) => tracker(id, { label: WORDS[id]! }));
const PROFILES = [
  { uuid: TRACKERS[0]!.uuid, email: WORDS[0]!, phone: null, firstName: WORDS[1]!, lastName: null },
  { uuid: TRACKERS[1]!.uuid, email: null, phone: WORDS[2]!, firstName: null, lastName: WORDS[3]! },
];
const EMPLOYEES = [
  { trackerId: 2, firstName: WORDS[4]!, lastName: WORDS[5]!, email: WORDS[6]!, phone: WORDS[7]! },
  { trackerId: 3, firstName: '', lastName: '', email: '', phone: WORDS[0]! },
];
/** The third order is unknown, and so are the second run and all contact addresses but the last. */
const ORDERS = [0, 1].map((n) => ({
  uuid: UUIDS[n]!,
  externalId: n === 0 ? WORDS[n]! : null,
  createdMs: T0 + n * HOUR,
  body: {
    reference: WORDS[n]!,
    description: WORDS[n + 1]!,
    orderer: n === 0 ? null : { name: WORDS[2]!, company: '', phones: [], emails: [], notes: '' },
    isAutoAssigned: n === 1,
    createdBy: n === 0 ? UUIDS[2]! : null,
  },
}));
const RUN = {
  uuid: RUNS[0]!,
  externalId: WORDS[3]!,
  body: {
    ...{ code: WORDS[1]!, name: WORDS[5]!, description: WORDS[6]!, assignee: UUIDS[1]! },
    ...{ startMs: T0 + 3 * HOUR, endMs: null, startAddress: null, endAddress: null },
    state: 'active' as const,
    ...{ objective: null, metafields: {} },
  },
};
const ENTRY = {
  uuid: ENTRIES[2]!,
  externalId: WORDS[8]!,
  body: {
    contact: { name: '', company: '', phones: [], emails: [], notes: '' },
    address: { text: '', parts: null, point: null, geocoding: null },
    ...{ isOrderer: false, isReceiver: true, source: '', metafields: {} },
  },
};

// --- Random queries ---

const TYPES = { ...QUERY_FIELDS, ...LINKED_FIELDS };
type Field = keyof typeof TYPES;

const number = fc.oneof(few, fc.constantFrom(MINUTE, 2 * MINUTE));
const needle = fc.oneof(
  word,
  phrase,
  word.map((text) => text.toLowerCase()),
  fc.tuple(word, fc.nat(3)).map(([text, n]) => text.slice(n, n + 2) || text),
  fc.constantFrom('%', '_', '9', 'κ', 'assign', 'IN_'),
);
const kindWords = fc.constantFrom(...Object.keys(GSMTASKS_CATEGORIES), ...Object.values(GSMTASKS_CATEGORIES));
const stateWords = fc.constantFrom('draft', 'assigned', 'completed', 'cancelled', 'unassigned', 'failed');
const dialectWords = fc.constantFrom('navixy', 'gsmtasks', 'pending', 'arrived', 'on_the_way');
const text = fc.oneof(
  { weight: 4, arbitrary: word },
  ...[kindWords, stateWords, dialectWords].map((arbitrary) => ({ weight: 1, arbitrary })),
);
const anyUuid = fc.oneof(
  uuid,
  fc.constantFrom(...RUNS, ...ENTRIES, ...TRACKERS.map((one) => one.uuid)),
  fc.integer({ min: 1, max: TASKS }).map((id) => task(id).uuid),
);

const VALUES: Readonly<Record<(typeof TYPES)[Field], fc.Arbitrary<QueryValue>>> = {
  text,
  number,
  instant: instantMs,
  uuid: anyUuid,
  flag: fc.constantFrom(0, 1),
  list: fc.oneof(word, uuid, fc.constantFrom('0', '1', '2')),
};
const LOOKUPS_OF: Readonly<Record<(typeof TYPES)[Field], readonly Lookup[]>> = {
  text: ['is', 'in', 'not_in', 'gt', 'lte', 'contains', 'starts_with', 'words', 'is_null'],
  number: ['is', 'in', 'not_in', 'gt', 'gte', 'lt', 'lte', 'is_null'],
  instant: ['is', 'in', 'gt', 'gte', 'lt', 'lte', 'is_null'],
  uuid: ['is', 'in', 'not_in', 'is_null'],
  flag: ['is', 'in', 'is_null'],
  list: ['has_all', 'has_any', 'has_only', 'is_null', 'is', 'in', 'not_in', 'contains', 'words'],
};

function conditionOn(field: QueryCondition['field'], type: (typeof TYPES)[Field]): fc.Arbitrary<QueryCondition> {
  return fc.constantFrom(...LOOKUPS_OF[type]).chain((lookup) => {
    const values: fc.Arbitrary<readonly QueryValue[]> =
      lookup === 'is_null'
        ? fc.constantFrom([0], [1])
        : lookup === 'contains' || lookup === 'starts_with' || lookup === 'words'
          ? fc.tuple(needle)
          : /^(not_)?in$|^has_/.test(lookup)
            ? fc.array(VALUES[type], { minLength: lookup.startsWith('has_') ? 1 : 0, maxLength: 4 })
            : fc.tuple(VALUES[type]);
    return fc.record({
      field: fc.constant(field),
      lookup: fc.constant(lookup),
      values,
      orNull: fc.constantFrom(false, false, true),
    });
  });
}

const FIELDS = Object.keys(TYPES) as Field[];
const condition = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...FIELDS).chain((field) => conditionOn(field, TYPES[field])) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('text', 'number', 'list')
      .chain((type) => conditionOn(`metafields.${METAFIELD}`, type as 'text')),
  },
);
const ORDERABLE = (Object.keys(QUERY_FIELDS) as (keyof typeof QUERY_FIELDS)[]).filter(
  (field) => QUERY_FIELDS[field] !== 'list',
) as OrderField[];
const order = fc.oneof(
  { weight: 1, arbitrary: fc.constant(QUEUE_ORDER) },
  {
    weight: 3,
    arbitrary: fc.array(fc.record({ field: fc.constantFrom(...ORDERABLE), isDescending: fc.boolean() }), {
      maxLength: 3,
    }),
  },
);

interface Asked extends Pick<TaskQuery, 'conditions' | 'search' | 'order'> {
  readonly pageSize: number;
  readonly offset: number;
}

const asked: fc.Arbitrary<Asked> = fc
  .record({
    conditions: fc.array(condition, { maxLength: 3 }),
    search: fc.option(needle, { freq: 4, nil: undefined }),
    order,
    pageSize: fc.integer({ min: 3, max: 40 }),
    offset: fc.nat(10),
  })
  .map(({ search, ...rest }) => ({ ...rest, ...(search?.trim() && { search }) }));

// --- The plain filter ---

interface Known {
  readonly task: Task;
  readonly modifiedMs: number;
  readonly values: Readonly<Record<OrderField | keyof typeof LINKED_FIELDS, Value>>;
}

type Value = QueryValue | null | undefined;

function statusOf({ facts, tenure }: Task): string | null {
  const [hasTracker, hasArrived] = [tenure.trackerId !== null, facts.arrivalMs !== null];
  return navixyStatus({ ...facts, hasTracker, hasArrived, hasIssues: facts.issues.length > 0 });
}

function ownValues(one: Task, modifiedMs: number): Readonly<Record<OrderField, Value>> {
  const { text: said, terms, facts } = one;
  const { parts, contact, geocoding, ...own }: TaskDetails = said.details ?? {};
  const isOpen = (end: OpenEnds) => terms.openEnds === end || terms.openEnds === 'both';
  const [from, to] = [isOpen('from') ? null : terms.fromMs, isOpen('to') ? null : terms.toMs];
  const kind = own.kind ?? 'generic';
  return {
    ...{ uuid: one.uuid, state: facts.state, status: statusOf(one), dialect: one.dialect, kind },
    kind_word: own.kindWord?.gsmtasks ?? GSMTASKS_CATEGORIES[kind],
    ...{ order: own.orderUuid, run: own.runUuid, contact_address: own.contactAddressUuid, created_by: own.createdBy },
    is_near: one.isNear === undefined ? null : Number(one.isNear),
    ...{ external_id: said.externalId, label: said.label, reference: own.reference, description: said.description },
    ...{ priority: own.priority ?? 0, position: terms.position, service: own.serviceMs },
    ...{ from, to, planned: own.plannedMs, calendar: own.plannedMs ?? from ?? to },
    completed: facts.state === 'completed' ? facts.statusMs : null,
    cancelled: facts.state === 'cancelled' ? facts.statusMs : null,
    ...{ arrived: facts.arrivalMs, started: facts.startMs, created: one.createdMs, modified: modifiedMs },
    ...{ geocoded: geocoding?.atMs, geocode_failed: geocoding?.failedMs, address: said.address },
    ...{ raw_address: parts?.raw, street: parts?.street, house_number: parts?.houseNumber },
    ...{ apartment_number: parts?.apartmentNumber, city: parts?.city, region: parts?.state },
    ...{ postal_code: parts?.postalCode, country: parts?.country, country_code: parts?.countryCode },
    ...{ place_id: parts?.placeId, point_of_interest: parts?.pointOfInterest },
    ...{ contact_name: contact?.name, contact_company: contact?.company, contact_notes: contact?.notes },
    progress: thetrackProgress(one),
  };
}

function linkedValues(one: Task): Readonly<Record<keyof typeof LINKED_FIELDS, Value>> {
  const { orderUuid, runUuid, contactAddressUuid } = one.text.details ?? {};
  const mine = TRACKERS.find(({ id }) => id === one.tenure.trackerId);
  const profile = PROFILES.find((each) => each.uuid === mine?.uuid);
  const employee = EMPLOYEES.find(({ trackerId }) => trackerId === mine?.id);
  const named =
    employee !== undefined && employee.firstName + employee.lastName !== '' ? employee.firstName : mine?.label;
  const bought = ORDERS.find((each) => each.uuid === orderUuid);
  const run = RUN.uuid === runUuid ? RUN : undefined;
  return {
    tracker: mine?.uuid,
    tracker_email: profile?.email ?? (employee?.email || null),
    tracker_first_name: profile?.firstName ?? named,
    tracker_last_name: profile?.lastName ?? (employee?.lastName || null),
    tracker_phone: profile?.phone ?? (employee?.phone || null),
    ...{ order_external_id: bought?.externalId, order_reference: bought?.body.reference },
    ...{ order_description: bought?.body.description, order_orderer_name: bought?.body.orderer?.name },
    order_is_auto_assigned: bought && Number(bought.body.isAutoAssigned),
    ...{ order_created_by: bought?.body.createdBy, order_created: bought?.createdMs },
    ...{ run_external_id: run?.externalId, run_name: run?.body.name, run_code: run?.body.code },
    ...{ run_description: run?.body.description, run_assignee: run?.body.assignee },
    ...{ run_start: run?.body.startMs, run_end: run?.body.endMs },
    contact_address_external_id: contactAddressUuid === ENTRY.uuid ? ENTRY.externalId : null,
  };
}

/** Without members there is none. */
function listOf({ task: one }: Known, field: QueryCondition['field']): readonly string[] | null {
  const own = one.text.details ?? {};
  const note = own.metafields?.[METAFIELD];
  const lists: Readonly<Record<string, readonly unknown[] | undefined>> = {
    former_trackers: own.formerTrackers,
    barcodes: own.barcodes,
    size: own.size,
    contact_phones: own.contact?.phones,
    contact_emails: own.contact?.emails,
    [`metafields.${METAFIELD}`]: note === undefined ? [] : [note].flat(),
  };
  const members = (lists[field] ?? []).filter((member) => member !== null).map(memberText);
  return members.length === 0 ? null : members;
}

/** As JSON's values read in SQLite. */
function memberText(value: unknown): string {
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}

const upper = (value: unknown) => String(value).toUpperCase();
const wordsIn = (phrased: string) => phrased.split(/\s+/).filter((each) => each !== '');
const hasWords = (value: Value, phrased: string) =>
  wordsIn(phrased).every((each) => upper(value).includes(upper(each)));

function fits(value: Value, lookup: Lookup, values: readonly QueryValue[]): boolean {
  const [first = ''] = values;
  if (lookup === 'is_null') return (value === null || value === undefined) === (first === 1);
  if (value === null || value === undefined) return false;
  const difference = compared(value, first);
  switch (lookup) {
    case 'is':
      return difference === 0;
    case 'gt':
      return difference > 0;
    case 'gte':
      return difference >= 0;
    case 'lt':
      return difference < 0;
    case 'lte':
      return difference <= 0;
    case 'in':
      return values.includes(value);
    case 'not_in':
      return !values.includes(value);
    case 'contains':
      return upper(value).includes(upper(first));
    case 'starts_with':
      return upper(value).startsWith(upper(first));
    case 'words':
      return hasWords(value, String(first));
    default:
      throw new Error(`${lookup} of one value`);
  }
}

function fitsList(members: readonly string[] | null, lookup: Lookup, values: readonly QueryValue[]): boolean {
  if (lookup === 'is_null') return (members === null) === (values[0] === 1);
  if (members === null) return false;
  const texts = values.map(String);
  if (lookup === 'has_all') return texts.every((each) => members.includes(each));
  if (lookup === 'has_any') return texts.some((each) => members.includes(each));
  if (lookup === 'has_only') return members.every((each) => texts.includes(each));
  if (lookup === 'not_in') return !members.some((each) => texts.includes(each));
  return members.some((each) => fits(each, lookup, texts));
}

function meets(known: Known, { field, lookup, values, orNull = false }: QueryCondition): boolean {
  if (field.startsWith('metafields.')) return meetsMetafield(known, { field, lookup, values, orNull });
  if (TYPES[field as Field] === 'list') {
    const members = listOf(known, field);
    return fitsList(members, lookup, values) || (orNull && members === null);
  }
  const value = known.values[field as OrderField];
  return fits(value, lookup, values) || (orNull && fits(value, 'is_null', [1]));
}

function meetsMetafield(known: Known, { field, lookup, values, orNull = false }: QueryCondition): boolean {
  const raw = known.task.text.details?.metafields?.[METAFIELD];
  if (lookup.startsWith('has_')) {
    const members = listOf(known, field);
    return fitsList(members, lookup, values) || (orNull && members === null);
  }
  const isNone = raw === null || raw === undefined;
  if (lookup === 'is_null') return isNone === (values[0] === 1) || (orNull && isNone);
  const asText = Array.isArray(raw) ? JSON.stringify(raw) : memberText(raw);
  // SQLite reads true as 1.
  const asNumber = typeof raw === 'number' ? raw : typeof raw === 'boolean' ? Number(raw) : null;
  const value = isNone ? null : typeof values[0] === 'number' ? asNumber : asText;
  return fits(value, lookup, values) || (orNull && isNone);
}

function isFound(known: Known, { conditions, search }: Asked): boolean {
  if (known.task.deletedMs !== null) return false;
  return conditions.every((each) => meets(known, each)) && (search === undefined || isRead(known, search));
}

function isRead(known: Known, search: string): boolean {
  const { text: said } = known.task;
  const { reference, parts, contact } = said.details ?? {};
  const lines = [
    ...[said.label, said.description, said.externalId, said.address, reference],
    ...[parts?.raw, parts?.street, parts?.city, parts?.postalCode, parts?.country, parts?.pointOfInterest],
    ...[contact?.name, contact?.company, contact?.notes, ...(contact?.phones ?? []), ...(contact?.emails ?? [])],
  ];
  return wordsIn(search).every((each) => lines.some((line) => line && upper(line).includes(upper(each))));
}

function compared(a: QueryValue, b: QueryValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function inOrder(found: readonly Known[], keys: readonly QueryOrder[]): readonly number[] {
  const isDown = keys.at(-1)?.isDescending ?? false;
  const sorted = found.toSorted((a, b) => {
    for (const { field, isDescending } of keys) {
      const [left, right] = [a.values[field] ?? null, b.values[field] ?? null];
      if (left === right) continue;
      if (left === null || right === null) return left === null ? 1 : -1;
      return isDescending ? compared(right, left) : compared(left, right);
    }
    return isDown ? b.task.id - a.task.id : a.task.id - b.task.id;
  });
  return sorted.map(({ task: one }) => one.id);
}

// --- Both ---

let directory: string;
let reader: Reader;
let known: readonly Known[];
let close: () => void;

beforeAll(() => {
  directory = mkdtempSync(join(PLACE, 'milepost-search-'));
  const store = openStore({ directory });
  for (const { uuid: id, ...body } of PROFILES) {
    const profile = { ...body, photo: null, vehicleType: 'car' } as const;
    store.resources.create('profile', { uuid: id, externalId: null, body: profile, nowMs: T0 });
  }
  for (const person of EMPLOYEES) {
    store.records.create('employee', {
      ...person,
      middleName: '',
      departmentId: null,
      home: null,
      tags: [],
      extra: {},
    });
  }
  for (const { createdMs, ...each } of ORDERS) store.resources.create('order', { ...each, nowMs: createdMs });
  store.resources.create('run', { ...RUN, nowMs: T0 });
  store.resources.create('contact_address', { ...ENTRY, nowMs: T0 });
  const randoms = fc.sample(randomTask, { numRuns: TASKS, seed: SEED });
  known = randoms.map((random, i) => {
    const [one, modifiedMs] = [taskOf(i + 1, random), T0 + random.commit * HOUR];
    return { task: one, modifiedMs, values: { ...ownValues(one, modifiedMs), ...linkedValues(one) } };
  });
  store.append(batch({ rows: { trackers: TRACKERS } }));
  for (let commit = 0; commit <= 3; commit++) {
    const createdTasks = known.filter((_, i) => randoms[i]!.commit === commit).map((each) => each.task);
    store.append(batch({ rows: { createdTasks }, clockMs: T0 + commit * HOUR }));
  }
  reader = openReader(directory);
  close = () => {
    reader.close();
    store.close();
    rmSync(directory, { recursive: true });
  };
});

afterAll(() => close());

/** All pages in one direction, one behind the other. */
function pagesOf({ pageSize: limit, conditions, search, order: keys }: Asked, isBackwards: boolean): number[] {
  const found: number[] = [];
  let from: QueryPlace | undefined;
  for (let turn = 0; turn <= TASKS; turn++) {
    const query = { conditions, order: keys, limit, isBackwards, ...(search && { search }), ...(from && { from }) };
    const { rows, isMore, ends } = reader.search.find(query);
    const ids = rows.map((row) => taskOfValues(row).id);
    if (isBackwards) found.unshift(...ids);
    else found.push(...ids);
    expect(ids.length, 'a page is full where others follow').toBe(isMore ? limit : Math.min(ids.length, limit));
    if (!isMore || ends === null) return found;
    from = isBackwards ? ends.first : ends.last;
  }
  throw new Error('pages without an end');
}

describe('a search by fields', () => {
  it('finds and orders as a plain filter over all tasks does', { timeout: TEST_MS_MAX }, () => {
    let telling = 0;
    fc.assert(
      fc.property(asked, (wish) => {
        const { conditions, search, order: keys, offset } = wish;
        const ids = inOrder(
          known.filter((each) => isFound(each, wish)),
          keys,
        );
        if (ids.length > 0 && ids.length < TASKS / 2) telling += 1;
        const query = { conditions, order: keys, offset, limit: 1000, ...(search && { search }) };
        const found = reader.search.find(query);
        expect(found.rows.map((row) => taskOfValues(row).id)).toEqual(ids.slice(offset));
        expect(found.rows.map((row) => row.at(-1))).toEqual(ids.slice(offset).map((id) => known[id - 1]!.modifiedMs));
        expect(reader.search.countFound(query)).toBe(ids.length);
      }),
      { numRuns: QUERIES, seed: SEED },
    );
    expect(telling, 'queries that find some and not all').toBeGreaterThan(QUERIES / 10);
  });

  it('gives every task once, page by page, there and back', { timeout: TEST_MS_MAX }, () => {
    fc.assert(
      fc.property(asked, fc.boolean(), (wish, isAll) => {
        // Few conditions leave many pages.
        const query = isAll ? { ...wish, conditions: [], search: undefined } : wish;
        const { search: _, ...unsearched } = query;
        const asks = query.search === undefined ? unsearched : (query as Asked);
        const ids = inOrder(
          known.filter((each) => isFound(each, asks)),
          asks.order,
        );
        expect(pagesOf(asks, false)).toEqual(ids);
        expect(pagesOf(asks, true)).toEqual(ids);
      }),
      { numRuns: Math.ceil(QUERIES / 5), seed: SEED },
    );
  });

  it.each(["'; DROP TABLE tasks; --", '"', '\\', '%', "$.x' OR 1=1 --", '\u0000', '\ud800', ''])(
    'takes %j for a value of any field, and for nothing else',
    (hostile) => {
      for (const field of [...FIELDS, `metafields.${METAFIELD}`] as const) {
        const type = field in TYPES ? TYPES[field as Field] : 'list';
        for (const lookup of new Set([...LOOKUPS_OF[type], ...LOOKUPS_OF.number])) {
          const conditions = [{ field, lookup, values: [hostile, hostile] }];
          expect(() => reader.search.find({ conditions, order: QUEUE_ORDER, limit: 1 })).not.toThrow();
        }
      }
      const place = { values: [hostile, hostile], id: 5 };
      expect(() => reader.search.find({ conditions: [], order: QUEUE_ORDER, from: place, limit: 1 })).not.toThrow();
      const alive = known.filter((each) => each.task.deletedMs === null).length;
      expect(reader.search.countFound({ conditions: [] })).toBe(alive);
    },
  );

  it.each<[string, Partial<TaskQuery>]>([
    [
      'conditions',
      { conditions: Array.from({ length: 51 }, () => ({ field: 'uuid', lookup: 'is_null', values: [0] })) },
    ],
    ['values', { conditions: [{ field: 'uuid', lookup: 'in', values: Array.from({ length: 1001 }, (_, n) => n) }] }],
    ['fields of an order', { order: Array.from({ length: 6 }, () => QUEUE_ORDER[0]!) }],
    ['tasks in a page', { limit: QUERY_LIMITS.limit + 1 }],
    ['words', { search: Array.from({ length: 21 }, (_, n) => n).join(' ') }],
    ['values of a place', { from: { values: [], id: 1 } }],
  ])('refuses too many %s', (_, part) => {
    expect(() => reader.search.find({ conditions: [], order: QUEUE_ORDER, limit: 10, ...part })).toThrow(RangeError);
  });
});

describe('the plan of a search', () => {
  const is = (field: QueryCondition['field'], ...values: QueryValue[]): QueryCondition => {
    return { field, lookup: values.length > 1 ? 'in' : 'is', values };
  };
  const since: QueryCondition = { field: 'from', lookup: 'gte', values: [T0] };
  const until: QueryCondition = { field: 'to', lookup: 'lte', values: [T0] };
  const changed: QueryCondition = { field: 'modified', lookup: 'gte', values: [T0] };
  const by = (field: OrderField, isDescending = false): Partial<TaskQuery> => ({ order: [{ field, isDescending }] });
  const later: Partial<TaskQuery> = { from: { values: [null, T0], id: 7 } };

  it.each<[string, readonly QueryCondition[], Partial<TaskQuery>, RegExp, 'in order' | 'sorted']>([
    ['all tasks', [], {}, /tasks_by_place/, 'in order'],
    ['all tasks, further on', [], later, /tasks_by_place \(\(queue_place,created_ms\)>/, 'in order'],
    [
      'all tasks, backwards',
      [],
      { ...later, isBackwards: true },
      /tasks_by_place \(\(queue_place,created_ms\)</,
      'in order',
    ],
    ['the newest tasks', [], by('created', true), /tasks_by_created/, 'in order'],
    ['one state', [is('state', 'completed')], {}, /tasks_by_state \(state=\?/, 'in order'],
    [
      'one state, further on',
      [is('state', 'completed')],
      later,
      /tasks_by_state \(state=\? AND \(queue_place,created_ms\)>/,
      'in order',
    ],
    ['several states', [is('state', 'assigned', 'active')], {}, /tasks_by_state \(state=\?/, 'sorted'],
    ['a category', [is('kind_word', 'service')], {}, /tasks_by_place/, 'in order'],
    ['an assignee', [is('tracker', UUIDS[0]!)], {}, /tasks_by_\w+ \(tracker_id=\?/, 'sorted'],
    [
      'no assignee',
      [{ field: 'tracker', lookup: 'is_null', values: [1] }],
      {},
      /tasks_by_\w+ \(tracker_id=\?/,
      'sorted',
    ],
    [
      'an assignee in a state',
      [is('tracker', 'x'), is('state', 'completed')],
      {},
      /tasks_by_\w+ \(tracker_id=\?/,
      'sorted',
    ],
    ['an assignee, further on', [is('tracker', 'x')], later, /tasks_by_\w+ \(tracker_id=\?/, 'sorted'],
    ['an order', [is('order', UUIDS[0]!)], {}, /tasks_by_order/, 'sorted'],
    ['an order in a state', [is('state', 'completed'), is('order', 'x')], {}, /tasks_by_order/, 'sorted'],
    ['several orders', [is('order', 'x', 'y')], {}, /tasks_by_order/, 'sorted'],
    ['a run', [is('run', 'x')], {}, /tasks_by_run/, 'sorted'],
    ['a reference', [is('reference', 'x')], {}, /tasks_by_reference/, 'sorted'],
    ['an external id', [is('external_id', 'x')], {}, /tasks_by_external_id/, 'sorted'],
    ['ids', [is('uuid', 'x', 'y')], {}, /sqlite_autoindex_tasks_1/, 'sorted'],
    ['a window', [since, until], {}, /tasks_by_window \(window_class=\? AND from_ms>\?/, 'sorted'],
    ['a window, further on', [since, until], later, /tasks_by_window \(window_class=\? AND from_ms>\?/, 'sorted'],
    ['a window in a state', [since, until, is('state', 'completed')], {}, /tasks_by_window/, 'sorted'],
    ['what changed', [changed], {}, /tasks_by_modified/, 'sorted'],
    ['what changed, in that order', [changed], by('modified'), /tasks_by_modified/, 'in order'],
    ['what changed in a state', [changed, is('state', 'completed')], {}, /tasks_by_modified/, 'sorted'],
  ])('%s', (_, conditions, part, index, sorting) => {
    const db = new Database(join(directory, DATABASE_FILE), { readonly: true });
    addSearchFunctions(db);
    const { sql, values } = pageSql({ conditions, order: QUEUE_ORDER, limit: 100, ...part });
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { readonly detail: string }[];
    db.close();
    const steps = plan.map(({ detail }) => detail).join('\n');
    expect(steps).toMatch(index);
    expect(/USE TEMP B-TREE/.test(steps) ? 'sorted' : 'in order', steps).toBe(sorting);
  });
});

it('goes on behind the place of a page though the task that was there is gone', () => {
  const directory = testDirectory();
  const store = openStore({ directory });
  const beside = openReader(directory);
  const tasks = [1, 2, 3, 4].map((id) => task(id, { terms: { ...task(id).terms, position: id } }));
  store.append(batch({ rows: { trackers: [tracker(1)], createdTasks: tasks } }));
  const idsFrom = (from?: QueryPlace) => {
    const { rows, ends } = beside.search.find({ conditions: [], order: QUEUE_ORDER, limit: 2, ...(from && { from }) });
    return { ids: rows.map((row) => taskOfValues(row).id), last: ends!.last };
  };
  const first = idsFrom();
  store.append(batch({ rows: { judgedTasks: [{ ...tasks[1]!, deletedMs: T0 }] } }));
  expect([first.ids, idsFrom(first.last).ids]).toEqual([
    [1, 2],
    [3, 4],
  ]);
  beside.close();
  store.close();
});
