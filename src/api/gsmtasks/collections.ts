/** What the collections beside tasks share: how one is listed, named in a path, made, and held to the one account. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../model/refusal.ts';
import type { Resource, ResourceKind } from '../../model/resources.ts';
import type { ResourceKept, ResourceKey } from '../../operations/resources.ts';
import { type Faults, fault, sendFaults } from '../rest/faults.ts';
import { isUuid } from '../rest/wire.ts';
import type { GsmtasksDesk } from './desk.ts';
import { type FilterFields, hasWords, readFilters, textOf } from './filters.ts';
import type { Collection } from './links.ts';
import { queryOf, sendPage, wishedPage } from './pages.ts';
import { sendRefusal } from './refusals.ts';

export type IdParams = { readonly id: string };

export interface Listing<K extends ResourceKind> {
  readonly kind: K;
  readonly collection: Collection;
  /** Beside those that all have. */
  readonly fields: FilterFields<Resource<K>>;
  /** What `search` looks through. */
  readonly searched: (resource: Resource<K>) => readonly (string | null)[];
  /** What `ordering` may name, beside what all have. */
  readonly orders: Readonly<Record<string, (resource: Resource<K>) => ResourceKey>>;
}

/** null = there is none of this kind. */
export function readById<K extends ResourceKind>(desk: GsmtasksDesk, kind: K, { id }: IdParams): Resource<K> | null {
  return isUuid(id) ? desk.operations.readResource(kind, id.toLowerCase()) : null;
}

/** Answers with the page of a list that a request asks for. `wires`: all of a page at once. */
export async function sendListing<K extends ResourceKind>(
  request: FastifyRequest,
  reply: FastifyReply,
  desk: GsmtasksDesk,
  listing: Listing<K>,
  wires: (resources: readonly Resource<K>[]) => Promise<readonly object[]> | readonly object[],
): Promise<FastifyReply> {
  const query = queryOf(request);
  const { keyOf, isDescending, order } = orderOf(textOf(query['ordering'] ?? ''), listing);
  const page = wishedPage(query, order);
  if ('faults' in page) return sendFaults(reply, page.faults);
  const filters = readFilters(query, fieldsOf(desk, listing));
  if ('faults' in filters) return sendFaults(reply, filters.faults);
  const words = query['search'] === undefined ? null : textOf(query['search']);
  const { after, limit } = page;
  const { resources, next } = await desk.operations.listResources(listing.kind, {
    matches: (each) => filters.matches(each) && (words === null || hasWords(words, listing.searched(each))),
    ...(keyOf && { keyOf }),
    isDescending,
    after: after && { key: after.values[0] ?? null, id: after.id },
    limit,
  });
  const place = next && { values: order.length === 0 ? [] : [next.key], id: next.id };
  return sendPage(request, reply, desk, await wires(resources), place, order);
}

function fieldsOf<K extends ResourceKind>(
  { operations }: GsmtasksDesk,
  { collection, fields }: Listing<K>,
): FilterFields<Resource<K>> {
  return {
    id: { type: 'uuid', collection, of: ({ uuid }) => uuid },
    account: { type: 'uuid', collection: 'accounts', of: () => operations.accountUuid() },
    external_id: { type: 'text', of: ({ externalId }) => externalId },
    created_at: { type: 'instant', of: ({ createdMs }) => createdMs },
    updated_at: { type: 'instant', of: ({ modifiedMs }) => modifiedMs },
    ...fields,
  };
}

/** By the first name that is known; without one in the order of creation, which is also that of `created_at`. */
function orderOf<K extends ResourceKind>(ordering: string, { orders }: Listing<K>) {
  const known: Listing<K>['orders'] = {
    updated_at: ({ modifiedMs }) => modifiedMs,
    external_id: ({ externalId }) => externalId,
    ...orders,
  };
  for (const part of ordering.split(',')) {
    const isDescending = part.trim().startsWith('-');
    const field = part.trim().replace(/^-/, '');
    if (field === 'created_at') return { keyOf: null, isDescending, order: [] };
    if (Object.hasOwn(known, field)) return { keyOf: known[field]!, isDescending, order: [{ field, isDescending }] };
  }
  return { keyOf: null, isDescending: false, order: [] };
}

/** What names another account, or none where it has to be named, is a fault; null = it is this one. */
export function accountFault({ operations }: GsmtasksDesk, account: string | undefined): Faults | null {
  const isOurs = account === undefined || account === operations.accountUuid();
  return isOurs ? null : fault('account', 'There is no such account.');
}

/** A UUID that its client brought and that is taken is that field's fault. */
export function sendUnkept(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.code === 'already_bound') return sendFaults(reply, fault('id', 'There is one with this id already.'));
  return sendRefusal(reply, refusal);
}

/** `status`: of what was kept. */
export function sendKept<K extends ResourceKind>(
  reply: FastifyReply,
  status: 200 | 201,
  outcome: ResourceKept<K> | Refusal,
  wire: (resource: Resource<K>) => object,
): FastifyReply {
  if (outcome.kind === 'refused') return sendUnkept(reply, outcome);
  return reply.code(status).send(wire(outcome.resource));
}
