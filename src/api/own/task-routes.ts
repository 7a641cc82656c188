/** Tasks under `/api`: found, made, changed, given, cancelled, and what happened to them. They are judged by themselves, as Navixy's are. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NavixyStatus } from '../../model/projections.ts';
import type { Refusal } from '../../model/refusal.ts';
import type { Task } from '../../model/task.ts';
import type { QueryCondition, QueryOrder } from '../../model/task-query.ts';
import type { Operations } from '../../operations/operations.ts';
import type { TaskAccepted } from '../../operations/tasks.ts';
import { jsonItems, sendWithItems } from '../long-json.ts';
import { decodeCursor, encodeCursor } from '../rest/cursor.ts';
import type { OwnDesk } from './desk.ts';
import { asking } from './door.ts';
import { historyEventView, labelOf } from './event-view.ts';
import { parseInstant } from './instant.ts';
import { faultyParameters, notFound, type ParameterFault, refusalProblem, sendProblem } from './problem.ts';
import { ID_PARAMS, INSTANT_EXPECTED } from './schemas.ts';
import * as shapes from './shapes.ts';
import * as schemas from './task-schemas.ts';
import * as taskShapes from './task-shapes.ts';
import { nameIn, taskView } from './task-view.ts';
import { editOf, newTaskOf, type SentTask } from './task-wish.ts';
import { deliveryView } from './webhook-read.ts';

interface Naming {
  readonly Params: { readonly id: string };
}

interface TasksQuery {
  readonly status?: string;
  readonly tracker?: string;
  readonly search?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cursor?: string;
  readonly limit?: string;
}

const TASK = { 200: taskShapes.TASK };

export function addTaskRoutes(app: FastifyInstance, desk: OwnDesk): void {
  addFinding(app, desk.operations);
  addWriting(app, desk.operations);
  addMoving(app, desk.operations);
  addTelling(app, desk);
}

function addFinding(app: FastifyInstance, operations: Operations): void {
  app.get<{ Querystring: TasksQuery }>(
    '/api/tasks',
    asking('tasks:read', {
      summary: 'Finds tasks, newest first',
      querystring: schemas.TASKS_QUERY,
      gives: { 200: taskShapes.TASK_PAGE },
    }),
    async ({ query }, reply) => {
      const read = conditionsOf(query, operations);
      if ('faults' in read) return sendProblem(reply, faultyParameters(read.faults));
      const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor, NEWEST_FIRST);
      if (query.cursor !== undefined && cursor === null) {
        return sendProblem(reply, faultyParameters([cursorFault(query.cursor)]));
      }
      const { tasks, isMore, ends } = await operations.searchTasks({
        conditions: read.value,
        ...(query.search !== undefined && { search: query.search }),
        order: NEWEST_FIRST,
        ...(cursor && { from: cursor.place }),
        limit: Number(query.limit ?? schemas.TASKS_DEFAULT),
      });
      const items = await jsonItems(tasks, (task) => viewOf(task, operations));
      const end = isMore && ends !== null ? ends.last : null;
      const nextCursor = end && encodeCursor({ place: end, isBackwards: false }, NEWEST_FIRST);
      return sendWithItems(reply, {}, ['tasks', items], { nextCursor });
    },
  );
  app.get<Naming>(
    '/api/tasks/:id',
    asking('tasks:read', { summary: 'Reads a task', params: schemas.TASK_PARAMS, gives: TASK }),
    async ({ params: { id } }, reply) => {
      const task = taskNamed(id, operations);
      return task === null ? sendNoTask(reply, id) : viewOf(task, operations);
    },
  );
}

function addWriting(app: FastifyInstance, operations: Operations): void {
  app.post<{ Body: SentTask }>(
    '/api/tasks',
    asking('tasks:write', { summary: 'Creates a task', body: schemas.NEW_TASK, gives: { 201: taskShapes.TASK } }),
    async ({ body }, reply) => {
      const reading = newTaskOf(body);
      if ('faults' in reading) return sendProblem(reply, faultyParameters(reading.faults));
      return sendWritten(reply, 201, await operations.createTask(reading.value), operations);
    },
  );
  app.patch<Naming & { Body: SentTask }>(
    '/api/tasks/:id',
    asking('tasks:write', {
      summary: 'Changes some of a task; what is not sent stays as it is',
      params: schemas.TASK_PARAMS,
      body: schemas.TASK_EDIT,
      gives: TASK,
    }),
    async ({ params: { id }, body }, reply) => {
      const task = taskNamed(id, operations);
      if (task === null) return sendNoTask(reply, id);
      const reading = editOf(body, task);
      if ('faults' in reading) return sendProblem(reply, faultyParameters(reading.faults));
      return sendWritten(reply, 200, await operations.amendTask(task, reading.value, BY), operations);
    },
  );
  app.delete<Naming>(
    '/api/tasks/:id',
    asking('tasks:write', { summary: 'Deletes a task', params: schemas.TASK_PARAMS, gives: { 204: '' } }),
    async ({ params: { id } }, reply) => {
      const task = taskNamed(id, operations);
      if (task === null) return sendNoTask(reply, id);
      const outcome = await operations.deleteTask(task.id);
      return outcome.kind === 'refused' ? sendProblem(reply, refusalProblem(outcome)) : reply.code(204).send();
    },
  );
}

/** Navixy's locks, which keep a task as it was once somebody has arrived, do not hold here, and checkpoints are tasks. */
const BY = 'gsmtasks';

function addMoving(app: FastifyInstance, operations: Operations): void {
  app.post<Naming & { Body: { readonly trackerId: number | null } }>(
    '/api/tasks/:id/assign',
    asking('tasks:write', {
      summary: 'Gives a task to a tracker, or to nobody',
      params: schemas.TASK_PARAMS,
      body: schemas.ASSIGNMENT,
      gives: TASK,
    }),
    async ({ params: { id }, body }, reply) => {
      const task = taskNamed(id, operations);
      if (task === null) return sendNoTask(reply, id);
      return sendWritten(reply, 200, await operations.giveTask(task.id, body.trackerId), operations);
    },
  );
  app.post<Naming>(
    '/api/tasks/:id/cancel',
    asking('tasks:write', { summary: 'Cancels an open task', params: schemas.TASK_PARAMS, gives: TASK }),
    async ({ params: { id } }, reply) => {
      const task = taskNamed(id, operations);
      if (task === null) return sendNoTask(reply, id);
      return sendWritten(reply, 200, await operations.moveTask(task.id, 'cancel'), operations);
    },
  );
}

function addTelling(app: FastifyInstance, { operations, explain }: OwnDesk): void {
  app.get<Naming>(
    '/api/tasks/:id/history',
    asking('tasks:read', {
      summary: 'Tells what happened to a task, oldest first; also to a deleted one',
      params: schemas.TASK_PARAMS,
      gives: { 200: taskShapes.HISTORY },
    }),
    async ({ params: { id } }, reply) => {
      const taskId = taskIdOf(id, operations);
      const events = taskId === null ? null : await operations.taskHistory(taskId);
      if (events === null) return sendNoTask(reply, id);
      const items = await jsonItems(events, (event) => historyEventView(event, nameIn(operations)));
      return sendWithItems(reply, {}, ['events', items]);
    },
  );
  app.get<Naming>(
    '/api/tasks/:id/deliveries',
    asking('tasks:read', {
      summary: 'Lists what webhooks were told of a task, newest first',
      params: schemas.TASK_PARAMS,
      gives: { 200: shapes.DELIVERIES },
    }),
    async ({ params: { id } }, reply) => {
      const task = taskNamed(id, operations);
      if (task === null) return sendNoTask(reply, id);
      return { deliveries: operations.deliveriesOfTask(task.id).map(deliveryView) };
    },
  );
  app.get<Naming>(
    '/api/tasks/:id/explain',
    asking('tasks:read', {
      summary: 'Tells why a task is in its state',
      params: ID_PARAMS,
      gives: { 200: shapes.EXPLANATION },
    }),
    async ({ params: { id } }, reply) => (await explain(Number(id))) ?? sendNoTask(reply, id),
  );
}

const NEWEST_FIRST: readonly QueryOrder[] = [{ field: 'created', isDescending: true }];

/** No tracker has it. */
const NO_UUID = '00000000-0000-0000-0000-000000000000';

type Conditions = { readonly value: readonly QueryCondition[] } | { readonly faults: readonly ParameterFault[] };

function conditionsOf({ status, tracker, from, to }: TasksQuery, operations: Operations): Conditions {
  const faults: ParameterFault[] = [];
  const conditions: QueryCondition[] = [];
  if (status !== undefined) conditions.push(...statusConditions(status.split(',')));
  if (tracker !== undefined) {
    const uuids = tracker.split(',').flatMap((id) => operations.readTracker(Number(id))?.uuid ?? []);
    conditions.push({ field: 'tracker', lookup: 'in', values: uuids.length === 0 ? [NO_UUID] : uuids });
  }
  // An end that nobody has set is beyond every period.
  const bounds = [
    ['from', from, { field: 'to', lookup: 'gte', orNull: true }],
    ['to', to, { field: 'from', lookup: 'lte', orNull: true }],
  ] as const;
  for (const [parameter, text, condition] of bounds) {
    const timeMs = text === undefined ? undefined : parseInstant(text);
    if (timeMs === null) faults.push({ parameter, received: text, expected: INSTANT_EXPECTED });
    else if (timeMs !== undefined) conditions.push({ ...condition, values: [timeMs] });
  }
  return faults.length > 0 ? { faults } : { value: conditions };
}

const OPEN_STATUSES: readonly string[] = ['unassigned', 'assigned', 'arrived'] satisfies readonly NavixyStatus[];
const OPEN_STATES = ['scheduled', 'unassigned', 'assigned', 'accepted', 'in_transit', 'active', 'suspended'];

/** Open tasks are few among all, and found by their states; finished ones are most of them. */
function statusConditions(statuses: readonly string[]): QueryCondition[] {
  const wanted: QueryCondition = { field: 'status', lookup: 'in', values: statuses };
  const isOpenOnly = statuses.every((status) => OPEN_STATUSES.includes(status));
  return isOpenOnly ? [{ field: 'state', lookup: 'in', values: OPEN_STATES }, wanted] : [wanted];
}

function cursorFault(received: string): ParameterFault {
  return { parameter: 'cursor', received, expected: 'the nextCursor of a page of this list' };
}

function taskNamed(id: string, operations: Operations): Task | null {
  const taskId = taskIdOf(id, operations);
  return taskId === null ? null : operations.readTask(taskId);
}

/** Also of a deleted task. */
function taskIdOf(id: string, operations: Operations): number | null {
  return id.includes('-') ? operations.taskIdOf(id.toLowerCase()) : Number(id);
}

function viewOf(task: Task, operations: Operations): object {
  return taskView(task, labelOf(task, nameIn(operations)));
}

function sendWritten(
  reply: FastifyReply,
  status: number,
  outcome: TaskAccepted | Refusal,
  operations: Operations,
): FastifyReply {
  if (outcome.kind === 'refused') return sendProblem(reply, refusalProblem(outcome));
  const task = operations.readTask(outcome.taskId);
  // Somebody was quick to delete it.
  if (task === null) return sendNoTask(reply, String(outcome.taskId));
  return reply.code(status).send(viewOf(task, operations));
}

function sendNoTask(reply: FastifyReply, id: string): FastifyReply {
  return sendProblem(reply, notFound('task_not_found', `there is no task ${id}`));
}
