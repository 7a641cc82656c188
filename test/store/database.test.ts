import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate, openDatabase, openReadOnly, schemaVersion } from '../../src/store/database.ts';
import { testDirectory } from './kit.ts';

const V1 = 'CREATE TABLE cargo (id INTEGER PRIMARY KEY, kg INTEGER) STRICT';
const V2 = 'ALTER TABLE cargo ADD COLUMN seal TEXT';
const BROKEN = 'CREATE TABLE extra (id INTEGER); INSERT INTO nowhere VALUES (1)';

function databaseAt(version: number): { directory: string; db: Database.Database } {
  const directory = testDirectory();
  const db = openDatabase(directory);
  onTestFinished(() => void db.close());
  migrate(directory, db, [V1, V2].slice(0, version));
  db.exec('INSERT INTO cargo (kg) VALUES (40)');
  return { directory, db };
}

describe('openDatabase', () => {
  it('promises that a commit is on the disk when it returns', () => {
    const { db } = databaseAt(1);
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });
});

describe('openReadOnly', () => {
  it('reads what is committed, and cannot write', () => {
    const { directory, db } = databaseAt(1);
    const beside = openReadOnly(directory);
    onTestFinished(() => void beside.close());
    db.exec('INSERT INTO cargo (kg) VALUES (41)');
    expect(beside.prepare('SELECT kg FROM cargo').pluck().all()).toEqual([40, 41]);
    expect(() => beside.exec('DELETE FROM cargo')).toThrow('readonly');
  });
});

describe('migrate', () => {
  it('makes a new database without a backup', () => {
    const { directory, db } = databaseAt(2);
    expect(schemaVersion(db)).toBe(2);
    expect(existsSync(join(directory, 'milepost.v0.backup.db'))).toBe(false);
  });

  it('copies an older database beside itself, then brings it up to date', () => {
    const { directory, db } = databaseAt(1);
    migrate(directory, db, [V1, V2]);
    expect(db.prepare('SELECT * FROM cargo').all()).toEqual([{ id: 1, kg: 40, seal: null }]);
    const backup = new Database(join(directory, 'milepost.v1.backup.db'), { readonly: true });
    expect(backup.prepare('SELECT * FROM cargo').all()).toEqual([{ id: 1, kg: 40 }]);
    expect(schemaVersion(backup)).toBe(1);
    backup.close();
  });

  it('leaves everything as it was when a step fails, and can be tried again', () => {
    const { directory, db } = databaseAt(1);
    expect(() => migrate(directory, db, [V1, BROKEN])).toThrow('nowhere');
    expect(schemaVersion(db)).toBe(1);
    expect(db.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE name = 'extra'`).get()).toEqual({ n: 0 });
    migrate(directory, db, [V1, V2]);
    expect(schemaVersion(db)).toBe(2);
  });

  it('does not migrate what it could not back up', () => {
    const { directory, db } = databaseAt(1);
    const unwritable = join(directory, 'gone');
    expect(() => migrate(unwritable, db, [V1, V2])).toThrow(/cannot be written/);
    expect(schemaVersion(db)).toBe(1);
  });

  it('replaces the backup that a failed attempt left behind', () => {
    const { directory, db } = databaseAt(1);
    writeFileSync(join(directory, 'milepost.v1.backup.db'), 'half a backup');
    migrate(directory, db, [V1, V2]);
    const backup = new Database(join(directory, 'milepost.v1.backup.db'), { readonly: true });
    expect(schemaVersion(backup)).toBe(1);
    backup.close();
  });
});
