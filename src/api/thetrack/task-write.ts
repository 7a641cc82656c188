/** Bodies of TheTrack's calls about tasks, and what they make of a task. */
import type { TaskDetails, TaskKind } from '../../model/details.ts';
import type { NamedPlace } from '../../model/resources.ts';
import type { Task, TaskTerms, TaskText, Zone } from '../../model/task.ts';
import type { PlaceOperations } from '../../operations/places.ts';
import type { TaskDraft } from '../../operations/tasks.ts';
import { type Faults, fault, NO_FIELD } from '../rest/faults.ts';
import { list, nullable, oneOf, type Sent, text } from '../rest/fields.ts';
import { instant, uuid } from '../rest/wire.ts';
import { location } from './location.ts';
import { ACTIONS, type Action, actionOf } from './task-read.ts';

const LOOKUP_ID_CHARACTERS_MAX = 255;
const TASKS_MAX = 500;

export const lookupId = nullable(text(LOOKUP_ID_CHARACTERS_MAX));

/** `committed_eta`: the same with the spelling that people expect. */
export const TASK_FIELDS = {
  action: oneOf(ACTIONS),
  location: nullable(location),
  location_id: nullable(uuid),
  commited_eta: nullable(instant),
  committed_eta: nullable(instant),
  lookup_id: lookupId,
};

/** `driver_id` is ours: TheTrack assigns by a call of its own. */
export const NEW_TASK_FIELDS = { ...TASK_FIELDS, driver_id: nullable(uuid) };

export const ASSIGNMENT_FIELDS = { task_ids: list(uuid, TASKS_MAX) };
export const COMPLETION_FIELDS = { completion_location: nullable(location), completion_time: nullable(instant) };
/** Its document spells the time with an o. */
export const CANCELLATION_FIELDS = {
  cancellation_location: nullable(location),
  cancellation_time: nullable(instant),
  concellation_time: nullable(instant),
};

export type SentTask = Sent<typeof TASK_FIELDS>;

/** Where the task leads: null = nowhere; without `uuid` it is a new place. */
export interface Destination {
  readonly place: NamedPlace | null;
  readonly uuid: string | null;
}

/** undefined = nothing was said of it. */
export function destinationSent(
  { location: sent, location_id: sentUuid }: SentTask,
  places: Pick<PlaceOperations, 'readPlace'>,
): { readonly value: Destination | undefined } | { readonly faults: Faults } {
  if (sent && sentUuid) return { faults: fault(NO_FIELD, 'Expected location or location_id, received both.') };
  if (sentUuid) {
    const known = places.readPlace(sentUuid);
    if (known === null) return { faults: fault('location_id', `Invalid pk "${sentUuid}" - object does not exist.`) };
    return { value: { place: known.body, uuid: sentUuid } };
  }
  if (sent === undefined && sentUuid === undefined) return { value: undefined };
  return { value: { place: sent ?? null, uuid: null } };
}

const RADIUS_M = 150;
const DAY_MS = 86_400_000;

export interface Making {
  readonly trackerId: number | null;
  /** Its place in the queue of whoever is to do it. */
  readonly position: number | null;
  readonly createdBy: string;
  readonly nowMs: number;
}

/** Of a new place the UUID is known by now. */
export function newTask(sent: SentTask, { place, uuid: placeUuid }: Destination, making: Making): TaskDraft {
  const { trackerId, position, createdBy, nowMs } = making;
  const promisedMs = promiseSent(sent) ?? undefined;
  const { action = 'task', lookup_id: externalId } = sent;
  const details: TaskDetails = {
    ...kindSaid(action),
    ...placeSaid(place, placeUuid),
    ...(promisedMs !== undefined && { promisedMs }),
    createdBy,
  };
  return {
    dialect: 'thetrack',
    trackerId,
    text: {
      label: labelOf(place),
      description: '',
      externalId: externalId || null,
      address: place?.address ?? '',
      tags: [],
      origin: 'manual',
      form: null,
      extra: {},
      details,
    },
    terms: {
      zone: zoneAt(place, null),
      fromMs: nowMs,
      toMs: openEndMs(nowMs, promisedMs),
      maxDelayMs: 0,
      minStayMs: 0,
      minArrivalMs: 0,
      isFormRequired: false,
      isFormInZone: false,
      openEnds: 'both',
      ...(position !== null && { position }),
    },
  };
}

/** Only what was sent changes; of what other APIs say only what the new place makes untrue. */
export function editedTask(
  task: Task,
  sent: SentTask,
  destination: Destination | undefined,
): { readonly text: TaskText; readonly terms: TaskTerms } {
  let { text: words, terms } = task;
  if (sent.action !== undefined && sent.action !== actionOf(task)) {
    words = { ...words, details: { ...words.details, ...kindSaid(sent.action) } };
  }
  if (sent.lookup_id !== undefined) words = { ...words, externalId: sent.lookup_id || null };
  const promisedMs = promiseSent(sent);
  if (promisedMs !== undefined) {
    const details = without(words.details, 'promisedMs');
    words = { ...words, details: { ...details, ...(promisedMs !== null && { promisedMs }) } };
    const isOpen = terms.openEnds === 'to' || terms.openEnds === 'both';
    if (isOpen) terms = { ...terms, toMs: openEndMs(terms.fromMs, promisedMs ?? undefined) };
  }
  if (destination !== undefined) {
    const { place, uuid: placeUuid } = destination;
    terms = { ...terms, zone: zoneAt(place, terms.zone) };
    words = { ...movedTo(words, place, placeUuid), label: labelAfter(task, place) };
  }
  return { text: words, terms };
}

function movedTo(words: TaskText, place: NamedPlace | null, placeUuid: string | null): TaskText {
  const details = without(words.details, 'landmark', 'locationUuid', 'parts', 'geocoding');
  return { ...words, address: place?.address ?? '', details: { ...details, ...placeSaid(place, placeUuid) } };
}

/** A label that TheTrack gave follows the place; one that somebody chose stays. */
function labelAfter({ text: words, terms }: Task, place: NamedPlace | null): string {
  const before = labelOf({ address: words.address, landmark: words.details?.landmark ?? '', point: terms.zone });
  return words.label === before ? labelOf(place) : words.label;
}

const LABEL_CHARACTERS_MAX = 200;

/** Navixy shows tasks by a label, which TheTrack does not have. */
function labelOf(place: NamedPlace | null): string {
  const words = (place?.address || place?.landmark || '').replaceAll(/\s+/g, ' ').trim();
  return [...(words || 'Task')].slice(0, LABEL_CHARACTERS_MAX).join('');
}

/** Its size stays where it has one. */
function zoneAt(place: NamedPlace | null, before: Zone | null): Zone | null {
  if (place === null || place.point === null) return null;
  const { latDeg, lonDeg } = place.point;
  return { latDeg, lonDeg, radiusM: before?.radiusM ?? RADIUS_M };
}

function placeSaid(place: NamedPlace | null, placeUuid: string | null): TaskDetails {
  return {
    ...(place !== null && place.landmark !== '' && { landmark: place.landmark }),
    ...(placeUuid !== null && { locationUuid: placeUuid }),
  };
}

const KIND_OF: Readonly<Record<Action, TaskKind>> = {
  task: 'generic',
  pickup: 'pickup',
  delivery: 'dropoff',
  visit: 'service',
};

/** The word of another dialect was for another kind. */
function kindSaid(action: Action): TaskDetails {
  return { kind: KIND_OF[action], kindWord: { thetrack: action } };
}

/** undefined = nothing was said of it; null = it is taken back. */
function promiseSent({ commited_eta: commited, committed_eta: committed }: SentTask): number | null | undefined {
  return commited === undefined ? committed : commited;
}

/** What stands at an end that nobody has set. */
function openEndMs(fromMs: number, promisedMs: number | undefined): number {
  return promisedMs === undefined ? fromMs + DAY_MS : Math.max(fromMs, promisedMs);
}

function without(details: TaskDetails | undefined, ...names: readonly (keyof TaskDetails)[]): TaskDetails {
  return Object.fromEntries(
    Object.entries(details ?? {}).filter(([name]) => !names.includes(name as keyof TaskDetails)),
  );
}
