/** Whether the answers given to a form are answers to what it asks. All that is wrong is told at once. */
import { FILES_PER_FIELD_MAX, type FieldValue, type FormField, type FormValues, fileIdsOf } from './form.ts';
import { type FormFile, isImage } from './form-file.ts';

/** An answer as it comes; `unreadable` = of no kind at all. */
export type GivenValue = FieldValue | null | 'unreadable';

export type ValueFaultCode =
  | 'required'
  | 'wrong_type'
  | 'null'
  | 'index'
  | 'size'
  | 'below_minimum'
  | 'above_maximum'
  | 'reference'
  | 'file_type'
  | 'file_state';

interface ValueFault {
  readonly fieldId: string;
  readonly code: ValueFaultCode;
  readonly message: string;
}

export interface FaultyValues {
  readonly kind: 'faulty_values';
  readonly faults: readonly ValueFault[];
}

/** What answers are held against besides the form. */
interface ValueRules {
  /** yyyy-MM-dd where the account is. */
  readonly today: string;
  /** Files that were made for this form, by id. */
  readonly files: ReadonlyMap<number, FormFile>;
}

export function judgeValues(
  fields: readonly FormField[],
  given: Readonly<Record<string, GivenValue>>,
  rules: ValueRules,
): { readonly kind: 'values'; readonly values: FormValues } | FaultyValues {
  const faults: ValueFault[] = [];
  const values: Record<string, FieldValue> = {};
  for (const field of fields) {
    const value = Object.hasOwn(given, field.id) ? given[field.id] : undefined;
    const fault = faultOf(field, value, rules);
    if (fault !== null) faults.push({ fieldId: field.id, code: fault[0], message: fault[1] });
    else if (value !== undefined && !isEmpty(value)) values[field.id] = value as FieldValue;
  }
  const known = new Set(fields.map(({ id }) => id));
  for (const fieldId of Object.keys(given)) {
    if (!known.has(fieldId)) faults.push({ fieldId, code: 'reference', message: 'the form has no such field' });
  }
  return faults.length === 0 ? { kind: 'values', values } : { kind: 'faulty_values', faults };
}

type Fault = readonly [code: ValueFaultCode, message: string] | null;

function faultOf(field: FormField, value: GivenValue | undefined, rules: ValueRules): Fault {
  if (value === null) return ['null', 'the value is null'];
  if (value === undefined || isEmpty(value)) {
    const isMissing = field.isRequired && field.kind !== 'separator';
    return isMissing ? ['required', 'the field is required and has no value'] : typeFault(field, value);
  }
  return typeFault(field, value) ?? contentFault(field, value as FieldValue, rules);
}

function typeFault(field: FormField, value: GivenValue | undefined): Fault {
  if (value === undefined) return null;
  const kind = value === null || value === 'unreadable' ? null : value.kind;
  if (kind === field.kind) return null;
  return [
    'wrong_type',
    `the value is not that of a field of type ${field.kind}${kind === null ? '' : `, but of ${kind}`}`,
  ];
}

/** An empty text, no box checked, no file: as if nothing had been given. */
function isEmpty(value: GivenValue): boolean {
  if (value === null || value === 'unreadable') return false;
  if (value.kind === 'text') return value.text === '';
  if (value.kind === 'checkbox_group') return !value.checked.includes(true);
  return (value.kind === 'file' || value.kind === 'photo') && value.fileIds.length === 0;
}

/** Of a value that is of the field's kind. */
function contentFault(field: FormField, value: FieldValue, rules: ValueRules): Fault {
  switch (value.kind) {
    case 'text':
      return field.kind === 'text' ? lengthFault(value.text.length, field.minLength, field.maxLength) : null;
    case 'checkbox_group':
      return field.kind === 'checkbox_group' ? checkedFault(value.checked, field) : null;
    case 'dropdown':
    case 'radio_group': {
      const { length } = 'options' in field ? field.options : [];
      return value.index >= 0 && value.index < length
        ? null
        : ['index', `the index must be between 0 and ${length - 1}, not ${value.index}`];
    }
    case 'date':
      return field.kind === 'date' ? dayFault(value.day, field, rules.today) : null;
    case 'rating':
      return field.kind === 'rating' ? rangeFault(value.stars, 1, field.maxStars, 'stars') : null;
    case 'file':
    case 'photo':
    case 'signature':
      return filesFault(field, fileIdsOf(value), rules);
  }
}

function lengthFault(length: number, min: number, max: number): Fault {
  const isFitting = length >= min && length <= max;
  return isFitting ? null : ['size', `the length must be between ${min} and ${max}, not ${length}`];
}

function checkedFault(checked: readonly boolean[], field: FormField & { readonly kind: 'checkbox_group' }): Fault {
  if (checked.length !== field.options.length) {
    return ['size', `there are ${field.options.length} boxes, not ${checked.length}`];
  }
  const count = checked.filter((isChecked) => isChecked).length;
  return rangeFault(count, field.minChecked, field.maxChecked, 'checked');
}

function rangeFault(value: number, min: number, max: number, what: string): Fault {
  if (value < min) return ['below_minimum', `${what}: at least ${min}, not ${value}`];
  return value > max ? ['above_maximum', `${what}: at most ${max}, not ${value}`] : null;
}

/** Days as text are in the order of time. */
function dayFault(day: string, field: FormField & { readonly kind: 'date' }, today: string): Fault {
  if (field.isPastRefused && day < today) return ['below_minimum', `${day} is in the past`];
  return field.isFutureRefused && day > today ? ['above_maximum', `${day} is in the future`] : null;
}

function filesFault(field: FormField, fileIds: readonly number[], { files }: ValueRules): Fault {
  const most = field.kind === 'photo' ? field.maxFiles : FILES_PER_FIELD_MAX;
  if (fileIds.length > most) return ['size', `at most ${most} files, not ${fileIds.length}`];
  if (new Set(fileIds).size < fileIds.length) return ['reference', 'a file is named twice'];
  for (const fileId of fileIds) {
    const file = files.get(fileId);
    if (file === undefined || file.fieldId !== field.id) return ['reference', `file ${fileId} is not of this field`];
    if (file.state !== 'uploaded') return ['file_state', `file ${fileId} is ${file.state}, not uploaded`];
    if (field.kind !== 'file' && !isImage(file)) return ['file_type', `file ${fileId} is no image`];
  }
  return null;
}
