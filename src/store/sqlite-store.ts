/** The store on one SQLite database (contract: Store): puts the parts together and lends them one connection. */
import { statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Rereading } from '../model/tracker.ts';
import { Appender, storageError } from './appender.ts';
import { type AuditLimits, SqliteAudit } from './audit.ts';
import { SqliteDeliveries } from './deliveries.ts';
import { SqliteDeviceCommandQueries } from './device-commands.ts';
import { proveRoom } from './directory.ts';
import { JournalErasure } from './erasure.ts';
import { FILES_DIRECTORY, SqliteFormFiles } from './form-files.ts';
import { FrameReader } from './frame-reader.ts';
import { SqliteInstructions } from './instructions.ts';
import { SqliteJournalFeed } from './journal-feed.ts';
import { SqliteKeys } from './keys.ts';
import { Meta } from './meta.ts';
import { Needs } from './needs.ts';
import { type OutboxLimits, OutboxTrimmer } from './outbox.ts';
import { Readings } from './readings.ts';
import { SqliteRecords } from './records.ts';
import { recover, SqliteEngineTasks } from './recovery.ts';
import { SqliteRequests } from './requests.ts';
import { SqliteResources } from './resources.ts';
import { Retention, type RetentionLimits } from './retention.ts';
import { SqliteRouteQueries } from './routes.ts';
import { Segments } from './segments.ts';
import { type SessionLimits, SqliteSessions } from './sessions.ts';
import {
  type Accepts,
  type Appended,
  type AuditShelf,
  type Batch,
  type DeliveryShelf,
  type DeviceCommandQueries,
  type EngineTasks,
  type FormFileShelf,
  type InstructionQueries,
  type JournalFeed,
  type Keys,
  type RecentTrack,
  type RecordShelf,
  type Recovered,
  type RequestLog,
  type ResourceShelf,
  type RouteQueries,
  type Sessions,
  StorageError,
  type Store,
  type StoreSize,
  type TaskQueries,
  type TrackErasure,
  type TrackPeriod,
  type Tracks,
} from './store.ts';
import { SqliteTaskQueries } from './task-queries.ts';
import { type IndexLimits, TrackIndex } from './track-index.ts';
import { JournalTracks } from './tracks.ts';

export interface StoreLimits extends IndexLimits, OutboxLimits, RetentionLimits, SessionLimits, AuditLimits {
  /** Entries in one track segment. */
  readonly segmentEntries: number;
  /** Memory for decoded frames, bytes. */
  readonly decodedBytes: number;
  /** Which valid fixes the engine takes as evidence; null = all. */
  readonly accepts: Accepts;
}

export const STORE_LIMITS: StoreLimits = {
  sealAfterEntries: 500_000,
  trackEntriesMax: 4096,
  sliceTrackers: 128,
  sliceEntries: 4096,
  segmentEntries: 256,
  decodedBytes: 16 * 1024 * 1024,
  outboxAgeMs: 7 * 86_400_000,
  outboxRows: 1_000_000,
  fixesKeptMs: Infinity,
  messagesKeptMs: Infinity,
  lateDataHorizonMs: Infinity,
  accepts: null,
  sliceRows: 16,
  sliceNeeds: 16,
  sliceSegments: 4,
  sessionMs: 30 * 86_400_000,
  auditKeptMs: Infinity,
  auditRows: 1_000_000,
};

export class SqliteStore implements Store {
  readonly tracks: Tracks;
  readonly tasks: TaskQueries;
  readonly routes: RouteQueries;
  readonly deviceCommands: DeviceCommandQueries;
  readonly engineTasks: EngineTasks;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly records: RecordShelf;
  readonly formFiles: FormFileShelf;
  readonly requests: RequestLog;
  readonly instructions: InstructionQueries;
  readonly resources: ResourceShelf;
  readonly deliveries: DeliveryShelf;
  readonly journal: JournalFeed;
  readonly audit: AuditShelf;
  readonly #db: Database.Database;
  readonly #meta: Meta;
  readonly #readings: Readings;
  readonly #index: TrackIndex;
  readonly #frames: FrameReader;
  readonly #limits: StoreLimits;
  readonly #appender: Appender;
  readonly #outbox: OutboxTrimmer;
  readonly #lastEventId: Database.Statement<[], number>;
  readonly #needs: Needs;
  readonly #retention: Retention;
  readonly #afterClose: () => void;
  #tidiedMs = 0;
  /** Since when `tidy` has not come to an end; null = nothing is waiting. */
  #behindSinceMs: number | null = null;
  /** The last batch could not be written. */
  #hasFailed = false;

  constructor(db: Database.Database, limits: StoreLimits = STORE_LIMITS, afterClose: () => void = () => undefined) {
    this.#db = db;
    this.#afterClose = afterClose;
    this.#meta = new Meta(db);
    this.#readings = new Readings(db);
    const segments = new Segments(db, limits.segmentEntries);
    this.#index = new TrackIndex(db, this.#meta, segments, this.#readings, limits);
    this.#appender = new Appender(db, this.#meta, this.#index, this.#readings);
    this.#outbox = new OutboxTrimmer(db, limits);
    this.#lastEventId = db.prepare<[], number>('SELECT ifnull(max(id), 0) FROM history').pluck();
    const frames = new FrameReader(db, this.#readings, limits.decodedBytes);
    this.#frames = frames;
    this.#limits = limits;
    const tracks = new JournalTracks(this.#index, frames);
    this.#needs = new Needs(db, tracks, limits.accepts);
    this.#retention = new Retention(db, this.#meta, this.#index, frames, this.#needs, limits);
    this.tracks = guarded(tracks);
    this.tasks = guarded(new SqliteTaskQueries(db));
    this.routes = guarded(new SqliteRouteQueries(db));
    this.deviceCommands = guarded(new SqliteDeviceCommandQueries(db));
    this.engineTasks = guarded(new SqliteEngineTasks(db));
    this.keys = new SqliteKeys(db);
    this.sessions = new SqliteSessions(db, limits);
    this.records = new SqliteRecords(db);
    this.formFiles = new SqliteFormFiles(db, join(dirname(db.name), FILES_DIRECTORY));
    this.requests = new SqliteRequests(db);
    this.instructions = guarded(new SqliteInstructions(db));
    this.resources = new SqliteResources(db);
    this.deliveries = guarded(new SqliteDeliveries(db));
    this.journal = guarded(new SqliteJournalFeed(db, this.#readings, () => this.#index.nextRow - 1));
    this.audit = new SqliteAudit(db, limits);
  }

  append(batch: Batch): Appended {
    const appended = this.#trying(() => this.#appender.append(batch));
    this.#needs.forget(batch.rows);
    return appended;
  }

  reread(rereading: Rereading, follow: () => Batch): Appended {
    const appended = this.#trying(() => this.#appender.reread(rereading, follow));
    this.#needs.forgetTracker(rereading.tracker.id);
    return appended;
  }

  #trying(append: () => Appended): Appended {
    // On a full disk a small batch may fit where the one before did not. That alone would not be working again.
    if (this.#hasFailed) proveRoom(dirname(this.#db.name));
    try {
      const appended = append();
      this.#hasFailed = false;
      return appended;
    } catch (error) {
      this.#hasFailed = error instanceof StorageError;
      throw error;
    }
  }

  recent(trackerId: number): RecentTrack {
    const entries = Float64Array.from(this.#index.recent(trackerId));
    const { key } = this.#readings.of(trackerId);
    return { trackerId, firstRow: this.#index.firstRow(trackerId), entries, reading: key };
  }

  recover(): Recovered {
    return recover(this.#db, this.#meta);
  }

  beginErasure(period: TrackPeriod): TrackErasure {
    const parts = { db: this.#db, index: this.#index, frames: this.#frames, needs: this.#needs };
    return guarded(new JournalErasure(parts, this.#limits, period));
  }

  lastEventId(): number {
    try {
      return this.#lastEventId.get() ?? 0;
    } catch (error) {
      throw storageError(error);
    }
  }

  /**
   * Nobody is promised anything about it, so it is not synced by itself: the next batch's sync takes it along. Whole pages
   * that become free are not written once more.
   */
  tidy(nowMs: number): boolean {
    this.#tidiedMs = nowMs;
    this.#behindSinceMs ??= nowMs;
    this.#db.pragma('synchronous = NORMAL');
    this.#db.pragma('secure_delete = FAST');
    try {
      const isMore =
        this.#index.sealSlice() ||
        this.#outbox.trimSlice(nowMs) ||
        this.#retention.slice(nowMs) ||
        this.audit.trimSlice(nowMs);
      if (!isMore) this.#behindSinceMs = null;
      return isMore;
    } catch (error) {
      throw storageError(error);
    } finally {
      this.#db.pragma('secure_delete = ON');
      this.#db.pragma('synchronous = FULL');
    }
  }

  size(): StoreSize {
    return {
      databaseBytes: fileBytes(this.#db.name),
      walBytes: fileBytes(`${this.#db.name}-wal`),
      freeBytes: freeBytes(dirname(this.#db.name)),
      trackEntries: this.#index.entries,
      tidyBehindMs: this.#behindSinceMs === null ? 0 : Math.max(0, this.#tidiedMs - this.#behindSinceMs),
    };
  }

  close(): void {
    if (!this.#db.open) return;
    try {
      this.#db.close();
    } finally {
      this.#afterClose();
    }
  }
}

/** The same face, but what SQLite throws on a read leaves as a StorageError too. */
function guarded<T extends object>(face: T): T {
  return new Proxy(face, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        try {
          return member.apply(target, args) as unknown;
        } catch (error) {
          throw storageError(error);
        }
      };
    },
  });
}

function freeBytes(directory: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    // A disk that has gone away is the line's to tell of.
    return null;
  }
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
