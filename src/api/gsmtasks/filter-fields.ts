/** What GSMtasks' task lists are filtered and ordered by: its names for fields, and what they are of a task here. */
import { GSMTASKS_CATEGORIES, gsmtasksState } from '../../model/projections.ts';
import type { Metafield } from '../../model/resources.ts';
import { LIFECYCLE_STATES } from '../../model/task.ts';
import type { ConditionField, OrderField } from '../../model/task-query.ts';
import {
  choices,
  DURATION,
  flags,
  instants,
  type Lookups,
  lists,
  NUMBER,
  numbers,
  positions,
  reference,
  references,
  states,
  TEXT,
  texts,
  words,
} from './filter-lookups.ts';

export interface FilterField {
  /** `account`: there is one. `nothing`: no task here has ever such a thing. */
  readonly field: ConditionField | 'account' | 'nothing';
  readonly lookups: Lookups;
}

export type FilterFields = ReadonlyMap<string, FilterField>;

type Rows = readonly (readonly [name: string, field: FilterField['field']])[];

/** A word of GSMtasks may be that of several states. */
const STATES = words(
  new Map(
    LIFECYCLE_STATES.map((state) => {
      const word = gsmtasksState(state);
      return [word, LIFECYCLE_STATES.filter((other) => gsmtasksState(other) === word)];
    }),
  ),
);
const CATEGORIES = words(new Map(Object.values(GSMTASKS_CATEGORIES).map((word) => [word, [word]])));
/** Of which nothing is known is away. */
const PROXIMITIES = words(
  new Map([
    ['near', [1]],
    ['away', [0]],
  ]),
);

const TEXTS: Rows = [
  ['external_id', 'external_id'],
  ['reference', 'reference'],
  ['description', 'description'],
  ['contact__name', 'contact_name'],
  ['contact__company', 'contact_company'],
  ['contact__email', 'contact_emails'],
  ['contact__phone', 'contact_phones'],
  ['contact__notes', 'contact_notes'],
  ['address__raw_address', 'raw_address'],
  ['address__formatted_address', 'address'],
  ['address__street', 'street'],
  ['address__house_number', 'house_number'],
  ['address__apartment_number', 'apartment_number'],
  ['address__city', 'city'],
  ['address__state', 'region'],
  ['address__postal_code', 'postal_code'],
  ['address__country', 'country'],
  ['address__country_code', 'country_code'],
  ['address__google_place_id', 'place_id'],
  ['address__point_of_interest', 'point_of_interest'],
  ['assignee__email', 'tracker_email'],
  ['assignee__first_name', 'tracker_first_name'],
  ['assignee__last_name', 'tracker_last_name'],
  ['assignee__phone', 'tracker_phone'],
  ['order__external_id', 'order_external_id'],
  ['order__reference', 'order_reference'],
  ['order__description', 'order_description'],
  ['orderer__name', 'order_orderer_name'],
  ['route__external_id', 'run_external_id'],
  ['route__name', 'run_name'],
  ['route__code', 'run_code'],
  ['route__description', 'run_description'],
  ['contact_address__external_id', 'contact_address_external_id'],
];

const INSTANTS: Rows = [
  ['complete_after', 'from'],
  ['complete_before', 'to'],
  ['scheduled_time', 'planned'],
  ['calendar_time', 'calendar'],
  ['completed_at', 'completed'],
  ['metadata__last_completed_at', 'completed'],
  ['cancelled_at', 'cancelled'],
  ['metadata__last_cancelled_at', 'cancelled'],
  ['created_at', 'created'],
  ['updated_at', 'modified'],
  ['address__geocoded_at', 'geocoded'],
  ['address__geocode_failed_at', 'geocode_failed'],
  ['order__created_at', 'order_created'],
  ['route__start_time', 'run_start'],
  ['route__end_time', 'run_end'],
];

const REFERENCES: readonly (readonly [name: string, collection: string, field: FilterField['field']])[] = [
  ['id', 'tasks', 'uuid'],
  ['account', 'accounts', 'account'],
  ['assignee', 'users', 'tracker'],
  ['assignee_id', 'users', 'tracker'],
  ['order', 'orders', 'order'],
  ['order_id', 'orders', 'order'],
  ['route', 'routes', 'run'],
  ['route_id', 'routes', 'run'],
  ['contact_address', 'contact_addresses', 'contact_address'],
  ['created_by', 'users', 'created_by'],
  ['order__created_by', 'users', 'order_created_by'],
  ['route__assignee', 'users', 'run_assignee'],
  ['orderer', 'clients', 'nothing'],
  ['orderer_id', 'clients', 'nothing'],
  ['receiver', 'clients', 'nothing'],
  ['receiver_id', 'clients', 'nothing'],
  ['owner_id', 'users', 'nothing'],
  ['unassignee_id', 'users', 'nothing'],
  ['contact_id', 'contacts', 'nothing'],
  ['address_id', 'addresses', 'nothing'],
  ['task_import', 'task_imports', 'nothing'],
];

/** `__iregex` is not among the lookups: a stranger's expression may take for ever. It is ignored, as all unknown ones are. */
export const FILTER_FIELDS: FilterFields = new Map<string, FilterField>([
  ['state', { field: 'state', lookups: states(STATES) }],
  ['category', { field: 'kind_word', lookups: choices(CATEGORIES) }],
  ['assignee_proximity', { field: 'is_near', lookups: choices(PROXIMITIES) }],
  ...REFERENCES.map(([name, collection, field]) => [name, { field, lookups: references(collection) }] as const),
  ...TEXTS.map(([name, field]) => [name, { field, lookups: texts() }] as const),
  ...INSTANTS.map(([name, field]) => [name, { field, lookups: instants() }] as const),
  ['position', { field: 'position', lookups: positions() }],
  ['priority', { field: 'priority', lookups: numbers(NUMBER) }],
  ['duration', { field: 'service', lookups: numbers(DURATION) }],
  ['order__auto_assign', { field: 'order_is_auto_assigned', lookups: flags() }],
  ['contact__emails', { field: 'contact_emails', lookups: lists(TEXT) }],
  ['contact__phones', { field: 'contact_phones', lookups: lists(TEXT) }],
  ['barcodes', { field: 'barcodes', lookups: lists(TEXT) }],
  ['previous_assignees', { field: 'former_trackers', lookups: lists(reference('users')) }],
  ['size', { field: 'size', lookups: lists(NUMBER) }],
]);

const METAFIELD_NAME = /^[a-z0-9_]{1,20}:[a-z0-9_]{1,20}$/;

/** Those that may be searched by. */
export function metafieldFilters(metafields: readonly Metafield[]): FilterFields {
  const named = metafields.map(({ namespace, key, valueType }) => [`${namespace}:${key}`, valueType] as const);
  return new Map(
    named
      .filter(([name]) => METAFIELD_NAME.test(name))
      .map(([name, valueType]) => [
        `metafields__${name}`,
        { field: `metafields.${name}`, lookups: metafieldLookups(valueType) },
      ]),
  );
}

function metafieldLookups(valueType: string): Lookups {
  if (valueType === 'integer' || valueType === 'decimal') return numbers(NUMBER);
  return valueType === 'multiselect' ? new Map([...texts(), ...lists(TEXT)]) : texts();
}

export const ORDER_FIELDS: ReadonlyMap<string, OrderField> = new Map<string, OrderField>([
  ['position', 'position'],
  ['priority', 'priority'],
  ['created_at', 'created'],
  ['updated_at', 'modified'],
  ['complete_after', 'from'],
  ['complete_before', 'to'],
  ['scheduled_time', 'planned'],
  ['calendar_time', 'calendar'],
  ['completed_at', 'completed'],
  ['last_completed_at', 'completed'],
  ['cancelled_at', 'cancelled'],
  ['state', 'state'],
  ['category', 'kind_word'],
  ['reference', 'reference'],
  ['external_id', 'external_id'],
]);
