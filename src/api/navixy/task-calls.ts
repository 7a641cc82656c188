/** `/task/*`: create, read, update, assign, delete, count, list, and the history of a task. */
import type { Task } from '../../model/task.ts';
import type { Operations } from '../../operations/operations.ts';
import { listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { type Failure, failure, invalid } from './errors.ts';
import { externalIdCounts } from './external-ids.ts';
import { draftOf } from './items.ts';
import { line, optional, required } from './parameters.ts';
import { eventWire, extendedTaskWire, routeWire, statusOf, taskWire } from './read.ts';
import { referenceFaults } from './references.ts';
import { refusalFailure } from './refusals.ts';
import { EXTENDED_CHECKPOINT, TASK_OR_ROUTE } from './route-shapes.ts';
import { EXTENDED_TASK, EXTERNAL_ID_COUNTS, INTEGER, listOf, maybe, TASK_EVENT } from './shapes.ts';
import { EXTENDED_FLAG, filterOf, LIST } from './task-list.ts';
import { id } from './usual.ts';
import { CREATE_FORM, editedTaskReader, editedTermsOf, editedTextOf, newTaskReader, wantedForm } from './write.ts';

const TASK_ID = { task_id: required(id) };

export const TASK_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/create',
      scope: 'tasks:write',
      summary: 'Creates a task',
      takes: ({ rule }) => ({ task: required(newTaskReader(rule)), create_form: CREATE_FORM }),
      gives: { id: INTEGER, external_id_counts: maybe(EXTERNAL_ID_COUNTS) },
      makes: true,
    },
    async ({ task, create_form }, { operations }, _pen, _caller, uuidOf) => {
      const faults = referenceFaults(operations, 'task', task, null);
      if (faults.length > 0) return invalid(faults);
      const form = wantedForm(operations, create_form, task.form_template_id);
      if (form === 'unknown') return failure(204);
      const counts = externalIdCounts(operations, [], [task.external_id]);
      const outcome = await operations.createTask(draftOf(task, 'manual', form ?? null), uuidOf(0));
      if (outcome.kind === 'refused') return refusalFailure(outcome);
      return success({ id: outcome.taskId, ...counts });
    },
  ),
  call(
    {
      path: 'task/read',
      scope: 'tasks:read',
      summary: 'Reads a task, a checkpoint, or a route with its checkpoints; a task by its external id, too',
      takes: { task_id: optional(id), external_id: optional(line(1, 100)), extended: EXTENDED_FLAG },
      gives: { value: TASK_OR_ROUTE, checkpoints: maybe(listOf(EXTENDED_CHECKPOINT)) },
    },
    async ({ task_id, external_id, extended }, { operations }, pen) => {
      const wire = extended ? extendedTaskWire : taskWire;
      if (task_id === null && external_id === null) {
        return invalid([{ parameter: 'task_id', error: 'must not be null' }]);
      }
      if (task_id !== null && external_id !== null) {
        return invalid([{ parameter: 'external_id', error: 'must be null where task_id is given' }]);
      }
      const task = task_id === null ? await taskCalled(operations, external_id ?? '') : operations.readTask(task_id);
      if (task !== null && 'kind' in task) return task;
      if (task !== null) return statusOf(task) === null ? failure(201) : success({ value: wire(task, pen) });
      const found = operations.readRoute(task_id ?? 0) && (await operations.readItinerary(task_id ?? 0));
      if (found === null) return failure(201);
      const checkpoints = found.checkpoints.map((checkpoint) => wire(checkpoint, pen));
      return success({ value: routeWire(found.route, pen), checkpoints });
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
    async ({ task, create_form }, { operations }) => {
      const before = operations.readTask(task.id);
      if (before === null || before.checkpoint !== null || statusOf(before) === null) return failure(201);
      const faults = referenceFaults(operations, 'task', task, before.text);
      if (faults.length > 0) return invalid(faults);
      const form = wantedForm(operations, create_form, task.form_template_id);
      if (form === 'unknown') return failure(204);
      const counts = externalIdCounts(operations, [before.text.externalId], [task.external_id]);
      const outcome = await operations.editTask(task.id, editedTextOf(task, before), editedTermsOf(task, before), form);
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
      gives: { list: listOf(EXTENDED_TASK), count: INTEGER },
    },
    async (parameters, { operations }, pen) => {
      const { tasks, count } = await operations.listTasks(filterOf(parameters));
      const wire = parameters.extended ? extendedTaskWire : taskWire;
      return listing(tasks, (task) => wire(task, pen), { count });
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

/** A task by what its maker calls it; nothing keeps several from bearing the same name. */
async function taskCalled(operations: Operations, externalId: string): Promise<Task | Failure> {
  const { tasks, count } = await operations.listTasks({ externalId, sort: [], offset: 0, limit: 1 });
  if (count > 1) return invalid([{ parameter: 'external_id', error: `is borne by ${count} tasks, expected one` }]);
  for await (const task of tasks) return task;
  return failure(201);
}
