/**
 * Lists in pages: `cursor` says where a page begins, `page_size` how long it is, and the header `Link` where the next and
 * the previous one are. A cursor is opaque: the place that a page ended at, the direction, and which order it is of.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { QueryPlace } from '../../model/task-query.ts';
import type { Faults } from './faults.ts';
import { unfit } from './fields.ts';

export interface Cursor {
  readonly place: QueryPlace;
  readonly isBackwards: boolean;
}

/** A cursor is of use in the order that it was made in only. None of a list of ids alone. */
export type Ordering = readonly { readonly field: string; readonly isDescending: boolean }[];

const PAGE_SIZE = 100;
const PAGE_SIZE_MAX = 1000;
/** A place may hold texts that are a thousand characters long. */
const CURSOR_CHARACTERS_MAX = 8192;

export function encodeCursor({ place, isBackwards }: Cursor, order: Ordering): string {
  const said = [digestOf(order), Number(isBackwards), place.id, ...place.values];
  return Buffer.from(JSON.stringify(said)).toString('base64url');
}

/** null = it is none, or of another order. */
export function decodeCursor(text: unknown, order: Ordering): Cursor | null {
  if (typeof text !== 'string' || text.length > CURSOR_CHARACTERS_MAX) return null;
  const said = parsed(Buffer.from(text, 'base64url').toString());
  if (!Array.isArray(said) || said.length !== order.length + 3) return null;
  const [digest, direction, id, ...values] = said as readonly unknown[];
  if (digest !== digestOf(order) || (direction !== 0 && direction !== 1)) return null;
  if (!Number.isSafeInteger(id) || !values.every(isPlaceValue)) return null;
  return { place: { id: id as number, values }, isBackwards: direction === 1 };
}

function digestOf(order: Ordering): string {
  const named = order.map(({ field, isDescending }) => [field, isDescending]);
  return createHash('sha256').update(JSON.stringify(named)).digest('base64url').slice(0, 8);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isPlaceValue(value: unknown): value is string | number | null {
  return value === null || typeof value === 'string' || Number.isFinite(value);
}

export interface AskedPage {
  readonly from?: QueryPlace;
  readonly isBackwards: boolean;
  readonly limit: number;
}

/** What a query says of the page: nothing, or nothing in a parameter, is the first one, as long as usual. */
export function readPage(
  { cursor, page_size }: Readonly<Record<string, unknown>>,
  order: Ordering,
): { readonly value: AskedPage } | { readonly faults: Faults } {
  const limit = pageSize(last(page_size));
  if (limit === null) return { faults: { page_size: unfit(last(page_size), 'a whole number from 1').faults } };
  const text = last(cursor);
  if (text === undefined || text === '') return { value: { isBackwards: false, limit } };
  const decoded = decodeCursor(text, order);
  if (decoded === null) {
    return { faults: { cursor: unfit(text, 'a cursor that a page of this list in this order has told').faults } };
  }
  return { value: { from: decoded.place, isBackwards: decoded.isBackwards, limit } };
}

/** Of a parameter that is there twice the last one counts. */
function last(value: unknown): unknown {
  return Array.isArray(value) ? value.at(-1) : value;
}

function pageSize(text: unknown): number | null {
  if (text === undefined || text === '') return PAGE_SIZE;
  if (typeof text !== 'string' || !/^\d{1,9}$/.test(text) || Number(text) === 0) return null;
  return Math.min(Number(text), PAGE_SIZE_MAX);
}

/** What a page was found to be. */
export interface FoundEnds {
  /** There are others in the direction that was asked for. */
  readonly isMore: boolean;
  /** null = nothing was found. */
  readonly ends: { readonly first: QueryPlace; readonly last: QueryPlace } | null;
}

/** Cursors of the pages around one; null = there is none. */
export interface Neighbours {
  readonly next: string | null;
  readonly previous: string | null;
}

export function neighbours(asked: AskedPage, { isMore, ends }: FoundEnds, order: Ordering): Neighbours {
  if (ends === null) return { next: null, previous: null };
  // Where a page was come to from is still there, as far as one knows.
  const hasNext = asked.isBackwards || isMore;
  const hasPrevious = asked.isBackwards ? isMore : asked.from !== undefined;
  return {
    next: hasNext ? encodeCursor({ place: ends.last, isBackwards: false }, order) : null,
    previous: hasPrevious ? encodeCursor({ place: ends.first, isBackwards: true }, order) : null,
  };
}

/** The header `Link` of a page under the address `base`, all other parameters as they came; null = it is the only page. */
export function linkHeader(
  request: Pick<FastifyRequest, 'url'>,
  base: string,
  { next, previous }: Neighbours,
): string | null {
  const links = [next === null ? [] : [[next, 'next']], previous === null ? [] : [[previous, 'prev']]].flat();
  if (links.length === 0) return null;
  const [path = '', query = ''] = splitAt(request.url);
  return links
    .map(([cursor = '', relation]) => {
      const parameters = new URLSearchParams(query);
      parameters.set('cursor', cursor);
      return `<${base}${path}?${parameters}>; rel="${relation}"`;
    })
    .join(', ');
}

/** Path and query. A proxy may have asked for a whole address. */
function splitAt(url: string): readonly [string, string] {
  const [, path = '/', query = ''] = /^(?:https?:\/\/[^/?]*)?([^?]*)\??(.*)$/is.exec(url) ?? [];
  return [path.replace(/[^!#-;=?-[\]_a-z~]/gu, encodeURIComponent), query];
}
