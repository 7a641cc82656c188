/** Resources of all kinds in one table, by UUID; pages follow the order of creation. */
import type Database from 'better-sqlite3';
import type { Resource, ResourceKind, Resources } from '../model/resources.ts';
import { written } from './records.ts';
import type { NewResource, ResourcePage, ResourceShelf } from './store.ts';

interface ResourceRow {
  readonly id: number;
  readonly uuid: string;
  readonly external_id: string | null;
  readonly created_ms: number;
  readonly modified_ms: number;
  readonly body: string;
}

const COLUMNS = 'id, uuid, external_id, created_ms, modified_ms, body';

export class SqliteResources implements ResourceShelf {
  readonly #insert: Database.Statement<[object], number>;
  readonly #read: Database.Statement<[string, string], ResourceRow>;
  readonly #named: Database.Statement<[string, string], ResourceRow>;
  readonly #page: Database.Statement<[object], ResourceRow>;
  readonly #backwards: Database.Statement<[object], ResourceRow>;
  readonly #count: Database.Statement<[object], number>;
  readonly #update: Database.Statement<[object]>;
  readonly #delete: Database.Statement<[string, string]>;

  constructor(db: Database.Database) {
    const where = `kind = @kind AND (@fromMs IS NULL OR created_ms >= @fromMs) AND (@toMs IS NULL OR created_ms <= @toMs)
      AND (@externalId IS NULL OR external_id = @externalId)`;
    this.#insert = db
      .prepare<[object], number>(
        `INSERT INTO resources (kind, uuid, external_id, created_ms, modified_ms, body)
         VALUES (@kind, @uuid, @externalId, @createdMs, @modifiedMs, @body) ON CONFLICT (uuid) DO NOTHING RETURNING id`,
      )
      .pluck();
    this.#read = db.prepare(`SELECT ${COLUMNS} FROM resources WHERE uuid = ? AND kind = ?`);
    this.#named = db.prepare(`SELECT ${COLUMNS} FROM resources WHERE kind = ? AND external_id = ? ORDER BY id LIMIT 1`);
    this.#page = db.prepare(
      `SELECT ${COLUMNS} FROM resources WHERE ${where} AND id > @afterId ORDER BY id LIMIT @limit OFFSET @offset`,
    );
    this.#backwards = db.prepare(
      `SELECT ${COLUMNS} FROM resources WHERE ${where} AND id < @beforeId ORDER BY id DESC LIMIT @limit OFFSET @offset`,
    );
    this.#count = db.prepare<[object], number>(`SELECT count(*) FROM resources WHERE ${where}`).pluck();
    this.#update = db.prepare(
      `UPDATE resources SET external_id = @externalId, modified_ms = @modifiedMs, body = @body
       WHERE uuid = @uuid AND kind = @kind`,
    );
    this.#delete = db.prepare('DELETE FROM resources WHERE uuid = ? AND kind = ?');
  }

  create<K extends ResourceKind>(kind: K, resource: NewResource<K>): Resource<K> | null {
    const { nowMs, body, uuid, externalId } = resource;
    const row = { kind, uuid, externalId, createdMs: nowMs, modifiedMs: nowMs, body: JSON.stringify(body) };
    const id = written(() => this.#insert.get(row));
    return id === undefined ? null : { id, uuid, externalId, createdMs: nowMs, modifiedMs: nowMs, body };
  }

  read<K extends ResourceKind>(kind: K, uuid: string): Resource<K> | null {
    return orNull<K>(written(() => this.#read.get(uuid, kind)));
  }

  named<K extends ResourceKind>(kind: K, externalId: string): Resource<K> | null {
    return orNull<K>(written(() => this.#named.get(kind, externalId)));
  }

  page<K extends ResourceKind>(kind: K, page: ResourcePage): readonly Resource<K>[] {
    const { isNewestFirst = false, limit, offset = 0 } = page;
    const values = { kind, ...periodOf(page), limit, offset };
    if (isNewestFirst) {
      const beforeId = page.afterId ?? Number.MAX_SAFE_INTEGER;
      return written(() => this.#backwards.all({ ...values, beforeId })).map((row) => resourceOf<K>(row));
    }
    return written(() => this.#page.all({ ...values, afterId: page.afterId ?? 0 })).map((row) => resourceOf<K>(row));
  }

  count(kind: ResourceKind, page: Omit<ResourcePage, 'limit'>): number {
    return written(() => this.#count.get({ kind, ...periodOf(page) })) ?? 0;
  }

  update<K extends ResourceKind>(kind: K, { uuid, externalId, modifiedMs, body }: Resource<K>): boolean {
    const row = { kind, uuid, externalId, modifiedMs, body: JSON.stringify(body) };
    return written(() => this.#update.run(row)).changes === 1;
  }

  delete(kind: ResourceKind, uuid: string): boolean {
    return written(() => this.#delete.run(uuid, kind)).changes === 1;
  }
}

function periodOf({ fromMs, toMs, externalId }: Omit<ResourcePage, 'limit'>): object {
  return { fromMs: fromMs ?? null, toMs: toMs ?? null, externalId: externalId ?? null };
}

function orNull<K extends ResourceKind>(row: ResourceRow | undefined): Resource<K> | null {
  return row === undefined ? null : resourceOf<K>(row);
}

function resourceOf<K extends ResourceKind>(row: ResourceRow): Resource<K> {
  return {
    id: row.id,
    uuid: row.uuid,
    externalId: row.external_id,
    createdMs: row.created_ms,
    modifiedMs: row.modified_ms,
    body: JSON.parse(row.body) as Resources[K],
  };
}
