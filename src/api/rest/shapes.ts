/** What GSMtasks' and TheTrack's answers and requests have in common, as JSON Schema. */
import type { FastifySchema } from 'fastify';
import { type JsonSchema, listOf, NUMBER, oneOfWords, record, STRING } from '../navixy/shapes.ts';

/** Of a route, by method and path without a slash at the end: `GET /tasks/:id`. */
export type RouteShapes = Readonly<Record<string, Pick<FastifySchema, 'body' | 'querystring' | 'gives'>>>;

export const UUID: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' };
export const URI: JsonSchema = { type: 'string', pattern: '^https?://', description: 'an absolute URL' };
export const INSTANT: JsonSchema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$',
  description: 'an instant, ISO 8601 in UTC',
};
export const DURATION: JsonSchema = { type: 'string', description: 'a duration such as 00:15:00 or 2 04:00:00' };
/** Whatever a client keeps there. */
export const OBJECT: JsonSchema = { type: 'object' };
export const POINT: JsonSchema = record({ type: oneOfWords(['Point']), coordinates: listOf(NUMBER) });

/** As a request may write it. */
export const SENT_INSTANT: JsonSchema = {
  type: 'string',
  description: 'an instant, ISO 8601',
  examples: ['2026-03-02T08:15:00+02:00'],
};
export const SENT_POINT: JsonSchema = {
  type: 'object',
  required: ['type', 'coordinates'],
  properties: { type: oneOfWords(['Point']), coordinates: { ...listOf(NUMBER), minItems: 2, maxItems: 3 } },
  description: 'a GeoJSON Point, longitude first',
  examples: [{ type: 'Point', coordinates: [13.405, 52.52] }],
};

/** What a request may say; unknown members are ignored. */
export function sending(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return { type: 'object', ...(required.length > 0 && { required }), properties };
}

/** The same where a request may come without a body. */
export function maySend(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { ...sending(properties), type: ['object', 'null'] };
}

export function words(most: number): JsonSchema {
  return { type: 'string', maxLength: most };
}

/** Parameters of the query, all of them texts. */
export function asked(...names: readonly string[]): JsonSchema {
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, STRING])) };
}
