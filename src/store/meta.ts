/** Single values that outlive the process. */
import type Database from 'better-sqlite3';

export type MetaKey = 'clock_ms' | 'sealed_to' | 'messages_swept_to';

export class Meta {
  readonly #get: Database.Statement<[string], string>;
  readonly #put: Database.Statement<[string, string]>;

  constructor(db: Database.Database) {
    this.#get = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
    this.#put = db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  }

  number(key: MetaKey): number | null {
    const value = this.#get.get(key);
    return value === undefined ? null : Number(value);
  }

  put(key: MetaKey, value: number): void {
    this.#put.run(key, String(value));
  }
}
