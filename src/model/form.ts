/** Forms: what somebody is asked to fill in for a task, and what they filled in. The form of a task is a snapshot of its template. */

interface FieldHead {
  /** 1 to 19 letters, digits or hyphens; unique in the form. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly isRequired: boolean;
}

/** What can be asked, with what an answer must keep to. Sizes in bytes and UTF-16 units, both ends included. */
type FieldAsk =
  | { readonly kind: 'text'; readonly minLength: number; readonly maxLength: number }
  | {
      readonly kind: 'checkbox_group';
      readonly options: readonly string[];
      readonly minChecked: number;
      readonly maxChecked: number;
    }
  | { readonly kind: 'dropdown' | 'radio_group'; readonly options: readonly string[] }
  | { readonly kind: 'date'; readonly isFutureRefused: boolean; readonly isPastRefused: boolean }
  | { readonly kind: 'rating'; readonly maxStars: number }
  /** `extensions`: in lower case, without the dot; null = any. */
  | {
      readonly kind: 'file';
      readonly minBytes: number;
      readonly maxBytes: number;
      readonly extensions: readonly string[] | null;
    }
  | { readonly kind: 'photo'; readonly maxFiles: number }
  | { readonly kind: 'signature' }
  /** A heading: nothing is asked. */
  | { readonly kind: 'separator' };

export type FormField = FieldHead & FieldAsk;
export type FieldKind = FormField['kind'];

/** The answer to a field of the same kind; a field without one has not been filled in. */
export type FieldValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'checkbox_group'; readonly checked: readonly boolean[] }
  | { readonly kind: 'dropdown' | 'radio_group'; readonly index: number }
  /** yyyy-MM-dd. */
  | { readonly kind: 'date'; readonly day: string }
  | { readonly kind: 'rating'; readonly stars: number }
  | { readonly kind: 'file' | 'photo'; readonly fileIds: readonly number[] }
  | { readonly kind: 'signature'; readonly fileId: number };

/** By the ids of the fields. */
export type FormValues = Readonly<Record<string, FieldValue>>;

/** What a template and the forms made from it have in common. */
export interface FormContent {
  readonly label: string;
  readonly description: string;
  readonly fields: readonly FormField[];
  /** Only taken from inside the zone of the task. */
  readonly isInZone: boolean;
}

export interface FormTemplate extends FormContent {
  readonly id: number;
  /** Grows with each edit. */
  readonly version: number;
  /** The one proposed for new tasks; at most one template is. */
  readonly isDefault: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Kept with its task, as JSON under these names; `templateId` and `label` are searched for. */
export interface TaskForm extends FormContent {
  /** The template may have been edited or deleted since. */
  readonly templateId: number;
  readonly templateVersion: number;
  /** When it was attached: tells it from another form that the task had before. */
  readonly createdMs: number;
  /** null = nothing has been filled in. */
  readonly values: FormValues | null;
  /** The instant it was submitted; null = not yet in this attempt, whatever the values say. */
  readonly submittedMs: number | null;
  readonly submitPlace: Place | null;
}

export interface Place {
  readonly latDeg: number;
  readonly lonDeg: number;
  /** As whoever submitted the form calls it. */
  readonly address?: string;
}

/** Of one field: photos, or files that wait to be submitted. */
export const FILES_PER_FIELD_MAX = 6;
export const FILE_BYTES_MAX = 16 * 1024 * 1024;

export function blankForm(template: FormTemplate, createdMs: number): TaskForm {
  const { id, version, label, description, fields, isInZone } = template;
  return {
    ...{ templateId: id, templateVersion: version, label, description, fields, isInZone, createdMs },
    ...{ values: null, submittedMs: null, submitPlace: null },
  };
}

/** What a form asks of the verdict. */
export function formTerms(form: TaskForm | null): { readonly isFormRequired: boolean; readonly isFormInZone: boolean } {
  return { isFormRequired: form !== null, isFormInZone: form?.isInZone ?? false };
}

/** As it is at the beginning of a new attempt: what was filled in before can be read until it is filled in again. */
export function unsubmitted(form: TaskForm): TaskForm {
  return { ...form, submittedMs: null, submitPlace: null };
}

/** Answers that are words by themselves. */
type PlainValue = Extract<
  FieldValue,
  { readonly kind: 'text' | 'checkbox_group' | 'dropdown' | 'radio_group' | 'date' }
>;

/** What was answered, in the words of the form; null = an option that it does not have. */
export function plainWords(field: FormField, value: PlainValue): string | null {
  const options = 'options' in field ? field.options : [];
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'date':
      return value.day;
    case 'checkbox_group':
      return options.filter((_, i) => value.checked[i] === true).join(', ');
    default:
      return options[value.index] ?? null;
  }
}

export function fileIdsIn(values: FormValues | null): ReadonlySet<number> {
  return new Set(Object.values(values ?? {}).flatMap(fileIdsOf));
}

export function fileIdsOf(value: FieldValue): readonly number[] {
  if (value.kind === 'signature') return [value.fileId];
  return value.kind === 'file' || value.kind === 'photo' ? value.fileIds : [];
}
