/** Milepost's own API in the API's document: made of the schemas that its routes are added with. */
import type { FastifySchema } from 'fastify';
import type { Access } from '../access.ts';
import type { Components, Content, Operation, Parameter, Part, PathItem, Response } from '../document.ts';
import { responseNamed, schemaNamed } from '../document.ts';
import { exampleOf } from '../json-example.ts';
import type { JsonSchema } from '../navixy/shapes.ts';
import { withNames, withNamesInside } from '../schema-names.ts';
import type { Gives } from './door.ts';
import { NAMED_SHAPES, PROBLEM } from './shapes.ts';

/** A route as it was added. */
export interface AddedRoute {
  readonly method: string;
  /** With parameters as `:name`. */
  readonly url: string;
  readonly access: Access;
  readonly schema: FastifySchema;
}

const PROBLEM_NAME = 'Problem';
const NAMES = new Map(Object.entries(NAMED_SHAPES).map(([name, shape]) => [JSON.stringify(shape), name]));

const SECURITY_SCHEMES: Components['securitySchemes'] = {
  key: { type: 'http', scheme: 'bearer', description: 'a key: 32 hex digits' },
};

export function ownPart(routes: readonly AddedRoute[]): Part {
  const paths: Record<string, PathItem> = {};
  for (const route of routes) {
    const path = pathOf(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  const shapes = Object.entries(NAMED_SHAPES).map(([name, shape]) => [name, withNamesInside(shape, NAMES)] as const);
  return {
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...Object.fromEntries(shapes), [PROBLEM_NAME]: PROBLEM },
      responses: {
        [PROBLEM_NAME]: {
          description: 'What went wrong, as problem details (RFC 9457)',
          content: { 'application/problem+json': { schema: schemaNamed(PROBLEM_NAME) } },
        },
      },
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function pathOf({ url }: AddedRoute): string {
  return url.replaceAll(/:(\w+)/g, '{$1}');
}

function tagOf({ url }: AddedRoute): string {
  const [, first = '', second = ''] = url.split('/');
  return first === 'api' ? `milepost ${second}` : 'gateway';
}

function operationOf(route: AddedRoute): Operation {
  const { access, schema, method, url } = route;
  const parameters = [...parametersIn('path', schema.params), ...parametersIn('query', schema.querystring)];
  return {
    operationId: `${method}${url}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'),
    summary: schema.summary ?? '',
    tags: [tagOf(route)],
    'x-scope': access.kind === 'open' ? null : access.scope,
    security: securityOf(access),
    ...(parameters.length > 0 && { parameters }),
    ...(schema.body !== undefined && { requestBody: bodyOf(schema.body as JsonSchema) }),
    responses: { ...responsesOf(schema.gives ?? {}), default: responseNamed(PROBLEM_NAME) },
  };
}

function securityOf(access: Access): Operation['security'] {
  if (access.kind === 'open') return [];
  return access.isOpenOnLoopback ? [{}, { key: [] }] : [{ key: [] }];
}

function parametersIn(place: Parameter['in'], schema: unknown): Parameter[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Readonly<Record<string, JsonSchema>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function bodyOf(schema: JsonSchema): { required: boolean; content: Content } {
  const { type } = schema;
  const isOptional = Array.isArray(type) && type.includes('null');
  return { required: !isOptional, content: { 'application/json': { schema, example: exampleOf(schema) } } };
}

function responsesOf(gives: Gives): Record<string, Response> {
  const entries = Object.entries(gives).map(([status, given]) => [status, responseOf(Number(status), given)] as const);
  return Object.fromEntries(entries);
}

function responseOf(status: number, given: JsonSchema | string): Response {
  const description = status < 300 ? 'Done' : 'Not now';
  if (typeof given === 'string') return { description, content: { [given]: { schema: { type: 'string' } } } };
  return { description, content: { 'application/json': { schema: withNames(given, NAMES) } } };
}
