/** GSMtasks' webhooks as endpoints of the feed: its headers, its signature, its way with failures. */
import { createHmac } from 'node:crypto';
import type { RecordedEvent } from '../model/event.ts';
import type { Resource } from '../model/resources.ts';
import { GSMTASKS_POLICY } from './policies.ts';
import type { Endpoint, EndpointBook } from './runner.ts';
import type { Message } from './transport.ts';

type HookResource = Resource<'hook'>;

/** What a hook is told of an event. */
export interface HookPayload {
  readonly topic: string;
  /** A UUID: of the same event for the same hook it is the same. */
  readonly requestId: string;
  readonly body: string;
}

export interface HookDeps {
  hooks(): readonly HookResource[];
  /** Durable when it returns. */
  failHook(uuid: string, words: string): unknown;
  /** The account that all of them are of. */
  accountUuid(): string;
  render(hook: HookResource, event: RecordedEvent): readonly HookPayload[];
}

/** The version of the payload where a hook names none: the newest of the objects that are sent. */
const PAYLOAD_VERSION = '2.11.4';
/** Topic of all that happens to a task, as the hook's switch for it is called. */
const TASK_EVENTS = 'task_events';

export function gsmtasksBook(deps: HookDeps): EndpointBook {
  return {
    endpoints: () =>
      deps
        .hooks()
        .filter(({ body }) => body.state === 'active')
        .map((hook) => endpointOf(hook, deps)),
    close: (uuid, words) => void deps.failHook(uuid, words),
  };
}

function endpointOf(hook: HookResource, deps: HookDeps): Endpoint {
  const { target, activatedMs, toldId, topics } = hook.body;
  return {
    uuid: hook.uuid,
    target,
    policy: GSMTASKS_POLICY,
    sinceMs: activatedMs ?? hook.createdMs,
    beginId: toldId,
    messagesOf(event) {
      if (!topics.includes(TASK_EVENTS)) return [];
      return deps.render(hook, event).map((payload) => messageOf(hook, payload, deps.accountUuid()));
    },
  };
}

function messageOf({ body: hook }: HookResource, { topic, requestId, body }: HookPayload, account: string): Message {
  return {
    requestId,
    body,
    headers: {
      ...hook.headers,
      'X-GSMtasks-Topic': topic,
      'X-GSMtasks-Account': account,
      'X-GSMtasks-API-Version': hook.version ?? PAYLOAD_VERSION,
      'X-GSMtasks-Webhook-Request-Id': requestId,
      'X-GSMtasks-Hmac-SHA256': createHmac('sha256', hook.sharedSecret).update(body).digest('base64'),
    },
  };
}
