/** What TheTrack's calls take and answer, as JSON Schema: the API's document shows it, and a test holds the answers to it. */
import {
  INTEGER,
  type JsonSchema,
  listOf,
  NUMBER,
  nullable,
  oneOfWords,
  record,
  type Shape,
  STRING,
} from '../navixy/shapes.ts';
import { type FieldReaders, nested } from '../rest/fields.ts';
import { INSTANT, POINT, UUID } from '../rest/shapes.ts';
import { PROGRESSES, STATUSES } from './filters.ts';
import { ACTIONS } from './task-read.ts';

const LINE = record({ type: oneOfWords(['LineString']), coordinates: listOf(listOf(NUMBER)) });
const PLACE_MEMBERS = { id: UUID, address: STRING, landmark: STRING, point: nullable(POINT) };
const PLACE = record(PLACE_MEMBERS);

export const LOCATION = record({ ...PLACE_MEMBERS, created: INSTANT });

export const TASK = record({
  id: UUID,
  action: oneOfWords(ACTIONS),
  status: oneOfWords(STATUSES),
  progress: oneOfWords(PROGRESSES),
  start_location: nullable(PLACE),
  completion_location: nullable(PLACE),
  cancellation_location: nullable(PLACE),
  start_time: nullable(INSTANT),
  completion_time: nullable(INSTANT),
  cancellation_time: nullable(INSTANT),
  location: nullable(PLACE),
  location_id: nullable(UUID),
  eta: nullable(INSTANT),
  initial_eta: nullable(INSTANT),
  commited_eta: nullable(INSTANT),
  track: nullable(LINE),
  distance: nullable(INTEGER),
  lookup_id: STRING,
  driver_id: nullable(UUID),
  tracking_url: STRING,
});

const ACTIVE_TASK = record({
  id: UUID,
  status: oneOfWords(STATUSES),
  action: oneOfWords(ACTIONS),
  location: nullable(PLACE),
  lookup_id: STRING,
  tracking_url: STRING,
});

export const DRIVER = record({
  id: UUID,
  name: STRING,
  phone: nullable(STRING),
  photo: nullable(STRING),
  vehicle_type: oneOfWords(['car', 'transit']),
  // Of what is unknown without coordinates.
  location: POINT,
  lookup_id: STRING,
  active_tasks: listOf(ACTIVE_TASK),
  created: INSTANT,
});

export function pageOf(item: JsonSchema): JsonSchema {
  return record({ count: INTEGER, next: nullable(STRING), previous: nullable(STRING), results: listOf(item) });
}

/** A body of which every member may be missing, and so may all of it. */
export function anyOfFields(fields: FieldReaders): JsonSchema {
  return { ...nested(fields).schema, type: ['object', 'null'] };
}

const PAGING: Shape = {
  page: { type: 'integer', minimum: 1 },
  page_size: { type: 'integer', minimum: 1, maximum: 200 },
};
const DATES = { min_date: STRING, max_date: STRING };

export const PAGE_QUERY = query(PAGING);
export const DRIVERS_QUERY = query({ ...PAGING, ...DATES, lookup_id: STRING });
export const TASKS_QUERY = query({
  ...{ ...PAGING, ...DATES, lookup_id: STRING, driver_id: STRING, status: STRING, progress: STRING },
  not_assigned: { type: 'boolean' },
});

function query(properties: Shape): JsonSchema {
  return { type: 'object', properties };
}
