/**
 * The one place that records who changed what over HTTP, whichever dialect it was said in: every write that was answered
 * with success, logins, and refusals for want of a key or a right. Values are recorded only where they are known to be no
 * secret and no private matter (audit-view.ts); of everything else, which members were sent.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { countReason, type Tally } from '../model/tally.ts';
import { isStorageFailure } from '../operations/health.ts';
import type { Operations } from '../operations/operations.ts';
import { addressOf } from './access.ts';
import { type Deed, deedOf, loginName, madeIn } from './audit-deed.ts';
import { sentMembers, snapshot } from './audit-view.ts';

/** What is known of a write before it is answered. */
interface Intent {
  readonly deed: Deed;
  readonly before: object | null;
}

/** Answers that are looked into for what was made. */
const ANSWER_CHARACTERS_MAX = 65_536;

/** To be called before any route is added. */
export function auditRoutes(app: FastifyInstance, operations: Operations, tally?: Pick<Tally, 'httpRefused'>): void {
  const intents = new WeakMap<FastifyRequest, Intent>();
  const made = new WeakMap<FastifyRequest, string>();

  app.addHook('preHandler', async (request) => {
    const deed = request.is404 ? null : deedOf(request);
    if (deed !== null) intents.set(request, { deed, before: seen(request, deed, operations) });
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const isMade = intents.get(request)?.deed.id === null && reply.statusCode < 400;
    if (!isMade || typeof payload !== 'string' || payload.length > ANSWER_CHARACTERS_MAX) return;
    const id = madeIn(payload);
    if (id !== null) made.set(request, id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const intent = intents.get(request);
    if (request.denial !== null && tally !== undefined) countReason(tally.httpRefused, request.denial);
    if (request.denial === 'unknown_key' || request.denial === 'no_right') tellRefusal(request, operations);
    else if (intent?.deed.isLogin === true) {
      const name = made.get(request) ?? loginName(request);
      tellLogin(request, reply, { ...intent.deed, id: name }, operations);
    } else if (intent !== undefined && reply.statusCode < 400)
      tell(request, intent, made.get(request) ?? null, operations);
  });
}

function tell(request: FastifyRequest, { deed, before }: Intent, madeId: string | null, operations: Operations): void {
  const known = { ...deed, id: deed.id ?? madeId };
  const after = seen(request, known, operations);
  operations.audit({
    ...whoOf(request),
    action: deed.action,
    subject: subjectText(known),
    ...(changeOf(before, after) ?? { after: sentMembers(request) }),
  });
}

/** What can be seen of it; null also while the disk cannot be read, which is no reason to record nothing. */
function seen({ caller }: FastifyRequest, deed: Deed, operations: Operations): object | null {
  try {
    return caller === null ? null : snapshot(operations, deed);
  } catch (error) {
    if (isStorageFailure(error)) return null;
    throw error;
  }
}

/** Only what differs; of something new or gone, all. null = nothing that is shown of it has changed. */
function changeOf(before: object | null, after: object | null): { before: object | null; after: object | null } | null {
  if (before === null && after === null) return null;
  if (before === null || after === null) return { before, after };
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const others = names.filter(
    (name) => JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(Reflect.get(after, name)),
  );
  const only = (from: object) => Object.fromEntries(others.map((name) => [name, Reflect.get(from, name)]));
  return others.length === 0 ? null : { before: only(before), after: only(after) };
}

function tellLogin(
  request: FastifyRequest,
  { statusCode }: FastifyReply,
  { action, id }: Deed,
  operations: Operations,
): void {
  if (statusCode < 400) operations.audit({ ...whoOf(request), keyName: id, action: 'login', subject: action });
  // What is no login at all, or one too many, is told by its own counters.
  else if (statusCode !== 429) operations.auditRefusal({ ...whoOf(request), action: 'login.refused', subject: action });
}

function tellRefusal(request: FastifyRequest, operations: Operations): void {
  const action = request.denial === 'no_right' ? 'right.refused' : 'login.refused';
  const subject = `${request.method} ${request.routeOptions.url ?? ''}`;
  operations.auditRefusal({ ...whoOf(request), action, subject });
}

function whoOf(request: FastifyRequest): { keyName: string | null; address: string } {
  return { keyName: request.caller?.keyName ?? null, address: addressOf(request) };
}

function subjectText({ kind, id }: Deed): string {
  return id === null ? '' : `${kind} ${id}`;
}
