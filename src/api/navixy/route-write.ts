/** Routes and checkpoints as Navixy's clients write them, into the model's words. */

import type { TaskForm } from '../../model/form.ts';
import { CHECKPOINTS_MAX, type Route } from '../../model/route.ts';
import type { Task } from '../../model/task.ts';
import type { CheckpointDraft } from '../../operations/routes.ts';
import {
  array,
  type Fields,
  INT_MAX,
  integer,
  object,
  optional,
  type Read,
  type Reader,
  required,
  type Site,
} from './parameters.ts';
import { id } from './usual.ts';
import {
  checkWindow,
  editedTermsOf,
  editedTextOf,
  TASK,
  type TaskWire,
  termsOf,
  textOf,
  type WindowRule,
} from './write.ts';

/** Counted from 0. */
export const ORDER = integer(0, INT_MAX);

/** What a route says is what a task says, without a place and a time. */
const ROUTE = {
  label: TASK.label,
  description: TASK.description,
  external_id: TASK.external_id,
  tags: TASK.tags,
  fields: TASK.fields,
} satisfies Fields;

export const newRoute = object({ ...ROUTE, tracker_id: optional(id) });

const EDITED_ROUTE = { ...ROUTE, id: required(id), checkpoint_ids: optional(array(id, 0, CHECKPOINTS_MAX)) };

export type EditedRoute = Read<typeof EDITED_ROUTE>;

export const editedRoute = object(EDITED_ROUTE);

const ROUTE_CHECKPOINT = { ...TASK, id: optional(id) };
const NEW_CHECKPOINT = { ...TASK, parent_id: required(id), order: required(ORDER) };
const EDITED_CHECKPOINT = { ...TASK, id: required(id), parent_id: optional(id), order: optional(ORDER) };

/** A checkpoint in the list of its route; with an id it is there already. */
export type RouteCheckpoint = Read<typeof ROUTE_CHECKPOINT>;

export function routeCheckpointsReader(rule: WindowRule, min: number): Reader<readonly RouteCheckpoint[]> {
  return elements(
    object(ROUTE_CHECKPOINT, (task, site) => checkWindow(task, site, rule)),
    min,
    CHECKPOINTS_MAX,
  );
}

export function newCheckpointReader(rule: WindowRule): Reader<Read<typeof NEW_CHECKPOINT>> {
  return object(NEW_CHECKPOINT, (task, site) => checkWindow(task, site, rule));
}

export function editedCheckpointReader(rule: WindowRule): Reader<Read<typeof EDITED_CHECKPOINT>> {
  return object(EDITED_CHECKPOINT, (task, site) => checkWindow(task, site, rule));
}

/** An array of objects that says which of them is at fault, `checkpoints[3].label`: of the first of those all that is. */
function elements<T>(item: Reader<T>, min: number, max: number): Reader<readonly T[]> {
  const size = array<unknown>({ ...item, read: (value) => value }, min, max);
  return {
    ...size,
    read(value, site) {
      const values = size.read(value, site);
      if (values === undefined) return undefined;
      const items: T[] = [];
      for (const [index, element] of values.entries()) {
        const read = item.read(element, siteAt(site, index));
        if (read === undefined) return undefined;
        items.push(read);
      }
      return items;
    },
  };
}

function siteAt(site: Site, index: number): Site {
  const path = `${site.path}[${index}]`;
  return { path, calendar: site.calendar, fault: (error, parameter = path) => site.fault(error, parameter) };
}

type RouteWire = Read<typeof ROUTE>;

export function routeTextOf(wire: RouteWire): Route['text'] {
  return {
    label: wire.label,
    description: wire.description,
    externalId: wire.external_id,
    tags: wire.tags ?? [],
    origin: 'manual',
    extra: wire.fields === null ? {} : { fields: wire.fields },
  };
}

/** A full replacement, but for what the request does not mention: missing `tags` and `fields` stay as they are. */
export function editedRouteTextOf(wire: RouteWire, { text: { tags, origin, extra } }: Route): Route['text'] {
  return {
    ...routeTextOf(wire),
    tags: wire.tags ?? tags,
    origin,
    extra: wire.fields === null ? extra : { ...extra, fields: wire.fields },
  };
}

/**
 * `before`: the task or checkpoint that it names; null = it names none. `form`: as `wantedForm` gives it.
 */
export function checkpointOf(wire: TaskWire, before: Task | null, form: TaskForm | null | undefined): CheckpointDraft {
  const wanted = form === undefined ? {} : { form };
  if (before === null) return { text: textOf(wire), terms: termsOf(wire), ...wanted };
  const { isFormRequired, isFormInZone } = before.terms;
  const terms = { ...editedTermsOf(wire, before), isFormRequired, isFormInZone };
  return { taskId: before.id, text: editedTextOf(wire, before), terms, ...wanted };
}
