/** What the calls about people, vehicles and the like share: places, pages of lists, and refusals in their words. */
import type { Whereabouts } from '../../model/records.ts';
import type { Refusal } from '../../model/refusal.ts';
import { type Failure, type Fault, invalid } from './errors.ts';
import {
  array,
  decimal,
  type Fields,
  integer,
  line,
  object,
  optional,
  otherwise,
  type Read,
  type Reader,
  required,
} from './parameters.ts';
import { refusalFailure } from './refusals.ts';
import { INTEGER, maybe, NUMBER, nullable, record, STRING } from './shapes.ts';
import { id, offset } from './usual.ts';

export const TAGS = otherwise(array(id, 0, 100), []);

const PLACE = {
  lat: required(decimal(-90, 90)),
  lng: required(decimal(-180, 180)),
  address: otherwise(line(0, 255), ''),
  radius: optional(integer(1, 300_000)),
} satisfies Fields;

/** Somewhere, or null. */
export const LOCATION: Reader<Whereabouts | null> = optional(placeReader());

function placeReader(): Reader<Whereabouts> {
  const reader = object(PLACE);
  return {
    schema: reader.schema,
    fromText: reader.fromText,
    read(value, site) {
      const place = reader.read(value, site);
      if (place === undefined) return undefined;
      const { lat, lng, address, radius } = place;
      return { latDeg: lat, lonDeg: lng, address, ...(radius !== null && { radiusM: radius }) };
    },
  };
}

export const LOCATION_SHAPE = nullable(record({ lat: NUMBER, lng: NUMBER, address: STRING, radius: maybe(INTEGER) }));

export function locationWire(place: Whereabouts | null): object | null {
  if (place === null) return null;
  const { latDeg, lonDeg, address, radiusM } = place;
  return { lat: latDeg, lng: lonDeg, address, ...(radiusM !== undefined && { radius: radiusM }) };
}

/** `names`: what the model calls differently; `owner`: the parameter that holds the object. */
export function filingFailure(refusal: Refusal, owner: string, names: Readonly<Record<string, string>>): Failure {
  if (refusal.code !== 'invalid') return refusalFailure(refusal);
  const { parameter = '', message } = refusal;
  const fault: Fault = { parameter: `${owner}.${names[parameter] ?? parameter}`, error: message };
  return invalid([fault]);
}

/** The longest page, and the one that is given unasked. */
const PAGE_MAX = 10_000;
const SORTS_MAX = 2;

type Wire = Readonly<Record<string, unknown>>;

interface SortKey {
  readonly field: string;
  readonly descending: boolean;
}

function sortReader(names: readonly string[]): Reader<SortKey> {
  return {
    schema: { type: 'string', pattern: `^(${names.join('|')})=(asc|desc)$` },
    fromText: (value) => value,
    read(value, site) {
      const [field = '', direction] = typeof value === 'string' ? value.split('=') : [];
      if (direction !== 'asc' && direction !== 'desc') return site.fault('must match "^[a-z_]+=(asc|desc)$"');
      if (!names.includes(field)) return site.fault(`Should be one of [${names.join(', ')}]`);
      return { field, descending: direction === 'desc' };
    },
  };
}

/** What a list may be asked for: `names` are those that it sorts by. */
export function pageFields(names: readonly string[]) {
  return {
    limit: otherwise(integer(0, PAGE_MAX), PAGE_MAX),
    offset,
    sort: otherwise(array(sortReader(names), 0, SORTS_MAX), []),
    filter: optional(line(0, 100)),
  } satisfies Fields;
}

/** `searched`: names of which one has to contain the filter, in whatever case. `count`: all matches, before paging. */
export function pageOf(
  rows: readonly Wire[],
  { limit, offset, sort, filter }: Read<ReturnType<typeof pageFields>>,
  searched: readonly string[],
): { readonly list: readonly Wire[]; readonly count: number } {
  const part = filter?.toLowerCase() ?? '';
  const matches =
    part === '' ? [...rows] : rows.filter((row) => searched.some((name) => textIn(row, name).includes(part)));
  matches.sort((a, b) => compare(a, b, sort));
  return { list: matches.slice(offset, offset + limit), count: matches.length };
}

function textIn(row: Wire, name: string): string {
  const value = row[name];
  return value === null || value === undefined ? '' : String(value).toLowerCase();
}

/** What has no value comes first, as in a database. */
function compare(a: Wire, b: Wire, sort: readonly SortKey[]): number {
  for (const { field, descending } of sort) {
    const order = compareValues(a[field], b[field]);
    if (order !== 0) return descending ? -order : order;
  }
  return compareValues(a['id'], b['id']);
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a ?? '').toLowerCase(), String(b ?? '').toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}
