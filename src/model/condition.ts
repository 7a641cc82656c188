/** What tasks are searched by: a tree of conditions over their fields. */

/** What a condition can ask of a field follows from the kind of its values. */
export type FieldKind =
  | 'number'
  | 'text'
  | 'date'
  /** Something else's id, with that thing's name to show. */
  | 'linked';

/** The fields that every task has. `stay_duration` in seconds; `employee` is who has the task's tracker now. */
export const TASK_FIELDS = {
  id: 'number',
  employee: 'linked',
  status: 'text',
  label: 'text',
  address: 'text',
  from: 'date',
  to: 'date',
  status_change_date: 'date',
  arrival_date: 'date',
  stay_duration: 'number',
  description: 'text',
  external_id: 'text',
  form: 'linked',
} as const satisfies Readonly<Record<string, FieldKind>>;

export type TaskField = keyof typeof TASK_FIELDS;
type FieldOf<Kind extends FieldKind> = {
  [Name in TaskField]: (typeof TASK_FIELDS)[Name] extends Kind ? Name : never;
}[TaskField];
export type DateField = FieldOf<'date'>;
export type NumberField = FieldOf<'number'>;
export type TextField = FieldOf<'text'>;

/** A field that the account has given its tasks, by its id; its values are texts. */
export interface CustomField {
  readonly custom: string;
}

export type ValueField = Exclude<TaskField, DateField> | CustomField;

/** Case does not count in texts. A field without a value meets no condition, and so meets the `not` of every one. */
export type Condition =
  /** At least one part. */
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  /** Equal to one of the values; what is linked, by its id. */
  | { readonly kind: 'is'; readonly field: ValueField; readonly values: readonly (number | string)[] }
  /** Numbers as they are written, what is linked by its name. */
  | { readonly kind: 'contains'; readonly field: ValueField | 'any_custom'; readonly text: string }
  /** Both ends belong to it; null = no end. */
  | {
      readonly kind: 'during';
      readonly field: DateField;
      readonly fromMs: number | null;
      readonly toMs: number | null;
    };

/** Two texts are the same if they fold to the same. Upper case: folding a part gives a part of what the whole folds to. */
export function folded(text: string): string {
  return text.toUpperCase();
}
