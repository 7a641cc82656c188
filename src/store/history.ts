/** Writing events: a row of `history` with its uid, and the row of `outbox` that has it told outside. */
import type Database from 'better-sqlite3';
import type { ToldEvent } from '../model/event.ts';
import { bodyText, type UidOf, uidsOf } from './event-rows.ts';

export interface EventIds {
  readonly id: number;
  readonly uid: string;
}

/** In the column of a task where an event is of a tracker. */
const NO_TASK = 0;

export class HistoryWriter {
  readonly #taskUuid: Database.Statement<[{ id: number }], string>;
  readonly #isTaken: Database.Statement<[string], number>;
  readonly #newest: Database.Statement<[number], string>;
  readonly #trackerUuid: Database.Statement<[number], string>;
  readonly #history: Database.Statement<[string, number, number | null, number, number, string, string]>;
  readonly #outbox: Database.Statement<[number, number]>;

  constructor(db: Database.Database) {
    // Tasks and routes share their ids.
    this.#taskUuid = db
      .prepare<[{ id: number }], string>(
        'SELECT uuid FROM tasks WHERE id = @id UNION ALL SELECT uuid FROM routes WHERE id = @id',
      )
      .pluck();
    this.#trackerUuid = db.prepare<[number], string>('SELECT uuid FROM trackers WHERE id = ?').pluck();
    this.#isTaken = db.prepare<[string], number>('SELECT 1 FROM history WHERE uid = ?').pluck();
    this.#newest = db.prepare<[number], string>('SELECT uid FROM history WHERE task_id = ? ORDER BY id DESC').pluck();
    this.#history = db.prepare(
      `INSERT INTO history (uid, task_id, tracker_id, event_ms, recorded_ms, kind, body)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#outbox = db.prepare('INSERT INTO outbox (history_id, created_ms) VALUES (?, ?)');
  }

  /** The event's task, route or tracker is on disk by then, at the latest since this transaction. */
  write(event: ToldEvent): EventIds {
    const { eventMs, recordedMs, body } = event;
    const uid = this.#uid(event);
    const [taskId, trackerId] = 'taskId' in event ? [event.taskId, null] : [NO_TASK, event.trackerId];
    const text = bodyText(body);
    const { lastInsertRowid } = this.#history.run(uid, taskId, trackerId, eventMs, recordedMs, body.kind, text);
    const id = Number(lastInsertRowid);
    this.#outbox.run(id, recordedMs);
    return { id, uid };
  }

  /**
   * Facts may come back: late evidence takes an arrival away and later evidence gives it back, a label is set to and
   * fro within one millisecond. Each is a fact of its own. But nothing turns twice without turning back in between: a
   * transition that repeats its task's newest row is a fault of ours, refused before anyone is told of it twice.
   */
  #uid(event: ToldEvent): string {
    const uidOf = uidsOf(this.#uuid(event), event);
    if (this.#isTaken.get(uidOf(0)) === undefined) return uidOf(0);
    const repeat = this.#firstFree(uidOf);
    const isTransition = 'taskId' in event && event.body.kind === 'status_change';
    if (isTransition && this.#newest.get(event.taskId) === uidOf(repeat - 1)) {
      throw new Error(
        `task ${event.taskId}: the transition ${uidOf(repeat - 1)} is its newest already, expected another`,
      );
    }
    return uidOf(repeat);
  }

  #uuid(event: ToldEvent): string {
    const isOfTask = 'taskId' in event;
    const uuid = isOfTask ? this.#taskUuid.get({ id: event.taskId }) : this.#trackerUuid.get(event.trackerId);
    if (uuid !== undefined) return uuid;
    const subject = isOfTask ? `task ${event.taskId}` : `tracker ${event.trackerId}`;
    throw new Error(`an event of ${subject}, which is not on disk`);
  }

  /** Repeats are numbered without a break: doubling and halving finds the first free number in a few looks. */
  #firstFree(uidOf: UidOf): number {
    let taken = 0;
    let free = 1;
    while (this.#isTaken.get(uidOf(free)) !== undefined) [taken, free] = [free, free * 2];
    while (free - taken > 1) {
      const middle = Math.floor((taken + free) / 2);
      if (this.#isTaken.get(uidOf(middle)) === undefined) free = middle;
      else taken = middle;
    }
    return free;
  }
}
