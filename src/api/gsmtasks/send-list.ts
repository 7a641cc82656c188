/** Lists as bare JSON arrays, worded a few items at a time: the loop turns in between, for they may be long. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { type JsonItems, jsonItems } from '../long-json.ts';

/** Some milliseconds' worth: an event has its whole task in it. */
const ITEMS_PER_TURN = 25;

export function wordedItems<T>(items: readonly T[], wire: (item: T) => object): Promise<JsonItems> {
  return jsonItems(turning(items), wire);
}

export async function sendList<T>(
  reply: FastifyReply,
  items: readonly T[],
  wire: (item: T) => object,
): Promise<FastifyReply> {
  const pieces = [Buffer.from('['), ...(await wordedItems(items, wire)), Buffer.from(']')];
  reply.type('application/json; charset=utf-8');
  reply.header(
    'content-length',
    pieces.reduce((sum, { length }) => sum + length, 0),
  );
  return reply.send(Readable.from(pieces));
}

async function* turning<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const [i, item] of items.entries()) {
    if (i > 0 && i % ITEMS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    yield item;
  }
}
