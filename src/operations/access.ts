/** Who may ask what: a key, or a session that was opened with one. Both are compared by hash and never kept. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Store } from '../store/store.ts';

/** Navixy's rights of sub-users, as far as there are calls here that ask for them. */
const TASK_RIGHTS = [
  'task_update',
  'completed_form_update',
  'form_template_update',
  'tag_update',
  'tracker_rule_update',
  'delivery_session_create',
] as const;
const FLEET_RIGHTS = ['tracker_update', 'employee_update', 'vehicle_update'] as const;
const READS = ['tasks:read', 'trackers:read'] as const;

/** The rights a key may carry; `*` = all of them, those to come included. */
export const SCOPES = [
  'tasks:read',
  'tasks:write',
  'trackers:read',
  'trackers:write',
  'tracker_command',
  'metrics:read',
  ...TASK_RIGHTS,
  ...FLEET_RIGHTS,
  'delivery:read',
  'tasks:public',
  'webhooks:write',
] as const;

/** Of TheTrack's public keys, which see what they name and no lists: whoever reads or makes everything may this, too. */
const READS_ONE = ['task:read', 'driver:read'] as const;
const MAKES_ONE = ['task:create', 'driver:create'] as const;

export type Scope = (typeof SCOPES)[number];

/** What a call asks for: a right, a part of one, all of them, or no more than to be known. */
export type Right = Scope | (typeof READS_ONE)[number] | (typeof MAKES_ONE)[number] | '*' | 'anyone';

/** What a right brings with it: our wide ones Navixy's narrow ones, and these the reading that Navixy lets everyone do. */
const INCLUDED: ReadonlyMap<string, ReadonlySet<Right>> = new Map<string, ReadonlySet<Right>>([
  ['tasks:read', new Set<Right>(['delivery:read', 'task:read'])],
  ['tasks:write', new Set<Right>([...TASK_RIGHTS, 'task:create'])],
  ['tasks:public', new Set<Right>([...READS_ONE, ...MAKES_ONE])],
  ['trackers:read', new Set<Right>(['driver:read'])],
  ['trackers:write', new Set<Right>([...FLEET_RIGHTS, 'driver:create'])],
  ...[...TASK_RIGHTS, ...FLEET_RIGHTS].map((right) => [right, new Set(READS)] as const),
]);

export interface Caller {
  readonly keyName: string;
  readonly scopes: readonly string[];
  /** SHA-256 of the session that was shown; null = the key itself was. */
  readonly session: Buffer | null;
}

/** A key as it is told of; the key itself only at its creation. */
export type KeyInfo = Pick<ApiKey, 'name' | 'prefix' | 'scopes' | 'createdMs' | 'expiresMs'>;

export interface OpenedSession {
  /** Digits like a key's. */
  readonly session: string;
  readonly caller: Caller;
}

type NewKey =
  | { readonly kind: 'created'; readonly key: string; readonly info: KeyInfo }
  | { readonly kind: 'name_taken' }
  | { readonly kind: 'too_many' };

export interface AccessOperations {
  /** By a key or a session; null = malformed, unknown, revoked or expired. */
  findCaller(credential: string): Caller | null;
  /** Of a key and its name; lives while it is used, and no longer than its key. null = there is no such key. */
  openSession(keyName: string, key: string): string | null;
  /** The same by the key alone. */
  openSessionByKey(key: string): OpenedSession | null;
  /** Of the first key; null = the token is unknown, was used or is too old. */
  openSessionByToken(token: string): OpenedSession | null;
  /** Opens one session of the first key, which must be there, within some minutes. */
  issueLoginToken(): string;
  /** false = the caller came with a key, which does not end. */
  closeSession(caller: Caller): boolean;
  createKey(name: string, scopes: readonly string[], expiresMs: number | null): NewKey;
  /** Those that open something, oldest first. */
  listKeys(): readonly KeyInfo[];
  /** With its sessions. false = there is no such key, or it is the setting's. */
  revokeKeyNamed(name: string): boolean;
  /** With its sessions. `key`: all 32 digits, or as `maskedKey` shows them. false = there is no such key. */
  revokeKey(key: string): boolean;
}

const KEY_FORM = /^[0-9a-f]{32}$/i;
const KEY_DIGITS = 32;
const FIRST_KEY_NAME = 'api-key';
/** Of keys that open something; the command line may make more. */
const KEYS_MAX = 20;
const DELIVERY_KEY_NAME = 'delivery session';
/** By the wall. */
const TOKEN_MS = 10 * 60_000;
/** Of one more, the oldest is forgotten. */
const TOKENS_MAX = 100;

export function isKey(text: string): boolean {
  return KEY_FORM.test(text);
}

export function mayAsk({ scopes }: Pick<Caller, 'scopes'>, right: Right): boolean {
  if (right === 'anyone') return true;
  return scopes.some((scope) => scope === '*' || scope === right || INCLUDED.get(scope)?.has(right));
}

/** Enough to tell keys apart. */
export function maskedKey({ prefix }: Pick<KeyInfo, 'prefix'>): string {
  return prefix.padEnd(KEY_DIGITS, '*');
}

export function accessOperations(deps: {
  readonly store: Pick<Store, 'keys' | 'sessions' | 'records'>;
  readonly now: () => number;
  readonly firstKey: string | null;
  /** How much faster than the wall `now` goes. */
  readonly clockFactor?: number;
}): AccessOperations {
  const { now, store, clockFactor = 1 } = deps;
  const { keys, sessions } = store;
  const firstHash = deps.firstKey === null ? null : hashOf(deps.firstKey.toLowerCase());

  function holder(keyHash: Buffer): Pick<Caller, 'keyName' | 'scopes'> | null {
    if (firstHash !== null && timingSafeEqual(firstHash, keyHash)) return { keyName: FIRST_KEY_NAME, scopes: ['*'] };
    const row = keys.findHash(keyHash, now());
    return row && { keyName: row.name, scopes: row.scopes };
  }

  /** When each token ends, by its hash, oldest first. Nobody misses them after a restart. */
  const tokens = new Map<string, number>();

  function opened(keyHash: Buffer): OpenedSession | null {
    const known = holder(keyHash);
    if (known === null) return null;
    const session = newDigits();
    const hash = hashOf(session);
    sessions.open(hash, keyHash, now());
    return { session, caller: { ...known, session: hash } };
  }

  /** The newest session of whoever tracks a parcel. */
  function isDelivery(hash: Buffer): boolean {
    const session = store.records.list('delivery_session').at(-1);
    return session !== undefined && timingSafeEqual(hashOf(session.key), hash);
  }

  function live(): readonly ApiKey[] {
    const nowMs = now();
    return keys.list().filter((key) => key.revokedMs === null && (key.expiresMs === null || key.expiresMs > nowMs));
  }

  return {
    findCaller(credential) {
      if (!isKey(credential)) return null;
      const hash = hashOf(credential.toLowerCase());
      const byKey = holder(hash);
      if (byKey !== null) return { ...byKey, session: null };
      const keyHash = sessions.find(hash, now());
      const bySession = keyHash && holder(keyHash);
      if (bySession !== null) return { ...bySession, session: hash };
      return isDelivery(hash) ? { keyName: DELIVERY_KEY_NAME, scopes: ['delivery:read'], session: null } : null;
    },
    openSession(keyName, key) {
      if (!isKey(key)) return null;
      const keyHash = hashOf(key.toLowerCase());
      return holder(keyHash)?.keyName === keyName ? (opened(keyHash)?.session ?? null) : null;
    },
    openSessionByKey: (key) => (isKey(key) ? opened(hashOf(key.toLowerCase())) : null),
    openSessionByToken(token) {
      const name = hashOf(token).toString('hex');
      const endMs = tokens.get(name);
      tokens.delete(name);
      return endMs === undefined || endMs <= now() || firstHash === null ? null : opened(firstHash);
    },
    issueLoginToken() {
      if (firstHash === null) throw new Error('a token is for sessions of the first key, and there is none');
      const token = newDigits();
      tokens.set(hashOf(token).toString('hex'), now() + TOKEN_MS * clockFactor);
      if (tokens.size > TOKENS_MAX) tokens.delete(tokens.keys().next().value!);
      return token;
    },
    closeSession({ session }) {
      if (session !== null) sessions.close(session);
      return session !== null;
    },
    createKey(name, scopes, expiresMs) {
      const known = live();
      if (known.some((key) => key.name === name) || name === FIRST_KEY_NAME) return { kind: 'name_taken' };
      if (known.length >= KEYS_MAX) return { kind: 'too_many' };
      const key = newDigits();
      keys.freeName(name, now());
      return { kind: 'created', key, info: keys.create(name, key, scopes, now(), expiresMs) };
    },
    listKeys: live,
    revokeKeyNamed: (name) => live().some((known) => known.name === name) && keys.revoke(name, now()),
    revokeKey(key) {
      const whole = isKey(key) ? keys.findHash(hashOf(key.toLowerCase()), now()) : null;
      const found = whole === null ? live().filter((known) => maskedKey(known) === key) : [whole];
      // Two keys that begin alike are told apart by all of their digits only.
      return found.length === 1 && keys.revoke(found[0]!.name, now());
    },
  };
}

function newDigits(): string {
  return randomBytes(KEY_DIGITS / 2).toString('hex');
}

function hashOf(digits: string): Buffer {
  return createHash('sha256').update(digits).digest();
}
