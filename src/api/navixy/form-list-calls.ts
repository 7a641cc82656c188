/** `/task/form/list`: forms with their tasks, and with who and what was on the way to them. */
import type { Employee, Vehicle } from '../../model/records.ts';
import type { Task } from '../../model/task.ts';
import type { FormDateField, FormFilter, FormSortField, FormTextField, ListedForm } from '../../operations/forms.ts';
import { listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure } from './errors.ts';
import { formWire, placeWire } from './form-read.ts';
import {
  array,
  bool,
  type Fields,
  instant,
  line,
  object,
  oneOf,
  optional,
  otherwise,
  type Read,
  required,
} from './parameters.ts';
import type { Pen } from './pen.ts';
import { statusOf } from './read.ts';
import { INTEGER, LISTED_FORM, listOf } from './shapes.ts';
import { id, PAGE } from './usual.ts';

const TASKS_MAX = 5000;

const TEXT_FIELDS = [
  'employee_full_name',
  'form_description',
  'form_label',
  'submit_address',
  'task_address',
  'task_label',
  'tracker_label',
  'vehicle_label',
] as const satisfies readonly FormTextField[];

const SORT_FIELDS: readonly FormSortField[] = [
  ...(['submitted', 'task_id', 'created', 'task_creation_date', 'task_from', 'task_to'] as const),
  ...(['task_arrival_date', 'task_completion_date'] as const),
  ...TEXT_FIELDS,
];

/** By the parameter that limits them. */
const PERIODS = {
  submit_period: 'submitted',
  task_creation_period: 'task_creation_date',
  task_from_period: 'task_from',
  task_to_period: 'task_to',
  task_arrival_period: 'task_arrival_date',
  task_completion_period: 'task_completion_date',
} as const satisfies Readonly<Record<string, FormDateField>>;

const part = optional(line(0, 255));
const period = optional(object({ from: optional(instant), to: optional(instant) }));

const FILTERS = {
  task_id: optional(id),
  employee_full_name: part,
  form_description: part,
  form_label: part,
  submit_address: part,
  task_address: part,
  task_label: part,
  tracker_label: part,
  vehicle_label: part,
} satisfies Fields;

const LIST = {
  template_id: optional(id),
  /** What it was called once. */
  form_template_id: optional(id),
  task_ids: optional(array(id, 1, TASKS_MAX)),
  include_unsubmitted: required(bool),
  order_by: otherwise(oneOf(SORT_FIELDS), 'submitted' as const),
  ascending: otherwise(bool, true),
  filters: optional(object(FILTERS)),
  submit_period: period,
  task_creation_period: period,
  task_from_period: period,
  task_to_period: period,
  task_arrival_period: period,
  task_completion_period: period,
  ...PAGE,
} satisfies Fields;

export const FORM_LIST_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/form/list',
      scope: 'tasks:read',
      summary: 'Lists forms by template, tasks and filters',
      takes: LIST,
      gives: { count: INTEGER, list: listOf(LISTED_FORM) },
    },
    async (parameters, { operations }, pen) => {
      const templateId = parameters.template_id ?? parameters.form_template_id;
      if (templateId !== null && operations.readFormTemplate(templateId) === null) return failure(204);
      if (templateId === null && parameters.task_ids === null) return success({ count: 0, list: [] });
      const { forms, count } = await operations.listForms(filterOf(parameters, templateId));
      return listing(forms, (form) => listedWire(form, pen), { count });
    },
  ),
];

function filterOf(parameters: Read<typeof LIST>, templateId: number | null): FormFilter {
  const { task_ids, filters, include_unsubmitted, order_by, ascending, offset, limit } = parameters;
  const wanted = filters?.task_id ?? null;
  const taskIds = wanted === null ? task_ids : (task_ids ?? [wanted]).filter((taskId) => taskId === wanted);
  return {
    ...(templateId !== null && { templateId }),
    ...(taskIds !== null && { taskIds }),
    ...(!include_unsubmitted && { isSubmitted: true as const }),
    texts: textsOf(filters),
    periods: periodsOf(parameters),
    sort: { field: order_by, descending: !ascending },
    offset,
    limit,
  };
}

function textsOf(filters: Read<typeof FILTERS> | null): FormFilter['texts'] {
  const given = TEXT_FIELDS.flatMap((field) => {
    const text = filters?.[field] ?? '';
    return text === '' ? [] : [[field, text] as const];
  });
  return Object.fromEntries(given);
}

function periodsOf(parameters: Read<typeof LIST>): FormFilter['periods'] {
  const given = Object.entries(PERIODS).flatMap(([name, field]) => {
    const limits = parameters[name as keyof typeof PERIODS];
    return limits === null ? [] : [[field, { fromMs: limits.from, toMs: limits.to }] as const];
  });
  return Object.fromEntries(given);
}

function listedWire({ task, trackerLabel, employee, vehicle }: ListedForm, pen: Pen): object | null {
  const { form } = task.text;
  if (form === null) return null;
  const location = placeWire(form);
  return {
    employee: employee && employeeWire(employee),
    task: taskWire(task, pen),
    tracker: task.tenure.trackerId === null ? null : { id: task.tenure.trackerId, label: trackerLabel },
    vehicle: vehicle && vehicleWire(vehicle),
    form: formWire(task, form, pen),
    submit_places: location && { location, places: [], zones: [] },
  };
}

function employeeWire({ id, firstName, middleName, lastName }: Employee): object {
  return { id, first_name: firstName, middle_name: middleName, last_name: lastName };
}

function vehicleWire({ id, label }: Vehicle): object {
  return { id, label };
}

function taskWire(task: Task, pen: Pen): object {
  const { text, terms, facts } = task;
  const { arrivalMs, completionMs } = facts;
  return {
    id: task.id,
    label: text.label,
    from: pen.date(terms.fromMs),
    to: pen.date(terms.toMs),
    creation_date: pen.date(task.createdMs),
    arrival_date: arrivalMs === null ? null : pen.date(arrivalMs),
    address: text.address,
    status: statusOf(task),
    completion_date: completionMs === null ? null : pen.date(completionMs),
    fact_duration: arrivalMs === null || completionMs === null ? null : isoDuration(completionMs - arrivalMs),
  };
}

/** From arrival to completion: `PT23H22M21S`. */
function isoDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const parts = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [seconds % 60, 'S'],
  ] as const;
  const text = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
  return text === '' ? 'PT0S' : `PT${text}`;
}
