import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate, openDatabase } from '../../src/store/database.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { STRIDE } from '../../src/store/entries.ts';
import { packFrames } from '../../src/store/journal.ts';
import { Meta } from '../../src/store/meta.ts';
import { Readings } from '../../src/store/readings.ts';
import { Segments } from '../../src/store/segments.ts';
import { type IndexLimits, TrackIndex } from '../../src/store/track-index.ts';
import { frameOf, MINUTE, T0, testDirectory } from './kit.ts';

const LIMITS: IndexLimits = { sealAfterEntries: 20, trackEntriesMax: 100, sliceTrackers: 2, sliceEntries: 1000 };
const SEGMENT_ENTRIES = 4;

function databaseIn(directory: string): Database.Database {
  const db = openDatabase(directory);
  onTestFinished(() => void db.close());
  migrate(directory, db);
  return db;
}

function indexOn(db: Database.Database, limits: Partial<IndexLimits> = {}): TrackIndex {
  return new TrackIndex(db, new Meta(db), new Segments(db, SEGMENT_ENTRIES), new Readings(db), {
    ...LIMITS,
    ...limits,
  });
}

let minute = 0;

/** Commits `count` frames of each tracker, one journal row per round. */
function commit(db: Database.Database, index: TrackIndex, trackerIds: readonly number[], count: number): void {
  for (let i = 0; i < count; i++) {
    const spec = { timeMs: T0 + minute++ * MINUTE, hasPosition: true };
    const frames = trackerIds.map((id) => frameOf(id, [spec], { receivedMs: spec.timeMs }));
    for (const row of packFrames(frames, index.nextRow)) {
      db.prepare('INSERT INTO journal VALUES (@id, @body)').run(row);
      index.absorb(row.id, row.headers);
    }
  }
}

function segmentsOf(db: Database.Database): { tracker_id: number; segment: number; bytes: number }[] {
  return db
    .prepare<[], { tracker_id: number; segment: number; bytes: number }>(
      'SELECT tracker_id, segment, length(entries) AS bytes FROM track_segment ORDER BY tracker_id, segment',
    )
    .all();
}

function entriesIn(db: Database.Database, trackerId: number): number {
  const own = segmentsOf(db).filter((row) => row.tracker_id === trackerId);
  return own.reduce((sum, { bytes }) => sum + bytes / 8 / STRIDE, 0);
}

describe('sealing', () => {
  it('does nothing before there is enough to seal', () => {
    const db = databaseIn(testDirectory());
    const index = indexOn(db);
    commit(db, index, [1], 19);
    expect(index.sealSlice()).toBe(false);
    expect(segmentsOf(db)).toEqual([]);
  });

  it('takes so many trackers at a time and then lets go of memory', () => {
    const db = databaseIn(testDirectory());
    const index = indexOn(db);
    commit(db, index, [1, 2, 3, 4, 5], 4);
    const more = [index.sealSlice(), index.sealSlice(), index.sealSlice()];
    expect(more).toEqual([true, true, false]);
    expect([1, 2, 3, 4, 5].map((id) => index.recent(id).length)).toEqual([0, 0, 0, 0, 0]);
    expect([1, 2, 3, 4, 5].map((id) => entriesIn(db, id))).toEqual([4, 4, 4, 4, 4]);
    expect(new Meta(db).number('sealed_to')).toBe(4);
    expect(index.sealSlice()).toBe(false);
  });

  it('ends a slice early at large tracks', () => {
    const db = databaseIn(testDirectory());
    const index = indexOn(db, { sliceTrackers: 100, sliceEntries: 5 });
    commit(db, index, [1, 2, 3, 4], 5);
    index.sealSlice();
    expect([1, 2].map((id) => index.recent(id).length)).toEqual([0, 5 * STRIDE]);
  });

  it('fills up the last segment before it begins a new one', () => {
    const db = databaseIn(testDirectory());
    const index = indexOn(db, { sealAfterEntries: 1 });
    for (let i = 0; i < 6; i++) {
      commit(db, index, [1], 1);
      index.sealSlice();
    }
    expect(segmentsOf(db).map(({ bytes }) => bytes / 8 / STRIDE)).toEqual([4, 2]);
  });

  it('seals a track that grew large by itself', () => {
    const db = databaseIn(testDirectory());
    const index = indexOn(db, { sealAfterEntries: 1000, trackEntriesMax: 10 });
    commit(db, index, [1, 2], 5);
    commit(db, index, [1], 6);
    expect(index.sealSlice()).toBe(false);
    expect([1, 2].map((id) => index.recent(id).length / STRIDE)).toEqual([0, 5]);
    expect(new Meta(db).number('sealed_to')).toBeNull();
  });

  it('cut off in the middle is repeated after the restart without doubling an entry', () => {
    const directory = testDirectory();
    const db = databaseIn(directory);
    const index = indexOn(db);
    commit(db, index, [1, 2, 3, 4, 5], 4);
    index.sealSlice();
    const restarted = indexOn(db);
    expect([1, 5].map((id) => restarted.recent(id).length / STRIDE)).toEqual([4, 4]);
    for (const bounds of restarted.segments.within(1, -Infinity, Infinity)) {
      expect(restarted.sealed(1, bounds)).toEqual([]);
    }
    while (restarted.sealSlice());
    expect([1, 2, 3, 4, 5].map((id) => entriesIn(db, id))).toEqual([4, 4, 4, 4, 4]);
  });

  it('leaves to memory what is committed while it goes on', () => {
    const db = databaseIn(testDirectory());
    const index = indexOn(db);
    commit(db, index, [1, 2, 3, 4, 5], 4);
    index.sealSlice();
    commit(db, index, [1, 5], 1);
    while (index.sealSlice());
    expect([1, 5].map((id) => index.recent(id).length / STRIDE)).toEqual([1, 0]);
    const restarted = indexOn(db);
    expect([1, 5].map((id) => restarted.recent(id).length / STRIDE)).toEqual([1, 1]);
  });

  it('keeps counting journal rows where it was, also when retention emptied the journal', () => {
    const directory = testDirectory();
    const db = databaseIn(directory);
    const index = indexOn(db);
    commit(db, index, [1], 20);
    while (index.sealSlice());
    db.exec('DELETE FROM journal');
    expect(indexOn(db).nextRow).toBe(index.nextRow);
    expect(db.name).toBe(join(directory, DATABASE_FILE));
  });
});
