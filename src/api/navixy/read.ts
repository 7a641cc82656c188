/** The model's objects as Navixy shows them: names, order and nulls as its servers send them. */
import type { FactsThen } from '../../model/event.ts';
import type { TaskForm } from '../../model/form.ts';
import { type NavixyStatus, navixyStatus } from '../../model/projections.ts';
import type { Route } from '../../model/route.ts';
import type { Checkpoint, Task, TaskTerms, TaskText } from '../../model/task.ts';
import type { Tracker } from '../../model/tracker.ts';
import type { TagBindings } from '../../operations/tags.ts';
import type { RecordedTaskEvent } from '../../operations/tasks.ts';
import { USER_ID } from './account.ts';
import type { Calendar } from './calendar.ts';
import { formWire } from './form-read.ts';
import { polygonWire } from './location.ts';
import type { Pen } from './pen.ts';

type Wire = Readonly<Record<string, unknown>>;

/** The field order is that of a real answer; null stays, `form`, `fields` and `files` are left out when absent. */
export function taskWire(task: Task, pen: Pen): Wire {
  const { text, terms, tenure, facts } = task;
  const wire = {
    id: task.id,
    user_id: USER_ID,
    tracker_id: tenure.trackerId,
    status: statusOf(task),
    status_change_date: pen.date(facts.statusMs),
    tags: text.tags,
    label: text.label,
    description: text.description,
    external_id: text.externalId,
    creation_date: pen.date(task.createdMs),
    origin: text.origin,
    location: locationWire(terms, text),
    from: pen.date(terms.fromMs),
    to: pen.date(terms.toMs),
    arrival_date: facts.arrivalMs === null ? null : pen.date(facts.arrivalMs),
    stay_duration: wholeSeconds(facts.stayMs),
    min_stay_duration: wholeMinutes(terms.minStayMs),
    min_arrival_duration: wholeMinutes(terms.minArrivalMs),
    max_delay: wholeMinutes(terms.maxDelayMs),
    type: task.checkpoint === null ? 'task' : 'checkpoint',
    ...placeWire(task.checkpoint),
  };
  const { fields } = text.extra;
  const { form } = text;
  return {
    ...wire,
    ...(form !== null && { form: formWire(task, form, pen), form_template_id: pen.template(form) }),
    ...(fields !== undefined && { fields }),
  };
}

function placeWire(checkpoint: Checkpoint | null): Wire {
  return checkpoint === null ? {} : { parent_id: checkpoint.routeId, order: checkpoint.order };
}

/** A route has no place of its own; its window reaches from its first checkpoint's to its last one's. */
export function routeWire(route: Route, pen: Pen): Wire {
  const { text, facts } = route;
  const wire = {
    id: route.id,
    user_id: USER_ID,
    tracker_id: route.trackerId,
    status: facts.status,
    status_change_date: pen.date(facts.statusMs),
    tags: text.tags,
    label: text.label,
    description: text.description,
    external_id: text.externalId,
    creation_date: pen.date(route.createdMs),
    origin: text.origin,
    from: pen.date(facts.fromMs),
    to: pen.date(facts.toMs),
    type: 'route',
    checkpoint_ids: route.checkpointIds,
  };
  const { fields } = text.extra;
  return fields === undefined ? wire : { ...wire, fields };
}

/** With what Navixy's own object does not say. */
export function extendedTaskWire(task: Task, pen: Pen): Wire {
  const { state, closer, statusMs, completionMs, departureMs } = task.facts;
  const isByPerson = closer === 'person';
  const doneMs = state !== 'completed' ? null : isByPerson ? statusMs : completionMs;
  return {
    ...taskWire(task, pen),
    completion_date: doneMs === null ? null : pen.date(doneMs),
    departure_date: departureMs === null ? null : pen.date(departureMs),
  };
}

/** null = Navixy does not show the task: it is being prepared, or has no place yet. */
export function statusOf(task: Task): NavixyStatus | null {
  return task.terms.zone === null ? null : statusThen({ ...task.facts, trackerId: task.tenure.trackerId });
}

function statusThen(facts: FactsThen): NavixyStatus | null {
  return navixyStatus({
    state: facts.state,
    hasTracker: facts.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    isLate: facts.isLate,
    hasIssues: facts.issues.length > 0,
    isFaulty: facts.isFaulty,
  });
}

export function locationWire(terms: Pick<TaskTerms, 'zone'>, text: Pick<TaskText, 'address'>): Wire {
  // Not shown until it has a place, but in what is told of its creation.
  if (terms.zone === null) return { lat: null, lng: null, address: text.address, radius: null };
  const { latDeg, lonDeg, radiusM } = terms.zone;
  return { lat: latDeg, lng: lonDeg, address: text.address, radius: radiusM, ...polygonWire(terms.zone) };
}

/** null = a change that Navixy's seven words cannot tell apart is no event there, unless late evidence revised something. */
export function eventWire(event: RecordedTaskEvent, pen: Pen): Wire | null {
  if (!isToldInNavixy(event)) return null;
  return {
    id: event.id,
    user_id: USER_ID,
    task_id: event.taskId,
    event_date: pen.date(event.eventMs),
    operation: OPERATIONS[event.body.kind],
    payload: payloadWire(event, pen),
  };
}

/** Navixy's four words, and two of ours for what it keeps no history of. */
const OPERATIONS: Readonly<Record<RecordedTaskEvent['body']['kind'], string>> = {
  create: 'create',
  route_create: 'create',
  update: 'update',
  place: 'update',
  route_update: 'update',
  assign: 'assign',
  status_change: 'status_change',
  route_status: 'status_change',
  form: 'form',
  presence: 'presence',
  delete: 'delete',
};

function isToldInNavixy({ body }: RecordedTaskEvent): boolean {
  if (body.kind === 'presence') return false;
  return body.kind !== 'status_change' || body.revised || statusThen(body.from) !== statusThen(body.to);
}

function payloadWire(event: RecordedTaskEvent, pen: Pen): Wire {
  const { body } = event;
  switch (body.kind) {
    case 'create':
      return taskWire(body.task, pen);
    case 'update':
      return differenceWire(event.taskId, body.text, body.terms, pen);
    case 'assign':
      return { tracker_id: body.trackerId };
    case 'delete':
    case 'presence':
      return {};
    case 'route_create':
      return routeWire(body.route, pen);
    case 'route_status':
      return { status: body.to, ...(body.revised && { revised: true }) };
    case 'place':
      return { type: body.checkpoint === null ? 'task' : 'checkpoint', ...placeWire(body.checkpoint) };
    case 'route_update':
      return {
        ...differenceWire(event.taskId, body.text, {}, pen),
        ...(body.checkpointIds && { checkpoint_ids: body.checkpointIds }),
      };
    case 'form':
      return { submitted: pen.date(body.formMs), ...(body.isCorrection && { corrected: true }) };
    case 'status_change':
      return statusWire(body, pen);
  }
}

type StatusChange = Extract<RecordedTaskEvent['body'], { kind: 'status_change' }>;

/** Navixy's payload is the new status; what late evidence revised says so beside it. */
function statusWire(change: StatusChange, pen: Pen): Wire {
  const status = { status: statusThen(change.to) };
  if (!change.revised) return status;
  const { witness, reason } = change;
  const fix = witness && { time: pen.date(witness.timeMs), lat: witness.latDeg, lng: witness.lonDeg };
  return { ...status, revised: true, reason, fix };
}

/** Only what changed, under the names it has on the task. */
function differenceWire(taskId: number, text: Partial<TaskText>, terms: Partial<TaskTerms>, pen: Pen): Wire {
  const location = {
    ...(terms.zone && { lat: terms.zone.latDeg, lng: terms.zone.lonDeg }),
    ...(text.address !== undefined && { address: text.address }),
    ...(terms.zone && { radius: terms.zone.radiusM, ...polygonWire(terms.zone) }),
  };
  return {
    ...(text.tags && { tags: text.tags }),
    ...(text.label !== undefined && { label: text.label }),
    ...(text.description !== undefined && { description: text.description }),
    ...(text.externalId !== undefined && { external_id: text.externalId }),
    ...(Object.keys(location).length > 0 && { location }),
    ...(terms.fromMs !== undefined && { from: pen.date(terms.fromMs) }),
    ...(terms.toMs !== undefined && { to: pen.date(terms.toMs) }),
    ...(terms.minStayMs !== undefined && { min_stay_duration: wholeMinutes(terms.minStayMs) }),
    ...(terms.minArrivalMs !== undefined && { min_arrival_duration: wholeMinutes(terms.minArrivalMs) }),
    ...(terms.maxDelayMs !== undefined && { max_delay: wholeMinutes(terms.maxDelayMs) }),
    ...(text.extra && { fields: text.extra['fields'] ?? {} }),
    ...(text.form !== undefined && { form: text.form && attachedWire(taskId, text.form, pen) }),
  };
}

/** As it was attached; whose task it was then, the history tells elsewhere. */
function attachedWire(id: number, form: TaskForm, pen: Pen): Wire {
  const { tracker_id: _, ...wire } = formWire({ id, tenure: NOBODY }, form, pen);
  return wire;
}

const NOBODY = { trackerId: null, givenMs: Number.NEGATIVE_INFINITY, assignedMs: null };

export function trackerWire(tracker: Tracker, calendar: Calendar, tags: TagBindings = []): Wire {
  return {
    id: tracker.id,
    label: tracker.label,
    clone: false,
    group_id: 0,
    source: {
      id: tracker.id,
      device_id: tracker.imei,
      model: tracker.model,
      blocked: tracker.isBlocked,
      tariff_id: null,
      status_listing_id: null,
      creation_date: calendar.day(tracker.createdMs),
      tariff_end_date: null,
      phone: null,
    },
    tag_bindings: tags.map(({ tagId, ordinal }) => ({ tag_id: tagId, ordinal })),
  };
}

/** Visits are summed in ms and floored once (engine rules, section 2 "stay"). */
function wholeSeconds(durationMs: number): number {
  return Math.floor(durationMs / 1000);
}

function wholeMinutes(durationMs: number): number {
  return Math.floor(durationMs / 60_000);
}
