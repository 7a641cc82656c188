/** Pages of lists that go by a number which grows with every item, and that may end before they are full. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Gathered, PageSpan } from '../../operations/gathering.ts';
import { baseUrl } from '../rest/base-url.ts';
import { encodeCursor, linkHeader, readPage } from '../rest/cursor.ts';
import type { Faults } from '../rest/faults.ts';
import type { GsmtasksDesk } from './desk.ts';

export function pageAsked(
  query: unknown,
  { isDescending = false, sizeMax = Infinity }: { readonly isDescending?: boolean; readonly sizeMax?: number } = {},
): { readonly span: PageSpan } | { readonly faults: Faults } {
  const reading = readPage((query ?? {}) as Record<string, unknown>, []);
  if ('faults' in reading) return reading;
  const { from, isBackwards, limit } = reading.value;
  return { span: { place: from?.id ?? null, isBackwards, isDescending, limit: Math.min(limit, sizeMax) } };
}

/** Says in the `Link` header where to go on, and where to go back. */
export function setLinks<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  { publicUrl }: GsmtasksDesk,
  span: PageSpan,
  { items, end }: Gathered<Item>,
  numberOf: (item: Item) => number,
): void {
  const [first, last] = [items.at(0), items.at(-1)];
  // On a page that was walked backwards the walk ended at its beginning.
  const before = span.place === null ? null : first === undefined ? span.place : numberOf(first);
  const behind = last === undefined ? span.place : numberOf(last);
  const next = cursorOf(span.isBackwards ? behind : end, false);
  const previous = cursorOf(span.isBackwards ? end : before, true);
  const header = linkHeader(request, baseUrl(request, publicUrl), { next, previous });
  if (header !== null) reply.header('link', header);
}

function cursorOf(id: number | null, isBackwards: boolean): string | null {
  return id === null ? null : encodeCursor({ place: { id, values: [] }, isBackwards }, []);
}
