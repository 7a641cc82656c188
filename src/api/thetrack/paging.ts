/** TheTrack's lists: pages by number, in an envelope that says how many there are and where the neighbours are. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendDetail } from '../rest/faults.ts';

export interface PageWish {
  /** From 1. */
  readonly page: number;
  readonly size: number;
}

const SIZE_DEFAULT = 50;
const SIZE_MAX = 200;

/** null = there is no such page, whatever there is to list. */
export function pageWished({ query }: FastifyRequest): PageWish | null {
  const { page = '1', page_size: size = '' } = query as Readonly<Record<string, unknown>>;
  if (typeof page !== 'string' || !/^0*[1-9]\d{0,8}$/.test(page)) return null;
  const isSize = typeof size === 'string' && /^0*[1-9]\d*$/.test(size);
  return { page: Number(page), size: isSize ? Math.min(Number(size), SIZE_MAX) : SIZE_DEFAULT };
}

export function offsetOf({ page, size }: PageWish): number {
  return (page - 1) * size;
}

/** The first page is there even where there is nothing to list. */
export function isThere(wish: PageWish, count: number): boolean {
  return wish.page === 1 || offsetOf(wish) < count;
}

export function sendNoPage(reply: FastifyReply): FastifyReply {
  return sendDetail(reply, 404, 'Invalid page.');
}

export interface Envelope {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly unknown[];
}

/** `base`: where the gateway is reached from outside. */
export function envelope(
  request: FastifyRequest,
  base: string,
  wish: PageWish,
  count: number,
  results: readonly unknown[],
): Envelope {
  const url = request.raw.url ?? '';
  const path = url.replace(/\?.*$/s, '');
  const search = url.slice(path.length);
  const at = (page: number): string => {
    const parameters = new URLSearchParams(search);
    parameters.set('page', String(page));
    return `${base}${path}?${parameters}`;
  };
  const hasNext = wish.page * wish.size < count;
  return {
    count,
    next: hasNext ? at(wish.page + 1) : null,
    previous: wish.page > 1 ? at(wish.page - 1) : null,
    results,
  };
}
