/** Random parameters for any call, drawn from the schema of what it takes: mostly as they should be, some not at all. */
import fc from 'fast-check';
import { exampleOf } from '../../src/api/json-example.ts';
import { INT_MAX } from '../../src/api/navixy/parameters.ts';
import { isInstant, type JsonSchema } from '../../src/api/navixy/shapes.ts';
import type { KnownIds } from './known-ids.ts';
import { type Parameters, type Place, placesOf } from './places.ts';

/** How far above the least a number mostly is. */
const SMALL = 12;
const CHARACTERS_MAX = 60;
const ITEMS_MAX = 5;

/** Stand for texts that JSON.stringify does not write. */
const RAW_TOKENS: Readonly<Record<string, string>> = {
  '@NaN@': 'NaN',
  '@1e309@': '1e309',
  '@-1e309@': '-1e309',
  '@-0@': '-0',
};

/** Texts like '@1e309@' stand for the bare token. */
export function jsonText(parameters: object, tokens = RAW_TOKENS): string {
  return JSON.stringify(parameters).replaceAll(/"(@[^@"]+@)"/g, (text, token) => tokens[token] ?? text);
}

const DATES = fc.constantFrom(
  '2026-03-01 08:00:00',
  '2026-03-01 09:30:00',
  '2026-03-02 17:00:00',
  '2026-03-01T08:00:00Z',
  '2026-03-01T08:00:00.250+0530',
);

/** What nobody should send, and somebody does. */
const ODDITY: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', ' ', 0, -1, 0.5, 2 ** 31, 2 ** 53, 1e300, [], {}, [[]], [null], {
    a: null,
  }),
  fc.constantFrom(
    ...Object.keys(RAW_TOKENS),
    'NaN',
    '1e309',
    'null',
    'undefined',
    '0x10',
    '１２',
    '__proto__',
    'constructor',
  ),
  fc.constantFrom(
    '2026-02-31 08:00:00',
    '2026-03-29 02:30:00',
    '0000-00-00 00:00:00',
    '9999-12-31 23:59:59',
    '2026-03-01',
  ),
  fc.constantFrom(
    '\ud800',
    'a\udfffb',
    '\u0000',
    '\u001b[2J',
    '\u202e',
    '\ufeff',
    '\ue000',
    'e\u0301',
    '👩‍👩‍👧‍👦',
    'ﷺ',
  ),
  fc.constantFrom("' OR 1=1 --", '%', '_', '\\', '../../etc/passwd', '<script>', '{{1}}', '%00', '\r\nX-A: b'),
  fc.integer({ min: 100, max: 3000 }).map((length) => 'x'.repeat(length)),
  fc.string({ unit: 'binary', maxLength: CHARACTERS_MAX }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 19).replace('T', ' ')),
);

/** Four in ten with something wrong in one or two places. */
export function parametersArbitrary(schema: JsonSchema, knownIds: KnownIds): fc.Arbitrary<Parameters> {
  const sound = soundValue(schema, '', knownIds) as fc.Arbitrary<Parameters>;
  const places = placesOf(schema);
  if (places.length === 0) return sound;
  const damage = fc.tuple(fc.constantFrom(...places), fc.option(ODDITY, { nil: undefined, freq: 4 }));
  const damaged = fc
    .tuple(
      fc.oneof(sound, fc.constant(exampleOf(schema) as Parameters)),
      fc.array(damage, { minLength: 1, maxLength: 2 }),
    )
    .map(([parameters, damages]) => damages.reduce(put, parameters));
  return fc.oneof({ arbitrary: sound, weight: 6 }, { arbitrary: damaged, weight: 4 });
}

function put(parameters: Parameters, [place, value]: readonly [Place, unknown]): Parameters {
  return place.put(parameters, value);
}

/** What the schema takes, as far as a schema says it. `name`: of the parameter it is, or is in. */
function soundValue(schema: JsonSchema, name: string, knownIds: KnownIds): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema['const']);
  const words = listAt(schema, 'enum');
  if (words.length > 0) return fc.constantFrom(...words);
  const alternatives = [...listAt(schema, 'anyOf'), ...listAt(schema, 'oneOf')] as JsonSchema[];
  if (alternatives.length > 0) return fc.oneof(...alternatives.map((each) => soundValue(each, name, knownIds)));
  const { type } = schema;
  if (Array.isArray(type))
    return fc.oneof(...type.map((each) => soundValue({ ...schema, type: each }, name, knownIds)));
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return integerOf(schema, knownIds.of(name));
    case 'number':
      return numberOf(schema);
    case 'string':
      return textOf(schema);
    case 'array':
      return arrayOf(schema, name, knownIds);
    case 'object':
      return objectOf(schema, name, knownIds);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** Whatever may be as large as an id is taken for one. */
function integerOf(schema: JsonSchema, ids: readonly number[]): fc.Arbitrary<number> {
  const min = numberAt(schema, 'minimum', -1000);
  const max = numberAt(schema, 'maximum', INT_MAX);
  const isId = max === INT_MAX && ids.length > 0;
  const usual = isId ? fc.constantFrom(...ids) : fc.integer({ min, max: Math.min(max, min + SMALL) });
  const any = fc.integer({ min, max });
  return fc.oneof({ arbitrary: usual, weight: 8 }, { arbitrary: any, weight: 1 }, fc.constantFrom(min, max));
}

function numberOf(schema: JsonSchema): fc.Arbitrary<number> {
  const min = numberAt(schema, 'minimum', -1e6);
  const max = numberAt(schema, 'maximum', 1e6);
  const whole = fc.integer({ min: Math.ceil(Math.max(min, -INT_MAX)), max: Math.floor(Math.min(max, INT_MAX)) });
  return fc.oneof(fc.double({ min, max, noNaN: true }), fc.constantFrom(min, max), whole);
}

function textOf(schema: JsonSchema): fc.Arbitrary<string> {
  const { pattern } = schema;
  if (isInstant(schema)) return DATES;
  const minLength = numberAt(schema, 'minLength', 0);
  const maxLength = Math.min(numberAt(schema, 'maxLength', CHARACTERS_MAX), Math.max(minLength, CHARACTERS_MAX));
  const free = fc.oneof(fc.string({ minLength, maxLength }), fc.string({ unit: 'grapheme', minLength, maxLength }));
  const like = typeof pattern === 'string' ? matching(pattern) : null;
  return like === null ? free : fc.oneof({ arbitrary: like, weight: 4 }, { arbitrary: free, weight: 1 });
}

/** null = the expression holds what cannot be drawn from. */
function matching(pattern: string): fc.Arbitrary<string> | null {
  try {
    return fc.stringMatching(new RegExp(pattern));
  } catch {
    return null;
  }
}

function arrayOf(schema: JsonSchema, name: string, knownIds: KnownIds): fc.Arbitrary<unknown[]> {
  const minLength = numberAt(schema, 'minItems', 0);
  const maxLength = Math.min(numberAt(schema, 'maxItems', ITEMS_MAX), minLength + ITEMS_MAX);
  const items = soundValue((schema['items'] ?? {}) as JsonSchema, name, knownIds);
  const limits = { minLength, maxLength };
  return schema['uniqueItems'] === true
    ? fc.uniqueArray(items, { ...limits, selector: (item) => JSON.stringify(item) })
    : fc.array(items, limits);
}

function objectOf(schema: JsonSchema, name: string, knownIds: KnownIds): fc.Arbitrary<object> {
  const { additionalProperties, propertyNames } = schema;
  const requiredKeys = listAt(schema, 'required').map(String);
  const named = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  // What is required may not be described.
  const properties = { ...Object.fromEntries(requiredKeys.map((key) => [key, {}])), ...named };
  const values = Object.entries(properties).map(([key, member]) => [
    key,
    soundValue(member, key === 'id' ? name : key, knownIds),
  ]);
  const members = fc.record<Record<string, unknown>>(Object.fromEntries(values), { requiredKeys });
  if (typeof additionalProperties !== 'object' || additionalProperties === null) return members;
  const names =
    propertyNames === undefined
      ? fc.string({ maxLength: 10 })
      : soundValue({ type: 'string', ...propertyNames }, '', knownIds);
  return fc.dictionary(names as fc.Arbitrary<string>, soundValue(additionalProperties as JsonSchema, name, knownIds), {
    maxKeys: 3,
  });
}

function listAt(schema: JsonSchema, keyword: string): readonly unknown[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value : [];
}

function numberAt(schema: JsonSchema, keyword: string, otherwise: number): number {
  const value = schema[keyword];
  return typeof value === 'number' ? value : otherwise;
}

/** As one part of a path. Nothing, a dot and two are none: whoever parses the address takes them away (URL Standard, 4.4). */
export function pathPart(text: string): string {
  const plain = text.replaceAll(/\p{Cs}/gu, '');
  return encodeURIComponent(/^\.{0,2}$/.test(plain) ? '-' : plain);
}
