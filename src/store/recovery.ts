/** What the engine starts from: the rows it needs, the clock, and the next ids. */
import type Database from 'better-sqlite3';
import type { JudgedTask } from '../model/task.ts';
import type { Meta } from './meta.ts';
import type { Recovered } from './store.ts';
import {
  JUDGED_COLUMNS,
  type JudgedTaskValues,
  judgedRowOf,
  judgedTaskOf,
  TRACKER_COLUMNS,
  type TrackerRow,
  trackerOf,
} from './task-rows.ts';

/** Worded like the partial index `tasks_alive`, or SQLite would read every task there ever was. */
export const ALIVE = `(is_settled = 0 OR state NOT IN ('completed', 'failed', 'cancelled'))`;

/** From when on the engine's horizon counts: D, creation or assignment. Worded like the index `tasks_by_asked`. */
export const ASKED = 'max(to_ms + max_delay_ms, created_ms, ifnull(given_ms, 0))';

export function recover(db: Database.Database, meta: Meta, nowMs: number, horizonMs: number): Recovered {
  const trackers = db.prepare<[], TrackerRow>(`SELECT ${TRACKER_COLUMNS.join(', ')} FROM trackers ORDER BY id`).all();
  return {
    trackers: trackers.map(trackerOf),
    tasks: recoverTasks(db, nowMs - horizonMs),
    clockMs: meta.number('clock_ms') ?? -Infinity,
    // Tasks and routes share their ids.
    nextTaskId: Math.max(nextId(db, 'tasks'), nextId(db, 'routes')),
    nextTrackerId: nextId(db, 'trackers'),
  };
}

function recoverTasks(db: Database.Database, askedFromMs: number): JudgedTask[] {
  const columns = JUDGED_COLUMNS.join(', ');
  const statement = db
    .prepare<[number], JudgedTaskValues>(
      `SELECT ${columns} FROM tasks WHERE deleted_ms IS NULL AND ${ALIVE}
     UNION ALL
     SELECT ${columns} FROM tasks WHERE deleted_ms IS NULL AND NOT ${ALIVE} AND ${ASKED} >= ?`,
    )
    .raw();
  const tasks: JudgedTask[] = [];
  for (const values of statement.iterate(askedFromMs)) tasks.push(judgedTaskOf(judgedRowOf(values)));
  return tasks;
}

/** Rows are never removed from these tables (deletion is a mark), so the greatest id is the last one given out. */
function nextId(db: Database.Database, table: 'tasks' | 'routes' | 'trackers'): number {
  return db.prepare<[], number>(`SELECT ifnull(max(id), 0) + 1 FROM ${table}`).pluck().get()!;
}
