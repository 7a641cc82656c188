/** Routes as rows and back. Few and read one at a time: what is not searched for is JSON. */
import type Database from 'better-sqlite3';
import type { Route, RouteFacts } from '../model/route.ts';
import type { Dialect } from '../model/task.ts';
import type { RouteQueries } from './store.ts';
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
    facts: { status: row.status, statusMs: row.status_ms },
  };
}

export class SqliteRouteQueries implements RouteQueries {
  readonly #read: Database.Statement<[number], RouteRow>;

  constructor(db: Database.Database) {
    const columns = ROUTE_COLUMNS.join(', ');
    this.#read = db.prepare<[number], RouteRow>(`SELECT ${columns} FROM routes WHERE id = ? AND deleted_ms IS NULL`);
  }

  read(routeId: number): Route | null {
    const row = this.#read.get(routeId);
    return row === undefined ? null : routeOf(row);
  }
}
