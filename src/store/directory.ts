/** The data directory: created on first use, held by one process at a time, and clear about what is wrong with it. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { StorageError } from './store.ts';

export type DataDirectoryCode = 'locked' | 'not_writable' | 'newer_version' | 'damaged';

/** The data directory cannot be used. The message is one line and ends with the repair. */
export class DataDirectoryError extends Error {
  readonly code: DataDirectoryCode;
  constructor(code: DataDirectoryCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DataDirectoryError';
    this.code = code;
  }
}

export interface DirectoryLock {
  release(): void;
}

export const DATABASE_FILE = 'milepost.db';
export const LOCK_FILE = 'lock.db';
const ROOM_FILE = 'room.tmp';
/** As much as a full batch takes, and then some. */
const ROOM_BYTES = 1024 * 1024;

/** Creates the directory with its parents; throws DataDirectoryError `not_writable`. */
export function makeDirectory(directory: string): void {
  try {
    makeLevels(resolve(directory));
  } catch (error) {
    throw notWritable(directory, error);
  }
}

/** Level by level: with `recursive`, Node 20 never returns where the parent refuses to say why (such as /proc). */
function makeLevels(path: string): void {
  if (existsSync(path)) return;
  makeLevels(dirname(path));
  try {
    mkdirSync(path, { mode: 0o750 });
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(path)) throw error;
  }
}

/**
 * Holds the directory until released or until the process ends, in whatever way: the lock is an exclusive transaction
 * on a file of its own, so the operating system gives it back, and other programs can still read the database.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const db = openFile(directory, LOCK_FILE, 0);
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw directoryError(directory, error);
  }
  return { release: () => void db.close() };
}

/** Whether a gateway runs on the directory. Nothing is changed there. */
export function isHeld(directory: string): boolean {
  const path = join(directory, LOCK_FILE);
  if (!existsSync(path)) return false;
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 0 });
  try {
    db.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true;
    throw directoryError(directory, error);
  } finally {
    db.close();
  }
}

/** Opens one of the directory's files, waiting at most `busyMs` for others; throws DataDirectoryError. */
export function openFile(directory: string, file: string, busyMs: number): Database.Database {
  try {
    return new Database(join(directory, file), { timeout: busyMs });
  } catch (error) {
    throw directoryError(directory, error);
  }
}

/** Writes and syncs as much as a full batch takes, and takes it away again; throws StorageError. */
export function proveRoom(directory: string): void {
  const path = join(directory, ROOM_FILE);
  try {
    writeFileSync(path, Buffer.alloc(ROOM_BYTES), { flush: true });
  } catch (error) {
    const { code = 'EIO', message } = error as NodeJS.ErrnoException;
    throw new StorageError(code, `storage failed: ${ROOM_BYTES} bytes cannot be written (${message})`, error);
  } finally {
    removeQuietly(path);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is written over the next time; whether the disk works has been found out already.
  }
}

/** What SQLite says about a file of the directory, in the operator's words. Errors of other origin are passed on. */
export function directoryError(directory: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code.startsWith('SQLITE_BUSY')) {
    return new DataDirectoryError(
      'locked',
      `data directory ${directory} is used by another process: stop that one or choose another --data directory`,
      error,
    );
  }
  if (error.code === 'SQLITE_NOTADB' || error.code.startsWith('SQLITE_CORRUPT')) {
    return new DataDirectoryError(
      'damaged',
      `database in ${directory} cannot be read (${error.message}): restore it from a backup`,
      error,
    );
  }
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|IOERR|FULL)/.test(error.code)) return notWritable(directory, error);
  return error;
}

function notWritable(directory: string, cause: unknown): DataDirectoryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataDirectoryError(
    'not_writable',
    `data directory ${directory} cannot be written (${reason}): give this user write access or choose another --data directory`,
    cause,
  );
}
