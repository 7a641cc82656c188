/** TheTrack's calls about tasks. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { thetrackStatus } from '../../model/projections.ts';
import type { NamedPlace } from '../../model/resources.ts';
import { isOpen, type Task } from '../../model/task.ts';
import { baseUrl } from '../rest/base-url.ts';
import { fault, NO_FIELD, sendFaults, sendNotFound } from '../rest/faults.ts';
import { readFields } from '../rest/fields.ts';
import { isUuid } from '../rest/wire.ts';
import { asking, askingOne, type ThetrackDesk } from './desk.ts';
import { taskConditions } from './filters.ts';
import { envelope, isThere, offsetOf, pageWished, sendNoPage } from './paging.ts';
import { sendRefusal } from './refusals.ts';
import { anyOfFields, pageOf, TASK, TASKS_QUERY } from './shapes.ts';
import { eventUuid, type TaskEventName } from './task-read.ts';
import {
  CANCELLATION_FIELDS,
  COMPLETION_FIELDS,
  type Destination,
  destinationSent,
  editedTask,
  NEW_TASK_FIELDS,
  newTask,
  TASK_FIELDS,
} from './task-write.ts';
import { taskWires, wholeTaskWire } from './view.ts';

type WithId = { readonly Params: { readonly id: string } };

const PATH = '/v1/tasks/';

const GIVES = { 200: TASK };
const MAKING = { summary: 'Creates a task', body: anyOfFields(NEW_TASK_FIELDS), gives: { 201: TASK } };
const LISTING = { summary: 'Lists tasks', querystring: TASKS_QUERY, gives: { 200: pageOf(TASK) } };
const EDITING = { summary: 'Changes a task', body: anyOfFields(TASK_FIELDS), gives: GIVES };
const COMPLETING = { summary: 'Completes a task', body: anyOfFields(COMPLETION_FIELDS), gives: GIVES };
const CANCELING = { summary: 'Cancels a task', body: anyOfFields(CANCELLATION_FIELDS), gives: GIVES };

export function addTaskRoutes(app: FastifyInstance, desk: ThetrackDesk): void {
  app.post(PATH, asking('task:create', MAKING), (request, reply) => make(request, reply, desk));
  app.get(PATH, asking('tasks:read', LISTING), (request, reply) => list(request, reply, desk));
  app.get<WithId>(
    `${PATH}:id/`,
    askingOne('task:read', { summary: 'Reads a task', gives: GIVES }),
    async (request, reply) => {
      const task = taskNamed(request.params.id, desk);
      return task === null ? sendNotFound(reply) : wholeTaskWire(request, desk, task);
    },
  );
  app.patch<WithId>(`${PATH}:id/`, askingOne('tasks:write', EDITING), (request, reply) => edit(request, reply, desk));
  app.post<WithId>(`${PATH}:id/complete/`, askingOne('tasks:write', COMPLETING), (request, reply) => {
    const reading = readFields(request.body ?? {}, COMPLETION_FIELDS);
    if ('faults' in reading) return sendFaults(reply, reading.faults);
    const { completion_location: place, completion_time: timeMs } = reading.value;
    return finish(request, reply, desk, { move: 'complete', event: 'completion', place, timeMs });
  });
  app.post<WithId>(`${PATH}:id/cancel/`, askingOne('tasks:write', CANCELING), (request, reply) => {
    const reading = readFields(request.body ?? {}, CANCELLATION_FIELDS);
    if ('faults' in reading) return sendFaults(reply, reading.faults);
    const { cancellation_location: place, cancellation_time: asDue, concellation_time: asTold } = reading.value;
    return finish(request, reply, desk, { move: 'cancel', event: 'cancellation', place, timeMs: asDue ?? asTold });
  });
  app.post<WithId>(
    `${PATH}:id/suspend/`,
    askingOne('tasks:write', { summary: 'Interrupts a task', gives: GIVES }),
    (request, reply) => move(request, reply, desk, 'suspend'),
  );
  app.post<WithId>(
    `${PATH}:id/resume/`,
    askingOne('tasks:write', { summary: 'Goes on with a task', gives: GIVES }),
    (request, reply) => move(request, reply, desk, 'start'),
  );
}

/** null = there is none, or it is not shown yet. One that Navixy deleted is one that was canceled. */
export function taskNamed(id: string, { operations }: ThetrackDesk): Task | null {
  const task = isUuid(id) ? operations.anyTaskOfUuid(id.toLowerCase()) : null;
  if (task === null || thetrackStatus(task.facts.state) === null) return null;
  const { deletedMs, facts } = task;
  if (deletedMs === null || !isOpen(facts.state)) return task;
  return { ...task, facts: { ...facts, state: 'cancelled', statusMs: deletedMs } };
}

async function sendTask(
  request: FastifyRequest,
  reply: FastifyReply,
  desk: ThetrackDesk,
  taskId: number,
): Promise<FastifyReply> {
  const task = desk.operations.readTask(taskId);
  return task === null ? sendNotFound(reply) : reply.send(await wholeTaskWire(request, desk, task));
}

async function make(request: FastifyRequest, reply: FastifyReply, desk: ThetrackDesk): Promise<FastifyReply> {
  const { operations } = desk;
  const reading = readFields(request.body ?? {}, NEW_TASK_FIELDS);
  if ('faults' in reading) return sendFaults(reply, reading.faults);
  const { driver_id: driverUuid, ...sent } = reading.value;
  const driver = driverUuid ? operations.trackerOfUuid(driverUuid) : null;
  if (driverUuid && driver === null) {
    return sendFaults(reply, fault('driver_id', `Invalid pk "${driverUuid}" - object does not exist.`));
  }
  const destination = destinationSent(sent, operations);
  if ('faults' in destination) return sendFaults(reply, destination.faults);
  const position = driver && (await operations.nextPosition(driver));
  const kept = keptPlace(destination.value, desk) ?? { place: null, uuid: null };
  const making = { trackerId: driver?.id ?? null, position, createdBy: callerUuid(request, desk), nowMs: desk.now() };
  const outcome = await operations.createTask(newTask(sent, kept, making));
  if (outcome.kind === 'refused') {
    dropNewPlace(destination.value, kept, desk);
    return sendRefusal(reply, outcome);
  }
  return sendTask(request, reply.code(201), desk, outcome.taskId);
}

async function edit(request: FastifyRequest<WithId>, reply: FastifyReply, desk: ThetrackDesk): Promise<FastifyReply> {
  const { operations } = desk;
  const task = taskNamed(request.params.id, desk);
  if (task === null) return sendNotFound(reply);
  const reading = readFields(request.body ?? {}, TASK_FIELDS);
  if ('faults' in reading) return sendFaults(reply, reading.faults);
  if (!isOpen(task.facts.state)) return sendWrongState(reply, task, 'changed');
  if (Object.keys(reading.value).length === 0) return sendTask(request, reply, desk, task.id);
  const destination = destinationSent(reading.value, operations);
  if ('faults' in destination) return sendFaults(reply, destination.faults);
  const isPointNeeded = task.dialect === 'navixy' || task.checkpoint !== null;
  if (isPointNeeded && destination.value !== undefined && !destination.value.place?.point) {
    return sendFaults(reply, fault('location', 'A task that Navixy made, or that is in its route, needs a point.'));
  }
  const kept = keptPlace(destination.value, desk);
  const after = editedTask(task, reading.value, kept);
  const outcome = await operations.amendTask(task, after, 'thetrack', remarkOf(request, desk, null));
  if (outcome.kind === 'refused') {
    dropNewPlace(destination.value, kept, desk);
    return sendRefusal(reply, outcome);
  }
  return sendTask(request, reply, desk, task.id);
}

/** A place that was described is kept from now on: its UUID is the location's. */
function keptPlace(destination: Destination | undefined, { operations }: ThetrackDesk): Destination | undefined {
  if (destination === undefined || destination.place === null || destination.uuid !== null) return destination;
  return { place: destination.place, uuid: operations.keepPlace(destination.place).uuid };
}

function dropNewPlace(
  sent: Destination | undefined,
  kept: Destination | undefined,
  { operations }: ThetrackDesk,
): void {
  if (sent?.uuid === null && kept?.uuid) operations.dropPlace(kept.uuid);
}

async function list(request: FastifyRequest, reply: FastifyReply, desk: ThetrackDesk): Promise<FastifyReply> {
  const { operations, publicUrl } = desk;
  const filtered = taskConditions(request.query as Readonly<Record<string, unknown>>);
  if ('faults' in filtered) return sendFaults(reply, filtered.faults);
  const wish = pageWished(request);
  const conditions = filtered.value;
  const count = await operations.countFound({ conditions });
  if (wish === null || !isThere(wish, count)) return sendNoPage(reply);
  const order = [{ field: 'created', isDescending: true }] as const;
  const { tasks } = await operations.findTasks({ conditions, order, offset: offsetOf(wish), limit: wish.size });
  const results = await taskWires(request, desk, tasks);
  return reply.send(envelope(request, baseUrl(request, publicUrl), wish, count, results));
}

interface Finish {
  readonly move: 'complete' | 'cancel';
  readonly event: TaskEventName;
  readonly place: NamedPlace | null | undefined;
  /** By the clock of whoever did it; absent = now. */
  readonly timeMs: number | null | undefined;
}

async function finish(
  request: FastifyRequest<WithId>,
  reply: FastifyReply,
  desk: ThetrackDesk,
  { move: wish, event, place = null, timeMs = null }: Finish,
): Promise<FastifyReply> {
  const { operations } = desk;
  const task = taskNamed(request.params.id, desk);
  if (task === null) return sendNotFound(reply);
  if (!isOpen(task.facts.state)) return sendWrongState(reply, task, MOVED[wish]);
  const remark = remarkOf(request, desk, place?.point ?? null);
  const outcome = await operations.moveTask(task.id, wish, { timeMs, remark });
  if (outcome.kind === 'refused') {
    return outcome.code === 'task_state' ? sendWrongState(reply, task, MOVED[wish]) : sendRefusal(reply, outcome);
  }
  const after = operations.readTask(task.id);
  if (after !== null && place !== null) operations.keepPlace(place, eventUuid(after, event));
  return sendTask(request, reply, desk, task.id);
}

async function move(
  request: FastifyRequest<WithId>,
  reply: FastifyReply,
  desk: ThetrackDesk,
  wish: 'suspend' | 'start',
): Promise<FastifyReply> {
  const { operations } = desk;
  const task = taskNamed(request.params.id, desk);
  if (task === null) return sendNotFound(reply);
  // A task starts by itself, at the head of its driver's queue; what was interrupted is gone on with by a call.
  if (wish === 'start' && task.facts.state !== 'suspended') return sendWrongState(reply, task, MOVED[wish]);
  const outcome = await operations.moveTask(task.id, wish, { timeMs: null, remark: remarkOf(request, desk, null) });
  if (outcome.kind === 'refused') {
    return outcome.code === 'task_state' ? sendWrongState(reply, task, MOVED[wish]) : sendRefusal(reply, outcome);
  }
  return sendTask(request, reply, desk, task.id);
}

const MOVED = { complete: 'completed', cancel: 'canceled', suspend: 'suspended', start: 'resumed' } as const;

function sendWrongState(reply: FastifyReply, task: Task, verb: string): FastifyReply {
  return sendFaults(reply, fault(NO_FIELD, `The task is ${thetrackStatus(task.facts.state)}: it cannot be ${verb}.`));
}

function remarkOf(
  request: FastifyRequest,
  desk: ThetrackDesk,
  place: NamedPlace['point'],
): { readonly by: string; readonly notes: string; readonly place: NamedPlace['point'] } {
  return { by: callerUuid(request, desk), notes: '', place };
}

function callerUuid({ caller }: FastifyRequest, { operations }: ThetrackDesk): string {
  return operations.userOfKey(caller!.keyName);
}
