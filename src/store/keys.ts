/** API keys. The key itself is shown once, at its creation; the database holds its SHA-256, which is what is looked up. */
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { storageError } from './appender.ts';
import { type ApiKey, type Keys, StorageError } from './store.ts';

interface KeyRow {
  readonly id: number;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: string;
  readonly created_ms: number;
  readonly expires_ms: number | null;
  readonly revoked_ms: number | null;
}

const COLUMNS = 'id, name, prefix, scopes, created_ms, expires_ms, revoked_ms';
/** 6 of 32 digits tell keys apart and leave 104 bits unknown. */
const PREFIX_DIGITS = 6;

export class SqliteKeys implements Keys {
  readonly #insert: Database.Statement<[string, Buffer, string, string, number, number | null], KeyRow>;
  readonly #list: Database.Statement<[], KeyRow>;
  readonly #find: Database.Statement<[Buffer, number], KeyRow>;
  readonly #freeName: Database.Statement<[string, number]>;
  readonly #revoke: Database.Statement<[number, string]>;
  readonly #any: Database.Statement<[], number>;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(
      `INSERT INTO api_keys (name, hash, prefix, scopes, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?)
       RETURNING ${COLUMNS}`,
    );
    this.#list = db.prepare(`SELECT ${COLUMNS} FROM api_keys ORDER BY id`);
    this.#find = db.prepare(
      `SELECT ${COLUMNS} FROM api_keys WHERE hash = ? AND revoked_ms IS NULL AND ifnull(expires_ms > ?, TRUE)`,
    );
    this.#freeName = db.prepare(
      `UPDATE api_keys SET name = name || ' #' || id
       WHERE name = ? AND (revoked_ms IS NOT NULL OR expires_ms <= ?)`,
    );
    this.#revoke = db.prepare('UPDATE api_keys SET revoked_ms = ? WHERE name = ? AND revoked_ms IS NULL');
    this.#any = db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM api_keys)').pluck();
  }

  /** Throws StorageError `SQLITE_CONSTRAINT_UNIQUE` when the name is taken (also by a revoked key) or the key is known. */
  create(name: string, key: string, scopes: readonly string[], nowMs: number, expiresMs: number | null): ApiKey {
    try {
      const row = this.#insert.get(name, digest(key), key.slice(0, PREFIX_DIGITS), scopes.join(','), nowMs, expiresMs);
      return keyOf(row!);
    } catch (error) {
      if (error instanceof Database.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE') {
        const taken = error.message.includes('name') ? `named ${JSON.stringify(name)}` : 'with these digits';
        throw new StorageError(error.code, `there is already an API key ${taken}: choose another`, error);
      }
      throw storageError(error);
    }
  }

  list(): readonly ApiKey[] {
    return this.#list.all().map(keyOf);
  }

  revoke(name: string, nowMs: number): boolean {
    return this.#revoke.run(nowMs, name).changes === 1;
  }

  find(key: string, nowMs: number): ApiKey | null {
    return this.findHash(digest(key), nowMs);
  }

  findHash(hash: Buffer, nowMs: number): ApiKey | null {
    const row = this.#find.get(hash, nowMs);
    return row === undefined ? null : keyOf(row);
  }

  freeName(name: string, nowMs: number): void {
    try {
      this.#freeName.run(name, nowMs);
    } catch (error) {
      throw storageError(error);
    }
  }

  isEmpty(): boolean {
    return this.#any.get() === 0;
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function keyOf(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes.split(','),
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    revokedMs: row.revoked_ms,
  };
}
