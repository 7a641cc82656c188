/** A schedule between Navixy's words and the model's. */
import type { TaskSchedule } from '../../model/schedule.ts';
import type { ScheduleDraft, ScheduleFilter } from '../../operations/schedules.ts';
import { USER_ID } from './account.ts';
import {
  array,
  type Fields,
  integer,
  line,
  object,
  oneOf,
  optional,
  otherwise,
  type Partly,
  type Read,
  type Reader,
  required,
  type Site,
  set,
} from './parameters.ts';
import { locationWire } from './read.ts';
import { id, trackers } from './usual.ts';
import { TASK as TASK_FIELDS } from './write.ts';

/** 32 days. */
const DURATION_MINUTES_MAX = 46_080;
const DAYS_KINDS = ['weekdays', 'month_days'] as const;
const TIME_FORM = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/;

/** HH:mm:ss, as ms after midnight. */
export const timeOfDay: Reader<number> = {
  schema: { type: 'string', pattern: TIME_FORM.source },
  fromText: (value) => value,
  read(value, site) {
    const match = typeof value === 'string' ? TIME_FORM.exec(value) : null;
    if (match === null) return site.fault(`must match "${TIME_FORM.source}"`);
    const [, hour, minute, second] = match;
    return ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  },
};

export function timeText(timeOfDayMs: number): string {
  return new Date(timeOfDayMs).toISOString().slice(11, 19);
}

const DAYS = {
  type: required(oneOf(DAYS_KINDS)),
  weekdays: optional(array(integer(1, 7), 1, 7)),
  month_days: optional(array(integer(1, 31), 1, 31)),
} satisfies Fields;

const { label, description, location, external_id, max_delay, min_stay_duration, min_arrival_duration, tags, fields } =
  TASK_FIELDS;

const SCHEDULE = {
  label,
  description,
  location,
  external_id,
  tracker_id: optional(id),
  from_time: required(timeOfDay),
  duration: required(integer(1, DURATION_MINUTES_MAX)),
  max_delay,
  min_stay_duration,
  min_arrival_duration,
  parameters: required(object(DAYS, checkDays)),
  tags,
  fields,
  form_template_id: optional(id),
} satisfies Fields;

export const NEW_SCHEDULE = object(SCHEDULE);
export const EDITED_SCHEDULE = object({ ...SCHEDULE, id: required(id) });

/** The list that the type names must be there. */
function checkDays(days: Partly<typeof DAYS>, site: Site): void {
  if (days.type !== undefined && days[days.type] === null) {
    site.fault('must not be null', `${site.path}.${days.type}`);
  }
}

export type ScheduleWish = Read<typeof SCHEDULE>;

/** Missing `tags` and `fields` stay as they are. */
export function scheduleDraft(wire: Read<typeof SCHEDULE>, before: TaskSchedule | null): ScheduleDraft {
  const { zone, address } = wire.location;
  const extra = before?.text.extra ?? {};
  return {
    trackerId: wire.tracker_id,
    text: {
      label: wire.label,
      description: wire.description,
      externalId: wire.external_id,
      address,
      tags: wire.tags ?? before?.text.tags ?? [],
      extra: wire.fields === null ? extra : { ...extra, fields: wire.fields },
    },
    zone,
    fromTimeMs: wire.from_time,
    durationMs: wire.duration * MINUTE_MS,
    maxDelayMs: wire.max_delay * MINUTE_MS,
    minStayMs: wire.min_stay_duration * MINUTE_MS,
    minArrivalMs: wire.min_arrival_duration * MINUTE_MS,
    formTemplateId: wire.form_template_id,
    days: { kind: wire.parameters.type, days: [...new Set(wire.parameters[wire.parameters.type])] },
  };
}

const MINUTE_MS = 60_000;

export function scheduleWire(schedule: TaskSchedule): object {
  const { text, zone, days } = schedule;
  const wire = {
    id: schedule.id,
    user_id: USER_ID,
    tracker_id: schedule.trackerId,
    type: 'task',
    location: locationWire({ zone }, text),
    label: text.label,
    description: text.description,
    external_id: text.externalId,
    from_time: timeText(schedule.fromTimeMs),
    duration: schedule.durationMs / MINUTE_MS,
    max_delay: schedule.maxDelayMs / MINUTE_MS,
    min_stay_duration: schedule.minStayMs / MINUTE_MS,
    min_arrival_duration: schedule.minArrivalMs / MINUTE_MS,
    parameters: { type: days.kind, [days.kind]: days.days },
    tags: text.tags,
    form_template_id: schedule.formTemplateId,
  };
  return text.extra['fields'] === undefined ? wire : { ...wire, fields: text.extra['fields'] };
}

/** What lists of schedules and of their proposals are filtered by. */
export const SCHEDULE_FILTER = {
  trackers,
  filter: optional(line(0, 100)),
  tag_ids: optional(set(id, 100)),
  types: otherwise(array(oneOf(['task', 'route']), 0, 2), null),
} satisfies Fields;

/** null = only routes are asked for, and no schedule here makes any. */
export function scheduleFilter(wire: Read<typeof SCHEDULE_FILTER>): ScheduleFilter | null {
  const { trackers, filter, tag_ids, types } = wire;
  if (types !== null && types.length > 0 && !types.includes('task')) return null;
  return {
    ...(trackers !== null && { trackerIds: trackers }),
    ...(filter !== null && { text: filter }),
    ...(tag_ids !== null && { tagIds: tag_ids }),
  };
}
