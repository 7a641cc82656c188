/** Requests that callers may repeat: what each key stands for, and the answer once there is one (contract: RequestLog). */
import type Database from 'better-sqlite3';
import { written } from './records.ts';
import type { KeyedRequest, KnownRequest, RequestLog } from './store.ts';

interface RequestRow {
  readonly digest: string;
  readonly begun_ms: number;
  readonly answer: string | null;
}

/** Old ones are taken out when new ones are put in, more than one for each. */
const TRIMMED_AT_ONCE = 20;

export class SqliteRequests implements RequestLog {
  readonly #read: Database.Statement<[string, string, number], RequestRow>;
  readonly #count: Database.Statement<[string, number], number>;
  readonly #trim: Database.Statement<[number, number]>;
  readonly #insert: Database.Statement<[string, string, string, number]>;
  readonly #finish: Database.Statement<[string, string, string]>;
  readonly #forget: Database.Statement<[string, string]>;
  readonly #put: (request: KeyedRequest, nowMs: number, sinceMs: number, keysMax: number) => boolean;

  constructor(db: Database.Database) {
    this.#read = db.prepare(
      'SELECT digest, begun_ms, answer FROM requests WHERE caller = ? AND key = ? AND begun_ms > ?',
    );
    this.#count = db
      .prepare<[string, number], number>('SELECT count(*) FROM (SELECT 1 FROM requests WHERE caller = ? LIMIT ?)')
      .pluck();
    this.#trim = db.prepare(
      `DELETE FROM requests WHERE (caller, key) IN
         (SELECT caller, key FROM requests WHERE begun_ms <= ? ORDER BY begun_ms LIMIT ?)`,
    );
    this.#insert = db.prepare('INSERT OR REPLACE INTO requests (caller, key, digest, begun_ms) VALUES (?, ?, ?, ?)');
    this.#finish = db.prepare('UPDATE requests SET answer = ? WHERE caller = ? AND key = ?');
    this.#forget = db.prepare('DELETE FROM requests WHERE caller = ? AND key = ?');
    this.#put = db.transaction(({ caller, key, digest }, nowMs, sinceMs, keysMax) => {
      this.#trim.run(sinceMs, TRIMMED_AT_ONCE);
      if (this.#count.get(caller, keysMax)! >= keysMax) return false;
      this.#insert.run(caller, key, digest, nowMs);
      return true;
    });
  }

  begin(request: KeyedRequest, nowMs: number, sinceMs: number, keysMax: number): KnownRequest | null {
    return written(() => {
      const { caller, key, digest } = request;
      const known = this.#read.get(caller, key, sinceMs);
      if (known !== undefined) return { digest: known.digest, begunMs: known.begun_ms, answer: known.answer };
      return this.#put(request, nowMs, sinceMs, keysMax) ? { digest, begunMs: nowMs, answer: null } : null;
    });
  }

  finish({ caller, key }: KeyedRequest, answer: string): void {
    written(() => this.#finish.run(answer, caller, key));
  }

  forget({ caller, key }: KeyedRequest): void {
    written(() => this.#forget.run(caller, key));
  }
}
