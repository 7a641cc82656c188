/** A form in words, to be made a file of. */
import type { FieldValue, FormField, Place, TaskForm } from '../../model/form.ts';
import { fileIdsOf, plainWords } from '../../model/form.ts';
import type { FormFile } from '../../model/form-file.ts';
import type { Task } from '../../model/task.ts';
import type { FormAnswer, FormDocument } from '../../operations/form-document.ts';
import type { Operations } from '../../operations/operations.ts';
import type { Pen } from './pen.ts';

/** What stands where nothing was filled in. */
const NOTHING = '–';

export function formDocument(task: Task, form: TaskForm, operations: Operations, pen: Pen): FormDocument {
  const { tenure, text } = task;
  const tracker = tenure.trackerId === null ? null : operations.readTracker(tenure.trackerId);
  const { submittedMs, submitPlace: place } = form;
  const files = new Map(operations.filesOfForm(task).map((file) => [file.id, file]));
  return {
    title: form.label,
    description: form.description,
    facts: [
      ['Task', `${text.label} (${task.id})`],
      ['Address', text.address === '' ? NOTHING : text.address],
      ['Tracker', tracker?.label ?? NOTHING],
      ['Submitted', submittedMs === null ? NOTHING : pen.date(submittedMs)],
      ['Place of submission', place === null ? NOTHING : placeText(place)],
    ],
    answers: form.fields.map((field) => answerTo(field, form.values?.[field.id], files, operations)),
  };
}

function placeText({ latDeg, lonDeg, address = '' }: Place): string {
  const position = `${latDeg}, ${lonDeg}`;
  return address === '' ? position : `${address} (${position})`;
}

function answerTo(
  field: FormField,
  value: FieldValue | undefined,
  files: ReadonlyMap<number, FormFile>,
  { formFilePath }: Pick<Operations, 'formFilePath'>,
): FormAnswer {
  const { label, description } = field;
  if (field.kind === 'separator') return { label, description, text: null, images: [] };
  if (value === undefined) return { label, description, text: NOTHING, images: [] };
  const named = fileIdsOf(value).flatMap((fileId) => files.get(fileId) ?? []);
  const images = field.kind === 'file' ? [] : named.filter(({ state }) => state === 'uploaded').map(formFilePath);
  return { label, description, text: textOf(field, value, named), images };
}

function textOf(field: FormField, value: FieldValue, files: readonly FormFile[]): string {
  switch (value.kind) {
    case 'text':
    case 'checkbox_group':
    case 'dropdown':
    case 'radio_group':
    case 'date':
      return plainWords(field, value) ?? NOTHING;
    case 'rating':
      return `${value.stars} / ${field.kind === 'rating' ? field.maxStars : NOTHING}`;
    case 'file':
    case 'photo':
    case 'signature':
      return files.map(({ id, name }) => name ?? String(id)).join(', ');
  }
}
