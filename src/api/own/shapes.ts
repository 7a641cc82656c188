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
export const TIME: JsonSchema = {
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
  captureUntil: nullable(TIME),
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

export const FIX_MEMBERS = {
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
};

const FIX = record(FIX_MEMBERS);

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
  properties: {
    taskId: INTEGER,
    words: { ...listOf(STRING), description: 'told to a person, a sentence a line' },
    visits: listOf({ type: 'object', properties: { from: STRING, to: STRING, counts: BOOLEAN } }),
    completedAt: nullable(STRING),
    formAt: nullable(STRING),
  },
};

export const POINTS_TAKEN = record({ trackerId: INTEGER, taken: INTEGER });

export const ALIVE = record({ status: { const: 'ok' } });
export const READY = record({ status: { const: 'ready' }, reason: { type: 'null' } });
export const NOT_READY = record({ status: { const: 'not ready' }, reason: STRING });

const WEBHOOK_SHOWN = {
  uuid: STRING,
  name: STRING,
  url: STRING,
  topics: listOf(STRING),
  state: oneOfWords(['active', 'inactive', 'failed']),
  failure: nullable(STRING),
  createdAt: TIME,
  backlog: INTEGER,
};

export const WEBHOOK = record(WEBHOOK_SHOWN);
export const WEBHOOK_SECRET = record({ ...WEBHOOK_SHOWN, secret: STRING });
export const WEBHOOKS = record({ webhooks: listOf(WEBHOOK), types: listOf(STRING) });
export const DELIVERY = record({
  webhook: STRING,
  webhookName: STRING,
  eventId: INTEGER,
  taskId: nullable(INTEGER),
  messageId: STRING,
  type: STRING,
  at: TIME,
  duration: NUMBER,
  status: nullable(INTEGER),
  error: nullable(STRING),
});
export const DELIVERIES = record({ deliveries: listOf(DELIVERY) });
/** `nextFrom`: from where to ask for what was too much for once. */
export const REDELIVERY = record({ events: INTEGER, nextFrom: nullable(TIME) });
const AUDIT_ENTRY = record({
  id: INTEGER,
  at: TIME,
  keyName: nullable(STRING),
  address: nullable(STRING),
  action: STRING,
  subject: STRING,
  before: { description: 'what it was, where that is known' },
  after: { description: 'what it became, or what was sent' },
});
export const AUDIT = record({ entries: listOf(AUDIT_ENTRY), hasMore: BOOLEAN });

const ALERT = record({
  kind: oneOfWords(['silent', 'clock']),
  trackerId: INTEGER,
  trackerLabel: STRING,
  since: TIME,
  words: STRING,
});
export const ALERTS = record({ alerts: listOf(ALERT) });

export const LOG_LEVEL = record({ level: STRING });
export const CAPTURE = record({ trackerId: INTEGER, captureUntil: nullable(TIME) });

/** Objects that have a name of their own in the API's document. */
export const NAMED_SHAPES: Readonly<Record<string, JsonSchema>> = {
  Tracker: TRACKER,
  TrackerWritten: TRACKER_WRITTEN,
  PendingTracker: PENDING,
  Fix: FIX,
  DeviceCommand: DEVICE_COMMAND,
  Delivery: DELIVERY,
  Webhook: WEBHOOK,
};

export const SESSION = record({
  keyName: STRING,
  scopes: { ...listOf(STRING), description: 'every right, those that others bring along included; * = all' },
  clockFactor: { ...NUMBER, description: "how much faster than the wall the gateway's clock goes: 1 but in a demo" },
  now: TIME,
});

export const CONSOLE_SETTINGS = record({
  tileUrl: nullable(STRING),
  tileAttribution: STRING,
  pmtilesUrl: nullable(STRING),
  roads: {
    anyOf: [listOf(listOf(listOf(NUMBER))), { type: 'null' }],
    description: 'lines of [lat, lon] of a made-up town; null but in a demo',
  },
});
