/** `/history/*`: the feed of task events, polled by their clients. */
import type { NavixyStatus } from '../../model/projections.ts';
import type { FeedKind, FeedSubject } from '../../operations/event-feed.ts';
import type { ShownEntry } from '../../operations/event-pages.ts';
import type { Operations } from '../../operations/operations.ts';
import { type Answer, type Desk, listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure, invalid } from './errors.ts';
import {
  array,
  bool,
  type Fields,
  INT_MAX,
  instant,
  integer,
  line,
  optional,
  otherwise,
  type Read,
  required,
  set,
} from './parameters.ts';
import type { Pen } from './pen.ts';
import { BOOLEAN, INSTANT, INTEGER, listOf, maybe, NUMBER, nullable, oneOfWords, record, STRING } from './shapes.ts';
import { id, offset } from './usual.ts';

/** Navixy's names, and what they say. Single tasks that end with issues have none there: `task_faulty` and `checkpoint_faulty` are ours. */
const EVENTS: readonly (readonly [name: string, kind: FeedKind, description: string, words: string])[] = [
  ['task_arrived', { subject: 'task', status: 'arrived' }, 'Arrival at a task', 'arrived'],
  ['task_completed', { subject: 'task', status: 'done' }, 'Task completed', 'done'],
  ['task_delayed', { subject: 'task', status: 'delayed' }, 'Task completed late', 'done, but late'],
  ['task_failed', { subject: 'task', status: 'failed' }, 'Task failed', 'failed'],
  ['task_faulty', { subject: 'task', status: 'faulty' }, 'Task ended with issues', 'ended with issues'],
  ['task_form_submitted', { subject: 'task', status: null }, 'Form of a task submitted', 'form submitted'],
  ['checkpoint_arrived', { subject: 'checkpoint', status: 'arrived' }, 'Arrival at a checkpoint', 'arrived'],
  ['checkpoint_completed', { subject: 'checkpoint', status: 'done' }, 'Checkpoint completed', 'done'],
  ['checkpoint_delayed', { subject: 'checkpoint', status: 'delayed' }, 'Checkpoint completed late', 'done, but late'],
  ['checkpoint_failed', { subject: 'checkpoint', status: 'failed' }, 'Checkpoint failed', 'failed'],
  [
    'checkpoint_faulty',
    { subject: 'checkpoint', status: 'faulty' },
    'Checkpoint ended with issues',
    'ended with issues',
  ],
  ['route_completed', { subject: 'route', status: 'done' }, 'Route completed', 'done'],
  [
    'route_faulty',
    { subject: 'route', status: 'faulty' },
    'Route completed with issues or in another order',
    'ended with issues',
  ],
  ['route_failed', { subject: 'route', status: 'failed' }, 'Route failed', 'failed'],
];

const EVENT_NAMES = EVENTS.map(([name]) => name);

/** A checkpoint's form is the task's to Navixy. */
function eventOf(subject: FeedSubject, status: NavixyStatus | null): (typeof EVENTS)[number] {
  const shown = status === null ? 'task' : subject;
  return EVENTS.find(([, kind]) => kind.subject === shown && kind.status === status)!;
}

const LIMIT_MAX = 1000;
const SPAN_MS_MAX = 120 * 86_400_000;
const TRACKERS_MAX = 10_000;
const MESSAGE_MAX = 256;

/**
 * Too large a limit is a code of its own (212). Names of events that never happen here find nothing. `offset` is ours: a
 * thousand entries may be of one second, and no `from` leads past them.
 */
const TAKES = {
  from: required(instant),
  to: required(instant),
  events: optional(array(line(1, 100), 0, 200)),
  limit: otherwise(integer(1, INT_MAX), LIMIT_MAX),
  offset,
  ascending: otherwise(bool, true),
  only_emergency: otherwise(bool, false),
  only_unread: otherwise(bool, false),
} satisfies Fields;

const ENTRY = record({
  id: INTEGER,
  type: oneOfWords(['tracker']),
  is_read: BOOLEAN,
  message: { type: 'string', maxLength: MESSAGE_MAX },
  time: INSTANT,
  event: oneOfWords(EVENT_NAMES),
  tracker_id: nullable(INTEGER),
  rule_id: nullable(INTEGER),
  track_id: nullable(INTEGER),
  location: nullable(record({ lat: NUMBER, lng: NUMBER, precision: NUMBER })),
  address: STRING,
  extra: record({
    task_id: INTEGER,
    parent_task_id: nullable(INTEGER),
    counter_id: nullable(INTEGER),
    service_task_id: nullable(INTEGER),
    checkin_id: nullable(INTEGER),
    place_ids: nullable(listOf(INTEGER)),
    last_known_location: BOOLEAN,
    tracker_label: nullable(STRING),
    emergency: BOOLEAN,
    employee_id: nullable(INTEGER),
    full_message: STRING,
    rule_ids: listOf(INTEGER),
    external_id: nullable(STRING),
    event_date: INSTANT,
    status: nullable(STRING),
    previous_status: nullable(STRING),
    revised: maybe(BOOLEAN),
  }),
});

const GIVES = { list: listOf(ENTRY), limit_exceeded: BOOLEAN, total: INTEGER, total_unread: INTEGER };

export const HISTORY_CALLS: readonly Call[] = [
  call(
    {
      path: 'history/user/list',
      scope: 'tasks:read',
      summary: 'Lists what tasks, checkpoints and routes came to, by when it was concluded',
      takes: TAKES,
      gives: GIVES,
    },
    (parameters, desk, pen) => feedAnswer(parameters, null, desk, pen),
  ),
  call(
    {
      path: 'history/tracker/list',
      scope: 'tasks:read',
      summary: 'Lists what the tasks of some trackers came to, by when it was concluded',
      takes: { trackers: required(set(id, TRACKERS_MAX)), ...TAKES },
      gives: GIVES,
    },
    ({ trackers, ...parameters }, desk, pen) => feedAnswer(parameters, trackers, desk, pen),
  ),
  call(
    {
      path: 'history/type/list',
      scope: 'tasks:read',
      summary: 'Lists the names of events, with a description in English',
      takes: { locale: optional(line(0, 20)), only_tracker_events: otherwise(bool, true) },
      gives: { list: listOf(record({ type: oneOfWords(EVENT_NAMES), description: STRING })) },
    },
    () => success({ list: EVENTS.map(([type, , description]) => ({ type, description })) }),
  ),
];

async function feedAnswer(
  parameters: Read<typeof TAKES>,
  trackerIds: readonly number[] | null,
  { operations, calendar }: Desk,
  pen: Pen,
): Promise<Answer> {
  const { from, to, events, limit, offset, ascending, only_emergency } = parameters;
  if (to < from) return invalid([{ parameter: 'to', error: "must not be before 'from'" }]);
  if (to - from > SPAN_MS_MAX) return failure(211);
  if (limit > LIMIT_MAX) return failure(212);
  const feed = await operations.eventFeed({
    fromMs: from,
    // A second is the smallest there is on this wire: all of it.
    toMs: to + 999,
    trackerIds,
    kinds: events === null || events.length === 0 ? null : kindsNamed(events),
    isOnlyEmergency: only_emergency,
    isDescending: !ascending,
    offset,
    limit,
    zoneName: calendar.zoneName,
  });
  if (feed === null) return failure(217);
  const { entries, total } = feed;
  const counts = { limit_exceeded: total > offset + limit, total, total_unread: total };
  return listing(entries, (entry) => entryWire(entry, operations, pen), counts);
}

function kindsNamed(names: readonly string[]): FeedKind[] {
  const kinds = EVENTS.filter(([name]) => names.includes(name)).map(([, kind]) => kind);
  const isWithForms = kinds.some(({ status }) => status === null);
  return isWithForms ? [...kinds, { subject: 'checkpoint', status: null }] : kinds;
}

function entryWire(entry: ShownEntry, operations: Operations, pen: Pen): object {
  const { trackerId, place } = entry;
  const [event, , , words] = eventOf(entry.subject, entry.status);
  const message = entry.words ?? `${entry.label}: ${words}`;
  return {
    id: entry.id,
    type: 'tracker',
    is_read: false,
    message: shortened(message),
    time: pen.date(entry.recordedMs),
    event,
    tracker_id: trackerId,
    rule_id: entry.ruleIds[0] ?? null,
    track_id: null,
    location: place && { lat: place.latDeg, lng: place.lonDeg, precision: place.precisionM },
    address: entry.address,
    extra: {
      task_id: entry.taskId,
      parent_task_id: entry.routeId,
      counter_id: null,
      service_task_id: null,
      checkin_id: null,
      place_ids: null,
      // The place of a task, not of who failed to come.
      last_known_location: place !== null && place.precisionM > 0,
      tracker_label: trackerId === null ? null : (operations.readTracker(trackerId)?.label ?? null),
      emergency: entry.isEmergency,
      employee_id: entry.employeeId,
      full_message: message,
      rule_ids: entry.ruleIds,
      external_id: entry.externalId,
      event_date: pen.date(entry.eventMs),
      status: entry.status,
      previous_status: entry.before,
      ...(entry.isRevised && { revised: true }),
    },
  };
}

/** Never half of a surrogate pair. */
function shortened(message: string): string {
  if (message.length <= MESSAGE_MAX) return message;
  return `${message.slice(0, MESSAGE_MAX - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
