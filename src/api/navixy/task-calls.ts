/** `/task/*`: create, read, update, assign, delete, count, list, and the history of a task. */
import { NAVIXY_STATUSES } from '../../model/projections.ts';
import type { Task } from '../../model/task.ts';
import type { Operations } from '../../operations/operations.ts';
import type { TaskFilter, TaskSortField } from '../../operations/tasks.ts';
import { type Call, call, listing, success } from './call.ts';
import { failure, invalid } from './errors.ts';
import {
  array,
  type Fields,
  INT_MAX,
  instant,
  integer,
  line,
  oneOf,
  optional,
  otherwise,
  type Read,
  type Reader,
  required,
  set,
  unsupported,
} from './parameters.ts';
import { eventWire, statusOf, taskWire } from './read.ts';
import { referenceFaults } from './references.ts';
import { refusalFailure } from './refusals.ts';
import { EXTERNAL_ID_COUNTS, INTEGER, listOf, maybe, TASK, TASK_EVENT } from './shapes.ts';
import { CREATE_FORM, editedTaskReader, editedTextOf, newTaskReader, termsOf, textOf } from './write.ts';

const id = integer(1, INT_MAX);
const TASK_ID = { task_id: required(id) };

/** Longest page Navixy gives, and the one it gives unasked. */
const PAGE_MAX = 100_000;
const PAGE_DEFAULT = 10_000;
const TRACKERS_MAX = 10_000;

/** Navixy's sort fields in the store's words; null = the same for every task here, so it does not sort. */
const SORT_FIELDS = new Map<string, TaskSortField | null>([
  ['id', 'id'],
  ['employee', 'tracker'],
  ['status', 'status'],
  ['label', 'label'],
  ['location', 'address'],
  ['address', 'address'],
  ['from', 'from'],
  ['to', 'to'],
  ['status_change_date', 'status_change_date'],
  ['arrival_date', 'arrival_date'],
  ['stay_duration', 'stay_duration'],
  ['description', 'description'],
  ['external_id', 'external_id'],
  ['form', null],
]);

interface SortKey {
  readonly field: TaskSortField | null;
  readonly descending: boolean;
}

const sortKey: Reader<SortKey> = {
  schema: { type: 'string', pattern: `^(${[...SORT_FIELDS.keys()].join('|')})=(asc|desc)$` },
  fromText: (value) => value,
  read(value, site) {
    const match = typeof value === 'string' ? /^([a-z_]+)=(asc|desc)$/.exec(value) : null;
    if (match === null) return site.fault('must match "^[a-z_]+=(asc|desc)$"');
    const field = SORT_FIELDS.get(match[1] ?? '');
    if (field === undefined) return site.fault(`Should be one of [${[...SORT_FIELDS.keys()].join(', ')}]`);
    return { field, descending: match[2] === 'desc' };
  },
};

const status = oneOf(NAVIXY_STATUSES);

const LIST = {
  statuses: optional(array(status, 1, 100)),
  trackers: optional(set(id, TRACKERS_MAX)),
  from: optional(instant),
  to: optional(instant),
  external_id: optional(line(0, 100)),
  sort: otherwise(array(sortKey, 0, SORT_FIELDS.size), []),
  offset: otherwise(integer(0, INT_MAX), 0),
  limit: otherwise(integer(0, PAGE_MAX), PAGE_DEFAULT),
  conditions: unsupported,
  filter: unsupported,
  filters: unsupported,
  tag_ids: unsupported,
  location: unsupported,
} satisfies Fields;

export const TASK_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/create',
      scope: 'tasks:write',
      summary: 'Creates a task',
      takes: ({ rule }) => ({ task: required(newTaskReader(rule)), create_form: CREATE_FORM }),
      gives: { id: INTEGER, external_id_counts: maybe(EXTERNAL_ID_COUNTS) },
    },
    async ({ task }, { operations }) => {
      const faults = referenceFaults(operations, 'task', task, null);
      if (faults.length > 0) return invalid(faults);
      const draft = {
        dialect: 'navixy',
        trackerId: task.tracker_id,
        text: textOf(task),
        terms: termsOf(task),
      } as const;
      const counts = externalIdCounts(operations, task.external_id, null);
      const outcome = await operations.createTask(draft);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success({ id: outcome.taskId, ...counts });
    },
  ),
  call(
    { path: 'task/read', scope: 'tasks:read', summary: 'Reads a task', takes: TASK_ID, gives: { value: TASK } },
    ({ task_id }, { operations }, pen) => {
      const task = operations.readTask(task_id);
      if (task === null || statusOf(task) === null) return failure(201);
      return success({ value: taskWire(task, pen) });
    },
  ),
  call(
    {
      path: 'task/update',
      scope: 'tasks:write',
      summary: 'Replaces what a task says and asks for',
      takes: ({ rule }) => ({ task: required(editedTaskReader(rule)), create_form: CREATE_FORM }),
      gives: { external_id_counts: maybe(EXTERNAL_ID_COUNTS) },
    },
    async ({ task }, { operations }) => {
      const before = operations.readTask(task.id);
      if (before === null || statusOf(before) === null) return failure(201);
      const faults = referenceFaults(operations, 'task', task, before.text);
      if (faults.length > 0) return invalid(faults);
      const { isFormRequired, isFormInZone } = before.terms;
      const terms = { ...termsOf(task), isFormRequired, isFormInZone };
      const counts = externalIdCounts(operations, task.external_id, before);
      const outcome = await operations.editTask(task.id, editedTextOf(task, before), terms);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success(counts);
    },
  ),
  call(
    {
      path: 'task/assign',
      scope: 'tasks:write',
      summary: 'Gives a task to a tracker, or to nobody',
      takes: { ...TASK_ID, tracker_id: optional(id) },
      gives: {},
    },
    async ({ task_id, tracker_id }, { operations }) => {
      const outcome = await operations.assignTask(task_id, tracker_id);
      return outcome.kind === 'refused' ? refusalFailure(outcome, 204) : success();
    },
  ),
  call(
    { path: 'task/delete', scope: 'tasks:write', summary: 'Deletes a task', takes: TASK_ID, gives: {} },
    async ({ task_id }, { operations }) => {
      const outcome = await operations.deleteTask(task_id);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
    },
  ),
  call(
    { path: 'task/count', scope: 'tasks:read', summary: 'Counts the tasks', takes: {}, gives: { count: INTEGER } },
    async (_parameters, { operations }) => success({ count: await operations.countTasks() }),
  ),
  call(
    {
      path: 'task/list',
      scope: 'tasks:read',
      summary: 'Lists tasks by filters',
      takes: LIST,
      gives: { list: listOf(TASK), count: INTEGER },
    },
    async (parameters, { operations }, pen) => {
      const { tasks, count } = await operations.listTasks(filterOf(parameters));
      return listing(tasks, (task) => taskWire(task, pen), { count });
    },
  ),
  call(
    {
      path: 'task/history/list',
      scope: 'tasks:read',
      summary: 'Lists what happened to a task, oldest first',
      takes: TASK_ID,
      gives: { list: listOf(TASK_EVENT) },
    },
    async ({ task_id }, { operations }, pen) => {
      const events = await operations.taskHistory(task_id);
      return events === null ? failure(201) : listing(events, (event) => eventWire(event, pen));
    },
  ),
];

/**
 * How many others bear the same external id, which nothing forbids; said only where there are any. Counted before the
 * write: a count that failed after it would call a task unmade that is there.
 */
function externalIdCounts(operations: Operations, externalId: string | null, self: Task | null): object {
  if (externalId === null) return {};
  const count = operations.countBearers(externalId) - (self?.text.externalId === externalId ? 1 : 0);
  return count > 0 ? { external_id_counts: [{ external_id: externalId, count }] } : {};
}

function filterOf(parameters: Read<typeof LIST>): TaskFilter {
  const { statuses, trackers, external_id, from, to, sort, offset, limit } = parameters;
  return {
    ...(statuses !== null && { statuses: [...new Set(statuses)] }),
    ...(trackers !== null && { trackerIds: trackers }),
    ...(external_id !== null && { externalId: external_id }),
    ...(from !== null && { overlapFromMs: from }),
    ...(to !== null && { overlapToMs: to }),
    sort: sort.flatMap(({ field, descending }) => (field === null ? [] : [{ field, descending }])),
    offset,
    limit,
  };
}
