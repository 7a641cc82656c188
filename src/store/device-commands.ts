/** Commands to devices as rows and back. */
import type Database from 'better-sqlite3';
import type { DeviceCommand, DeviceCommandState } from '../model/device-command.ts';
import type { DeviceCommandQueries } from './store.ts';
import type { SqlRow } from './task-rows.ts';

interface DeviceCommandRow {
  readonly id: number;
  readonly tracker_id: number;
  readonly text: string;
  readonly state: DeviceCommandState;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly sent_ms: number | null;
  readonly closed_ms: number | null;
  readonly answer: string | null;
  readonly reason: string | null;
}

export const DEVICE_COMMAND_COLUMNS = [
  'id',
  'tracker_id',
  'text',
  'state',
  'created_ms',
  'expires_ms',
  'sent_ms',
  'closed_ms',
  'answer',
  'reason',
] as const;

const COLUMNS = DEVICE_COMMAND_COLUMNS.join(', ');

export function rowOfDeviceCommand(command: DeviceCommand): SqlRow<(typeof DEVICE_COMMAND_COLUMNS)[number]> {
  return {
    id: command.id,
    tracker_id: command.trackerId,
    text: command.text,
    state: command.state,
    created_ms: command.createdMs,
    expires_ms: command.expiresMs,
    sent_ms: command.sentMs,
    closed_ms: command.closedMs,
    answer: command.answer,
    reason: command.reason,
  };
}

function deviceCommandOf(row: DeviceCommandRow): DeviceCommand {
  return {
    id: row.id,
    trackerId: row.tracker_id,
    text: row.text,
    state: row.state,
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    sentMs: row.sent_ms,
    closedMs: row.closed_ms,
    answer: row.answer,
    reason: row.reason,
  };
}

/** Worded like the partial index `device_commands_open`. */
export function openCommands(db: Database.Database): DeviceCommand[] {
  const open = db.prepare<[], DeviceCommandRow>(
    `SELECT ${COLUMNS} FROM device_commands WHERE state IN ('queued', 'sent') ORDER BY id`,
  );
  return open.all().map(deviceCommandOf);
}

export class SqliteDeviceCommandQueries implements DeviceCommandQueries {
  readonly #read: Database.Statement<[number], DeviceCommandRow>;
  readonly #list: Database.Statement<[number, number, number], DeviceCommandRow>;

  constructor(db: Database.Database) {
    this.#read = db.prepare(`SELECT ${COLUMNS} FROM device_commands WHERE id = ?`);
    this.#list = db.prepare(
      `SELECT ${COLUMNS} FROM device_commands WHERE tracker_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    );
  }

  read(commandId: number): DeviceCommand | null {
    const row = this.#read.get(commandId);
    return row === undefined ? null : deviceCommandOf(row);
  }

  list(trackerId: number, beforeId: number, limit: number): readonly DeviceCommand[] {
    return this.#list.all(trackerId, beforeId, limit).map(deviceCommandOf);
  }
}
