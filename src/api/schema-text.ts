/** JSON Schemas in words, for people who read the API's document. */
import { isInstant, type JsonSchema } from './navixy/shapes.ts';

/** One member, with the members of plain objects in it as `outer.inner`. */
export interface SchemaRow {
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: JsonSchema;
}

export function rowsOf(schema: JsonSchema, prefix = ''): SchemaRow[] {
  const required = listIn(schema, 'required');
  return Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).flatMap(([name, member]) => {
    const row = { name: prefix + name, isRequired: required.includes(name), schema: member };
    return [row, ...rowsInside(member, row.name)];
  });
}

function rowsInside(schema: JsonSchema, name: string): SchemaRow[] {
  const alternatives = listIn(schema, 'anyOf') as JsonSchema[];
  if (alternatives.length > 0) return merged(alternatives.map((alternative) => rowsInside(alternative, name)));
  const items = schema['items'] as JsonSchema | undefined;
  return items === undefined ? rowsOf(schema, `${name}.`) : rowsInside(items, `${name}[]`);
}

/** One row for each member of any alternative, in the order of the first that has it; optional where one does without. */
function merged(alternatives: readonly (readonly SchemaRow[])[]): SchemaRow[] {
  const withMembers = alternatives.filter((rows) => rows.length > 0);
  const all = withMembers.flat();
  return [...new Set(all.map(({ name }) => name))].map((name) => {
    const same = all.filter((row) => row.name === name);
    const isRequired = same.length === withMembers.length && same.every((row) => row.isRequired);
    return { name, isRequired, schema: same.length === 1 ? same[0]!.schema : { anyOf: same.flatMap(plainOf) } };
  });
}

function plainOf({ schema }: SchemaRow): readonly unknown[] {
  const alternatives = listIn(schema, 'anyOf');
  return alternatives.length === 0 ? [schema] : alternatives;
}

/** Objects with a name of their own appear as `→Name`. */
export function typeText(schema: JsonSchema): string {
  const { $ref, type, description } = schema;
  if (typeof $ref === 'string') return `→${$ref.slice($ref.lastIndexOf('/') + 1)}`;
  if ('const' in schema) return JSON.stringify(schema['const']);
  if ('enum' in schema) return listIn(schema, 'enum').map(String).join(' | ');
  if (isInstant(schema)) return 'date';
  if (typeof description === 'string') return description;
  const alternatives = [...listIn(schema, 'anyOf'), ...listIn(schema, 'oneOf')] as JsonSchema[];
  if (alternatives.length > 0) return [...new Set(alternatives.map(typeText))].join(' or ');
  return Array.isArray(type)
    ? type.join(' or ')
    : `${typeof type === 'string' ? type : 'anything'}${limitsText(schema)}`;
}

function limitsText(schema: JsonSchema): string {
  const { items, pattern } = schema;
  const range = rangeText(schema, 'minimum', 'maximum');
  const length = rangeText(schema, 'minLength', 'maxLength');
  const size = rangeText(schema, 'minItems', 'maxItems');
  const form = pattern === '\\S' ? ', not blank' : typeof pattern === 'string' ? ` like ${pattern}` : '';
  const element = items === undefined ? '' : ` of ${typeText(items as JsonSchema)}`;
  return `${range}${length && `${length} characters`}${size && `${size} long`}${form}${element}`;
}

function rangeText(schema: JsonSchema, least: string, most: string): string {
  const min = schema[least];
  const max = schema[most];
  if (min === undefined && max === undefined) return '';
  return ` ${min ?? ''}..${max ?? ''}`;
}

function listIn(schema: JsonSchema, keyword: string): readonly unknown[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value : [];
}
