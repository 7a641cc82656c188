/** The journal row by row, in the order in which frames were committed (contract: JournalFeed). */
import type Database from 'better-sqlite3';
import { type JournalRow, readFrame, readHeaders } from './journal.ts';
import type { Readings } from './readings.ts';
import type { JournalFeed, JournalledFix, JournalPage } from './store.ts';

export class SqliteJournalFeed implements JournalFeed {
  readonly #next: Database.Statement<[number], JournalRow>;
  readonly #readings: Readings;
  readonly #lastRow: () => number;

  /** `lastRow`: of the last row that was committed, also where retention has deleted it since. */
  constructor(db: Database.Database, readings: Readings, lastRow: () => number) {
    this.#next = db.prepare('SELECT id, body FROM journal WHERE id > ? ORDER BY id LIMIT 1');
    this.#readings = readings;
    this.#lastRow = lastRow;
  }

  after(row: number): JournalPage | null {
    const next = this.#next.get(row);
    if (next === undefined) return null;
    return { toRow: next.id, missingRows: next.id - row - 1, fixes: [...this.#fixes(next)] };
  }

  lastRow(): number {
    return this.#lastRow();
  }

  *#fixes({ id, body }: JournalRow): Generator<JournalledFix> {
    for (const { trackerId, offset, spans } of readHeaders(body)) {
      if (spans.length === 0) continue;
      const fixes = this.#readings.fixes(trackerId, id, readFrame(body, offset)!);
      for (const [i, fix] of fixes.entries()) yield { trackerId, place: `${id}-${offset}-${i}`, fix };
    }
  }
}
