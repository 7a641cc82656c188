/** What `/api` takes, as JSON Schema; `description` is what a caller is told to be expected. */

/** One line, not blank, no control, private-use or broken characters. The look-ahead keeps it linear. */
const LINE = '^(?=.*\\S)[^\\p{Cc}\\p{Co}\\p{Cs}]*$';
const INSTANT_FORM = '^(-?\\d{1,15}|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[-+ ]\\d\\d:\\d\\d))$';

export const FIXES_MAX = 100_000;
export const FIXES_DEFAULT = 1000;
export const INSTANT_EXPECTED = 'a time as ISO 8601 with an offset (2026-03-01T08:00:00Z) or ms since 1970';
export const LIMIT_EXPECTED = `an integer from 1 to ${FIXES_MAX}`;

const LABEL = {
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
const OBJECT = 'a JSON object';
const INSTANT = { type: 'string', pattern: INSTANT_FORM, description: INSTANT_EXPECTED };

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
