/** Opening a data directory: as the gateway, which holds it alone, or beside a running one to read it or for its keys. */
import { SqliteAudit } from './audit.ts';
import { migrate, openDatabase, openReadOnly, schemaVersion } from './database.ts';
import { lockDirectory, makeDirectory } from './directory.ts';
import { SqliteKeys } from './keys.ts';
import { MIGRATIONS } from './schema.ts';
import { SqliteReader } from './sqlite-reader.ts';
import { SqliteStore, STORE_LIMITS, type StoreLimits } from './sqlite-store.ts';
import type { AuditShelf, Keys, Reader, Store } from './store.ts';

export interface StoreOptions {
  readonly directory: string;
  readonly limits?: Partial<StoreLimits>;
}

/**
 * Creates the directory if need be, locks it, brings the database to this schema and reads back what is in memory.
 * Throws DataDirectoryError: `locked`, `not_writable`, `newer_version`, `damaged`.
 */
export function openStore({ directory, limits }: StoreOptions): Store {
  makeDirectory(directory);
  const lock = lockDirectory(directory);
  try {
    const db = openDatabase(directory);
    try {
      migrate(directory, db);
      return new SqliteStore(db, { ...STORE_LIMITS, ...limits }, () => lock.release());
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** For another thread of the process that holds the directory; to be closed before the store is. */
export function openReader(directory: string): Reader {
  return new SqliteReader(openReadOnly(directory));
}

/** The keys of a directory, also while a gateway runs on it; what it changes counts there at once. */
export function openKeys(directory: string): { readonly keys: Keys; readonly audit: AuditShelf; close(): void } {
  makeDirectory(directory);
  let db = openDatabase(directory);
  if (schemaVersion(db) !== MIGRATIONS.length) {
    db.close();
    // Only the holder of the lock may change the schema.
    openStore({ directory }).close();
    db = openDatabase(directory);
  }
  return { keys: new SqliteKeys(db), audit: new SqliteAudit(db, STORE_LIMITS), close: () => void db.close() };
}
