/** What a call answers with, and what answering takes. */
import type { Readable } from 'node:stream';
import type { Operations } from '../../operations/operations.ts';
import { type JsonItems, jsonItems } from '../long-json.ts';
import type { Calendar } from './calendar.ts';
import type { Failure } from './errors.ts';
import type { WindowRule } from './write.ts';

/** What answering takes. */
export interface Desk {
  readonly operations: Operations;
  readonly calendar: Calendar;
  readonly rule: WindowRule;
  /** The setting `public-url`; null = as the request was addressed. */
  readonly publicUrl: string | null;
}

export interface Success {
  readonly kind: 'success';
  /** What stands beside `"success": true`. */
  readonly members: object;
}

/** A success whose first member is `list`, which may be long. */
export interface Listing {
  readonly kind: 'listing';
  readonly list: JsonItems;
  readonly members: object;
}

/** Calls that end in `download` answer with a file's content instead of JSON. */
export interface Download {
  readonly kind: 'download';
  readonly contentType: string;
  readonly fileName: string;
  readonly content: Buffer | Readable;
}

export type Answer = Success | Listing | Download | Failure;

export function success(members: object = {}): Success {
  return { kind: 'success', members };
}

export async function listing<T>(
  items: AsyncIterable<T> | Iterable<T>,
  view: (item: T) => object | null,
  members: object = {},
): Promise<Listing> {
  return { kind: 'listing', list: await jsonItems(items, view), members };
}
