/** The database file: opened with the promises the gateway makes (engine rules, section 8) and brought to this schema. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { DATABASE_FILE, DataDirectoryError, directoryError, openFile } from './directory.ts';
import { MIGRATIONS } from './schema.ts';

const BUSY_MS = 5000;
/**
 * The log is folded back into the database beside the line (store/checkpoints.ts). At this length, 256 MiB, a commit does
 * it itself; then, or once nothing of it is in use, it begins anew, and is cut to what is worth keeping.
 */
const LOG_PAGES_MAX = 65_536;
const LOG_BYTES_KEPT = 128 * 1024 * 1024;
const CACHE_KIB = 32 * 1024;
/** Searches go through whole indexes: a million tasks have about 50 MB of each. */
const READING_CACHE_KIB = 128 * 1024;

export function openDatabase(directory: string): Database.Database {
  const db = openFile(directory, DATABASE_FILE, BUSY_MS);
  try {
    setPragmas(db);
  } catch (error) {
    db.close();
    throw directoryError(directory, error);
  }
  return db;
}

/** A second connection to a database that is open and migrated. */
export function openReadOnly(directory: string): Database.Database {
  const db = openFile(directory, DATABASE_FILE, BUSY_MS);
  try {
    db.pragma('query_only = ON');
    db.pragma(`cache_size = -${READING_CACHE_KIB}`);
    // The first look into the file: what is wrong with it is said here.
    schemaVersion(db);
    return db;
  } catch (error) {
    db.close();
    throw directoryError(directory, error);
  }
}

function setPragmas(db: Database.Database): void {
  db.pragma('journal_mode = WAL');
  // FULL, not the usual NORMAL: a commit is on the disk when it returns, which is what an acknowledgement promises.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  // What is deleted or moved is overwritten: of what somebody wants erased no copies are left in the file.
  db.pragma('secure_delete = ON');
  db.pragma(`wal_autocheckpoint = ${LOG_PAGES_MAX}`);
  db.pragma(`journal_size_limit = ${LOG_BYTES_KEPT}`);
  db.pragma(`cache_size = -${CACHE_KIB}`);
}

export function schemaVersion(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/**
 * Brings the database to the newest schema in one transaction. A database that holds data is copied first, to
 * `milepost.v<version>.backup.db` beside it. A newer one is refused: this program does not know what it would destroy.
 */
export function migrate(directory: string, db: Database.Database, migrations: readonly string[] = MIGRATIONS): void {
  const version = schemaVersion(db);
  if (version > migrations.length) {
    throw new DataDirectoryError(
      'newer_version',
      `database in ${directory} has schema version ${version}, this Milepost knows up to ${migrations.length}: run the newer Milepost or restore an older backup`,
    );
  }
  if (version === migrations.length) return;
  try {
    if (version > 0) backUp(directory, db, version);
    db.transaction(() => {
      for (const migration of migrations.slice(version)) db.exec(migration);
      db.pragma(`user_version = ${migrations.length}`);
    })();
  } catch (error) {
    throw directoryError(directory, error);
  }
}

/** A copy left by an earlier attempt that failed is replaced: that attempt changed nothing. */
function backUp(directory: string, db: Database.Database, version: number): void {
  const path = join(directory, `milepost.v${version}.backup.db`);
  rmSync(path, { force: true });
  db.prepare('VACUUM INTO ?').run(path);
}
