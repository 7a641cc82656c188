/** `/tasks/{id}/{action}/`: what people do to a task, by an endpoint for each. They go the way that commands go. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../model/refusal.ts';
import type { Task } from '../../model/task.ts';
import { mayMove } from '../../operations/task-moves.ts';
import type { TaskAccepted } from '../../operations/tasks.ts';
import { fault, NO_FIELD, sendFaults, sendNotFound } from '../rest/faults.ts';
import { nullable, readFields, type Sent, text } from '../rest/fields.ts';
import { point } from '../rest/wire.ts';
import { ACTIONS, type Action } from './actions.ts';
import { assigneeReader, trackerOfAssignee } from './assignee.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { sendRefusal } from './refusals.ts';
import { remarkOf, sendTask, taskNamed, WITHDRAWN } from './task-routes.ts';

const ACTION_FIELDS = { notes: text(10_000), location: nullable(point), assignee: assigneeReader };

type SentAction = Sent<typeof ACTION_FIELDS>;
type ActionRequest = FastifyRequest<{ Params: { readonly id: string } }>;

export function addActionRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  for (const action of Object.keys(ACTIONS) as Action[]) {
    app.post<{ Params: { readonly id: string } }>(
      `/tasks/:id/${action}/`,
      asking('task_update', { summary: `Does to a task: ${action}` }),
      async (request, reply) => act(action, request, reply, desk),
    );
  }
}

async function act(
  action: Action,
  request: ActionRequest,
  reply: FastifyReply,
  desk: GsmtasksDesk,
): Promise<FastifyReply> {
  const task = taskNamed(request.params.id, desk);
  if (task === null) return sendNotFound(reply);
  if (task.deletedMs !== null) return sendFaults(reply, WITHDRAWN);
  const reading = readFields(request.body ?? {}, ACTION_FIELDS, action === 'assign' ? ['assignee'] : []);
  if ('faults' in reading) return sendFaults(reply, reading.faults);
  if (!mayMove(task, ACTIONS[action])) {
    return sendFaults(reply, fault(NO_FIELD, `The state of the task does not allow: ${action}.`));
  }
  const outcome = await carryOut(action, task, reading.value, request, desk);
  if (outcome === null) return sendFaults(reply, fault('assignee', 'Expected somebody who exists.'));
  return outcome.kind === 'refused' ? sendRefusal(reply, outcome) : sendTask(request, reply, desk);
}

/** null = there is no such assignee. */
async function carryOut(
  action: Action,
  { id }: Task,
  { notes, location, assignee }: SentAction,
  request: ActionRequest,
  desk: GsmtasksDesk,
): Promise<TaskAccepted | Refusal | null> {
  const { operations } = desk;
  const remark = remarkOf(request, desk, notes, location);
  const move = ACTIONS[action];
  if (move === 'unassign') return operations.giveTask(id, null, { remark });
  if (move !== 'assign') return operations.moveTask(id, move, { remark });
  const tracker = assignee === undefined ? null : trackerOfAssignee(assignee, operations);
  return tracker && operations.giveTask(id, tracker.id, { remark });
}
