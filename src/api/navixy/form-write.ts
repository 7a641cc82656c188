/** Templates and the values of forms as Navixy's clients write them, into the model's words. */
import { FILE_BYTES_MAX, FILES_PER_FIELD_MAX, type FieldKind, type FormField } from '../../model/form.ts';
import type { GivenValue } from '../../model/form-values.ts';
import type { TemplateDraft } from '../../operations/forms.ts';
import {
  array,
  bool,
  type Fields,
  integer,
  map,
  name,
  object,
  objectSchema,
  oneOf,
  optional,
  otherwise,
  type Read,
  type Reader,
  required,
  type Site,
  text,
} from './parameters.ts';
import { id } from './usual.ts';

/** Its ids are keys of the values. */
const FIELD_ID = /^[0-9a-zA-Z-]{1,19}$/;
const FIELDS_MAX = 100;
const OPTIONS_MAX = 100;
const TEXT_MAX = 1024;

function matching(form: RegExp): Reader<string> {
  return {
    schema: { type: 'string', pattern: form.source },
    fromText: (value) => value,
    read: (value, site) =>
      typeof value === 'string' && form.test(value) ? value : site.fault(`must match "${form.source}"`),
  };
}

export const fieldId = matching(FIELD_ID);

const label = name(100);
const options = array(object({ label: required(label) }), 1, OPTIONS_MAX);
const extensions = array(matching(/^[0-9a-zA-Z]{1,16}$/), 1, 16);
const bytes = (min: number) => integer(min, FILE_BYTES_MAX);

const HEAD = {
  id: required(fieldId),
  label: required(label),
  description: otherwise(text(1, 512), ''),
  required: otherwise(bool, false),
} satisfies Fields;

const ASKS = {
  text: {
    min_length: otherwise(integer(0, TEXT_MAX), 0),
    max_length: otherwise(integer(1, TEXT_MAX), TEXT_MAX),
  },
  checkbox_group: {
    group: required(options),
    min_checked: otherwise(integer(0, OPTIONS_MAX), 0),
    max_checked: optional(integer(1, OPTIONS_MAX)),
  },
  dropdown: { options: required(options) },
  radio_group: { options: required(options) },
  date: { disable_future: otherwise(bool, false), disable_past: otherwise(bool, false) },
  rating: { max_stars: required(integer(1, OPTIONS_MAX)) },
  file: {
    max_file_size: otherwise(bytes(1), FILE_BYTES_MAX),
    min_file_size: otherwise(bytes(0), 0),
    allowed_extensions: optional(extensions),
  },
  photo: { max_files: otherwise(integer(1, FILES_PER_FIELD_MAX), FILES_PER_FIELD_MAX) },
  signature: {},
  separator: {},
} satisfies Readonly<Record<FieldKind, Fields>>;

const KINDS = Object.keys(ASKS) as readonly FieldKind[];

/** Object with the head of a field and what fields of its type have beyond it. */
const field: Reader<FormField> = {
  schema: {
    anyOf: KINDS.map((kind) => {
      return objectSchema({ ...HEAD, type: required(oneOf([kind])), ...ASKS[kind] });
    }),
  },
  fromText: (value) => value,
  read(value, site) {
    const kind = object({ type: required(oneOf(KINDS)) }).read(value, site)?.type;
    const head = object(HEAD).read(value, site);
    return kind === undefined || head === undefined ? undefined : fieldOf(kind, head, value, site);
  },
};

function fieldOf(kind: FieldKind, wire: Read<typeof HEAD>, value: unknown, site: Site): FormField | undefined {
  const { id, label, description, required: isRequired } = wire;
  const head = { id, label, description, isRequired: isRequired && kind !== 'separator' };
  const least = isRequired ? 1 : 0;
  switch (kind) {
    case 'text': {
      const ask = object(ASKS.text, ({ min_length, max_length }, at) => {
        checkRange(at, 'min_length', min_length, least, 'max_length', max_length);
      }).read(value, site);
      return ask && { ...head, kind, minLength: ask.min_length, maxLength: ask.max_length };
    }
    case 'checkbox_group': {
      const ask = object(ASKS.checkbox_group, ({ group, min_checked, max_checked }, at) => {
        const most = max_checked ?? group?.length;
        checkRange(at, 'min_checked', min_checked, least, 'max_checked', most);
        if (group !== undefined && most !== undefined && most > group.length) {
          at.fault(`must be less than or equal to ${group.length}`, `${at.path}.max_checked`);
        }
      }).read(value, site);
      if (ask === undefined) return undefined;
      const labels = ask.group.map((option) => option.label);
      const maxChecked = ask.max_checked ?? labels.length;
      return { ...head, kind, options: labels, minChecked: ask.min_checked, maxChecked };
    }
    case 'dropdown':
    case 'radio_group': {
      const ask = object(ASKS.dropdown).read(value, site);
      return ask && { ...head, kind, options: ask.options.map((option) => option.label) };
    }
    case 'date': {
      const ask = object(ASKS.date).read(value, site);
      return ask && { ...head, kind, isFutureRefused: ask.disable_future, isPastRefused: ask.disable_past };
    }
    case 'rating': {
      const ask = object(ASKS.rating).read(value, site);
      return ask && { ...head, kind, maxStars: ask.max_stars };
    }
    case 'file': {
      const ask = object(ASKS.file, ({ min_file_size, max_file_size }, at) => {
        checkRange(at, 'min_file_size', min_file_size, 0, 'max_file_size', max_file_size);
      }).read(value, site);
      if (ask === undefined) return undefined;
      const extensions = ask.allowed_extensions?.map((extension) => extension.toLowerCase()) ?? null;
      return { ...head, kind, minBytes: ask.min_file_size, maxBytes: ask.max_file_size, extensions };
    }
    case 'photo': {
      const ask = object(ASKS.photo).read(value, site);
      return ask && { ...head, kind, maxFiles: ask.max_files };
    }
    case 'signature':
    case 'separator':
      return { ...head, kind };
  }
}

/** What must be filled in cannot be met by nothing, and no minimum is above its maximum. */
function checkRange(
  site: Site,
  minName: string,
  min: number | undefined,
  least: number,
  maxName: string,
  max: number | undefined,
): void {
  if (min !== undefined && min < least) {
    site.fault(`must be greater than or equal to ${least}`, `${site.path}.${minName}`);
  }
  if (min !== undefined && max !== undefined && min > max) {
    site.fault(`must be greater than or equal to ${min}`, `${site.path}.${maxName}`);
  }
}

const fieldList = array(field, 0, FIELDS_MAX);

const fields: Reader<readonly FormField[]> = {
  ...fieldList,
  read(value, site) {
    const read = fieldList.read(value, site);
    if (read === undefined || new Set(read.map(({ id }) => id)).size === read.length) return read;
    return site.fault('must only contain fields with different ids');
  },
};

const TEMPLATE = {
  label: required(label),
  description: otherwise(text(0, TEXT_MAX), ''),
  fields: required(fields),
  submit_in_zone: otherwise(bool, false),
  default: otherwise(bool, false),
} satisfies Fields;

export const newTemplate = required(object(TEMPLATE));
export const editedTemplate = required(object({ ...TEMPLATE, id: required(id) }));

export function templateOf(wire: Read<typeof TEMPLATE>): TemplateDraft {
  const { label, description, fields, submit_in_zone, default: isDefault } = wire;
  return { label, description, fields, isInZone: submit_in_zone, isDefault };
}

/** What is no answer to its field is told with the other faults of the form, so any object will do here, and null. */
const givenValue: Reader<GivenValue> = {
  schema: {
    anyOf: [{ type: 'object', properties: { type: { description: KINDS.join(', ') } } }, { type: 'null' }],
  },
  fromText: (value) => value,
  read(value, site) {
    if (value === null) return null;
    const isObject = typeof value === 'object' && !Array.isArray(value);
    return isObject ? answerOf(value as Readonly<Record<string, unknown>>, site) : site.fault('must be an object');
  },
};

const LONG_TEXT_MAX = 20_000;
const LONG_LIST_MAX = 1000;

function answerOf(wire: Readonly<Record<string, unknown>>, site: Site): GivenValue | undefined {
  const kind = KINDS.find((known) => known === wire['type']);
  switch (kind) {
    case 'text': {
      const { value } = wire;
      if (typeof value !== 'string') return absentOr(value);
      const read = text(0, LONG_TEXT_MAX).read(value, site);
      return read === undefined ? undefined : { kind, text: read };
    }
    case 'checkbox_group': {
      const { values } = wire;
      return isListOf(values, isBoolean) ? { kind, checked: values } : absentOr(values);
    }
    case 'dropdown':
    case 'radio_group': {
      const { value_index: index } = wire;
      return isInteger(index) ? { kind, index } : absentOr(index);
    }
    case 'date': {
      const day = typeof wire['value'] === 'string' ? dayOf(wire['value'], site) : null;
      return day === null ? absentOr(wire['value']) : { kind, day };
    }
    case 'rating': {
      const { value: stars } = wire;
      return isInteger(stars) ? { kind, stars } : absentOr(stars);
    }
    case 'file':
    case 'photo':
    case 'signature':
      return filesOf(kind, wire);
    case 'separator':
    case undefined:
      return 'unreadable';
  }
}

/** One file alone is a signature, whose type is written as `file`, too. */
function filesOf(kind: 'file' | 'photo' | 'signature', wire: Readonly<Record<string, unknown>>): GivenValue {
  const { file_id: fileId, file_ids: fileIds } = wire;
  if (kind === 'signature' || (kind === 'file' && fileIds === undefined)) {
    return isInteger(fileId) ? { kind: 'signature', fileId } : absentOr(fileId);
  }
  return isListOf(fileIds, isInteger) ? { kind, fileIds } : absentOr(fileIds);
}

/** A day, or the day of a date with its time. */
function dayOf(value: string, { calendar }: Site): string | null {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return calendar.parse(`${value}T12:00:00Z`) === null ? null : value;
  const timeMs = calendar.parse(value);
  return timeMs === null ? null : calendar.day(timeMs);
}

function absentOr(value: unknown): null | 'unreadable' {
  return value === undefined || value === null ? null : 'unreadable';
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.length <= LONG_LIST_MAX && value.every(isItem);
}

/** By the ids of fields. Not required to be of the form: that is told with the other faults. */
export const values = required(map(FIELD_ID, givenValue, FIELDS_MAX));
