/**
 * One instant of a data directory, read beside a running gateway by another process: what that holds in memory is read
 * back from the journal. Meant for commands: while it is open, the gateway's log does not begin anew.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { openReadOnly, schemaVersion } from './database.ts';
import { DATABASE_FILE, DataDirectoryError } from './directory.ts';
import { FrameReader } from './frame-reader.ts';
import { Meta } from './meta.ts';
import { Needs } from './needs.ts';
import { Readings } from './readings.ts';
import { type PreviewLimits, previewRetention, type RetentionPreview } from './retention-preview.ts';
import { MIGRATIONS } from './schema.ts';
import { Segments } from './segments.ts';
import { STORE_LIMITS } from './sqlite-store.ts';
import type { Tracks } from './store.ts';
import { TrackIndex } from './track-index.ts';
import { JournalTracks } from './tracks.ts';

export interface Snapshot {
  readonly tracks: Tracks;
  /** What it is called, deleted or not; null = there never was such a tracker. */
  labelOf(trackerId: number): string | null;
  /** What retention with these limits would take out. Takes as long as there are frames. */
  previewRetention(limits: PreviewLimits, nowMs: number, onProgress: (progress: number) => void): RetentionPreview;
  close(): void;
}

/** Throws DataDirectoryError. */
export function openSnapshot(directory: string): Snapshot {
  const db = openThis(directory);
  try {
    db.exec('BEGIN');
    const readings = new Readings(db);
    const segments = new Segments(db, STORE_LIMITS.segmentEntries);
    const index = new TrackIndex(db, new Meta(db), segments, readings, STORE_LIMITS);
    const frames = new FrameReader(db, readings, STORE_LIMITS.decodedBytes);
    const tracks = new JournalTracks(index, frames);
    const label = db.prepare<[number], string>('SELECT label FROM trackers WHERE id = ?').pluck();
    return {
      tracks,
      labelOf: (trackerId) => label.get(trackerId) ?? null,
      previewRetention: (limits, nowMs, onProgress) =>
        previewRetention({ db, frames, needs: new Needs(db, tracks, limits.accepts) }, limits, nowMs, onProgress),
      close: () => void db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

function openThis(directory: string): Database.Database {
  if (!existsSync(join(directory, DATABASE_FILE))) {
    throw new DataDirectoryError(
      'damaged',
      `there is no database in ${directory}: choose the --data directory of the gateway`,
    );
  }
  const db = openReadOnly(directory);
  const version = schemaVersion(db);
  if (version === MIGRATIONS.length) return db;
  db.close();
  const relation =
    version > MIGRATIONS.length ? 'run the newer Milepost' : 'start the gateway once, which brings it up to date';
  throw new DataDirectoryError(
    'newer_version',
    `database in ${directory} has schema version ${version}, this Milepost reads ${MIGRATIONS.length}: ${relation}`,
  );
}
