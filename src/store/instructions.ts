/** Commands to tasks, with what became of them, as rows and back. */
import type Database from 'better-sqlite3';
import type { Instruction } from '../model/instruction.ts';
import { firstSince } from './row-search.ts';
import type { InstructionQueries, KeptInstruction, RowSpan } from './store.ts';
import type { SqlRow } from './task-rows.ts';

export interface InstructionRow {
  readonly uuid: string;
  readonly external_id: string | null;
  readonly task_id: number;
  readonly created_ms: number;
  readonly body: string;
}

export const INSTRUCTION_COLUMNS = ['uuid', 'external_id', 'task_id', 'created_ms', 'body'] as const;

const COLUMNS = INSTRUCTION_COLUMNS.join(', ');

export function rowOfInstruction(instruction: Instruction): SqlRow<(typeof INSTRUCTION_COLUMNS)[number]> {
  const { uuid, externalId, taskId, createdMs, ...body } = instruction;
  return { uuid, external_id: externalId, task_id: taskId, created_ms: createdMs, body: JSON.stringify(body) };
}

function instructionOf(row: InstructionRow): Instruction {
  const body = JSON.parse(row.body) as Omit<Instruction, 'uuid' | 'externalId' | 'taskId' | 'createdMs'>;
  return { uuid: row.uuid, externalId: row.external_id, taskId: row.task_id, createdMs: row.created_ms, ...body };
}

export class SqliteInstructions implements InstructionQueries {
  readonly #withUuid: Database.Statement<[string], InstructionRow>;
  readonly #withExternalId: Database.Statement<[string], InstructionRow>;

  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#withUuid = db.prepare(`SELECT ${COLUMNS} FROM instructions WHERE uuid = ?`);
    this.#withExternalId = db.prepare(`SELECT ${COLUMNS} FROM instructions WHERE external_id = ?`);
  }

  read(uuid: string): Instruction | null {
    return orNull(this.#withUuid.get(uuid));
  }

  withExternalId(externalId: string): Instruction | null {
    return orNull(this.#withExternalId.get(externalId));
  }

  *rows(taskId: number | null, { afterId, beforeId, isDescending }: RowSpan): Generator<KeptInstruction> {
    const ofTask = taskId === null ? '' : 'task_id = ? AND ';
    const rows = this.#db.prepare<number[], InstructionRow & { readonly id: number }>(
      `SELECT id, ${COLUMNS} FROM instructions WHERE ${ofTask}id > ? AND id < ? ORDER BY id ${isDescending ? 'DESC' : 'ASC'}`,
    );
    for (const row of rows.iterate(...(taskId === null ? [] : [taskId]), afterId, beforeId)) {
      yield { id: row.id, instruction: instructionOf(row) };
    }
  }

  firstSince(createdMs: number): number {
    return firstSince(this.#db, 'instructions', 'created_ms', createdMs);
  }
}

function orNull(row: InstructionRow | undefined): Instruction | null {
  return row === undefined ? null : instructionOf(row);
}
