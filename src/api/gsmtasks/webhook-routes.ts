/** `/webhooks/`: who is told of what happens to tasks. What is read here holds secrets, so reading asks for the same right. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { headerFault, targetFault } from '../../feed/targets.ts';
import type { Resource } from '../../model/resources.ts';
import { HOOKS_MAX, type HookText } from '../../operations/hooks.ts';
import { type Faults, fault, NO_FIELD, sendFaults, sendNotFound } from '../rest/faults.ts';
import { type FieldReader, flag, list, nullable, readFields, type Sent, text, unfit } from '../rest/fields.ts';
import { instantText, instantTextOrNull, isUuid, reference } from '../rest/wire.ts';
import { accountFault, type IdParams, type Listing, readById, sendListing } from './collections.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { type Links, linksOf } from './links.ts';

type HookResource = Resource<'hook'>;
type ById = { readonly Params: IdParams };
type Asked = FastifyRequest<ById>;

const RIGHT = 'webhooks:write';

/** The switches for what it is told of. Of documents and the like there is nothing here to tell. */
const TOPICS = ['task_events', 'document_events', 'signature_events', 'review_events', 'form_response_events'] as const;

const TARGET_CHARACTERS_MAX = 2048;
const HEADERS_MAX = 20;
const EMAILS_MAX = 20;

const filled: FieldReader<string> = {
  schema: { type: 'string', minLength: 1, maxLength: 100 },
  read(value) {
    const reading = text(100).read(value);
    if ('value' in reading && reading.value.trim() === '') return { faults: ['This field may not be blank.'] };
    return reading;
  },
};

const target: FieldReader<string> = {
  schema: { type: 'string', format: 'uri', maxLength: TARGET_CHARACTERS_MAX },
  read(value) {
    const reading = text(TARGET_CHARACTERS_MAX).read(value);
    if ('faults' in reading) return reading;
    const words = targetFault(reading.value);
    return words === null ? reading : { faults: [words] };
  },
};

const headers: FieldReader<Readonly<Record<string, string>>> = {
  schema: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: HEADERS_MAX },
  read(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return unfit(value, 'an object of texts');
    const entries = Object.entries(value);
    if (entries.length > HEADERS_MAX) {
      return { faults: [`Expected at most ${HEADERS_MAX} headers, received ${entries.length}.`] };
    }
    const names = new Set(entries.map(([name]) => name.toLowerCase()));
    const faults = entries.map(([name, content]) => headerFault(name, content)).filter((words) => words !== null);
    if (names.size < entries.length) faults.push('Expected each header once.');
    return faults.length > 0 ? { faults } : { value: Object.fromEntries(entries) as Record<string, string> };
  },
};

const FIELDS = {
  account: reference('accounts'),
  name: filled,
  target,
  version: nullable(text(20)),
  headers,
  task_events: flag,
  document_events: flag,
  signature_events: flag,
  review_events: flag,
  form_response_events: flag,
  notification_emails: list(text(254), EMAILS_MAX),
  shared_secret: text(40),
} as const;

const REQUIRED = ['account', 'name', 'target'] as const;

const LISTING: Listing<'hook'> = {
  kind: 'hook',
  collection: 'webhooks',
  fields: {
    name: { type: 'text', of: ({ body }) => body.name },
    target: { type: 'text', of: ({ body }) => body.target },
    state: { type: 'text', of: ({ body }) => body.state },
  },
  searched: ({ body }) => [body.name, body.target],
  orders: { name: ({ body }) => body.name, state: ({ body }) => body.state },
};

const NOTHING_SAID: HookText = {
  name: '',
  target: '',
  version: null,
  headers: {},
  topics: [],
  notificationEmails: [],
  sharedSecret: '',
};

export function addWebhookRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations } = desk;
  app.get('/webhooks/', asking(RIGHT, { summary: 'Lists the webhooks' }), async (request, reply) =>
    sendListing(request, reply, desk, LISTING, (hooks) => hooks.map((hook) => hookWire(hook, request, desk))),
  );
  app.post('/webhooks/', asking(RIGHT, { summary: 'Creates a webhook, which is active' }), async (request, reply) => {
    const sent = readHook(request.body, REQUIRED, desk);
    if ('faults' in sent) return sendFaults(reply, sent.faults);
    const created = operations.createHook({ ...NOTHING_SAID, ...textOf(sent.value, []) });
    if (created === null) return sendFaults(reply, fault(NO_FIELD, `There are ${HOOKS_MAX} webhooks, expected fewer.`));
    return reply.code(201).send(hookWire(created, request, desk));
  });
  app.get<ById>('/webhooks/:id/', asking(RIGHT, { summary: 'Reads a webhook' }), async (request, reply) =>
    sendHook(request, reply, readById(desk, 'hook', request.params), desk),
  );
  app.delete<ById>('/webhooks/:id/', asking(RIGHT, { summary: 'Deletes a webhook' }), async (request, reply) =>
    operations.removeHook(idOf(request)) ? reply.code(204).send() : sendNotFound(reply),
  );
  addChangeRoutes(app, desk);
  app.post<ById>(
    '/webhooks/:id/active/',
    asking(RIGHT, { summary: 'Has a webhook told of what happens from now on' }),
    async (request, reply) => sendHook(request, reply, operations.activateHook(idOf(request)), desk),
  );
  app.post<ById>(
    '/webhooks/:id/inactive/',
    asking(RIGHT, { summary: 'Has a webhook told nothing' }),
    async (request, reply) => sendHook(request, reply, operations.deactivateHook(idOf(request)), desk),
  );
}

/** PUT asks for what is required, and leaves alone what it does not carry, like PATCH. */
function addChangeRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const changing = (required: typeof REQUIRED | readonly []) => async (request: Asked, reply: FastifyReply) => {
    const known = readById(desk, 'hook', request.params);
    if (known === null) return sendNotFound(reply);
    const sent = readHook(request.body, required, desk);
    if ('faults' in sent) return sendFaults(reply, sent.faults);
    const changed = desk.operations.changeHook(known.uuid, textOf(sent.value, known.body.topics));
    return sendHook(request, reply, changed, desk);
  };
  app.put<ById>('/webhooks/:id/', asking(RIGHT, { summary: 'Changes a webhook' }), changing(REQUIRED));
  app.patch<ById>('/webhooks/:id/', asking(RIGHT, { summary: 'Changes parts of a webhook' }), changing([]));
}

type SentHook = Sent<typeof FIELDS>;

function readHook(
  body: unknown,
  required: readonly (keyof typeof FIELDS)[],
  desk: GsmtasksDesk,
): { readonly value: SentHook } | { readonly faults: Faults } {
  const sent = readFields(body, FIELDS, required);
  if ('faults' in sent) return sent;
  const faults = accountFault(desk, sent.value.account);
  return faults === null ? sent : { faults };
}

/** What was sent, in the model's words. `topics`: those that were on before. */
function textOf(sent: SentHook, topics: readonly string[]): Partial<HookText> {
  const { name, version, shared_secret: sharedSecret, notification_emails: notificationEmails } = sent;
  return {
    topics: TOPICS.filter((topic) => sent[topic] ?? topics.includes(topic)),
    ...(name !== undefined && { name }),
    ...(sent.target !== undefined && { target: sent.target }),
    ...(version !== undefined && { version: version || null }),
    ...(sent.headers !== undefined && { headers: sent.headers }),
    ...(notificationEmails !== undefined && { notificationEmails }),
    ...(sharedSecret !== undefined && { sharedSecret }),
  };
}

/** What is no UUID names nothing. */
function idOf({ params }: Asked): string {
  return isUuid(params.id) ? params.id.toLowerCase() : '';
}

function sendHook(
  request: FastifyRequest,
  reply: FastifyReply,
  hook: HookResource | null,
  desk: GsmtasksDesk,
): FastifyReply {
  return hook === null ? sendNotFound(reply) : reply.send(hookWire(hook, request, desk));
}

function hookWire(hook: HookResource, request: FastifyRequest, desk: GsmtasksDesk): Record<string, unknown> {
  const links: Links = linksOf(request, desk.publicUrl);
  const { uuid, body, createdMs, modifiedMs } = hook;
  const switches = TOPICS.map((topic) => [topic, body.topics.includes(topic)] as const);
  return {
    id: uuid,
    url: links('webhooks', uuid),
    account: links('accounts', desk.operations.accountUuid()),
    name: body.name,
    target: body.target,
    version: body.version,
    headers: body.headers,
    ...Object.fromEntries(switches),
    notification_emails: body.notificationEmails,
    shared_secret: body.sharedSecret,
    state: body.state,
    fail_message: body.failMessage,
    activated_at: instantTextOrNull(body.activatedMs),
    failed_at: instantTextOrNull(body.failedMs),
    created_at: instantText(createdMs),
    updated_at: instantText(modifiedMs),
  };
}
