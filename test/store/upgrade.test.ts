/** A database of any schema that was ever there is brought to this one, with what is in it, and a copy of it beside. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Line } from '../../src/intake/line.ts';
import { emptyTally } from '../../src/model/tally.ts';
import { migrate, openDatabase, schemaVersion } from '../../src/store/database.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { packFrames } from '../../src/store/journal.ts';
import { openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/schema.ts';
import { SETTINGS } from '../engine/world-kit.ts';
import { frameOf, HOUR, MINUTE, T0, testDirectory } from './kit.ts';

const VERSIONS = MIGRATIONS.map((_, i) => i + 1);
const OLDER = VERSIONS.slice(0, -1);

/** A database as that version left it: a tracker, its track, two tasks and their history. */
function databaseOf(version: number): string {
  const directory = testDirectory();
  const db = openDatabase(directory);
  migrate(directory, db, MIGRATIONS.slice(0, version));
  db.prepare(
    `INSERT INTO trackers (id, uuid, label, imei, model, time_zone, is_blocked, created_ms)
     VALUES (1, '00000000-0000-4000-8000-000000000001', 'Van', '350000000000001', NULL, 'utc', 0, ?)`,
  ).run(T0);
  const task = db.prepare(
    `INSERT INTO tasks (id, uuid, dialect, created_ms, label, description, address, tags, origin, extra, lat_deg, lon_deg,
       radius_m, from_ms, to_ms, max_delay_ms, min_stay_ms, min_arrival_ms, is_form_required, is_form_in_zone, tracker_id,
       assigned_ms, state, status_ms, arrival_ms, completion_ms, stay_ms, issues, is_late, is_faulty, closer, is_settled)
     VALUES (@id, @uuid, 'navixy', @at, @label, '', '', '[]', 'manual', '{}', 59.4, 24.7, 150, @at, @to, 0, 0, 0, 0, 0, 1,
       @at, @state, @at, @done, @done, 0, '', 0, 0, NULL, @settled)`,
  );
  const uuidOf = (id: number) => `10000000-0000-4000-8000-00000000000${id}`;
  task.run({
    id: 1,
    uuid: uuidOf(1),
    at: T0,
    to: T0 + HOUR,
    label: 'Done',
    state: 'completed',
    done: T0 + MINUTE,
    settled: 1,
  });
  task.run({ id: 2, uuid: uuidOf(2), at: T0, to: T0 + HOUR, label: 'Open', state: 'assigned', done: null, settled: 0 });
  const history = db.prepare(
    `INSERT INTO history (uid, task_id, event_ms, recorded_ms, kind, body) VALUES (?, ?, ?, ?, 'assign', ?)`,
  );
  for (const id of [1, 2]) history.run(`u${id}`, id, T0, T0, JSON.stringify({ kind: 'assign', trackerId: 1 }));
  const frames = Array.from({ length: 30 }, (_, i) =>
    frameOf(1, [{ timeMs: T0 + i * MINUTE, hasPosition: true }], { receivedMs: T0 + i * MINUTE }),
  );
  for (const { id, body } of packFrames(frames, 1)) db.prepare('INSERT INTO journal VALUES (?, ?)').run(id, body);
  db.prepare(`INSERT INTO meta VALUES ('clock_ms', ?)`).run(String(T0 + 30 * MINUTE));
  db.close();
  return directory;
}

function versionIn(path: string): number {
  const db = new Database(path, { readonly: true });
  try {
    return schemaVersion(db);
  } finally {
    db.close();
  }
}

describe('an older database', () => {
  it.each(OLDER)('of schema %i is brought to this one with all that is in it', async (version) => {
    const directory = databaseOf(version);
    const store = openStore({ directory });
    try {
      expect(store.recover()).toMatchObject({ clockMs: T0 + 30 * MINUTE, nextTaskId: 3, nextTrackerId: 2 });
      expect(store.tracks.fixes(1, T0, T0 + HOUR, 100)).toHaveLength(30);
      const tasks = store.tasks.list({ sort: [], offset: 0, limit: 10 }).tasks;
      expect(tasks.map(({ text, facts }) => [text.label, facts.state])).toEqual([
        ['Done', 'completed'],
        ['Open', 'assigned'],
      ]);
      expect(store.tasks.history(1)).toHaveLength(1);
      expect(store.tasks.countByStatus()).toMatchObject({ done: 1, assigned: 1 });
      // And the line can go on with it.
      const line = new Line({
        store,
        now: () => T0 + 40 * MINUTE,
        tally: emptyTally(),
        settings: SETTINGS,
        unknownTrackers: 'reject',
        queueBytesMax: 1,
        pendingMax: 0,
      });
      line.tick();
      await line.drained();
      expect(line.trouble()).toBeNull();
    } finally {
      store.close();
    }
    expect(versionIn(join(directory, DATABASE_FILE))).toBe(MIGRATIONS.length);
  });

  it.each(OLDER)('of schema %i leaves a copy beside, as it was, and is not copied once more', (version) => {
    const directory = databaseOf(version);
    openStore({ directory }).close();
    openStore({ directory }).close();
    const copies = readdirSync(directory).filter((name) => name.endsWith('.backup.db'));
    expect(copies).toEqual([`milepost.v${version}.backup.db`]);
    expect(versionIn(join(directory, copies[0]!))).toBe(version);
  });

  it.each(VERSIONS)(
    'of schema %i stays as it was when a step fails, and can be read by its own Milepost',
    (version) => {
      const directory = databaseOf(version);
      const db = openDatabase(directory);
      const broken = [...MIGRATIONS.slice(0, version), 'CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)'];
      expect(() => migrate(directory, db, broken)).toThrow('nowhere');
      expect(schemaVersion(db)).toBe(version);
      expect(db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'half'`).get()).toBeUndefined();
      expect(db.prepare('SELECT count(*) AS n FROM tasks').get()).toEqual({ n: 2 });
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      db.close();
      expect(existsSync(join(directory, `milepost.v${version}.backup.db`))).toBe(true);
      openStore({ directory }).close();
      expect(versionIn(join(directory, DATABASE_FILE))).toBe(MIGRATIONS.length);
    },
  );
});
