/** Many of one kind in one request: each is read, and answered, by itself. */
import type { Refusal } from '../../model/refusal.ts';
import type { Outcomes } from '../../operations/bulk.ts';
import type { TaskAccepted } from '../../operations/tasks.ts';
import type { Calendar } from './calendar.ts';
import { type ErrorCode, type Fault, failureBody, invalid } from './errors.ts';
import { type Given, jsonOrText, type Reader, readParameters, required } from './parameters.ts';
import { refusalFailure } from './refusals.ts';

export type Item<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** Paths of faults begin with `name`. */
export function readItem<T>(reader: Reader<T>, value: unknown, name: string, calendar: Calendar): Item<T> {
  const given: Given = { find: () => ({ kind: 'json', value }) };
  const reading = readParameters({ [name]: required(reader) }, given, calendar);
  return reading.kind === 'faulty' ? reading : { kind: 'read', value: reading.value[name] as T };
}

/** Takes anything: what the reader would refuse is an item with faults. */
export function item<T>(reader: Reader<T>, name: string): Reader<Item<T>> {
  return {
    schema: { anyOf: [reader.schema, {}] },
    fromText: jsonOrText,
    read: (value, site) => readItem(reader, value, name, site.calendar),
  };
}

/** What a call of its own would have answered. */
export function faultyWire(faults: readonly Fault[]): object {
  return failureBody(invalid(faults));
}

/** The same of what was done; `unknownTracker` as in refusals.ts. */
export function outcomeWire(outcome: TaskAccepted | Refusal, unknownTracker?: ErrorCode): object {
  return outcome.kind === 'refused' ? failureBody(refusalFailure(outcome, unknownTracker)) : { success: true };
}

/** Storage failed before all were done: that is for the whole request to say, which may be sent again. */
export function isInterrupted(outcomes: Outcomes): boolean {
  return outcomes.some((outcome) => outcome.kind === 'refused' && outcome.code === 'storage_unavailable');
}
