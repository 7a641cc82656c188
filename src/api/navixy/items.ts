/** Many tasks in one request: each is read, and answered, by itself. */
import { setImmediate } from 'node:timers/promises';
import type { Refusal } from '../../model/refusal.ts';
import type { TaskText } from '../../model/task.ts';
import type { UuidOf } from '../../operations/bulk.ts';
import type { Operations } from '../../operations/operations.ts';
import type { TaskAccepted, TaskDraft } from '../../operations/tasks.ts';
import type { Calendar } from './calendar.ts';
import { type ErrorCode, type Fault, failureBody, invalid } from './errors.ts';
import { type Given, jsonOrText, type Read, type Reader, readParameters, required } from './parameters.ts';
import { referenceFaults } from './references.ts';
import { refusalFailure } from './refusals.ts';
import { type newTaskReader, termsOf, textOf } from './write.ts';

export type Item<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

export type NewTask = Read<{ task: ReturnType<typeof newTaskReader> }>['task'];

/** Of what is only looked at: nothing speaks against it. */
export type Outcome = TaskAccepted | Refusal | { readonly kind: 'sound' };

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

type Referred = Pick<Operations, 'unknownTags' | 'fieldFaults'>;

/** Items that are looked at before the loop turns. */
const ITEMS_AT_ONCE = 20;

/** What tasks refer to has to be there. */
export async function withReferences(
  items: readonly Item<NewTask>[],
  operations: Referred,
): Promise<readonly Item<NewTask>[]> {
  const checked: Item<NewTask>[] = [];
  for (const one of items) {
    if (checked.length % ITEMS_AT_ONCE === 0) await setImmediate();
    checked.push(withReference(one, operations));
  }
  return checked;
}

function withReference(one: Item<NewTask>, operations: Referred): Item<NewTask> {
  if (one.kind === 'faulty') return one;
  const faults = referenceFaults(operations, 'task', one.value, null);
  return faults.length === 0 ? one : { kind: 'faulty', faults };
}

export function draftOf(task: NewTask, origin: TaskText['origin'], form: TaskText['form'] = null): TaskDraft {
  return {
    dialect: 'navixy',
    trackerId: task.tracker_id,
    text: { ...textOf(task), origin, form },
    terms: termsOf(task),
  };
}

/** What came of each, in the order given. */
interface Made {
  readonly list: readonly object[];
  readonly created: number;
  readonly failed: number;
}

/** Makes of the items what can be made; identities go by place. null = interrupted. */
export async function makeItems(
  items: readonly Item<NewTask>[],
  origin: TaskText['origin'],
  make: (drafts: readonly TaskDraft[], uuidOf: UuidOf) => Promise<readonly Outcome[]>,
  uuidOf: UuidOf,
): Promise<Made | null> {
  const sound = items.flatMap((one, place) => (one.kind === 'read' ? [{ place, task: one.value }] : []));
  const outcomes = await make(
    sound.map(({ task }) => draftOf(task, origin)),
    (index) => uuidOf(sound[index]!.place),
  );
  if (isInterrupted(outcomes)) return null;
  const outcomeAt = new Map(sound.map(({ place }, index) => [place, outcomes[index]!]));
  const list = items.map((one, place) =>
    one.kind === 'faulty' ? failureBody(invalid(one.faults)) : outcomeWire(outcomeAt.get(place)!),
  );
  const refused = outcomes.filter(({ kind }) => kind === 'refused').length;
  return {
    list,
    created: outcomes.filter(({ kind }) => kind === 'task').length,
    failed: items.length - outcomes.length + refused,
  };
}

function outcomeWire(outcome: Outcome): object {
  if (outcome.kind === 'refused') return refusedWire(outcome);
  return outcome.kind === 'task' ? { success: true, id: outcome.taskId } : { success: true };
}

/** What a call of its own would have answered; `unknownTracker` as in refusals.ts. */
export function refusedWire(refusal: Refusal, unknownTracker?: ErrorCode): object {
  return failureBody(refusalFailure(refusal, unknownTracker));
}

/** Storage failed before all were done: that is for the whole request to say, which may be sent again. */
export function isInterrupted(outcomes: readonly Outcome[]): boolean {
  return outcomes.some((outcome) => outcome.kind === 'refused' && outcome.code === 'storage_unavailable');
}
