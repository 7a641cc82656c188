/**
 * Metafields of a task: what clients put there, kept as it is, and under names of their own what GSMtasks has no field
 * for (common model, section 2). Those are shown from where they are, and written there by their own rules.
 */
import { navixyStatus } from '../../model/projections.ts';
import type { Task } from '../../model/task.ts';
import type { FieldValue } from '../../operations/custom-fields.ts';
import type { Faults } from '../rest/faults.ts';
import { decimal, type FieldReader, integer, list, nullable, type Sent, text, unfit } from '../rest/fields.ts';
import { instant, instantText } from '../rest/wire.ts';
import { isUntitled, TITLE_CHARACTERS_MAX } from './title.ts';

type Values = Readonly<Record<string, unknown>>;

const KEY = /^[a-z0-9_]{1,20}:[a-z0-9_]{1,20}$/;
/** A field that the owner has given to Navixy's tasks, by its id. */
const CUSTOM_KEY = /^navixy:f([1-9]\d{0,15})$/;
export const METAFIELDS_MAX = 100;
const VALUE_CHARACTERS_MAX = 20_000;
const MINUTE_MS = 60_000;

const minutes = integer(0, 512_000);

const title: FieldReader<string> = {
  schema: text(TITLE_CHARACTERS_MAX).schema,
  read(value) {
    const isBlank = typeof value === 'string' && value.trim() === '';
    const isLine = typeof value === 'string' && !/\p{Cc}|\p{Co}|[\u2028\u2029]/u.test(value);
    return isBlank || !isLine ? unfit(value, 'a text of one line') : text(TITLE_CHARACTERS_MAX).read(value);
  },
};

/** null = as if nobody had said it. */
const OWN = {
  'navixy:label': nullable(title),
  'navixy:radius': nullable(decimal(1, 300_000)),
  'navixy:max_delay': nullable(minutes),
  'navixy:min_stay': nullable(minutes),
  'navixy:min_arrival': nullable(minutes),
  'navixy:tags': nullable(list(integer(1, 2 ** 31 - 1), 100)),
  'track:commited_eta': nullable(instant),
};

/** Where it is not known how large a place is. */
export const RADIUS_KEY = 'navixy:radius';
const READ_ONLY: ReadonlySet<string> = new Set(['navixy:stay', 'navixy:verdict']);

type CustomValue = FieldValue['value'];

export interface SentMetafields {
  /** To be kept as they are. */
  readonly kept: Values;
  readonly own: Sent<typeof OWN>;
  /** By the ids of the fields. */
  readonly custom: Readonly<Record<string, CustomValue>>;
}

export const metafieldsReader: FieldReader<SentMetafields> = {
  schema: { type: 'object', description: 'values by namespace:key', maxProperties: METAFIELDS_MAX },
  read(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return unfit(value, 'an object');
    const entries = Object.entries(value);
    if (entries.length > METAFIELDS_MAX * 2) {
      return { faults: [`Expected at most ${METAFIELDS_MAX} metafields, received ${entries.length}.`] };
    }
    const sent = { kept: {}, own: {}, custom: {} } as Record<keyof SentMetafields, Record<string, unknown>>;
    const faults: Record<string, Faults | readonly string[]> = {};
    for (const [key, each] of entries) {
      if (!KEY.test(key)) return { faults: unfit(key, 'keys such as namespace:key, in small letters').faults };
      if (READ_ONLY.has(key)) continue;
      const [part, name, reader] = slotOf(key);
      const reading = reader.read(each);
      if ('faults' in reading) faults[key] = reading.faults;
      else sent[part][name] = reading.value;
    }
    return Object.keys(faults).length > 0 ? { faults } : { value: sent as unknown as SentMetafields };
  },
};

function slotOf(key: string): readonly [keyof SentMetafields, string, FieldReader<unknown>] {
  if (Object.hasOwn(OWN, key)) return ['own', key, OWN[key as keyof typeof OWN]];
  const id = CUSTOM_KEY.exec(key)?.[1];
  return id === undefined ? ['kept', key, anything] : ['custom', id, customValue];
}

const anything: FieldReader<unknown> = {
  schema: {},
  read(value) {
    const length = JSON.stringify(value).length;
    if (length <= VALUE_CHARACTERS_MAX) return { value };
    return { faults: [`Expected at most ${VALUE_CHARACTERS_MAX} characters of JSON, received ${length}.`] };
  },
};

const customText = text(VALUE_CHARACTERS_MAX);

const customValue: FieldReader<CustomValue> = {
  schema: { type: ['string', 'number', 'null'] },
  read(value) {
    if (value === null) return { value };
    return typeof value === 'number' && Number.isFinite(value) ? { value } : customText.read(value);
  },
};

/** The owner's fields of a task, by their ids. */
export function customFieldsOf({ text: { extra } }: Pick<Task, 'text'>): Readonly<Record<string, FieldValue>> {
  return (extra['fields'] ?? {}) as Readonly<Record<string, FieldValue>>;
}

/** What is kept, and what there is to say beyond it: nothing is said of what is as it is anyway. */
export function metafieldsWire(task: Task): Values {
  return { ...task.text.details?.metafields, ...ownWire(task), ...customWire(task) };
}

function ownWire(task: Task): Values {
  const { text: said, terms, facts } = task;
  const { promisedMs } = said.details ?? {};
  const verdict = verdictOf(task);
  return {
    ...(!isUntitled(task) && { 'navixy:label': said.label }),
    ...(terms.zone !== null && { [RADIUS_KEY]: terms.zone.radiusM }),
    ...(terms.maxDelayMs > 0 && { 'navixy:max_delay': terms.maxDelayMs / MINUTE_MS }),
    ...(terms.minStayMs > 0 && { 'navixy:min_stay': terms.minStayMs / MINUTE_MS }),
    ...(terms.minArrivalMs > 0 && { 'navixy:min_arrival': terms.minArrivalMs / MINUTE_MS }),
    ...(said.tags.length > 0 && { 'navixy:tags': said.tags }),
    // Seconds, floored once.
    ...(facts.arrivalMs !== null && { 'navixy:stay': Math.floor(facts.stayMs / 1000) }),
    ...(verdict !== null && { 'navixy:verdict': verdict }),
    ...(promisedMs !== undefined && { 'track:commited_eta': instantText(promisedMs) }),
  };
}

function customWire(task: Task): Values {
  const entries = Object.entries(customFieldsOf(task)).map(([id, { value }]) => [`navixy:f${id}`, value] as const);
  return Object.fromEntries(entries.filter(([key, value]) => CUSTOM_KEY.test(key) && value !== null));
}

/** How well it was done, which GSMtasks has no word for. */
function verdictOf({ facts, tenure }: Task): string | null {
  const status = navixyStatus({
    ...facts,
    hasTracker: tenure.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    hasIssues: facts.issues.length > 0,
  });
  return status === 'done' || status === 'delayed' || status === 'faulty' ? status : null;
}
