/** Who has been told what (contract: DeliveryShelf), and the events of tasks in the order in which they are told. */
import type Database from 'better-sqlite3';
import type { RecordedEvent } from '../model/event.ts';
import { EVENT_COLUMNS, type EventRow, eventOf } from './event-rows.ts';
import { firstSince } from './row-search.ts';
import type { DeliveryNote, DeliveryRow, DeliveryShelf, DeliveryTry, ToldSoFar } from './store.ts';

/** Of one endpoint; older ones go. */
const LOG_LINES_MAX = 1000;
const LOG_LINES_SHOWN = 100;
const DEAD_MAX = 1000;

const TRY_COLUMNS =
  'event_id AS eventId, request_id AS requestId, time_ms AS timeMs, duration_ms AS durationMs, status, error';

type NextRow = EventRow & { readonly tracker_id: number | null };

export class SqliteDeliveries implements DeliveryShelf {
  readonly #db: Database.Database;
  readonly #next: Database.Statement<[number], NextRow>;
  readonly #event: Database.Statement<[number], EventRow>;
  readonly #progress: Database.Statement<[string], ToldSoFar>;
  readonly #rows: Database.Statement<[string, DeliveryRow['state']], DeliveryRow>;
  readonly #log: Database.Statement<[string], DeliveryTry>;
  readonly #logOfTask: Database.Statement<[number, number], DeliveryTry & { readonly endpoint: string }>;
  readonly #putProgress: Database.Statement<[object]>;
  readonly #putRow: Database.Statement<[object]>;
  readonly #deleteRow: Database.Statement<[string, number]>;
  readonly #trimDead: Database.Statement<[{ endpoint: string }]>;
  readonly #putTry: Database.Statement<[object]>;
  readonly #trimLog: Database.Statement<[{ endpoint: string }]>;
  readonly #note: (notes: readonly DeliveryNote[]) => void;
  readonly #deleteAll: (tables: readonly string[], endpoint: string) => void;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#next = db.prepare(`SELECT ${EVENT_COLUMNS}, tracker_id FROM history WHERE id > ? ORDER BY id LIMIT 1`);
    this.#event = db.prepare(`SELECT ${EVENT_COLUMNS} FROM history WHERE id = ? AND tracker_id IS NULL`);
    this.#progress = db.prepare(
      'SELECT told_id AS toldId, told_parts AS toldParts FROM delivery_progress WHERE endpoint = ?',
    );
    this.#rows = db.prepare(
      `SELECT event_id AS eventId, state, tries, next_ms AS nextMs, status, error
       FROM deliveries WHERE endpoint = ? AND state = ? ORDER BY event_id`,
    );
    this.#log = db.prepare(
      `SELECT ${TRY_COLUMNS} FROM delivery_log WHERE endpoint = ? ORDER BY id DESC LIMIT ${LOG_LINES_SHOWN}`,
    );
    this.#logOfTask = db.prepare(
      `SELECT endpoint, ${TRY_COLUMNS} FROM delivery_log
       WHERE event_id IN (SELECT id FROM history WHERE task_id = ?) ORDER BY id DESC LIMIT ?`,
    );
    this.#putProgress = db.prepare('INSERT OR REPLACE INTO delivery_progress VALUES (@endpoint, @toldId, @toldParts)');
    this.#putRow = db.prepare(
      'INSERT OR REPLACE INTO deliveries VALUES (@endpoint, @eventId, @state, @tries, @nextMs, @status, @error)',
    );
    this.#deleteRow = db.prepare('DELETE FROM deliveries WHERE endpoint = ? AND event_id = ?');
    this.#trimDead = db.prepare(
      `DELETE FROM deliveries WHERE endpoint = @endpoint AND state = 'dead' AND event_id <= (
         SELECT event_id FROM deliveries WHERE endpoint = @endpoint AND state = 'dead'
         ORDER BY event_id DESC LIMIT 1 OFFSET ${DEAD_MAX})`,
    );
    this.#putTry = db.prepare(
      `INSERT INTO delivery_log (endpoint, event_id, request_id, time_ms, duration_ms, status, error)
       VALUES (@endpoint, @eventId, @requestId, @timeMs, @durationMs, @status, @error)`,
    );
    this.#trimLog = db.prepare(
      `DELETE FROM delivery_log WHERE endpoint = @endpoint AND id <= (
         SELECT id FROM delivery_log WHERE endpoint = @endpoint ORDER BY id DESC LIMIT 1 OFFSET ${LOG_LINES_MAX})`,
    );
    this.#note = db.transaction((notes: readonly DeliveryNote[]) => {
      for (const note of notes) this.#write(note);
    });
    this.#deleteAll = db.transaction((tables: readonly string[], endpoint: string) => {
      for (const table of tables) db.prepare(`DELETE FROM ${table} WHERE endpoint = ?`).run(endpoint);
    });
  }

  next(afterId: number): { readonly id: number; readonly event: RecordedEvent | null } | null {
    const row = this.#next.get(afterId);
    if (row === undefined) return null;
    return { id: row.id, event: row.tracker_id === null ? eventOf(row) : null };
  }

  event(id: number): RecordedEvent | null {
    const row = this.#event.get(id);
    return row === undefined ? null : eventOf(row);
  }

  firstSince(recordedMs: number): number {
    return firstSince(this.#db, 'history', 'recorded_ms', recordedMs);
  }

  progress(endpoint: string): ToldSoFar | null {
    return this.#progress.get(endpoint) ?? null;
  }

  pending(endpoint: string): readonly DeliveryRow[] {
    return this.#rows.all(endpoint, 'pending');
  }

  dead(endpoint: string): readonly DeliveryRow[] {
    return this.#rows.all(endpoint, 'dead');
  }

  log(endpoint: string): readonly DeliveryTry[] {
    return this.#log.all(endpoint);
  }

  logOfTask(taskId: number, limit: number): readonly (DeliveryTry & { readonly endpoint: string })[] {
    return this.#logOfTask.all(taskId, limit);
  }

  note(notes: readonly DeliveryNote[]): void {
    this.#db.pragma('synchronous = NORMAL');
    try {
      this.#note(notes);
    } finally {
      this.#db.pragma('synchronous = FULL');
    }
  }

  restart(endpoint: string): void {
    this.#deleteAll(['delivery_progress', 'deliveries'], endpoint);
  }

  forget(endpoint: string): void {
    this.#deleteAll(['delivery_progress', 'deliveries', 'delivery_log'], endpoint);
  }

  #write({ endpoint, toldId, toldParts, rows, tries }: DeliveryNote): void {
    this.#putProgress.run({ endpoint, toldId, toldParts });
    for (const [eventId, row] of rows) {
      if (row === null) this.#deleteRow.run(endpoint, eventId);
      else this.#putRow.run({ endpoint, ...row });
    }
    for (const each of tries) this.#putTry.run({ endpoint, ...each });
    if (rows.size > 0) this.#trimDead.run({ endpoint });
    if (tries.length > 0) this.#trimLog.run({ endpoint });
  }
}
