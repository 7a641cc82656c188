/** What the GSMtasks dialect answers, as JSON Schema: the API's document shows it, and a test holds the answers to it. */
import { INSTRUCTIONS } from '../../model/instruction.ts';
import { GSMTASKS_STATES } from '../../model/projections.ts';
import {
  BOOLEAN,
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
import { DURATION, INSTANT, OBJECT, POINT, URI, UUID } from '../rest/shapes.ts';

export const CATEGORIES = ['pick_up', 'drop_off', 'service', 'assignment', 'warehouse'] as const;
const WORKING_STATES = GSMTASKS_STATES.slice(2);

const URI_OR_NULL = nullable(URI);
const INSTANT_OR_NULL = nullable(INSTANT);
const HEAD = { id: UUID, url: URI, account: URI };
const TIMES = { created_at: INSTANT, updated_at: INSTANT };
const DATED = { ...HEAD, ...TIMES };

const CONTACT = record({
  name: STRING,
  company: STRING,
  phones: listOf(STRING),
  emails: listOf(STRING),
  notes: STRING,
});

const ADDRESS = record({
  raw_address: STRING,
  formatted_address: STRING,
  location: nullable(POINT),
  google_place_id: STRING,
  point_of_interest: STRING,
  street: STRING,
  house_number: STRING,
  apartment_number: nullable(STRING),
  city: STRING,
  state: STRING,
  postal_code: STRING,
  country: STRING,
  country_code: STRING,
  geocoding_provider: nullable(STRING),
  geocoded_at: INSTANT_OR_NULL,
  geocode_failed_at: INSTANT_OR_NULL,
});

const COUNT = nullable(INTEGER);

/** Always 43 members. */
export const TASK = record({
  ...DATED,
  external_id: nullable(STRING),
  reference: STRING,
  barcodes: listOf(STRING),
  state: oneOfWords(GSMTASKS_STATES),
  category: STRING,
  assignee: URI_OR_NULL,
  auto_assign: BOOLEAN,
  assignee_proximity: oneOfWords(['away', 'near']),
  order: URI_OR_NULL,
  orderer_name: STRING,
  route: URI_OR_NULL,
  contact: CONTACT,
  address: ADDRESS,
  contact_address: URI_OR_NULL,
  contact_address_external_id: nullable(STRING),
  description: STRING,
  complete_after: INSTANT_OR_NULL,
  complete_before: INSTANT_OR_NULL,
  scheduled_time: INSTANT_OR_NULL,
  calendar_time: INSTANT_OR_NULL,
  completed_at: INSTANT_OR_NULL,
  cancelled_at: INSTANT_OR_NULL,
  position: nullable(NUMBER),
  priority: INTEGER,
  duration: nullable(DURATION),
  size: nullable(listOf(INTEGER)),
  forms: listOf(OBJECT),
  form_default_values: nullable(OBJECT),
  documents: listOf(STRING),
  signatures: listOf(STRING),
  signers: listOf(CONTACT),
  metafields: OBJECT,
  trackers: listOf(URI),
  recurrence: URI_OR_NULL,
  issues: listOf(STRING),
  counts: record({ events: COUNT, documents: COUNT, signatures: COUNT, forms: COUNT, forms_completed: COUNT }),
  actions: { type: 'object', additionalProperties: URI },
  created_by: URI_OR_NULL,
});

export const COMMAND = record({
  ...DATED,
  user: URI_OR_NULL,
  external_id: nullable(STRING),
  task: URI,
  time: INSTANT,
  action: oneOfWords(INSTRUCTIONS),
  assignee: URI_OR_NULL,
  notes: STRING,
  location: nullable(POINT),
  task_data: OBJECT,
  state: oneOfWords(['pending', 'accepted', 'rejected']),
  error_message: STRING,
  accepted_at: INSTANT_OR_NULL,
  rejected_at: INSTANT_OR_NULL,
});

/** `time`, when it happened, is an addition. */
function eventWith(task: JsonSchema): JsonSchema {
  return record({
    ...DATED,
    task,
    task_command: URI_OR_NULL,
    field: oneOfWords(['state', 'assignee_proximity', '']),
    event: STRING,
    from_state: nullable(STRING),
    to_state: nullable(STRING),
    user: URI_OR_NULL,
    notes: STRING,
    location: nullable(POINT),
    assignee: URI_OR_NULL,
    time: INSTANT,
  });
}

/** With the whole task in it, or with its URL. */
export const EVENT = eventWith(TASK);
export const TASK_EVENT = eventWith(URI);

export const METADATA = record({
  ...HEAD,
  task: URI,
  events_count: COUNT,
  task_event_notes_count: COUNT,
  documents_count: COUNT,
  signatures_count: COUNT,
  forms_count: COUNT,
  forms_completed_count: COUNT,
  last_task_event_notes: nullable(STRING),
  ...(Object.fromEntries(
    WORKING_STATES.flatMap((state) => [
      [`${state}_duration`, nullable(DURATION)],
      [`${state}_distance`, nullable(INTEGER)],
      [`last_${state}_at`, INSTANT_OR_NULL],
    ]),
  ) as Shape),
  last_assignee_near_at: INSTANT_OR_NULL,
  last_assignee_away_at: INSTANT_OR_NULL,
});

export const REPORT = record({
  dates: {
    type: 'object',
    additionalProperties: record(
      Object.fromEntries(['scheduled', ...WORKING_STATES].map((state) => [state, INTEGER])) as Shape,
    ),
    description: 'by day, how many tasks are in which state',
  },
});

export const ORDER = record({
  ...DATED,
  external_id: nullable(STRING),
  reference: STRING,
  client: URI_OR_NULL,
  orderer: CONTACT,
  tasks: listOf(URI),
  documents: listOf(STRING),
  auto_assign: BOOLEAN,
  description: STRING,
  created_by: URI_OR_NULL,
  recurrence: URI_OR_NULL,
});

/** Some of the hundred settings that an account has there. */
export const ACCOUNT: JsonSchema = {
  type: 'object',
  required: ['id', 'url', 'name', 'slug', 'state', 'timezone', 'assignee_proximity_radius', 'default_task_category'],
  properties: {
    id: UUID,
    url: URI,
    name: STRING,
    slug: STRING,
    state: STRING,
    timezone: STRING,
    assignee_proximity_radius: INTEGER,
    default_task_category: STRING,
    task_expiry_duration_from_complete_after: nullable(DURATION),
    task_expiry_duration_from_complete_before: nullable(DURATION),
    task_expiry_state: STRING,
  },
};

export const USER = record({
  id: UUID,
  url: URI,
  first_name: STRING,
  last_name: STRING,
  display_name: STRING,
  email: STRING,
  phone: STRING,
  signature_image: nullable(STRING),
  password_expires_at: INSTANT_OR_NULL,
});

export const DUTY = record({ account: URI, is_on_duty: BOOLEAN });

export const ROLE = record({
  ...HEAD,
  user: URI,
  display_name: STRING,
  phone: STRING,
  state: STRING,
  is_active: BOOLEAN,
  is_on_duty: BOOLEAN,
  is_worker: BOOLEAN,
  is_manager: BOOLEAN,
  is_admin: BOOLEAN,
  is_integration: BOOLEAN,
  vehicle_registration_number: STRING,
  vehicle_profile: STRING,
  vehicle_capacity: nullable(listOf(INTEGER)),
  require_sequential_completion: BOOLEAN,
  last_time_location: URI_OR_NULL,
});

export const CONTACT_ADDRESS = record({
  ...DATED,
  external_id: nullable(STRING),
  client: URI_OR_NULL,
  contact: CONTACT,
  address: ADDRESS,
  is_orderer: BOOLEAN,
  is_receiver: BOOLEAN,
  source: STRING,
  metafields: OBJECT,
});

export const ROUTE = record({
  ...DATED,
  external_id: nullable(STRING),
  code: STRING,
  name: STRING,
  description: STRING,
  assignee: URI_OR_NULL,
  start_time: INSTANT_OR_NULL,
  end_time: INSTANT_OR_NULL,
  start_address: nullable(ADDRESS),
  end_address: nullable(ADDRESS),
  state: oneOfWords(['active', 'archived', 'draft']),
  objective: nullable(STRING),
  metafields: OBJECT,
});

/** Beside these, what it says of how it is shown. */
export const METAFIELD: JsonSchema = {
  type: 'object',
  required: [...Object.keys(DATED), 'namespace', 'key', 'field_name', 'value_type', 'label', 'is_searchable'],
  properties: {
    ...DATED,
    namespace: STRING,
    key: STRING,
    field_name: STRING,
    value_type: STRING,
    label: STRING,
    is_searchable: BOOLEAN,
    applies_to: STRING,
  },
};

export const WEBHOOK = record({
  ...DATED,
  name: STRING,
  target: STRING,
  version: nullable(STRING),
  headers: OBJECT,
  task_events: BOOLEAN,
  document_events: BOOLEAN,
  signature_events: BOOLEAN,
  review_events: BOOLEAN,
  form_response_events: BOOLEAN,
  notification_emails: listOf(STRING),
  shared_secret: STRING,
  state: oneOfWords(['inactive', 'active', 'failed']),
  fail_message: STRING,
  activated_at: INSTANT_OR_NULL,
  failed_at: INSTANT_OR_NULL,
});

export const TIME_LOCATION = record({
  id: UUID,
  url: URI,
  user: URI,
  source: STRING,
  time: INSTANT,
  location: POINT,
  state: oneOfWords(['unknown', 'stopped', 'moving']),
  heading: nullable(INTEGER),
  speed: nullable(INTEGER),
  altitude: nullable(INTEGER),
  accuracy: nullable(INTEGER),
  battery_level: nullable(STRING),
  is_moving: nullable(BOOLEAN),
  event: STRING,
  activity_type: STRING,
  created_at: INSTANT,
});

export const FEATURE = record({
  type: oneOfWords(['Feature']),
  id: UUID,
  geometry: nullable(OBJECT),
  properties: OBJECT,
});
export const FEATURES = record({ type: oneOfWords(['FeatureCollection']), features: listOf(FEATURE) });

export const TOKEN = record({ token: STRING, user: URI, account: UUID, accounts: listOf(UUID) });
