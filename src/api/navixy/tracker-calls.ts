/** `/tracker/*`: the trackers that tasks may be assigned to, and what their owner does to them. */
import type { Tracker } from '../../model/tracker.ts';
import { type Desk, listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure, invalid } from './errors.ts';
import {
  array,
  bool,
  type Fields,
  INT_MAX,
  integer,
  line,
  name,
  object,
  optional,
  type Reader,
  required,
} from './parameters.ts';
import { trackerWire } from './read.ts';

import { refusalFailure } from './refusals.ts';
import { listOf, TRACKER } from './shapes.ts';
import { id } from './usual.ts';

const LABELS_MAX = 1000;
const TAGS_MAX = 100;

const TRACKER_ID = { tracker_id: required(id) };

const BINDING = { tag_id: required(id), ordinal: required(integer(0, INT_MAX)) } satisfies Fields;

const imei: Reader<string> = {
  schema: { type: 'string', pattern: '^[0-9]{10,15}$' },
  fromText: (text) => text,
  read: (value, site) =>
    typeof value === 'string' && /^[0-9]{10,15}$/.test(value) ? value : site.fault('must match "^[0-9]{10,15}$"'),
};

export const TRACKER_CALLS: readonly Call[] = [
  /** With `labels`: those whose label contains any of them, in whatever case. */
  call(
    {
      path: 'tracker/list',
      scope: 'trackers:read',
      summary: 'Lists the trackers',
      takes: { labels: optional(array(line(0, 200), 0, LABELS_MAX)) },
      gives: { list: listOf(TRACKER) },
    },
    ({ labels }, { operations, calendar }) => {
      const wanted = labels?.map((label) => label.toLowerCase());
      const isWanted = (label: string): boolean => wanted?.some((part) => label.includes(part)) ?? true;
      const tags = operations.taggedTrackers();
      return listing(operations.listTrackers(), (tracker) =>
        isWanted(tracker.label.toLowerCase()) ? trackerWire(tracker, calendar, tags.get(tracker.id)) : null,
      );
    },
  ),
  call(
    {
      path: 'tracker/read',
      scope: 'trackers:read',
      summary: 'Reads one tracker',
      takes: TRACKER_ID,
      gives: { value: TRACKER },
    },
    ({ tracker_id }, desk) => {
      const tracker = desk.operations.readTracker(tracker_id);
      return tracker === null ? failure(201) : success({ value: shown(tracker, desk) });
    },
  ),
  call(
    {
      path: 'tracker/tags/set',
      scope: 'tag_update',
      summary: 'Tags a tracker, in place of the tags it has',
      takes: { ...TRACKER_ID, tag_bindings: required(array(object(BINDING), 0, TAGS_MAX)) },
      gives: {},
    },
    ({ tracker_id, tag_bindings }, { operations }) => {
      const bindings = tag_bindings.map(({ tag_id, ordinal }) => ({ tagId: tag_id, ordinal }));
      const outcome = operations.tagTracker(tracker_id, bindings);
      if (outcome.kind !== 'refused') return success();
      if (outcome.code !== 'invalid') return refusalFailure(outcome);
      return invalid([{ parameter: 'tag_bindings', error: outcome.message }]);
    },
  ),
  call(
    {
      path: 'tracker/update',
      scope: 'tracker_update',
      summary: 'Gives a tracker another label (extension)',
      takes: { ...TRACKER_ID, label: required(name(200)) },
      gives: { value: TRACKER },
    },
    async ({ tracker_id, label }, desk) => {
      const outcome = await desk.operations.editTracker(tracker_id, { label });
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success({ value: shown(outcome.tracker, desk) });
    },
  ),
  call(
    {
      path: 'tracker/block',
      scope: 'trackers:write',
      summary: 'Blocks a tracker, which gets no new tasks then, or lets it have some again (extension)',
      takes: { ...TRACKER_ID, blocked: required(bool) },
      gives: { value: TRACKER },
    },
    async ({ tracker_id, blocked }, desk) => {
      const outcome = await desk.operations.editTracker(tracker_id, { isBlocked: blocked });
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success({ value: shown(outcome.tracker, desk) });
    },
  ),
  call(
    {
      path: 'tracker/change_device',
      scope: 'trackers:write',
      summary: 'Puts another device in a tracker: tasks, history and track go on (extension)',
      takes: { ...TRACKER_ID, device_id: required(imei), model: optional(name(64)) },
      gives: { value: TRACKER },
    },
    async ({ tracker_id, device_id, model }, desk) => {
      const outcome = await desk.operations.changeDevice(tracker_id, device_id, model);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success({ value: shown(outcome.tracker, desk) });
    },
  ),
  call(
    {
      path: 'tracker/delete',
      scope: 'trackers:write',
      summary: 'Deletes a tracker: its open tasks become unassigned, what it sent stays',
      takes: TRACKER_ID,
      gives: {},
    },
    async ({ tracker_id }, { operations }) => {
      const outcome = await operations.deleteTracker(tracker_id);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
    },
  ),
];

function shown(tracker: Tracker, { operations, calendar }: Desk): object {
  return trackerWire(tracker, calendar, operations.taggedTrackers().get(tracker.id));
}
