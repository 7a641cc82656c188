/** Where the fields of a task search are: SQL over a row of `tasks`. Every name in the SQL of searches comes from here. */
import { GSMTASKS_CATEGORIES, NAVIXY_STATUS_SQL, THETRACK_PROGRESS_SQL } from '../model/projections.ts';
import type { LinkedField, OrderField, QueryField } from '../model/task-query.ts';

type ListField = Exclude<QueryField, OrderField>;

/** Ends of a window that nobody has set are none. */
const FROM = `CASE WHEN open_ends IN ('from', 'both') THEN NULL ELSE from_ms END`;
const TO = `CASE WHEN open_ends IN ('to', 'both') THEN NULL ELSE to_ms END`;
const PLANNED = detail('plannedMs');
const KIND = `coalesce(${detail('kind')}, 'generic')`;
const CATEGORIES = Object.entries(GSMTASKS_CATEGORIES).map(([kind, word]) => `WHEN '${kind}' THEN '${word}'`);

/** The expressions of `reference`, `order` and `run` are worded like the partial indexes on them. */
export const FIELD_SQL: Readonly<Record<OrderField, string>> = {
  uuid: 'uuid',
  state: 'state',
  // Not the column, which says nothing of tasks without a place.
  status: `(${NAVIXY_STATUS_SQL})`,
  kind: KIND,
  kind_word: `coalesce(${detail('kindWord.gsmtasks')}, CASE ${KIND} ${CATEGORIES.join(' ')} END)`,
  order: detail('orderUuid'),
  run: detail('runUuid'),
  contact_address: detail('contactAddressUuid'),
  created_by: detail('createdBy'),
  is_near: 'is_near',
  external_id: 'external_id',
  label: 'label',
  reference: detail('reference'),
  description: 'description',
  priority: `coalesce(${detail('priority')}, 0)`,
  position: 'position',
  service: detail('serviceMs'),
  from: FROM,
  to: TO,
  planned: PLANNED,
  calendar: `coalesce(${PLANNED}, ${FROM}, ${TO})`,
  completed: `CASE WHEN state = 'completed' THEN status_ms END`,
  cancelled: `CASE WHEN state = 'cancelled' THEN status_ms END`,
  arrived: 'arrival_ms',
  started: 'start_ms',
  created: 'created_ms',
  modified: 'modified_ms',
  geocoded: detail('geocoding.atMs'),
  geocode_failed: detail('geocoding.failedMs'),
  address: 'address',
  raw_address: detail('parts.raw'),
  street: detail('parts.street'),
  house_number: detail('parts.houseNumber'),
  apartment_number: detail('parts.apartmentNumber'),
  city: detail('parts.city'),
  region: detail('parts.state'),
  postal_code: detail('parts.postalCode'),
  country: detail('parts.country'),
  country_code: detail('parts.countryCode'),
  place_id: detail('parts.placeId'),
  point_of_interest: detail('parts.pointOfInterest'),
  contact_name: detail('contact.name'),
  contact_company: detail('contact.company'),
  contact_notes: detail('contact.notes'),
  dialect: 'dialect',
  progress: THETRACK_PROGRESS_SQL,
};

function detail(path: string): string {
  return `details ->> '$.${path}'`;
}

/** Fields that are never null: as keys of an order they are columns that an index may have. */
export const NEVER_NULL: ReadonlySet<OrderField> = new Set<OrderField>([
  ...(['uuid', 'state', 'kind', 'kind_word', 'label', 'description', 'priority'] as const),
  ...(['created', 'modified', 'address', 'dialect', 'progress'] as const),
]);

/** Members of `details`. */
export const LIST_PATHS: Readonly<Record<ListField, string>> = {
  former_trackers: '$.formerTrackers',
  barcodes: '$.barcodes',
  size: '$.size',
  contact_phones: '$.contact.phones',
  contact_emails: '$.contact.emails',
};

export function isList(field: QueryField): field is ListField {
  return field in LIST_PATHS;
}

/** Something that a task names: `key` of the task is `id` of one of the things in `source`, of which `sql` is asked. */
export interface Link {
  readonly key: string;
  readonly source: string;
  readonly id: string;
  readonly sql: string;
  /** Whatever a task names of it is there and says it. */
  readonly isSure?: true;
}

const ORDERS = resources('order', FIELD_SQL.order);
const RUNS = resources('run', FIELD_SQL.run);
const CONTACTS = resources('contact_address', FIELD_SQL.contact_address);
/** Trackers with what is said of the people who have them: of several employees the first one counts. */
const PEOPLE = {
  key: 'tracker_id',
  id: 'trackers.id',
  source: `trackers
    LEFT JOIN resources AS profile ON profile.kind = 'profile' AND profile.uuid = trackers.uuid
    LEFT JOIN records AS employee ON employee.id = (SELECT min(id) FROM records
      WHERE kind = 'employee' AND body ->> '$.trackerId' = +trackers.id)`,
} as const;

/** Who has no name is called as their tracker is. */
const FIRST_NAME = `coalesce(profile.body ->> '$.firstName', CASE
  WHEN concat(employee.body ->> '$.firstName', employee.body ->> '$.lastName') <> '' THEN employee.body ->> '$.firstName'
  ELSE trackers.label END)`;

export const LINKS: Readonly<Record<LinkedField, Link>> = {
  tracker: { key: 'tracker_id', id: 'trackers.id', source: 'trackers', sql: 'trackers.uuid', isSure: true },
  tracker_email: { ...PEOPLE, sql: said('email') },
  tracker_first_name: { ...PEOPLE, sql: FIRST_NAME },
  tracker_last_name: { ...PEOPLE, sql: said('lastName') },
  tracker_phone: { ...PEOPLE, sql: said('phone') },
  order_external_id: { ...ORDERS, sql: 'external_id' },
  order_reference: { ...ORDERS, sql: `body ->> '$.reference'` },
  order_description: { ...ORDERS, sql: `body ->> '$.description'` },
  order_orderer_name: { ...ORDERS, sql: `body ->> '$.orderer.name'` },
  order_is_auto_assigned: { ...ORDERS, sql: `body ->> '$.isAutoAssigned'` },
  order_created_by: { ...ORDERS, sql: `body ->> '$.createdBy'` },
  order_created: { ...ORDERS, sql: 'created_ms' },
  run_external_id: { ...RUNS, sql: 'external_id' },
  run_name: { ...RUNS, sql: `body ->> '$.name'` },
  run_code: { ...RUNS, sql: `body ->> '$.code'` },
  run_description: { ...RUNS, sql: `body ->> '$.description'` },
  run_assignee: { ...RUNS, sql: `body ->> '$.assignee'` },
  run_start: { ...RUNS, sql: `body ->> '$.startMs'` },
  run_end: { ...RUNS, sql: `body ->> '$.endMs'` },
  contact_address_external_id: { ...CONTACTS, sql: 'external_id' },
};

function resources(kind: string, key: string): Omit<Link, 'sql'> {
  return { key, id: 'uuid', source: `(SELECT * FROM resources WHERE kind = '${kind}')` };
}

/** What a profile leaves open an employee may say. */
function said(member: string): string {
  return `coalesce(profile.body ->> '$.${member}', nullif(employee.body ->> '$.${member}', ''))`;
}

export function isLinked(field: string): field is LinkedField {
  return Object.hasOwn(LINKS, field);
}

/** What people read of a task, line by line: no word goes over the end of one. */
export const READ_TEXT = `concat_ws(char(10), label, description, external_id, address, ${[
  ...(['reference', 'raw_address', 'street', 'city', 'postal_code', 'country', 'point_of_interest'] as const),
  ...(['contact_name', 'contact_company', 'contact_notes'] as const),
]
  .map((field) => FIELD_SQL[field])
  .join(', ')}, ${[LIST_PATHS.contact_phones, LIST_PATHS.contact_emails].map(lines).join(', ')})`;

function lines(path: string): string {
  return `(SELECT group_concat(value, char(10)) FROM json_each(details, '${path}'))`;
}
