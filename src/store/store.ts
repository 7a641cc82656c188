/** The store's face towards intake and operations: what can be written, what can be read. Everything is synchronous. */
import type { RowChanges } from '../model/command.ts';
import type { DeviceCommand } from '../model/device-command.ts';
import type { TaskEvent } from '../model/event.ts';
import type { Fix } from '../model/fix.ts';
import type { NavixyStatus } from '../model/projections.ts';
import type { RecordKind, Records } from '../model/records.ts';
import type { Route } from '../model/route.ts';
import type { Deadline, JudgedTask, Task, Zone } from '../model/task.ts';
import type { Rereading, Tracker } from '../model/tracker.ts';
import type { EventRow } from './event-rows.ts';
import type { TaskValues } from './task-rows.ts';

/** One frame as it goes to the journal. */
export interface FrameRecord {
  readonly trackerId: number;
  readonly receivedMs: number;
  readonly protocol: string;
  /** The raw frame, ours to keep (not a slice of a read buffer). */
  readonly raw: Buffer;
  /** Device times of the records that are kept, in wire order; empty for messages without records. */
  readonly timesMs: readonly number[];
  /** Per record of the frame: kept (true) or a duplicate of a stored one (false). null = all kept. */
  readonly kept: readonly boolean[] | null;
  /** Whether any kept record is a valid fix (lets searches for neighbours skip frames). */
  readonly hasValidFix: boolean;
  /** By how much its clock was read as being ahead of UTC, minutes; absent = 0. */
  readonly clockAheadMinutes?: number;
}

export interface Batch {
  readonly frames: readonly FrameRecord[];
  readonly rows: RowChanges;
  readonly events: readonly TaskEvent[];
  /** The engine's clock at this commit; it never runs backwards, not even over a restart. */
  readonly clockMs: number;
}

/** What a commit returns: the ids of the history rows and their uids, one per event, in order. */
export interface Appended {
  readonly historyIds: readonly number[];
  readonly historyUids: readonly string[];
}

/** An event as history holds it. */
export type RecordedEvent = TaskEvent & {
  /** Its row: grows with every event of this database. */
  readonly id: number;
  /** A UUID that follows from what the event says: the same fact derived again has the same one. */
  readonly uid: string;
};

/** A fix read back from the journal. */
export interface StoredFix extends Fix {
  readonly protocol: string;
}

/** A frame read back from the journal. */
export interface StoredFrame {
  readonly receivedMs: number;
  readonly protocol: string;
  readonly raw: Buffer;
  readonly kept: readonly boolean[] | null;
  /** As it was read at its receipt, minutes. */
  readonly clockAheadMinutes: number;
}

/** Which valid fixes are wanted; null = all. */
export type Accepts = ((fix: Fix) => boolean) | null;

export interface TrackHead {
  readonly newestMs: number;
  readonly aheadMs: readonly number[];
  readonly clocks: readonly number[];
}

/** Reading one tracker's records by device time. */
export interface Tracks {
  /**
   * Valid fixes with fromMs <= time <= toMs in device-time order, and with them the nearest valid instant before
   * fromMs and the nearest after toMs, where there are any (all fixes of that instant). Only what `accepts`; null = all.
   */
  evidence(trackerId: number, fromMs: number, toMs: number, accepts?: Accepts): Fix[];
  /** All records, valid or not, with fromMs <= time <= toMs, in device-time order, at most `limit` of the earliest. */
  fixes(trackerId: number, fromMs: number, toMs: number, limit: number): StoredFix[];
  /** Whether a record with this device time and content is stored. */
  holds(trackerId: number, timeMs: number, content: Uint8Array): boolean;
  /**
   * Newest device time among stored records that were not ahead of their receipt, and the times of those that were.
   * `clocks`: by how many minutes the clocks of kept frames are read as being ahead of UTC, each once.
   */
  newest(trackerId: number): TrackHead;
  /** Receipt of the newest stored frame, ms. */
  lastReceivedMs(trackerId: number): number | null;
  /** The newest valid fix, if any. */
  lastValidFix(trackerId: number, accepts?: Accepts): StoredFix | null;
  /** Frames received between two instants, oldest first. */
  frames(trackerId: number, fromMs: number, toMs: number, limit: number): StoredFrame[];
}

/** What memory holds of a track, so that it can be read elsewhere: the rest is on disk. */
export interface RecentTrack {
  readonly trackerId: number;
  /** Journal row from which on all of the track is in `entries`. */
  readonly firstRow: number;
  /** As in entries.ts. */
  readonly entries: Float64Array;
  /** How its frames were read (readings.ts): read in another way since, all of it is on disk. */
  readonly reading: string;
}

/**
 * A connection of its own to a store that is open, for another thread: whatever is read through it holds up no commit.
 * It sees what was committed before `atOnce` began.
 */
export interface Reader {
  readonly tasks: TaskQueries;
  readonly events: EventQueries;
  tracks(recent: RecentTrack): Tracks;
  /** All that `read` reads is of one instant. */
  atOnce<T>(read: () => T): T;
  close(): void;
}

export interface Recovered {
  readonly trackers: readonly Tracker[];
  readonly clockMs: number;
  readonly nextTaskId: number;
  readonly nextTrackerId: number;
  readonly nextDeviceCommandId: number;
  /** Queued or sent, by id. */
  readonly openCommands: readonly DeviceCommand[];
}

/** What something can still happen to, read back as it is needed. */
export interface EngineTasks {
  /** A tracker's tasks that are open, or closed and asked for since: D, creation, assignment or restart, the last of these. */
  ofTracker(trackerId: number, askedFromMs: number): JudgedTask[];
  /** Assigned tasks that wait for their D, in order, from after one of them up to an instant; at most `limit`. */
  deadlines(after: Pick<Deadline, 'deadlineMs' | 'taskId'>, untilMs: number, limit: number): Deadline[];
}

export type TaskSortField =
  | 'id'
  | 'label'
  | 'status'
  | 'address'
  | 'from'
  | 'to'
  | 'status_change_date'
  | 'arrival_date'
  | 'stay_duration'
  | 'description'
  | 'external_id'
  | 'tracker';

/** All parts are joined by AND; an absent one does not filter. Deleted and draft tasks are never found. */
export interface TaskFilter {
  readonly statuses?: readonly NavixyStatus[];
  readonly trackerIds?: readonly number[];
  readonly externalId?: string;
  /** Tasks whose window [from, to] overlaps [overlapFromMs, overlapToMs]; either end may be absent. */
  readonly overlapFromMs?: number;
  readonly overlapToMs?: number;
  /** Id ascending is always the last key. */
  readonly sort: readonly { readonly field: TaskSortField; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
}

/** Beside a line only `read`, `bearers` and `isTaken` are asked: the others take as long as there is to find (`Reader`). */
export interface TaskQueries {
  /** null = unknown or deleted. */
  read(taskId: number): Task | null;
  /** How many tasks bear an external id; counts no further than `most`. */
  bearers(externalId: string, most: number): number;
  /** count = all matches before paging. */
  list(filter: TaskFilter): { readonly tasks: readonly Task[]; readonly count: number };
  /** The same with tasks as rows (task-rows.ts). */
  search(filter: TaskFilter): { readonly rows: readonly TaskValues[]; readonly count: number };
  countByStatus(): Readonly<Record<NavixyStatus, number>>;
  /** Oldest first; also of deleted tasks; empty = never existed. */
  history(taskId: number): readonly RecordedEvent[];
  /** The same as rows (event-rows.ts). */
  historyRows(taskId: number): readonly EventRow[];
  /** The newest status changes over all tasks, newest first. */
  recentTransitions(limit: number): readonly RecordedEvent[];
  /** Whether a task with this UUID was ever made, deleted ones included. */
  isTaken(uuid: string): boolean;
  /** Tasks and checkpoints with this external id that somebody has still to do or did late, tasks first, as rows. */
  deliveries(externalId: string, nowMs: number, limit: number): readonly TaskValues[];
}

/** An event as it is told: which route its task is in, and who answers for it now. */
export interface ToldEvent {
  readonly event: Omit<RecordedEvent, 'uid'>;
  readonly routeId: number | null;
  readonly trackerId: number | null;
  /** A form that was submitted before. */
  readonly isRepeated: boolean;
}

/** What an event is about, as that is now: a task, a checkpoint or a route, deleted or not. */
export interface Subject {
  readonly label: string;
  readonly externalId: string | null;
  /** null = a route, which has no place. */
  readonly zone: Zone | null;
  readonly address: string;
}

export interface EventQueries {
  /**
   * Status changes of tasks and routes, and submitted forms, recorded between two instants, both included, up to an
   * event; in the order of recording or the other way round, read as they are asked for.
   */
  told(fromMs: number, toMs: number, throughId: number, isDescending: boolean): Iterable<ToldEvent>;
  subject(taskId: number): Subject;
}

export interface RouteQueries {
  /** null = unknown or deleted. */
  read(routeId: number): Route | null;
}

export interface DeviceCommandQueries {
  read(commandId: number): DeviceCommand | null;
  /** A tracker's, newest first, with ids below `beforeId`. */
  list(trackerId: number, beforeId: number, limit: number): readonly DeviceCommand[];
}

export interface ApiKey {
  readonly id: number;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdMs: number;
  readonly expiresMs: number | null;
  readonly revokedMs: number | null;
}

/** Keys are 32 hex digits; only their SHA-256 is stored. */
export interface Keys {
  create(name: string, key: string, scopes: readonly string[], nowMs: number, expiresMs: number | null): ApiKey;
  list(): readonly ApiKey[];
  /** false = no such key, or already revoked. */
  revoke(name: string, nowMs: number): boolean;
  /** The key's row if it is neither revoked nor expired. */
  find(key: string, nowMs: number): ApiKey | null;
  isEmpty(): boolean;
}

/** Durable when the call returns; a write throws StorageError. Not part of a batch: nothing is judged by records. */
export interface RecordShelf {
  create<K extends RecordKind>(kind: K, content: Omit<Records[K], 'id'>): Records[K];
  read<K extends RecordKind>(kind: K, id: number): Records[K] | null;
  /** In the order of creation. */
  list<K extends RecordKind>(kind: K): readonly Records[K][];
  /** false = there is none. */
  update<K extends RecordKind>(kind: K, next: Records[K]): boolean;
  delete(kind: RecordKind, id: number): boolean;
}

export interface StoreSize {
  readonly databaseBytes: number;
  readonly walBytes: number;
  /** Room on its disk that this user may take; null = the disk does not say. */
  readonly freeBytes: number | null;
  /** Entries of the track index that are in memory. */
  readonly trackEntries: number;
  /** For how long `tidy` has not caught up; 0 = nothing is waiting. */
  readonly tidyBehindMs: number;
}

export interface Store {
  readonly tracks: Tracks;
  /** What a `Reader` needs to read this track. */
  recent(trackerId: number): RecentTrack;
  readonly tasks: TaskQueries;
  readonly routes: RouteQueries;
  readonly deviceCommands: DeviceCommandQueries;
  readonly engineTasks: EngineTasks;
  readonly keys: Keys;
  readonly records: RecordShelf;
  /** Writes the whole batch in one transaction and syncs; throws StorageError and leaves everything as it was. */
  append(batch: Batch): Appended;
  /**
   * In one transaction: lays the tracker's part of the index anew by how its frames read from now on, asks what follows
   * from that, reading through this store, and appends it. When `follow` throws, or with StorageError, nothing has changed.
   */
  reread(rereading: Rereading, follow: () => Batch): Appended;
  recover(): Recovered;
  /** The id of the newest event; 0 = there is none. */
  lastEventId(): number;
  /** One slice of background work (sealing track segments, trimming the outbox, retention); true = more is waiting. */
  tidy(nowMs: number): boolean;
  size(): StoreSize;
  /** Checkpoints and releases the lock. */
  close(): void;
}

/** Storage refused or failed: nothing of the batch was written. `code` is SQLite's or the system's. */
export class StorageError extends Error {
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StorageError';
    this.code = code;
  }
}
