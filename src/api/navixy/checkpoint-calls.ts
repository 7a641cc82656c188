/** `/task/checkpoint/*` and `task/transmute`: single checkpoints of routes, and tasks that become ones. */
import type { CommandOutcome } from '../../model/command.ts';
import type { Task } from '../../model/task.ts';
import type { Operations } from '../../operations/operations.ts';
import { type Answer, listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure, invalid } from './errors.ts';
import { externalIdCounts } from './external-ids.ts';
import { array, required } from './parameters.ts';
import { statusOf, taskWire } from './read.ts';
import { referenceFaults } from './references.ts';
import { refusalFailure } from './refusals.ts';
import { CHECKPOINT } from './route-shapes.ts';
import { checkpointOf, editedCheckpointReader, newCheckpointReader, ORDER } from './route-write.ts';
import { EXTERNAL_ID_COUNTS, INTEGER, listOf, maybe } from './shapes.ts';
import { id } from './usual.ts';
import { CREATE_FORM, wantedForm } from './write.ts';

const CHECKPOINT_ID = { checkpoint_id: required(id) };

/** As many as ten full routes have. */
const LISTED_MAX = 5000;

export const CHECKPOINT_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/checkpoint/create',
      scope: 'tasks:write',
      summary: 'Puts a new checkpoint in a route, at a place from which on the others move down',
      takes: ({ rule }) => ({ checkpoint: required(newCheckpointReader(rule)), create_form: CREATE_FORM }),
      gives: { id: INTEGER, external_id_counts: maybe(EXTERNAL_ID_COUNTS) },
      makes: true,
    },
    async ({ checkpoint, create_form }, { operations }, _pen, _caller, uuidOf) => {
      const { parent_id, order } = checkpoint;
      const faults = referenceFaults(operations, 'checkpoint', checkpoint, null);
      if (faults.length > 0) return invalid(faults);
      const form = wantedForm(operations, create_form, checkpoint.form_template_id);
      if (form === 'unknown') return failure(204);
      const counts = externalIdCounts(operations, [], [checkpoint.external_id]);
      const draft = checkpointOf(checkpoint, null, form);
      const outcome = await operations.createCheckpoint(parent_id, order, draft, uuidOf(0));
      return outcome.kind === 'task' ? success({ id: outcome.taskId, ...counts }) : told(outcome, 'checkpoint.to');
    },
  ),
  call(
    {
      path: 'task/checkpoint/read',
      scope: 'tasks:read',
      summary: 'Reads a checkpoint',
      takes: CHECKPOINT_ID,
      gives: { value: CHECKPOINT },
    },
    ({ checkpoint_id }, { operations }, pen) => {
      const checkpoint = checkpointWith(operations, checkpoint_id);
      return checkpoint === null ? failure(201) : success({ value: taskWire(checkpoint, pen) });
    },
  ),
  call(
    {
      path: 'task/checkpoint/list',
      scope: 'tasks:read',
      summary: 'Lists checkpoints by their ids',
      takes: { checkpoint_ids: required(array(id, 1, LISTED_MAX)) },
      gives: { list: listOf(CHECKPOINT), count: INTEGER },
    },
    async ({ checkpoint_ids }, { operations }, pen) => {
      const { tasks, count } = await operations.listCheckpoints([...new Set(checkpoint_ids)]);
      return listing(tasks, (checkpoint) => taskWire(checkpoint, pen), { count });
    },
  ),
  call(
    {
      path: 'task/checkpoint/update',
      scope: 'tasks:write',
      summary: 'Replaces what a checkpoint says and asks for, and its place in the route',
      takes: ({ rule }) => ({ checkpoint: required(editedCheckpointReader(rule)), create_form: CREATE_FORM }),
      gives: { external_id_counts: maybe(EXTERNAL_ID_COUNTS) },
    },
    async ({ checkpoint, create_form }, { operations }) => {
      const before = checkpointWith(operations, checkpoint.id);
      if (before === null) return failure(201);
      const { routeId } = before.checkpoint!;
      if (checkpoint.parent_id !== null && checkpoint.parent_id !== routeId) {
        return invalid([{ parameter: 'checkpoint.parent_id', error: `must be ${routeId}, the route it is in` }]);
      }
      const faults = referenceFaults(operations, 'checkpoint', checkpoint, before.text);
      if (faults.length > 0) return invalid(faults);
      const form = wantedForm(operations, create_form, checkpoint.form_template_id);
      if (form === 'unknown') return failure(204);
      const counts = externalIdCounts(operations, [before.text.externalId], [checkpoint.external_id]);
      const outcome = await operations.editCheckpoint(
        checkpoint.id,
        checkpointOf(checkpoint, before, form),
        checkpoint.order,
      );
      return outcome.kind === 'task' ? success(counts) : told(outcome, 'checkpoint.to');
    },
  ),
  call(
    {
      path: 'task/checkpoint/delete',
      scope: 'tasks:write',
      summary: 'Deletes a checkpoint, and with the last one its route',
      takes: CHECKPOINT_ID,
      gives: {},
    },
    async ({ checkpoint_id }, { operations }) => {
      return told(await operations.deleteCheckpoint(checkpoint_id), 'checkpoint_id');
    },
  ),
  call(
    {
      path: 'task/checkpoint/transmute',
      scope: 'tasks:write',
      summary: 'Makes a checkpoint a task of its own, and deletes the route with the last one',
      takes: CHECKPOINT_ID,
      gives: {},
    },
    async ({ checkpoint_id }, { operations }) => {
      return told(await operations.leaveRoute(checkpoint_id), 'checkpoint_id');
    },
  ),
  call(
    {
      path: 'task/transmute',
      scope: 'tasks:write',
      summary: 'Makes a task a checkpoint of a route, whose tracker answers for it from then on',
      takes: { task_id: required(id), route_id: required(id), order: required(ORDER) },
      gives: {},
    },
    async ({ task_id, route_id, order }, { operations }) => {
      const task = operations.readTask(task_id);
      if (task === null || statusOf(task) === null) return failure(201);
      return told(await operations.joinRoute(task_id, route_id, order), 'order');
    },
  ),
];

function checkpointWith(operations: Operations, checkpointId: number): Task | null {
  const task = operations.readTask(checkpointId);
  return task === null || task.checkpoint === null || statusOf(task) === null ? null : task;
}

/** `parameter`: what is at fault where the checkpoint does not agree with the others of its route. */
function told(outcome: CommandOutcome, parameter: string): Answer {
  if (outcome.kind !== 'refused') return success();
  return outcome.code === 'invalid' ? invalid([{ parameter, error: outcome.message }]) : refusalFailure(outcome);
}
