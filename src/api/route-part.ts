/** Routes in the API's document: made of the schemas that they are added with, in the manner of the API they are of. */
import type { FastifySchema } from 'fastify';
import type { Access } from './access.ts';
import type { Components, Content, Operation, Parameter, Part, PathItem, Response } from './document.ts';
import { responseNamed } from './document.ts';
import { exampleOf } from './json-example.ts';
import { type JsonSchema, STRING } from './navixy/shapes.ts';
import type { Gives } from './own/door.ts';
import { type SchemaNames, withNames, withNamesInside } from './schema-names.ts';

/** A route as it was added. */
export interface AddedRoute {
  readonly method: string;
  /** With parameters as `:name`. */
  readonly url: string;
  readonly access: Access;
  readonly schema: FastifySchema;
}

/** What differs between one API and another. */
export interface Manner {
  /** Stands before the names of its operations; empty = nothing does. */
  readonly prefix: string;
  tagOf(url: string): string;
  /** Objects that are written once. */
  readonly names: SchemaNames;
  /** How it says that something went wrong, by a name of its own. */
  readonly failure: { readonly name: string; readonly response: Response };
  readonly schemas: Components['schemas'];
  /** How it takes a key, by a name of its own. */
  readonly security: { readonly name: string; readonly scheme: object };
}

export function routesPart(routes: readonly AddedRoute[], manner: Manner): Part {
  const { names, failure, schemas, security } = manner;
  const paths: Record<string, PathItem> = {};
  for (const route of routes) {
    const path = pathOf(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, manner) };
  }
  const shapes = [...names].map(([json, name]) => [name, withNamesInside(JSON.parse(json), names)] as const);
  return {
    tags: [...new Set(routes.map(({ url }) => manner.tagOf(url)))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...Object.fromEntries(shapes), ...schemas },
      responses: { [failure.name]: failure.response },
      securitySchemes: { [security.name]: security.scheme },
    },
  };
}

function pathOf({ url }: AddedRoute): string {
  return url.replaceAll(/:(\w+)/g, '{$1}');
}

function operationOf(route: AddedRoute, manner: Manner): Operation {
  const { access, schema, method, url } = route;
  const parameters = [...pathParameters(route), ...parametersIn('query', schema.querystring)];
  const words = [manner.prefix, method, url].join('_').toLowerCase();
  return {
    operationId: words.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_|_$/g, ''),
    summary: schema.summary ?? '',
    tags: [manner.tagOf(url)],
    'x-scope': access.kind === 'open' ? null : access.scope,
    security: securityOf(access, manner.security.name),
    ...(parameters.length > 0 && { parameters }),
    ...(schema.body !== undefined && { requestBody: bodyOf(schema.body as JsonSchema) }),
    responses: { ...responsesOf(schema.gives ?? {}, manner.names), default: responseNamed(manner.failure.name) },
  };
}

function securityOf(access: Access, name: string): Operation['security'] {
  if (access.kind === 'open') return [];
  return access.isOpenOnLoopback ? [{}, { [name]: [] }] : [{ [name]: [] }];
}

/** Whatever the path names; what is not described is a text. */
function pathParameters({ url, schema }: AddedRoute): Parameter[] {
  const described = parametersIn('path', schema.params);
  return [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    return (
      described.find((parameter) => parameter.name === name) ?? { name, in: 'path', required: true, schema: STRING }
    );
  });
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

function responsesOf(gives: Gives, names: SchemaNames): Record<string, Response> {
  const entries = Object.entries(gives).map(
    ([status, given]) => [status, responseOf(Number(status), given, names)] as const,
  );
  return Object.fromEntries(entries);
}

function responseOf(status: number, given: JsonSchema | string, names: SchemaNames): Response {
  const description = status < 300 ? 'Done' : 'Not now';
  if (given === '') return { description };
  if (typeof given === 'string') return { description, content: { [given]: { schema: { type: 'string' } } } };
  return { description, content: { 'application/json': { schema: withNames(given, names) } } };
}
