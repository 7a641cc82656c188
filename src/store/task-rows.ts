/** Tasks and trackers as rows and back: one function for each part of a task in each direction. */
import type { TaskDetails } from '../model/details.ts';
import type { TaskForm } from '../model/form.ts';
import {
  type Attempt,
  type Closer,
  type Dialect,
  FIRST_ATTEMPT,
  type Issue,
  type JudgedTask,
  type LifecycleState,
  type OpenEnds,
  type Ring,
  type Task,
  type TaskFacts,
  type TaskTerms,
  type TaskText,
  type Zone,
} from '../model/task.ts';
import type { Tracker } from '../model/tracker.ts';

type SqlValue = number | string | null;
/** A row to be written: a value for each of these columns. */
export type SqlRow<Column extends string> = Readonly<Record<Column, SqlValue>>;

export interface TrackerRow {
  readonly id: number;
  readonly uuid: string;
  readonly label: string;
  readonly imei: string | null;
  readonly model: string | null;
  readonly time_zone: string;
  readonly is_blocked: number;
  readonly created_ms: number;
  readonly deleted_ms: number | null;
}

export interface JudgedTaskRow {
  readonly id: number;
  readonly dialect: Dialect;
  readonly created_ms: number;
  readonly deleted_ms: number | null;
  readonly lat_deg: number;
  readonly lon_deg: number;
  readonly radius_m: number;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly max_delay_ms: number;
  readonly min_stay_ms: number;
  readonly min_arrival_ms: number;
  readonly is_form_required: number;
  readonly is_form_in_zone: number;
  readonly ring: string | null;
  readonly open_ends: OpenEnds | null;
  readonly position: number | null;
  readonly route_id: number | null;
  readonly route_order: number | null;
  readonly tracker_id: number | null;
  readonly given_ms: number | null;
  readonly assigned_ms: number | null;
  readonly attempt: string | null;
  readonly state: LifecycleState;
  readonly status_ms: number;
  readonly arrival_ms: number | null;
  readonly completion_ms: number | null;
  readonly stay_ms: number;
  readonly departure_ms: number | null;
  readonly issues: string;
  readonly is_late: number;
  readonly is_faulty: number;
  readonly closer: Closer | null;
  readonly is_settled: number;
  readonly start_ms: number | null;
  readonly is_near: number | null;
}

/** The same as SQLite gives it without names, in the order of JUDGED_COLUMNS. */
export type JudgedTaskValues = readonly [
  id: number,
  dialect: Dialect,
  created_ms: number,
  lat_deg: number,
  lon_deg: number,
  radius_m: number,
  from_ms: number,
  to_ms: number,
  max_delay_ms: number,
  min_stay_ms: number,
  min_arrival_ms: number,
  is_form_required: number,
  is_form_in_zone: number,
  ring: string | null,
  open_ends: OpenEnds | null,
  position: number | null,
  route_id: number | null,
  route_order: number | null,
  tracker_id: number | null,
  given_ms: number | null,
  assigned_ms: number | null,
  attempt: string | null,
  state: LifecycleState,
  status_ms: number,
  arrival_ms: number | null,
  completion_ms: number | null,
  stay_ms: number,
  departure_ms: number | null,
  issues: string,
  is_late: number,
  is_faulty: number,
  closer: Closer | null,
  is_settled: number,
  start_ms: number | null,
  is_near: number | null,
  deleted_ms: number | null,
];

/** What TASK_COLUMNS has beyond JUDGED_COLUMNS, in that order. */
type TextValues = readonly [
  uuid: string,
  label: string,
  description: string,
  external_id: string | null,
  address: string,
  tags: string,
  origin: TaskText['origin'],
  extra: string,
  form: string | null,
  details: string | null,
];

export const TERMS_COLUMNS = [
  'lat_deg',
  'lon_deg',
  'radius_m',
  'from_ms',
  'to_ms',
  'max_delay_ms',
  'min_stay_ms',
  'min_arrival_ms',
  'is_form_required',
  'is_form_in_zone',
  'ring',
  'open_ends',
  'position',
] as const;
const CHECKPOINT_COLUMNS = ['route_id', 'route_order'] as const;
export const FINDING_COLUMNS = [
  'state',
  'status_ms',
  'arrival_ms',
  'completion_ms',
  'stay_ms',
  'departure_ms',
  'issues',
  'is_late',
  'is_faulty',
  'closer',
  'is_settled',
  'start_ms',
  'is_near',
] as const;
/** Place in a route, tenure, attempt, facts and deletion: what the engine writes. */
export const VERDICT_COLUMNS = [
  ...CHECKPOINT_COLUMNS,
  'tracker_id',
  'given_ms',
  'assigned_ms',
  'attempt',
  ...FINDING_COLUMNS,
  'deleted_ms',
] as const;
export const TEXT_COLUMNS = [
  'label',
  'description',
  'external_id',
  'address',
  'tags',
  'origin',
  'extra',
  'form',
  'details',
] as const;
export const JUDGED_COLUMNS = ['id', 'dialect', 'created_ms', ...TERMS_COLUMNS, ...VERDICT_COLUMNS] as const;
export const TASK_COLUMNS = [...JUDGED_COLUMNS, 'uuid', ...TEXT_COLUMNS] as const;
export const TRACKER_COLUMNS = [
  'id',
  'uuid',
  'label',
  'imei',
  'model',
  'time_zone',
  'is_blocked',
  'created_ms',
  'deleted_ms',
] as const;

export function rowOfTask(task: Task): SqlRow<(typeof TASK_COLUMNS)[number]> {
  return {
    id: task.id,
    uuid: task.uuid,
    dialect: task.dialect,
    created_ms: task.createdMs,
    ...rowOfText(task.text),
    ...rowOfTerms(task.terms),
    ...rowOfVerdict(task),
  };
}

export function rowOfText(text: TaskText): SqlRow<(typeof TEXT_COLUMNS)[number]> {
  return {
    label: text.label,
    description: text.description,
    external_id: text.externalId,
    address: text.address,
    tags: JSON.stringify(text.tags),
    origin: text.origin,
    extra: JSON.stringify(text.extra),
    form: text.form === null ? null : JSON.stringify(text.form),
    details: text.details === undefined ? null : JSON.stringify(text.details),
  };
}

export function rowOfTerms(terms: TaskTerms): SqlRow<(typeof TERMS_COLUMNS)[number]> {
  // The columns know no NULL: no circle has no radius.
  const zone: Zone = terms.zone ?? { latDeg: 0, lonDeg: 0, radiusM: 0 };
  return {
    lat_deg: zone.latDeg,
    lon_deg: zone.lonDeg,
    radius_m: zone.radiusM,
    from_ms: terms.fromMs,
    to_ms: terms.toMs,
    max_delay_ms: terms.maxDelayMs,
    min_stay_ms: terms.minStayMs,
    min_arrival_ms: terms.minArrivalMs,
    is_form_required: Number(terms.isFormRequired),
    is_form_in_zone: Number(terms.isFormInZone),
    ring: zone.ring === undefined ? null : JSON.stringify(zone.ring),
    open_ends: terms.openEnds ?? null,
    position: terms.position ?? null,
  };
}

export function rowOfVerdict(
  task: Pick<Task, 'tenure' | 'attempt' | 'facts' | 'deletedMs' | 'checkpoint' | 'isNear'>,
): SqlRow<(typeof VERDICT_COLUMNS)[number]> {
  const { tenure, attempt, checkpoint } = task;
  return {
    route_id: checkpoint?.routeId ?? null,
    route_order: checkpoint?.order ?? null,
    tracker_id: tenure.trackerId,
    given_ms: tenure.givenMs === -Infinity ? null : tenure.givenMs,
    assigned_ms: tenure.assignedMs,
    attempt: attempt === FIRST_ATTEMPT ? null : JSON.stringify(attempt),
    ...rowOfFindings(task),
    deleted_ms: task.deletedMs,
  };
}

export function rowOfFindings({
  facts,
  isNear,
}: Pick<Task, 'facts' | 'isNear'>): SqlRow<(typeof FINDING_COLUMNS)[number]> {
  return {
    state: facts.state,
    status_ms: facts.statusMs,
    arrival_ms: facts.arrivalMs,
    completion_ms: facts.completionMs,
    stay_ms: facts.stayMs,
    departure_ms: facts.departureMs,
    issues: facts.issues.join(','),
    is_late: Number(facts.isLate),
    is_faulty: Number(facts.isFaulty),
    closer: facts.closer,
    is_settled: Number(facts.isSettled),
    start_ms: facts.startMs ?? null,
    is_near: isNear === undefined ? null : Number(isNear),
  };
}

/** What SQLite gives of TASK_COLUMNS without names: what crosses from thread to thread, as JSON. */
export type TaskValues = readonly SqlValue[];

export function taskOfValues(values: TaskValues): Task {
  const judged = values as readonly unknown[] as JudgedTaskValues;
  const text = values.slice(JUDGED_COLUMNS.length) as readonly unknown[] as TextValues;
  return { ...judgedTaskOf(judgedRowOf(judged)), uuid: text[0], text: textOf(text) };
}

export function judgedTaskOf(row: JudgedTaskRow): JudgedTask {
  return {
    id: row.id,
    dialect: DIALECTS[row.dialect],
    createdMs: row.created_ms,
    deletedMs: row.deleted_ms,
    terms: termsOf(row),
    tenure: { trackerId: row.tracker_id, givenMs: row.given_ms ?? -Infinity, assignedMs: row.assigned_ms },
    attempt: row.attempt === null ? FIRST_ATTEMPT : (JSON.parse(row.attempt) as Attempt),
    facts: factsOf(row),
    checkpoint: row.route_id === null ? null : { routeId: row.route_id, order: row.route_order ?? 0 },
    ...(row.is_near !== null && { isNear: row.is_near !== 0 }),
  };
}

/** The values of JUDGED_COLUMNS, in that order, as a row. Tasks are read 2.5 times as fast this way. */
export function judgedRowOf(values: JudgedTaskValues): JudgedTaskRow {
  return {
    id: values[0],
    dialect: values[1],
    created_ms: values[2],
    lat_deg: values[3],
    lon_deg: values[4],
    radius_m: values[5],
    from_ms: values[6],
    to_ms: values[7],
    max_delay_ms: values[8],
    min_stay_ms: values[9],
    min_arrival_ms: values[10],
    is_form_required: values[11],
    is_form_in_zone: values[12],
    ring: values[13],
    open_ends: values[14],
    position: values[15],
    route_id: values[16],
    route_order: values[17],
    tracker_id: values[18],
    given_ms: values[19],
    assigned_ms: values[20],
    attempt: values[21],
    state: values[22],
    status_ms: values[23],
    arrival_ms: values[24],
    completion_ms: values[25],
    stay_ms: values[26],
    departure_ms: values[27],
    issues: values[28],
    is_late: values[29],
    is_faulty: values[30],
    closer: values[31],
    is_settled: values[32],
    start_ms: values[33],
    is_near: values[34],
    deleted_ms: values[35],
  };
}

function textOf(values: TextValues): TaskText {
  const [, label, description, externalId, address, tags, origin, extra, form, details] = values;
  return {
    label,
    description,
    externalId,
    address,
    tags: JSON.parse(tags) as number[],
    origin,
    extra: JSON.parse(extra) as Record<string, unknown>,
    form: form === null ? null : (JSON.parse(form) as TaskForm),
    ...(details !== null && { details: JSON.parse(details) as TaskDetails }),
  };
}

function termsOf(row: JudgedTaskRow): TaskTerms {
  return {
    zone: zoneOf(row),
    fromMs: row.from_ms,
    toMs: row.to_ms,
    maxDelayMs: row.max_delay_ms,
    minStayMs: row.min_stay_ms,
    minArrivalMs: row.min_arrival_ms,
    isFormRequired: row.is_form_required !== 0,
    isFormInZone: row.is_form_in_zone !== 0,
    ...(row.open_ends !== null && { openEnds: row.open_ends }),
    ...(row.position !== null && { position: row.position }),
  };
}

/** A circle lacks the member `ring`, as it does everywhere. */
function zoneOf({ lat_deg, lon_deg, radius_m, ring }: JudgedTaskRow): Zone | null {
  if (radius_m === 0) return null;
  const circle = { latDeg: lat_deg, lonDeg: lon_deg, radiusM: radius_m };
  return ring === null ? circle : { ...circle, ring: JSON.parse(ring) as Ring };
}

function factsOf(row: JudgedTaskRow): TaskFacts {
  return {
    state: STATES[row.state],
    statusMs: row.status_ms,
    arrivalMs: row.arrival_ms,
    completionMs: row.completion_ms,
    ...(row.start_ms !== null && { startMs: row.start_ms }),
    stayMs: row.stay_ms,
    departureMs: row.departure_ms,
    issues: row.issues === '' ? NO_ISSUES : (row.issues.split(',') as Issue[]),
    isLate: row.is_late !== 0,
    isFaulty: row.is_faulty !== 0,
    closer: row.closer,
    isSettled: row.is_settled !== 0,
  };
}

/** One string for all tasks: SQLite hands out a copy with every row, and many of them are held in memory. */
const DIALECTS: Readonly<Record<Dialect, Dialect>> = { navixy: 'navixy', gsmtasks: 'gsmtasks', thetrack: 'thetrack' };
const STATES: Readonly<Record<LifecycleState, LifecycleState>> = {
  draft: 'draft',
  scheduled: 'scheduled',
  unassigned: 'unassigned',
  assigned: 'assigned',
  accepted: 'accepted',
  in_transit: 'in_transit',
  active: 'active',
  suspended: 'suspended',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** Shared by the many tasks without any. */
const NO_ISSUES: readonly Issue[] = Object.freeze([]);

export function rowOfTracker(tracker: Tracker): SqlRow<(typeof TRACKER_COLUMNS)[number]> {
  return {
    id: tracker.id,
    uuid: tracker.uuid,
    label: tracker.label,
    imei: tracker.imei,
    model: tracker.model,
    time_zone: tracker.timeZone,
    is_blocked: Number(tracker.isBlocked),
    created_ms: tracker.createdMs,
    deleted_ms: tracker.deletedMs ?? null,
  };
}

export function trackerOf(row: TrackerRow): Tracker {
  return {
    id: row.id,
    uuid: row.uuid,
    label: row.label,
    imei: row.imei,
    model: row.model,
    timeZone: row.time_zone,
    isBlocked: row.is_blocked !== 0,
    createdMs: row.created_ms,
    ...(row.deleted_ms !== null && { deletedMs: row.deleted_ms }),
  };
}
