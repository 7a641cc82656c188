/**
 * Filters of short lists, `field` and `field__lookup` over a typed table: what is asked of each item. A parameter that is
 * no filter is ignored, a value that cannot be read is a fault under its own name.
 */
import type { Faults } from '../rest/faults.ts';
import { parseInstant, referredUuid } from '../rest/wire.ts';

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

type Value = string | number | boolean | null;

interface FilterField<T> {
  /** A `uuid` may also be the URL of something of its collection. */
  readonly type: 'text' | 'uuid' | 'instant' | 'flag';
  readonly collection?: string;
  readonly of: (item: T) => Value;
}

export type FilterFields<T> = Readonly<Record<string, FilterField<T>>>;

type Test<T> = (item: T) => boolean;

/** Values of one list. */
const VALUES_MAX = 1_000;

export function readFilters<T>(
  query: Query,
  fields: FilterFields<T>,
): { readonly matches: Test<T> } | { readonly faults: Faults } {
  const tests: Test<T>[] = [];
  const faults: Record<string, readonly string[]> = {};
  for (const [name, given] of Object.entries(query)) {
    const [fieldName = '', lookup = 'exact', ...rest] = name.split('__');
    const field = Object.hasOwn(fields, fieldName) ? fields[fieldName] : undefined;
    if (field === undefined || given === undefined || rest.length > 0) continue;
    const read = testOf(field, lookup, textOf(given));
    if (read === null) continue;
    if ('fault' in read) faults[name] = [read.fault];
    else tests.push(read.test);
  }
  if (Object.keys(faults).length > 0) return { faults };
  return { matches: (item) => tests.every((test) => test(item)) };
}

/** A key that is repeated counts as one list. */
export function textOf(given: string | readonly string[]): string {
  return typeof given === 'string' ? given : given.join(',');
}

/** null = no such lookup, which is ignored. */
function testOf<T>(
  field: FilterField<T>,
  lookup: string,
  text: string,
): { readonly test: Test<T> } | { readonly fault: string } | null {
  switch (lookup) {
    case 'exact':
      return withValue(field, text, (value, wanted) => value === wanted);
    case 'in':
      return among(field, text);
    case 'isnull': {
      const isWanted = FLAGS[text.toLowerCase()];
      if (isWanted === undefined) return { fault: `Expected true or false, received ${text.slice(0, 60)}.` };
      return { test: (item) => (field.of(item) === null) === isWanted };
    }
    case 'gt':
      return compared(field, text, (value, wanted) => value > wanted);
    case 'gte':
      return compared(field, text, (value, wanted) => value >= wanted);
    case 'lt':
      return compared(field, text, (value, wanted) => value < wanted);
    case 'lte':
      return compared(field, text, (value, wanted) => value <= wanted);
    case 'icontains':
    case 'contains':
      return folded(field, text, (value, wanted) => value.includes(wanted));
    case 'istartswith':
    case 'startswith':
      return folded(field, text, (value, wanted) => value.startsWith(wanted));
    default:
      return null;
  }
}

function withValue<T>(field: FilterField<T>, text: string, isMet: (value: Value, wanted: Value) => boolean) {
  const wanted = valueIn(field, text);
  if (wanted === null) return { fault: unreadable(field, text) };
  return { test: (item: T) => isMet(field.of(item), wanted) };
}

function among<T>(field: FilterField<T>, text: string) {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > VALUES_MAX) return { fault: `Expected at most ${VALUES_MAX} values, received ${parts.length}.` };
  const wanted = new Set<Value>();
  for (const part of parts) {
    const value = valueIn(field, part);
    if (value === null) return { fault: unreadable(field, part) };
    wanted.add(value);
  }
  return { test: (item: T) => wanted.has(field.of(item)) };
}

/** Of what has an order; a comparison never matches null. */
function compared<T>(field: FilterField<T>, text: string, isMet: (value: number, wanted: number) => boolean) {
  if (field.type !== 'instant') return null;
  return withValue(field, text, (value, wanted) => value !== null && isMet(Number(value), Number(wanted)));
}

function folded<T>(field: FilterField<T>, text: string, isMet: (value: string, wanted: string) => boolean) {
  if (field.type !== 'text') return null;
  const wanted = text.toLowerCase();
  return { test: (item: T) => isMet(String(field.of(item) ?? '').toLowerCase(), wanted) };
}

const FLAGS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** null = it cannot be read. */
function valueIn<T>({ type, collection }: FilterField<T>, text: string): Value {
  switch (type) {
    case 'text':
      return text;
    case 'uuid':
      return referredUuid(collection ?? '', text);
    case 'instant':
      return instantIn(text);
    case 'flag':
      return FLAGS[text.toLowerCase()] ?? null;
  }
}

/** A `+` that was not encoded has become a space on its way. null = it is no instant. */
export function instantIn(text: string): number | null {
  return parseInstant(text.replace(/(:\d{2}(?:\.\d+)?) (\d{2}:?\d{2})$/, '$1+$2'));
}

const EXPECTED: Readonly<Record<FilterField<never>['type'], string>> = {
  text: 'a text',
  uuid: 'a UUID',
  instant: 'an instant such as 2026-03-02T08:15:00Z',
  flag: 'true or false',
};

function unreadable<T>({ type }: FilterField<T>, text: string): string {
  return `Expected ${EXPECTED[type]}, received ${text.slice(0, 60)}.`;
}

/** Whether every word of a search is somewhere in the texts, in whatever case. */
export function hasWords(search: string, texts: readonly (string | null)[]): boolean {
  const all = texts.join('\n').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
