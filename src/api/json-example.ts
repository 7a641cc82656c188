/** A plain value that a schema takes, for the examples of the API's document. */
import type { JsonSchema } from './navixy/shapes.ts';

/** Tried in this order where a schema only says how a string must look. */
const TEXTS = [
  ...[
    'text',
    '1',
    'a1',
    '2026-03-01 08:00:00',
    '2026-03-01T08:00:00Z',
    '2026-03-01',
    '08:00:00',
    '08:00',
    'Europe/Berlin',
  ],
  ...[
    '356307042441013',
    'utc',
    'FF0000',
    'id=asc',
    'anna@example.com',
    '+4930123456',
    '0123456789abcdef0123456789abcdef',
  ],
];

/** Only what is required is filled in. A schema that `TEXTS` do not fit says one itself, as `examples`. */
export function exampleOf(schema: JsonSchema): unknown {
  const [given] = listAt(schema, 'examples');
  if (given !== undefined) return given;
  if ('const' in schema) return schema['const'];
  const [first] = listAt(schema, 'enum');
  if (first !== undefined) return first;
  const alternatives = [...listAt(schema, 'anyOf'), ...listAt(schema, 'oneOf')] as JsonSchema[];
  const alternative = alternatives.find(({ type }) => type !== 'null') ?? alternatives[0];
  return alternative === undefined ? exampleOfType(schema) : exampleOf(alternative);
}

function exampleOfType(schema: JsonSchema): unknown {
  const { type } = schema;
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return exampleObject(schema);
    case 'array':
      return Array.from({ length: numberAt(schema, 'minItems', 0) }, () => exampleOf(partAt(schema, 'items')));
    case 'integer':
    case 'number':
      return Math.min(Math.max(1, numberAt(schema, 'minimum', 1)), numberAt(schema, 'maximum', 1));
    case 'string':
      return exampleText(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return {};
  }
}

function exampleObject(schema: JsonSchema): object {
  const properties = partAt(schema, 'properties');
  const required = listAt(schema, 'required').map(String);
  const least = Math.max(required.length, numberAt(schema, 'minProperties', 0));
  const names = [...new Set([...required, ...Object.keys(properties)])].slice(0, least);
  return Object.fromEntries(names.map((name) => [name, exampleOf(partAt(properties, name))]));
}

function exampleText(schema: JsonSchema): string {
  const { pattern } = schema;
  const form = typeof pattern === 'string' ? new RegExp(pattern, 'u') : /^/;
  const least = numberAt(schema, 'minLength', 0);
  const longest = numberAt(schema, 'maxLength', Number.POSITIVE_INFINITY);
  const fitting = TEXTS.find((text) => form.test(text) && text.length >= least && text.length <= longest);
  return fitting ?? 'x'.repeat(least);
}

function listAt(schema: JsonSchema, keyword: string): readonly unknown[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value : [];
}

function numberAt(schema: JsonSchema, keyword: string, otherwise: number): number {
  const value = schema[keyword];
  return typeof value === 'number' ? value : otherwise;
}

function partAt(schema: JsonSchema, keyword: string): JsonSchema {
  const value = schema[keyword];
  return typeof value === 'object' && value !== null ? (value as JsonSchema) : {};
}
