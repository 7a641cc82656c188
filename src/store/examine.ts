/** A look at a data directory that changes nothing in it, for the doctor: also beside a running gateway, also when it is broken. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DATABASE_FILE, isHeld } from './directory.ts';
import { Meta } from './meta.ts';
import { MIGRATIONS } from './schema.ts';

export type DatabaseLook =
  | { readonly kind: 'none' }
  /** In SQLite's words. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | {
      readonly kind: 'found';
      readonly version: number;
      /** The schema of this program. */
      readonly newest: number;
      /** Of the last commit; null = there was none yet. */
      readonly committedMs: number | null;
      /** Keys that were ever made; null where the schema is not ours. */
      readonly hasKeys: boolean;
    };

export interface DirectoryLook {
  /** A gateway runs on it. */
  readonly isHeld: boolean;
  readonly database: DatabaseLook;
}

/** Throws what keeps the native module from being loaded. */
export function sqliteVersion(): string {
  const db = new Database(':memory:');
  try {
    return db.prepare<[], string>('SELECT sqlite_version()').pluck().get()!;
  } finally {
    db.close();
  }
}

export function lookAt(directory: string): DirectoryLook {
  return { isHeld: isHeld(directory), database: databaseLook(join(directory, DATABASE_FILE)) };
}

function databaseLook(path: string): DatabaseLook {
  if (!existsSync(path)) return { kind: 'none' };
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      return found(db);
    } finally {
      db.close();
    }
  } catch (error) {
    return { kind: 'unreadable', reason: (error as Error).message };
  }
}

function found(db: Database.Database): DatabaseLook {
  const version = db.pragma('user_version', { simple: true }) as number;
  const newest = MIGRATIONS.length;
  if (version < 1 || version > newest) return { kind: 'found', version, newest, committedMs: null, hasKeys: false };
  const hasKeys = db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM api_keys)').pluck().get() === 1;
  return { kind: 'found', version, newest, committedMs: new Meta(db).number('clock_ms'), hasKeys };
}
