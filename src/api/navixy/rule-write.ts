/** A rule between Navixy's words and the model's. Only rules on the status of tasks are kept here. */
import type { NavixyStatus } from '../../model/projections.ts';
import type { TrackerRule, WorkingHours } from '../../model/rule.ts';
import type { RuleDraft } from '../../operations/rules.ts';
import { DAY_MS } from '../../operations/wall-clock.ts';
import {
  array,
  bool,
  type Fields,
  instant,
  integer,
  line,
  name,
  object,
  oneOf,
  optional,
  otherwise,
  type Read,
  type Reader,
  required,
  set,
  text,
  unsupported,
} from './parameters.ts';
import type { Pen } from './pen.ts';
import { timeOfDay, timeText } from './schedule-write.ts';
import { BOOLEAN, INSTANT, INTEGER, listOf, nullable, oneOfWords, record, STRING } from './shapes.ts';
import { id } from './usual.ts';

const RULE_TYPE = 'task_status_change';
/** `faulty` is ours: Navixy's rules cannot ask for it. */
const STATUSES = ['arrived', 'done', 'delayed', 'failed', 'faulty'] as const satisfies NavixyStatus[];

const TRACKERS_MAX = 10_000;
const CONTACTS_MAX = 100;
const INTERVALS_MAX = 100;
/** Times of day are whole seconds, and an interval ends with the last of them. */
const SECOND_REST_MS = 999;

/** The vendor's own samples write an empty string for what they leave out. */
function blankOr<T>(reader: Reader<T>, fallback: T): Reader<T> {
  const lenient = otherwise(reader, fallback);
  return {
    schema: { anyOf: [lenient.schema, { const: '' }] },
    fromText: reader.fromText,
    read: (value, site) => lenient.read(value === '' ? null : value, site),
  };
}

const MOMENT = object({ weekday: required(integer(1, 7)), time: required(timeOfDay) });
const TYPE = object({ type: required(oneOf(['weekly', 'fixed'])) });
const WEEKLY = object({ type: required(oneOf(['weekly'])), from: required(MOMENT), to: required(MOMENT) });
const FIXED = object({ type: required(oneOf(['fixed'])), from: required(instant), to: required(instant) });

const hours: Reader<WorkingHours> = {
  schema: { anyOf: [WEEKLY.schema, FIXED.schema] },
  fromText: WEEKLY.fromText,
  read(value, site) {
    const kind = TYPE.read(value, site)?.type;
    if (kind === 'fixed') {
      const read = FIXED.read(value, site);
      return read && { kind, fromMs: read.from, toMs: read.to + SECOND_REST_MS };
    }
    const read = kind === 'weekly' ? WEEKLY.read(value, site) : undefined;
    return read && { kind: 'weekly', fromMs: inWeekMs(read.from), toMs: inWeekMs(read.to) + SECOND_REST_MS };
  },
};

function inWeekMs({ weekday, time }: { readonly weekday: number; readonly time: number }): number {
  return (weekday - 1) * DAY_MS + time;
}

const contacts = otherwise(array(line(1, 200), 0, CONTACTS_MAX), [] as readonly string[]);

/** Kept and shown; this server sends nothing to them. */
const ALERTS = {
  sms_phones: contacts,
  phones: contacts,
  emails: contacts,
  push_enabled: blankOr(bool, false),
  emergency: blankOr(bool, false),
} satisfies Fields;

const EXTENDED = {
  statuses: otherwise(array(oneOf(STATUSES), 1, 100), STATUSES as readonly (typeof STATUSES)[number][]),
  on_form_submission: blankOr(bool, false),
  on_repeated_form_submission: blankOr(bool, false),
  emergency: blankOr(bool, false),
  private_rule: blankOr(bool, false),
  zone_limit_inverted: blankOr(bool, false),
  append_zone_title: blankOr(bool, false),
} satisfies Fields;

const RULE = {
  name: required(name(255)),
  description: otherwise(text(0, 1024), ''),
  type: required(oneOf([RULE_TYPE])),
  trackers: required(set(id, TRACKERS_MAX)),
  primary_text: otherwise(text(0, 1024), ''),
  secondary_text: otherwise(text(0, 1024), ''),
  alerts: optional(object(ALERTS)),
  suspended: blankOr(bool, false),
  schedule: otherwise(array(hours, 0, INTERVALS_MAX), []),
  zone_ids: unsupported,
  extended_params: optional(object(EXTENDED)),
} satisfies Fields;

export const NEW_RULE = object(RULE);
export const EDITED_RULE = object({ ...RULE, id: required(id) });
export const TRACKERS = required(set(id, TRACKERS_MAX));

export function ruleDraft(wire: Read<typeof RULE>): RuleDraft {
  const { alerts, extended_params: extended } = wire;
  return {
    name: wire.name,
    description: wire.description,
    terms: {
      trackerIds: wire.trackers,
      statuses: [...new Set(extended?.statuses ?? STATUSES)],
      onForm: extended?.on_form_submission ?? false,
      onRepeatedForm: extended?.on_repeated_form_submission ?? false,
      hours: wire.schedule,
    },
    primaryText: wire.primary_text,
    secondaryText: wire.secondary_text,
    isEmergency: (extended?.emergency ?? false) || (alerts?.emergency ?? false),
    isSuspended: wire.suspended,
    extra: { alerts, isPrivate: extended?.private_rule ?? false },
  };
}

const WEEK_MOMENT = record({ weekday: INTEGER, time: STRING });

export const RULE_SHAPE = record({
  id: INTEGER,
  name: STRING,
  type: oneOfWords([RULE_TYPE]),
  description: STRING,
  zone_ids: listOf(INTEGER),
  trackers: listOf(INTEGER),
  primary_text: STRING,
  secondary_text: STRING,
  param: nullable(INTEGER),
  alerts: record({
    sms_phones: listOf(STRING),
    phones: listOf(STRING),
    emails: listOf(STRING),
    push_enabled: BOOLEAN,
    emergency: BOOLEAN,
  }),
  suspended: BOOLEAN,
  auto_created: BOOLEAN,
  schedule: listOf(
    record({
      type: oneOfWords(['weekly', 'fixed']),
      from: { anyOf: [WEEK_MOMENT, INSTANT] },
      to: { anyOf: [WEEK_MOMENT, INSTANT] },
      interval_id: INTEGER,
    }),
  ),
  extended_params: record({
    statuses: listOf(oneOfWords(STATUSES)),
    on_form_submission: BOOLEAN,
    on_repeated_form_submission: BOOLEAN,
    emergency: BOOLEAN,
    private_rule: BOOLEAN,
    zone_limit_inverted: BOOLEAN,
    append_zone_title: BOOLEAN,
  }),
});

const NO_ALERTS = { sms_phones: [], phones: [], emails: [], push_enabled: false, emergency: false };

export function ruleWire(rule: TrackerRule, pen: Pen): object {
  const { terms, extra } = rule;
  return {
    id: rule.id,
    name: rule.name,
    type: RULE_TYPE,
    description: rule.description,
    zone_ids: [],
    trackers: terms.trackerIds,
    primary_text: rule.primaryText,
    secondary_text: rule.secondaryText,
    param: null,
    alerts: extra['alerts'] ?? NO_ALERTS,
    suspended: rule.isSuspended,
    auto_created: false,
    schedule: terms.hours.map((interval, index) => ({ ...hoursWire(interval, pen), interval_id: index + 1 })),
    extended_params: {
      statuses: terms.statuses,
      on_form_submission: terms.onForm,
      on_repeated_form_submission: terms.onRepeatedForm,
      emergency: rule.isEmergency,
      private_rule: extra['isPrivate'] ?? false,
      zone_limit_inverted: false,
      append_zone_title: false,
    },
  };
}

function hoursWire({ kind, fromMs, toMs }: WorkingHours, pen: Pen): object {
  if (kind === 'fixed') return { type: kind, from: pen.date(fromMs), to: pen.date(toMs) };
  return { type: kind, from: momentWire(fromMs), to: momentWire(toMs) };
}

function momentWire(inWeek: number): object {
  return { weekday: Math.floor(inWeek / DAY_MS) + 1, time: timeText(inWeek % DAY_MS) };
}
