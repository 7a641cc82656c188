/** The store's face towards intake and operations: what can be written, what can be read. Everything is synchronous. */
import type { DeviceProfile } from '../../protocols/protocol.ts';
import type { RowChanges } from '../model/command.ts';
import type { Condition, TaskField } from '../model/condition.ts';
import type { DeviceCommand } from '../model/device-command.ts';
import type { RecordedEvent, ToldEvent } from '../model/event.ts';
import type { Fix } from '../model/fix.ts';
import type { FormFile } from '../model/form-file.ts';
import type { Instruction } from '../model/instruction.ts';
import type { NavixyStatus } from '../model/projections.ts';
import type { RecordKind, Records } from '../model/records.ts';
import type { Resource, ResourceKind, Resources } from '../model/resources.ts';
import type { Route } from '../model/route.ts';
import type { Deadline, Dialect, JudgedTask, LifecycleState, OpenEnds, Task, Zone } from '../model/task.ts';
import type { PageEnds, TaskQuery } from '../model/task-query.ts';
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
  readonly events: readonly ToldEvent[];
  /** The engine's clock at this commit; it never runs backwards, not even over a restart. */
  readonly clockMs: number;
}

/** What a commit returns: the ids of the history rows and their uids, one per event, in order. */
export interface Appended {
  readonly historyIds: readonly number[];
  readonly historyUids: readonly string[];
}

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

/** The same, and how it is read by now. */
export interface ReceivedFrame extends StoredFrame {
  readonly profile: Pick<DeviceProfile, 'model' | 'clockAheadMinutes'>;
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
  /** The same, newest first. */
  received(trackerId: number, fromMs: number, toMs: number, limit: number): ReceivedFrame[];
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
  readonly search: TaskSearch;
  readonly routes: RouteQueries;
  readonly forms: FormQueries;
  readonly events: EventQueries;
  readonly taskEvents: TaskEventQueries;
  readonly instructions: InstructionQueries;
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

/** All parts are joined by AND; an absent one does not filter. Checkpoints, deleted and draft tasks are never found. */
export interface TaskFilter {
  readonly statuses?: readonly NavixyStatus[];
  readonly trackerIds?: readonly number[];
  readonly externalId?: string;
  /** Tasks whose window [from, to] overlaps [overlapFromMs, overlapToMs]; either end may be absent. */
  readonly overlapFromMs?: number;
  readonly overlapToMs?: number;
  readonly conditions?: readonly Condition[];
  /** Tasks that bear all of them. */
  readonly tagIds?: readonly number[];
  /** Tasks whose centre is inside. */
  readonly near?: Zone;
  /** Tasks whose row was written since then, by the engine's clock. */
  readonly modifiedSinceMs?: number;
  /** Id ascending is always the last key. An employee sorts by name, or else as the tracker. */
  readonly sort: readonly { readonly field: TaskField; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
}

/** Beside a line only `read`, `readAny`, `bearers` and `idOf` are asked: the others take as long as there is to find (`Reader`). */
export interface TaskQueries {
  /** null = unknown or deleted. */
  read(taskId: number): Task | null;
  /** Also a deleted one, and when its row was last written. */
  readAny(taskId: number): Task | null;
  /** How many tasks, checkpoints and routes bear an external id; counts no further than `most`. */
  bearers(externalId: string, most: number): number;
  /** Also of a deleted task; null = none has this uuid. */
  idOf(uuid: string): number | null;
  /** count = all matches before paging. */
  list(filter: TaskFilter): { readonly tasks: readonly Task[]; readonly count: number };
  /** Tasks and checkpoints in the order of the ids, as rows (task-rows.ts); what is unknown or deleted is left out. */
  rows(taskIds: readonly number[]): readonly TaskValues[];
  /** The same with tasks as rows. */
  search(filter: TaskFilter): { readonly rows: readonly TaskValues[]; readonly count: number };
  /** Tasks that bear all of the tags, by id, at most `limit` of them, as rows. */
  tagged(tagIds: readonly number[], limit: number): readonly TaskValues[];
  /** Ids of tasks and routes that bear a tag, in order, from after one of them. */
  tagBearers(tagId: number, afterId: number, limit: number): readonly number[];
  /** Ids of open tasks with a point or an address, whose other half nobody has looked up, in order, from after one of them. */
  unlocated(afterId: number, limit: number): readonly number[];
  /** Of what `list` would find. */
  countByStatus(): Readonly<Record<NavixyStatus, number>>;
  /** Oldest first; also of deleted tasks; empty = never existed. */
  history(taskId: number): readonly RecordedEvent[];
  /** The same as rows (event-rows.ts). */
  historyRows(taskId: number): readonly EventRow[];
  /** The newest status changes over all tasks, newest first. */
  recentTransitions(limit: number): readonly RecordedEvent[];
  /** Tasks and checkpoints with this external id that somebody has still to do or did late, tasks first, as rows. */
  deliveries(externalId: string, nowMs: number, limit: number): readonly TaskValues[];
}

/** A page of tasks. */
export interface FoundTasks {
  /** As in task-rows.ts, and behind that when the row was last written. */
  readonly rows: readonly TaskValues[];
  /** There are others in the direction that was asked for. */
  readonly isMore: boolean;
  readonly ends: PageEnds;
}

/** For a `Reader`. A query beyond QUERY_LIMITS throws RangeError. */
export interface TaskSearch {
  find(query: TaskQuery): FoundTasks;
  /** All that pages of such a query hold together. */
  countFound(query: Pick<TaskQuery, 'conditions' | 'search'>): number;
}

/** An event as it is told: which route its task is in, and who answers for it now. */
export interface FeedEvent {
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
  told(fromMs: number, toMs: number, throughId: number, isDescending: boolean): Iterable<FeedEvent>;
  subject(taskId: number): Subject;
}

/** A row of history about a task, deleted or not, with what the row does not say of it. */
export interface TaskEventRow extends EventRow {
  readonly dialect: Dialect;
  /** Who answers for it now. */
  readonly tracker_id: number | null;
}

/** A row that is about something else: a route or a device. */
export type OtherRow = Pick<EventRow, 'id'> & { readonly dialect: null };

/** Where a walk over rows begins and ends; neither end is included. */
export interface RowSpan {
  readonly afterId: number;
  readonly beforeId: number;
  readonly isDescending: boolean;
}

/** For a `Reader`: histories across tasks, in the order of their rows, read as they are asked for. */
export interface TaskEventQueries {
  /** Of one task, or of all (null). */
  rows(taskId: number | null, span: RowSpan): Iterable<TaskEventRow | OtherRow>;
  /** null = there is no such row, or it is not about a task. */
  withUid(uid: string): TaskEventRow | null;
  /** The first row that was recorded at an instant or later, or the one that will be. */
  firstSince(recordedMs: number): number;
  /** Tasks in the order of the ids, deleted ones among them. */
  tasks(taskIds: readonly number[]): readonly TaskValues[];
  /** Ids of tasks that are not deleted, in the order of ids; with `isDescending` the other way round. */
  taskIds(span: RowSpan, limit: number): readonly number[];
  /** Tasks that are not deleted whose window touches a period, drafts left out. */
  windows(fromMs: number, toMs: number): Iterable<TaskWindow>;
}

export type TaskWindow = readonly [
  state: LifecycleState,
  trackerId: number | null,
  fromMs: number,
  toMs: number,
  openEnds: OpenEnds | null,
];

/** All parts are joined by AND; an absent one does not filter. Deleted routes are never found. */
export interface RouteFilter {
  readonly statuses?: readonly NavixyStatus[];
  readonly trackerIds?: readonly number[];
  /** Routes whose window overlaps [overlapFromMs, overlapToMs]; either end may be absent. */
  readonly overlapFromMs?: number;
  readonly overlapToMs?: number;
  /** Part of the label or the description, in whatever case. */
  readonly words?: string;
  readonly offset: number;
  readonly limit: number;
}

/** Beside a line only `read` and `idOf` are asked. */
export interface RouteQueries {
  /** null = unknown or deleted. */
  read(routeId: number): Route | null;
  /** Also of a deleted route; null = none has this uuid. */
  idOf(uuid: string): number | null;
  /** In the order of ids. count = all matches before paging. */
  list(filter: RouteFilter): { readonly routes: readonly Route[]; readonly count: number };
  /** Routes that bear all of the tags, by id, at most `limit` of them. */
  tagged(tagIds: readonly number[], limit: number): readonly Route[];
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
  /** The same by the key's SHA-256. */
  findHash(hash: Buffer, nowMs: number): ApiKey | null;
  /** Lets a new key have the name of one that opens nothing any more. */
  freeName(name: string, nowMs: number): void;
  isEmpty(): boolean;
}

/** Sessions and keys by their SHA-256. A session that nobody uses ends by itself. */
export interface Sessions {
  open(hash: Buffer, keyHash: Buffer, nowMs: number): void;
  /** The key that it was opened with; null = there is no such session, or it is over. Counts as a use. */
  find(hash: Buffer, nowMs: number): Buffer | null;
  close(hash: Buffer): void;
}

/** What one tracker sent in a period: everything whose device time, or receipt where it has none, lies in it. */
export interface TrackPeriod {
  readonly trackerId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Taking it out of the database before its time, but for what a task is still judged by. */
export interface TrackErasure {
  /** One slice, durable when it returns; true = more is waiting. Throws StorageError. */
  step(nowMs: number): boolean;
  /** Frames so far, and those that are needed still. A frame that touches the period goes as a whole. */
  readonly erased: number;
  readonly kept: number;
}

/** Durable when the call returns; a write throws StorageError. Not part of a batch: nothing is judged by records. */
export interface RecordShelf {
  create<K extends RecordKind>(kind: K, content: Omit<Records[K], 'id'>): Records[K];
  read<K extends RecordKind>(kind: K, id: number): Records[K] | null;
  /** In the order of creation. */
  list<K extends RecordKind>(kind: K): readonly Records[K][];
  /** false = there is none. */
  update<K extends RecordKind>(kind: K, next: Records[K]): boolean;
  /** Nothing of it stays in the file; false = there is none. */
  delete(kind: RecordKind, id: number): boolean;
  /** All that is written meanwhile becomes durable together, or, when `write` throws, not at all. */
  atOnce<T>(write: () => T): T;
}

export type FormTextField =
  | 'employee_full_name'
  | 'form_description'
  | 'form_label'
  | 'submit_address'
  | 'task_address'
  | 'task_label'
  | 'tracker_label'
  | 'vehicle_label';

export type FormDateField =
  | 'submitted'
  | 'task_creation_date'
  | 'task_from'
  | 'task_to'
  | 'task_arrival_date'
  | 'task_completion_date';

export type FormSortField = FormTextField | FormDateField | 'task_id' | 'created';

/** All parts are joined by AND; an absent one does not filter. */
export interface FormFilter {
  readonly templateId?: number;
  readonly taskIds?: readonly number[];
  readonly isSubmitted?: true;
  /** Parts of texts, in whatever case. */
  readonly texts: Partial<Record<FormTextField, string>>;
  /** Both ends included; null = open. */
  readonly periods: Partial<Record<FormDateField, { readonly fromMs: number | null; readonly toMs: number | null }>>;
  /** Task id ascending is always the last key. */
  readonly sort: { readonly field: FormSortField; readonly descending: boolean };
  readonly offset: number;
  readonly limit: number;
}

/** The form is the task's; who and what its tracker is with by now, where that is known. */
export interface FoundForm {
  readonly task: TaskValues;
  readonly trackerLabel: string | null;
  readonly employeeId: number | null;
  readonly vehicleId: number | null;
}

/** What there is that uses a form template. */
export interface TemplateUse {
  /** Tasks whose form was made from it, by status. */
  readonly tasks: Readonly<Record<NavixyStatus, number>>;
  /** Schedules whose tasks get a form made from it. */
  readonly scheduled: number;
}

/** The form that a task was given at `formMs`. */
export interface FormOfTask {
  readonly taskId: number;
  readonly formMs: number;
}

/** For a `Reader`: as long as there is to find. */
export interface FormQueries {
  useOf(templateId: number): TemplateUse;
  /**
   * Forms of a tracker's tasks, deleted ones among them, that were submitted in a period; of those that are not submitted,
   * if their windows touch it. In the order of task ids, from after one of them.
   */
  ofTracker(period: TrackPeriod, afterId: number, limit: number): readonly FormOfTask[];
  search(filter: FormFilter): { readonly rows: readonly FoundForm[]; readonly count: number };
}

export type NewFormFile = Omit<FormFile, 'id' | 'key' | 'mimeType' | 'state' | 'uploadedMs'>;

/** Files of forms with their content. A write is durable when the call returns, or resolves; it throws StorageError. */
export interface FormFileShelf {
  /** `token`: the right to upload it, told only here. */
  create(file: NewFormFile): { readonly file: FormFile; readonly token: string };
  read(fileId: number): FormFile | null;
  withKey(key: string): FormFile | null;
  withToken(token: string): FormFile | null;
  /** Of the form that a task had been given at an instant, oldest first. */
  ofForm(taskId: number, formMs: number): readonly FormFile[];
  /** The next ones by id. */
  after(fileId: number, limit: number): readonly FormFile[];
  /**
   * Takes the content of a created file in, and syncs it. What `content` throws is thrown on, and the file is as before.
   * false = it is not waiting to be uploaded. `told`: asked once all is there.
   */
  upload(
    fileId: number,
    content: AsyncIterable<Uint8Array>,
    told: () => Required<Pick<FormFile, 'name' | 'mimeType' | 'uploadedMs' | 'expiresMs'>>,
  ): Promise<boolean>;
  /** Where the content of a file lies. */
  path(file: FormFile): string;
  /** From now on it is gone for whoever asks. */
  markDeleted(fileIds: readonly number[]): void;
  /** With its content. */
  remove(file: FormFile): void;
  /** Taken and reserved, of all files. */
  bytes(): number;
}

/** A request that its caller may repeat, under a key of the caller's choosing. */
export interface KeyedRequest {
  readonly caller: string;
  readonly key: string;
  /** Tells requests under one key apart. */
  readonly digest: string;
}

/** What a key stands for. */
export interface KnownRequest {
  readonly digest: string;
  readonly begunMs: number;
  /** null = it came to no end yet. */
  readonly answer: string | null;
}

/** Requests of the last day or so. Durable when a call returns; a write throws StorageError. */
export interface RequestLog {
  /**
   * The request under this key since `sinceMs`; where there is none it begins now. null = not begun, because the caller
   * has `keysMax` others.
   */
  begin(request: KeyedRequest, nowMs: number, sinceMs: number, keysMax: number): KnownRequest | null;
  finish(request: KeyedRequest, answer: string): void;
  /** Nothing came of it. */
  forget(request: KeyedRequest): void;
}

export interface InstructionQueries {
  read(uuid: string): Instruction | null;
  /** By the name that its client gave it. */
  withExternalId(externalId: string): Instruction | null;
  /** For a `Reader`: to one task, or to all (null), in the order they came, read as they are asked for. */
  rows(taskId: number | null, span: RowSpan): Iterable<KeptInstruction>;
  /** For a `Reader`: the first that came at an instant or later, or the one that will. */
  firstSince(createdMs: number): number;
}

export interface KeptInstruction {
  /** Grows with every instruction of the database. */
  readonly id: number;
  readonly instruction: Instruction;
}

export interface NewResource<K extends ResourceKind> {
  readonly uuid: string;
  readonly externalId: string | null;
  readonly body: Resources[K];
  readonly nowMs: number;
}

/** All parts are joined by AND; an absent one does not filter. In the order of creation, or the other way round. */
export interface ResourcePage {
  /** Created between them, both included. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly externalId?: string;
  /** Only what comes behind this one, in the order that is asked for. */
  readonly afterId?: number;
  readonly isNewestFirst?: boolean;
  readonly offset?: number;
  readonly limit: number;
}

/** Durable when the call returns; a write throws StorageError. Not part of a batch: nothing is judged by resources. */
export interface ResourceShelf {
  /** null = the UUID is taken. */
  create<K extends ResourceKind>(kind: K, resource: NewResource<K>): Resource<K> | null;
  read<K extends ResourceKind>(kind: K, uuid: string): Resource<K> | null;
  /** The first of this external id. */
  named<K extends ResourceKind>(kind: K, externalId: string): Resource<K> | null;
  page<K extends ResourceKind>(kind: K, page: ResourcePage): readonly Resource<K>[];
  count(kind: ResourceKind, page: Omit<ResourcePage, 'limit'>): number;
  /** false = there is none. */
  update<K extends ResourceKind>(kind: K, next: Resource<K>): boolean;
  delete(kind: ResourceKind, uuid: string): boolean;
}

/** Up to where an endpoint has been told. */
export interface ToldSoFar {
  /** Row of history. */
  readonly toldId: number;
  /** Of what the row after it has to say, how many parts. */
  readonly toldParts: number;
}

/** What becomes of an event that was not simply told. */
export interface DeliveryRow {
  readonly eventId: number;
  /** To be tried, not before `nextMs`; or given up. */
  readonly state: 'pending' | 'dead';
  /** Tries that failed. */
  readonly tries: number;
  readonly nextMs: number;
  /** What the last try was answered with; null = nothing, or there was none. */
  readonly status: number | null;
  readonly error: string | null;
}

/** One request that was made, or could not be. */
export interface DeliveryTry {
  readonly eventId: number;
  readonly requestId: string;
  readonly timeMs: number;
  readonly durationMs: number;
  readonly status: number | null;
  /** null = it was taken. */
  readonly error: string | null;
}

/** What is new about an endpoint. */
export interface DeliveryNote extends ToldSoFar {
  readonly endpoint: string;
  /** By event; null = there is nothing more to say of it. */
  readonly rows: ReadonlyMap<number, DeliveryRow | null>;
  readonly tries: readonly DeliveryTry[];
}

/** Telling events outside: what there is to tell, and who has been told what. */
export interface DeliveryShelf {
  /** The first event after one of them; `event` null = of a tracker, which is of no task. null = there is none. */
  next(afterId: number): { readonly id: number; readonly event: RecordedEvent | null } | null;
  /** null = there is none of a task. */
  event(id: number): RecordedEvent | null;
  /** The first event that was recorded at an instant or later, or the one that will be. */
  firstSince(recordedMs: number): number;
  progress(endpoint: string): ToldSoFar | null;
  /** Those to be tried, by event. */
  pending(endpoint: string): readonly DeliveryRow[];
  /** Those given up, the newest 1000 of them. */
  dead(endpoint: string): readonly DeliveryRow[];
  /** The newest 100 tries, newest first; 1000 are kept. */
  log(endpoint: string): readonly DeliveryTry[];
  /** Tries about a task's events, of all endpoints, newest first. */
  logOfTask(taskId: number, limit: number): readonly (DeliveryTry & { readonly endpoint: string })[];
  /**
   * All of it or nothing. A process that is killed has it; power that fails may take it back, until the next commit of the
   * line: who was told is told once more, which is better than syncing for each.
   */
  note(notes: readonly DeliveryNote[]): void;
  /** Durable: nothing is to be tried, and nothing was given up. */
  restart(endpoint: string): void;
  /** Durable: the same, and its log is gone. */
  forget(endpoint: string): void;
}

/** A kept record, and where it stands in the journal: no other ever stands there. */
export interface JournalledFix {
  readonly trackerId: number;
  readonly place: string;
  readonly fix: StoredFix;
}

/** One row of the journal. */
export interface JournalPage {
  readonly toRow: number;
  /** Rows before it that were not there any more. */
  readonly missingRows: number;
  /** Of all trackers, in the order in which they were committed. */
  readonly fixes: readonly JournalledFix[];
}

/** For whoever hands on all that is stored. */
export interface JournalFeed {
  /** The next row after one of them; null = there is none yet. */
  after(row: number): JournalPage | null;
  /** The last row that was committed; 0 = there was none. */
  lastRow(): number;
}

/** What somebody did, or was refused. */
export interface AuditEntry {
  readonly id: number;
  readonly timeMs: number;
  /** null = nobody that is known, or the program itself. */
  readonly keyName: string | null;
  /** null = the command line of this machine. */
  readonly address: string | null;
  readonly action: string;
  /** '' = none. */
  readonly subject: string;
  /** JSON; null = nothing, or not known. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Throws StorageError. */
export interface AuditShelf {
  /** All of them or none; durable when it returns. */
  append(entries: readonly Omit<AuditEntry, 'id'>[]): void;
  /** Newest first, from below an id. */
  list(beforeId: number, limit: number): readonly AuditEntry[];
  /** Takes out what is too old or too much; true = more is waiting. */
  trimSlice(nowMs: number): boolean;
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
  readonly sessions: Sessions;
  readonly records: RecordShelf;
  readonly formFiles: FormFileShelf;
  readonly requests: RequestLog;
  readonly instructions: InstructionQueries;
  readonly resources: ResourceShelf;
  readonly deliveries: DeliveryShelf;
  readonly journal: JournalFeed;
  readonly audit: AuditShelf;
  /** Writes the whole batch in one transaction and syncs; throws StorageError and leaves everything as it was. */
  append(batch: Batch): Appended;
  /**
   * In one transaction: lays the tracker's part of the index anew by how its frames read from now on, asks what follows
   * from that, reading through this store, and appends it. When `follow` throws, or with StorageError, nothing has changed.
   */
  reread(rereading: Rereading, follow: () => Batch): Appended;
  recover(): Recovered;
  /** Of what has been sent so far. */
  beginErasure(period: TrackPeriod): TrackErasure;
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
