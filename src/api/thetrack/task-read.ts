/** A task in TheTrack's words: twenty keys, always all of them. */
import { createHash } from 'node:crypto';
import type { TaskKind } from '../../model/details.ts';
import { thetrackProgress, thetrackStatus } from '../../model/projections.ts';
import type { NamedPlace } from '../../model/resources.ts';
import type { Task } from '../../model/task.ts';
import { uuidFrom } from '../../model/uuid.ts';
import type { Journey, Sighting } from '../../operations/journeys.ts';
import { instantText, instantTextOrNull } from '../rest/wire.ts';
import { type LocationWire, locationWire } from './location.ts';

/** What of other things a task shows. */
export interface TaskView {
  /** null = there is no such driver any more. */
  driverUuid(trackerId: number): string | null;
  trackingUrl(taskId: number): string;
  /** null = there is none. */
  place(uuid: string): NamedPlace | null;
}

export const ACTIONS = ['task', 'pickup', 'delivery', 'visit'] as const;

export type Action = (typeof ACTIONS)[number];

const ACTION_OF: Readonly<Record<TaskKind, Action>> = {
  generic: 'task',
  pickup: 'pickup',
  dropoff: 'delivery',
  service: 'visit',
  warehouse: 'task',
};

export type TaskEventName = 'start' | 'completion' | 'cancellation';

/** The task as its driver's list of active tasks has it. */
export function shortTaskWire(task: Task, view: TaskView): Record<string, unknown> {
  return {
    id: task.uuid,
    status: thetrackStatus(task.facts.state),
    action: actionOf(task),
    location: destinationWire(task),
    lookup_id: task.text.externalId ?? '',
    tracking_url: view.trackingUrl(task.id),
  };
}

export function taskWire(task: Task, journey: Journey, view: TaskView): Record<string, unknown> {
  const { facts, tenure, text } = task;
  const status = thetrackStatus(facts.state);
  const location = destinationWire(task);
  const isCompleted = status === 'completed';
  const isCanceled = status === 'canceled';
  return {
    id: task.uuid,
    action: actionOf(task),
    status,
    progress: thetrackProgress(task),
    start_location: facts.startMs === undefined ? null : seenWire(task, 'start', journey.start),
    completion_location: isCompleted ? finishWire(task, 'completion', journey, view) : null,
    cancellation_location: isCanceled ? finishWire(task, 'cancellation', journey, view) : null,
    start_time: instantTextOrNull(facts.startMs),
    completion_time: isCompleted ? instantText(facts.statusMs) : null,
    cancellation_time: isCanceled ? instantText(facts.statusMs) : null,
    location,
    location_id: location?.['id'] ?? null,
    eta: instantTextOrNull(journey.etaMs),
    initial_eta: instantTextOrNull(journey.initialEtaMs),
    commited_eta: instantTextOrNull(text.details?.promisedMs),
    track: journey.line && { type: 'LineString', coordinates: journey.line },
    distance: journey.distanceM,
    lookup_id: text.externalId ?? '',
    driver_id: tenure.trackerId === null ? null : view.driverUuid(tenure.trackerId),
    tracking_url: view.trackingUrl(task.id),
  };
}

export function actionOf({ text }: Pick<Task, 'text'>): Action {
  return ACTION_OF[text.details?.kind ?? 'generic'];
}

/** The same place of the same event has the same id, and of another attempt another one. */
export function eventUuid({ uuid, attempt }: Pick<Task, 'uuid' | 'attempt'>, event: TaskEventName): string {
  return uuidOf(`${uuid} ${event} ${attempt.number}`);
}

function uuidOf(words: string): string {
  return uuidFrom(createHash('sha256').update(words).digest(), 8);
}

/** null = it has none. What the task was made with by another API has an id all the same. */
function destinationWire({ uuid, text, terms }: Task): LocationWire | null {
  const { address, details } = text;
  const place: NamedPlace = { address, landmark: details?.landmark ?? '', point: terms.zone };
  const isNowhere = place.point === null && place.address === '' && place.landmark === '';
  if (isNowhere && details?.locationUuid === undefined) return null;
  return locationWire(details?.locationUuid ?? uuidOf(`${uuid} destination`), place);
}

function seenWire(task: Task, event: TaskEventName, seen: Sighting | null): LocationWire | null {
  return seen && locationWire(eventUuid(task, event), { address: '', landmark: '', point: seen });
}

/** Where whoever finished it said that it was, or else where the tracker was. */
function finishWire(task: Task, event: TaskEventName, journey: Journey, view: TaskView): LocationWire | null {
  const id = eventUuid(task, event);
  const said = view.place(id);
  return said === null ? seenWire(task, event, journey.finish) : locationWire(id, said);
}
