/** A task as Navixy's clients write it, into the model's text and terms. */
import type { Task, TaskTerms, TaskText } from '../../model/task.ts';
import {
  array,
  decimal,
  type Fields,
  INT_MAX,
  instant,
  integer,
  line,
  map,
  name,
  object,
  optional,
  otherwise,
  type Partly,
  type Read,
  type Reader,
  required,
  type Site,
  text,
  unsupported,
} from './parameters.ts';

/** What a task says about the past is checked against the clock only where the setting asks for it. */
export interface WindowRule {
  readonly refusePastTo: boolean;
  readonly now: () => number;
}

/** 512 000 minutes are the longest delay and stay that Navixy takes. */
const minutes = integer(0, 512_000);
const id = integer(1, INT_MAX);

const LOCATION = {
  lat: required(decimal(-90, 90)),
  lng: required(decimal(-180, 180)),
  address: otherwise(line(0, 255), ''),
  radius: required(integer(1, 300_000)),
};

const CUSTOM_FIELD = { type: required(name(20)), value: optional(text(0, 20_000)) };
const CUSTOM_FIELDS_MAX = 100;

/** `from` and `to` stand first because Navixy reports them first. */
export const TASK = {
  from: required(instant),
  to: required(instant),
  label: required(name(200)),
  description: required(text(0, 1024)),
  location: required(object(LOCATION)),
  external_id: optional(line(1, 100)),
  max_delay: otherwise(minutes, 0),
  min_stay_duration: otherwise(minutes, 0),
  min_arrival_duration: otherwise(minutes, 0),
  tags: optional(array(id, 0, 100)),
  fields: optional(map(/^\d{1,19}$/, object(CUSTOM_FIELD), CUSTOM_FIELDS_MAX)),
} satisfies Fields;

const NEW_TASK = { ...TASK, tracker_id: optional(id) };
const EDITED_TASK = { ...TASK, id: required(id) };

type TaskWire = Read<typeof TASK>;

export function newTaskReader(rule: WindowRule): Reader<Read<typeof NEW_TASK>> {
  return object(NEW_TASK, (task, site) => checkWindow(task, site, rule));
}

export function editedTaskReader(rule: WindowRule): Reader<Read<typeof EDITED_TASK>> {
  return object(EDITED_TASK, (task, site) => checkWindow(task, site, rule));
}

/** Forms are not served, so a task cannot be given one. */
export const CREATE_FORM = unsupported;

function checkWindow(task: Pick<Partly<typeof TASK>, 'from' | 'to'>, site: Site, rule: WindowRule): void {
  const { from, to } = task;
  if (from !== undefined && to !== undefined && from > to) {
    site.fault("must not be after 'to'", `${site.path}.from`);
  }
  if (rule.refusePastTo && to !== undefined && to < rule.now()) {
    site.fault('must be a date in the present or in the future', `${site.path}.to`);
  }
}

export function textOf(wire: TaskWire): TaskText {
  return {
    label: wire.label,
    description: wire.description,
    externalId: wire.external_id,
    address: wire.location.address,
    tags: wire.tags ?? [],
    origin: 'manual',
    extra: wire.fields === null ? {} : { fields: wire.fields },
  };
}

/** A full replacement, but for what the request does not mention: missing `tags` and `fields` stay as they are. */
export function editedTextOf(wire: TaskWire, before: Task): TaskText {
  const { tags, origin, extra } = before.text;
  return {
    ...textOf(wire),
    tags: wire.tags ?? tags,
    origin,
    extra: wire.fields === null ? extra : { ...extra, fields: wire.fields },
  };
}

export function termsOf(wire: TaskWire): TaskTerms {
  const { lat, lng, radius } = wire.location;
  return {
    zone: { latDeg: lat, lonDeg: lng, radiusM: radius },
    fromMs: wire.from,
    toMs: wire.to,
    maxDelayMs: wire.max_delay * MINUTE_MS,
    minStayMs: wire.min_stay_duration * MINUTE_MS,
    minArrivalMs: wire.min_arrival_duration * MINUTE_MS,
    isFormRequired: false,
    isFormInZone: false,
  };
}

const MINUTE_MS = 60_000;
