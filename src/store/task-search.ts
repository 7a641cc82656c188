/** Searches for tasks by typed fields, page by page: a page begins behind a place, however many tasks come before it. */
import type Database from 'better-sqlite3';
import {
  type Lookup,
  type OrderField,
  QUERY_LIMITS,
  type QueryCondition,
  type QueryOrder,
  type QueryPlace,
  type QueryValue,
  type TaskQuery,
} from '../model/task-query.ts';
import type { FoundTasks, TaskSearch } from './store.ts';
import { FIELD_SQL, NEVER_NULL } from './task-fields.ts';
import { TASK_COLUMNS, type TaskValues } from './task-rows.ts';
import { addSearchFunctions, conditionTerm, joined, searchTerm, type Term } from './task-terms.ts';
import { WINDOW_CLASSES_SQL } from './window-classes.ts';

/** Statements kept ready; what callers combine is the only thing that could make them many. */
const STATEMENTS_MAX = 100;

const TASK = `SELECT ${TASK_COLUMNS.join(', ')}, modified_ms FROM tasks WHERE id = ?`;

type Row = readonly [id: number, ...values: (QueryValue | null)[]];

export class SqliteTaskSearch implements TaskSearch {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[], unknown>>();

  constructor(db: Database.Database) {
    this.#db = db;
    addSearchFunctions(db);
  }

  /** The page is found by id first: sorting whole rows would read and carry all columns of all matches. */
  find(query: TaskQuery): FoundTasks {
    const { sql, values } = pageSql(query);
    const task = this.#statement(TASK);
    const found = this.#statement(sql).all(...values) as Row[];
    const page = found.slice(0, query.limit);
    if (query.isBackwards) page.reverse();
    return {
      rows: page.map(([id]) => task.get(id) as TaskValues),
      isMore: found.length > page.length,
      ends: page.length === 0 ? null : { first: placeOf(page[0]!), last: placeOf(page.at(-1)!) },
    };
  }

  countFound(query: Pick<TaskQuery, 'conditions' | 'search'>): number {
    const { from, where } = matchesOf({ ...query, order: [] });
    const [count] = this.#statement(`SELECT count(*) FROM ${from} WHERE ${where.sql}`).get(...where.values) as [number];
    return count;
  }

  #statement(sql: string): Database.Statement<unknown[], unknown> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    const statement = this.#db.prepare(sql).raw();
    this.#statements.set(sql, statement);
    return statement;
  }
}

function placeOf([id, ...values]: Row): QueryPlace {
  return { id, values };
}

/** The ids of a page and the values that it is in the order of; one id more than the page has shows that it goes on. */
export function pageSql(query: TaskQuery): Term {
  const { order, from: place, isBackwards = false, offset = 0, limit } = query;
  if (order.length > QUERY_LIMITS.order) throw new RangeError(`${order.length} fields to order by`);
  if (limit > QUERY_LIMITS.limit) throw new RangeError(`a page of ${limit} tasks`);
  if (place !== undefined && place.values.length !== order.length) throw new RangeError('a place of another order');
  const { from, where, isInOrder } = matchesOf(query);
  const keys = keysOf(order, isInOrder);
  const terms = place === undefined ? [where] : [where, behind(keys, [...place.values, place.id], isBackwards)];
  const { sql, values } = joined(terms, ' AND ');
  const columns = ['tasks.id', ...order.map(({ field }) => FIELD_SQL[field])].join(', ');
  const sorted = keys.map(({ sql: key, isDown }) => `${key} ${isDown === isBackwards ? 'ASC' : 'DESC'}`);
  return {
    sql: `SELECT ${columns} FROM ${from} WHERE ${sql} ORDER BY ${sorted.join(', ')} LIMIT ? OFFSET ?`,
    values: [...values, limit + 1, offset],
  };
}

/** Which tasks, without their order. */
interface Matches {
  readonly from: string;
  readonly where: Term;
  /** Whether an index may give them in their order; else what is found is sorted. */
  readonly isInOrder: boolean;
}

/**
 * Which index leads to the matches is decided here: SQLite, which keeps no statistics, takes any equality for rarer than
 * it may be, and reads a million tasks in order for the few that match.
 */
function matchesOf({ conditions, search, order }: Pick<TaskQuery, 'conditions' | 'search' | 'order'>): Matches {
  if (conditions.length > QUERY_LIMITS.conditions) throw new RangeError(`${conditions.length} conditions`);
  const lead = leadOf(conditions);
  const terms: Term[] = [{ sql: 'deleted_ms IS NULL', values: [] }];
  if (lead === 'window') terms.push({ sql: 'window_class = class', values: [] }, ...windowTerms(conditions));
  for (const condition of conditions) terms.push(conditionTerm(condition, isHeldBack(condition, lead)));
  if (search !== undefined) terms.push(searchTerm(search));
  return {
    from: lead === 'window' ? `${WINDOW_CLASSES_SQL} CROSS JOIN tasks` : 'tasks',
    where: joined(terms, ' AND '),
    isInOrder: lead === null || lead === 'state' || order[0]?.field === lead,
  };
}

type Lead = 'name' | 'modified' | 'window' | 'created' | 'state' | null;

const EQUALITIES: readonly Lookup[] = ['is', 'in'];
const RANGES: readonly Lookup[] = ['gt', 'gte', 'lt', 'lte'];
/** Few tasks share what is equal to one of these. */
const NAMES: readonly QueryCondition['field'][] = ['uuid', 'external_id', 'reference', 'order', 'run', 'tracker'];

/** The first of these that a condition is about. */
function leadOf(conditions: readonly QueryCondition[]): Lead {
  const asks = (fields: readonly QueryCondition['field'][], lookups: readonly Lookup[]) =>
    conditions.some(({ field, lookup, orNull }) => !orNull && fields.includes(field) && lookups.includes(lookup));
  if (asks(NAMES, EQUALITIES)) return 'name';
  if (asks(['modified'], RANGES)) return 'modified';
  if (asks(['from'], RANGES) || asks(['to'], ['gt', 'gte'])) return 'window';
  if (asks(['created'], RANGES)) return 'created';
  return asks(['state'], EQUALITIES) ? 'state' : null;
}

const HELD_BACK: readonly QueryCondition['field'][] = ['state', 'created', 'modified'];

/** The indexes that could be taken for the one that leads. */
function isHeldBack({ field }: QueryCondition, lead: Lead): boolean {
  return HELD_BACK.includes(field) && field !== lead;
}

/** What follows from the conditions for the columns of `tasks_by_window`: a window of a class is at most so long. */
function windowTerms(conditions: readonly QueryCondition[]): Term[] {
  return conditions.flatMap(({ field, lookup, values, orNull }): Term[] => {
    const isLower = lookup === 'gt' || lookup === 'gte';
    if ((field !== 'from' && field !== 'to') || !RANGES.includes(lookup) || orNull) return [];
    const bound = values.slice(0, 1);
    if (field === 'from') return [{ sql: `from_ms ${isLower ? '>=' : '<='} ?`, values: bound }];
    if (!isLower) return [{ sql: 'to_ms <= ?', values: bound }];
    return [
      { sql: 'from_ms >= ? - length_ms', values: bound },
      { sql: 'to_ms >= ?', values: bound },
    ];
  });
}

interface Key {
  /** Never null. */
  readonly sql: string;
  readonly isDown: boolean;
  /** Behind all values. */
  readonly nullSql: string;
}

/** To SQLite a blob is more than any text or number, and a number less than any text. */
const MOST = "x''";
const LEAST = '-9e999';

/** With the sign no index on a key is used. */
function keysOf(order: readonly QueryOrder[], isInOrder: boolean): readonly Key[] {
  const sign = isInOrder ? '' : '+';
  const keys = order.map(({ field, isDescending }) => {
    const nullSql = isDescending ? LEAST : MOST;
    return { sql: `${sign}${keySql(field, nullSql)}`, isDown: isDescending, nullSql };
  });
  return [...keys, { sql: `${sign}tasks.id`, isDown: keys.at(-1)?.isDown ?? false, nullSql: MOST }];
}

/** Of places in the queue this is a column that indexes have; they are entered with rows of columns only. */
function keySql(field: OrderField, nullSql: string): string {
  if (field === 'position' && nullSql === MOST) return 'queue_place';
  return NEVER_NULL.has(field) ? FIELD_SQL[field] : `coalesce(${FIELD_SQL[field]}, ${nullSql})`;
}

/** Keys that run in one direction are compared as one row, which an index on them can be entered with. */
function behind(keys: readonly Key[], place: readonly (QueryValue | null)[], isBackwards: boolean): Term {
  const isDown = keys[0]!.isDown;
  const turn = keys.findIndex((key) => key.isDown !== isDown);
  const length = turn === -1 ? keys.length : turn;
  const run = keys.slice(0, length);
  const bound = place.slice(0, length);
  const marks = run.map(({ nullSql }, i) => (bound[i] === null ? nullSql : '?')).join(', ');
  const row = run.map(({ sql }) => sql).join(', ');
  const values = bound.filter((value) => value !== null);
  const compared = (equal: string) => `(${row}) ${isDown === isBackwards ? '>' : '<'}${equal} (${marks})`;
  if (turn === -1) return { sql: compared(''), values };
  const rest = behind(keys.slice(length), place.slice(length), isBackwards);
  return {
    sql: `(${compared('=')} AND (${compared('')} OR ${rest.sql}))`,
    values: [...values, ...values, ...rest.values],
  };
}
