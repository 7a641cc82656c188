/** What `/api` answers about tasks, as JSON Schema: the API's document shows it, and a test holds the answers to it. */
import { NAVIXY_STATUSES } from '../../model/projections.ts';
import {
  BOOLEAN,
  INTEGER,
  type JsonSchema,
  listOf,
  NUMBER,
  nullable,
  oneOfWords,
  record,
  STRING,
} from '../navixy/shapes.ts';
import { TIME } from './shapes.ts';

const STATUS = nullable(oneOfWords(NAVIXY_STATUSES));
const SECONDS: JsonSchema = { type: 'number', description: 'seconds' };

const ZONE = record({
  lat: NUMBER,
  lon: NUMBER,
  radius: NUMBER,
  ring: nullable(listOf({ ...listOf(NUMBER), description: '[lat, lon]' })),
});

const FORM = record({
  label: STRING,
  description: STRING,
  isInZone: BOOLEAN,
  submittedAt: nullable(TIME),
  fields: listOf(record({ id: STRING, label: STRING, type: STRING, isRequired: BOOLEAN, value: nullable(STRING) })),
});

export const TASK = record({
  id: INTEGER,
  uuid: STRING,
  dialect: oneOfWords(['navixy', 'gsmtasks', 'thetrack']),
  label: STRING,
  description: STRING,
  externalId: nullable(STRING),
  status: STATUS,
  state: STRING,
  isOpen: BOOLEAN,
  statusAt: TIME,
  trackerId: nullable(INTEGER),
  trackerLabel: nullable(STRING),
  zone: nullable(ZONE),
  address: STRING,
  from: nullable(TIME),
  to: nullable(TIME),
  maxDelay: SECONDS,
  minStay: SECONDS,
  minArrival: SECONDS,
  arrivedAt: nullable(TIME),
  departedAt: nullable(TIME),
  stay: SECONDS,
  issues: listOf(STRING),
  isLate: BOOLEAN,
  isFaulty: BOOLEAN,
  routeId: nullable(INTEGER),
  createdAt: TIME,
  form: nullable(FORM),
});

export const TASK_PAGE = record({ tasks: listOf(TASK), nextCursor: nullable(STRING) });

const HISTORY_EVENT = record({
  id: INTEGER,
  uid: STRING,
  taskId: INTEGER,
  kind: STRING,
  eventAt: TIME,
  recordedAt: TIME,
  words: { ...STRING, description: 'a sentence for a person' },
  fromStatus: STATUS,
  toStatus: STATUS,
  isRevised: BOOLEAN,
  reason: nullable(STRING),
  witness: nullable(record({ time: TIME, lat: NUMBER, lon: NUMBER })),
  trackerId: nullable(INTEGER),
});

export const HISTORY = record({ events: listOf(HISTORY_EVENT) });

/** Objects that have a name of their own in the API's document. */
export const NAMED_TASK_SHAPES: Readonly<Record<string, JsonSchema>> = {
  MilepostTask: TASK,
  HistoryEvent: HISTORY_EVENT,
};
