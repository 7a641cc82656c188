/**
 * What may follow a field's name in a filter (`complete_before__lte_or_isnull`), by what the field holds, and how the
 * parameter's text is read. Values are hostile until read here.
 */
import { type Lookup, QUERY_LIMITS, type QueryCondition, type QueryValue } from '../../model/task-query.ts';
import { type Reading, unfit } from '../rest/fields.ts';
import { parseDuration, parseInstant, referredUuid } from '../rest/wire.ts';

/** A condition that does not know its field yet. */
export type Narrowing = Omit<QueryCondition, 'field'>;

/** `texts`: the parameter, as often as it is there. */
export type LookupReader = (texts: readonly string[]) => Reading<readonly Narrowing[]>;

/** By what stands behind the two underscores; '' = the bare name. */
export type Lookups = ReadonlyMap<string, LookupReader>;

/** One text as values: several where a word stands for several. null = it does not fit. */
interface ValueKind {
  readonly expected: string;
  read(text: string): readonly QueryValue[] | null;
}

// --- Kinds of values ---

export const TEXT: ValueKind = { expected: 'a text', read: (text) => [text] };

const FLAG_WORDS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['1', 1],
  ['false', 0],
  ['0', 0],
]);

const FLAG: ValueKind = {
  expected: 'true or false',
  read: (text) => listOrNull(FLAG_WORDS.get(text.toLowerCase())),
};

export const NUMBER: ValueKind = {
  expected: 'a number',
  read: (text) => (/^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? [Number(text)] : null),
};

export const DURATION: ValueKind = {
  expected: 'a duration such as 00:15:00',
  read: (text) => listOrNull(parseDuration(text)),
};

const INSTANT: ValueKind = {
  expected: 'an instant such as 2026-03-02T08:15:00Z',
  read: (text) => listOrNull(instantOf(text)),
};

/** Seconds since 1970, or the instant that they say. */
const POSITION: ValueKind = {
  expected: 'a number, or an instant such as 2026-03-02T08:15:00Z',
  read: (text) => NUMBER.read(text) ?? INSTANT.read(text)?.map((ms) => Number(ms) / 1000) ?? null,
};

export function words(meaning: ReadonlyMap<string, readonly QueryValue[]>): ValueKind {
  return { expected: `one of ${[...meaning.keys()].join(', ')}`, read: (text) => meaning.get(text) ?? null };
}

/** A bare UUID, or a URL of the collection. */
export function reference(collection: string): ValueKind {
  return {
    expected: `a UUID, or a URL of /${collection}/`,
    read: (text) => listOrNull(referredUuid(collection, text)),
  };
}

function listOrNull<T>(value: T | null | undefined): readonly T[] | null {
  return value === null || value === undefined ? null : [value];
}

/** A `+` that was not encoded has become a space on its way. */
function instantOf(text: string): number | null {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return parseInstant(`${text}T00:00:00Z`);
  return parseInstant(text.replace(/(:\d{2}(?:\.\d+)?) (\d{2}:?\d{2})$/, '$1+$2'));
}

// --- Families of lookups ---

/** What equals a value, or one of several. */
export function choices(kind: ValueKind): Lookups {
  return lookups({ '': one('in', kind), in: many('in', kind) });
}

/** A state is never null. */
export function states(kind: ValueKind): Lookups {
  return lookups({
    '': one('in', kind),
    in: many('in', kind),
    not_in: many('not_in', kind),
    in_or_isnull: many('in', kind),
    not_in_or_isnull: many('not_in', kind),
  });
}

export function references(collection: string): Lookups {
  const kind = reference(collection);
  return lookups({ '': one('in', kind), in: many('in', kind), isnull: one('is_null', FLAG) });
}

export function texts(): Lookups {
  return lookups({
    '': one('is', TEXT),
    in: many('in', TEXT),
    icontains: one('contains', TEXT),
    istartswith: one('starts_with', TEXT),
    search: one('words', PHRASE),
    isnull: one('is_null', FLAG),
  });
}

export function numbers(kind: ValueKind): Lookups {
  return lookups({ '': one('is', kind), in: many('in', kind), ...ranges(kind), isnull: one('is_null', FLAG) });
}

export function flags(): Lookups {
  return lookups({ '': one('is', FLAG), isnull: one('is_null', FLAG) });
}

/** The bare name takes a day, which is UTC's; the others an instant. */
export function instants(): Lookups {
  return dates(INSTANT, 1);
}

export function positions(): Lookups {
  const byDay = dates(POSITION, 1000);
  const read: LookupReader = (sent) => {
    return NUMBER.read(sent.at(-1) ?? '') === null ? byDay.get('')!(sent) : one('is', POSITION)(sent);
  };
  return new Map([...byDay, ['', read]]);
}

function dates(kind: ValueKind, msPerUnit: number): Lookups {
  return lookups({
    '': day(msPerUnit, false),
    date: day(msPerUnit, false),
    date_or_isnull: day(msPerUnit, true),
    ...ranges(kind),
    isnull: one('is_null', FLAG),
  });
}

function ranges(kind: ValueKind): Readonly<Record<string, LookupReader>> {
  const compared = (['gt', 'gte', 'lt', 'lte'] as const).flatMap((lookup) => [
    [lookup, one(lookup, kind)] as const,
    [`${lookup}_or_isnull`, one(lookup, kind, true)] as const,
  ]);
  return Object.fromEntries(compared);
}

/** What is not there is an empty list to GSMtasks: nothing but these is in it. */
export function lists(kind: ValueKind): Lookups {
  return lookups({
    contains: many('has_all', kind),
    overlap: many('has_any', kind),
    contained_by: many('has_only', kind, true),
    isnull: one('is_null', FLAG),
  });
}

function lookups(readers: Readonly<Record<string, LookupReader>>): Lookups {
  return new Map(Object.entries(readers));
}

// --- Readers ---

const PHRASE: ValueKind = {
  expected: `at most ${QUERY_LIMITS.words} words`,
  read: (text) => (isSearchable(text) ? [text] : null),
};

export function isSearchable(text: string): boolean {
  return text.trim().split(/\s+/).length <= QUERY_LIMITS.words;
}

function one(lookup: Lookup, kind: ValueKind, orNull = false): LookupReader {
  return (sent) => {
    const text = sent.at(-1) ?? '';
    const values = kind.read(text);
    return values === null ? unfit(text, kind.expected) : { value: [{ lookup, values, orNull }] };
  };
}

/** Several values with commas between them. */
function many(lookup: Lookup, kind: ValueKind, orNull = false): LookupReader {
  return (sent) => {
    const listed = sent
      .flatMap((text) => text.split(','))
      .map((text) => text.trim())
      .filter((text) => text !== '');
    const values = new Set<QueryValue>();
    for (const text of listed) {
      const read = kind.read(text);
      if (read === null) return unfit(text, kind.expected);
      for (const value of read) values.add(value);
    }
    if (values.size > QUERY_LIMITS.values) {
      return { faults: [`Expected at most ${QUERY_LIMITS.values} values, received ${values.size}.`] };
    }
    return { value: [{ lookup, values: [...values], orNull }] };
  };
}

const DAY_MS = 86_400_000;

function day(msPerUnit: number, orNull: boolean): LookupReader {
  return (sent) => {
    const text = sent.at(-1) ?? '';
    const fromMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? instantOf(text) : null;
    if (fromMs === null) return unfit(text, 'a date such as 2026-03-02');
    return {
      value: [
        { lookup: 'gte', values: [fromMs / msPerUnit], orNull },
        { lookup: 'lt', values: [(fromMs + DAY_MS) / msPerUnit], orNull },
      ],
    };
  };
}
