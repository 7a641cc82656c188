/** What can be asked about tasks. Every value is bound; names in the SQL come from this file only. */
import type Database from 'better-sqlite3';
import { NAVIXY_STATUSES, type NavixyStatus } from '../model/projections.ts';
import type { Task } from '../model/task.ts';
import { EVENT_COLUMNS, type EventRow, eventOf } from './event-rows.ts';
import type { RecordedEvent, TaskFilter, TaskQueries, TaskSortField } from './store.ts';
import { TASK_COLUMNS, type TaskRow, taskOf } from './task-rows.ts';

const SORT_COLUMNS: Readonly<Record<TaskSortField, string>> = {
  id: 'id',
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
  tracker: '(SELECT trackers.label FROM trackers WHERE trackers.id = tasks.tracker_id)',
};

const COLUMNS = TASK_COLUMNS.join(', ');
const SHOWN = `deleted_ms IS NULL AND navixy_status IS NOT NULL`;
/** Statements kept ready; callers' sort orders are the only thing that could make them many. */
const STATEMENTS_MAX = 100;

export class SqliteTaskQueries implements TaskQueries {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[], unknown>>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  read(taskId: number): Task | null {
    const row = this.#statement(`SELECT ${COLUMNS} FROM tasks WHERE id = ? AND deleted_ms IS NULL`).get(taskId);
    return row === undefined ? null : taskOf(row as TaskRow);
  }

  list(filter: TaskFilter): { readonly tasks: readonly Task[]; readonly count: number } {
    const { where, values } = conditions(filter);
    const { total } = this.#statement(`SELECT count(*) AS total FROM tasks WHERE ${where}`).get(...values) as {
      total: number;
    };
    // The page is found by id first: sorting whole rows would read and carry all columns of all matches.
    const page = `SELECT id FROM tasks WHERE ${where} ORDER BY ${order(filter.sort)} LIMIT ? OFFSET ?`;
    const ids = this.#statement(page).all(...values, filter.limit, filter.offset) as { id: number }[];
    return { tasks: ids.flatMap(({ id }) => this.read(id) ?? []), count: total };
  }

  count(): number {
    return Object.values(this.countByStatus()).reduce((sum, count) => sum + count, 0);
  }

  countByStatus(): Readonly<Record<NavixyStatus, number>> {
    const counts = Object.fromEntries(NAVIXY_STATUSES.map((status) => [status, 0])) as Record<NavixyStatus, number>;
    const rows = this.#statement(
      `SELECT navixy_status AS status, count(*) AS total FROM tasks WHERE ${SHOWN} GROUP BY navixy_status`,
    ).all() as { status: NavixyStatus; total: number }[];
    for (const { status, total } of rows) counts[status] = total;
    return counts;
  }

  history(taskId: number): readonly RecordedEvent[] {
    const rows = this.#statement(`SELECT ${EVENT_COLUMNS} FROM history WHERE task_id = ? ORDER BY id`).all(taskId);
    return (rows as EventRow[]).map(eventOf);
  }

  recentTransitions(limit: number): readonly RecordedEvent[] {
    const rows = this.#statement(
      `SELECT ${EVENT_COLUMNS} FROM history WHERE kind = 'status_change' ORDER BY id DESC LIMIT ?`,
    ).all(limit);
    return (rows as EventRow[]).map(eventOf);
  }

  #statement(sql: string): Database.Statement<unknown[], unknown> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

interface Conditions {
  readonly where: string;
  readonly values: readonly (string | number)[];
}

/** Lists are bound as one JSON array each, so that their length does not change the statement. */
function conditions(filter: TaskFilter): Conditions {
  const terms = [SHOWN];
  const values: (string | number)[] = [];
  const add = (term: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    terms.push(term);
    values.push(value);
  };
  add('navixy_status IN (SELECT value FROM json_each(?))', json(filter.statuses));
  add('tracker_id IN (SELECT value FROM json_each(?))', json(filter.trackerIds));
  add('external_id = ?', filter.externalId);
  add('to_ms >= ?', filter.overlapFromMs);
  add('from_ms <= ?', filter.overlapToMs);
  return { where: terms.join(' AND '), values };
}

function json(values: readonly unknown[] | undefined): string | undefined {
  return values === undefined ? undefined : JSON.stringify(values);
}

function order(sort: TaskFilter['sort']): string {
  const keys = sort.map(({ field, descending }) => `${SORT_COLUMNS[field]} ${descending ? 'DESC' : 'ASC'}`);
  return [...keys, 'id ASC'].join(', ');
}
