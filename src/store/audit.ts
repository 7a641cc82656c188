/** Who did what over HTTP and the command line (contract: AuditShelf). Entries are added and grow old; none is changed. */
import type Database from 'better-sqlite3';
import { written } from './records.ts';
import type { AuditEntry, AuditShelf } from './store.ts';

interface AuditRow {
  readonly id: number;
  readonly timeMs: number;
  readonly keyName: string | null;
  readonly address: string | null;
  readonly action: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface AuditLimits {
  /** Entries that are older go. */
  readonly auditKeptMs: number;
  /** Of more, the oldest go. */
  readonly auditRows: number;
}

/** Taken out at a time. */
const SLICE_ROWS = 500;

export class SqliteAudit implements AuditShelf {
  readonly #limits: AuditLimits;
  readonly #insert: Database.Statement<[object]>;
  readonly #list: Database.Statement<[number, number], AuditRow>;
  readonly #trim: Database.Statement<[object]>;
  readonly #insertAll: (entries: readonly Omit<AuditEntry, 'id'>[]) => void;

  constructor(db: Database.Database, limits: AuditLimits) {
    this.#limits = limits;
    this.#insert = db.prepare(
      `INSERT INTO audit (time_ms, key_name, address, action, subject, before, after)
       VALUES (@timeMs, @keyName, @address, @action, @subject, @before, @after)`,
    );
    this.#list = db.prepare(
      `SELECT id, time_ms AS timeMs, key_name AS keyName, address, action, subject, before, after
       FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`,
    );
    // Ids have no gaps, for only the oldest rows ever go.
    this.#trim = db.prepare(
      `DELETE FROM audit WHERE id IN (
         SELECT id FROM (SELECT id, time_ms FROM audit ORDER BY id LIMIT ${SLICE_ROWS})
         WHERE time_ms < @overMs OR id <= (SELECT max(id) FROM audit) - @rows)`,
    );
    this.#insertAll = db.transaction((entries: readonly Omit<AuditEntry, 'id'>[]) => {
      for (const { before, after, ...entry } of entries) {
        this.#insert.run({ ...entry, before: textOf(before), after: textOf(after) });
      }
    });
  }

  append(entries: readonly Omit<AuditEntry, 'id'>[]): void {
    written(() => this.#insertAll(entries));
  }

  list(beforeId: number, limit: number): readonly AuditEntry[] {
    return written(() => this.#list.all(beforeId, limit)).map(entryOf);
  }

  trimSlice(nowMs: number): boolean {
    const { auditKeptMs, auditRows } = this.#limits;
    const overMs = Number.isFinite(auditKeptMs) ? nowMs - auditKeptMs : Number.MIN_SAFE_INTEGER;
    return written(() => this.#trim.run({ overMs, rows: auditRows })).changes === SLICE_ROWS;
  }
}

function textOf(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

function entryOf({ before, after, ...entry }: AuditRow): AuditEntry {
  return { ...entry, before: parsed(before), after: parsed(after) };
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
