/** `/task/form/*` and `/form/*`: the forms of tasks. A task has one at most, so a form goes by the id of its task. */
import { fileIdsIn, type Place, type TaskForm } from '../../model/form.ts';
import type { Task } from '../../model/task.ts';
import { type Caller, mayAsk } from '../../operations/access.ts';
import type { Operations } from '../../operations/operations.ts';
import { type Answer, type Desk, type Download, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure } from './errors.ts';
import { formDocument } from './form-document.ts';
import { faultyValues, fileWire, formWire } from './form-read.ts';
import { fieldId, values } from './form-write.ts';
import {
  decimal,
  INT_MAX,
  instant,
  integer,
  line,
  object,
  oneOf,
  optional,
  type Read,
  required,
} from './parameters.ts';
import type { Pen } from './pen.ts';
import { statusOf } from './read.ts';
import { refusalFailure } from './refusals.ts';
import { FORM, FORM_FILE, FORM_FILE_ROOM, listOf, nullable } from './shapes.ts';
import { id } from './usual.ts';

const TASK_ID = { task_id: required(id) };
const FORMAT = { format: required(oneOf(['pdf', 'xlsx'] as const)) };
const PLACE = object({
  lat: required(decimal(-90, 90)),
  lng: required(decimal(-180, 180)),
  address: optional(line(0, 255)),
});

function placeOf({ lat, lng, address }: Read<{ place: typeof PLACE }>['place']): Place {
  return { latDeg: lat, lonDeg: lng, ...(address !== null && { address }) };
}

export const FORM_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/form/create',
      scope: 'tasks:write',
      summary: 'Gives a task a form made from a template',
      takes: { ...TASK_ID, template_id: required(id) },
      gives: {},
    },
    async ({ task_id, template_id }, { operations }, _pen, caller) => {
      const form = operations.newForm(template_id);
      if (form === null) return failure(201);
      return outcomeOf(await operations.attachForm(task_id, form, mayTouchFinished(caller)));
    },
  ),
  call(
    {
      path: 'task/form/delete',
      scope: 'tasks:write',
      summary: 'Takes the form of a task away, with what was filled in',
      takes: TASK_ID,
      gives: {},
    },
    async ({ task_id }, { operations }) => outcomeOf(await operations.detachForm(task_id)),
  ),
  call(
    {
      path: 'task/form/read',
      scope: 'tasks:read',
      summary: 'Reads the form of a task with its files',
      takes: TASK_ID,
      gives: { value: nullable(FORM), files: listOf(FORM_FILE) },
    },
    ({ task_id }, { operations }, pen) => {
      const task = shownTask(operations, task_id);
      if (task === null) return failure(201);
      return task.text.form === null
        ? success({ value: null, files: [] })
        : formAnswer(task, task.text.form, operations, pen);
    },
  ),
  call(
    {
      path: 'form/read',
      scope: 'tasks:read',
      summary: 'Reads a form with its files',
      takes: { id: required(id) },
      gives: { value: FORM, files: listOf(FORM_FILE) },
    },
    (parameters, { operations }, pen) => {
      const task = shownTask(operations, parameters.id);
      const form = task?.text.form ?? null;
      return task === null || form === null ? failure(201) : formAnswer(task, form, operations, pen);
    },
  ),
  call(
    {
      path: 'task/form/download',
      scope: 'tasks:read',
      summary: 'The form of a task as a file',
      takes: { ...TASK_ID, ...FORMAT },
      gives: 'file',
    },
    ({ task_id, format }, { operations }, pen) => download(task_id, format, operations, pen),
  ),
  call(
    {
      path: 'form/download',
      scope: 'tasks:read',
      summary: 'A form as a file',
      takes: { id: required(id), ...FORMAT },
      gives: 'file',
    },
    (parameters, { operations }, pen) => download(parameters.id, parameters.format, operations, pen),
  ),
  /** An extension: the vendor's own app submits forms in a way that is not public. */
  call(
    {
      path: 'task/form/submit',
      scope: 'tasks:write',
      summary: 'Submits the form of a task for the first time',
      takes: { ...TASK_ID, values, submit_location: optional(PLACE), time: optional(instant) },
      gives: {},
    },
    async ({ task_id, values: given, submit_location: location, time }, desk) => {
      const submission = { given, today: today(desk), timeMs: time, place: location && placeOf(location) };
      return outcomeOf(await desk.operations.submitForm(task_id, submission));
    },
  ),
  call(
    {
      path: 'task/form/values/update',
      scope: 'tasks:write',
      summary: 'Replaces what a submitted form was filled in with',
      takes: { ...TASK_ID, values },
      gives: {},
    },
    async ({ task_id, values: given }, desk, _pen, caller) => {
      const filling = { given, today: today(desk) };
      return outcomeOf(await desk.operations.correctForm(task_id, filling, mayTouchFinished(caller)));
    },
  ),
  call(
    {
      path: 'task/form/file/create',
      scope: 'tasks:write',
      summary:
        'Asks for room for a file, which is sent to `url` as multipart/form-data: first `fields`, then the file as `file_field_name`',
      takes: {
        ...TASK_ID,
        field_id: required(fieldId),
        size: required(integer(1, INT_MAX)),
        filename: optional(line(1, 255)),
        metadata: optional(object({ orientation: optional(integer(0, 8)) })),
      },
      gives: { value: FORM_FILE_ROOM },
    },
    ({ task_id: taskId, field_id, size, filename, metadata }, { operations }, pen, caller) => {
      const wish = { taskId, fieldId: field_id, bytes: size, name: filename, metadata };
      const room = operations.createFormFile({ ...wish, isFinishedToo: mayTouchFinished(caller) });
      if (room.kind === 'refused') return refusalFailure(room);
      const { file, token } = room;
      return success({
        value: {
          file_id: file.id,
          url: pen.link('form/file/upload'),
          expires: pen.date(file.expiresMs),
          file_field_name: 'file',
          fields: { token },
        },
      });
    },
  ),
  /** The key in the address is the right to read the file, so that the address can be shown as it is. */
  call(
    {
      path: 'form/file/download',
      scope: null,
      summary: 'The content of a file, by the address that a form gives',
      takes: { token: required(line(1, 64)) },
      gives: 'file',
    },
    ({ token }, { operations }) => {
      const opened = operations.openFormFile(token);
      if (opened === null) return failure(201);
      const { file, content } = opened;
      const contentType = file.mimeType ?? 'application/octet-stream';
      return { kind: 'download', contentType, fileName: file.name ?? String(file.id), content };
    },
  ),
];

/** By key: what is finished may be filled in and corrected as well. */
function mayTouchFinished(caller: Caller | null): boolean {
  return caller !== null && mayAsk(caller, 'completed_form_update');
}

function outcomeOf(outcome: Awaited<ReturnType<Operations['submitForm']>>): Answer {
  if (outcome.kind === 'faulty_values') return faultyValues(outcome);
  return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
}

function today({ calendar, rule }: Desk): string {
  return calendar.day(rule.now());
}

/** null = unknown, or a draft. */
function shownTask(operations: Operations, taskId: number): Task | null {
  const task = operations.readTask(taskId);
  return task === null || statusOf(task) === null ? null : task;
}

function formAnswer(task: Task, form: TaskForm, operations: Operations, pen: Pen): Answer {
  const named = form.submittedMs === null ? new Set<number>() : fileIdsIn(form.values);
  const files = operations.filesOfForm(task).map((file) => fileWire(file, task, named, pen));
  return success({ value: formWire(task, form, pen), files });
}

const CONTENT_TYPES = {
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

async function download(
  taskId: number,
  format: keyof typeof CONTENT_TYPES,
  operations: Operations,
  pen: Pen,
): Promise<Answer> {
  const task = shownTask(operations, taskId);
  const form = task?.text.form ?? null;
  if (task === null || form === null) return failure(201);
  const document = formDocument(task, form, operations, pen);
  const content = Buffer.from(await operations.renderForm(document, format));
  const answer: Download = {
    kind: 'download',
    contentType: CONTENT_TYPES[format],
    fileName: `${form.label}.${format}`,
    content,
  };
  return answer;
}
