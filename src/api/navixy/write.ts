/** A task as Navixy's clients write it, into the model's text and terms. */
import type { TaskForm } from '../../model/form.ts';
import type { Task, TaskTerms, TaskText } from '../../model/task.ts';
import type { FormOperations } from '../../operations/forms.ts';
import { location } from './location.ts';
import {
  array,
  bool,
  decimal,
  type Fields,
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
} from './parameters.ts';
import { id } from './usual.ts';

/** What a task says about the past is checked against the clock only where the setting asks for it. */
export interface WindowRule {
  readonly refusePastTo: boolean;
  readonly now: () => number;
}

/** 512 000 minutes are the longest delay and stay that Navixy takes. */
const minutes = integer(0, 512_000);

/** What there may be in a field: which of it, the field's type says. */
const fieldValue: Reader<string | number> = {
  schema: { type: ['string', 'number'], maxLength: 20_000 },
  fromText: (value) => value,
  read: (value, site) => (typeof value === 'number' ? anyNumber.read(value, site) : anyText.read(value, site)),
};
const anyText = text(0, 20_000);
const anyNumber = decimal(-Number.MAX_VALUE, Number.MAX_VALUE);

const CUSTOM_FIELD = { type: required(name(20)), value: optional(fieldValue) };
const CUSTOM_FIELDS_MAX = 100;

/** `from` and `to` stand first because Navixy reports them first. */
export const TASK = {
  from: required(instant),
  to: required(instant),
  label: required(name(200)),
  description: required(text(0, 1024)),
  location: required(location),
  external_id: optional(line(1, 100)),
  max_delay: otherwise(minutes, 0),
  min_stay_duration: otherwise(minutes, 0),
  min_arrival_duration: otherwise(minutes, 0),
  tags: optional(array(id, 0, 100)),
  fields: optional(map(/^\d{1,19}$/, object(CUSTOM_FIELD), CUSTOM_FIELDS_MAX)),
  form_template_id: optional(id),
} satisfies Fields;

const NEW_TASK = { ...TASK, tracker_id: optional(id) };
const EDITED_TASK = { ...TASK, id: required(id) };

export type TaskWire = Read<typeof TASK>;

export function newTaskReader(rule: WindowRule): Reader<Read<typeof NEW_TASK>> {
  return object(NEW_TASK, (task, site) => checkWindow(task, site, rule));
}

export function editedTaskReader(rule: WindowRule): Reader<Read<typeof EDITED_TASK>> {
  return object(EDITED_TASK, (task, site) => checkWindow(task, site, rule));
}

/** Whether `form_template_id` counts. */
export const CREATE_FORM = otherwise(bool, false);

/**
 * The form that a task is to have: undefined = as it is, which is none for a new one; null = none; `unknown` = there is no
 * such template.
 */
export function wantedForm(
  { newForm }: Pick<FormOperations, 'newForm'>,
  createForm: boolean,
  templateId: number | null,
): TaskForm | null | undefined | 'unknown' {
  if (!createForm) return undefined;
  return templateId === null ? null : (newForm(templateId) ?? 'unknown');
}

export function checkWindow(task: Pick<Partly<typeof TASK>, 'from' | 'to'>, site: Site, rule: WindowRule): void {
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
    form: null,
  };
}

/** A full replacement, but for what the request does not mention: missing `tags` and `fields` stay as they are. */
export function editedTextOf(wire: TaskWire, before: Pick<Task, 'text'>): TaskText {
  const { tags, origin, extra } = before.text;
  return {
    ...textOf(wire),
    tags: wire.tags ?? tags,
    origin,
    extra: wire.fields === null ? extra : { ...extra, fields: wire.fields },
  };
}

/** What they say of a form follows from the form. */
export function termsOf(wire: TaskWire): TaskTerms {
  return {
    zone: wire.location.zone,
    fromMs: wire.from,
    toMs: wire.to,
    maxDelayMs: wire.max_delay * MINUTE_MS,
    minStayMs: wire.min_stay_duration * MINUTE_MS,
    minArrivalMs: wire.min_arrival_duration * MINUTE_MS,
    isFormRequired: false,
    isFormInZone: false,
  };
}

/**
 * A full replacement, but for what Navixy cannot say: its place in a queue, and ends of the window that nobody has set.
 * These, and parts of a second, stay where a date comes back as it was shown.
 */
export function editedTermsOf(wire: TaskWire, { terms }: Pick<Task, 'terms'>): TaskTerms {
  const { openEnds, position } = terms;
  const isFromKept = isShownAs(terms.fromMs, wire.from);
  const isToKept = isShownAs(terms.toMs, wire.to);
  const isFromOpen = isFromKept && (openEnds === 'from' || openEnds === 'both');
  const isToOpen = isToKept && (openEnds === 'to' || openEnds === 'both');
  const toMs = isToKept ? terms.toMs : wire.to;
  return {
    ...termsOf(wire),
    fromMs: Math.min(isFromKept ? terms.fromMs : wire.from, toMs),
    toMs,
    ...((isFromOpen || isToOpen) && { openEnds: isFromOpen && isToOpen ? 'both' : isFromOpen ? 'from' : 'to' }),
    ...(position !== undefined && { position }),
  };
}

function isShownAs(timeMs: number, shownMs: number): boolean {
  return Math.floor(timeMs / SECOND_MS) * SECOND_MS === shownMs;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
