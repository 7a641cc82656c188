/** `/routes/`: tasks of one run, which are done in the order of their positions. What Navixy calls a route is something else. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Address, Resource, WorkRun } from '../../model/resources.ts';
import { ARCHIVE_ACTIONS, type ArchiveAction } from '../../operations/memberships.ts';
import { type Faults, fault, sendFaults, sendNotFound } from '../rest/faults.ts';
import { nullable, oneOf, readFields, type Sent, text } from '../rest/fields.ts';
import { instant, instantText, instantTextOrNull, reference, uuid } from '../rest/wire.ts';
import { addressReader, addressWire, mergedAddress, NO_ADDRESS, type SentAddress } from './address.ts';
import { accountFault, type IdParams, type Listing, readById, sendKept, sendListing } from './collections.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { type Links, linkOrNull, linksOf } from './links.ts';
import { metafieldValues } from './metafield-values.ts';
import { sendRefusal } from './refusals.ts';

const OBJECTIVES = ['vehicles', 'transport_time', 'completion_time'] as const;

const FIELDS = {
  id: nullable(uuid),
  account: reference('accounts'),
  external_id: nullable(text(100)),
  code: text(100),
  name: text(200),
  description: text(20_000),
  assignee: nullable(reference('users')),
  start_time: nullable(instant),
  end_time: nullable(instant),
  start_address: nullable(addressReader),
  end_address: nullable(addressReader),
  objective: nullable(oneOf(OBJECTIVES)),
  metafields: metafieldValues,
};

type SentRun = Sent<typeof FIELDS>;

const REQUIRED = ['account', 'code', 'name'] as const;

const LISTING: Listing<'run'> = {
  kind: 'run',
  collection: 'routes',
  fields: {
    code: { type: 'text', of: ({ body }) => body.code },
    name: { type: 'text', of: ({ body }) => body.name },
    state: { type: 'text', of: ({ body }) => body.state },
    assignee: { type: 'uuid', collection: 'users', of: ({ body }) => body.assignee },
    start_time: { type: 'instant', of: ({ body }) => body.startMs },
    end_time: { type: 'instant', of: ({ body }) => body.endMs },
  },
  searched: ({ externalId, body }) => [externalId, body.code, body.name, body.description],
  orders: {
    code: ({ body }) => body.code,
    name: ({ body }) => body.name,
    start_time: ({ body }) => body.startMs,
    end_time: ({ body }) => body.endMs,
  },
};

const NEW: WorkRun = {
  code: '',
  name: '',
  description: '',
  assignee: null,
  startMs: null,
  endMs: null,
  startAddress: null,
  endAddress: null,
  state: 'active',
  objective: null,
  metafields: {},
};

/** What a run is turned into, by the last part of the path. */
const STATES = { activate: 'active', archive: 'archived', draft: 'draft' } as const;

export function addRunRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;
  const url = '/routes/';
  const wireFor = (request: FastifyRequest) => wireWith(desk, linksOf(request, desk.publicUrl));

  app.get(url, asking('tasks:read', { summary: 'Lists the runs' }), (request, reply) => {
    return sendListing(request, reply, desk, LISTING, (runs) => runs.map(wireFor(request)));
  });

  app.get<{ Params: IdParams }>(
    `${url}:id/`,
    asking('tasks:read', { summary: 'Reads a run' }),
    async (request, reply) => {
      const run = readById(desk, 'run', request.params);
      return run === null ? sendNotFound(reply) : wireFor(request)(run);
    },
  );

  app.post(url, asking('task_update', { summary: 'Makes a run' }), async (request, reply) => {
    const read = readFields(request.body, FIELDS, REQUIRED);
    if ('faults' in read) return sendFaults(reply, read.faults);
    const faults = faultOf(NEW, read.value);
    if (faults !== null) return sendFaults(reply, faults);
    const { id, external_id: externalId = null } = read.value;
    const body = bodyOf(NEW, read.value, desk.now());
    const outcome = operations.createResource('run', { ...(id && { uuid: id }), externalId, body });
    return sendKept(reply, 201, outcome, wireFor(request));
  });

  for (const method of ['PUT', 'PATCH'] as const) {
    app.route<{ Params: IdParams }>({
      method,
      url: `${url}:id/`,
      ...asking('task_update', { summary: 'Changes a run' }),
      handler: async (request, reply) => {
        const run = readById(desk, 'run', request.params);
        if (run === null) return sendNotFound(reply);
        const read = readFields(request.body, FIELDS, method === 'PUT' ? REQUIRED : []);
        if ('faults' in read) return sendFaults(reply, read.faults);
        const faults = faultOf(run.body, read.value);
        if (faults !== null) return sendFaults(reply, faults);
        const body = bodyOf(run.body, read.value, desk.now());
        return sendKept(
          reply,
          200,
          operations.updateResource('run', run.uuid, body, read.value.external_id),
          wireFor(request),
        );
      },
    });
  }

  app.delete<{ Params: IdParams }>(
    `${url}:id/`,
    asking('task_update', { summary: 'Deletes a run; its open tasks go on without it' }),
    async (request, reply) => {
      const run = readById(desk, 'run', request.params);
      if (run === null) return sendNotFound(reply);
      const refusal = await settle(request, run, 'archived', 'unlink');
      if (refusal !== null) return sendRefusal(reply, refusal);
      operations.deleteResource('run', run.uuid);
      return reply.code(204).send();
    },
  );

  for (const [word, state] of Object.entries(STATES)) {
    app.post<{ Params: IdParams }>(
      `${url}:id/${word}/`,
      asking('task_update', { summary: `Makes a run ${state}, and its open tasks what follows from that` }),
      async (request, reply) => {
        const run = readById(desk, 'run', request.params);
        if (run === null) return sendNotFound(reply);
        const read = readFields(request.body ?? {}, state === 'archived' ? ARCHIVE_FIELDS : {});
        if ('faults' in read) return sendFaults(reply, read.faults);
        const { task_action: action = 'unlink' } = read.value as Sent<typeof ARCHIVE_FIELDS>;
        const refusal = await settle(request, run, state, action);
        if (refusal !== null) return sendRefusal(reply, refusal);
        const outcome = operations.updateResource('run', run.uuid, { ...run.body, state });
        return sendKept(reply, 200, outcome, wireFor(request));
      },
    );
  }

  /** What a task's own state forbids is left as it is; only what is nobody's fault but ours is told. */
  async function settle(
    { caller }: FastifyRequest,
    { uuid: runUuid }: Resource<'run'>,
    state: WorkRun['state'],
    action: ArchiveAction,
  ) {
    const tasks = (await operations.membersOf('run', [runUuid])).get(runUuid) ?? [];
    const by = operations.userOfKey(caller?.keyName ?? '');
    const refusals = await operations.settleRun(tasks, state, action, by);
    return refusals.find(({ code }) => code === 'storage_unavailable' || code === 'fault') ?? null;
  }

  function faultOf(before: WorkRun, sent: SentRun): Faults | null {
    const { assignee, start_time: startMs = before.startMs, end_time: endMs = before.endMs } = sent;
    const faults = accountFault(desk, sent.account);
    if (faults !== null) return faults;
    if (assignee && operations.trackerOfUuid(assignee) === null) return fault('assignee', 'There is no such worker.');
    const isReversed = startMs !== null && endMs !== null && startMs > endMs;
    return isReversed ? fault('end_time', 'Expected an instant that is not before start_time.') : null;
  }
}

const ARCHIVE_FIELDS = { task_action: oneOf(ARCHIVE_ACTIONS) };

function bodyOf(before: WorkRun, sent: SentRun, nowMs: number): WorkRun {
  return {
    code: sent.code ?? before.code,
    name: sent.name ?? before.name,
    description: sent.description ?? before.description,
    assignee: sent.assignee === undefined ? before.assignee : sent.assignee,
    startMs: sent.start_time === undefined ? before.startMs : sent.start_time,
    endMs: sent.end_time === undefined ? before.endMs : sent.end_time,
    startAddress: addressOf(before.startAddress, sent.start_address, nowMs),
    endAddress: addressOf(before.endAddress, sent.end_address, nowMs),
    state: before.state,
    objective: sent.objective === undefined ? before.objective : sent.objective,
    metafields: { ...before.metafields, ...sent.metafields },
  };
}

function addressOf(before: Address | null, sent: SentAddress | null | undefined, nowMs: number): Address | null {
  if (sent === undefined || sent === null) return sent === undefined ? before : null;
  return mergedAddress(before ?? NO_ADDRESS, sent, nowMs);
}

function wireWith({ operations }: GsmtasksDesk, links: Links): (run: Resource<'run'>) => object {
  const account = links('accounts', operations.accountUuid());
  return ({ uuid: id, externalId, createdMs, modifiedMs, body }) => ({
    id,
    url: links('routes', id),
    account,
    external_id: externalId,
    code: body.code,
    name: body.name,
    description: body.description,
    assignee: linkOrNull(links, 'users', body.assignee),
    start_time: instantTextOrNull(body.startMs),
    end_time: instantTextOrNull(body.endMs),
    start_address: body.startAddress && addressWire(body.startAddress),
    end_address: body.endAddress && addressWire(body.endAddress),
    state: body.state,
    objective: body.objective,
    metafields: body.metafields,
    created_at: instantText(createdMs),
    updated_at: instantText(modifiedMs),
  });
}
