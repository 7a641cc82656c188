/**
 * A search for tasks by typed fields: conditions joined by AND, an order, a place to go on from. Finds checkpoints, drafts
 * and tasks without a place; never deleted ones.
 */
/** What a field holds; of `list` all members are texts. */
export type FieldType = 'text' | 'number' | 'instant' | 'uuid' | 'flag' | 'list';

/** A field by name, or a metafield by `metafields.<namespace>:<key>`. Their columns: store/task-fields.ts. */
export const QUERY_FIELDS = {
  uuid: 'uuid',
  state: 'text',
  kind: 'text',
  kind_word: 'text',
  /** Assignee: the tracker. */
  tracker: 'uuid',
  former_trackers: 'list',
  order: 'uuid',
  run: 'uuid',
  contact_address: 'uuid',
  created_by: 'uuid',
  is_near: 'flag',
  external_id: 'text',
  reference: 'text',
  description: 'text',
  barcodes: 'list',
  size: 'list',
  priority: 'number',
  position: 'number',
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
} as const satisfies Readonly<Record<string, FieldType>>;

export type QueryField = keyof typeof QUERY_FIELDS;

export type QueryValue = string | number;

export const LOOKUPS = [
  'is',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  /** Parts of texts and their beginnings, in whatever case. */
  'contains',
  'starts_with',
  /** Every word of the value is in it, in whatever case. */
  'words',
  /** The value is 1 or 0. */
  'is_null',
  /** Of lists: all, any, or none but these. */
  'has_all',
  'has_any',
  'has_only',
] as const;

export type Lookup = (typeof LOOKUPS)[number];

/** A comparison never matches null, but with `orNull`. Lists for `in`, `not_in` and the `has_` ones; else one value. */
export interface QueryCondition {
  readonly field: QueryField | `metafields.${string}`;
  readonly lookup: Lookup;
  readonly values: readonly QueryValue[];
  readonly orNull?: boolean;
}

export interface QueryOrder {
  readonly field: QueryField;
  readonly isDescending: boolean;
}

/** Where a page ended: the values of its order's fields, and the id, of its last task. */
export interface QueryPlace {
  readonly values: readonly (QueryValue | null)[];
  readonly id: number;
}

export interface TaskQuery {
  readonly conditions: readonly QueryCondition[];
  /** Every word is somewhere in what people read of a task. */
  readonly search?: string;
  /** Nulls last, then the id, which is always the last key. */
  readonly order: readonly QueryOrder[];
  /** The page after this place; with `isBackwards` the one before it. Absent = the first. */
  readonly from?: QueryPlace;
  readonly isBackwards?: boolean;
  readonly offset?: number;
  readonly limit: number;
}
