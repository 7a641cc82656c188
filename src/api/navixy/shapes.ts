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

/** GeoJSON, with one ring. */
const POLYGON = record({ type: oneOfWords(['Polygon']), coordinates: listOf(listOf(listOf(NUMBER))) });

export const LOCATION = record({
  lat: NUMBER,
  lng: NUMBER,
  address: STRING,
  radius: NUMBER,
  polygon: maybe(POLYGON),
});

/** What tasks, checkpoints and routes have in common, in the order of a real answer. */
export const HEAD = {
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

const FIELD_HEAD = { id: STRING, label: STRING, description: STRING, required: BOOLEAN };
const OPTIONS = listOf(record({ label: STRING }));
const ofType = (type: string, shape: Shape) => record({ ...FIELD_HEAD, type: oneOfWords([type]), ...shape });

const FORM_FIELD = {
  anyOf: [
    ofType('text', { min_length: INTEGER, max_length: INTEGER }),
    ofType('checkbox_group', { min_checked: INTEGER, max_checked: INTEGER, group: OPTIONS }),
    ofType('dropdown', { options: OPTIONS }),
    ofType('radio_group', { options: OPTIONS }),
    ofType('date', { disable_future: BOOLEAN, disable_past: BOOLEAN }),
    ofType('rating', { max_stars: INTEGER }),
    ofType('file', {
      max_file_size: INTEGER,
      min_file_size: INTEGER,
      allowed_extensions: nullable(listOf(STRING)),
    }),
    ofType('photo', { max_files: INTEGER }),
    ofType('signature', {}),
    ofType('separator', {}),
  ],
};

const FORM_CONTENT = {
  id: INTEGER,
  label: STRING,
  description: STRING,
  fields: listOf(FORM_FIELD),
  submit_in_zone: BOOLEAN,
};

export const FORM_TEMPLATE = record({
  ...FORM_CONTENT,
  version: INTEGER,
  created: INSTANT,
  updated: INSTANT,
  default: BOOLEAN,
});

const FIELD_VALUE = {
  anyOf: [
    record({ type: oneOfWords(['text']), value: STRING }),
    record({ type: oneOfWords(['checkbox_group']), values: listOf(BOOLEAN) }),
    record({ type: oneOfWords(['dropdown', 'radio_group']), value_index: INTEGER }),
    record({ type: oneOfWords(['date']), value: STRING }),
    record({ type: oneOfWords(['rating']), value: INTEGER }),
    record({ type: oneOfWords(['file', 'photo']), file_ids: listOf(INTEGER) }),
    record({ type: oneOfWords(['file']), file_id: INTEGER }),
  ],
};

const PLACE = record({ lat: NUMBER, lng: NUMBER, address: STRING });

/** `values` by the ids of fields. */
export const FORM = record({
  ...FORM_CONTENT,
  created: INSTANT,
  task_id: INTEGER,
  template_id: nullable(INTEGER),
  template_version: INTEGER,
  tracker_id: nullable(INTEGER),
  checkin_id: nullable(INTEGER),
  values: nullable({ type: 'object', additionalProperties: FIELD_VALUE }),
  submitted: nullable(INSTANT),
  submit_location: nullable(PLACE),
});

export const FORM_FILE = record({
  id: INTEGER,
  storage_id: INTEGER,
  user_id: INTEGER,
  type: oneOfWords(['image', 'file']),
  created: INSTANT,
  uploaded: nullable(INSTANT),
  name: nullable(STRING),
  size: INTEGER,
  mime_type: nullable(STRING),
  metadata: nullable(record({ orientation: nullable(INTEGER) })),
  state: oneOfWords(['created', 'in_progress', 'uploaded', 'deleted']),
  download_url: nullable(STRING),
  bindings: record({ form_field: record({ form_id: INTEGER, field_id: STRING, submitted: BOOLEAN }) }),
  previews: listOf(ANY),
});

/** How to upload a file. */
export const FORM_FILE_ROOM = record({
  file_id: INTEGER,
  url: STRING,
  expires: INSTANT,
  file_field_name: STRING,
  fields: record({ token: STRING }),
});

export const STATUS_COUNTS = record(Object.fromEntries(NAVIXY_STATUSES.map((status) => [status, INTEGER])));

export const LISTED_FORM = record({
  employee: nullable(record({ id: INTEGER, first_name: STRING, middle_name: STRING, last_name: STRING })),
  task: record({
    id: INTEGER,
    label: STRING,
    from: INSTANT,
    to: INSTANT,
    creation_date: INSTANT,
    arrival_date: nullable(INSTANT),
    address: STRING,
    status: oneOfWords(NAVIXY_STATUSES),
    completion_date: nullable(INSTANT),
    fact_duration: nullable(STRING),
  }),
  tracker: nullable(record({ id: INTEGER, label: nullable(STRING) })),
  vehicle: nullable(record({ id: INTEGER, label: STRING })),
  form: FORM,
  submit_places: nullable(record({ location: PLACE, places: listOf(ANY), zones: listOf(ANY) })),
});

export const TASK_SHAPE = {
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
  form: maybe(FORM),
  form_template_id: maybe(nullable(INTEGER)),
  fields: maybe({ type: 'object' }),
};

export const TASK = record(TASK_SHAPE);

/** `completion_date` only where it was asked for. */
export const LISTED_TASK = record({ ...TASK_SHAPE, completion_date: maybe(nullable(INSTANT)) });

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

const FAULTS = listOf(record({ parameter: STRING, error: STRING }));

/** What came of one of many: of what failed, what a call of its own would have answered. */
export function outcome(shape: Shape): JsonSchema {
  return record({
    ...shape,
    success: BOOLEAN,
    status: maybe(record({ code: INTEGER, description: STRING })),
    errors: maybe(FAULTS),
  });
}

/** A task that is not made yet: what could not be read is null. `errors` where it could not be made like this. */
export const CONVERTED_TASK = record({
  ...TASK_SHAPE,
  location: record({
    lat: nullable(NUMBER),
    lng: nullable(NUMBER),
    address: STRING,
    radius: nullable(NUMBER),
  }),
  from: nullable(INSTANT),
  to: nullable(INSTANT),
  min_stay_duration: nullable(NUMBER),
  min_arrival_duration: nullable(NUMBER),
  max_delay: nullable(NUMBER),
  errors: maybe(FAULTS),
});

export const EXTERNAL_ID_COUNTS = listOf(record({ external_id: STRING, count: INTEGER }));
