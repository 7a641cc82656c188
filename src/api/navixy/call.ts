import type { Caller, Right } from '../../operations/access.ts';
import type { UuidOf } from '../../operations/bulk.ts';
import type { Answer, Desk } from './answer.ts';
import { type Fault, invalid } from './errors.ts';
import { answerOnce } from './idempotency.ts';
import { bool, type Fields, type Given, otherwise, type Read, readParameters } from './parameters.ts';
import { type Pen, penOf } from './pen.ts';
import type { Shape } from './shapes.ts';

/** What comes with a request besides its parameters. */
interface Arrival {
  /** Dates are asked for in ISO 8601 by the header. */
  readonly isIso: boolean;
  /** null where the call is open. */
  readonly caller: Caller | null;
  /** Where the request was sent to, as others can reach it. */
  readonly baseUrl: string;
  /** The header `Idempotency-Key`; null = none. */
  readonly idempotencyKey: string | null;
}

/** What every call says of itself; the API's document is made from it. */
export interface CallForm<F extends Fields> {
  /** Resource and action, without the leading slash. */
  readonly path: string;
  /** null = it is the way to a key, and open. Of our wide rights Navixy's own is asked for (rights.ts). */
  readonly scope: Right | null;
  /** One line for the API's document. */
  readonly summary: string;
  /** May depend on the desk, for rules that need the clock. */
  readonly takes: F | ((desk: Pick<Desk, 'rule'>) => F);
  /** Members beside `"success": true`; a file = the call answers with one. */
  readonly gives: Shape | 'file';
  /** Makes something, and with the header `Idempotency-Key` nothing twice. */
  readonly makes?: true;
}

export interface Call extends CallForm<Fields> {
  answer(given: Given, arrival: Arrival, desk: Desk): Promise<Answer>;
}

/** What every call takes besides its own. */
export const COMMON = { iso_datetime: otherwise(bool, false) };

type Answering<F extends Fields> = (
  parameters: Read<F>,
  desk: Desk,
  pen: Pen,
  caller: Caller | null,
  /** Identities for what a call that `makes` something makes. */
  uuidOf: UuidOf,
) => Answer | Promise<Answer>;

const ANY_IDENTITY: UuidOf = () => undefined;

export function call<F extends Fields>(form: CallForm<F>, answer: Answering<F>): Call {
  const { takes } = form;
  return {
    ...form,
    async answer(given, { isIso, caller, baseUrl, idempotencyKey }, desk) {
      const common = readParameters(COMMON, given, desk.calendar);
      const own = readParameters(typeof takes === 'function' ? takes(desk) : takes, given, desk.calendar);
      if (own.kind === 'faulty' || common.kind === 'faulty') return invalid([...faultsOf(own), ...faultsOf(common)]);
      const hasTemplate = (templateId: number) => desk.operations.readFormTemplate(templateId) !== null;
      const pen = penOf(desk.calendar, { isIso: isIso || common.value.iso_datetime, baseUrl, hasTemplate });
      const act = async (uuidOf: UuidOf) => answer(own.value, desk, pen, caller, uuidOf);
      if (form.makes === undefined || idempotencyKey === null || caller === null) return act(ANY_IDENTITY);
      return answerOnce({ call: form.path, parameters: own.value, key: idempotencyKey, caller }, desk, act);
    },
  };
}

function faultsOf(reading: ReturnType<typeof readParameters>): readonly Fault[] {
  return reading.kind === 'faulty' ? reading.faults : [];
}
