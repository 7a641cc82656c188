/** Calls on many tasks at once, which Navixy's own API has not: each task has a result of its own. */
import type { Outcomes } from '../../operations/bulk.ts';
import { type Answer, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure } from './errors.ts';
import { externalIdCounts } from './external-ids.ts';
import { isInterrupted, item, makeItems, refusedWire, withReferences } from './items.ts';
import { array, optional, required, set } from './parameters.ts';
import { EXTERNAL_ID_COUNTS, INTEGER, listOf, maybe, outcome } from './shapes.ts';
import { id } from './usual.ts';
import { newTaskReader } from './write.ts';

const TASKS_MAX = 1000;
const TASK_IDS = { task_ids: required(set(id, TASKS_MAX)) };
const DONE = { list: listOf(outcome({ task_id: INTEGER })), succeeded: INTEGER, failed: INTEGER };

export const BULK_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/batch_create',
      scope: 'tasks:write',
      summary: 'Extension: creates up to 1000 tasks, each with a result of its own',
      takes: ({ rule }) => ({ tasks: required(array(item(newTaskReader(rule), 'task'), 1, TASKS_MAX)) }),
      gives: {
        list: listOf(outcome({ id: maybe(INTEGER) })),
        created: INTEGER,
        failed: INTEGER,
        external_id_counts: maybe(EXTERNAL_ID_COUNTS),
      },
      makes: true,
    },
    async ({ tasks }, { operations }, _pen, _caller, uuidOf) => {
      const items = await withReferences(tasks, operations);
      const externalIds = items.flatMap((one) => (one.kind === 'read' ? [one.value.external_id] : []));
      const counts = externalIdCounts(operations, [], externalIds);
      const made = await makeItems(items, 'manual', operations.createTasks, uuidOf);
      return made === null ? failure(14) : success({ ...made, ...counts });
    },
  ),
  call(
    {
      path: 'task/bulk_assign',
      scope: 'tasks:write',
      summary: 'Extension: gives up to 1000 tasks to one tracker, or to nobody',
      takes: { ...TASK_IDS, tracker_id: optional(id) },
      gives: DONE,
    },
    async ({ task_ids, tracker_id }, { operations }) =>
      doneAnswer(task_ids, await operations.assignTasks(task_ids, tracker_id)),
  ),
  call(
    {
      path: 'task/bulk_cancel',
      scope: 'tasks:write',
      summary: 'Extension: cancels up to 1000 tasks that are not finished; their status is failed then',
      takes: TASK_IDS,
      gives: DONE,
    },
    async ({ task_ids }, { operations }) => doneAnswer(task_ids, await operations.cancelTasks(task_ids)),
  ),
];

function doneAnswer(taskIds: readonly number[], outcomes: Outcomes): Answer {
  if (isInterrupted(outcomes)) return failure(14);
  const list = outcomes.map((result, i) => resultWire(taskIds[i]!, result));
  const succeeded = outcomes.filter(({ kind }) => kind === 'task').length;
  return success({ list, succeeded, failed: list.length - succeeded });
}

function resultWire(taskId: number, result: Outcomes[number]): object {
  return result.kind === 'refused'
    ? { task_id: taskId, ...refusedWire(result, 204) }
    : { task_id: taskId, success: true };
}
