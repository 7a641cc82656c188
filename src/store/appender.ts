/** One batch, one transaction: frames, rows, history and outgoing events become durable together or not at all. */
import Database from 'better-sqlite3';
import type { RowChanges } from '../model/command.ts';
import type { Rereading } from '../model/tracker.ts';
import { DEVICE_COMMAND_COLUMNS, rowOfDeviceCommand } from './device-commands.ts';
import { type EventIds, HistoryWriter } from './history.ts';
import { INSTRUCTION_COLUMNS, rowOfInstruction } from './instructions.ts';
import { type JournalRow, packFrames } from './journal.ts';
import type { Meta } from './meta.ts';
import type { Readings } from './readings.ts';
import { ROUTE_COLUMNS, rowOfRoute } from './routes.ts';
import { type Appended, type Batch, StorageError } from './store.ts';
import {
  FINDING_COLUMNS,
  rowOfFindings,
  rowOfTask,
  rowOfTerms,
  rowOfText,
  rowOfTracker,
  rowOfVerdict,
  TASK_COLUMNS,
  TERMS_COLUMNS,
  TEXT_COLUMNS,
  TRACKER_COLUMNS,
  VERDICT_COLUMNS,
} from './task-rows.ts';
import type { TrackIndex } from './track-index.ts';

/** When the row of a task was last written, by the engine's clock. */
const MODIFIED = 'modified_ms';

export class Appender {
  readonly #db: Database.Database;
  readonly #meta: Meta;
  readonly #index: TrackIndex;
  readonly #readings: Readings;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #rollback: Database.Statement;
  readonly #journal: Database.Statement<[JournalRow]>;
  readonly #tracker: Database.Statement<[object]>;
  readonly #route: Database.Statement<[object]>;
  readonly #created: Database.Statement<[object]>;
  readonly #edited: Database.Statement<[object]>;
  readonly #judged: Database.Statement<[object]>;
  readonly #found: Database.Statement<[object]>;
  readonly #erased: Database.Statement<[object]>;
  readonly #deviceCommand: Database.Statement<[object]>;
  readonly #instruction: Database.Statement<[object]>;
  readonly #history: HistoryWriter;

  constructor(db: Database.Database, meta: Meta, index: TrackIndex, readings: Readings) {
    this.#db = db;
    this.#meta = meta;
    this.#index = index;
    this.#readings = readings;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#journal = db.prepare('INSERT INTO journal (id, body) VALUES (@id, @body)');
    this.#tracker = db.prepare(
      `${insert('trackers', TRACKER_COLUMNS)} ON CONFLICT (id) DO UPDATE SET ${assign(TRACKER_COLUMNS)}`,
    );
    this.#route = db.prepare(
      `${insert('routes', ROUTE_COLUMNS)} ON CONFLICT (id) DO UPDATE SET ${assign(ROUTE_COLUMNS)}`,
    );
    this.#created = db.prepare(insert('tasks', [...TASK_COLUMNS, MODIFIED]));
    this.#edited = db.prepare(updateTask([...TEXT_COLUMNS, ...TERMS_COLUMNS]));
    this.#judged = db.prepare(updateTask(VERDICT_COLUMNS));
    this.#found = db.prepare(updateTask(FINDING_COLUMNS));
    this.#erased = db.prepare(
      `UPDATE tasks SET form = json_set(form, '$.values', NULL, '$.submitPlace', NULL)
       WHERE id = @id AND form IS NOT NULL AND deleted_ms IS NOT NULL`,
    );
    this.#instruction = db.prepare(insert('instructions', INSTRUCTION_COLUMNS));
    this.#deviceCommand = db.prepare(
      `${insert('device_commands', DEVICE_COMMAND_COLUMNS)} ON CONFLICT (id) DO UPDATE SET ${assign(DEVICE_COMMAND_COLUMNS)}`,
    );
    this.#history = new HistoryWriter(db);
  }

  /** Returns once the batch is synced; a StorageError means that nothing of it was written. */
  append(batch: Batch): Appended {
    const rows = packFrames(batch.frames, this.#index.nextRow);
    const ids = this.#committing(
      () => this.#write(batch, rows),
      () => this.#forgetReadings(batch),
    );
    // A new model is read with from now on.
    for (const { id } of batch.rows.trackers) this.#readings.forget(id);
    for (const { id, headers } of rows) this.#index.absorb(id, headers);
    return appended(ids);
  }

  /** Contract: Store.reread. */
  reread({ tracker, clockAheadMinutes }: Rereading, follow: () => Batch): Appended {
    let restore = () => {};
    const ids = this.#committing(
      () => {
        this.#tracker.run(rowOfTracker(tracker));
        this.#readings.change(tracker.id, this.#index.lastRow, clockAheadMinutes);
        restore = this.#index.reread(tracker.id);
        return this.#write(follow(), []);
      },
      () => {
        restore();
        this.#readings.forget(tracker.id);
      },
    );
    return appended(ids);
  }

  /** `undo`: what was done in memory meanwhile. */
  #committing(write: () => EventIds[], undo: () => void): EventIds[] {
    try {
      this.#begin.run();
      const ids = write();
      this.#commit.run();
      return ids;
    } catch (error) {
      this.#rollBack();
      undo();
      throw storageError(error);
    }
  }

  #write(batch: Batch, rows: readonly JournalRow[]): EventIds[] {
    for (const row of rows) this.#journal.run(row);
    for (const { trackerId, clockAheadMinutes = 0 } of batch.frames) this.#readings.note(trackerId, clockAheadMinutes);
    for (const { trackerId, formerModel } of batch.rows.swaps ?? []) {
      this.#readings.swap(trackerId, this.#index.lastRow, formerModel);
    }
    this.#writeRows(batch.rows, { [MODIFIED]: batch.clockMs });
    const ids = batch.events.map((event) => this.#history.write(event));
    this.#meta.put('clock_ms', batch.clockMs);
    return ids;
  }

  #forgetReadings({ frames, rows }: Batch): void {
    for (const { trackerId } of [...frames, ...(rows.swaps ?? [])]) this.#readings.forget(trackerId);
  }

  #writeRows(changes: RowChanges, modified: { readonly [MODIFIED]: number }): void {
    for (const tracker of changes.trackers) this.#tracker.run(rowOfTracker(tracker));
    for (const route of changes.routes) this.#route.run(rowOfRoute(route));
    for (const task of changes.createdTasks) this.#created.run({ ...rowOfTask(task), ...modified });
    for (const { id, text, terms } of changes.editedTasks) {
      this.#edited.run({ id, ...rowOfText(text), ...rowOfTerms(terms), ...modified });
    }
    for (const task of changes.judgedTasks) this.#judged.run({ id: task.id, ...rowOfVerdict(task), ...modified });
    for (const task of changes.foundTasks) this.#found.run({ id: task.id, ...rowOfFindings(task), ...modified });
    for (const id of changes.erasedForms ?? []) this.#erased.run({ id });
    for (const command of changes.deviceCommands) this.#deviceCommand.run(rowOfDeviceCommand(command));
    for (const instruction of changes.instructions ?? []) this.#instruction.run(rowOfInstruction(instruction));
  }

  /** SQLite itself ends the transaction on a full disk or an I/O error, but not on every failure. */
  #rollBack(): void {
    if (!this.#db.inTransaction) return;
    try {
      this.#rollback.run();
    } catch {
      // Ended by SQLite in the meantime; the failure that counts is the one being reported.
    }
  }
}

function appended(ids: readonly EventIds[]): Appended {
  return { historyIds: ids.map(({ id }) => id), historyUids: ids.map(({ uid }) => uid) };
}

/** SQLite's codes for a disk that is full, failing, gone or held by someone else; any other is a fault of ours. */
const DISK_CODES = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|CORRUPT|NOTADB|NOMEM|PROTOCOL)/;

/** What the disk could not do, as a StorageError; anything else as it is. */
export function storageError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError) || !DISK_CODES.test(error.code)) return error;
  return new StorageError(error.code, `storage failed: ${error.message} (${error.code})`, error);
}

function insert(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`;
}

function updateTask(columns: readonly string[]): string {
  return `UPDATE tasks SET ${assign([...columns, MODIFIED])} WHERE id = @id`;
}

function assign(columns: readonly string[]): string {
  return columns.map((name) => `${name} = @${name}`).join(', ');
}
