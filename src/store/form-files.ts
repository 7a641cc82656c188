/**
 * Files of forms: a row each, and the content in a directory beside the database, under a random name that nothing from
 * outside is part of. A row comes before its content and goes after it, so no content is ever without one.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { FormFile, FormFileState } from '../model/form-file.ts';
import { storageError } from './appender.ts';
import { type FormFileShelf, type NewFormFile, StorageError } from './store.ts';

export const FILES_DIRECTORY = 'files';

interface FormFileRow {
  readonly id: number;
  readonly task_id: number;
  readonly form_ms: number;
  readonly field_id: string;
  readonly key: string;
  readonly name: string | null;
  readonly bytes: number;
  readonly mime_type: string | null;
  readonly metadata: string | null;
  readonly state: FormFileState;
  readonly created_ms: number;
  readonly uploaded_ms: number | null;
  readonly expires_ms: number;
}

const NEW_COLUMNS = 'task_id, form_ms, field_id, key, name, bytes, metadata, state, created_ms, expires_ms';
const COLUMNS = `id, mime_type, uploaded_ms, ${NEW_COLUMNS}`;

export class SqliteFormFiles implements FormFileShelf {
  readonly #db: Database.Database;
  readonly #directory: string;
  readonly #insert: Database.Statement<[object], FormFileRow>;
  readonly #read: Database.Statement<[number], FormFileRow>;
  readonly #withKey: Database.Statement<[string], FormFileRow>;
  readonly #withToken: Database.Statement<[Buffer], FormFileRow>;
  readonly #ofForm: Database.Statement<[number, number], FormFileRow>;
  readonly #after: Database.Statement<[number, number], FormFileRow>;
  readonly #move: Database.Statement<[FormFileState, number, FormFileState]>;
  readonly #uploaded: Database.Statement<[object]>;
  readonly #delete: Database.Statement<[number]>;
  #bytes: number;

  constructor(db: Database.Database, directory: string) {
    this.#db = db;
    this.#directory = directory;
    this.#insert = db.prepare(
      `INSERT INTO form_files (token, ${NEW_COLUMNS}) VALUES (@token, @task_id, @form_ms, @field_id, @key, @name,
         @bytes, @metadata, 'created', @created_ms, @expires_ms) RETURNING ${COLUMNS}`,
    );
    this.#read = db.prepare(`SELECT ${COLUMNS} FROM form_files WHERE id = ?`);
    this.#withKey = db.prepare(`SELECT ${COLUMNS} FROM form_files WHERE key = ?`);
    this.#withToken = db.prepare(`SELECT ${COLUMNS} FROM form_files WHERE token = ?`);
    this.#ofForm = db.prepare(`SELECT ${COLUMNS} FROM form_files WHERE task_id = ? AND form_ms = ? ORDER BY id`);
    this.#after = db.prepare(`SELECT ${COLUMNS} FROM form_files WHERE id > ? ORDER BY id LIMIT ?`);
    this.#move = db.prepare('UPDATE form_files SET state = ? WHERE id = ? AND state = ?');
    this.#uploaded = db.prepare(
      `UPDATE form_files SET state = 'uploaded', name = @name, bytes = @bytes, mime_type = @mimeType,
         uploaded_ms = @uploadedMs, expires_ms = @expiresMs WHERE id = @id AND state = 'in_progress'`,
    );
    this.#delete = db.prepare('DELETE FROM form_files WHERE id = ?');
    // What was coming in when the process ended has to be sent again.
    db.exec(`UPDATE form_files SET state = 'created' WHERE state = 'in_progress'`);
    this.#bytes = db.prepare<[], number>('SELECT ifnull(sum(bytes), 0) FROM form_files').pluck().get()!;
  }

  create(file: NewFormFile): { readonly file: FormFile; readonly token: string } {
    const token = randomBytes(16).toString('hex');
    const row = attempted(() =>
      this.#insert.get({
        token: hashOf(token),
        task_id: file.taskId,
        form_ms: file.formMs,
        field_id: file.fieldId,
        key: randomBytes(16).toString('hex'),
        name: file.name,
        bytes: file.bytes,
        metadata: file.metadata === null ? null : JSON.stringify(file.metadata),
        created_ms: file.createdMs,
        expires_ms: file.expiresMs,
      }),
    );
    this.#bytes += file.bytes;
    return { file: fileOf(row!), token };
  }

  read(fileId: number): FormFile | null {
    return fileOrNull(attempted(() => this.#read.get(fileId)));
  }

  withKey(key: string): FormFile | null {
    return fileOrNull(attempted(() => this.#withKey.get(key)));
  }

  withToken(token: string): FormFile | null {
    return fileOrNull(attempted(() => this.#withToken.get(hashOf(token))));
  }

  ofForm(taskId: number, formMs: number): readonly FormFile[] {
    return attempted(() => this.#ofForm.all(taskId, formMs)).map(fileOf);
  }

  after(fileId: number, limit: number): readonly FormFile[] {
    return attempted(() => this.#after.all(fileId, limit)).map(fileOf);
  }

  async upload(
    fileId: number,
    content: AsyncIterable<Uint8Array>,
    told: () => Required<Pick<FormFile, 'name' | 'mimeType' | 'uploadedMs' | 'expiresMs'>>,
  ): Promise<boolean> {
    if (attempted(() => this.#move.run('in_progress', fileId, 'created')).changes === 0) return false;
    const file = this.read(fileId)!;
    try {
      const bytes = await this.#write(this.path(file), content);
      const { changes } = attempted(() => this.#uploaded.run({ id: fileId, bytes, ...told() }));
      // Marked as deleted while it came in: its content goes with the row.
      if (changes === 0) return false;
      this.#bytes += bytes - file.bytes;
      return true;
    } catch (error) {
      this.#giveUp(file);
      throw error;
    }
  }

  path({ key }: Pick<FormFile, 'key'>): string {
    return join(this.#directory, key);
  }

  markDeleted(fileIds: readonly number[]): void {
    if (fileIds.length === 0) return;
    const mark = this.#db.prepare(
      `UPDATE form_files SET state = 'deleted' WHERE id IN (SELECT value FROM json_each(?))`,
    );
    attempted(() => mark.run(JSON.stringify(fileIds)));
  }

  remove(file: FormFile): void {
    onDisk(() => rmSync(this.path(file), { force: true }));
    if (attempted(() => this.#delete.run(file.id)).changes === 1) this.#bytes -= file.bytes;
  }

  bytes(): number {
    return this.#bytes;
  }

  /** Synced with its place in the directory; answers with its size. */
  async #write(path: string, content: AsyncIterable<Uint8Array>): Promise<number> {
    onDisk(() => mkdirSync(this.#directory, { recursive: true, mode: 0o750 }));
    const handle = await settled(open(path, 'w', 0o640));
    let bytes = 0;
    try {
      for await (const chunk of content) {
        await settled(handle.writeFile(chunk));
        bytes += chunk.length;
      }
      await settled(handle.sync());
    } finally {
      await handle.close();
    }
    await settled(syncDirectory(this.#directory));
    return bytes;
  }

  /** The failure that counts is the one being reported. */
  #giveUp(file: FormFile): void {
    // What is left is written over by the next upload, or goes with its row; the row is set right at the next start.
    quietly(() => rmSync(this.path(file), { force: true }));
    quietly(() => this.#move.run('created', file.id, 'in_progress'));
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function fileOrNull(row: FormFileRow | undefined): FormFile | null {
  return row === undefined ? null : fileOf(row);
}

function fileOf(row: FormFileRow): FormFile {
  return {
    id: row.id,
    taskId: row.task_id,
    formMs: row.form_ms,
    fieldId: row.field_id,
    key: row.key,
    name: row.name,
    bytes: row.bytes,
    mimeType: row.mime_type,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Record<string, unknown>),
    state: row.state,
    createdMs: row.created_ms,
    uploadedMs: row.uploaded_ms,
    expiresMs: row.expires_ms,
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function attempted<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw storageError(error);
  }
}

function onDisk<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw diskError(error);
  }
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {}
}

async function settled<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    throw diskError(error);
  }
}

function diskError(error: unknown): StorageError {
  const { code = 'EIO', message } = error as NodeJS.ErrnoException;
  return new StorageError(code, `storage failed: a file cannot be kept (${message})`, error);
}
