/** TheTrack's calls about drivers: whoever is tracked, a person or a device. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../model/refusal.ts';
import { deadlineMs, isOpen, type Task } from '../../model/task.ts';
import type { Tracker } from '../../model/tracker.ts';
import type { Driver, DriverEdit, DriverKept } from '../../operations/drivers.ts';
import { baseUrl } from '../rest/base-url.ts';
import { fault, NO_FIELD, sendFaults, sendNotFound } from '../rest/faults.ts';
import { type FieldReader, nested, nullable, oneOf, readFields, type Sent, text, unfit } from '../rest/fields.ts';
import { isUuid } from '../rest/wire.ts';
import { asking, askingOne, type ThetrackDesk } from './desk.ts';
import { driverFilter } from './filters.ts';
import { envelope, isThere, offsetOf, pageWished, sendNoPage } from './paging.ts';
import { sendRefusal } from './refusals.ts';
import { anyOfFields, DRIVER, DRIVERS_QUERY, pageOf } from './shapes.ts';
import { taskNamed } from './task-routes.ts';
import { ASSIGNMENT_FIELDS, lookupId } from './task-write.ts';
import { driverWires } from './view.ts';

type WithId = { readonly Params: { readonly id: string } };

const PATH = '/v1/drivers/';
const NAME_CHARACTERS_MAX = 200;
const PHONE_CHARACTERS_MAX = 40;
const URL_CHARACTERS_MAX = 2048;

const webAddress: FieldReader<string> = {
  schema: { type: 'string', format: 'uri' },
  read(value) {
    const reading = text(URL_CHARACTERS_MAX).read(value);
    if ('faults' in reading || reading.value === '') return reading;
    return /^https?:\/\/[^\s/]/i.test(reading.value) ? reading : unfit(value, 'an address with http:// or https://');
  },
};

const DRIVER_FIELDS = {
  name: nullable(text(NAME_CHARACTERS_MAX)),
  phone: nullable(text(PHONE_CHARACTERS_MAX)),
  photo: nullable(webAddress),
  vehicle_type: oneOf(['car', 'transit'] as const),
  lookup_id: lookupId,
};

const BODY = anyOfFields(DRIVER_FIELDS);
const MAKING = {
  summary: 'Creates a driver, or finds the one with this lookup id',
  body: BODY,
  gives: { 200: DRIVER, 201: DRIVER },
};
const EDITING = { summary: 'Changes a driver', body: BODY, gives: { 200: DRIVER } };
const LISTING = { summary: 'Lists drivers', querystring: DRIVERS_QUERY, gives: { 200: pageOf(DRIVER) } };
const ASSIGNING = {
  summary: 'Gives tasks to a driver, behind what it has',
  body: nested(ASSIGNMENT_FIELDS, ['task_ids']).schema,
  gives: { 200: DRIVER },
};

export function addDriverRoutes(app: FastifyInstance, desk: ThetrackDesk): void {
  const { operations } = desk;
  app.post(PATH, asking('driver:create', MAKING), async (request, reply) => {
    const reading = readFields(request.body ?? {}, DRIVER_FIELDS);
    if ('faults' in reading) return sendFaults(reply, reading.faults);
    return sendKept(request, reply, desk, await operations.createDriver(driverSent(reading.value)));
  });
  app.get(PATH, asking('trackers:read', LISTING), (request, reply) => list(request, reply, desk));
  app.get<WithId>(
    `${PATH}:id/`,
    askingOne('driver:read', { summary: 'Reads a driver', gives: { 200: DRIVER } }),
    async (request, reply) => {
      const driver = driverNamed(request.params.id, desk);
      return driver === null ? sendNotFound(reply) : sendDriver(request, reply, desk, driver);
    },
  );
  app.patch<WithId>(`${PATH}:id/`, askingOne('trackers:write', EDITING), async (request, reply) => {
    const driver = driverNamed(request.params.id, desk);
    if (driver === null) return sendNotFound(reply);
    const reading = readFields(request.body ?? {}, DRIVER_FIELDS);
    if ('faults' in reading) return sendFaults(reply, reading.faults);
    const outcome = await operations.editDriver(driver.tracker.uuid, driverSent(reading.value));
    return sendKept(request, reply, desk, outcome);
  });
  app.post<WithId>(`${PATH}:id/assign_tasks/`, askingOne('tasks:write', ASSIGNING), (request, reply) =>
    assign(request, reply, desk),
  );
}

function driverNamed(id: string, { operations }: ThetrackDesk): Driver | null {
  return isUuid(id) ? operations.readDriver(id.toLowerCase()) : null;
}

function driverSent(sent: Sent<typeof DRIVER_FIELDS>): DriverEdit {
  const { name, phone, photo, vehicle_type: vehicleType, lookup_id: lookup } = sent;
  return {
    ...(name !== undefined && { label: name?.trim() ?? '' }),
    profile: {
      ...(phone !== undefined && { phone }),
      ...(photo !== undefined && { photo: photo || null }),
      ...(vehicleType !== undefined && { vehicleType }),
    },
    ...(lookup !== undefined && { lookupId: lookup }),
  };
}

async function sendKept(
  request: FastifyRequest,
  reply: FastifyReply,
  desk: ThetrackDesk,
  outcome: DriverKept | Refusal,
): Promise<FastifyReply> {
  if (outcome.kind === 'refused') return sendRefusal(reply, outcome);
  return sendDriver(request, reply.code(outcome.isNew ? 201 : 200), desk, outcome.driver);
}

async function sendDriver(
  request: FastifyRequest,
  reply: FastifyReply,
  desk: ThetrackDesk,
  driver: Driver,
): Promise<FastifyReply> {
  const [wire] = await driverWires(request, desk, [driver]);
  return reply.send(wire);
}

async function list(request: FastifyRequest, reply: FastifyReply, desk: ThetrackDesk): Promise<FastifyReply> {
  const filtered = driverFilter(request.query as Readonly<Record<string, unknown>>);
  if ('faults' in filtered) return sendFaults(reply, filtered.faults);
  const wish = pageWished(request);
  if (wish === null) return sendNoPage(reply);
  const { drivers, count } = desk.operations.findDrivers(filtered.value, offsetOf(wish), wish.size);
  if (!isThere(wish, count)) return sendNoPage(reply);
  const results = await driverWires(request, desk, drivers);
  return reply.send(envelope(request, baseUrl(request, desk.publicUrl), wish, count, results));
}

/** All of them are looked at before the first one is given. */
async function assign(request: FastifyRequest<WithId>, reply: FastifyReply, desk: ThetrackDesk): Promise<FastifyReply> {
  const { operations } = desk;
  const driver = driverNamed(request.params.id, desk);
  if (driver === null) return sendNotFound(reply);
  const reading = readFields(request.body ?? {}, ASSIGNMENT_FIELDS, ['task_ids']);
  if ('faults' in reading) return sendFaults(reply, reading.faults);
  const uuids = [...new Set(reading.value.task_ids)];
  const tasks = uuids.map((uuid) => taskNamed(uuid, desk));
  const wrong = uuids.flatMap((uuid, i) => faultOf(uuid, tasks[i] ?? null, driver.tracker, desk.now()) ?? []);
  if (wrong.length > 0) return sendFaults(reply, fault('task_ids', ...wrong.slice(0, FAULTS_TOLD_MAX)));
  if (driver.tracker.isBlocked)
    return sendFaults(reply, fault(NO_FIELD, 'The driver is blocked: it gets no new tasks.'));
  const taskIds = tasks.flatMap((task) => (task === null ? [] : [task.id]));
  const by = operations.userOfKey(request.caller!.keyName);
  const refusal = await operations.enqueue(driver.tracker, taskIds, by);
  if (refusal !== null) return sendRefusal(reply, refusal);
  const after = operations.readDriver(driver.tracker.uuid);
  return after === null ? sendNotFound(reply) : sendDriver(request, reply, desk, after);
}

const FAULTS_TOLD_MAX = 10;

/** Why a task may not be given to this driver; null = it may. */
function faultOf(uuid: string, task: Task | null, { id }: Tracker, nowMs: number): string | null {
  if (task === null) return `Invalid pk "${uuid}" - object does not exist.`;
  if (!isOpen(task.facts.state)) return `Task ${uuid} is finished: it cannot be assigned.`;
  const { trackerId } = task.tenure;
  const isElsewhere = trackerId !== null && trackerId !== id;
  return isElsewhere && nowMs > deadlineMs(task.terms)
    ? `Task ${uuid} is past its deadline: it cannot be given to another driver.`
    : null;
}
