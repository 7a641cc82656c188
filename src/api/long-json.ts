/** JSON answers with a long list in them, worded item by item so that the loop turns in between. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A JSON array without its brackets, in pieces. */
export type JsonItems = readonly Buffer[];

/** Characters collected before they become bytes. */
const PIECE_CHARACTERS = 65_536;

/** What the view gives null for is left out. All is worded before anything is sent: a failure can still be told. */
export async function jsonItems<T>(
  items: AsyncIterable<T> | Iterable<T>,
  view: (item: T) => object | null,
): Promise<JsonItems> {
  const pieces: Buffer[] = [];
  let text = '';
  let separator = '';
  for await (const item of items) {
    const value = view(item);
    if (value === null) continue;
    text += separator + JSON.stringify(value);
    separator = ',';
    if (text.length < PIECE_CHARACTERS) continue;
    pieces.push(Buffer.from(text));
    text = '';
  }
  if (text !== '') pieces.push(Buffer.from(text));
  return pieces;
}

/** Sends `{...before, [name]: [items], ...after}`. */
export function sendWithItems(
  reply: FastifyReply,
  before: object,
  [name, items]: readonly [string, JsonItems],
  after: object = {},
): FastifyReply {
  const head = JSON.stringify({ ...before, [name]: [] }).slice(0, -2);
  const tail = JSON.stringify({ '': [], ...after }).slice('{"":['.length);
  return sendPieces(reply, [Buffer.from(head), ...items, Buffer.from(tail)]);
}

/** Sends `{...before, [name]: [items], ..., ...after}` with several lists. `before` has members. */
export function sendWithLists(
  reply: FastifyReply,
  before: object,
  lists: readonly (readonly [string, JsonItems])[],
  after: object,
): FastifyReply {
  const pieces: Buffer[] = [Buffer.from(JSON.stringify(before).slice(0, -1))];
  for (const [name, items] of lists) pieces.push(Buffer.from(`,${JSON.stringify(name)}:[`), ...items, Buffer.from(']'));
  pieces.push(Buffer.from(JSON.stringify({ '': 0, ...after }).slice('{"":0'.length)));
  return sendPieces(reply, pieces);
}

/** Sends `[items]`. */
export function sendItems(reply: FastifyReply, items: JsonItems): FastifyReply {
  return sendPieces(reply, [Buffer.from('['), ...items, Buffer.from(']')]);
}

/** Between the first and the last piece are the items. */
function sendPieces(reply: FastifyReply, pieces: readonly Buffer[]): FastifyReply {
  reply.type('application/json; charset=utf-8');
  if (pieces.length <= 3) return reply.send(Buffer.concat(pieces));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return reply.header('content-length', length).send(Readable.from(pieces));
}
