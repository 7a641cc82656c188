/** What `/api` takes, as JSON Schema; `description` is what a caller is told to be expected. */
import { WEBHOOK_TYPES } from '../../operations/webhook-events.ts';

/** One line, not blank, no control, private-use or broken characters. The look-ahead keeps it linear. */
export const LINE = '^(?=.*\\S)[^\\p{Cc}\\p{Co}\\p{Cs}]*$';
const INSTANT_FORM = '^(-?\\d{1,15}|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[-+ ]\\d\\d:\\d\\d))$';

export const FIXES_MAX = 100_000;
export const FIXES_DEFAULT = 1000;
export const INSTANT_EXPECTED = 'a time as ISO 8601 with an offset (2026-03-01T08:00:00Z) or ms since 1970';
export const LIMIT_EXPECTED = `an integer from 1 to ${FIXES_MAX}`;

export const LABEL = {
  type: 'string',
  minLength: 1,
  maxLength: 200,
  pattern: LINE,
  description: '1 to 200 characters on one line, not blank',
};
const IMEI = {
  type: ['string', 'null'],
  pattern: '^[0-9]{10,15}$',
  description: 'a string of 10 to 15 digits, or null for no device',
};
const MODEL = {
  type: ['string', 'null'],
  minLength: 1,
  maxLength: 64,
  pattern: LINE,
  description: "the vendor's model name, 1 to 64 characters, or null",
};
const TIME_ZONE = {
  type: 'string',
  pattern: '^(utc|login|[+-](0[0-9]|1[0-4]):[0-5][0-9])$',
  description: 'how the device stamps its times: "utc", "login" or an offset such as "+03:00"',
};
const IS_BLOCKED = { type: 'boolean', description: 'true or false' };
export const OBJECT = 'a JSON object';
export const INSTANT = { type: 'string', pattern: INSTANT_FORM, description: INSTANT_EXPECTED };

export const NEW_TRACKER = {
  type: 'object',
  description: OBJECT,
  required: ['label'],
  additionalProperties: false,
  properties: { label: LABEL, imei: IMEI, model: MODEL, timeZone: TIME_ZONE },
};

export const TRACKER_EDIT = {
  type: 'object',
  description: OBJECT,
  minProperties: 1,
  additionalProperties: false,
  properties: { label: LABEL, imei: IMEI, model: MODEL, timeZone: TIME_ZONE, isBlocked: IS_BLOCKED },
};

export const TIME_ZONE_SETTING = {
  type: 'object',
  description: OBJECT,
  required: ['timeZone'],
  additionalProperties: false,
  properties: {
    timeZone: TIME_ZONE,
    restamp: { type: 'boolean', description: 'true or false: whether what is kept is read by it, too' },
  },
};

export const ACCEPTANCE = {
  type: ['object', 'null'],
  description: 'a JSON object, or no body',
  additionalProperties: false,
  properties: { label: LABEL },
};

export const ID_PARAMS = {
  type: 'object',
  properties: { id: { type: 'string', pattern: '^[1-9][0-9]{0,14}$', description: 'a positive integer' } },
};

export const IMEI_PARAMS = {
  type: 'object',
  properties: { imei: { type: 'string', pattern: '^[0-9]{10,15}$', description: '10 to 15 digits' } },
};

export const FIXES_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: INSTANT,
    to: INSTANT,
    limit: { type: 'string', pattern: '^[0-9]{1,6}$', description: LIMIT_EXPECTED },
  },
};

const COMMAND_CHARACTERS_MAX = 512;
const EXPIRES_IN_SECONDS_MAX = 30 * 86_400;
export const DEVICE_COMMANDS_DEFAULT = 50;

export const NEW_DEVICE_COMMAND = {
  type: 'object',
  description: OBJECT,
  required: ['text'],
  additionalProperties: false,
  properties: {
    text: {
      type: 'string',
      minLength: 1,
      maxLength: COMMAND_CHARACTERS_MAX,
      pattern: LINE,
      description: `the command in the device's words: 1 to ${COMMAND_CHARACTERS_MAX} characters on one line, not blank`,
    },
    expires_in: {
      type: 'integer',
      minimum: 1,
      maximum: EXPIRES_IN_SECONDS_MAX,
      description: `whole seconds from 1 to ${EXPIRES_IN_SECONDS_MAX}`,
    },
    confirm: { type: 'boolean', description: 'true or false: whether it is meant, where it cuts fuel or power' },
    evenMoving: { type: 'boolean', description: 'true or false: whether it is sent to a vehicle that may be moving' },
  },
};

export const DEVICE_COMMANDS_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    before: { type: 'string', pattern: '^[1-9][0-9]{0,14}$', description: 'the id of a command' },
    limit: { type: 'string', pattern: '^([1-9][0-9]?|100)$', description: 'an integer from 1 to 100' },
  },
};

/** A key, or the token of a link; what they look like is not told, as a wrong one is an unknown one. */
export const LOGIN = {
  type: 'object',
  description: 'a JSON object with either key or token',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    key: { type: 'string', maxLength: 200, description: 'an API key: 32 hex digits' },
    token: { type: 'string', maxLength: 200, description: 'the token of a link to log in once' },
  },
};

export const UUID_PARAMS = {
  type: 'object',
  properties: {
    uuid: {
      type: 'string',
      pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$',
      description: 'a UUID',
    },
  },
};

const WEBHOOK_MEMBERS = {
  name: { ...LABEL, maxLength: 100, description: '1 to 100 characters on one line, not blank' },
  url: { type: 'string', minLength: 1, maxLength: 2048, description: 'a URL of http or https, up to 2048 characters' },
  topics: {
    type: 'array',
    maxItems: WEBHOOK_TYPES.length,
    uniqueItems: true,
    items: { type: 'string', enum: WEBHOOK_TYPES, description: `one of ${WEBHOOK_TYPES.join(', ')}` },
    description: 'types of events, each once; none = all',
  },
  isEnabled: { type: 'boolean', description: 'true or false' },
};

export const NEW_WEBHOOK = {
  type: 'object',
  description: OBJECT,
  required: ['name', 'url'],
  additionalProperties: false,
  properties: WEBHOOK_MEMBERS,
};

export const WEBHOOK_EDIT = {
  type: 'object',
  description: OBJECT,
  minProperties: 1,
  additionalProperties: false,
  properties: WEBHOOK_MEMBERS,
};

export const REDELIVERY_EXPECTED = 'either eventId, or from and to';

export const REDELIVERY = {
  type: 'object',
  description: OBJECT,
  additionalProperties: false,
  properties: {
    eventId: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'the id of an event' },
    from: INSTANT,
    to: INSTANT,
  },
};

const FORMATS = ['csv', 'gpx', 'geojson'];

export const TRACK_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: INSTANT,
    to: INSTANT,
    format: { type: 'string', enum: FORMATS, description: `one of ${FORMATS.join(', ')}` },
  },
};

/** About 100 bytes each, so that a body of these is well below what is taken. */
const POINTS_MAX = 1000;

function between(minimum: number, maximum: number): object {
  return { type: 'number', minimum, maximum, description: `a number from ${minimum} to ${maximum}` };
}

export const NEW_POINTS = {
  type: 'object',
  description: OBJECT,
  required: ['points'],
  additionalProperties: false,
  properties: {
    points: {
      type: 'array',
      minItems: 1,
      maxItems: POINTS_MAX,
      description: `an array of 1 to ${POINTS_MAX} points`,
      items: {
        type: 'object',
        description: OBJECT,
        required: ['time', 'lat', 'lon'],
        additionalProperties: false,
        properties: {
          time: INSTANT,
          lat: between(-90, 90),
          lon: between(-180, 180),
          altitude: between(-20_000, 100_000),
          speed: between(0, 10_000),
          course: between(0, 360),
        },
      },
    },
  },
};

export const AUDIT_DEFAULT = 100;

export const AUDIT_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    before: { type: 'string', pattern: '^[1-9][0-9]{0,14}$', description: 'the id of an entry' },
    limit: { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$', description: 'an integer from 1 to 1000' },
  },
};

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export const LOG_LEVEL = {
  type: 'object',
  description: OBJECT,
  required: ['level'],
  additionalProperties: false,
  properties: { level: { enum: LOG_LEVELS, description: `one of ${LOG_LEVELS.join(', ')}` } },
};

const CAPTURE_MINUTES_MAX = 1440;

export const NEW_CAPTURE = {
  type: 'object',
  description: OBJECT,
  required: ['minutes'],
  additionalProperties: false,
  properties: {
    minutes: {
      type: 'integer',
      minimum: 0,
      maximum: CAPTURE_MINUTES_MAX,
      description: `an integer from 0, which ends it, to ${CAPTURE_MINUTES_MAX}`,
    },
  },
};
