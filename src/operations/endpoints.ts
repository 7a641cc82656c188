/** Those who are told of events, whichever way: kept as resources. Telling them is the feed's; it listens for what changes here. */
import { randomUUID } from 'node:crypto';
import type { EndpointState, Resource, Resources } from '../model/resources.ts';
import type { Store } from '../store/store.ts';

type EndpointKind = 'hook' | 'webhook';

export interface EndpointShelf<K extends EndpointKind> {
  /** In the order of their creation. */
  list(): readonly Resource<K>[];
  read(uuid: string): Resource<K> | null;
  /** null = there are as many as there may be. */
  create(body: Resources[K]): Resource<K> | null;
  /** null = there is none. */
  change(uuid: string, changed: Partial<Resources[K]>): Resource<K> | null;
  /** false = there is none. */
  remove(uuid: string): boolean;
  /** It is told of what happens from now on, and its failures are forgotten; one that is active stays as it is. */
  activate(uuid: string): Resource<K> | null;
  deactivate(uuid: string): Resource<K> | null;
  /** It did not take what it was told. */
  fail(uuid: string, words: string): Resource<K> | null;
  /** From the newest event on: nobody is flooded with the past. */
  beginning(): EndpointState;
  /** Called after every change. Returns the unsubscribe function. */
  onChanged(listener: () => void): () => void;
}

/** Of each kind. */
export const ENDPOINTS_MAX = 100;

export function endpointShelf<K extends EndpointKind>(
  kind: K,
  deps: {
    readonly store: Pick<Store, 'resources' | 'deliveries' | 'records' | 'lastEventId'>;
    readonly now: () => number;
  },
): EndpointShelf<K> {
  const { store, now } = deps;
  const listeners = new Set<() => void>();
  const read = (uuid: string) => store.resources.read(kind, uuid);

  /** All of it durable, and then told. */
  function writing<T>(write: () => T): T {
    const written = store.records.atOnce(write);
    for (const listener of listeners) listener();
    return written;
  }

  function change(uuid: string, changed: Partial<Resources[K]>): Resource<K> | null {
    const before = read(uuid);
    if (before === null) return null;
    const next = { ...before, modifiedMs: now(), body: { ...before.body, ...changed } };
    writing(() => store.resources.update(kind, next));
    return next;
  }

  /** What every kind has in common. */
  function turn(uuid: string, state: Partial<EndpointState>): Resource<K> | null {
    return change(uuid, state as Partial<Resources[K]>);
  }

  function beginning(): EndpointState {
    return { state: 'active', failMessage: '', activatedMs: now(), failedMs: null, toldId: store.lastEventId() };
  }

  return {
    list: () => store.resources.page(kind, { limit: ENDPOINTS_MAX }),
    read,
    create(body) {
      if (store.resources.count(kind, {}) >= ENDPOINTS_MAX) return null;
      const resource = { uuid: randomUUID(), externalId: null, body, nowMs: now() };
      return writing(() => store.resources.create(kind, resource));
    },
    change,
    remove(uuid) {
      return writing(() => {
        if (!store.resources.delete(kind, uuid)) return false;
        store.deliveries.forget(uuid);
        return true;
      });
    },
    activate(uuid) {
      const known = read(uuid);
      if (known === null || known.body.state === 'active') return known;
      // While it is not active nobody notes anything of it.
      store.deliveries.restart(uuid);
      return turn(uuid, beginning());
    },
    deactivate: (uuid) => turn(uuid, { state: 'inactive' }),
    fail: (uuid, words) => turn(uuid, { state: 'failed', failMessage: words, failedMs: now() }),
    beginning,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
