/** One page of a list that goes forwards only, and the link to the next one. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { QueryPlace } from '../../model/task-query.ts';
import { baseUrl } from '../rest/base-url.ts';
import { encodeCursor, linkHeader, type Ordering, readPage } from '../rest/cursor.ts';
import type { Faults } from '../rest/faults.ts';
import type { GsmtasksDesk } from './desk.ts';
import type { Query } from './filters.ts';

export interface PageWish {
  readonly limit: number;
  /** Where the page before ended; null = this is the first. */
  readonly after: QueryPlace | null;
}

export function queryOf(request: FastifyRequest): Query {
  return request.query as Query;
}

/** `most`: items of a page that cost more than others. */
export function wishedPage(query: Query, order: Ordering, most?: number): PageWish | { readonly faults: Faults } {
  const read = readPage(query, order);
  if ('faults' in read) return read;
  const { from = null, limit } = read.value;
  return { after: from, limit: Math.min(limit, most ?? limit) };
}

/** `next`: where the next page begins; null = this is the last. */
export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { publicUrl }: Pick<GsmtasksDesk, 'publicUrl'>,
  page: object,
  next: QueryPlace | null,
  order: Ordering,
): FastifyReply {
  const cursor = next && encodeCursor({ place: next, isBackwards: false }, order);
  const link = linkHeader(request, baseUrl(request, publicUrl), { next: cursor, previous: null });
  if (link !== null) reply.header('link', link);
  return reply.send(page);
}

/** Of lists in the order of a number that each item has. */
export const BY_RANK: Ordering = [];

export function rankPlace(rank: number | null): QueryPlace | null {
  return rank === null ? null : { values: [], id: rank };
}
