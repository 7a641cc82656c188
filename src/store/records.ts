/** Records of all kinds in one table: few, small, read whole, and judged by nobody. Ids are shared among the kinds. */
import type Database from 'better-sqlite3';
import type { RecordKind, Records } from '../model/records.ts';
import { storageError } from './appender.ts';
import type { RecordShelf } from './store.ts';

interface RecordRow {
  readonly id: number;
  readonly body: string;
}

export class SqliteRecords implements RecordShelf {
  readonly #insert: Database.Statement<[string, string], number>;
  readonly #read: Database.Statement<[number, string], RecordRow>;
  readonly #list: Database.Statement<[string], RecordRow>;
  readonly #update: Database.Statement<[string, number, string]>;
  readonly #delete: Database.Statement<[number, string]>;

  constructor(db: Database.Database) {
    this.#insert = db
      .prepare<[string, string], number>('INSERT INTO records (kind, body) VALUES (?, ?) RETURNING id')
      .pluck();
    this.#read = db.prepare('SELECT id, body FROM records WHERE id = ? AND kind = ?');
    this.#list = db.prepare('SELECT id, body FROM records WHERE kind = ? ORDER BY id');
    this.#update = db.prepare('UPDATE records SET body = ? WHERE id = ? AND kind = ?');
    this.#delete = db.prepare('DELETE FROM records WHERE id = ? AND kind = ?');
  }

  create<K extends RecordKind>(kind: K, content: Omit<Records[K], 'id'>): Records[K] {
    const id = written(() => this.#insert.get(kind, JSON.stringify(content)))!;
    return { ...content, id } as Records[K];
  }

  read<K extends RecordKind>(kind: K, id: number): Records[K] | null {
    const row = this.#read.get(id, kind);
    return row === undefined ? null : recordOf<K>(row);
  }

  list<K extends RecordKind>(kind: K): readonly Records[K][] {
    return this.#list.all(kind).map((row) => recordOf<K>(row));
  }

  update<K extends RecordKind>(kind: K, { id, ...content }: Records[K]): boolean {
    return written(() => this.#update.run(JSON.stringify(content), id, kind)).changes === 1;
  }

  delete(kind: RecordKind, id: number): boolean {
    return written(() => this.#delete.run(id, kind)).changes === 1;
  }
}

function recordOf<K extends RecordKind>({ id, body }: RecordRow): Records[K] {
  return { ...(JSON.parse(body) as object), id } as Records[K];
}

/** What the disk could not do leaves as a StorageError. */
export function written<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw storageError(error);
  }
}
