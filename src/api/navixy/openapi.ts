/** The Navixy dialect in the API's document: made of what each call says it takes and gives. */
import type { Components, Content, Operation, Parameter, Part, Response, Tag } from '../document.ts';
import { responseNamed, schemaNamed } from '../document.ts';
import { exampleOf } from '../json-example.ts';
import { isSchema, type SchemaNames, withNames, withNamesInside } from '../schema-names.ts';
import type { Desk } from './answer.ts';
import { type Call, COMMON } from './call.ts';
import { errorTable } from './errors.ts';
import { UPLOAD_PATH } from './form-upload.ts';
import { KEY_FORM } from './idempotency.ts';
import { type Fields, objectSchema } from './parameters.ts';
import { rightOf } from './rights.ts';
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

/** Sent again under its key, the call makes nothing twice. */
const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', pattern: KEY_FORM },
};

/** No call like the others: a body of parts, and a token in place of a key. */
const UPLOAD: Operation = {
  operationId: operationId(UPLOAD_PATH),
  summary: 'Takes in the content of a file for a form; the fields come first, the file last',
  tags: [tagOf({ path: UPLOAD_PATH })],
  'x-scope': null,
  security: [],
  requestBody: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: {
            token: { type: 'string', description: 'as task/form/file/create gave it' },
            file: { type: 'string', format: 'binary' },
          },
          required: ['token', 'file'],
        },
      },
    },
  },
  responses: {
    200: { description: 'Done', content: { 'application/json': { schema: record({ success: { const: true } }) } } },
    default: responseNamed(FAILURE_NAME),
  },
};

export function navixyPart(calls: readonly Call[]): Part {
  const names = objectNames(calls);
  const paths = calls.map((entry) => [`/v2/${entry.path}`, { post: operationOf(entry, names) }] as const);
  return {
    tags: tagsOf(calls),
    paths: { ...Object.fromEntries(paths), [`/v2/${UPLOAD_PATH}`]: { post: UPLOAD } },
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
  const { path, scope } = entry;
  return {
    operationId: operationId(path),
    summary: entry.summary,
    tags: [tagOf(entry)],
    'x-scope': scope === null ? null : rightOf({ path, scope }),
    security: scope === null ? [] : SECURITY,
    ...(entry.makes && { parameters: [IDEMPOTENCY_KEY] }),
    requestBody: { required: false, content: bodyOf(entry) },
    responses: { 200: successResponse(entry, names), default: responseNamed(FAILURE_NAME) },
  };
}

function operationId(path: string): string {
  return `navixy_${path.replaceAll('/', '_')}`;
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

function tagOf(entry: Pick<Call, 'path'>): string {
  return `navixy ${resourceOf(entry)}`;
}

function resourceOf({ path }: Pick<Call, 'path'>): string {
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
