/** `/api/webhooks`: who is told of what happens to tasks, what became of it, and telling it once more. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { targetFault } from '../../feed/targets.ts';
import type { Resource } from '../../model/resources.ts';
import { mayAsk } from '../../operations/access.ts';
import type { Operations } from '../../operations/operations.ts';
import { WEBHOOK_TYPES } from '../../operations/webhook-events.ts';
import {
  type RedeliveryOutcome,
  type RedeliveryWish,
  WEBHOOKS_MAX,
  type WebhookText,
} from '../../operations/webhooks.ts';
import { asking } from './door.ts';
import { parseInstant } from './instant.ts';
import { iso } from './iso.ts';
import { faultyParameters, type ParameterFault, type Problem, sendProblem } from './problem.ts';
import * as schemas from './schemas.ts';
import * as shapes from './shapes.ts';
import { deliveryView, webhookReaderView, webhookSecretView, webhookView } from './webhook-read.ts';

type ByUuid = { readonly Params: { readonly uuid: string } };
type NewWebhook = Pick<WebhookText, 'name' | 'url'> & Partial<WebhookText>;
type RedeliveryBody = { readonly eventId?: number; readonly from?: string; readonly to?: string };
type WebhookResource = Resource<'webhook'>;

const READING = 'tasks:read';
const WRITING = 'webhooks:write';
const GIVES = { 200: shapes.WEBHOOK };
const params = schemas.UUID_PARAMS;

export function addWebhookRoutes(app: FastifyInstance, { operations }: { readonly operations: Operations }): void {
  addReadingRoutes(app, operations);
  addWritingRoutes(app, operations);
  addDeliveryRoutes(app, operations);
}

function addReadingRoutes(app: FastifyInstance, operations: Operations): void {
  app.get(
    '/api/webhooks',
    asking(READING, {
      summary: 'Lists the webhooks, and the types of events there are',
      gives: { 200: shapes.WEBHOOKS },
    }),
    async (request) => {
      const backlog = operations.webhookBacklog();
      const view = viewFor(request);
      const webhooks = operations.webhooks().map((webhook) => view(webhook, backlog[webhook.uuid] ?? 0));
      return { webhooks, types: WEBHOOK_TYPES };
    },
  );
  app.get<ByUuid>(
    '/api/webhooks/:uuid',
    asking(READING, { summary: 'Reads a webhook', params, gives: GIVES }),
    async (request, reply) => {
      const webhook = operations.readWebhook(uuidOf(request));
      if (webhook === null) return sendProblem(reply, NO_WEBHOOK);
      return viewFor(request)(webhook, backlogOf(webhook, operations));
    },
  );
}

function viewFor({ caller }: FastifyRequest): typeof webhookView {
  return caller !== null && mayAsk(caller, WRITING) ? webhookView : webhookReaderView;
}

function addWritingRoutes(app: FastifyInstance, operations: Operations): void {
  app.post<{ Body: NewWebhook }>(
    '/api/webhooks',
    asking(WRITING, {
      summary: 'Creates a webhook, and shows its secret',
      body: schemas.NEW_WEBHOOK,
      gives: { 201: shapes.WEBHOOK_SECRET },
    }),
    async ({ body }, reply) => {
      const faults = urlFaults(body.url);
      if (faults.length > 0) return sendProblem(reply, faultyParameters(faults));
      const created = operations.createWebhook({ topics: [], isEnabled: true, ...body });
      if (created === null) return sendProblem(reply, TOO_MANY);
      return reply.code(201).send(webhookSecretView(created, 0));
    },
  );
  app.patch<ByUuid & { Body: Partial<WebhookText> }>(
    '/api/webhooks/:uuid',
    asking(WRITING, { summary: 'Changes a webhook', params, body: schemas.WEBHOOK_EDIT, gives: GIVES }),
    async (request, reply) => {
      const faults = urlFaults(request.body.url);
      if (faults.length > 0) return sendProblem(reply, faultyParameters(faults));
      return sendWebhook(reply, operations, operations.changeWebhook(uuidOf(request), request.body));
    },
  );
  app.delete<ByUuid>(
    '/api/webhooks/:uuid',
    asking(WRITING, { summary: 'Deletes a webhook', params, gives: { 204: '' } }),
    async (request, reply) =>
      operations.removeWebhook(uuidOf(request)) ? reply.code(204).send() : sendProblem(reply, NO_WEBHOOK),
  );
  app.post<ByUuid>(
    '/api/webhooks/:uuid/rotate',
    asking(WRITING, {
      summary: 'Gives a webhook a new secret; the old one signs beside it for a day',
      params,
      gives: { 200: shapes.WEBHOOK_SECRET },
    }),
    async (request, reply) => {
      const webhook = operations.rotateWebhookSecret(uuidOf(request));
      if (webhook === null) return sendProblem(reply, NO_WEBHOOK);
      return webhookSecretView(webhook, backlogOf(webhook, operations));
    },
  );
}

function addDeliveryRoutes(app: FastifyInstance, operations: Operations): void {
  app.get<ByUuid>(
    '/api/webhooks/:uuid/deliveries',
    asking(READING, { summary: 'Lists the newest tries, newest first', params, gives: { 200: shapes.DELIVERIES } }),
    async (request, reply) => {
      const webhook = operations.readWebhook(uuidOf(request));
      if (webhook === null) return sendProblem(reply, NO_WEBHOOK);
      return { deliveries: operations.deliveriesOfWebhook(webhook).map(deliveryView) };
    },
  );
  app.get<ByUuid>(
    '/api/webhooks/:uuid/dead',
    asking(READING, { summary: 'Lists the events that were given up', params, gives: { 200: shapes.DELIVERIES } }),
    async (request, reply) => {
      const webhook = operations.readWebhook(uuidOf(request));
      if (webhook === null) return sendProblem(reply, NO_WEBHOOK);
      return { deliveries: operations.deadDeliveries(webhook).map(deliveryView) };
    },
  );
  app.post<ByUuid>(
    '/api/webhooks/:uuid/test',
    asking(WRITING, { summary: 'Sends a test now', params, gives: { 200: shapes.DELIVERY } }),
    async (request, reply) => {
      const webhook = operations.readWebhook(uuidOf(request));
      if (webhook === null) return sendProblem(reply, NO_WEBHOOK);
      const testing = operations.testWebhook(webhook);
      return testing === null ? sendProblem(reply, TESTING) : deliveryView(await testing);
    },
  );
  app.post<ByUuid & { Body: RedeliveryBody }>(
    '/api/webhooks/:uuid/redeliver',
    asking(WRITING, {
      summary: 'Tells an event once more, or what was recorded in a period, in order',
      params,
      body: schemas.REDELIVERY,
      gives: { 202: shapes.REDELIVERY },
    }),
    async (request, reply) => {
      const wish = readWish(request.body);
      if ('faults' in wish) return sendProblem(reply, faultyParameters(wish.faults));
      return sendRedelivery(reply, await operations.redeliver(uuidOf(request), wish));
    },
  );
}

function uuidOf({ params: { uuid } }: { readonly params: { readonly uuid: string } }): string {
  return uuid.toLowerCase();
}

function backlogOf({ uuid }: WebhookResource, operations: Operations): number {
  return operations.webhookBacklog()[uuid] ?? 0;
}

function sendWebhook(reply: FastifyReply, operations: Operations, webhook: WebhookResource | null): FastifyReply {
  if (webhook === null) return sendProblem(reply, NO_WEBHOOK);
  return reply.send(webhookView(webhook, backlogOf(webhook, operations)));
}

const URL_EXPECTED = 'an http or https URL without blanks, user or password';

/** What a schema cannot tell. */
function urlFaults(url: string | undefined): readonly ParameterFault[] {
  if (url === undefined || targetFault(url) === null) return [];
  return [{ parameter: 'url', received: url, expected: URL_EXPECTED }];
}

function readWish({ eventId, from, to }: RedeliveryBody): RedeliveryWish | { readonly faults: ParameterFault[] } {
  const isEither =
    eventId === undefined ? from !== undefined && to !== undefined : from === undefined && to === undefined;
  if (!isEither) {
    return { faults: [{ parameter: 'body', received: { eventId, from, to }, expected: schemas.REDELIVERY_EXPECTED }] };
  }
  if (eventId !== undefined) return { eventId };
  const [fromMs, toMs] = [parseInstant(from ?? ''), parseInstant(to ?? '')];
  const faults: ParameterFault[] = [];
  if (fromMs === null) faults.push({ parameter: 'from', received: from, expected: schemas.INSTANT_EXPECTED });
  if (toMs === null || (fromMs !== null && toMs < fromMs)) {
    faults.push({ parameter: 'to', received: to, expected: `${schemas.INSTANT_EXPECTED}, not before from` });
  }
  return fromMs === null || toMs === null || faults.length > 0 ? { faults } : { fromMs, toMs };
}

function sendRedelivery(reply: FastifyReply, outcome: RedeliveryOutcome): FastifyReply {
  if (outcome.kind === 'refused') return sendProblem(reply, REDELIVERY_PROBLEMS[outcome.why]);
  const { events, nextFromMs } = outcome;
  return reply.code(202).send({ events, nextFrom: nextFromMs === null ? null : iso(nextFromMs) });
}

const NO_WEBHOOK: Problem = { status: 404, code: 'webhook_not_found', detail: 'there is no such webhook' };
const TOO_MANY: Problem = {
  status: 409,
  code: 'too_many_records',
  detail: `there are ${WEBHOOKS_MAX} webhooks, expected fewer`,
};
const TESTING: Problem = {
  status: 409,
  code: 'webhook_state',
  detail: 'another test of it is under way, expected one at a time',
};

const REDELIVERY_PROBLEMS: Readonly<Record<Extract<RedeliveryOutcome, { readonly kind: 'refused' }>['why'], Problem>> =
  {
    no_webhook: NO_WEBHOOK,
    no_event: { status: 404, code: 'event_not_found', detail: 'there is no such event that this webhook is told of' },
    inactive: { status: 409, code: 'webhook_state', detail: 'it is told nothing now, expected one that is enabled' },
    not_told: {
      status: 409,
      code: 'webhook_state',
      detail: 'it has not come to this event yet, and is told it when it does',
    },
    full: {
      status: 409,
      code: 'webhook_state',
      detail: 'as much as may be is waiting to be told once more: try again later',
    },
  };
