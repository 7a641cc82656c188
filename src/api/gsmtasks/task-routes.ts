/** `/tasks/` to make tasks, and `/tasks/{id}/` to read and change one. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Remark } from '../../model/event.ts';
import type { Task } from '../../model/task.ts';
import type { TaskDraft } from '../../operations/tasks.ts';
import { type Faults, fault, NO_FIELD, sendFaults, sendNotFound } from '../rest/faults.ts';
import { readFields } from '../rest/fields.ts';
import { isUuid } from '../rest/wire.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { lookUp } from './references.ts';
import { sendRefusal } from './refusals.ts';
import { taskWire, viewOf } from './task-read.ts';
import { editOf, type Found, newTaskOf, type SentTask, TASK_FIELDS, type Written } from './task-write.ts';

const TASKS_AT_ONCE_MAX = 1000;

type IdParams = { readonly id: string };

export function addTaskRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  app.post('/tasks/', asking('task_update', { summary: 'Makes a task, or several' }), async (request, reply) => {
    return Array.isArray(request.body)
      ? makeTasks(request.body, request, reply, desk)
      : makeTask(request.body, request, reply, desk);
  });
  app.get<{ Params: IdParams }>(
    '/tasks/:id/',
    asking('tasks:read', { summary: 'Reads a task' }),
    async (request, reply) => sendTask(request, reply, desk),
  );
  app.put<{ Params: IdParams }>(
    '/tasks/:id/',
    asking('task_update', { summary: 'Changes a task; objects in it become what is sent' }),
    async (request, reply) => changeTask(request, reply, desk, true),
  );
  app.patch<{ Params: IdParams }>(
    '/tasks/:id/',
    asking('task_update', { summary: 'Changes what is sent of a task' }),
    async (request, reply) => changeTask(request, reply, desk, false),
  );
}

/** Also one that was deleted, which does not happen here; null = there never was one. */
export function taskNamed(id: string, { operations }: GsmtasksDesk): Task | null {
  return isUuid(id) ? operations.anyTaskOfUuid(id.toLowerCase()) : null;
}

/** The task as it is by now. */
export function sendTask(
  request: FastifyRequest<{ Params: IdParams }>,
  reply: FastifyReply,
  desk: GsmtasksDesk,
): FastifyReply {
  const task = taskNamed(request.params.id, desk);
  return task === null ? sendNotFound(reply) : reply.send(taskWire(task, viewOf(request, desk)));
}

/** Who says so, and what else they say. */
export function remarkOf(
  request: FastifyRequest,
  { operations }: GsmtasksDesk,
  notes = '',
  place: Remark['place'] = null,
): Remark {
  return { by: userOf(request, operations), notes, place };
}

function userOf({ caller }: FastifyRequest, operations: GsmtasksDesk['operations']): string {
  return operations.userOfKey(caller!.keyName);
}

interface NewTask {
  readonly uuid: string;
  readonly draft: TaskDraft;
}

async function makeTask(
  body: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  desk: GsmtasksDesk,
): Promise<FastifyReply> {
  const reading = readNew(body, request, desk);
  if ('faults' in reading) return sendFaults(reply, reading.faults);
  const { uuid, draft } = reading.value;
  const outcome = await desk.operations.makeTask(draft, uuid);
  if (outcome.kind === 'refused') return sendRefusal(reply, outcome);
  if (outcome.isRepeat) return sendFaults(reply, TAKEN);
  const view = viewOf(request, desk);
  reply.code(201).header('location', view.links('tasks', uuid));
  return reply.send(taskWire(desk.operations.anyTaskOfUuid(uuid)!, view));
}

const TAKEN = fault('id', 'Expected an id that no task has yet.');

/** All that are sent, in order, or none of them. */
async function makeTasks(
  bodies: readonly unknown[],
  request: FastifyRequest,
  reply: FastifyReply,
  desk: GsmtasksDesk,
): Promise<FastifyReply> {
  if (bodies.length > TASKS_AT_ONCE_MAX) {
    return sendFaults(
      reply,
      fault(NO_FIELD, `Expected at most ${TASKS_AT_ONCE_MAX} tasks, received ${bodies.length}.`),
    );
  }
  const readings = withoutTwins(bodies.map((body) => readNew(body, request, desk)));
  if (readings.some((reading) => 'faults' in reading)) {
    return sendFaults(
      reply,
      readings.map((reading) => ('faults' in reading ? reading.faults : {})),
    );
  }
  const tasks = readings.map((reading) => (reading as { readonly value: NewTask }).value);
  // Handed in one after the other without waiting: they are made in this order, in one commit or a few.
  const outcomes = await Promise.all(tasks.map(({ draft, uuid }) => desk.operations.makeTask(draft, uuid)));
  const refusal = outcomes.find((outcome) => outcome.kind === 'refused');
  if (refusal !== undefined) return sendRefusal(reply, refusal);
  const view = viewOf(request, desk);
  return reply.code(201).send(tasks.map(({ uuid }) => taskWire(desk.operations.anyTaskOfUuid(uuid)!, view)));
}

type NewReading = { readonly value: NewTask } | { readonly faults: Faults };

/** Two of one id cannot both be made. */
function withoutTwins(readings: readonly NewReading[]): readonly NewReading[] {
  const seen = new Set<string>();
  return readings.map((reading) => {
    if ('faults' in reading) return reading;
    const { uuid } = reading.value;
    if (seen.has(uuid)) return { faults: TAKEN };
    seen.add(uuid);
    return reading;
  });
}

function readNew(body: unknown, request: FastifyRequest, { operations, now }: GsmtasksDesk): NewReading {
  const reading = readFields(body, TASK_FIELDS, ['account']);
  if ('faults' in reading) return reading;
  const found = lookUp(reading.value, operations, null);
  if ('faults' in found) return found;
  const writing = newTaskOf(reading.value, found.value, now(), userOf(request, operations));
  if ('faults' in writing) return writing;
  return { value: { uuid: reading.value.id ?? randomUUID(), draft: writing.value } };
}

async function changeTask(
  request: FastifyRequest<{ Params: IdParams }>,
  reply: FastifyReply,
  desk: GsmtasksDesk,
  isWhole: boolean,
): Promise<FastifyReply> {
  const task = taskNamed(request.params.id, desk);
  if (task === null) return sendNotFound(reply);
  if (task.deletedMs !== null) return sendFaults(reply, WITHDRAWN);
  const reading = readEdit(request.body, task, desk, isWhole);
  if ('faults' in reading) return sendFaults(reply, reading.faults);
  const remark = remarkOf(request, desk);
  const outcome = await desk.operations.amendTask(task, reading.value, 'gsmtasks', remark);
  return outcome.kind === 'refused' ? sendRefusal(reply, outcome) : sendTask(request, reply, desk);
}

export const WITHDRAWN = fault(NO_FIELD, 'The task was withdrawn: it is as it was, for good.');

type Edit = Written & { readonly trackerId?: number | null };

function readEdit(
  body: unknown,
  task: Task,
  { operations, now }: GsmtasksDesk,
  isWhole: boolean,
): { readonly value: Edit } | { readonly faults: Faults } {
  const reading = readFields(body, TASK_FIELDS, isWhole ? ['account'] : []);
  if ('faults' in reading) return reading;
  const sent: SentTask = reading.value;
  const found = lookUp(sent, operations, task);
  if ('faults' in found) return found;
  const writing = editOf(sent, task, found.value, now(), isWhole);
  if ('faults' in writing) return writing;
  return { value: { ...writing.value, ...nextHolder(found.value, task, operations) } };
}

/** Only where it is another one. Who is shown as nobody because the tracker was deleted may be sent back as nobody. */
function nextHolder(
  { tracker }: Found,
  { tenure }: Task,
  { readTracker }: GsmtasksDesk['operations'],
): Pick<Edit, 'trackerId'> {
  if (tracker === undefined) return {};
  const shownId = tenure.trackerId === null ? null : (readTracker(tenure.trackerId)?.id ?? null);
  const trackerId = tracker?.id ?? null;
  return trackerId === shownId ? {} : { trackerId };
}
