/**
 * A task as GSMtasks' clients write it. What is sent is laid over what is known, so that nothing is lost that only another
 * dialect can say; a new task is written over a blank one.
 */
import type { TaskDetails } from '../../model/details.ts';
import type { Address, Resource } from '../../model/resources.ts';
import type { Task, TaskTerms, TaskText, Zone } from '../../model/task.ts';
import type { Tracker } from '../../model/tracker.ts';
import { windowOf } from '../../model/window.ts';
import type { FieldValue } from '../../operations/custom-fields.ts';
import type { TaskDraft } from '../../operations/tasks.ts';
import { type Faults, fault } from '../rest/faults.ts';
import { decimal, type FieldReader, flag, integer, list, nullable, type Sent, text, unfit } from '../rest/fields.ts';
import { duration, instant, parseInstant, reference, uuid } from '../rest/wire.ts';
import { addressOfTask, addressReader, mergedAddress } from './address.ts';
import { assigneeReader } from './assignee.ts';
import { categoryOf, categoryReader, kindOf } from './categories.ts';
import { contactReader, NO_CONTACT } from './contact.ts';
import { METAFIELDS_MAX, metafieldsReader, RADIUS_KEY, type SentMetafields } from './metafields.ts';
import { setEnds } from './task-read.ts';
import { isUntitled, titleOf } from './title.ts';

const INT32_MAX = 2 ** 31 - 1;
/** Seconds since 1970, up to the end of 9999. */
const POSITION_MAX = 253_402_300_799;
const JSON_CHARACTERS_MAX = 20_000;

const seconds = decimal(0, POSITION_MAX);

/** A number, or an instant as the first version had it: its seconds since 1970. */
const position: FieldReader<number> = {
  schema: { anyOf: [seconds.schema, instant.schema] },
  read(value) {
    const ms = typeof value === 'string' ? parseInstant(value) : null;
    return ms === null ? seconds.read(value) : seconds.read(ms / 1000);
  },
};

const jsonObject: FieldReader<Readonly<Record<string, unknown>>> = {
  schema: { type: 'object' },
  read(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return unfit(value, 'an object');
    const { length } = JSON.stringify(value);
    if (length <= JSON_CHARACTERS_MAX) return { value: value as Readonly<Record<string, unknown>> };
    return { faults: [`Expected at most ${JSON_CHARACTERS_MAX} characters of JSON, received ${length}.`] };
  },
};

const uris = list(text(2048), 100);

/** All that may be written; `id` only of a new task. What is only shown is not among them, and ignored. */
export const TASK_FIELDS = {
  id: nullable(uuid),
  account: reference('accounts'),
  external_id: nullable(text(100)),
  reference: text(100),
  barcodes: list(text(128), 100),
  category: categoryReader,
  assignee: nullable(assigneeReader),
  auto_assign: flag,
  order: nullable(reference('orders')),
  route: nullable(reference('routes')),
  contact: contactReader,
  address: addressReader,
  contact_address: nullable(reference('contact_addresses')),
  contact_address_external_id: nullable(text(100)),
  description: text(20_000),
  complete_after: nullable(instant),
  complete_before: nullable(instant),
  scheduled_time: nullable(instant),
  position: nullable(position),
  priority: integer(-INT32_MAX - 1, INT32_MAX),
  duration: nullable(duration),
  size: nullable(list(integer(-INT32_MAX - 1, INT32_MAX), 100)),
  form_default_values: nullable(jsonObject),
  documents: uris,
  signatures: uris,
  signers: list(contactReader, 100),
  metafields: metafieldsReader,
};

export type SentTask = Sent<typeof TASK_FIELDS>;

/** What a body refers to (references.ts); absent = it does not. */
export interface Found {
  readonly tracker?: Tracker | null;
  readonly contactAddress?: Resource<'contact_address'> | null;
  readonly custom?: Readonly<Record<string, FieldValue>>;
  /** Somebody looks up where addresses are. */
  readonly isLookedUp?: true;
}

export type Written = Pick<Task, 'text' | 'terms'>;
type Base = Written & Pick<Task, 'dialect' | 'createdMs'>;
type Writing<T> = { readonly value: T } | { readonly faults: Faults };

/** Where a dialect has no size of places. */
const RADIUS_M = 150;
const MINUTE_MS = 60_000;

/** `createdBy`: a user, by its UUID. */
export function newTaskOf(sent: SentTask, found: Found, nowMs: number, createdBy: string): Writing<TaskDraft> {
  const writing = written(blankTask(nowMs), sent, found, nowMs, true);
  if ('faults' in writing) return writing;
  const { text: said, terms } = writing.value;
  const details = { ...said.details, createdBy };
  const trackerId = found.tracker?.id ?? null;
  return { value: { dialect: 'gsmtasks', trackerId, text: { ...said, details }, terms } };
}

/** `isWhole`: of objects that are sent, members that are not are emptied. Other fields stay as they are. */
export function editOf(sent: SentTask, task: Task, found: Found, nowMs: number, isWhole = false): Writing<Written> {
  return written(task, sent, found, nowMs, isWhole);
}

function blankTask(nowMs: number): Base {
  const said: TaskText = {
    ...{ label: '', description: '', externalId: null, address: '', tags: [], origin: 'manual', extra: {}, form: null },
  };
  const terms: TaskTerms = {
    ...{ zone: null, ...windowOf({ fromMs: null, toMs: null, createdMs: nowMs, promisedMs: null }) },
    ...{ maxDelayMs: 0, minStayMs: 0, minArrivalMs: 0, isFormRequired: false, isFormInZone: false },
  };
  return { dialect: 'gsmtasks', createdMs: nowMs, text: { ...said, label: titleOf(said) }, terms };
}

function written(before: Base, sent: SentTask, found: Found, nowMs: number, isWhole: boolean): Writing<Written> {
  const address = writtenAddress(before, sent, found, nowMs, isWhole);
  const details = writtenDetails(before, sent, found, address, isWhole);
  const kept = Object.keys(details.metafields ?? {}).length;
  if (kept > METAFIELDS_MAX) {
    return { faults: fault('metafields', `Expected at most ${METAFIELDS_MAX} metafields, there would be ${kept}.`) };
  }
  const window = writtenWindow(before, sent, details);
  if (window.fromMs > window.toMs) {
    return { faults: fault('complete_before', 'Expected an instant that is not before complete_after.') };
  }
  const said = writtenText(before, sent, found, address, details);
  return { value: { text: said, terms: writtenTerms(before, sent, address, window) } };
}

/** A link to a contact address brings its address along, where the body has none. */
function writtenAddress(before: Base, sent: SentTask, found: Found, nowMs: number, isWhole: boolean): Address {
  const base = addressOfTask(before);
  const failedMs = found.isLookedUp ? null : nowMs;
  if (sent.address !== undefined) return mergedAddress(base, sent.address, failedMs, isWhole);
  return found.contactAddress?.body.address ?? base;
}

function writtenText(before: Base, sent: SentTask, found: Found, address: Address, details: TaskDetails): TaskText {
  const own = sent.metafields?.own ?? {};
  const { text: was } = before;
  const next: TaskText = {
    ...was,
    description: sent.description ?? was.description,
    externalId: sent.external_id === undefined ? was.externalId : sent.external_id || null,
    address: address.text,
    tags: own['navixy:tags'] === undefined ? was.tags : (own['navixy:tags'] ?? []),
    extra: found.custom === undefined ? was.extra : { ...was.extra, fields: found.custom },
    ...((was.details !== undefined || Object.keys(details).length > 0) && { details }),
  };
  return { ...next, label: writtenLabel(before, next, own['navixy:label']) };
}

/** A name that nobody has given follows what it was made of. */
function writtenLabel(before: Base, next: TaskText, wish: string | null | undefined): string {
  const isGiven = typeof wish === 'string' && wish !== before.text.label;
  if (isGiven) return wish;
  return wish === null || isUntitled(before) ? titleOf(next) : before.text.label;
}

function writtenDetails(before: Base, sent: SentTask, found: Found, address: Address, isWhole: boolean): TaskDetails {
  const { details = {} } = before.text;
  const linked = found.contactAddress;
  const next = {
    ...(sent.category !== undefined && sent.category !== categoryOf(details) && kindOf(sent.category, details)),
    reference: unless('', sent.reference),
    barcodes: unless([], sent.barcodes),
    priority: unless(0, sent.priority),
    contact: unless(NO_CONTACT, writtenContact(details, sent, found, isWhole)),
    signers: unless(
      [],
      sent.signers?.map((signer) => ({ ...NO_CONTACT, ...signer })),
    ),
    parts: address.parts,
    geocoding: address.geocoding,
    serviceMs: sent.duration,
    size: sent.size,
    plannedMs: sent.scheduled_time,
    promisedMs: sent.metafields?.own['track:commited_eta'],
    orderUuid: sent.order,
    runUuid: sent.route,
    contactAddressUuid: linked === null ? null : linked?.uuid,
    contactAddressName: linked === null ? null : linked?.externalId,
    isAutoAssigned: unless(false, sent.auto_assign),
    formDefaults: sent.form_default_values,
    documents: unless([], sent.documents),
    signatures: unless([], sent.signatures),
    metafields: writtenMetafields(before, sent, address, isWhole),
  };
  return laidOver(details, next);
}

/** What is as if nobody had said it has not been said: a task that is put back as it was shown has not changed. */
function unless<T>(nothing: T, sent: T | undefined): T | null | undefined {
  return JSON.stringify(sent) === JSON.stringify(nothing) ? null : sent;
}

/** undefined = as it is. */
function writtenContact(
  details: TaskDetails,
  { contact }: SentTask,
  { contactAddress }: Found,
  isWhole: boolean,
): TaskDetails['contact'] {
  if (contact === undefined) return contactAddress?.body.contact;
  return { ...NO_CONTACT, ...(!isWhole && details.contact), ...contact };
}

/** How large a place is to be is kept among them until there is one. null = there are none. */
function writtenMetafields(
  before: Base,
  { metafields: sent }: SentTask,
  { point: place }: Address,
  isWhole: boolean,
): TaskDetails['metafields'] | null {
  const isReplaced = isWhole && sent !== undefined;
  const { [RADIUS_KEY]: _, ...kept } = isReplaced ? {} : (before.text.details?.metafields ?? {});
  const radiusM = radiusOf(before, sent);
  const isWaiting = place === null && radiusM !== RADIUS_M;
  const next = { ...kept, ...sent?.kept, ...(isWaiting && { [RADIUS_KEY]: radiusM }) };
  return Object.keys(next).length === 0 ? null : next;
}

type Laid<T> = { readonly [Member in keyof T]?: T[Member] | null | undefined };

/** undefined = as it is, null = never said. */
function laidOver(details: TaskDetails, next: Laid<TaskDetails>): TaskDetails {
  const members = Object.entries({ ...details, ...definedOnly(next) });
  return Object.fromEntries(members.filter(([, value]) => value !== null)) as TaskDetails;
}

function definedOnly(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** As it is, unless one of its ends, or what an open one hangs on, is another. */
function writtenWindow(before: Base, sent: SentTask, details: TaskDetails): ReturnType<typeof windowOf> {
  const { fromMs, toMs, openEnds } = before.terms;
  const was = setEnds(before.terms);
  const wish = {
    fromMs: sent.complete_after === undefined ? was.fromMs : sent.complete_after,
    toMs: sent.complete_before === undefined ? was.toMs : sent.complete_before,
    createdMs: before.createdMs,
    promisedMs: details.promisedMs ?? null,
  };
  const isPromised = wish.toMs === null && wish.promisedMs !== (before.text.details?.promisedMs ?? null);
  const isSame = wish.fromMs === was.fromMs && wish.toMs === was.toMs && !isPromised;
  return isSame ? { fromMs, toMs, ...(openEnds && { openEnds }) } : windowOf(wish);
}

function writtenTerms(before: Base, sent: SentTask, address: Address, window: ReturnType<typeof windowOf>): TaskTerms {
  const { openEnds: _, position: place, ...terms } = before.terms;
  const own = sent.metafields?.own ?? {};
  const nextPlace = sent.position === undefined ? place : sent.position;
  return {
    ...terms,
    ...window,
    zone: zoneAt(address.point, radiusOf(before, sent.metafields), before.terms.zone),
    maxDelayMs: minutesMs(own['navixy:max_delay'], terms.maxDelayMs),
    minStayMs: minutesMs(own['navixy:min_stay'], terms.minStayMs),
    minArrivalMs: minutesMs(own['navixy:min_arrival'], terms.minArrivalMs),
    ...(typeof nextPlace === 'number' && { position: nextPlace }),
  };
}

function radiusOf({ text: { details }, terms: { zone } }: Base, sent: SentMetafields | undefined): number {
  const wish = sent?.own[RADIUS_KEY];
  if (wish !== undefined) return wish ?? RADIUS_M;
  const waiting = details?.metafields?.[RADIUS_KEY];
  return zone?.radiusM ?? (typeof waiting === 'number' ? waiting : RADIUS_M);
}

/** What stays where it is keeps its shape. */
function zoneAt(place: Address['point'], radiusM: number, before: Zone | null): Zone | null {
  if (place === null) return null;
  const isThere = before?.latDeg === place.latDeg && before.lonDeg === place.lonDeg;
  return isThere && before.radiusM === radiusM ? before : { ...place, radiusM };
}

function minutesMs(minutes: number | null | undefined, beforeMs: number): number {
  return minutes === undefined ? beforeMs : (minutes ?? 0) * MINUTE_MS;
}
