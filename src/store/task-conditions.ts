/** Conditions on tasks as SQL. Every value is bound; names in the SQL come from this file only. */
import type Database from 'better-sqlite3';
import { contains } from '../geo/distance.ts';
import { zoneBoxes } from '../geo/zone-boxes.ts';
import {
  type Condition,
  type CustomField,
  type DateField,
  folded,
  type NumberField,
  TASK_FIELDS,
  type TextField,
  type ValueField,
} from '../model/condition.ts';
import type { Zone } from '../model/task.ts';
import type { TaskFilter } from './store.ts';

type SqlValue = string | number;

/** Part of a WHERE, with what is bound to it in order. */
interface Term {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const DATES: Readonly<Record<DateField, string>> = {
  from: 'from_ms',
  to: 'to_ms',
  status_change_date: 'status_ms',
  arrival_date: 'arrival_ms',
};
const NUMBERS: Readonly<Record<NumberField, string>> = { id: 'id', stay_duration: 'stay_ms / 1000' };
const TEXTS: Readonly<Record<TextField, string>> = {
  status: 'navixy_status',
  label: 'label',
  address: 'address',
  description: 'description',
  external_id: 'external_id',
};

const TRACKER_OF_EMPLOYEE = "body ->> '$.trackerId'";
const FULL_NAME = `concat_ws(' ', ${['firstName', 'middleName', 'lastName'].map((part) => `nullif(body ->> '$.${part}', '')`).join(', ')})`;
/** The sign keeps the column's affinity out of the comparison, which would not match the index on the expression. */
export const EMPLOYEE_NAME = `(SELECT ${FULL_NAME} FROM records
  WHERE kind = 'employee' AND ${TRACKER_OF_EMPLOYEE} = +tasks.tracker_id ORDER BY id LIMIT 1)`;
/** What the form of a task says of itself, in the JSON that its column holds. */
const FORM_TEMPLATE = "form ->> '$.templateId'";
export const FORM_LABEL = "form ->> '$.label'";

/** A list is bound as one JSON array, so that its length does not change the statement. */
const LISTED = '(SELECT value FROM json_each(?))';

const PURE = { deterministic: true };

/** Capitals: SQLite itself knows those of the Latin alphabet only. */
export function addTextFunctions(db: Database.Database): void {
  db.function('folded', PURE, (value: unknown) => (value === null ? null : folded(String(value))));
}

/** What the SQL of this file calls. */
export function addTaskFunctions(db: Database.Database): void {
  addTextFunctions(db);
  db.function('is_inside', PURE, (latDeg: number, lonDeg: number, aroundLat: number, aroundLon: number, m: number) =>
    Number(contains({ latDeg: aroundLat, lonDeg: aroundLon, radiusM: m }, latDeg, lonDeg)),
  );
}

/** What a filter asks beyond statuses, trackers, windows and external ids; to be joined by AND. */
export function searchTerms({ conditions = [], tagIds, near, modifiedSinceMs }: TaskFilter): Term[] {
  const terms = conditions.map(termOf);
  if (tagIds !== undefined) terms.push(bearing(tagIds));
  if (near !== undefined) terms.push(centredIn(near));
  if (modifiedSinceMs !== undefined) terms.push({ sql: 'modified_ms >= ?', values: [modifiedSinceMs] });
  return terms;
}

/**
 * SQL knows a third truth value, NULL, for a field without a value. AND, OR and WHERE take it for false, so that only
 * `not` has to.
 */
function termOf(condition: Condition): Term {
  switch (condition.kind) {
    case 'all':
      return joined(condition.of.map(termOf), ' AND ');
    case 'any':
      return joined(condition.of.map(termOf), ' OR ');
    case 'not': {
      const { sql, values } = termOf(condition.of);
      return { sql: `((${sql}) IS NOT TRUE)`, values };
    }
    case 'is':
      return isOneOf(condition.field, condition.values);
    case 'contains':
      return containing(condition.field, folded(condition.text));
    case 'during': {
      const { field, fromMs, toMs } = condition;
      const values = [fromMs ?? Number.MIN_SAFE_INTEGER, toMs ?? Number.MAX_SAFE_INTEGER];
      return { sql: `${DATES[field]} BETWEEN ? AND ?`, values };
    }
  }
}

function joined(terms: readonly Term[], operator: string): Term {
  return {
    sql: `(${terms.map(({ sql }) => sql).join(operator)})`,
    values: terms.flatMap(({ values }) => values),
  };
}

function isOneOf(field: ValueField, values: readonly (number | string)[]): Term {
  const listed = JSON.stringify(values);
  if (field === 'employee') return ofEmployees(`id IN ${LISTED}`, listed);
  if (field === 'form') return { sql: `${FORM_TEMPLATE} IN ${LISTED}`, values: [listed] };
  if (isNumber(field)) return { sql: `${NUMBERS[field]} IN ${LISTED}`, values: [listed] };
  const text = foldedText(field);
  const foldedValues = values.map((value) => folded(String(value)));
  return { sql: `${text.sql} IN ${LISTED}`, values: [...text.values, JSON.stringify(foldedValues)] };
}

function containing(field: ValueField | 'any_custom', part: string): Term {
  if (field === 'any_custom') return inAnyCustomField(part);
  if (field === 'employee') return ofEmployees(`instr(folded(${FULL_NAME}), ?) > 0`, part);
  if (field === 'form') return { sql: `instr(folded(${FORM_LABEL}), ?) > 0`, values: [part] };
  if (isNumber(field)) return { sql: `instr(CAST(${NUMBERS[field]} AS TEXT), ?) > 0`, values: [part] };
  const text = foldedText(field);
  return { sql: `instr(${text.sql}, ?) > 0`, values: [...text.values, part] };
}

function foldedText(field: TextField | CustomField): Term {
  if (!isCustom(field)) return { sql: `folded(${TEXTS[field]})`, values: [] };
  return { sql: 'folded(extra ->> ?)', values: [`$.fields."${field.custom}".value`] };
}

function inAnyCustomField(part: string): Term {
  const value = `CASE type WHEN 'object' THEN value ->> '$.value' END`;
  const some = `SELECT 1 FROM json_each(extra, '$.fields') WHERE instr(folded(${value}), ?) > 0`;
  return { sql: `EXISTS (${some})`, values: [part] };
}

/** Whose tracker has the task. Looked up once for the whole search. */
function ofEmployees(which: string, value: string): Term {
  const trackers = `SELECT ${TRACKER_OF_EMPLOYEE} FROM records WHERE kind = 'employee' AND ${which}`;
  return { sql: `tracker_id IN (${trackers})`, values: [value] };
}

/** All of the tags; a task may bear one twice. */
function bearing(tagIds: readonly number[]): Term {
  const wanted = [...new Set(tagIds)];
  const borne = `SELECT count(DISTINCT value) FROM json_each(tags) WHERE value IN ${LISTED}`;
  return { sql: `(${borne}) = ?`, values: [JSON.stringify(wanted), wanted.length] };
}

/** By boxes first, which are cheap, and then by the distance that tasks are judged by. */
function centredIn(zone: Zone): Term {
  const boxes = zoneBoxes(zone);
  const inBoxes = boxes.map(() => 'lat_deg BETWEEN ? AND ? AND lon_deg BETWEEN ? AND ?').join(' OR ');
  return {
    sql: `CASE WHEN ${inBoxes} THEN is_inside(lat_deg, lon_deg, ?, ?, ?) ELSE 0 END`,
    values: [
      ...boxes.flatMap(({ minX, minY, maxX, maxY }) => [minY, maxY, minX, maxX]),
      ...[zone.latDeg, zone.lonDeg, zone.radiusM],
    ],
  };
}

function isCustom(field: ValueField): field is CustomField {
  return typeof field === 'object';
}

function isNumber(field: ValueField): field is NumberField {
  return !isCustom(field) && TASK_FIELDS[field] === 'number';
}
