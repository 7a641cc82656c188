/** What `/api/tasks` takes, as JSON Schema; `description` is what a caller is told to be expected. */

import { NAVIXY_STATUSES } from '../../model/projections.ts';
import { CORNERS_MAX } from '../../model/task.ts';
import { INSTANT, LABEL, LINE, OBJECT } from './schemas.ts';

/** As the one Navixy takes, in seconds. */
const SECONDS_MAX = 512_000 * 60;
const SECONDS = {
  type: 'integer',
  minimum: 0,
  maximum: SECONDS_MAX,
  description: `whole seconds from 0 to ${SECONDS_MAX}`,
};
const LAT = { type: 'number', minimum: -90, maximum: 90, description: 'degrees from -90 to 90' };
const LON = { type: 'number', minimum: -180, maximum: 180, description: 'degrees from -180 to 180' };

const ZONE = {
  type: 'object',
  description: 'a circle: lat, lon and radius; or a polygon: a ring, which the circle is made anew around',
  required: ['lat', 'lon', 'radius'],
  additionalProperties: false,
  properties: {
    lat: LAT,
    lon: LON,
    radius: { type: 'number', minimum: 1, maximum: 300_000, description: 'metres from 1 to 300000' },
    ring: {
      type: ['array', 'null'],
      minItems: 3,
      maxItems: CORNERS_MAX,
      items: { type: 'array', minItems: 2, maxItems: 2, items: { type: 'number' }, description: '[lat, lon]' },
      description: `3 to ${CORNERS_MAX} corners as [lat, lon], not closed; or null for a circle`,
    },
  },
};

const WISH = {
  label: LABEL,
  description: {
    type: 'string',
    maxLength: 20_000,
    pattern: '^[^\\0\\p{Cs}]*$',
    description: 'a text of at most 20000 characters',
  },
  externalId: {
    type: ['string', 'null'],
    minLength: 1,
    maxLength: 100,
    pattern: LINE,
    description: '1 to 100 characters on one line, or null',
  },
  trackerId: { type: ['integer', 'null'], minimum: 1, description: 'the id of a tracker, or null for nobody' },
  zone: ZONE,
  address: {
    type: 'string',
    maxLength: 255,
    pattern: '^[^\\p{Cc}\\p{Co}\\p{Cs}]*$',
    description: 'at most 255 characters on one line',
  },
  from: INSTANT,
  to: INSTANT,
  maxDelay: SECONDS,
  minStay: SECONDS,
  minArrival: SECONDS,
};

export const NEW_TASK = {
  type: 'object',
  description: OBJECT,
  required: ['label', 'zone', 'from', 'to'],
  additionalProperties: false,
  properties: WISH,
};

export const TASK_EDIT = {
  type: 'object',
  description: OBJECT,
  minProperties: 1,
  additionalProperties: false,
  properties: WISH,
};

export const ASSIGNMENT = {
  type: 'object',
  description: OBJECT,
  required: ['trackerId'],
  additionalProperties: false,
  properties: { trackerId: WISH.trackerId },
};

export const TASK_PARAMS = {
  type: 'object',
  properties: {
    id: {
      type: 'string',
      pattern: '^([1-9][0-9]{0,14}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$',
      description: 'a positive integer or a UUID',
    },
  },
};

export const TASKS_DEFAULT = 50;
/** Of a filter. */
const NAMES_MAX = 100;
const WORDS_MAX = 20;

export const TASKS_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    status: {
      type: 'string',
      pattern: `^(${NAVIXY_STATUSES.join('|')})(,(${NAVIXY_STATUSES.join('|')})){0,6}$`,
      description: `some of ${NAVIXY_STATUSES.join(', ')}, joined by commas`,
    },
    tracker: {
      type: 'string',
      pattern: `^[1-9][0-9]{0,14}(,[1-9][0-9]{0,14}){0,${NAMES_MAX - 1}}$`,
      description: `ids of 1 to ${NAMES_MAX} trackers, joined by commas`,
    },
    search: {
      type: 'string',
      maxLength: 200,
      pattern: `^\\s*(\\S+(\\s+|$)){0,${WORDS_MAX}}$`,
      description: `at most ${WORDS_MAX} words in 200 characters`,
    },
    from: INSTANT,
    to: INSTANT,
    cursor: { type: 'string', maxLength: 200, pattern: '^[\\w-]+$', description: 'the nextCursor of a page' },
    limit: { type: 'string', pattern: '^([1-9][0-9]?|1[0-9][0-9]|200)$', description: 'an integer from 1 to 200' },
  },
};
