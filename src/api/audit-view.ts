/**
 * What the audit trail shows of things: named members of trackers, tasks, keys, webhooks and settings. It names what it
 * takes, so that nothing secret or private comes in with a new member; of all else it tells which members were sent.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type KeyInfo, maskedKey } from '../operations/access.ts';
import type { Operations } from '../operations/operations.ts';
import type { Deed } from './audit-deed.ts';

type View = (operations: Operations, id: string) => object | null;

const VIEWS: Readonly<Record<string, View>> = {
  tracker: trackerView,
  worker: trackerView,
  driver: trackerView,
  task: taskView,
  key: keyView,
  webhook: webhookView,
};

/** null = there is none, or nothing is shown of its kind. */
export function snapshot(operations: Operations, { kind, id, action }: Deed): object | null {
  if (action.startsWith('user.settings')) return { timeZone: operations.account().timeZone };
  const view = Object.hasOwn(VIEWS, kind) ? VIEWS[kind] : undefined;
  return id === null || view === undefined ? null : view(operations, id);
}

const INTEGER = /^\d{1,15}$/;

function trackerView(operations: Operations, id: string): object | null {
  const tracker = INTEGER.test(id) ? operations.readTracker(Number(id)) : operations.trackerOfUuid(id);
  if (tracker === null) return null;
  const { label, imei, model, timeZone, isBlocked } = tracker;
  return { label, imei, model, timeZone, isBlocked };
}

/** Without what it says of people. */
function taskView(operations: Operations, id: string): object | null {
  const task = INTEGER.test(id) ? operations.readTask(Number(id)) : operations.taskOfUuid(id);
  if (task === null) return null;
  const { text, terms, tenure, facts } = task;
  const { zone, fromMs, toMs, maxDelayMs, minStayMs, minArrivalMs } = terms;
  const seconds = { maxDelay: maxDelayMs / 1000, minStay: minStayMs / 1000, minArrival: minArrivalMs / 1000 };
  const place = zone && { lat: zone.latDeg, lon: zone.lonDeg, radius: zone.radiusM };
  return {
    label: text.label,
    state: facts.state,
    trackerId: tenure.trackerId,
    place,
    from: fromMs,
    to: toMs,
    ...seconds,
  };
}

/** By name, or as it is shown to those who delete it. */
function keyView(operations: Operations, id: string): object | null {
  const found = operations.listKeys().find((key: KeyInfo) => key.name === id || maskedKey(key) === id);
  if (found === undefined) return null;
  const { name, prefix, scopes, expiresMs } = found;
  return { name, prefix, scopes, expires: expiresMs };
}

/** Without what an address says behind its path, where people put passwords; of the secret, whether it is another one. */
function webhookView(operations: Operations, id: string): object | null {
  const webhook = operations.readWebhook(id);
  if (webhook !== null) {
    const { name, url, topics, state, secret } = webhook.body;
    return { name, url: withoutSecrets(url), topics, state, secretDigest: digest(secret) };
  }
  const hook = operations.hooks().find(({ uuid }) => uuid === id);
  if (hook === undefined) return null;
  const { name, target, topics, state, sharedSecret } = hook.body;
  return { name, url: withoutSecrets(target), topics, state, secretDigest: digest(sharedSecret) };
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8);
}

function withoutSecrets(target: string): string {
  if (!URL.canParse(target)) return '';
  const { origin, pathname } = new URL(target);
  return `${origin}${pathname}`;
}

/** Names of members that are worth their value: they are no secrets and not about people. */
const PLAIN_MEMBERS: readonly string[] = [
  'confirm',
  'evenMoving',
  'minutes',
  'level',
  'expires_in',
  'isEnabled',
  'scopes',
];

/** What was sent where nothing more is known of it: names, and values of those that are plain. */
export function sentMembers({ body }: FastifyRequest): object | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const members = 'kind' in body && 'members' in body ? Object(body.members) : 'form' in body ? {} : body;
  const names = Object.keys(members).filter((name) => name !== 'hash');
  const plain = names.filter((name) => PLAIN_MEMBERS.includes(name)).map((name) => [name, Reflect.get(members, name)]);
  return names.length === 0 ? null : { sent: names.slice(0, 50), ...Object.fromEntries(plain) };
}
