/** Commands to devices under `/api`. Texts and answers may hold passwords: all of it is behind one right of its own. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Refusal } from '../../model/refusal.ts';
import { cutsEngine, type DeviceCommandAccepted, movingDoubt } from '../../operations/device-commands.ts';
import type { Operations } from '../../operations/operations.ts';
import { asking } from './door.ts';
import { notFound, type Problem, refusalProblem, sendProblem } from './problem.ts';
import { deviceCommandView } from './read.ts';
import * as schemas from './schemas.ts';
import * as shapes from './shapes.ts';

type IdParams = { readonly id: string };
type NewCommand = {
  readonly text: string;
  readonly expires_in?: number;
  readonly confirm?: boolean;
  readonly evenMoving?: boolean;
};
type ListQuery = { readonly before?: string; readonly limit?: string };

const RIGHT = 'tracker_command';

export function addDeviceCommandRoutes(
  app: FastifyInstance,
  { operations, now }: { readonly operations: Operations; readonly now: () => number },
): void {
  app.post<{ Params: IdParams; Body: NewCommand }>(
    '/api/trackers/:id/commands',
    asking(RIGHT, {
      summary: 'Queues a command to a device',
      params: schemas.ID_PARAMS,
      body: schemas.NEW_DEVICE_COMMAND,
      gives: { 201: shapes.DEVICE_COMMAND },
    }),
    async ({ params, body }, reply) => {
      const doubt = cutsEngine(body.text) ? await cuttingDoubt(Number(params.id), body, operations, now()) : null;
      if (doubt !== null) return sendProblem(reply, doubt);
      const expireMs = body.expires_in === undefined ? null : body.expires_in * 1000;
      return sendAccepted(reply, 201, await operations.queueDeviceCommand(Number(params.id), body.text, expireMs));
    },
  );
  app.get<{ Params: IdParams; Querystring: ListQuery }>(
    '/api/trackers/:id/commands',
    asking(RIGHT, {
      summary: 'Lists the commands to a device, newest first',
      params: schemas.ID_PARAMS,
      querystring: schemas.DEVICE_COMMANDS_QUERY,
      gives: { 200: shapes.DEVICE_COMMANDS },
    }),
    async ({ params: { id }, query }, reply) => {
      const beforeId = Number(query.before ?? Number.MAX_SAFE_INTEGER);
      const limit = Number(query.limit ?? schemas.DEVICE_COMMANDS_DEFAULT);
      const commands = operations.listDeviceCommands(Number(id), beforeId, limit + 1);
      if (commands === null) return sendProblem(reply, notFound('tracker_not_found', `there is no tracker ${id}`));
      const page = commands.slice(0, limit).map(deviceCommandView);
      return { trackerId: Number(id), commands: page, hasMore: commands.length > limit };
    },
  );
  app.get<{ Params: IdParams }>(
    '/api/commands/:id',
    asking(RIGHT, {
      summary: 'Reads a command to a device',
      params: schemas.ID_PARAMS,
      gives: { 200: shapes.DEVICE_COMMAND },
    }),
    async ({ params: { id } }, reply) => {
      const command = operations.readDeviceCommand(Number(id));
      if (command === null) return sendProblem(reply, notFound('command_not_found', `there is no command ${id}`));
      return deviceCommandView(command);
    },
  );
  app.post<{ Params: IdParams }>(
    '/api/commands/:id/cancel',
    asking(RIGHT, {
      summary: 'Takes back a command that is still queued',
      params: schemas.ID_PARAMS,
      gives: { 200: shapes.DEVICE_COMMAND },
    }),
    async ({ params }, reply) => sendAccepted(reply, 200, await operations.cancelDeviceCommand(Number(params.id))),
  );
}

/**
 * A vehicle that loses its engine on a road is a danger to people: such a command has to be meant, and the vehicle to be
 * standing. null = it may be sent.
 */
async function cuttingDoubt(
  trackerId: number,
  { confirm = false, evenMoving = false }: NewCommand,
  operations: Operations,
  nowMs: number,
): Promise<Problem | null> {
  if (!confirm) return NOT_CONFIRMED;
  if (evenMoving) return null;
  const position = (await operations.trackerState(trackerId))?.fix?.position ?? null;
  const doubt = movingDoubt(position, nowMs);
  if (doubt === null) return null;
  return { status: 409, code: 'may_be_moving', detail: `${doubt}; "evenMoving": true sends it all the same` };
}

const NOT_CONFIRMED: Problem = {
  status: 409,
  code: 'confirm_needed',
  detail: 'this command cuts fuel or power: "confirm": true says that it is meant',
};

function sendAccepted(reply: FastifyReply, status: number, outcome: DeviceCommandAccepted | Refusal): FastifyReply {
  if (outcome.kind === 'refused') return sendProblem(reply, refusalProblem(outcome));
  return reply.code(status).send(deviceCommandView(outcome.command));
}
