/** The query of a task list: filters by `field__lookup`, order, search and page. What nobody knows is ignored. */
import type { Metafield } from '../../model/resources.ts';
import {
  QUERY_LIMITS,
  QUEUE_ORDER,
  type QueryCondition,
  type QueryOrder,
  type TaskQuery,
} from '../../model/task-query.ts';
import { type AskedPage, readPage } from '../rest/cursor.ts';
import { type Faults, fault, NO_FIELD } from '../rest/faults.ts';
import type { Reading } from '../rest/fields.ts';
import { FILTER_FIELDS, type FilterField, metafieldFilters, ORDER_FIELDS } from './filter-fields.ts';
import { isSearchable, type LookupReader, type Narrowing } from './filter-lookups.ts';

/** What a query is read by. */
export interface FilterDesk {
  readonly accountUuid: string;
  /** Wall clock, ms. */
  readonly nowMs: number;
  searchableMetafields(): readonly Metafield[];
}

export interface AskedList {
  readonly query: TaskQuery;
  readonly page: AskedPage;
}

/** As it came: a text, or several of a parameter that is there more than once. */
export type Parameters = Readonly<Record<string, unknown>>;

/** What changed less than so long ago may yet be followed by something that was to come before it. */
const DELAY_MS = 2000;

export function readTaskList(
  parameters: Parameters,
  desk: FilterDesk,
): { readonly value: AskedList } | { readonly faults: Faults } {
  const faults: Record<string, Faults | readonly string[]> = {};
  const take = <T>(name: string, reading: Reading<T>, none: T): T => {
    if ('value' in reading) return reading.value;
    faults[name] = reading.faults;
    return none;
  };
  const sent = textsOf(parameters);
  const order = take('ordering', orderOf(sent.get('ordering')), QUEUE_ORDER);
  const search = take('search', searchOf(sent.get('search')), undefined);
  const isDelayed = sent.get('updated_at_delay_latest')?.at(-1)?.toLowerCase() === 'true';
  const conditions: QueryCondition[] = [];
  if (isDelayed) conditions.push({ field: 'modified', lookup: 'lte', values: [desk.nowMs - DELAY_MS] });
  for (const [name, { field, read }] of filtersIn(sent, desk)) {
    const narrowings = take(name, read(sent.get(name)!), []);
    conditions.push(...narrowings.flatMap((narrowing) => conditionsOf(field, narrowing, desk)));
  }
  const page = readPage(parameters, order);
  if ('faults' in page) Object.assign(faults, page.faults);
  if (conditions.length > QUERY_LIMITS.conditions) {
    Object.assign(faults, fault(NO_FIELD, `Expected at most ${QUERY_LIMITS.conditions} filters.`));
  }
  if ('faults' in page || Object.keys(faults).length > 0) return { faults };
  const { value } = page;
  return { value: { query: { conditions, order, ...value, ...(search !== undefined && { search }) }, page: value } };
}

/** A parameter without a value is as if it were not there. */
function textsOf(parameters: Parameters): ReadonlyMap<string, readonly string[]> {
  const sent = Object.entries(parameters).map(([name, value]) => {
    const texts = [value].flat().filter((text) => typeof text === 'string');
    return [name, texts.filter((text) => text !== '')] as const;
  });
  return new Map(sent.filter(([, texts]) => texts.length > 0));
}

function orderOf(texts: readonly string[] | undefined): Reading<readonly QueryOrder[]> {
  const order = new Map<string, QueryOrder>();
  for (const name of texts?.at(-1)?.split(',') ?? []) {
    const [, minus, word = ''] = /^\s*(-?)(\w+)\s*$/.exec(name) ?? [];
    const field = ORDER_FIELDS.get(word);
    if (field !== undefined && !order.has(field)) order.set(field, { field, isDescending: minus === '-' });
  }
  if (order.size > QUERY_LIMITS.order) return { faults: [`Expected at most ${QUERY_LIMITS.order} fields.`] };
  return { value: order.size === 0 ? QUEUE_ORDER : [...order.values()] };
}

function searchOf(texts: readonly string[] | undefined): Reading<string | undefined> {
  const text = texts?.at(-1)?.trim();
  if (text === undefined || text === '') return { value: undefined };
  if (isSearchable(text)) return { value: text };
  return { faults: [`Expected at most ${QUERY_LIMITS.words} words.`] };
}

interface Filter {
  readonly field: FilterField['field'];
  readonly read: LookupReader;
}

function filtersIn(sent: ReadonlyMap<string, unknown>, desk: FilterDesk): readonly (readonly [string, Filter])[] {
  const names = [...sent.keys()];
  const isAboutMetafields = names.some((name) => name.startsWith('metafields__'));
  const metafields = metafieldFilters(isAboutMetafields ? desk.searchableMetafields() : []);
  const known = (name: string) => FILTER_FIELDS.get(name) ?? metafields.get(name);
  return names.flatMap((name) => {
    const filter = filterNamed(name, known);
    return filter === null ? [] : [[name, filter] as const];
  });
}

/** Names of fields have double underscores of their own: the whole one is tried first. */
function filterNamed(name: string, known: (name: string) => FilterField | undefined): Filter | null {
  const end = name.lastIndexOf('__');
  const lookup = name.slice(end + 2);
  const whole = known(name);
  if (whole !== undefined) return withLookup(whole, '');
  const part = end > 0 && lookup !== '' ? known(name.slice(0, end)) : undefined;
  return part === undefined ? null : withLookup(part, lookup);
}

function withLookup({ field, lookups }: FilterField, lookup: string): Filter | null {
  const read = lookups.get(lookup);
  return read === undefined ? null : { field, read };
}

const NOTHING: QueryCondition = { field: 'uuid', lookup: 'in', values: [] };

function conditionsOf(
  field: FilterField['field'],
  narrowing: Narrowing,
  { accountUuid }: FilterDesk,
): readonly QueryCondition[] {
  const { lookup, values } = narrowing;
  const hasNone = lookup === 'is_null' && values[0] === 1;
  switch (field) {
    case 'account':
      return (lookup === 'is_null' && !hasNone) || values.includes(accountUuid) ? [] : [NOTHING];
    case 'nothing':
      return hasNone ? [] : [NOTHING];
    case 'is_near':
      return [{ ...narrowing, field, orNull: values.includes(0) }];
    default:
      return [{ ...narrowing, field }];
  }
}
