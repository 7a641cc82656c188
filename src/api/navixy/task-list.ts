/** What `task/list` may be asked, in the words of the store. */
import { NAVIXY_STATUSES } from '../../model/projections.ts';
import type { TaskFilter } from '../../operations/tasks.ts';
import { anywhere, conditions, FIELDS, inTexts } from './conditions.ts';
import {
  array,
  bool,
  decimal,
  type Fields,
  instant,
  line,
  object,
  oneOf,
  optional,
  otherwise,
  type Read,
  type Reader,
  required,
  set,
  text,
} from './parameters.ts';
import { id, PAGE, trackers } from './usual.ts';

const TAGS_MAX = 100;
const FILTERS_MAX = 60;
const FILTER_TEXT_MAX = 100;
/** Half way round the earth. */
const RADIUS_M_MAX = 20_100_000;

const sortKey: Reader<TaskFilter['sort'][number]> = {
  schema: { type: 'string', pattern: `^(${[...FIELDS.keys()].join('|')})=(asc|desc)$` },
  fromText: (value) => value,
  read(value, site) {
    const match = typeof value === 'string' ? /^([a-z_]+)=(asc|desc)$/.exec(value) : null;
    if (match === null) return site.fault('must match "^[a-z_]+=(asc|desc)$"');
    const field = FIELDS.get(match[1] ?? '');
    if (field === undefined) return site.fault(`Should be one of [${[...FIELDS.keys()].join(', ')}]`);
    return { field, descending: match[2] === 'desc' };
  },
};

const CIRCLE = {
  lat: required(decimal(-90, 90)),
  lng: required(decimal(-180, 180)),
  radius: required(decimal(1, RADIUS_M_MAX)),
};

/** Whether tasks come with what Navixy's own object does not say. */
export const EXTENDED_FLAG = otherwise(bool, false);

export const LIST = {
  statuses: optional(array(oneOf(NAVIXY_STATUSES), 1, 100)),
  trackers,
  from: optional(instant),
  to: optional(instant),
  external_id: optional(line(0, 100)),
  conditions: otherwise(conditions, []),
  filter: otherwise(text(0, FILTER_TEXT_MAX), ''),
  filters: otherwise(array(text(0, FILTER_TEXT_MAX), 0, FILTERS_MAX), []),
  tag_ids: otherwise(set(id, TAGS_MAX), []),
  location: optional(object(CIRCLE)),
  modified_since: optional(instant),
  extended: EXTENDED_FLAG,
  sort: otherwise(array(sortKey, 0, FIELDS.size), []),
  ...PAGE,
} satisfies Fields;

export function filterOf(asked: Read<typeof LIST>): TaskFilter {
  const { statuses, trackers, external_id, from, to, tag_ids, location, modified_since, sort, offset, limit } = asked;
  const searched = searchedIn(asked);
  return {
    ...(statuses !== null && { statuses: [...new Set(statuses)] }),
    ...(trackers !== null && { trackerIds: trackers }),
    ...(external_id !== null && { externalId: external_id }),
    ...(from !== null && { overlapFromMs: from }),
    ...(to !== null && { overlapToMs: to }),
    ...(searched.length > 0 && { conditions: searched }),
    ...(tag_ids.length > 0 && { tagIds: tag_ids }),
    ...(location !== null && { near: { latDeg: location.lat, lonDeg: location.lng, radiusM: location.radius } }),
    ...(modified_since !== null && { modifiedSinceMs: modified_since }),
    sort,
    offset,
    limit,
  };
}

/** Nothing is in every text. */
function searchedIn({ conditions: given, filter, filters }: Read<typeof LIST>): NonNullable<TaskFilter['conditions']> {
  const everywhere = filter === '' ? [] : [anywhere(filter)];
  return [...given, ...everywhere, ...filters.filter((part) => part !== '').map(inTexts)];
}
