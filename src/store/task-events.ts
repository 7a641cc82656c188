/** Histories across tasks, for whoever follows what happens to all of them (contract: TaskEventQueries). */
import type Database from 'better-sqlite3';
import { firstSince } from './row-search.ts';
import type { OtherRow, RowSpan, TaskEventQueries, TaskEventRow, TaskWindow } from './store.ts';
import { TASK_COLUMNS, type TaskValues } from './task-rows.ts';
import { WINDOW_CLASSES_SQL } from './window-classes.ts';

const COLUMNS = 'h.id, h.uid, h.task_id, h.event_ms, h.recorded_ms, h.body, t.dialect, t.tracker_id';
const ROWS = `SELECT ${COLUMNS} FROM history h LEFT JOIN tasks t ON t.id = h.task_id`;

export class SqliteTaskEvents implements TaskEventQueries {
  readonly #db: Database.Database;
  readonly #withUid: Database.Statement<[string], TaskEventRow>;
  readonly #task: Database.Statement<[number], TaskValues>;
  readonly #windows: Database.Statement<[number, number, number], TaskWindow>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#withUid = db.prepare(`${ROWS} WHERE h.uid = ? AND t.id IS NOT NULL`);
    this.#task = db.prepare<[number], TaskValues>(`SELECT ${TASK_COLUMNS.join(', ')} FROM tasks WHERE id = ?`).raw();
    this.#windows = db
      .prepare<[number, number, number], TaskWindow>(
        `SELECT state, tracker_id, from_ms, to_ms, open_ends FROM ${WINDOW_CLASSES_SQL} CROSS JOIN tasks
         WHERE deleted_ms IS NULL AND window_class = class AND from_ms >= ? - length_ms AND from_ms <= ? AND to_ms >= ?
           AND state <> 'draft'`,
      )
      .raw();
  }

  *rows(taskId: number | null, { afterId, beforeId, isDescending }: RowSpan): Generator<TaskEventRow | OtherRow> {
    const ofTask = taskId === null ? '' : 'h.task_id = ? AND ';
    const rows = this.#db.prepare<number[], TaskEventRow | OtherRow>(
      `${ROWS} WHERE ${ofTask}h.id > ? AND h.id < ? ORDER BY h.id ${isDescending ? 'DESC' : 'ASC'}`,
    );
    yield* rows.iterate(...(taskId === null ? [] : [taskId]), afterId, beforeId);
  }

  withUid(uid: string): TaskEventRow | null {
    return this.#withUid.get(uid) ?? null;
  }

  firstSince(recordedMs: number): number {
    return firstSince(this.#db, 'history', 'recorded_ms', recordedMs);
  }

  tasks(taskIds: readonly number[]): readonly TaskValues[] {
    return taskIds.map((id) => this.#task.get(id)).filter((values) => values !== undefined);
  }

  taskIds({ afterId, beforeId, isDescending }: RowSpan, limit: number): readonly number[] {
    const ids = this.#db.prepare<[number, number, number], number>(
      `SELECT id FROM tasks WHERE deleted_ms IS NULL AND id > ? AND id < ? ORDER BY id ${isDescending ? 'DESC' : 'ASC'} LIMIT ?`,
    );
    return ids.pluck().all(afterId, beforeId, limit);
  }

  *windows(fromMs: number, toMs: number): Generator<TaskWindow> {
    yield* this.#windows.iterate(fromMs, toMs, fromMs);
  }
}
