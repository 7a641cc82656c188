/**
 * What a Navixy call may be given, declared as tables of readers. A reader turns one value from outside into the type
 * that the call works with, or notes a fault in Bean Validation's words; reading goes on, so that all faults of a
 * request are told at once.
 */
import type { Calendar } from './calendar.ts';
import type { Fault } from './errors.ts';
import { type JsonSchema, WRITTEN_INSTANT } from './shapes.ts';

/** Where a reader stands: the dotted path of its parameter, and what it may use. */
export interface Site {
  readonly path: string;
  readonly calendar: Calendar;
  /** Notes the fault, one per parameter. Returns undefined, which is what a reader answers for "faulty". */
  fault(error: string, parameter?: string): undefined;
}

export interface Reader<T> {
  /** What it takes, for the API's document: never stricter than `read`, and as strict as a schema can say it. */
  readonly schema: JsonSchema;
  /** Absent and null are a fault. */
  readonly isRequired?: true;
  /** `undefined` in = absent, `undefined` out = faulty. */
  read(value: unknown, site: Site): T | undefined;
  /** A query or form value as JSON would have it; what cannot be is left as it is, for `read` to refuse. */
  fromText(text: string): unknown;
}

export type Fields = Readonly<Record<string, Reader<unknown>>>;
export type Read<F extends Fields> = { readonly [Name in keyof F]: F[Name] extends Reader<infer T> ? T : never };
export type Partly<F extends Fields> = { readonly [Name in keyof F]: Read<F>[Name] | undefined };

/** The parameters of one request: a JSON body, or texts of a form or query. Absent = undefined. */
export interface Given {
  find(
    name: string,
  ): { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'text'; text: string } | null;
}

/** int(32), Navixy's type of every id and count. */
export const INT_MAX = 2_147_483_647;

export type Reading<F extends Fields> =
  | { readonly kind: 'read'; readonly value: Read<F> }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

export function readParameters<F extends Fields>(fields: F, given: Given, calendar: Calendar): Reading<F> {
  const faults: Fault[] = [];
  const value: Record<string, unknown> = {};
  for (const [name, reader] of Object.entries(fields)) {
    value[name] = reader.read(givenValue(given, name, reader), siteAt(name, calendar, faults));
  }
  return faults.length === 0 ? { kind: 'read', value: value as Read<F> } : { kind: 'faulty', faults };
}

/** In a query or form a null is written as the word, or left out. */
function givenValue(given: Given, name: string, reader: Reader<unknown>): unknown {
  const found = given.find(name);
  if (found === null) return undefined;
  if (found.kind === 'json') return found.value;
  return found.text === 'null' ? null : reader.fromText(found.text);
}

function siteAt(path: string, calendar: Calendar, faults: Fault[]): Site {
  return {
    path,
    calendar,
    fault(error, parameter = path) {
      if (!faults.some((known) => known.parameter === parameter)) faults.push({ parameter, error });
      return undefined;
    },
  };
}

function siteIn(site: Site, name: string): Site {
  return siteFrom(site, `.${name}`);
}

/** Further along the path. */
export function siteFrom(site: Site, step: string): Site {
  const path = `${site.path}${step}`;
  return { path, calendar: site.calendar, fault: (error, parameter = path) => site.fault(error, parameter) };
}

/** A member of an element is told with the element's number; an element that is no more than a value goes by the list. */
function elementSite({ path, calendar, fault }: Site, index: number): Site {
  return { path: `${path}[${index}]`, calendar, fault };
}

/** Absent and null are a fault. */
export function required<T>(reader: Reader<T>): Reader<T> {
  return {
    schema: reader.schema,
    isRequired: true,
    fromText: reader.fromText,
    read: (value, site) => (isAbsent(value) ? site.fault('must not be null') : reader.read(value, site)),
  };
}

/** Absent and null are the fallback. */
export function otherwise<T, D>(reader: Reader<T>, fallback: D): Reader<T | D> {
  return {
    schema: { anyOf: [reader.schema, { type: 'null' }] },
    fromText: reader.fromText,
    read: (value, site) => (isAbsent(value) ? fallback : reader.read(value, site)),
  };
}

export function optional<T>(reader: Reader<T>): Reader<T | null> {
  return otherwise(reader, null);
}

export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

export function integer(min: number, max: number): Reader<number> {
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    fromText: (text) => (/^-?\d{1,19}$/.test(text) ? Number(text) : text),
    read(value, site) {
      if (typeof value !== 'number' || !Number.isInteger(value)) return site.fault(expected('an integer', value));
      return inRange(value, min, max, site);
    },
  };
}

export function decimal(min: number, max: number): Reader<number> {
  return {
    schema: { type: 'number', minimum: min, maximum: max },
    fromText: (text) => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text),
    read(value, site) {
      if (typeof value !== 'number') return site.fault(expected('a number', value));
      return inRange(value, min, max, site);
    },
  };
}

function inRange(value: number, min: number, max: number, site: Site): number | undefined {
  if (value < min) return site.fault(`must be greater than or equal to ${min}`);
  if (value > max) return site.fault(`must be less than or equal to ${max}`);
  return value;
}

export const bool: Reader<boolean> = {
  schema: { type: 'boolean' },
  fromText: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  read: (value, site) => (typeof value === 'boolean' ? value : site.fault(expected('true or false', value))),
};

/** Never allowed in any string: controls other than white space, private use, and halves of surrogate pairs. */
const FORBIDDEN = /[^\P{Cc}\t\n\v\f\r\x85]|\p{Co}|\p{Cs}/u;
/** In a line, breaks and tabs are not allowed either. */
const FORBIDDEN_IN_LINE = /\p{Cc}|\p{Co}|\p{Cs}|[\u2028\u2029]/u;

/** A string of several lines; sizes in UTF-16 units, as Java counts them. */
export function text(min: number, max: number): Reader<string> {
  return stringReader(min, max, FORBIDDEN);
}

/** A string on one line. */
export function line(min: number, max: number): Reader<string> {
  return stringReader(min, max, FORBIDDEN_IN_LINE);
}

/** A string on one line with more than white space in it. */
export function name(max: number): Reader<string> {
  const reader = line(1, max);
  return {
    schema: { ...reader.schema, pattern: '\\S' },
    fromText: reader.fromText,
    read(value, site) {
      const read = reader.read(value, site);
      return read !== undefined && read.trim() === '' ? site.fault('must not be blank') : read;
    },
  };
}

function stringReader(min: number, max: number, forbidden: RegExp): Reader<string> {
  return {
    schema: { type: 'string', minLength: min, maxLength: max },
    fromText: (value) => value,
    read(value, site) {
      if (typeof value !== 'string') return site.fault(expected('a string', value));
      if (value.length < min || value.length > max) return site.fault(`size must be between ${min} and ${max}`);
      return forbidden.test(value) ? site.fault('must not contain control or unassigned characters') : value;
    },
  };
}

export function oneOf<T extends string>(choices: readonly T[]): Reader<T> {
  return {
    schema: { type: 'string', enum: choices },
    fromText: (value) => value,
    read: (value, site) =>
      choices.find((choice) => choice === value) ?? site.fault(`Should be one of [${choices.join(', ')}]`),
  };
}

/** A date in either format, as ms UTC. */
export const instant: Reader<number> = {
  schema: WRITTEN_INSTANT,
  fromText: (value) => value,
  read(value, site) {
    const timeMs = typeof value === 'string' ? site.calendar.parse(value) : null;
    return timeMs ?? site.fault(expected("a date as yyyy-MM-dd HH:mm:ss or yyyy-MM-dd'T'HH:mm:ssZZ", value));
  },
};

export function array<T>(item: Reader<T>, min: number, max: number): Reader<readonly T[]> {
  return {
    schema: { type: 'array', items: item.schema, minItems: min, maxItems: max },
    fromText: jsonOrText,
    read(value, site) {
      if (!Array.isArray(value)) return site.fault(expected('an array', value));
      if (value.length < min || value.length > max) return site.fault(`size must be between ${min} and ${max}`);
      const items: T[] = [];
      for (const [index, element] of value.entries()) {
        if (isAbsent(element)) return site.fault('must not contain null');
        const read = item.read(element, elementSite(site, index));
        if (read === undefined) return undefined;
        items.push(read);
      }
      return items;
    },
  };
}

/** An array without repetitions. */
export function set<T>(item: Reader<T>, max: number): Reader<readonly T[]> {
  const reader = array(item, 0, max);
  return {
    schema: { ...reader.schema, uniqueItems: true },
    fromText: reader.fromText,
    read(value, site) {
      const items = reader.read(value, site);
      if (items === undefined || new Set(items).size === items.length) return items;
      return site.fault('must only contain unique elements');
    },
  };
}

/** `check` looks at fields beside each other; faulty ones are undefined there. */
export function object<F extends Fields>(
  fields: F,
  check: (value: Partly<F>, site: Site) => void = () => {},
): Reader<Read<F>> {
  return {
    schema: objectSchema(fields),
    fromText: jsonOrText,
    read(value, site) {
      if (!isObject(value)) return site.fault(expected('an object', value));
      const result: Record<string, unknown> = {};
      for (const [field, reader] of Object.entries(fields)) {
        result[field] = reader.read(Object.hasOwn(value, field) ? value[field] : undefined, siteIn(site, field));
      }
      check(result as Partly<F>, site);
      return Object.values(result).includes(undefined) ? undefined : (result as Read<F>);
    },
  };
}

/** Unknown members are ignored, as everywhere in this dialect. */
export function objectSchema(fields: Fields): JsonSchema {
  const entries = Object.entries(fields);
  const required = entries.filter(([, { isRequired }]) => isRequired).map(([field]) => field);
  const properties = Object.fromEntries(entries.map(([field, { schema }]) => [field, schema]));
  return { type: 'object', properties, required };
}

/** An object whose keys are data. */
export function map<T>(keyForm: RegExp, item: Reader<T>, sizeMax: number): Reader<Readonly<Record<string, T>>> {
  return {
    schema: {
      type: 'object',
      propertyNames: { pattern: keyForm.source },
      additionalProperties: item.schema,
      maxProperties: sizeMax,
    },
    fromText: jsonOrText,
    read(value, site) {
      if (!isObject(value)) return site.fault(expected('an object', value));
      const entries = Object.entries(value);
      if (entries.length > sizeMax) return site.fault(`size must be between 0 and ${sizeMax}`);
      const result: Record<string, T> = {};
      for (const [key, element] of entries) {
        if (!keyForm.test(key)) return site.fault(`keys must match "${keyForm.source}", not ${shown(key)}`);
        const read = item.read(element, siteIn(site, key));
        if (read === undefined) return undefined;
        result[key] = read;
      }
      return result;
    },
  };
}

/** A documented parameter that this server cannot honour yet: ignoring it would answer another question. */
export const unsupported: Reader<null> = {
  schema: { type: 'null' },
  fromText: jsonOrText,
  read(value, site) {
    const isNeutral =
      isAbsent(value) || value === '' || value === false || (Array.isArray(value) && value.length === 0);
    return isNeutral ? null : site.fault(`is not supported by this server: must be null, not ${shown(value)}`);
  },
};

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function expected(what: string, value: unknown): string {
  return `must be ${what}, not ${shown(value)}`;
}

const SHOWN_MAX = 60;

/** The value received, short and on one line. */
function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const json = JSON.stringify(typeof value === 'string' ? value.slice(0, SHOWN_MAX) : value);
  return typeof value === 'string' && value.length > SHOWN_MAX ? `${json.slice(0, -1)}..."` : json;
}
