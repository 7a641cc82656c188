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
  'form_template_update',
  'completed_form_update',
  'metrics:read',
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

const KEY_FORM = /^[0-9a-f]{32}$/i;
const FIRST_KEY_NAME = 'api-key';

export function isKey(text: string): boolean {
  return KEY_FORM.test(text);
}

export function mayAsk(caller: Caller, scope: Scope): boolean {
  return caller.scopes.includes('*') || caller.scopes.includes(scope);
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
      return row && { keyName: row.name, scopes: row.scopes };
    },
  };
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
