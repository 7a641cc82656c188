/** The Navixy dialect in the API's document: made of what each call says it takes and gives. */
import type { Components, Content, Operation, Part, Response, Tag } from '../document.ts';
import { responseNamed, schemaNamed } from '../document.ts';
import { exampleOf } from '../json-example.ts';
import { isSchema, type SchemaNames, withNames, withNamesInside } from '../schema-names.ts';
import type { Desk } from './answer.ts';
import { type Call, COMMON } from './call.ts';
import { errorTable } from './errors.ts';
import { type Fields, objectSchema } from './parameters.ts';
import { type JsonSchema, maybe, record, STRING } from './shapes.ts';

/** Readers may depend on the desk, their schemas do not. */
const ANY_DESK: Pick<Desk, 'rule'> = { rule: { refusePastTo: false, now: () => 0 } };
const FAILURE_NAME = 'NavixyFailure';

const HASH: JsonSchema = {
  type: 'string',
  pattern: '^[0-9a-fA-F]{32}$',
  description: 'the key, where neither query nor header carries it',
  examples: ['0123456789abcdef0123456789abcdef'],
};

const FAULTS: JsonSchema = {
  type: 'array',
  items: {
    anyOf: [
      record({ parameter: STRING, error: STRING }),
      record({ field_id: STRING, code: { type: 'integer' }, error: STRING }),
    ],
  },
  description: 'with code 7 every parameter at fault, with code 242 every field of a form',
};

/** `{"success": false, "status": {...}}`, as every refusal is worded. */
const FAILURE: JsonSchema = record({
  success: { const: false },
  status: record({
    code: { type: 'integer', enum: errorTable().map(({ code }) => code) },
    description: STRING,
  }),
  errors: maybe(FAULTS),
});

const SECURITY_SCHEMES: Components['securitySchemes'] = {
  navixyQuery: { type: 'apiKey', in: 'query', name: 'hash' },
  navixyHeader: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`NVX <hash>`' },
};
const SECURITY: Operation['security'] = [{ navixyQuery: [] }, { navixyHeader: [] }];

export function navixyPart(calls: readonly Call[]): Part {
  const names = objectNames(calls);
  const paths = calls.map((entry) => [`/v2/${entry.path}`, { post: operationOf(entry, names) }] as const);
  return {
    tags: tagsOf(calls),
    paths: Object.fromEntries(paths),
    components: {
      schemas: { ...objectSchemas(names), [FAILURE_NAME]: FAILURE },
      responses: { [FAILURE_NAME]: failureResponse() },
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

/** Everything a call may be given, but for the key. */
export function parametersOf({ takes }: Call): Fields {
  return { ...(typeof takes === 'function' ? takes(ANY_DESK) : takes), ...COMMON };
}

/** A success of the call; null = it answers with a file. */
function successOf({ gives }: Call): JsonSchema | null {
  return gives === 'file' ? null : record({ success: { const: true }, ...gives });
}

function operationOf(entry: Call, names: SchemaNames): Operation {
  return {
    operationId: `navixy_${entry.path.replaceAll('/', '_')}`,
    summary: entry.summary,
    tags: [tagOf(entry)],
    'x-scope': entry.scope,
    security: entry.scope === null ? [] : SECURITY,
    requestBody: { required: false, content: bodyOf(entry) },
    responses: { 200: successResponse(entry, names), default: responseNamed(FAILURE_NAME) },
  };
}

/** In a form, lists and objects are JSON. */
function bodyOf(entry: Call): Content {
  const fields = parametersOf(entry);
  const own = objectSchema(fields);
  const properties = own['properties'] as Record<string, JsonSchema>;
  const schema = entry.scope === null ? own : { ...own, properties: { hash: HASH, ...properties } };
  const key = entry.scope === null ? {} : { hash: exampleOf(HASH) };
  const structured = Object.entries(properties).filter(([, property]) => isStructured(property));
  const encoding = Object.fromEntries(structured.map(([name]) => [name, { contentType: 'application/json' }]));
  return {
    'application/json': { schema, example: { ...key, ...Object(exampleOf(own)) } },
    'application/x-www-form-urlencoded': { schema, encoding },
  };
}

function isStructured(schema: JsonSchema): boolean {
  const { type, anyOf } = schema;
  if (Array.isArray(anyOf)) return anyOf.some(isStructured);
  return type !== 'string' && type !== 'integer' && type !== 'number' && type !== 'boolean' && type !== 'null';
}

function successResponse(entry: Call, names: SchemaNames): Response {
  const schema = successOf(entry);
  if (schema === null) return { description: 'The file', content: { 'application/octet-stream': {} } };
  return { description: 'Done', content: { 'application/json': { schema: withNames(schema, names) } } };
}

function failureResponse(): Response {
  const rows = errorTable().map(({ code, text, status }) => `| ${code} | ${text} | ${status} |`);
  return {
    description: ['Refused', '', '| code | description | HTTP |', '|---|---|---|', ...rows].join('\n'),
    content: { 'application/json': { schema: schemaNamed(FAILURE_NAME) } },
  };
}

function tagsOf(calls: readonly Call[]): Tag[] {
  return [...new Set(calls.map(tagOf))].map((name) => ({ name }));
}

function tagOf(entry: Call): string {
  return `navixy ${resourceOf(entry)}`;
}

function resourceOf({ path }: Call): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/**
 * A resource's object is what its `read` answers, first where it answers with several; or what its `list` lists, which
 * has another name where it says more.
 */
function objectNames(calls: readonly Call[]): SchemaNames {
  const names = new Map<string, string>();
  for (const [action, objectIn] of [
    ['read', valueIn],
    ['list', itemIn],
  ] as const) {
    for (const entry of calls.filter(({ path }) => path.endsWith(`/${action}`))) {
      const schema = objectIn(entry);
      if (schema === null || names.has(JSON.stringify(schema))) continue;
      const name = `Navixy${resourceOf(entry).split(/[/_]/).map(capitalized).join('')}`;
      const isTaken = [...names.values()].includes(name);
      names.set(JSON.stringify(schema), isTaken ? `${name}Listed` : name);
    }
  }
  return names;
}

function valueIn(entry: Call): JsonSchema | null {
  const value = memberOf(entry, 'value');
  const alternatives: unknown = value?.['anyOf'];
  const isOfSeveral = Array.isArray(alternatives) && alternatives.every((one) => objectOrNull(one) !== null);
  return objectOrNull(isOfSeveral ? alternatives[0] : value);
}

function itemIn(entry: Call): JsonSchema | null {
  return objectOrNull(memberOf(entry, 'list')?.['items']);
}

function memberOf(entry: Call, name: string): JsonSchema | undefined {
  const success = successOf(entry);
  return success === null ? undefined : (success['properties'] as Record<string, JsonSchema>)[name];
}

function objectOrNull(schema: unknown): JsonSchema | null {
  return isSchema(schema) && schema['type'] === 'object' && 'properties' in schema ? schema : null;
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function objectSchemas(names: SchemaNames): Components['schemas'] {
  const entries = [...names].map(([json, name]) => [name, withNamesInside(JSON.parse(json), names)] as const);
  return Object.fromEntries(entries);
}
