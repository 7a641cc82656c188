/**
 * Backups: one file, taken beside a running gateway, and put back into a data directory. It is a SQLite database as of one
 * commit, with the content of the files of forms in a table of its own: nothing can be lost between two files, and any
 * SQLite tool can look into it.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  lchownSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { openDatabase, openReadOnly, schemaVersion } from './database.ts';
import { DATABASE_FILE, directoryError, LOCK_FILE, lockDirectory, makeDirectory } from './directory.ts';
import { FILES_DIRECTORY } from './form-files.ts';
import { Meta } from './meta.ts';
import { MIGRATIONS } from './schema.ts';

/** It was not done. The message is one line and ends with the repair. */
export class BackupError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'BackupError';
  }
}

export interface BackupReport {
  readonly bytes: number;
  readonly files: number;
  readonly version: number;
  /** The engine's clock at the commit that it is of; null = nothing was ever committed. */
  readonly clockMs: number | null;
}

export interface BackupOptions {
  readonly directory: string;
  readonly file: string;
  /** 0 to 1, as it goes on; then, once, 'verifying'. */
  readonly onProgress?: (progress: number | 'verifying') => void;
}

/** Pages copied at a stretch: 4 MiB. Between two of them the loop turns, so that the command can be stopped. */
const PAGES_AT_ONCE = 1024;
const CONTENTS = 'backup_files';
const CONTENTS_SQL = `CREATE TABLE ${CONTENTS} (key TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT, WITHOUT ROWID`;
/** As form-files.ts names them: nothing else becomes a path. */
const KEY = /^[0-9a-f]{32}$/;

/** Throws BackupError; then nothing is left at `file`. */
export async function backUp({ directory, file, onProgress }: BackupOptions): Promise<BackupReport> {
  if (!existsSync(join(directory, DATABASE_FILE))) {
    throw new BackupError(`there is no database in ${directory}: choose the --data directory of the gateway`);
  }
  refuseTaken(file);
  const partial = `${resolve(file)}.partial-${process.pid}`;
  const source = openReadOnly(directory);
  try {
    holdInstant(source);
    // Secrets are in it: it is its owner's from the first byte on.
    writeFileSync(partial, '', { flag: 'wx', mode: 0o600 });
    await source.backup(partial, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress?.(totalPages === 0 ? 1 : 1 - remainingPages / totalPages);
        return PAGES_AT_ONCE;
      },
    });
    const report = complete(partial, join(directory, FILES_DIRECTORY), () => onProgress?.('verifying'));
    publish(partial, file);
    return report;
  } catch (error) {
    throw asBackupError(`${file} could not be written`, error);
  } finally {
    source.close();
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(partial + suffix, { force: true });
  }
}

/**
 * Within a transaction all pages are of one instant, however long it takes. Without it the copy would begin anew with
 * every commit of the gateway.
 */
function holdInstant(source: Database.Database): void {
  source.exec('BEGIN');
  source.prepare('SELECT count(*) FROM sqlite_schema').get();
}

function refuseTaken(file: string): void {
  if (existsSync(file)) throw new BackupError(`${file} is there already: choose another name`);
}

function complete(path: string, filesDirectory: string, onVerify: () => void): BackupReport {
  const db = new Database(path);
  try {
    // One file, without a log beside it.
    db.pragma('journal_mode = DELETE');
    const files = takeIn(db, filesDirectory);
    onVerify();
    const version = verify(db, path);
    const clockMs = new Meta(db).number('clock_ms');
    const bytes =
      (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number);
    return { bytes, files, version, clockMs };
  } finally {
    db.close();
  }
}

/** A file that was deleted since is not needed any more: its row says so at the next look. */
function takeIn(db: Database.Database, filesDirectory: string): number {
  db.exec(`DROP TABLE IF EXISTS ${CONTENTS}`);
  db.exec(CONTENTS_SQL);
  if (!hasTable(db, 'form_files')) return 0;
  const keys = db.prepare<[], string>(`SELECT key FROM form_files WHERE state = 'uploaded'`).pluck().all();
  const put = db.prepare(`INSERT INTO ${CONTENTS} VALUES (?, ?)`);
  let taken = 0;
  for (const key of keys) {
    const content = contentAt(join(filesDirectory, key));
    if (content === null) continue;
    put.run(key, content);
    taken += 1;
  }
  return taken;
}

function contentAt(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The schema version of a database that is whole and ours. */
function verify(db: Database.Database, file: string): number {
  const [fault] = db.pragma('integrity_check(1)') as { integrity_check: string }[];
  if (fault?.integrity_check !== 'ok') {
    throw new BackupError(`${file} is damaged (${fault?.integrity_check}): use another backup`);
  }
  const version = schemaVersion(db);
  if (version < 1 || !hasTable(db, 'journal')) {
    throw new BackupError(`${file} is no database of Milepost: choose a file that \`milepost backup\` wrote`);
  }
  if (version > MIGRATIONS.length) {
    throw new BackupError(
      `${file} has schema version ${version}, this Milepost knows up to ${MIGRATIONS.length}: restore it with the newer Milepost`,
    );
  }
  return version;
}

function hasTable(db: Database.Database, name: string): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(name) !== undefined;
}

/** On the disk under its own name, or not there at all; never over a file that has come up meanwhile. */
function publish(partial: string, file: string): void {
  syncPath(partial);
  refuseTaken(file);
  secondName(partial, file);
  syncPath(dirname(resolve(file)));
}

/** Fails where the name is taken. Disks that know no second names, such as FAT, change the first one. */
function secondName(path: string, name: string): void {
  try {
    linkSync(path, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    renameSync(path, name);
  }
}

function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function asBackupError(what: string, error: unknown): unknown {
  if (error instanceof BackupError) return error;
  if (!(error instanceof Error) || !('code' in error)) return error;
  return new BackupError(
    `${what} (${error.message}): see that there is room and that this user may write there`,
    error,
  );
}

export interface RestoreOptions {
  readonly file: string;
  readonly directory: string;
  /** Whether what is in the directory gives way; it is kept beside. */
  readonly replaces: boolean;
  readonly nowMs: number;
}

export interface RestoreReport extends BackupReport {
  /** Where the former content is; null = there was none. */
  readonly keptIn: string | null;
}

/** What a directory may hold and still count as empty: the lock, and what SQLite lays beside it. */
const LOCK_FILES = /^lock\.db(-journal)?$/;
const RESTORING = '.restoring';
const LOG_FILES = [`${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`];

/** Throws BackupError or DataDirectoryError, and then the directory is as it was. */
export function restore({ file, directory, replaces, nowMs }: RestoreOptions): RestoreReport {
  if (!existsSync(file)) throw new BackupError(`there is no file ${file}: choose one that \`milepost backup\` wrote`);
  makeDirectory(directory);
  // No gateway starts in between.
  const lock = lockDirectory(directory);
  const database = join(directory, DATABASE_FILE);
  const files = join(directory, FILES_DIRECTORY);
  const staged = `${database}${RESTORING}`;
  const stagedFiles = `${files}${RESTORING}`;
  try {
    clear(staged, stagedFiles);
    const former = readdirSync(directory).filter((name) => !LOCK_FILES.test(name));
    if (former.length > 0 && !replaces) {
      throw new BackupError(
        `${directory} is not empty (${former.slice(0, 3).join(', ')}): choose another --data directory, or --replace, which keeps what is there beside`,
      );
    }
    copyFileSync(file, staged);
    const report = stage(staged, stagedFiles, file);
    // The copy that an upgrade makes is of the database alone: its files are still where they were.
    const replaced = existsSync(stagedFiles) ? [...LOG_FILES, FILES_DIRECTORY] : LOG_FILES;
    const keptIn = former.includes(DATABASE_FILE) ? keep(directory, replaced, nowMs) : null;
    if (existsSync(stagedFiles)) renameSync(stagedFiles, files);
    renameSync(staged, database);
    handOver(directory, files, [database, files, join(directory, LOCK_FILE), ...(keptIn === null ? [] : [keptIn])]);
    syncPath(directory);
    return { ...report, keptIn };
  } catch (error) {
    throw asBackupError(`${file} could not be restored to ${directory}`, error);
  } finally {
    clear(staged, stagedFiles);
    lock.release();
  }
}

/**
 * What root restores belongs to whom the directory belongs to: the gateway has to write to it. Only what was made here, and
 * no link is followed.
 */
function handOver(directory: string, files: string, made: readonly string[]): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(directory);
  const contents = existsSync(files) ? readdirSync(files).map((name) => join(files, name)) : [];
  for (const path of [...made, ...contents]) if (existsSync(path)) lchownSync(path, uid, gid);
}

function clear(staged: string, stagedFiles: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(staged + suffix, { force: true });
  rmSync(stagedFiles, { recursive: true, force: true });
}

/** The copy becomes what the gateway expects: the files of forms lie beside it again. */
function stage(path: string, filesDirectory: string, file: string): BackupReport {
  let db: Database.Database | null = null;
  try {
    db = new Database(path);
    db.pragma('journal_mode = DELETE');
    const version = verify(db, file);
    const files = hasTable(db, CONTENTS) ? layOut(db, filesDirectory) : 0;
    const clockMs = new Meta(db).number('clock_ms');
    const bytes =
      (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number);
    db.close();
    syncPath(path);
    return { bytes, files, version, clockMs };
  } catch (error) {
    db?.close();
    if (!(error instanceof Database.SqliteError)) throw error;
    throw new BackupError(`${file} cannot be read (${error.message}): use another backup`, error);
  }
}

function layOut(db: Database.Database, filesDirectory: string): number {
  mkdirSync(filesDirectory, { mode: 0o750 });
  const rows = db.prepare<[], { key: string; content: Buffer }>(`SELECT key, content FROM ${CONTENTS}`);
  let laid = 0;
  for (const { key, content } of rows.iterate()) {
    if (!KEY.test(key)) throw new BackupError(`a file of a form is named ${JSON.stringify(key)}: use another backup`);
    writeFileSync(join(filesDirectory, key), content, { flag: 'wx', mode: 0o640, flush: true });
    laid += 1;
  }
  syncPath(filesDirectory);
  db.exec(`DROP TABLE ${CONTENTS}`);
  if (laid > 0) db.exec('VACUUM');
  return laid;
}

/** Moves what makes up the former state to a directory within: the data directory itself may be a mount. */
function keep(directory: string, names: readonly string[], nowMs: number): string {
  foldLog(directory);
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const kept = join(directory, `replaced-${stamp}`);
  mkdirSync(kept, { mode: 0o750 });
  for (const name of names) {
    if (existsSync(join(directory, name))) renameSync(join(directory, name), join(kept, name));
  }
  // By a second name: in the directory the restored one takes the place of the former in one step.
  secondName(join(directory, DATABASE_FILE), join(kept, DATABASE_FILE));
  syncPath(kept);
  return kept;
}

/** What is in the log goes into the database, as far as that can still be opened: it is often why there is a restore. */
function foldLog(directory: string): void {
  try {
    openDatabase(directory).close();
  } catch (error) {
    if (!(directoryError(directory, error) instanceof Error)) throw error;
  }
}
