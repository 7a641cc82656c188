/** What each route of the GSMtasks dialect takes and gives, for the API's document. */
import { INSTRUCTIONS } from '../../model/instruction.ts';
import { BOOLEAN, INTEGER, type JsonSchema, listOf, NUMBER, nullable, oneOfWords, STRING } from '../navixy/shapes.ts';
import {
  asked,
  DURATION,
  maySend,
  OBJECT,
  type RouteShapes,
  SENT_INSTANT,
  SENT_POINT,
  sending,
  words,
} from '../rest/shapes.ts';
import * as shapes from './shapes.ts';

const REFERENCE: JsonSchema = { type: 'string', description: 'a URL, or a UUID' };
const TEXTS = listOf(words(100));

const CONTACT = sending({
  name: words(200),
  company: words(200),
  phones: TEXTS,
  emails: TEXTS,
  notes: words(10_000),
});

const ADDRESS = sending({
  raw_address: words(250),
  formatted_address: words(250),
  location: nullable(SENT_POINT),
  google_place_id: words(250),
  point_of_interest: words(100),
  street: words(200),
  house_number: words(100),
  apartment_number: nullable(words(100)),
  city: words(100),
  state: words(100),
  postal_code: words(100),
  country: words(100),
  country_code: words(2),
});

const POSITION = nullable({ type: 'number', minimum: 0, maximum: 253_402_300_799 });

const TASK_FIELDS = {
  account: REFERENCE,
  external_id: nullable(words(100)),
  reference: words(100),
  barcodes: listOf(words(128)),
  category: oneOfWords(shapes.CATEGORIES),
  assignee: nullable(REFERENCE),
  auto_assign: BOOLEAN,
  order: nullable(REFERENCE),
  route: nullable(REFERENCE),
  contact: CONTACT,
  address: ADDRESS,
  contact_address: nullable(REFERENCE),
  contact_address_external_id: nullable(words(100)),
  description: words(20_000),
  complete_after: nullable(SENT_INSTANT),
  complete_before: nullable(SENT_INSTANT),
  scheduled_time: nullable(SENT_INSTANT),
  position: POSITION,
  priority: INTEGER,
  duration: nullable(DURATION),
  size: nullable(listOf(INTEGER)),
  form_default_values: nullable(OBJECT),
  documents: listOf(words(2048)),
  signatures: listOf(words(2048)),
  signers: listOf(CONTACT),
  metafields: { type: 'object', description: 'values by namespace:key' },
};
const NEW_TASK = sending({ id: nullable(STRING), ...TASK_FIELDS }, ['account']);

const COMMAND = sending(
  {
    task: REFERENCE,
    time: SENT_INSTANT,
    action: oneOfWords(INSTRUCTIONS),
    external_id: nullable(words(100)),
    assignee: nullable(REFERENCE),
    notes: words(10_000),
    location: nullable(SENT_POINT),
    task_data: sending({
      scheduled_time: nullable(SENT_INSTANT),
      position: POSITION,
      metafields: OBJECT,
      address: ADDRESS,
      route: nullable(REFERENCE),
      duration: nullable(DURATION),
    }),
  },
  ['task', 'time', 'action'],
);

const ORDER = {
  external_id: nullable(words(100)),
  reference: words(100),
  description: words(20_000),
  orderer: nullable(CONTACT),
  auto_assign: BOOLEAN,
  tasks: listOf(REFERENCE),
  tasks_data: listOf(OBJECT),
};
const CONTACT_ADDRESS = {
  account: REFERENCE,
  external_id: nullable(words(100)),
  contact: CONTACT,
  address: ADDRESS,
  is_orderer: BOOLEAN,
  is_receiver: BOOLEAN,
  source: words(100),
  metafields: OBJECT,
};
const ROUTE = {
  account: REFERENCE,
  external_id: nullable(words(100)),
  code: words(100),
  name: words(200),
  description: words(20_000),
  assignee: nullable(REFERENCE),
  start_time: nullable(SENT_INSTANT),
  end_time: nullable(SENT_INSTANT),
  start_address: nullable(ADDRESS),
  end_address: nullable(ADDRESS),
  metafields: OBJECT,
};
const METAFIELD = {
  account: REFERENCE,
  namespace: words(20),
  key: words(20),
  value_type: STRING,
  label: words(40),
  choices: TEXTS,
  is_searchable: BOOLEAN,
  applies_to: oneOfWords(['tasks', 'routes', 'contact_addresses']),
};
const WEBHOOK = {
  account: REFERENCE,
  name: words(100),
  target: words(2048),
  version: nullable(words(20)),
  headers: OBJECT,
  task_events: BOOLEAN,
  notification_emails: listOf(words(254)),
  shared_secret: words(40),
};
const TIME_LOCATION = sending(
  {
    time: SENT_INSTANT,
    location: SENT_POINT,
    user: REFERENCE,
    state: oneOfWords(['unknown', 'stopped', 'moving']),
    heading: nullable(NUMBER),
    speed: nullable(NUMBER),
    altitude: nullable(NUMBER),
    accuracy: nullable(NUMBER),
    battery_level: nullable(STRING),
    is_moving: nullable(BOOLEAN),
  },
  ['time', 'location'],
);
const USER = { first_name: words(30), last_name: words(30), email: words(254), phone: words(128) };
const ACCOUNT = {
  name: words(100),
  timezone: words(64),
  task_expiry_duration_from_complete_after: nullable(DURATION),
  task_expiry_duration_from_complete_before: nullable(DURATION),
  task_expiry_state: oneOfWords(['cancelled', 'completed']),
};

/** One, or a list of them: each is answered in its place. */
function severalOf(one: JsonSchema): JsonSchema {
  return { anyOf: [one, listOf(one)] };
}

const PAGE = ['page_size', 'cursor'];
const DATES = ['created_at__gte', 'created_at__lte'];
const TASK_QUERY = asked(
  ...[...PAGE, 'ordering', 'search', 'id__in', 'state', 'state__in', 'assignee', 'assignee__in'],
  ...['assignee_id__isnull', 'category', 'category__in', 'order', 'order__in', 'route', 'external_id'],
  ...['external_id__in', 'reference', 'complete_after__gte', 'complete_after__lte', 'complete_before__gte'],
  ...['complete_before__lte', 'scheduled_time__gte', 'scheduled_time__lte', 'completed_at__gte', 'updated_at__gte'],
  ...DATES,
);
const LIST_QUERY = asked(...PAGE, 'ordering', 'search', 'external_id', ...DATES);
const EVENT_QUERY = asked(...PAGE, 'ordering', 'task', 'user', 'assignee', 'field', 'event', 'event__in', ...DATES);

/** Of a collection that is listed, read, made and changed. */
function keptAs(
  collection: string,
  object: JsonSchema,
  fields: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): RouteShapes {
  const one = { 200: object };
  return {
    [`GET /${collection}`]: { querystring: LIST_QUERY, gives: { 200: listOf(object) } },
    [`POST /${collection}`]: { body: sending({ account: REFERENCE, ...fields }, required), gives: { 201: object } },
    [`GET /${collection}/:id`]: { gives: one },
    [`PUT /${collection}/:id`]: { body: sending({ account: REFERENCE, ...fields }, required), gives: one },
    [`PATCH /${collection}/:id`]: { body: sending(fields), gives: one },
    [`DELETE /${collection}/:id`]: { gives: { 204: '' } },
  };
}

const ACTION = maySend({ notes: words(10_000), location: nullable(SENT_POINT) });
const ACTIONS = ['accept', 'activate', 'cancel', 'complete', 'fail', 'reject', 'transit', 'unaccept', 'unassign'];

export const GSMTASKS_SHAPES: RouteShapes = {
  'GET /tasks': { querystring: TASK_QUERY, gives: { 200: listOf(shapes.TASK) } },
  'POST /tasks': { body: severalOf(NEW_TASK), gives: { 201: severalOf(shapes.TASK) } },
  'GET /tasks/:id': { gives: { 200: shapes.TASK } },
  'PUT /tasks/:id': { body: sending(TASK_FIELDS, ['account']), gives: { 200: shapes.TASK } },
  'PATCH /tasks/:id': { body: sending(TASK_FIELDS), gives: { 200: shapes.TASK } },
  ...Object.fromEntries(
    ACTIONS.map((action) => [`POST /tasks/:id/${action}`, { body: ACTION, gives: { 200: shapes.TASK } }]),
  ),
  'POST /tasks/:id/assign': {
    body: sending({ assignee: REFERENCE, notes: words(10_000), location: nullable(SENT_POINT) }, ['assignee']),
    gives: { 200: shapes.TASK },
  },
  'GET /tasks/:id/events': { querystring: EVENT_QUERY, gives: { 200: listOf(shapes.TASK_EVENT) } },
  'GET /task_commands': {
    querystring: asked(...PAGE, 'task', 'user', 'assignee', 'action', 'state', 'time__gte', 'time__lte', ...DATES),
    gives: { 200: listOf(shapes.COMMAND) },
  },
  'POST /task_commands': { body: severalOf(COMMAND), gives: { 201: severalOf(shapes.COMMAND) } },
  'GET /task_commands/:id': { gives: { 200: shapes.COMMAND } },
  'GET /task_events': { querystring: EVENT_QUERY, gives: { 200: listOf(shapes.EVENT) } },
  'GET /task_events/:id': { gives: { 200: shapes.EVENT } },
  'GET /task_event_tracks': { querystring: EVENT_QUERY, gives: { 200: shapes.FEATURES } },
  'GET /task_metadatas': { querystring: asked(...PAGE, 'task'), gives: { 200: listOf(shapes.METADATA) } },
  'GET /task_metadatas/:id': { gives: { 200: shapes.METADATA } },
  'GET /task_address_features': { querystring: TASK_QUERY, gives: { 200: shapes.FEATURES } },
  'GET /reports/tasks/states_count': {
    querystring: asked('account', 'assignee', 'assignee__in', 'date_from', 'date_until', 'timezone'),
    gives: { 200: shapes.REPORT },
  },
  ...keptAs('orders', shapes.ORDER, { id: nullable(STRING), ...ORDER }, ['account']),
  ...keptAs('contact_addresses', shapes.CONTACT_ADDRESS, { id: nullable(STRING), ...CONTACT_ADDRESS }, [
    'account',
    'contact',
    'address',
  ]),
  ...keptAs('routes', shapes.ROUTE, { id: nullable(STRING), ...ROUTE }, ['account', 'code', 'name']),
  'POST /routes/:id/activate': { body: maySend({}), gives: { 200: shapes.ROUTE } },
  'POST /routes/:id/draft': { body: maySend({}), gives: { 200: shapes.ROUTE } },
  'POST /routes/:id/archive': {
    body: maySend({ task_action: oneOfWords(['unassign', 'unlink', 'complete', 'cancel']) }),
    gives: { 200: shapes.ROUTE },
  },
  ...keptAs('metafields', shapes.METAFIELD, METAFIELD, ['account', 'key']),
  ...keptAs('webhooks', shapes.WEBHOOK, WEBHOOK, ['account', 'name', 'target']),
  'POST /webhooks/:id/active': { body: maySend({}), gives: { 200: shapes.WEBHOOK } },
  'POST /webhooks/:id/inactive': { body: maySend({}), gives: { 200: shapes.WEBHOOK } },
  'GET /accounts': { querystring: asked(...PAGE), gives: { 200: listOf(shapes.ACCOUNT) } },
  'GET /accounts/:id': { gives: { 200: shapes.ACCOUNT } },
  'PUT /accounts/:id': { body: sending(ACCOUNT), gives: { 200: shapes.ACCOUNT } },
  'PATCH /accounts/:id': { body: sending(ACCOUNT), gives: { 200: shapes.ACCOUNT } },
  'GET /users': { querystring: asked(...PAGE, 'id__in'), gives: { 200: listOf(shapes.USER) } },
  'GET /users/:id': { gives: { 200: shapes.USER } },
  'PUT /users/:id': { body: sending(USER), gives: { 200: shapes.USER } },
  'PATCH /users/:id': { body: sending(USER), gives: { 200: shapes.USER } },
  'GET /users/:id/on_duty': { gives: { 200: shapes.DUTY } },
  'PUT /users/:id/on_duty': { body: maySend({ account: REFERENCE }), gives: { 200: shapes.DUTY } },
  'DELETE /users/:id/on_duty': { gives: { 204: '' } },
  'GET /account_roles': {
    querystring: asked(...PAGE, 'account', 'user', 'is_active', 'is_worker', 'is_manager'),
    gives: { 200: listOf(shapes.ROLE) },
  },
  'GET /account_roles/:id': { gives: { 200: shapes.ROLE } },
  'GET /time_locations': {
    querystring: asked(...PAGE, 'user', 'user__in', 'time__gte', 'time__lte'),
    gives: { 200: listOf(shapes.TIME_LOCATION) },
  },
  'POST /time_locations': { body: severalOf(TIME_LOCATION), gives: { 201: severalOf(shapes.TIME_LOCATION) } },
  'GET /time_locations/:id': { gives: { 200: shapes.TIME_LOCATION } },
  'GET /time_location_features': {
    querystring: asked(...PAGE, 'user', 'user__in', 'time__gte', 'time__lte'),
    gives: { 200: shapes.FEATURES },
  },
  'GET /worker_features': { querystring: asked(...PAGE, 'user'), gives: { 200: shapes.FEATURES } },
  'GET /worker_features/:id': { gives: { 200: shapes.FEATURE } },
  'GET /worker_tracks': {
    querystring: asked(...PAGE, 'user', 'start_time__gte', 'end_time__lte'),
    gives: { 200: shapes.FEATURES },
  },
  'POST /authenticate': {
    body: sending({ username: words(255), password: words(255), client_id: words(255) }, ['username', 'password']),
    gives: { 200: shapes.TOKEN },
  },
  'POST /logout': { gives: { 201: '' } },
};
