/**
 * Webhooks by the Standard Webhooks specification: who is told of what happens to tasks, what they were told, and telling
 * it once more. The telling itself is the feed's.
 */
import { randomBytes } from 'node:crypto';
import type { RecordedEvent } from '../model/event.ts';
import type { Resource, Webhook } from '../model/resources.ts';
import type { DeliveryTry, Store } from '../store/store.ts';
import { ENDPOINTS_MAX, endpointShelf } from './endpoints.ts';
import type { Pacer } from './slices.ts';
import { isTold, webhookType } from './webhook-events.ts';

type WebhookResource = Resource<'webhook'>;

/** What its owner says of a webhook. */
export interface WebhookText extends Pick<Webhook, 'name' | 'url' | 'topics'> {
  readonly isEnabled: boolean;
}

/** A try, with what it was about. */
export interface WebhookDelivery extends DeliveryTry {
  readonly webhook: string;
  readonly webhookName: string;
  /** null = a test. */
  readonly taskId: number | null;
  readonly type: string;
}

/** The feed, as far as webhooks go. */
interface WebhookFeed {
  /** Newest first. */
  tries(uuid: string): readonly DeliveryTry[];
  /** What was given up: the last try of each, newest event first. */
  dead(uuid: string): readonly DeliveryTry[];
  /** By webhook: events that it has not come to yet. */
  backlog(): Readonly<Record<string, number>>;
  redeliver(uuid: string, eventId: number): 'asked' | 'inactive' | 'not_told' | 'full' | 'unknown';
  /** Tells something that is no event, now and once. */
  tellOnce(webhook: WebhookResource, body: string): Promise<DeliveryTry>;
}

export type RedeliveryWish =
  | { readonly eventId: number }
  /** By when events were recorded; both ends included. */
  | { readonly fromMs: number; readonly toMs: number };

export type RedeliveryOutcome =
  /** `nextFromMs`: from where to ask again, for what was too much for once; null = that was all. */
  | { readonly kind: 'asked'; readonly events: number; readonly nextFromMs: number | null }
  | { readonly kind: 'refused'; readonly why: RedeliveryRefusal };

type RedeliveryRefusal = 'no_webhook' | 'no_event' | 'inactive' | 'not_told' | 'full';

export interface WebhookOperations {
  /** In the order of their creation. */
  webhooks(): readonly WebhookResource[];
  readWebhook(uuid: string): WebhookResource | null;
  /** It is told of what happens from now on. null = there are as many as there may be. */
  createWebhook(text: WebhookText): WebhookResource | null;
  /** One that is enabled again is told of what happens from then on. null = there is none. */
  changeWebhook(uuid: string, text: Partial<WebhookText>): WebhookResource | null;
  /** false = there is none. */
  removeWebhook(uuid: string): boolean;
  /** A new secret; the old one signs beside it for a day. */
  rotateWebhookSecret(uuid: string): WebhookResource | null;
  /** It wants to be told no more. */
  failWebhook(uuid: string, words: string): WebhookResource | null;
  /** Called after every change. Returns the unsubscribe function. */
  onWebhooksChanged(listener: () => void): () => void;
  /** To be called once, when the feed is there; nobody is told anything before. */
  tellWebhooksBy(feed: WebhookFeed): void;
  webhookBacklog(): Readonly<Record<string, number>>;
  /** The newest tries, newest first. */
  deliveriesOfWebhook(webhook: WebhookResource): readonly WebhookDelivery[];
  /** Events that were given up, newest first. */
  deadDeliveries(webhook: WebhookResource): readonly WebhookDelivery[];
  /** What webhooks were told of a task, newest first, as far back as is kept. */
  deliveriesOfTask(taskId: number): readonly WebhookDelivery[];
  redeliver(uuid: string, wish: RedeliveryWish): Promise<RedeliveryOutcome>;
  /** null = one is under way already, or there is no feed. */
  testWebhook(webhook: WebhookResource): Promise<WebhookDelivery> | null;
  /** A webhook was told, or was not. */
  noteDelivery(uuid: string, made: DeliveryTry): void;
  /** Called after each try. Returns the unsubscribe function. */
  onDelivery(listener: (delivery: WebhookDelivery) => void): () => void;
}

export const WEBHOOKS_MAX = ENDPOINTS_MAX;
/** Of a task that are shown. */
const TASK_DELIVERIES_MAX = 100;
/** Of a task that are looked at, those to others than webhooks among them. */
const TASK_TRIES_MAX = 1000;
/** The specification asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;
const RETIRED_MS = 24 * 3_600_000;
/** Rows of history that one wish for a period looks at. */
const LOOKS_MAX = 100_000;
/** The type of what is no event. */
const TEST_TYPE = 'milepost.test';

export function webhookOperations(deps: {
  readonly store: Pick<Store, 'resources' | 'deliveries' | 'records' | 'tasks' | 'lastEventId'>;
  readonly pacer: Pacer;
  readonly now: () => number;
}): WebhookOperations {
  const { store, pacer, now } = deps;
  const shelf = endpointShelf('webhook', deps);
  const listeners = new Set<(delivery: WebhookDelivery) => void>();
  const tested = new Set<string>();
  let feed: WebhookFeed | null = null;

  function deliveryOf({ uuid, body }: WebhookResource, made: DeliveryTry): WebhookDelivery {
    const event = made.eventId === 0 ? null : store.deliveries.event(made.eventId);
    const type = event === null ? TEST_TYPE : (webhookType(event) ?? '');
    return { ...made, webhook: uuid, webhookName: body.name, taskId: event?.taskId ?? null, type };
  }

  function redeliverOne(webhook: WebhookResource, eventId: number): RedeliveryOutcome {
    const event = store.deliveries.event(eventId);
    if (event === null || !isTold(webhook.body, event)) return { kind: 'refused', why: 'no_event' };
    const asked = feed?.redeliver(webhook.uuid, eventId) ?? 'inactive';
    if (asked === 'asked') return { kind: 'asked', events: 1, nextFromMs: null };
    return { kind: 'refused', why: asked === 'unknown' ? 'no_event' : asked };
  }

  async function redeliverPeriod(webhook: WebhookResource, fromMs: number, toMs: number): Promise<RedeliveryOutcome> {
    let [events, looks] = [0, 0];
    for await (const event of pacer.through(eventsSince(fromMs))) {
      if (event.recordedMs > toMs) break;
      looks += 1;
      if (looks > LOOKS_MAX) return { kind: 'asked', events, nextFromMs: event.recordedMs };
      if (!isTold(webhook.body, event)) continue;
      const asked = feed?.redeliver(webhook.uuid, event.id) ?? 'inactive';
      if (asked === 'inactive') return { kind: 'refused', why: asked };
      if (asked === 'full') return { kind: 'asked', events, nextFromMs: event.recordedMs };
      // What it has not come to yet it is told anyway.
      if (asked === 'not_told') break;
      if (asked === 'asked') events += 1;
    }
    return { kind: 'asked', events, nextFromMs: null };
  }

  function* eventsSince(fromMs: number): Generator<RecordedEvent> {
    const { deliveries } = store;
    let next = deliveries.next(deliveries.firstSince(fromMs) - 1);
    for (; next !== null; next = deliveries.next(next.id)) if (next.event !== null) yield next.event;
  }

  return {
    webhooks: shelf.list,
    readWebhook: shelf.read,
    createWebhook({ isEnabled, ...text }) {
      const state = isEnabled ? 'active' : 'inactive';
      return shelf.create({ ...text, secret: newSecret(), retired: null, ...shelf.beginning(), state });
    },
    changeWebhook(uuid, { isEnabled, ...text }) {
      const changed = Object.keys(text).length === 0 ? shelf.read(uuid) : shelf.change(uuid, text);
      if (changed === null || isEnabled === undefined) return changed;
      return isEnabled ? shelf.activate(uuid) : shelf.deactivate(uuid);
    },
    removeWebhook: shelf.remove,
    rotateWebhookSecret(uuid) {
      const known = shelf.read(uuid);
      if (known === null) return null;
      const retired = { secret: known.body.secret, untilMs: now() + RETIRED_MS };
      return shelf.change(uuid, { secret: newSecret(), retired });
    },
    failWebhook: shelf.fail,
    onWebhooksChanged: shelf.onChanged,
    tellWebhooksBy(teller) {
      feed = teller;
    },
    webhookBacklog: () => feed?.backlog() ?? {},
    deliveriesOfWebhook: (webhook) => (feed?.tries(webhook.uuid) ?? []).map((made) => deliveryOf(webhook, made)),
    deadDeliveries: (webhook) => (feed?.dead(webhook.uuid) ?? []).map((made) => deliveryOf(webhook, made)),
    deliveriesOfTask(taskId) {
      const known = new Map(shelf.list().map((webhook) => [webhook.uuid, webhook]));
      const told = store.deliveries.logOfTask(taskId, TASK_TRIES_MAX).flatMap(({ endpoint, ...made }) => {
        const webhook = known.get(endpoint);
        return webhook === undefined ? [] : [deliveryOf(webhook, made)];
      });
      return told.slice(0, TASK_DELIVERIES_MAX);
    },
    async redeliver(uuid, wish) {
      const webhook = shelf.read(uuid);
      if (webhook === null) return { kind: 'refused', why: 'no_webhook' };
      if (webhook.body.state !== 'active') return { kind: 'refused', why: 'inactive' };
      if ('eventId' in wish) return redeliverOne(webhook, wish.eventId);
      return redeliverPeriod(webhook, wish.fromMs, wish.toMs);
    },
    testWebhook(webhook) {
      if (feed === null || tested.has(webhook.uuid)) return null;
      tested.add(webhook.uuid);
      return feed
        .tellOnce(webhook, testBody(webhook, now()))
        .then((made) => deliveryOf(webhook, made))
        .finally(() => tested.delete(webhook.uuid));
    },
    noteDelivery(uuid, made) {
      const webhook = listeners.size === 0 ? null : shelf.read(uuid);
      if (webhook === null) return;
      const delivery = deliveryOf(webhook, made);
      for (const listener of listeners) listener(delivery);
    },
    onDelivery(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function testBody({ body: { name } }: WebhookResource, nowMs: number): string {
  const data = { message: `This is a test of the webhook ${name}.` };
  return JSON.stringify({ type: TEST_TYPE, timestamp: new Date(nowMs).toISOString(), data });
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
