/** Objects that occur in many schemas are written once in the API's document, and referred to by name. */
import { schemaNamed } from './document.ts';
import type { JsonSchema } from './navixy/shapes.ts';

/** Names by the schema as JSON. */
export type SchemaNames = ReadonlyMap<string, string>;

/** The schema with references where named objects stand in it. */
export function withNames(schema: JsonSchema, names: SchemaNames): JsonSchema {
  const name = names.get(JSON.stringify(schema));
  return name === undefined ? withNamesInside(schema, names) : schemaNamed(name);
}

/** The same, but for the schema itself: what the name stands for. */
export function withNamesInside(schema: JsonSchema, names: SchemaNames): JsonSchema {
  const named = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(named);
    return isSchema(value) ? withNames(value, names) : value;
  };
  return Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, named(value)]));
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
