/** Keeping the outbox finite: events are told for so long, then only the history has them. */
import type Database from 'better-sqlite3';

export interface OutboxLimits {
  readonly outboxAgeMs: number;
  readonly outboxRows: number;
}

/** Rows one slice removes at most. */
const SLICE_ROWS = 1000;
/** Between two looks at an outbox that was short enough. */
const PAUSE_MS = 60_000;

export class OutboxTrimmer {
  readonly #trim: Database.Statement<[number, number, number]>;
  readonly #limits: OutboxLimits;
  #nextMs = -Infinity;

  constructor(db: Database.Database, limits: OutboxLimits) {
    this.#limits = limits;
    // Ids and times grow together, so the oldest rows are the first ones and nothing is searched.
    this.#trim = db.prepare(
      `DELETE FROM outbox WHERE id IN (
         SELECT id FROM (SELECT id, created_ms FROM outbox ORDER BY id LIMIT ?)
         WHERE created_ms < ? OR id <= (SELECT max(id) FROM outbox) - ?)`,
    );
  }

  /** One bounded step; true = more is waiting. */
  trimSlice(nowMs: number): boolean {
    if (nowMs < this.#nextMs) return false;
    const { outboxAgeMs, outboxRows } = this.#limits;
    const isMore = this.#trim.run(SLICE_ROWS, nowMs - outboxAgeMs, outboxRows).changes === SLICE_ROWS;
    if (!isMore) this.#nextMs = nowMs + PAUSE_MS;
    return isMore;
  }
}
