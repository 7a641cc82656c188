/** What `/api` answers, as JSON Schema: the API's document shows it, and a test holds the answers to it. */
import { DEVICE_COMMAND_STATES } from '../../model/device-command.ts';
import {
  BOOLEAN,
  INTEGER,
  type JsonSchema,
  listOf,
  maybe,
  NUMBER,
  nullable,
  oneOfWords,
  record,
  STRING,
} from '../navixy/shapes.ts';

/** Device times can be any 64-bit number; those that no date can say are shown as the digits they are. */
const TIME: JsonSchema = {
  anyOf: [{ type: 'string', pattern: '^[-+\\d]\\d*-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }, INTEGER],
  description: 'ISO 8601 in UTC',
};

const TRACKER_MEMBERS = {
  id: INTEGER,
  uuid: STRING,
  label: STRING,
  imei: nullable(STRING),
  model: nullable(STRING),
  timeZone: STRING,
  isBlocked: BOOLEAN,
  createdAt: TIME,
};

export const TRACKER = record({
  ...TRACKER_MEMBERS,
  clockSuspicion: nullable(record({ ahead: STRING, frames: INTEGER, since: TIME })),
});

const PENDING = record({
  imei: STRING,
  protocol: STRING,
  address: STRING,
  firstSeenAt: TIME,
  lastSeenAt: TIME,
  logins: INTEGER,
});

const ATTRIBUTES: JsonSchema = {
  type: 'object',
  additionalProperties: { anyOf: [NUMBER, STRING, BOOLEAN] },
  description: 'named, scaled values',
};

const FIX = record({
  time: TIME,
  receivedAt: TIME,
  protocol: STRING,
  lat: NUMBER,
  lon: NUMBER,
  altitude: nullable(NUMBER),
  speed: nullable(NUMBER),
  course: NUMBER,
  satellites: nullable(INTEGER),
  valid: BOOLEAN,
  invalidity: nullable(oneOfWords(['no_position', 'out_of_range', 'before_2005', 'in_future'])),
  priority: INTEGER,
  event: INTEGER,
  io: {
    type: 'object',
    additionalProperties: { anyOf: [NUMBER, STRING] },
    description: 'raw values by the id that the vendor gave them',
  },
  attributes: ATTRIBUTES,
});

const PROBLEM_FAULT = record({ parameter: STRING, received: maybe({}), expected: STRING });

/** Problem details by RFC 9457. */
export const PROBLEM: JsonSchema = record({
  type: STRING,
  title: STRING,
  status: INTEGER,
  code: STRING,
  detail: STRING,
  errors: maybe(listOf(PROBLEM_FAULT)),
});

export const TRACKER_WRITTEN = record({ ...TRACKER_MEMBERS, warnings: listOf(STRING) });
export const TRACKERS = record({ trackers: listOf(TRACKER) });
export const PENDING_TRACKERS = record({ pending: listOf(PENDING) });
export const FIXES = record({ trackerId: INTEGER, fixes: listOf(FIX), hasMore: BOOLEAN });
export const STATE = record({
  trackerId: INTEGER,
  isOnline: BOOLEAN,
  lastSeenAt: nullable(TIME),
  fix: nullable(FIX),
  attributes: ATTRIBUTES,
});

export const DEVICE_COMMAND = record({
  id: INTEGER,
  trackerId: INTEGER,
  text: STRING,
  state: oneOfWords(DEVICE_COMMAND_STATES),
  createdAt: TIME,
  expiresAt: TIME,
  sentAt: nullable(TIME),
  closedAt: nullable(TIME),
  answer: nullable(STRING),
  reason: nullable(STRING),
});

export const DEVICE_COMMANDS = record({ trackerId: INTEGER, commands: listOf(DEVICE_COMMAND), hasMore: BOOLEAN });

/** Beside these, every value that the words were made of. */
export const EXPLANATION: JsonSchema = {
  type: 'object',
  required: ['taskId', 'words'],
  properties: { taskId: INTEGER, words: { ...listOf(STRING), description: 'told to a person, a sentence a line' } },
};

export const ALIVE = record({ status: { const: 'ok' } });
export const READY = record({ status: { const: 'ready' }, reason: { type: 'null' } });
export const NOT_READY = record({ status: { const: 'not ready' }, reason: STRING });

/** Objects that have a name of their own in the API's document. */
export const NAMED_SHAPES: Readonly<Record<string, JsonSchema>> = {
  Tracker: TRACKER,
  TrackerWritten: TRACKER_WRITTEN,
  PendingTracker: PENDING,
  Fix: FIX,
  DeviceCommand: DEVICE_COMMAND,
};
