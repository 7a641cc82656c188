/** What TheTrack's lists are asked for: dates of creation, whose tasks, in which state; lists in one value are ours. */
import { type ThetrackProgress, type ThetrackStatus, thetrackStatus } from '../../model/projections.ts';
import { LIFECYCLE_STATES } from '../../model/task.ts';
import type { QueryCondition } from '../../model/task-query.ts';
import type { DriverFilter } from '../../operations/drivers.ts';
import type { Faults } from '../rest/faults.ts';
import { isUuid, parseInstant } from '../rest/wire.ts';

type Query = Readonly<Record<string, unknown>>;
type Filtered<T> = { readonly value: T } | { readonly faults: Faults };

/** The value of one parameter; throws nothing, tells what is wrong. */
type Parse<T> = (text: string) => T | null;

/** Reads parameters one by one, and collects what is wrong with them. */
class Parameters {
  readonly faults: Record<string, readonly string[]> = {};
  readonly #query: Query;

  constructor(query: Query) {
    this.#query = query;
  }

  /** undefined = it is not there, or wrong; an empty one is not there. */
  read<T>(name: string, expected: string, parse: Parse<T>): T | undefined {
    const sent = this.#query[name];
    if (sent === undefined || sent === '') return undefined;
    const value = typeof sent === 'string' ? parse(sent) : null;
    if (value !== null) return value;
    this.faults[name] = [`Expected ${expected}, received ${JSON.stringify(sent).slice(0, SHOWN_CHARACTERS_MAX)}.`];
    return undefined;
  }

  outcome<T>(value: T): Filtered<T> {
    return Object.keys(this.faults).length > 0 ? { faults: this.faults } : { value };
  }
}

const SHOWN_CHARACTERS_MAX = 80;
const VALUES_MAX = 100;

export function taskConditions(query: Query): Filtered<readonly QueryCondition[]> {
  const parameters = new Parameters(query);
  const conditions: QueryCondition[] = [{ field: 'state', lookup: 'in', values: statesOf(STATUSES) }];
  const { fromMs, toMs } = periodOf(parameters);
  if (fromMs !== undefined) conditions.push({ field: 'created', lookup: 'gte', values: [fromMs] });
  if (toMs !== undefined) conditions.push({ field: 'created', lookup: 'lte', values: [toMs] });
  const drivers = parameters.read('driver_id', 'a UUID, or several with commas', each(uuidOrNull));
  if (drivers !== undefined) conditions.push({ field: 'tracker', lookup: 'in', values: drivers });
  const isFree = parameters.read('not_assigned', 'true or false', flagOrNull);
  if (isFree !== undefined) conditions.push({ field: 'tracker', lookup: 'is_null', values: [Number(isFree)] });
  const progress = parameters.read('progress', wordsOf(PROGRESSES), each(among(PROGRESSES)));
  if (progress !== undefined) conditions.push({ field: 'progress', lookup: 'in', values: progress });
  const statuses = parameters.read('status', wordsOf(STATUSES), each(among(STATUSES)));
  if (statuses !== undefined) conditions.push({ field: 'state', lookup: 'in', values: statesOf(statuses) });
  const lookupId = parameters.read('lookup_id', 'a text', anything);
  if (lookupId !== undefined) conditions.push({ field: 'external_id', lookup: 'is', values: [lookupId] });
  return parameters.outcome(conditions);
}

export function driverFilter(query: Query): Filtered<DriverFilter> {
  const parameters = new Parameters(query);
  const period = periodOf(parameters);
  const lookupId = parameters.read('lookup_id', 'a text', anything);
  return parameters.outcome({ ...period, ...(lookupId !== undefined && { lookupId }) });
}

function periodOf(parameters: Parameters): Pick<DriverFilter, 'fromMs' | 'toMs'> {
  const expected = 'an instant such as 2026-03-02T08:15:00Z, or a day';
  const fromMs = parameters.read('min_date', expected, (text) => dateMs(text, 0));
  const toMs = parameters.read('max_date', expected, (text) => dateMs(text, DAY_MS - 1));
  return { ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
}

const DAY_MS = 86_400_000;

/** Of a day without a time its beginning, and so much. */
function dateMs(text: string, laterMs: number): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return parseInstant(text);
  const ms = parseInstant(`${text}T00:00Z`);
  return ms === null ? null : ms + laterMs;
}

export const STATUSES = [
  'pending',
  'assigned',
  'in_queue',
  'started',
  'suspended',
  'completed',
  'canceled',
] as const satisfies readonly ThetrackStatus[];

export const PROGRESSES = [
  'pending',
  'on_the_way',
  'arriving',
  'arrived',
] as const satisfies readonly ThetrackProgress[];

/** Drafts have no status here, and are never found. */
function statesOf(statuses: readonly string[]): readonly string[] {
  return LIFECYCLE_STATES.filter((state) => statuses.includes(thetrackStatus(state) ?? ''));
}

function each<T>(parse: Parse<T>): Parse<readonly T[]> {
  return (text) => {
    const values = text.split(',', VALUES_MAX + 1).map(parse);
    return values.length > VALUES_MAX || values.includes(null) ? null : (values as readonly T[]);
  };
}

function among<W extends string>(words: readonly W[]): Parse<W> {
  return (text) => words.find((word) => word === text) ?? null;
}

function wordsOf(words: readonly string[]): string {
  return `one of ${words.join(', ')}, or several with commas`;
}

function uuidOrNull(text: string): string | null {
  return isUuid(text) ? text.toLowerCase() : null;
}

function flagOrNull(text: string): boolean | null {
  const word = text.toLowerCase();
  return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : null;
}

function anything(text: string): string {
  return text;
}
