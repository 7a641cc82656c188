/** Routes as rows and back, and what can be asked about them. What is not searched for is JSON. */
import type Database from 'better-sqlite3';
import type { Route, RouteFacts } from '../model/route.ts';
import type { Dialect } from '../model/task.ts';
import type { RouteFilter, RouteQueries } from './store.ts';
import type { SqlRow } from './task-rows.ts';

interface RouteRow {
  readonly id: number;
  readonly uuid: string;
  readonly dialect: Dialect;
  readonly created_ms: number;
  readonly deleted_ms: number | null;
  readonly text: string;
  readonly tracker_id: number | null;
  readonly since_ms: number;
  readonly checkpoint_ids: string;
  readonly status: RouteFacts['status'];
  readonly status_ms: number;
  readonly from_ms: number;
  readonly to_ms: number;
}

export const ROUTE_COLUMNS = [
  'id',
  'uuid',
  'dialect',
  'created_ms',
  'deleted_ms',
  'text',
  'tracker_id',
  'since_ms',
  'checkpoint_ids',
  'status',
  'status_ms',
  'from_ms',
  'to_ms',
] as const;

export function rowOfRoute(route: Route): SqlRow<(typeof ROUTE_COLUMNS)[number]> {
  return {
    id: route.id,
    uuid: route.uuid,
    dialect: route.dialect,
    created_ms: route.createdMs,
    deleted_ms: route.deletedMs,
    text: JSON.stringify(route.text),
    tracker_id: route.trackerId,
    since_ms: route.sinceMs,
    checkpoint_ids: JSON.stringify(route.checkpointIds),
    status: route.facts.status,
    status_ms: route.facts.statusMs,
    from_ms: route.facts.fromMs,
    to_ms: route.facts.toMs,
  };
}

function routeOf(row: RouteRow): Route {
  return {
    id: row.id,
    uuid: row.uuid,
    dialect: row.dialect,
    createdMs: row.created_ms,
    deletedMs: row.deleted_ms,
    text: JSON.parse(row.text) as Route['text'],
    trackerId: row.tracker_id,
    sinceMs: row.since_ms,
    checkpointIds: JSON.parse(row.checkpoint_ids) as number[],
    facts: { status: row.status, statusMs: row.status_ms, fromMs: row.from_ms, toMs: row.to_ms },
  };
}

/** Lists and what is absent are bound as JSON and null, so that there is one statement for every filter. */
const MATCHES = `deleted_ms IS NULL
  AND (@statuses IS NULL OR status IN (SELECT value FROM json_each(@statuses)))
  AND (@trackerIds IS NULL OR tracker_id IN (SELECT value FROM json_each(@trackerIds)))
  AND (@overlapFromMs IS NULL OR to_ms >= @overlapFromMs)
  AND (@overlapToMs IS NULL OR from_ms <= @overlapToMs)`;

interface FilterValues {
  readonly statuses: string | null;
  readonly trackerIds: string | null;
  readonly overlapFromMs: number | null;
  readonly overlapToMs: number | null;
}

export class SqliteRouteQueries implements RouteQueries {
  readonly #db: Database.Database;
  readonly #read: Database.Statement<[number], RouteRow>;
  readonly #idOf: Database.Statement<[string], number>;

  constructor(db: Database.Database) {
    this.#db = db;
    const columns = ROUTE_COLUMNS.join(', ');
    this.#read = db.prepare<[number], RouteRow>(`SELECT ${columns} FROM routes WHERE id = ? AND deleted_ms IS NULL`);
    this.#idOf = db.prepare<[string], number>('SELECT id FROM routes WHERE uuid = ?').pluck();
  }

  read(routeId: number): Route | null {
    const row = this.#read.get(routeId);
    return row === undefined ? null : routeOf(row);
  }

  idOf(uuid: string): number | null {
    return this.#idOf.get(uuid) ?? null;
  }

  list(filter: RouteFilter): { readonly routes: readonly Route[]; readonly count: number } {
    const ids = filter.words === undefined ? this.#ids(filter) : this.#idsOfTexts(filter, filter.words.toLowerCase());
    const page = ids.slice(filter.offset, filter.offset + filter.limit);
    return { routes: page.flatMap((id) => this.read(id) ?? []), count: ids.length };
  }

  tagged(tagIds: readonly number[], limit: number): readonly Route[] {
    const missing =
      "SELECT 1 FROM json_each(?) AS wanted WHERE wanted.value NOT IN (SELECT value FROM json_each(text, '$.tags'))";
    const all = this.#db.prepare<[string, number], RouteRow>(
      `SELECT ${ROUTE_COLUMNS.join(', ')} FROM routes WHERE deleted_ms IS NULL AND NOT EXISTS (${missing}) ORDER BY id LIMIT ?`,
    );
    return all.all(JSON.stringify(tagIds), limit).map(routeOf);
  }

  #ids(filter: RouteFilter): number[] {
    const found = this.#db.prepare<[FilterValues], number>(`SELECT id FROM routes WHERE ${MATCHES} ORDER BY id`);
    return found.pluck().all(valuesOf(filter));
  }

  /** Letters in whatever case, of every script, which SQLite can do for those of ASCII only. */
  #idsOfTexts(filter: RouteFilter, words: string): number[] {
    const found = this.#db.prepare<[FilterValues], Pick<RouteRow, 'id' | 'text'>>(
      `SELECT id, text FROM routes WHERE ${MATCHES} ORDER BY id`,
    );
    const ids: number[] = [];
    for (const { id, text } of found.iterate(valuesOf(filter))) {
      const { label, description } = JSON.parse(text) as Route['text'];
      if (label.toLowerCase().includes(words) || description.toLowerCase().includes(words)) ids.push(id);
    }
    return ids;
  }
}

function valuesOf({ statuses, trackerIds, overlapFromMs, overlapToMs }: RouteFilter): FilterValues {
  return {
    statuses: statuses === undefined ? null : JSON.stringify(statuses),
    trackerIds: trackerIds === undefined ? null : JSON.stringify(trackerIds),
    overlapFromMs: overlapFromMs ?? null,
    overlapToMs: overlapToMs ?? null,
  };
}
