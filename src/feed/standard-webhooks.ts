/**
 * Webhooks by the Standard Webhooks specification as endpoints of the feed: an id that stays the same over all tries, a
 * timestamp that is of the try, and signatures over both and the body (standardwebhooks.com, "Webhook metadata" and
 * "Signature scheme").
 */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../model/event.ts';
import type { Resource, Webhook } from '../model/resources.ts';
import { uuidFrom } from '../model/uuid.ts';
import type { DeliveryTry } from '../store/store.ts';
import { standardPolicy } from './policies.ts';
import type { Endpoint, EndpointBook, FeedRunner } from './runner.ts';
import type { Message } from './transport.ts';

type WebhookResource = Resource<'webhook'>;

/** For all of a try: the specification asks for 15 to 30 s. */
export const STANDARD_TIMEOUT_MS = 20_000;

export interface WebhookDeps {
  webhooks(): readonly WebhookResource[];
  /** Durable when it returns. */
  failWebhook(uuid: string, words: string): unknown;
  /** What it is told of an event, as JSON; null = nothing. */
  render(webhook: Webhook, event: RecordedEvent): string | null;
  /** The gateway's clock, ms. */
  readonly now: () => number;
  /** The clock on the wall, by which receivers judge timestamps; the gateway's own may be a faster one. */
  readonly wallClock: () => number;
  /** 0 <= x < 1. */
  readonly random: () => number;
}

export function standardBook(deps: WebhookDeps): EndpointBook {
  const policy = standardPolicy(deps.random);
  return {
    endpoints: () =>
      deps
        .webhooks()
        .filter(({ body }) => body.state === 'active')
        .map((webhook) => ({ ...endpointOf(webhook, deps), policy })),
    close: (uuid, words) => void deps.failWebhook(uuid, words),
  };
}

function endpointOf(webhook: WebhookResource, deps: WebhookDeps): Omit<Endpoint, 'policy'> {
  const { url, activatedMs, toldId } = webhook.body;
  return {
    uuid: webhook.uuid,
    target: url,
    sinceMs: activatedMs ?? webhook.createdMs,
    beginId: toldId,
    messagesOf(event) {
      const body = deps.render(webhook.body, event);
      return body === null ? [] : [messageOf(webhook.body, messageIdOf(webhook.uuid, event.uid), body, deps)];
    },
  };
}

/** It follows from both, so that it is the same after a restart. */
function messageIdOf(webhookUuid: string, eventUid: string): string {
  return `msg_${uuidFrom(createHash('sha256').update(`${webhookUuid} ${eventUid}`).digest(), 8)}`;
}

function messageOf(webhook: Webhook, id: string, body: string, deps: Pick<WebhookDeps, 'now' | 'wallClock'>): Message {
  const timestamp = String(Math.floor(deps.wallClock() / 1000));
  const signatures = secretsOf(webhook, deps.now()).map((secret) => signature(secret, `${id}.${timestamp}.${body}`));
  return {
    requestId: id,
    body,
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') },
  };
}

/** The newest first. */
function secretsOf({ secret, retired }: Webhook, nowMs: number): readonly string[] {
  return retired !== null && nowMs < retired.untilMs ? [secret, retired.secret] : [secret];
}

const SECRET_PREFIX = 'whsec_';

function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

/** What can be asked of the feed about webhooks. `event`: null = there is none. */
export function standardTeller(
  runner: FeedRunner,
  deps: Pick<WebhookDeps, 'now' | 'wallClock'> & { event(eventId: number): RecordedEvent | null },
) {
  return {
    tries: (uuid: string) => runner.log(uuid),
    /** The last try of what was given up, newest event first. */
    dead(uuid: string): readonly DeliveryTry[] {
      const given = [...runner.dead(uuid)].reverse();
      return given.map(({ eventId, nextMs, status, error }) => {
        const requestId = messageIdOf(uuid, deps.event(eventId)?.uid ?? '');
        return { eventId, requestId, timeMs: nextMs, durationMs: 0, status, error };
      });
    },
    backlog: () => runner.backlog(),
    redeliver: (uuid: string, eventId: number) => runner.redeliver(uuid, eventId),
    tellOnce: ({ uuid, body: webhook }: WebhookResource, body: string) =>
      runner.tellOnce(uuid, webhook.url, messageOf(webhook, `msg_${randomUUID()}`, body, deps)),
  };
}
