/** What can be asked about tasks. Every value is bound; names in the SQL come from this file only. */
import type Database from 'better-sqlite3';
import type { TaskField } from '../model/condition.ts';
import type { RecordedEvent } from '../model/event.ts';
import { NAVIXY_STATUSES, type NavixyStatus } from '../model/projections.ts';
import type { Task } from '../model/task.ts';
import { EVENT_COLUMNS, type EventRow, eventOf } from './event-rows.ts';
import type { TaskFilter, TaskQueries } from './store.ts';
import { addTaskFunctions, EMPLOYEE_NAME, FORM_LABEL, searchTerms } from './task-conditions.ts';
import { TASK_COLUMNS, type TaskValues, taskOfValues } from './task-rows.ts';
import { UNLOCATED_SQL } from './unlocated.ts';
import { WINDOW_CLASSES_SQL } from './window-classes.ts';

const SORT_COLUMNS: Readonly<Record<TaskField, string>> = {
  // With the sign it is no reason to read the table in this order, matches or not: a million rows for a rare status.
  id: '+id',
  label: 'label',
  status: 'navixy_status',
  address: 'address',
  from: 'from_ms',
  to: 'to_ms',
  status_change_date: 'status_ms',
  arrival_date: 'arrival_ms',
  stay_duration: 'stay_ms',
  description: 'description',
  external_id: 'external_id',
  employee: `coalesce(${EMPLOYEE_NAME}, (SELECT trackers.label FROM trackers WHERE trackers.id = tasks.tracker_id))`,
  form: FORM_LABEL,
};

const COLUMNS = TASK_COLUMNS.join(', ');
const SHOWN = `deleted_ms IS NULL AND navixy_status IS NOT NULL`;
/** Checkpoints are found through their routes. */
const STANDALONE = `${SHOWN} AND route_id IS NULL`;
/** Tasks, checkpoints and routes alike. */
const BEARERS = `SELECT 1 FROM tasks WHERE ${SHOWN} AND external_id = ?
  UNION ALL SELECT 1 FROM routes WHERE deleted_ms IS NULL AND external_id = ? LIMIT ?`;
/** Worded like the partial index `tasks_tagged`. */
const TAGGED = `tags <> '[]'`;
const TAG_BEARERS = `
  SELECT id FROM tasks
  WHERE deleted_ms IS NULL AND ${TAGGED} AND id > ? AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)
  UNION ALL
  SELECT id FROM routes
  WHERE deleted_ms IS NULL AND id > ? AND EXISTS (SELECT 1 FROM json_each(text, '$.tags') WHERE value = ?)
  ORDER BY 1 LIMIT ?`;
/** Worded like the partial index `tasks_unlocated`, which does not look at states: they change with fixes. */
const UNLOCATED = `SELECT id FROM tasks WHERE ${UNLOCATED_SQL} AND id > ?
  AND state NOT IN ('completed', 'failed', 'cancelled') ORDER BY id LIMIT ?`;
/** Every status with the number of its tasks: seven counts over the index take half as long as one GROUP BY. */
const STATUS_TOTALS = `SELECT value AS status,
  (SELECT count(*) FROM tasks WHERE deleted_ms IS NULL AND navixy_status = value AND route_id IS NULL) AS total
  FROM json_each(?)`;
/** Pages in the order of ids that end further on are sorted like the others. */
const SAMPLED_MAX = 20_000;
/** Matches looked at first, and how many for each task up to the end of the page. */
const SAMPLE_MIN = 5000;
const SAMPLE_PER_PAGE = 4;
/** Statements kept ready; callers' sort orders are the only thing that could make them many. */
const STATEMENTS_MAX = 100;

export class SqliteTaskQueries implements TaskQueries {
  readonly #db: Database.Database;
  readonly #sampleMin: number;
  readonly #statements = new Map<string, Database.Statement<unknown[], unknown>>();

  constructor(db: Database.Database, sampleMin = SAMPLE_MIN) {
    this.#db = db;
    this.#sampleMin = sampleMin;
    addTaskFunctions(db);
  }

  read(taskId: number): Task | null {
    const values = this.#values(taskId);
    return values === undefined ? null : taskOfValues(values);
  }

  readAny(taskId: number): Task | null {
    const values = this.#row(`SELECT ${COLUMNS}, modified_ms FROM tasks WHERE id = ?`, [taskId]);
    if (values === undefined) return null;
    return { ...taskOfValues(values as TaskValues), modifiedMs: (values as TaskValues).at(-1) as number };
  }

  bearers(externalId: string, most: number): number {
    const [count] = this.#row(`SELECT count(*) FROM (${BEARERS})`, [externalId, externalId, most]) as [number];
    return count;
  }

  rows(taskIds: readonly number[]): readonly TaskValues[] {
    return taskIds.map((id) => this.#values(id)).filter((values) => values !== undefined);
  }

  list(filter: TaskFilter): { readonly tasks: readonly Task[]; readonly count: number } {
    const { rows, count } = this.search(filter);
    return { tasks: rows.map(taskOfValues), count };
  }

  search(filter: TaskFilter): { readonly rows: readonly TaskValues[]; readonly count: number } {
    const isShort = filter.sort.length === 0 && filter.offset + filter.limit <= SAMPLED_MAX;
    const { ids, count } = isShort ? this.#firstById(filter) : this.#sorted(filter);
    return { rows: this.rows(ids), count };
  }

  tagged(tagIds: readonly number[], limit: number): readonly TaskValues[] {
    const missing =
      'SELECT 1 FROM json_each(?) AS wanted WHERE wanted.value NOT IN (SELECT value FROM json_each(tags))';
    const all = `SELECT ${COLUMNS} FROM tasks WHERE ${SHOWN} AND ${TAGGED} AND NOT EXISTS (${missing}) ORDER BY id LIMIT ?`;
    return this.#statement(all).all(JSON.stringify(tagIds), limit) as TaskValues[];
  }

  tagBearers(tagId: number, afterId: number, limit: number): readonly number[] {
    return this.#ids(TAG_BEARERS, [afterId, tagId, afterId, tagId, limit]);
  }

  unlocated(afterId: number, limit: number): readonly number[] {
    return this.#ids(UNLOCATED, [afterId, limit]);
  }

  countByStatus(): Readonly<Record<NavixyStatus, number>> {
    const counts = this.#statement(STATUS_TOTALS).all(JSON.stringify(NAVIXY_STATUSES)) as [NavixyStatus, number][];
    return Object.fromEntries(counts) as Record<NavixyStatus, number>;
  }

  idOf(uuid: string): number | null {
    const row = this.#row('SELECT id FROM tasks WHERE uuid = ?', [uuid]) as [number] | undefined;
    return row === undefined ? null : row[0];
  }

  history(taskId: number): readonly RecordedEvent[] {
    return this.historyRows(taskId).map(eventOf);
  }

  historyRows(taskId: number): readonly EventRow[] {
    const rows = this.#db.prepare(
      `SELECT ${EVENT_COLUMNS} FROM history WHERE task_id = ? AND tracker_id IS NULL ORDER BY id`,
    );
    return rows.all(taskId) as EventRow[];
  }

  recentTransitions(limit: number): readonly RecordedEvent[] {
    const rows = this.#db.prepare(
      `SELECT ${EVENT_COLUMNS} FROM history WHERE kind = 'status_change' ORDER BY id DESC LIMIT ?`,
    );
    return (rows.all(limit) as EventRow[]).map(eventOf);
  }

  deliveries(externalId: string, nowMs: number, limit: number): readonly TaskValues[] {
    const rows = this.#statement(
      `SELECT ${COLUMNS} FROM tasks WHERE deleted_ms IS NULL AND external_id = ? AND from_ms <= ?
         AND navixy_status IN ('assigned', 'arrived', 'delayed') ORDER BY route_id IS NOT NULL, +id LIMIT ?`,
    );
    return rows.all(externalId, nowMs, limit) as TaskValues[];
  }

  #values(taskId: number): TaskValues | undefined {
    const statement = this.#statement(`SELECT ${COLUMNS} FROM tasks WHERE id = ? AND deleted_ms IS NULL`);
    return statement.get(taskId) as TaskValues | undefined;
  }

  /** The page is found by id first: sorting whole rows would read and carry all columns of all matches. */
  #sorted(filter: TaskFilter): Found {
    const { from, where, values } = matchesOf(filter);
    const [count] = this.#row(`SELECT count(*) FROM ${from} WHERE ${where}`, values) as [number];
    const page = `SELECT id FROM ${from} WHERE ${where} ORDER BY ${order(filter.sort)} LIMIT ? OFFSET ?`;
    return { ids: this.#ids(page, [...values, filter.limit, filter.offset]), count };
  }

  /**
   * The same in the order of ids, in one pass instead of a count and a sort of all matches: some of the matches show
   * below which id the page must lie, and while all are counted, those below are collected.
   */
  #firstById(filter: TaskFilter): Found {
    const { from, where, values } = matchesOf(filter);
    const end = filter.offset + filter.limit;
    const size = Math.max(this.#sampleMin, end * SAMPLE_PER_PAGE);
    const sample = this.#ids(`SELECT id FROM ${from} WHERE ${where} LIMIT ?`, [...values, size]).sort(ascending);
    if (sample.length < size) return { ids: sample.slice(filter.offset, end), count: sample.length };
    const lastId = end === 0 ? 0 : sample[end - 1]!;
    const all = `SELECT count(*), json_group_array(id) FILTER (WHERE id <= ?) FROM ${from} WHERE ${where}`;
    const [count, below] = this.#row(all, [lastId, ...values]) as [number, string];
    return { ids: (JSON.parse(below) as number[]).sort(ascending).slice(filter.offset, end), count };
  }

  #ids(sql: string, values: readonly SqlValue[]): number[] {
    return (this.#statement(sql).all(...values) as [number][]).map(([id]) => id);
  }

  #row(sql: string, values: readonly SqlValue[]): unknown {
    return this.#statement(sql).get(...values);
  }

  /** Answers with rows as arrays: half the time of objects for a task's 38 columns. */
  #statement(sql: string): Database.Statement<unknown[], unknown> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    const statement = this.#db.prepare(sql).raw();
    this.#statements.set(sql, statement);
    return statement;
  }
}

type SqlValue = string | number;

interface Found {
  readonly ids: readonly number[];
  /** All matches. */
  readonly count: number;
}

/** What a search is for, as parts of a SELECT. */
interface Matches {
  readonly from: string;
  readonly where: string;
  readonly values: readonly SqlValue[];
}

/**
 * Lists are bound as one JSON array each, so that their length does not change the statement. Overlapping windows are
 * searched by class unless trackers or an external id leave fewer tasks to look at.
 */
function matchesOf(filter: TaskFilter): Matches {
  const { overlapFromMs, overlapToMs, trackerIds, externalId } = filter;
  const hasWindow = overlapFromMs !== undefined || overlapToMs !== undefined;
  const isByClass = hasWindow && trackerIds === undefined && externalId === undefined;
  const terms = [STANDALONE];
  const values: SqlValue[] = [];
  const add = (term: string, value: SqlValue | undefined): void => {
    if (value === undefined) return;
    terms.push(term);
    values.push(value);
  };
  if (isByClass) {
    terms.push('window_class = class');
    add('from_ms >= ? - length_ms', overlapFromMs);
  }
  add('from_ms <= ?', overlapToMs);
  add('to_ms >= ?', overlapFromMs);
  add('navixy_status IN (SELECT value FROM json_each(?))', json(filter.statuses));
  add('tracker_id IN (SELECT value FROM json_each(?))', json(trackerIds));
  add('external_id = ?', externalId);
  for (const term of searchTerms(filter)) {
    terms.push(term.sql);
    values.push(...term.values);
  }
  const from = isByClass ? `${WINDOW_CLASSES_SQL} CROSS JOIN tasks` : 'tasks';
  return { from, where: terms.join(' AND '), values };
}

function ascending(a: number, b: number): number {
  return a - b;
}

function json(values: readonly unknown[] | undefined): string | undefined {
  return values === undefined ? undefined : JSON.stringify(values);
}

function order(sort: TaskFilter['sort']): string {
  const keys = sort.map(({ field, descending }) => `${SORT_COLUMNS[field]} ${descending ? 'DESC' : 'ASC'}`);
  return [...keys, `${SORT_COLUMNS.id} ASC`].join(', ');
}
