/** Who may ask what: a key, its name and its scopes. Keys are compared by hash and never kept. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Store } from '../store/store.ts';

/** The rights a key may carry; `*` = all of them, those to come included. */
export const SCOPES = [
  'tasks:read',
  'tasks:write',
  'trackers:read',
  'trackers:write',
  'tracker_command',
  'metrics:read',
  'delivery:read',
] as const;

export type Scope = (typeof SCOPES)[number];

export interface Caller {
  readonly keyName: string;
  readonly scopes: readonly string[];
}

export interface AccessOperations {
  /** null = malformed, unknown, revoked or expired. */
  findCaller(key: string): Caller | null;
}

/** Rights that others take along. */
const TAKEN_ALONG: Partial<Record<Scope, Scope>> = { 'delivery:read': 'tasks:read' };

const KEY_FORM = /^[0-9a-f]{32}$/i;
const FIRST_KEY_NAME = 'api-key';
const DELIVERY_KEY_NAME = 'delivery session';

export function isKey(text: string): boolean {
  return KEY_FORM.test(text);
}

export function mayAsk(caller: Caller, scope: Scope): boolean {
  const sufficient = ['*', scope, TAKEN_ALONG[scope]];
  return caller.scopes.some((held) => sufficient.includes(held));
}

export function accessOperations(deps: {
  readonly store: Store;
  readonly now: () => number;
  readonly firstKey: string | null;
}): AccessOperations {
  const firstHash = deps.firstKey === null ? null : hashOf(deps.firstKey.toLowerCase());
  return {
    findCaller(text) {
      if (!isKey(text)) return null;
      const key = text.toLowerCase();
      if (firstHash !== null && timingSafeEqual(firstHash, hashOf(key))) {
        return { keyName: FIRST_KEY_NAME, scopes: ['*'] };
      }
      const row = deps.store.keys.find(key, deps.now());
      if (row !== null) return { keyName: row.name, scopes: row.scopes };
      const session = deps.store.records.list('delivery_session').at(-1);
      if (session === undefined || !timingSafeEqual(hashOf(session.key), hashOf(key))) return null;
      return { keyName: DELIVERY_KEY_NAME, scopes: ['delivery:read'] };
    },
  };
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
