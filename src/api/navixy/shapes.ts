/**
 * What this dialect's answers look like, as JSON Schema: the API's document shows it, and a test holds every answer to it.
 * A shape names each member that is always there; what may be left out is marked with `maybe`.
 */
import { NAVIXY_STATUSES } from '../../model/projections.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** Members of an answer beside `success`. */
export type Shape = Readonly<Record<string, JsonSchema | Maybe>>;

interface Maybe {
  readonly maybe: JsonSchema;
}

/** yyyy-MM-dd HH:mm:ss in the account's zone, or ISO 8601 with an offset where the request asks for it. */
export const INSTANT: JsonSchema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\d([ T])\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)?$',
};
export const INTEGER: JsonSchema = { type: 'integer' };
export const NUMBER: JsonSchema = { type: 'number' };
export const STRING: JsonSchema = { type: 'string' };
export const BOOLEAN: JsonSchema = { type: 'boolean' };
/** Whatever there is to say, such as the payload of an event. */
export const ANY: JsonSchema = {};

/** The member may be left out. */
export function maybe(schema: JsonSchema): Maybe {
  return { maybe: schema };
}

export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

export function oneOfWords(words: readonly string[]): JsonSchema {
  return { type: 'string', enum: words };
}

export function record(shape: Shape): JsonSchema {
  const entries = Object.entries(shape);
  return {
    type: 'object',
    required: entries.filter(([, member]) => !isMaybe(member)).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, member]) => [name, isMaybe(member) ? member.maybe : member])),
    additionalProperties: false,
  };
}

function isMaybe(member: JsonSchema | Maybe): member is Maybe {
  return 'maybe' in member;
}

export const POINT = record({ lat: NUMBER, lng: NUMBER });

export const LOCATION = record({ lat: NUMBER, lng: NUMBER, address: STRING, radius: NUMBER });

/** What tasks, checkpoints and routes have in common, in the order of a real answer. */
const HEAD = {
  id: nullable(INTEGER),
  user_id: INTEGER,
  tracker_id: nullable(INTEGER),
  status: nullable(oneOfWords(NAVIXY_STATUSES)),
  status_change_date: INSTANT,
  tags: listOf(INTEGER),
  label: STRING,
  description: STRING,
  external_id: nullable(STRING),
  creation_date: INSTANT,
  origin: oneOfWords(['manual', 'scheduled', 'imported']),
};

const TASK_SHAPE = {
  ...HEAD,
  location: LOCATION,
  from: INSTANT,
  to: INSTANT,
  arrival_date: nullable(INSTANT),
  stay_duration: INTEGER,
  min_stay_duration: INTEGER,
  min_arrival_duration: INTEGER,
  max_delay: INTEGER,
  type: oneOfWords(['task', 'checkpoint', 'route']),
  fields: maybe({ type: 'object' }),
};

export const TASK = record(TASK_SHAPE);

export const TASK_EVENT = record({
  id: INTEGER,
  user_id: INTEGER,
  task_id: INTEGER,
  event_date: INSTANT,
  operation: STRING,
  payload: ANY,
});

export const TRACKER = record({
  id: INTEGER,
  label: STRING,
  clone: BOOLEAN,
  group_id: INTEGER,
  source: record({
    id: INTEGER,
    device_id: nullable(STRING),
    model: nullable(STRING),
    blocked: BOOLEAN,
    tariff_id: nullable(INTEGER),
    status_listing_id: nullable(INTEGER),
    creation_date: STRING,
    tariff_end_date: nullable(STRING),
    phone: nullable(STRING),
  }),
  tag_bindings: listOf(record({ tag_id: INTEGER, ordinal: INTEGER })),
});

export const EXTERNAL_ID_COUNTS = listOf(record({ external_id: STRING, count: INTEGER }));
