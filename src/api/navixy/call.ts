/** One entry of the call table: path, right, parameters and what is answered. Reading and refusing are the same for all. */
import type { Scope } from '../../operations/access.ts';
import type { Operations } from '../../operations/operations.ts';
import { type JsonItems, jsonItems } from '../long-json.ts';
import type { Calendar } from './calendar.ts';
import { type Failure, invalid } from './errors.ts';
import { bool, type Fields, type Given, otherwise, type Read, readParameters } from './parameters.ts';
import { type Pen, penOf } from './read.ts';
import type { WindowRule } from './write.ts';

/** What answering takes. */
export interface Desk {
  readonly operations: Operations;
  readonly calendar: Calendar;
  readonly rule: WindowRule;
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

export type Answer = Success | Listing | Failure;

export interface Call {
  /** Resource and action, without the leading slash. */
  readonly path: string;
  /** null = it is the way to a key, and open. */
  readonly scope: Scope | null;
  answer(given: Given, isIsoHeader: boolean, desk: Desk): Promise<Answer>;
}

export function success(members: object = {}): Success {
  return { kind: 'success', members };
}

export async function listing<T>(
  items: AsyncIterable<T>,
  view: (item: T) => object | null,
  members: object = {},
): Promise<Listing> {
  return { kind: 'listing', list: await jsonItems(items, view), members };
}

const COMMON = { iso_datetime: otherwise(bool, false) };

/** `fields` may depend on the desk, for rules that need the clock. */
export function call<F extends Fields>(
  path: string,
  scope: Scope | null,
  fields: F | ((desk: Desk) => F),
  answer: (parameters: Read<F>, desk: Desk, pen: Pen) => Answer | Promise<Answer>,
): Call {
  return {
    path,
    scope,
    async answer(given, isIsoHeader, desk) {
      const table = typeof fields === 'function' ? fields(desk) : fields;
      const common = readParameters(COMMON, given, desk.calendar);
      const own = readParameters(table, given, desk.calendar);
      if (own.kind === 'faulty' || common.kind === 'faulty') return invalid([...faultsOf(own), ...faultsOf(common)]);
      return answer(own.value, desk, penOf(desk.calendar, isIsoHeader || common.value.iso_datetime));
    },
  };
}

function faultsOf(reading: ReturnType<typeof readParameters>): Failure['errors'] & object {
  return reading.kind === 'faulty' ? reading.faults : [];
}
