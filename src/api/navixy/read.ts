/** The model's objects as Navixy shows them: names, order and nulls as its servers send them. */
import type { FactsThen } from '../../model/event.ts';
import { type NavixyStatus, navixyStatus } from '../../model/projections.ts';
import type { Task, TaskTerms, TaskText } from '../../model/task.ts';
import type { Tracker } from '../../model/tracker.ts';
import type { RecordedTaskEvent } from '../../operations/tasks.ts';
import type { Calendar } from './calendar.ts';

/** The one account there is; Navixy clients expect its id on every object. */
export const USER_ID = 1;

/** How dates of one answer are written: wall clock or ISO, in the account's zone. */
export interface Pen {
  date(timeMs: number): string;
}

export function penOf(calendar: Calendar, isIso: boolean): Pen {
  return { date: isIso ? calendar.iso : calendar.local };
}

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
    type: 'task',
  };
  const { fields } = text.extra;
  return fields === undefined ? wire : { ...wire, fields };
}

/** null = Navixy does not show the task. */
export function statusOf(task: Task): NavixyStatus | null {
  return statusThen({ ...task.facts, trackerId: task.tenure.trackerId });
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
  const { latDeg, lonDeg, radiusM } = terms.zone;
  return { lat: latDeg, lng: lonDeg, address: text.address, radius: radiusM };
}

/** null = a change that Navixy's seven words cannot tell apart is no event there, unless late evidence revised something. */
export function eventWire(event: RecordedTaskEvent, pen: Pen): Wire | null {
  if (!isToldInNavixy(event)) return null;
  return {
    id: event.id,
    user_id: USER_ID,
    task_id: event.taskId,
    event_date: pen.date(event.eventMs),
    operation: event.body.kind,
    payload: payloadWire(event, pen),
  };
}

function isToldInNavixy({ body }: RecordedTaskEvent): boolean {
  return body.kind !== 'status_change' || body.revised || statusThen(body.from) !== statusThen(body.to);
}

function payloadWire({ body }: RecordedTaskEvent, pen: Pen): Wire {
  switch (body.kind) {
    case 'create':
      return taskWire(body.task, pen);
    case 'update':
      return differenceWire(body.text, body.terms, pen);
    case 'assign':
      return { tracker_id: body.trackerId };
    case 'delete':
      return {};
    case 'route_create':
      return { checkpoint_ids: body.route.checkpointIds };
    case 'route_status':
      return { status: body.to };
    case 'form':
      return { submitted: pen.date(body.formMs) };
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
function differenceWire(text: Partial<TaskText>, terms: Partial<TaskTerms>, pen: Pen): Wire {
  const location = {
    ...(terms.zone && { lat: terms.zone.latDeg, lng: terms.zone.lonDeg }),
    ...(text.address !== undefined && { address: text.address }),
    ...(terms.zone && { radius: terms.zone.radiusM }),
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
  };
}

export function trackerWire(tracker: Tracker, calendar: Calendar): Wire {
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
    tag_bindings: [],
  };
}

/** Visits are summed in ms and floored once (engine rules, section 2 "stay"). */
function wholeSeconds(durationMs: number): number {
  return Math.floor(durationMs / 1000);
}

function wholeMinutes(durationMs: number): number {
  return Math.floor(durationMs / 60_000);
}
