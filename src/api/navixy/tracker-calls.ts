/** `/tracker/*`: the trackers that tasks may be assigned to. */
import { type Call, call, listing, success } from './call.ts';
import { failure } from './errors.ts';
import { array, INT_MAX, integer, line, optional, required } from './parameters.ts';
import { trackerWire } from './read.ts';
import { listOf, TRACKER } from './shapes.ts';

const LABELS_MAX = 1000;

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
      return listing(operations.listTrackers(), (tracker) =>
        isWanted(tracker.label.toLowerCase()) ? trackerWire(tracker, calendar) : null,
      );
    },
  ),
  call(
    {
      path: 'tracker/read',
      scope: 'trackers:read',
      summary: 'Reads one tracker',
      takes: { tracker_id: required(integer(1, INT_MAX)) },
      gives: { value: TRACKER },
    },
    ({ tracker_id }, { operations, calendar }) => {
      const tracker = operations.readTracker(tracker_id);
      return tracker === null ? failure(201) : success({ value: trackerWire(tracker, calendar) });
    },
  ),
];
