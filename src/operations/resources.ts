/** Wishes about what GSMtasks and TheTrack keep beside tasks: by UUID, by the client's own name, in pages. */
import { randomUUID } from 'node:crypto';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Resource, ResourceKind, Resources } from '../model/resources.ts';
import type { Store } from '../store/store.ts';
import type { Pacer } from './slices.ts';

interface ResourceDraft<K extends ResourceKind> {
  /** Absent = it is given one. */
  readonly uuid?: string;
  readonly externalId?: string | null;
  readonly body: Resources[K];
}

export interface ResourceKept<K extends ResourceKind> {
  readonly kind: 'kept';
  readonly resource: Resource<K>;
}

/** What orders a list: text or number, null behind all. */
export type ResourceKey = string | number | null;

/** Where a page ended. */
export interface ResourcePlace {
  readonly key: ResourceKey;
  readonly id: number;
}

interface ResourceQuery<K extends ResourceKind> {
  readonly matches: (resource: Resource<K>) => boolean;
  /** Absent = in the order of creation. */
  readonly keyOf?: (resource: Resource<K>) => ResourceKey;
  readonly isDescending: boolean;
  /** null = from the beginning. */
  readonly after: ResourcePlace | null;
  readonly limit: number;
}

export interface ResourcesFound<K extends ResourceKind> {
  readonly resources: readonly Resource<K>[];
  /** Where the next page begins; null = this is the last. */
  readonly next: ResourcePlace | null;
}

export interface ResourceOperations {
  /** null = there is none of this kind. */
  readResource<K extends ResourceKind>(kind: K, uuid: string): Resource<K> | null;
  /** The first of this external id. */
  namedResource<K extends ResourceKind>(kind: K, externalId: string): Resource<K> | null;
  listResources<K extends ResourceKind>(kind: K, query: ResourceQuery<K>): Promise<ResourcesFound<K>>;
  countResources(kind: ResourceKind): number;
  /** Refused with `already_bound` where the UUID is taken, and with `too_many_records`. */
  createResource<K extends ResourceKind>(kind: K, draft: ResourceDraft<K>): ResourceKept<K> | Refusal;
  /** Full replacement of the body; what of `externalId` is not said stays. Refused with `record_not_found`. */
  updateResource<K extends ResourceKind>(
    kind: K,
    uuid: string,
    body: Resources[K],
    externalId?: string | null,
  ): ResourceKept<K> | Refusal;
  /** false = there is none. */
  deleteResource(kind: ResourceKind, uuid: string): boolean;
}

/** Of each kind. */
const RESOURCES_MAX = 100_000;
/** Read from the disk in one go. */
const SLICE = 200;

export function resourceOperations(deps: {
  readonly store: Pick<Store, 'resources'>;
  readonly pacer: Pacer;
  readonly now: () => number;
}): ResourceOperations {
  const { pacer, now } = deps;
  const shelf = deps.store.resources;

  function* inOrder<K extends ResourceKind>(
    kind: K,
    isNewestFirst: boolean,
    after: number | null,
  ): Generator<Resource<K>> {
    let afterId = after;
    for (;;) {
      const page = shelf.page(kind, { isNewestFirst, limit: SLICE, ...(afterId !== null && { afterId }) });
      yield* page;
      if (page.length < SLICE) return;
      afterId = page.at(-1)!.id;
    }
  }

  async function inCreationOrder<K extends ResourceKind>(
    kind: K,
    query: ResourceQuery<K>,
  ): Promise<readonly Resource<K>[]> {
    const found: Resource<K>[] = [];
    const all = inOrder(kind, query.isDescending, query.after?.id ?? null);
    for await (const resource of pacer.through(all)) {
      if (query.matches(resource)) found.push(resource);
      if (found.length > query.limit) break;
    }
    return found;
  }

  /** Looks at all of them and keeps the first ones behind the place, one more than are asked for. */
  async function byKey<K extends ResourceKind>(
    kind: K,
    query: ResourceQuery<K>,
    keyOf: (resource: Resource<K>) => ResourceKey,
  ): Promise<readonly Resource<K>[]> {
    const { after, limit, isDescending, matches } = query;
    const placeOf = (resource: Resource<K>) => ({ key: keyOf(resource), id: resource.id });
    const isBehind = (place: ResourcePlace) => after === null || compare(place, after, isDescending) > 0;
    const inTurn = (a: Resource<K>, b: Resource<K>) => compare(placeOf(a), placeOf(b), isDescending);
    let found: Resource<K>[] = [];
    for await (const resource of pacer.through(inOrder(kind, false, null))) {
      if (!matches(resource) || !isBehind(placeOf(resource))) continue;
      found.push(resource);
      if (found.length > 2 * limit + SLICE) found = found.sort(inTurn).slice(0, limit + 1);
    }
    return found.sort(inTurn).slice(0, limit + 1);
  }

  return {
    readResource: (kind, uuid) => shelf.read(kind, uuid),
    namedResource: (kind, externalId) => shelf.named(kind, externalId),
    async listResources(kind, query) {
      const { keyOf, limit } = query;
      const found = await (keyOf === undefined ? inCreationOrder(kind, query) : byKey(kind, query, keyOf));
      const resources = found.slice(0, limit);
      const last = resources.at(-1);
      const isMore = found.length > limit && last !== undefined;
      return { resources, next: isMore ? { key: keyOf?.(last) ?? null, id: last.id } : null };
    },
    countResources: (kind) => shelf.count(kind, {}),
    createResource(kind, { uuid = randomUUID(), externalId = null, body }) {
      if (shelf.count(kind, {}) >= RESOURCES_MAX) {
        return refuse('too_many_records', `there are ${RESOURCES_MAX} already, expected fewer`);
      }
      const resource = shelf.create(kind, { uuid, externalId, body, nowMs: now() });
      return resource === null ? refuse('already_bound', `${uuid} is taken`, 'uuid') : { kind: 'kept', resource };
    },
    updateResource(kind, uuid, body, externalId) {
      const before = shelf.read(kind, uuid);
      if (before === null) return refuse('record_not_found', `there is no ${kind} ${uuid}`, 'uuid');
      const named = externalId === undefined ? before.externalId : externalId;
      const resource = { ...before, body, externalId: named, modifiedMs: Math.max(now(), before.modifiedMs) };
      shelf.update(kind, resource);
      return { kind: 'kept', resource };
    },
    deleteResource: (kind, uuid) => shelf.delete(kind, uuid),
  };
}

/** Nulls last whichever way round, and the id is the last key. */
function compare(a: ResourcePlace, b: ResourcePlace, isDescending: boolean): number {
  const sign = isDescending ? -1 : 1;
  if (a.key !== b.key) {
    if (a.key === null) return 1;
    if (b.key === null) return -1;
    return (a.key < b.key ? -1 : 1) * sign;
  }
  return (a.id - b.id) * sign;
}
