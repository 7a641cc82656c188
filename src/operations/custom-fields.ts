/** Wishes about the fields that the owner has given to tasks: what they are, in which order they stand, what may be in them. */
import type { CustomField, FieldType, Layout, LayoutSection } from '../model/records.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Store } from '../store/store.ts';

/** One as the owner wants it; `id` null = a new one. */
type FieldDraft = Omit<CustomField, 'id'> & { readonly id: number | null };

/** What a task has in a field. */
export interface FieldValue {
  readonly type: string;
  readonly value: string | number | null;
}

interface FieldFault {
  readonly id: string;
  readonly error: string;
}

export interface CustomFieldOperations {
  listFields(): readonly CustomField[];
  /** Makes and changes those of the list; with `deletesOthers` there are no others afterwards. */
  fileFields(drafts: readonly FieldDraft[], deletesOthers: boolean): Refusal | null;
  /** `own`: the fields that every task has. Each field stands in one section, once. */
  fieldLayout(own: readonly string[]): readonly LayoutSection[];
  setFieldLayout(own: readonly string[], sections: readonly LayoutSection[]): Refusal | null;
  /** A value of an id that no field has is left as it is: the field may be known elsewhere. */
  fieldFaults(values: Readonly<Record<string, FieldValue>>): readonly FieldFault[];
}

export const FIELDS_MAX = 100;

export function customFieldOperations({ store }: { readonly store: Pick<Store, 'records'> }): CustomFieldOperations {
  const { records } = store;

  function fieldLayout(own: readonly string[]): readonly LayoutSection[] {
    const names = [...own, ...records.list('custom_field').map(({ id }) => String(id))];
    const stored = records.list('layout')[0]?.sections ?? [{ label: 'Task', fields: own }];
    const sections = stored.map(({ label, fields }) => ({
      label,
      fields: fields.filter((name) => names.includes(name)),
    }));
    const missing = names.filter((name) => !sections.some(({ fields }) => fields.includes(name)));
    const last = sections.pop();
    return last === undefined ? [] : [...sections, { ...last, fields: [...last.fields, ...missing] }];
  }

  return {
    listFields: () => records.list('custom_field'),
    fileFields(drafts, deletesOthers) {
      const before = records.list('custom_field');
      const refusal = refused(drafts, before, deletesOthers);
      if (refusal !== null) return refusal;
      const keptIds = new Set(drafts.map(({ id }) => id));
      records.atOnce(() => {
        if (deletesOthers) for (const { id } of before) if (!keptIds.has(id)) records.delete('custom_field', id);
        for (const { id, ...content } of drafts) {
          if (id === null) records.create('custom_field', content);
          else records.update('custom_field', { ...content, id });
        }
      });
      return null;
    },
    fieldLayout,
    setFieldLayout(own, sections) {
      const wanted = sections.flatMap(({ fields }) => fields);
      const names = fieldLayout(own).flatMap(({ fields }) => fields);
      const isWhole = new Set(wanted).size === wanted.length && names.every((name) => wanted.includes(name));
      if (!isWhole || wanted.length !== names.length) {
        return refuse('invalid', `must contain each of ${names.join(', ')} once`, 'sections');
      }
      const [before] = records.list('layout');
      if (before === undefined) records.create('layout', { sections });
      else records.update('layout', { ...before, sections } satisfies Layout);
      return null;
    },
    fieldFaults(values) {
      return records.list('custom_field').flatMap((field) => {
        const given = values[String(field.id)];
        const error = given === undefined || isEmpty(given) ? missing(field) : faultOf(field.type, given);
        return error === null ? [] : { id: String(field.id), error };
      });
    },
  };

  function faultOf(type: FieldType, { type: said, value }: FieldValue): string | null {
    if (said !== type) return `Should be one of [${type}]`;
    if (type === 'employee') {
      const id = Number(value);
      const isKnown = Number.isSafeInteger(id) && records.read('employee', id) !== null;
      return isKnown ? null : 'must be the id of an employee';
    }
    const { isValue, expected } = TYPES[type];
    return isValue(value) ? null : expected;
  }
}

function refused(
  drafts: readonly FieldDraft[],
  before: readonly CustomField[],
  deletesOthers: boolean,
): Refusal | null {
  const known = new Map(before.map((field) => [field.id, field]));
  const ids = drafts.flatMap(({ id }) => id ?? []);
  const others = deletesOthers ? [] : before.filter(({ id }) => !ids.includes(id));
  const labels = [...others, ...drafts].map(({ label }) => label);
  if (ids.some((id) => !known.has(id)))
    return refuse('invalid', 'must be fields of this entity, or without id', 'fields');
  if (new Set(ids).size < ids.length) return refuse('invalid', 'must only contain unique elements', 'fields');
  if (new Set(labels).size < labels.length) return refuse('invalid', 'labels must differ', 'fields');
  if (labels.length > FIELDS_MAX) return refuse('invalid', `size must be between 0 and ${FIELDS_MAX}`, 'fields');
  const retyped = drafts.find(({ id, type }) => id !== null && known.get(id)!.type !== type);
  if (retyped !== undefined) return refuse('invalid', `the type of field ${retyped.id} cannot be changed`, 'fields');
  if (drafts.filter(({ isResponsible }) => isResponsible).length + responsible(others) > 1) {
    return refuse('invalid', 'only one field may be of who is responsible', 'fields');
  }
  return null;
}

function responsible(fields: readonly CustomField[]): number {
  return fields.filter(({ isResponsible }) => isResponsible).length;
}

function isEmpty({ value }: FieldValue): boolean {
  return value === null || value === '';
}

function missing({ isRequired }: CustomField): string | null {
  return isRequired ? 'must not be null' : null;
}

interface ValueRule {
  readonly isValue: (value: string | number | null) => boolean;
  readonly expected: string;
}

const INT64_MAX = 2n ** 63n - 1n;

const TYPES: Readonly<Record<Exclude<FieldType, 'employee'>, ValueRule>> = {
  text: textRule(700),
  bigtext: textRule(20_000),
  email: {
    isValue: (value) => isMatch(value, /^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,63}$/),
    expected: 'must be an email',
  },
  phone: { isValue: (value) => isMatch(value, /^\+?[0-9][0-9 ().-]{2,30}$/), expected: 'must be a phone number' },
  decimal: {
    isValue: (value) => /^-?\d{1,12}(\.\d{1,6})?$/.test(String(value)),
    expected: 'must be a number of at most 12 digits before the point and 6 behind it',
  },
  integer: { isValue: isInt64, expected: 'must be a whole number of 64 bits' },
};

function textRule(most: number): ValueRule {
  return {
    isValue: (value) => typeof value === 'string' && value.length <= most,
    expected: `size must be between 0 and ${most}`,
  };
}

function isMatch(value: string | number | null, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value);
}

function isInt64(value: string | number | null): boolean {
  const digits = String(value);
  if (!/^-?\d{1,19}$/.test(digits)) return false;
  const whole = BigInt(digits);
  return whole <= INT64_MAX && whole >= -INT64_MAX - 1n;
}
