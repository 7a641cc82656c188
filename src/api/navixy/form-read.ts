/** Forms, templates and their files as Navixy shows them. */
import type { FieldValue, FormContent, FormField, FormTemplate, FormValues, TaskForm } from '../../model/form.ts';
import { type FormFile, isImage } from '../../model/form-file.ts';
import type { FaultyValues, ValueFaultCode } from '../../model/form-values.ts';
import type { Task } from '../../model/task.ts';
import { USER_ID } from './account.ts';
import type { Failure } from './errors.ts';
import type { Pen } from './pen.ts';

type Wire = Readonly<Record<string, unknown>>;

/** The one place for files there is. */
const STORAGE_ID = 1;

export function templateWire(template: FormTemplate, pen: Pen): Wire {
  return {
    id: template.id,
    ...contentWire(template),
    version: template.version,
    created: pen.date(template.createdMs),
    updated: pen.date(template.updatedMs),
    default: template.isDefault,
  };
}

function contentWire({ label, description, fields, isInZone }: FormContent): Wire {
  return { label, description, fields: fields.map(fieldWire), submit_in_zone: isInZone };
}

function fieldWire(field: FormField): Wire {
  const { id, label, description, isRequired, kind } = field;
  return { id, label, description, required: isRequired, type: kind, ...askWire(field) };
}

function askWire(field: FormField): Wire {
  switch (field.kind) {
    case 'text':
      return { min_length: field.minLength, max_length: field.maxLength };
    case 'checkbox_group':
      return { min_checked: field.minChecked, max_checked: field.maxChecked, group: optionsWire(field.options) };
    case 'dropdown':
    case 'radio_group':
      return { options: optionsWire(field.options) };
    case 'date':
      return { disable_future: field.isFutureRefused, disable_past: field.isPastRefused };
    case 'rating':
      return { max_stars: field.maxStars };
    case 'file':
      return { max_file_size: field.maxBytes, min_file_size: field.minBytes, allowed_extensions: field.extensions };
    case 'photo':
      return { max_files: field.maxFiles };
    case 'signature':
    case 'separator':
      return {};
  }
}

function optionsWire(options: readonly string[]): readonly Wire[] {
  return options.map((label) => ({ label }));
}

/** A task has one form at most, so the form goes by the id of its task. */
export function formWire({ id, tenure }: Pick<Task, 'id' | 'tenure'>, form: TaskForm, pen: Pen): Wire {
  return {
    id,
    ...contentWire(form),
    created: pen.date(form.createdMs),
    task_id: id,
    template_id: pen.template(form),
    template_version: form.templateVersion,
    tracker_id: tenure.trackerId,
    checkin_id: null,
    values: form.values === null ? null : valuesWire(form.values),
    submitted: form.submittedMs === null ? null : pen.date(form.submittedMs),
    submit_location: placeWire(form),
  };
}

export function placeWire({ submitPlace: place }: TaskForm): Wire | null {
  return place && { lat: place.latDeg, lng: place.lonDeg, address: place.address ?? '' };
}

function valuesWire(values: FormValues): Wire {
  return Object.fromEntries(Object.entries(values).map(([fieldId, value]) => [fieldId, valueWire(value)]));
}

/** A signature is a file to Navixy, and the only one that is named alone. */
function valueWire(value: FieldValue): Wire {
  switch (value.kind) {
    case 'text':
      return { type: value.kind, value: value.text };
    case 'checkbox_group':
      return { type: value.kind, values: value.checked };
    case 'dropdown':
    case 'radio_group':
      return { type: value.kind, value_index: value.index };
    case 'date':
      return { type: value.kind, value: value.day };
    case 'rating':
      return { type: value.kind, value: value.stars };
    case 'file':
    case 'photo':
      return { type: value.kind, file_ids: value.fileIds };
    case 'signature':
      return { type: 'file', file_id: value.fileId };
  }
}

/** `named`: the ids that the submitted form names. */
export function fileWire(file: FormFile, task: Task, named: ReadonlySet<number>, pen: Pen): Wire {
  const isThere = file.state === 'uploaded';
  return {
    id: file.id,
    storage_id: STORAGE_ID,
    user_id: USER_ID,
    type: isImage(file) ? 'image' : 'file',
    created: pen.date(file.createdMs),
    uploaded: file.uploadedMs === null ? null : pen.date(file.uploadedMs),
    name: file.name,
    size: file.bytes,
    mime_type: file.mimeType,
    metadata: file.metadata,
    state: file.state,
    download_url: isThere ? pen.link(`form/file/download?token=${file.key}`) : null,
    bindings: { form_field: { form_id: task.id, field_id: file.fieldId, submitted: named.has(file.id) } },
    previews: [],
  };
}

const VALUE_CODES: Readonly<Record<ValueFaultCode, number>> = {
  required: 1,
  wrong_type: 2,
  null: 3,
  index: 4,
  size: 5,
  below_minimum: 6,
  above_maximum: 7,
  reference: 8,
  file_type: 9,
  file_state: 10,
};

export function faultyValues({ faults }: FaultyValues): Failure {
  const errors = faults.map(({ fieldId, code, message }) => {
    return { field_id: fieldId, code: VALUE_CODES[code], error: message };
  });
  return { kind: 'failure', code: 242, errors };
}
