/** Calls on many tasks at once, which Navixy's own API has not: each task has a result of its own. */
import type { Outcomes } from '../../operations/bulk.ts';
import type { TaskDraft } from '../../operations/tasks.ts';
import { type Answer, type Call, call, success } from './call.ts';
import { failure } from './errors.ts';
import { faultyWire, isInterrupted, item, outcomeWire } from './items.ts';
import { array, INT_MAX, integer, optional, type Read, required, set } from './parameters.ts';
import { INTEGER, listOf, maybe, outcome } from './shapes.ts';
import { newTaskReader, termsOf, textOf } from './write.ts';

const TASKS_MAX = 1000;
const id = integer(1, INT_MAX);
const TASK_IDS = { task_ids: required(set(id, TASKS_MAX)) };
const DONE = { list: listOf(outcome({ task_id: INTEGER })), succeeded: INTEGER, failed: INTEGER };

type NewTaskWire = Read<{ task: ReturnType<typeof newTaskReader> }>['task'];

export const BULK_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/batch_create',
      scope: 'tasks:write',
      summary: 'Extension: creates up to 1000 tasks, each with a result of its own',
      takes: ({ rule }) => ({ tasks: required(array(item(newTaskReader(rule), 'task'), 1, TASKS_MAX)) }),
      gives: { list: listOf(outcome({ id: maybe(INTEGER) })), created: INTEGER, failed: INTEGER },
      makes: true,
    },
    async ({ tasks }, { operations }, _pen, _caller, uuidOf) => {
      const sound = tasks.flatMap((task, place) =>
        task.kind === 'read' ? [{ place, draft: draftOf(task.value) }] : [],
      );
      const outcomes = await operations.createTasks(
        sound.map(({ draft }) => draft),
        (index) => uuidOf(sound[index]!.place),
      );
      if (isInterrupted(outcomes)) return failure(14);
      const made = new Map(sound.map(({ place }, index) => [place, outcomes[index]!]));
      const list = tasks.map((task, place) => {
        if (task.kind === 'faulty') return faultyWire(task.faults);
        const result = made.get(place)!;
        return { ...outcomeWire(result), ...(result.kind === 'task' && { id: result.taskId }) };
      });
      const created = outcomes.filter(({ kind }) => kind === 'task').length;
      return success({ list, created, failed: list.length - created });
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

function draftOf(task: NewTaskWire): TaskDraft {
  return { dialect: 'navixy', trackerId: task.tracker_id, text: textOf(task), terms: termsOf(task) };
}

function doneAnswer(taskIds: readonly number[], outcomes: Outcomes): Answer {
  if (isInterrupted(outcomes)) return failure(14);
  const list = outcomes.map((result, i) => ({ task_id: taskIds[i]!, ...outcomeWire(result, 204) }));
  const succeeded = outcomes.filter(({ kind }) => kind === 'task').length;
  return success({ list, succeeded, failed: list.length - succeeded });
}
