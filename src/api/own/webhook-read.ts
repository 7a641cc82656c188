/** Webhooks and what became of telling them, as `/api` shows them. The secret is shown by who has just made it. */
import type { Resource } from '../../model/resources.ts';
import type { WebhookDelivery } from '../../operations/webhooks.ts';
import { iso } from './iso.ts';

/** `backlog`: events that it has not come to yet, those that are not for it included. */
export function webhookView({ uuid, createdMs, body }: Resource<'webhook'>, backlog: number): object {
  const { name, url, topics, state, failMessage } = body;
  const failure = state === 'failed' ? failMessage : null;
  return { uuid, name, url, topics, state, failure, createdAt: iso(createdMs), backlog };
}

/** For who may not change it: path and query of an address are often all the secret that its owner has. */
export function webhookReaderView(webhook: Resource<'webhook'>, backlog: number): object {
  return { ...webhookView(webhook, backlog), url: `${new URL(webhook.body.url).origin}/...` };
}

export function webhookSecretView(webhook: Resource<'webhook'>, backlog: number): object {
  return { ...webhookView(webhook, backlog), secret: webhook.body.secret };
}

export function deliveryView(delivery: WebhookDelivery): object {
  const { webhook, webhookName, eventId, taskId, requestId, type, timeMs, durationMs, status, error } = delivery;
  return {
    webhook,
    webhookName,
    eventId,
    taskId,
    messageId: requestId,
    type,
    at: iso(timeMs),
    duration: durationMs,
    status,
    error,
  };
}
