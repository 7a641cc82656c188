/** Webhooks: who is told of what happens to tasks. Telling them is the feed's; it listens for what changes here. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Hook, Resource } from '../model/resources.ts';
import type { Store } from '../store/store.ts';

type HookResource = Resource<'hook'>;

/** What its owner says of a hook. */
export type HookText = Pick<
  Hook,
  'name' | 'target' | 'version' | 'headers' | 'topics' | 'notificationEmails' | 'sharedSecret'
>;

export interface HookOperations {
  /** In the order of their creation. */
  hooks(): readonly HookResource[];
  /** It is told of what happens from now on. Without a secret it gets one. null = there are as many as there may be. */
  createHook(text: HookText): HookResource | null;
  /** null = there is none. An empty secret gives it a new one. */
  changeHook(uuid: string, text: Partial<HookText>): HookResource | null;
  /** false = there is none. */
  removeHook(uuid: string): boolean;
  /** It is told of what happens from now on, and its failures are forgotten; one that is active stays as it is. */
  activateHook(uuid: string): HookResource | null;
  deactivateHook(uuid: string): HookResource | null;
  /** It did not take what it was told. */
  failHook(uuid: string, words: string): HookResource | null;
  /** Called after every change. Returns the unsubscribe function. */
  onHooksChanged(listener: () => void): () => void;
}

export const HOOKS_MAX = 100;
const SECRET_BYTES = 20;

export function hookOperations(deps: {
  readonly store: Pick<Store, 'resources' | 'deliveries' | 'records' | 'lastEventId'>;
  readonly now: () => number;
}): HookOperations {
  const { store, now } = deps;
  const listeners = new Set<() => void>();

  function hook(uuid: string): HookResource | null {
    return store.resources.read('hook', uuid);
  }

  /** All of it durable, and then told. */
  function writing<T>(write: () => T): T {
    const written = store.records.atOnce(write);
    for (const listener of listeners) listener();
    return written;
  }

  /** null = there is none. */
  function change(uuid: string, changed: Partial<Hook>): HookResource | null {
    const before = hook(uuid);
    if (before === null) return null;
    const next = { ...before, modifiedMs: now(), body: { ...before.body, ...changed } };
    writing(() => store.resources.update('hook', next));
    return next;
  }

  /** From the newest event on: nobody is flooded with the past. */
  function beginning(): Pick<Hook, 'state' | 'failMessage' | 'activatedMs' | 'failedMs' | 'toldId'> {
    return { state: 'active', failMessage: '', activatedMs: now(), failedMs: null, toldId: store.lastEventId() };
  }

  return {
    hooks: () => store.resources.page('hook', { limit: HOOKS_MAX }),
    createHook(text) {
      if (store.resources.count('hook', {}) >= HOOKS_MAX) return null;
      const body: Hook = { ...text, sharedSecret: text.sharedSecret || newSecret(), ...beginning() };
      const resource = { uuid: randomUUID(), externalId: null, body, nowMs: now() };
      return writing(() => store.resources.create('hook', resource));
    },
    changeHook(uuid, text) {
      return change(uuid, { ...text, ...(text.sharedSecret === '' && { sharedSecret: newSecret() }) });
    },
    removeHook(uuid) {
      return writing(() => {
        store.deliveries.forget(uuid);
        return store.resources.delete('hook', uuid);
      });
    },
    activateHook(uuid) {
      const known = hook(uuid);
      if (known === null || known.body.state === 'active') return known;
      // While it is not active nobody notes anything of it.
      store.deliveries.restart(uuid);
      return change(uuid, beginning());
    },
    deactivateHook: (uuid) => change(uuid, { state: 'inactive' }),
    failHook: (uuid, words) => change(uuid, { state: 'failed', failMessage: words, failedMs: now() }),
    onHooksChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('hex');
}
