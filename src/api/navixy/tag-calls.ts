/** `/tag/*`: tags, and what bears them. */
import type { Tag } from '../../model/records.ts';
import type { Operations } from '../../operations/operations.ts';
import { type Desk, listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { employeeWire } from './employee-calls.ts';
import { invalid } from './errors.ts';
import { array, type Fields, line, name, object, oneOf, optional, type Reader, required } from './parameters.ts';
import type { Pen } from './pen.ts';
import { routeWire, taskWire, trackerWire } from './read.ts';

import { refusalFailure } from './refusals.ts';
import { scheduleWire } from './schedule-write.ts';
import { ANY, INTEGER, listOf, maybe, nullable, record, STRING } from './shapes.ts';
import { id } from './usual.ts';
import { vehicleWire } from './vehicle-calls.ts';

/** What can bear a tag, by Navixy's names. There are no places and zones here. */
const ENTITIES = ['place', 'task', 'task_schedule', 'employee', 'vehicle', 'zone', 'tracker'] as const;
type Entity = (typeof ENTITIES)[number];

const TAG = record({ id: INTEGER, avatar_file_name: nullable(STRING), name: STRING, color: STRING });
const IDS_MAX = 100;
/** Of each kind. */
const FOUND_MAX = 10_000;

const color: Reader<string> = {
  schema: { type: 'string', pattern: '^[0-9a-fA-F]{6}$' },
  fromText: (text) => text,
  read: (value, site) =>
    typeof value === 'string' && /^[0-9a-fA-F]{6}$/.test(value)
      ? value.toUpperCase()
      : site.fault('must match "^[0-9a-fA-F]{6}$"'),
};

const NEW_TAG = { name: required(name(60)), color: required(color) } satisfies Fields;

function tagWire({ id, name, color }: Tag): object {
  return { id, avatar_file_name: null, name, color };
}

export const TAG_CALLS: readonly Call[] = [
  call(
    {
      path: 'tag/create',
      scope: 'tag_update',
      summary: 'Makes a tag',
      takes: { tag: required(object(NEW_TAG)) },
      gives: { id: INTEGER },
    },
    ({ tag }, { operations }) => {
      const outcome = operations.createTag(tag);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success({ id: outcome.id });
    },
  ),
  call(
    {
      path: 'tag/list',
      scope: 'tasks:read',
      summary: 'Lists the tags, all or those with a part of a name in theirs',
      takes: { filter: optional(line(3, 60)) },
      gives: { list: listOf(TAG) },
    },
    ({ filter }, { operations }) => {
      const part = filter?.toLowerCase() ?? '';
      return listing(operations.listTags(), (tag) => (tag.name.toLowerCase().includes(part) ? tagWire(tag) : null));
    },
  ),
  call(
    {
      path: 'tag/update',
      scope: 'tag_update',
      summary: 'Changes a tag',
      takes: { tag: required(object({ id: required(id), ...NEW_TAG })) },
      gives: {},
    },
    ({ tag }, { operations }) => {
      const outcome = operations.editTag(tag);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
    },
  ),
  call(
    {
      path: 'tag/delete',
      scope: 'tag_update',
      summary: 'Deletes a tag, or several, and takes them from what bears them',
      takes: { tag_id: optional(id), tag_ids: optional(array(id, 0, IDS_MAX)) },
      gives: {},
    },
    async ({ tag_id, tag_ids }, { operations }) => {
      if ((tag_id === null) === (tag_ids === null)) {
        return invalid([{ parameter: 'tag_id', error: "Exactly one of 'tag_id' and 'tag_ids' must be specified" }]);
      }
      for (const id of tag_ids ?? [tag_id!]) {
        const outcome = await operations.deleteTag(id);
        // Of several, those that are not there are passed over.
        const isSilent = tag_ids !== null && outcome.kind === 'refused' && outcome.code === 'record_not_found';
        if (outcome.kind === 'refused' && !isSilent) return refusalFailure(outcome);
      }
      return success();
    },
  ),
  call(
    {
      path: 'tag/search',
      scope: 'tasks:read',
      summary: 'Finds what bears all of some tags',
      takes: {
        tag_ids: required(array(id, 1, IDS_MAX)),
        entity_types: optional(array(oneOf(ENTITIES), 0, ENTITIES.length)),
      },
      gives: { result: record(Object.fromEntries(ENTITIES.map((entity) => [entity, maybe(listOf(ANY))]))) },
    },
    async ({ tag_ids, entity_types }, desk, pen) => {
      const wanted = new Set<Entity>(entity_types === null || entity_types.length === 0 ? ENTITIES : entity_types);
      const result: Partial<Record<Entity, readonly object[]>> = {};
      for (const entity of ENTITIES) if (wanted.has(entity)) result[entity] = await bearers(entity, tag_ids, desk, pen);
      return success({ result });
    },
  ),
];

async function bearers(entity: Entity, tagIds: readonly number[], desk: Desk, pen: Pen): Promise<readonly object[]> {
  const { operations } = desk;
  const bearsAll = (tags: readonly number[]) => tagIds.every((id) => tags.includes(id));
  switch (entity) {
    case 'task':
      return taskBearers(operations, tagIds, pen);
    case 'employee':
      return operations
        .listEmployees()
        .filter(({ tags }) => bearsAll(tags))
        .map(employeeWire);
    case 'vehicle':
      return operations
        .listVehicles()
        .filter(({ tags }) => bearsAll(tags))
        .map((vehicle) => vehicleWire(vehicle, operations));
    case 'tracker':
      return trackerBearers(desk, bearsAll);
    case 'task_schedule':
      return operations.listSchedules({ tagIds }).slice(0, FOUND_MAX).map(scheduleWire);
    case 'place':
    case 'zone':
      return [];
  }
}

/** Tasks and checkpoints, and then routes. */
async function taskBearers(operations: Operations, tagIds: readonly number[], pen: Pen): Promise<readonly object[]> {
  const found: object[] = [];
  for await (const task of await operations.taggedTasks(tagIds, FOUND_MAX)) found.push(taskWire(task, pen));
  const routes = await operations.taggedRoutes(tagIds, FOUND_MAX - found.length);
  for await (const route of routes) found.push(routeWire(route, pen));
  return found;
}

async function trackerBearers(
  { operations, calendar }: Desk,
  bearsAll: (tags: readonly number[]) => boolean,
): Promise<readonly object[]> {
  const found: object[] = [];
  const tags = operations.taggedTrackers();
  for await (const tracker of operations.listTrackers()) {
    const bindings = tags.get(tracker.id) ?? [];
    if (bearsAll(bindings.map(({ tagId }) => tagId))) found.push(trackerWire(tracker, calendar, bindings));
  }
  return found;
}
