/**
 * A search for tasks by typed fields: conditions joined by AND, an order, a place to go on from. Finds checkpoints, drafts
 * and tasks without a place; never deleted ones.
 */
/** What a field holds; of `list` all members are texts. */
export type FieldType = 'text' | 'number' | 'instant' | 'uuid' | 'flag' | 'list';

/** What a task says itself. The columns: store/task-fields.ts. */
export const QUERY_FIELDS = {
  uuid: 'uuid',
  /** In the words of the lifecycle. */
  state: 'text',
  /** As Navixy names it; null = a draft. */
  status: 'text',
  /** `generic` where nobody has said it. */
  kind: 'text',
  /** The same as GSMtasks says it. */
  kind_word: 'text',
  former_trackers: 'list',
  order: 'uuid',
  run: 'uuid',
  contact_address: 'uuid',
  created_by: 'uuid',
  is_near: 'flag',
  external_id: 'text',
  label: 'text',
  reference: 'text',
  description: 'text',
  barcodes: 'list',
  size: 'list',
  /** 0 where nobody has said it. */
  priority: 'number',
  position: 'number',
  /** Milliseconds. */
  service: 'number',
  /** null where nobody has set it. */
  from: 'instant',
  to: 'instant',
  planned: 'instant',
  /** planned ?? from ?? to. */
  calendar: 'instant',
  /** Of those in that state. */
  completed: 'instant',
  cancelled: 'instant',
  /** First counting visit; and when the work on it began. */
  arrived: 'instant',
  started: 'instant',
  created: 'instant',
  modified: 'instant',
  geocoded: 'instant',
  geocode_failed: 'instant',
  address: 'text',
  raw_address: 'text',
  street: 'text',
  house_number: 'text',
  apartment_number: 'text',
  city: 'text',
  region: 'text',
  postal_code: 'text',
  country: 'text',
  country_code: 'text',
  place_id: 'text',
  point_of_interest: 'text',
  contact_name: 'text',
  contact_company: 'text',
  contact_phones: 'list',
  contact_emails: 'list',
  contact_notes: 'text',
  dialect: 'text',
  /** TheTrack's, as projections.ts has it. */
  progress: 'text',
} as const satisfies Readonly<Record<string, FieldType>>;

export type QueryField = keyof typeof QUERY_FIELDS;

/** What is said of the things that it names: its tracker, its order, its run, its contact address. */
export const LINKED_FIELDS = {
  tracker: 'uuid',
  tracker_email: 'text',
  tracker_first_name: 'text',
  tracker_last_name: 'text',
  tracker_phone: 'text',
  order_external_id: 'text',
  order_reference: 'text',
  order_description: 'text',
  order_orderer_name: 'text',
  order_is_auto_assigned: 'flag',
  order_created_by: 'uuid',
  order_created: 'instant',
  run_external_id: 'text',
  run_name: 'text',
  run_code: 'text',
  run_description: 'text',
  run_assignee: 'uuid',
  run_start: 'instant',
  run_end: 'instant',
  contact_address_external_id: 'text',
} as const satisfies Readonly<Record<string, FieldType>>;

export type LinkedField = keyof typeof LINKED_FIELDS;

/** By `<namespace>:<key>`, without quotes and backslashes. Numbers are compared with numbers, texts with whatever it is as a text. */
export type MetafieldName = `metafields.${string}`;

export type ConditionField = QueryField | LinkedField | MetafieldName;

/** What a list can be in the order of. */
export type OrderField = {
  [Name in QueryField]: (typeof QUERY_FIELDS)[Name] extends 'list' ? never : Name;
}[QueryField];

export type QueryValue = string | number;

export type Lookup =
  | 'is'
  | 'in'
  | 'not_in'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  /** Parts of texts and their beginnings, in whatever case. */
  | 'contains'
  | 'starts_with'
  /** Every word of the value is in it, in whatever case. */
  | 'words'
  /** The value is 1 or 0. A list without members is null. */
  | 'is_null'
  /** Of lists: all of the values are in it, any of them, or nothing but them. */
  | 'has_all'
  | 'has_any'
  | 'has_only';

/**
 * A comparison never matches null, but with `orNull`. Lists of values for `in`, `not_in` and the `has_` ones; else one
 * value. Flags are 1 or 0. What is asked of a list as if it were a text is asked of its members: one of them has to do.
 */
export interface QueryCondition {
  readonly field: ConditionField;
  readonly lookup: Lookup;
  readonly values: readonly QueryValue[];
  readonly orNull?: boolean;
}

export interface QueryOrder {
  readonly field: OrderField;
  readonly isDescending: boolean;
}

/** Where a page ended: the values of its order's fields, and the id, of its last task. */
export interface QueryPlace {
  readonly values: readonly (QueryValue | null)[];
  readonly id: number;
}

/** Of a page that was found; null = it is empty. */
export type PageEnds = { readonly first: QueryPlace; readonly last: QueryPlace } | null;

export interface TaskQuery {
  readonly conditions: readonly QueryCondition[];
  /** Every word is somewhere in what people read of a task. */
  readonly search?: string;
  /** Nulls last whichever way; then the id, in the direction of the last field, upwards where there is none. */
  readonly order: readonly QueryOrder[];
  /** The page after this place; with `isBackwards` the one before it. Absent = the first, or the last. */
  readonly from?: QueryPlace;
  readonly isBackwards?: boolean;
  readonly offset?: number;
  readonly limit: number;
}

/** What one query may ask for at most; more is a fault of the caller's. */
export const QUERY_LIMITS = { conditions: 50, values: 1000, words: 20, order: 5, limit: 1000 } as const;

/** The order that people work in. */
export const QUEUE_ORDER: readonly QueryOrder[] = [
  { field: 'position', isDescending: false },
  { field: 'created', isDescending: false },
];
