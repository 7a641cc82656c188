/** GSMtasks and TheTrack in the API's document: they differ in where their routes are, and in what stands before a key. */
import type { Part } from '../document.ts';
import { schemaNamed } from '../document.ts';
import { GSMTASKS_SHAPES } from '../gsmtasks/route-shapes.ts';
import type { JsonSchema } from '../navixy/shapes.ts';
import { type AddedRoute, type Manner, routesPart } from '../route-part.ts';
import { isSchema, type SchemaNames } from '../schema-names.ts';
import type { RouteShapes } from './shapes.ts';

interface RestDialect {
  /** As it is called in names. */
  readonly name: 'gsmtasks' | 'thetrack';
  /** How many parts of a path come before the collection. */
  readonly depth: number;
  readonly key: string;
}

const GSMTASKS: RestDialect = { name: 'gsmtasks', depth: 0, key: '`Token <key>`' };
const THETRACK: RestDialect = { name: 'thetrack', depth: 1, key: '`token sk_<key>`, or `token pk_<key>`' };

export function gsmtasksPart(routes: readonly AddedRoute[]): Part {
  return restPart(shaped(routes, GSMTASKS_SHAPES), GSMTASKS);
}

export function thetrackPart(routes: readonly AddedRoute[]): Part {
  return restPart(routes, THETRACK);
}

/**
 * These dialects tell what is wrong field by field, which the validator of schemas does not: what their routes take and
 * give is told here alone. What a route says itself goes first.
 */
function shaped(routes: readonly AddedRoute[], shapes: RouteShapes): readonly AddedRoute[] {
  return routes.map((route) => {
    const shape = shapes[`${route.method} ${route.url.replace(/\/$/, '')}`];
    return { ...route, schema: { ...shape, ...route.schema } };
  });
}

/** By field, nested as the body is and a list where that was one; or in one sentence. */
const FAILURE: JsonSchema = {
  anyOf: [
    { type: 'object', required: ['detail'], properties: { detail: { type: 'string' } } },
    { type: 'object', additionalProperties: { type: ['array', 'object'] }, description: 'texts by field' },
    { type: 'array', items: { type: 'object' }, description: 'for each item its texts by field' },
  ],
};

function restPart(routes: readonly AddedRoute[], dialect: RestDialect): Part {
  const { name, key } = dialect;
  const failureName = `${capitalized(name)}Failure`;
  const manner: Manner = {
    prefix: name,
    tagOf: (url) => `${name} ${collectionOf(url, dialect)}`,
    names: objectNames(routes, dialect),
    failure: {
      name: failureName,
      response: {
        description: `What went wrong (${name}): texts by field, or one sentence as detail`,
        content: { 'application/json': { schema: schemaNamed(failureName) } },
      },
    },
    schemas: { [failureName]: FAILURE },
    security: {
      name: `${name}Token`,
      scheme: { type: 'apiKey', in: 'header', name: 'Authorization', description: key },
    },
  };
  return routesPart(routes, manner);
}

function collectionOf(url: string, { depth }: RestDialect): string {
  return url.split('/')[depth + 1] ?? '';
}

/** A collection's object is what reading one of it answers. */
function objectNames(routes: readonly AddedRoute[], dialect: RestDialect): SchemaNames {
  const names = new Map<string, string>();
  for (const { method, url, schema } of routes) {
    const isOfOne = new RegExp(`^(/\\w+){${dialect.depth + 1}}/:\\w+/?$`).test(url);
    const object = schema.gives?.[200];
    if (method !== 'GET' || !isOfOne || !isSchema(object) || !('properties' in object)) continue;
    const words = singular(collectionOf(url, dialect)).split('_');
    names.set(JSON.stringify(object), [dialect.name, ...words].map(capitalized).join(''));
  }
  return names;
}

/** `task_events` is of many a `task_event`. */
function singular(collection: string): string {
  return collection.replace(/sses$/, 'ss').replace(/(?<!s)s$/, '');
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
