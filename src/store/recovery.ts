/** What the engine starts from: trackers, the clock and the next ids. Tasks are read back as they are needed. */
import type Database from 'better-sqlite3';
import type { Deadline, JudgedTask } from '../model/task.ts';
import { openCommands } from './device-commands.ts';
import type { Meta } from './meta.ts';
import type { EngineTasks, Recovered } from './store.ts';
import {
  JUDGED_COLUMNS,
  type JudgedTaskValues,
  judgedRowOf,
  judgedTaskOf,
  TRACKER_COLUMNS,
  type TrackerRow,
  trackerOf,
} from './task-rows.ts';

export function recover(db: Database.Database, meta: Meta): Recovered {
  const trackers = db.prepare<[], TrackerRow>(`SELECT ${TRACKER_COLUMNS.join(', ')} FROM trackers ORDER BY id`).all();
  return {
    trackers: trackers.map(trackerOf),
    clockMs: meta.number('clock_ms') ?? -Infinity,
    // Tasks and routes share their ids.
    nextTaskId: Math.max(nextId(db, 'tasks'), nextId(db, 'routes')),
    nextTrackerId: nextId(db, 'trackers'),
    nextDeviceCommandId: nextId(db, 'device_commands'),
    openCommands: openCommands(db),
  };
}

/** Rows are never removed from these tables (deletion is a mark), so the greatest id is the last one given out. */
function nextId(db: Database.Database, table: 'tasks' | 'routes' | 'trackers' | 'device_commands'): number {
  return db.prepare<[], number>(`SELECT ifnull(max(id), 0) + 1 FROM ${table}`).pluck().get()!;
}

/** Worded like the partial index `tasks_by_deadline`, or SQLite would read every task there ever was. */
const WAITING = `deleted_ms IS NULL AND tracker_id IS NOT NULL AND is_settled = 0
  AND state NOT IN ('completed', 'failed', 'cancelled')`;

export class SqliteEngineTasks implements EngineTasks {
  readonly #ofTracker: Database.Statement<[number, number], JudgedTaskValues>;
  readonly #deadlines: Database.Statement<[number, number, number, number], Deadline>;

  constructor(db: Database.Database) {
    this.#ofTracker = db
      .prepare<[number, number], JudgedTaskValues>(
        `SELECT ${JUDGED_COLUMNS.join(', ')} FROM tasks
         WHERE deleted_ms IS NULL AND tracker_id = ? AND asked_ms >= ?`,
      )
      .raw();
    this.#deadlines = db.prepare(
      `SELECT deadline_ms AS deadlineMs, id AS taskId, tracker_id AS trackerId FROM tasks
       WHERE ${WAITING} AND (deadline_ms, id) > (?, ?) AND deadline_ms <= ? ORDER BY deadline_ms, id LIMIT ?`,
    );
  }

  ofTracker(trackerId: number, askedFromMs: number): JudgedTask[] {
    return this.#ofTracker.all(trackerId, askedFromMs).map((values) => judgedTaskOf(judgedRowOf(values)));
  }

  deadlines(after: Pick<Deadline, 'deadlineMs' | 'taskId'>, untilMs: number, limit: number): Deadline[] {
    return this.#deadlines.all(after.deadlineMs, after.taskId, untilMs, limit);
  }
}
