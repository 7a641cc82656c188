/** Sessions of clients that logged in with a key: digits like a key's, of which only the SHA-256 is stored. */
import type Database from 'better-sqlite3';
import { written } from './records.ts';
import type { Sessions } from './store.ts';

export interface SessionLimits {
  /** A session that nobody has used for so long is over. */
  readonly sessionMs: number;
}

/** How much older a session may look than it is: one write in so long, however often it is used. */
const TOUCH_MS = 60 * 60_000;
/** Of one key; the one that was not used for longest gives way. */
const SESSIONS_PER_KEY = 1000;

interface SessionRow {
  readonly keyHash: Buffer;
  readonly usedMs: number;
}

export class SqliteSessions implements Sessions {
  readonly #limits: SessionLimits;
  readonly #insert: Database.Statement<[Buffer, Buffer, number]>;
  readonly #find: Database.Statement<[Buffer, number], SessionRow>;
  readonly #touch: Database.Statement<[number, Buffer]>;
  readonly #delete: Database.Statement<[Buffer]>;
  readonly #sweep: Database.Statement<[number]>;
  readonly #trim: Database.Statement<[Buffer, number]>;
  readonly #transaction: (write: () => void) => void;

  constructor(db: Database.Database, limits: SessionLimits) {
    this.#limits = limits;
    this.#insert = db.prepare('INSERT INTO sessions (hash, key_hash, used_ms) VALUES (?, ?, ?)');
    this.#find = db.prepare(
      'SELECT key_hash AS keyHash, used_ms AS usedMs FROM sessions WHERE hash = ? AND used_ms > ?',
    );
    this.#touch = db.prepare('UPDATE sessions SET used_ms = ? WHERE hash = ?');
    this.#delete = db.prepare('DELETE FROM sessions WHERE hash = ?');
    this.#sweep = db.prepare('DELETE FROM sessions WHERE used_ms <= ?');
    this.#trim = db.prepare(
      `DELETE FROM sessions WHERE hash IN
         (SELECT hash FROM sessions WHERE key_hash = ? ORDER BY used_ms DESC LIMIT -1 OFFSET ?)`,
    );
    this.#transaction = db.transaction((write: () => void) => write());
  }

  open(hash: Buffer, keyHash: Buffer, nowMs: number): void {
    written(() =>
      this.#transaction(() => {
        this.#sweep.run(this.#overMs(nowMs));
        this.#trim.run(keyHash, SESSIONS_PER_KEY - 1);
        this.#insert.run(hash, keyHash, nowMs);
      }),
    );
  }

  find(hash: Buffer, nowMs: number): Buffer | null {
    const row = written(() => this.#find.get(hash, this.#overMs(nowMs)));
    if (row === undefined) return null;
    if (nowMs - row.usedMs >= TOUCH_MS) this.#noteUse(hash, nowMs);
    return row.keyHash;
  }

  close(hash: Buffer): void {
    written(() => this.#delete.run(hash));
  }

  /** A disk that takes no writes is no reason to answer no questions. */
  #noteUse(hash: Buffer, nowMs: number): void {
    try {
      this.#touch.run(nowMs, hash);
    } catch {
      // It is tried again with the next use.
    }
  }

  #overMs(nowMs: number): number {
    return nowMs - this.#limits.sessionMs;
  }
}
