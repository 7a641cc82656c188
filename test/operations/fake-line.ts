/** A line and a store in memory, as simple as can be: what operations and dialects are tested against. */
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import type { Intake } from '../../src/intake/intake.ts';
import type { Command, CommandOutcome, NewDeviceCommand } from '../../src/model/command.ts';
import type { DeviceCommand } from '../../src/model/device-command.ts';
import type { TaskEvent, TaskEventBody } from '../../src/model/event.ts';
import { judgeFix, type Position } from '../../src/model/fix.ts';
import { NAVIXY_STATUSES, type NavixyStatus, navixyStatus } from '../../src/model/projections.ts';
import type { Department, Employee, RecordKind, Vehicle } from '../../src/model/records.ts';
import { refuse } from '../../src/model/refusal.ts';
import { FIRST_ATTEMPT, type Task, type TaskFacts } from '../../src/model/task.ts';
import type { ClockSuspicion, PendingTracker, Tracker } from '../../src/model/tracker.ts';
import { createOperations, type Operations } from '../../src/operations/operations.ts';
import { type Answers, answer, type Question, type QuestionKind } from '../../src/operations/questions.ts';
import { type Searches, SearchRefused } from '../../src/operations/searches.ts';
import { SqliteAudit } from '../../src/store/audit.ts';
import { bodyText, type EventRow } from '../../src/store/event-rows.ts';
import { SqliteRecords } from '../../src/store/records.ts';
import { MIGRATIONS } from '../../src/store/schema.ts';
import { SqliteSessions } from '../../src/store/sessions.ts';
import {
  type ApiKey,
  type KeyedRequest,
  type KnownRequest,
  type Reader,
  StorageError,
  type Store,
  type StoredFix,
  type TaskFilter,
} from '../../src/store/store.ts';
import { rowOfTask, TASK_COLUMNS, type TaskValues } from '../../src/store/task-rows.ts';

export const FIRST_KEY = '0123456789abcdef0123456789abcdef';
export const READER_KEY = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
export const UNKNOWN_KEY = 'ffffffffffffffffffffffffffffffff';
export const NOW_MS = Date.UTC(2026, 2, 1, 12, 0, 0);

export class FakeLine {
  tasks = new Map<number, Task>();
  trackers = new Map<number, Tracker>();
  deviceCommands = new Map<number, DeviceCommand>();
  events: (TaskEvent & { id: number })[] = [];
  fixes = new Map<number, StoredFix[]>();
  pending: PendingTracker[] = [];
  online = new Set<number>();
  suspicions = new Map<number, ClockSuspicion>();
  /** Until when trackers are captured, what was taken down, and how many there may be. */
  captures = new Map<number, number>();
  talks = new Map<number, string>();
  capturesMax = Infinity;
  /** Trackers whose kept records were to be read by their new zone. */
  restamped: number[] = [];
  /** Why storage refuses writes and reads; null = it works. */
  trouble: string | null = null;
  /** Whether searches are refused. */
  isBusy = false;
  /** Employees, vehicles and where they belong. */
  requests = new Map<string, KnownRequest>();
  keysMax = Infinity;
  /** The last filter that was asked for. */
  filter: TaskFilter | null = null;
  /** Where records and sessions are, which are as simple as they can be. */
  readonly #db = migrated();
  readonly #records = new SqliteRecords(this.#db);

  readonly operations: Operations = createOperations({
    store: this.#store(),
    searches: this.#searches(),
    intake: this.#intake(),
    presence: {
      isOnline: (trackerId) => this.online.has(trackerId),
      clockSuspicion: (trackerId) => this.suspicions.get(trackerId) ?? null,
    },
    now: () => NOW_MS,
    firstKey: FIRST_KEY,
    captures: {
      start: (trackerId, untilMs) => this.captures.size < this.capturesMax && !!this.captures.set(trackerId, untilMs),
      stop: (trackerId) => void this.captures.delete(trackerId),
      untilMs: (trackerId) => this.captures.get(trackerId) ?? null,
      talk: (trackerId) => this.talks.get(trackerId) ?? null,
    },
    deviceCommands: { expireMs: 86_400_000, queuedMax: 3 },
  });

  /** As if it had been made anew. */
  reset(): void {
    this.tasks = new Map();
    this.trackers = new Map();
    this.deviceCommands = new Map();
    this.events = [];
    this.fixes = new Map();
    this.pending = [];
    this.online = new Set();
    this.suspicions = new Map();
    this.captures = new Map();
    this.talks = new Map();
    this.capturesMax = Infinity;
    this.restamped = [];
    this.trouble = null;
    this.isBusy = false;
    this.requests = new Map();
    this.keysMax = Infinity;
    this.filter = null;
    const kinds = this.#db.prepare('SELECT DISTINCT kind FROM records').pluck().all() as RecordKind[];
    for (const kind of kinds) for (const { id } of this.#records.list(kind)) this.#records.delete(kind, id);
    this.operations.writeAudit();
    this.#db.exec('DELETE FROM audit; DELETE FROM sqlite_sequence');
  }

  /** Puts records on the shelf under ids of the test's choosing. */
  shelve(records: readonly (Partial<Employee & Vehicle & Department> & { kind: RecordKind; id: number })[]): void {
    const insert = this.#db.prepare('INSERT INTO records (id, kind, body) VALUES (?, ?, ?)');
    for (const { kind, id, ...body } of records) {
      insert.run(id, kind, JSON.stringify(body));
      // Whatever is written to a kind, its list is read anew.
      this.#records.delete(kind, -1);
    }
  }

  setFacts(taskId: number, facts: Partial<TaskFacts>): void {
    const task = this.tasks.get(taskId)!;
    this.tasks.set(taskId, { ...task, facts: { ...task.facts, ...facts } });
  }

  tell(taskId: number, body: TaskEventBody): void {
    this.events.push({ id: this.events.length + 1, taskId, eventMs: NOW_MS, recordedMs: NOW_MS, body });
  }

  addFix(trackerId: number, position: Partial<Position>): void {
    const fix = { ...judgeFix(positionOf(position), NOW_MS), protocol: 'teltonika' as const };
    this.fixes.set(trackerId, [...(this.fixes.get(trackerId) ?? []), fix]);
  }

  #decide(command: Command): CommandOutcome {
    switch (command.kind) {
      case 'create_task':
        return this.#createTask(command.task);
      case 'edit_task': {
        const task = this.#changeable(command.taskId);
        if ('code' in task) return task;
        const { form = task.text.form } = command;
        this.tasks.set(task.id, { ...task, text: { ...command.text, form }, terms: command.terms });
        this.tell(task.id, { kind: 'update', text: command.text, terms: {} });
        return { kind: 'task', taskId: task.id };
      }
      case 'assign_task':
        return this.#assignTask(command.taskId, command.trackerId);
      case 'move_task':
        return this.#cancelTask(command.taskId);
      case 'set_form':
      case 'submit_form':
      case 'correct_form':
      case 'create_route':
      case 'assign_route':
      case 'edit_route':
      case 'delete_route':
      case 'create_checkpoint':
      case 'edit_checkpoint':
      case 'delete_checkpoint':
      case 'join_route':
      case 'leave_route':
      case 'untag':
      case 'erase_forms':
      case 'delete_tracker':
      case 'change_device':
      case 'sight_task':
      case 'amend_task':
      case 'instruct':
        throw new Error(`no wish of these tests leads to ${command.kind}`);
      case 'delete_task':
        if (!this.tasks.delete(command.taskId)) return refuse('task_not_found', 'no task');
        this.tell(command.taskId, { kind: 'delete' });
        return { kind: 'task', taskId: command.taskId };
      case 'create_tracker': {
        const tracker: Tracker = {
          ...command.tracker,
          id: this.trackers.size + 1,
          isBlocked: false,
          createdMs: NOW_MS,
        };
        return this.#putTracker(tracker);
      }
      case 'edit_tracker': {
        const before = this.trackers.get(command.trackerId);
        if (before === undefined) return refuse('tracker_not_found', `there is no tracker ${command.trackerId}`);
        if (command.restamp === true) this.restamped.push(command.trackerId);
        return this.#putTracker({ ...before, ...command.edit });
      }
      case 'queue_device_command':
        return this.#queueDeviceCommand(command.order);
      case 'cancel_device_command': {
        const before = this.deviceCommands.get(command.commandId);
        if (before === undefined) return refuse('command_not_found', `there is no command ${command.commandId}`);
        if (before.state !== 'queued') return refuse('command_state', `command ${before.id} is ${before.state}`);
        return this.putDeviceCommand({ ...before, state: 'cancelled', closedMs: NOW_MS });
      }
      case 'send_device_command':
      case 'reject_device_command':
        throw new Error(`no wish of these tests leads to ${command.kind}`);
    }
  }

  putDeviceCommand(command: DeviceCommand): CommandOutcome {
    this.deviceCommands.set(command.id, command);
    return { kind: 'device_command', command };
  }

  #queueDeviceCommand({ trackerId, text, expiresMs, queuedMax }: NewDeviceCommand): CommandOutcome {
    const refusal = this.#refused(trackerId);
    if (refusal !== null) return refusal;
    if (this.deviceCommands.size >= queuedMax) return refuse('too_many_commands', `${queuedMax} commands are queued`);
    const times = { createdMs: NOW_MS, expiresMs, sentMs: null, closedMs: null };
    const id = this.deviceCommands.size + 1;
    return this.putDeviceCommand({ id, trackerId, text, state: 'queued', ...times, answer: null, reason: null });
  }

  #createTask({ trackerId, ...rest }: Extract<Command, { kind: 'create_task' }>['task']): CommandOutcome {
    const refusal = this.#refused(trackerId);
    if (refusal !== null) return refusal;
    const task: Task = {
      ...rest,
      id: this.tasks.size + 1,
      createdMs: NOW_MS,
      deletedMs: null,
      tenure: { trackerId, givenMs: Number.NEGATIVE_INFINITY, assignedMs: null },
      attempt: FIRST_ATTEMPT,
      facts: untouched(trackerId),
      checkpoint: null,
    };
    this.tasks.set(task.id, task);
    this.tell(task.id, { kind: 'create', task });
    return { kind: 'task', taskId: task.id };
  }

  #assignTask(taskId: number, trackerId: number | null): CommandOutcome {
    const task = this.#changeable(taskId);
    if ('code' in task) return task;
    const refusal = this.#refused(trackerId);
    if (refusal !== null) return refusal;
    this.tasks.set(taskId, { ...task, tenure: { ...task.tenure, trackerId }, facts: untouched(trackerId) });
    this.tell(taskId, { kind: 'assign', trackerId });
    return { kind: 'task', taskId };
  }

  /** The only move that these tests ask for. */
  #cancelTask(taskId: number): CommandOutcome {
    const task = this.tasks.get(taskId);
    if (task === undefined) return refuse('task_not_found', `there is no task ${taskId}`);
    if (task.facts.state === 'completed') return refuse('task_state', `task ${taskId} is completed`);
    this.setFacts(taskId, { state: 'cancelled', closer: 'person' });
    return { kind: 'task', taskId };
  }

  #changeable(taskId: number) {
    const task = this.tasks.get(taskId);
    if (task === undefined) return refuse('task_not_found', `there is no task ${taskId}`);
    const isOpen = statusOf(task) === 'unassigned' || statusOf(task) === 'assigned';
    return isOpen ? task : refuse('task_state', `task ${taskId} is ${task.facts.state}`);
  }

  #refused(trackerId: number | null) {
    if (trackerId === null) return null;
    const tracker = this.trackers.get(trackerId);
    if (tracker === undefined) return refuse('tracker_not_found', `there is no tracker ${trackerId}`);
    return tracker.isBlocked ? refuse('tracker_blocked', `tracker ${trackerId} is blocked`) : null;
  }

  #putTracker(tracker: Tracker): CommandOutcome {
    const holder = [...this.trackers.values()].find(({ id, imei }) => imei === tracker.imei && id !== tracker.id);
    if (tracker.imei !== null && holder) return refuse('imei_taken', `IMEI ${tracker.imei} belongs to another`);
    this.trackers.set(tracker.id, tracker);
    this.pending = this.pending.filter(({ imei }) => imei !== tracker.imei);
    return { kind: 'tracker', tracker };
  }

  #intake(): Intake {
    const used = {
      command: async (command: Command) =>
        this.trouble === null ? this.#decide(command) : refuse('storage_unavailable', this.trouble),
      tracker: (trackerId: number) => this.trackers.get(trackerId) ?? null,
      trackers: () => [...this.trackers.values()],
      formerTracker: () => null,
      pending: () => this.pending,
      live: (task: Task) => task,
      trouble: () => this.trouble,
    };
    return used as Partial<Intake> as Intake;
  }

  /** Asked and answered as on the search thread, over a reader of what is in memory here. */
  #searches(): Searches {
    const fixesOf = (trackerId: number) => this.fixes.get(trackerId) ?? [];
    const tracks = {
      fixes: (trackerId: number, fromMs: number, toMs: number, limit: number) =>
        fixesOf(trackerId)
          .filter(({ position }) => position.timeMs >= fromMs && position.timeMs <= toMs)
          .slice(0, limit),
      newest: (trackerId: number) => ({
        newestMs: Math.max(...fixesOf(trackerId).map(({ position }) => position.timeMs)),
        aheadMs: [],
      }),
      lastReceivedMs: (trackerId: number) => fixesOf(trackerId).at(-1)?.receivedMs ?? null,
      lastValidFix: (trackerId: number) => fixesOf(trackerId).findLast((fix) => fix.invalidity === null) ?? null,
    };
    const reader = {
      tasks: {
        search: (filter: TaskFilter) => this.#search(filter),
        countByStatus: () => this.#countByStatus(),
        historyRows: (taskId: number) => this.events.filter((event) => event.taskId === taskId).map(eventRowOf),
      },
      tracks: () => tracks,
      atOnce: <T>(read: () => T): T => this.#whileSound(read),
    };
    return {
      ask: async <K extends QuestionKind>(question: Extract<Question, { kind: K }>) => {
        if (this.isBusy) throw new SearchRefused('busy', 'one search is waiting already, expected fewer');
        return (await answer(reader as unknown as Reader, question)) as Answers[K];
      },
      close: async () => undefined,
    };
  }

  #store(): Store {
    const used = {
      tasks: {
        read: (taskId: number) => this.#whileSound(() => this.tasks.get(taskId) ?? null),
        bearers: (externalId: string, most: number) =>
          this.#whileSound(() => Math.min(most, this.#matches({ externalId }).length)),
        idOf: (uuid: string) =>
          this.#whileSound(() => [...this.tasks.values()].find((task) => task.uuid === uuid)?.id ?? null),
      },
      // Routes are tested over the real line.
      routes: { read: () => null },
      deviceCommands: {
        read: (id: number) => this.#whileSound(() => this.deviceCommands.get(id) ?? null),
        list: (trackerId: number, beforeId: number, limit: number) =>
          [...this.deviceCommands.values()]
            .filter((command) => command.trackerId === trackerId && command.id < beforeId)
            .sort((a, b) => b.id - a.id)
            .slice(0, limit),
      },
      requests: {
        begin: ({ caller, key, digest }: KeyedRequest, nowMs: number, _sinceMs: number, keysMax: number) =>
          this.#whileSound(() => {
            const name = `${caller} ${key}`;
            const known = this.requests.get(name) ?? { digest, begunMs: nowMs, answer: null };
            if (!this.requests.has(name) && this.requests.size >= Math.min(keysMax, this.keysMax)) return null;
            this.requests.set(name, known);
            return known;
          }),
        finish: ({ caller, key }: KeyedRequest, text: string) => {
          const name = `${caller} ${key}`;
          this.requests.set(name, { ...this.requests.get(name)!, answer: text });
        },
        forget: ({ caller, key }: KeyedRequest) => void this.requests.delete(`${caller} ${key}`),
      },
      recent: (trackerId: number) => ({ trackerId }),
      keys: {
        findHash: (hash: Buffer): ApiKey | null => (hash.equals(READER_HASH) ? READER : null),
        list: () => [READER],
      },
      sessions: new SqliteSessions(this.#db, { sessionMs: 86_400_000 }),
      records: this.#records,
      audit: new SqliteAudit(this.#db, { auditKeptMs: Infinity, auditRows: 1_000_000 }),
      tracks: { lastReceivedMs: (trackerId: number) => this.fixes.get(trackerId)?.at(-1)?.receivedMs ?? null },
      size: () => ({ databaseBytes: 4096, walBytes: 1024 }),
    };
    return used as unknown as Store;
  }

  #search(filter: TaskFilter) {
    this.filter = filter;
    const found = this.#matches(filter);
    return { rows: found.slice(filter.offset, filter.offset + filter.limit).map(valuesOf), count: found.length };
  }

  #matches(filter: Partial<TaskFilter>): Task[] {
    return [...this.tasks.values()].filter(
      (task) =>
        (filter.statuses?.includes(statusOf(task)!) ?? true) &&
        (filter.trackerIds?.includes(task.tenure.trackerId ?? 0) ?? true) &&
        (filter.externalId === undefined || filter.externalId === task.text.externalId),
    );
  }

  #countByStatus(): Record<NavixyStatus, number> {
    const statuses = [...this.tasks.values()].map(statusOf);
    const counts = NAVIXY_STATUSES.map((status) => [status, statuses.filter((one) => one === status).length]);
    return Object.fromEntries(counts) as Record<NavixyStatus, number>;
  }

  #whileSound<T>(read: () => T): T {
    if (this.trouble !== null) throw new StorageError('SQLITE_IOERR', this.trouble);
    return read();
  }
}

function migrated(): Database.Database {
  const db = new Database(':memory:');
  for (const sql of MIGRATIONS) db.exec(sql);
  return db;
}

function valuesOf(task: Task): TaskValues {
  const row = rowOfTask(task);
  return TASK_COLUMNS.map((column) => row[column]);
}

function eventRowOf({ id, taskId, eventMs, recordedMs, body }: TaskEvent & { readonly id: number }): EventRow {
  return { id, uid: `event ${id}`, task_id: taskId, event_ms: eventMs, recorded_ms: recordedMs, body: bodyText(body) };
}

const READER_HASH = createHash('sha256').update(READER_KEY).digest();

const READER: ApiKey = {
  id: 1,
  name: 'reader',
  prefix: 'aaaa',
  scopes: ['tasks:read'],
  createdMs: 0,
  expiresMs: null,
  revokedMs: null,
};

function statusOf({ facts, tenure }: Task): NavixyStatus | null {
  return navixyStatus({
    ...facts,
    hasTracker: tenure.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    hasIssues: facts.issues.length > 0,
  });
}

function untouched(trackerId: number | null): TaskFacts {
  return {
    state: trackerId === null ? 'unassigned' : 'assigned',
    statusMs: NOW_MS,
    arrivalMs: null,
    completionMs: null,
    stayMs: 0,
    departureMs: null,
    issues: [],
    isLate: false,
    isFaulty: false,
    closer: null,
    isSettled: false,
  };
}

function positionOf(position: Partial<Position>): Position {
  return {
    timeMs: NOW_MS,
    latDeg: 51.2,
    lonDeg: 7.3,
    altitudeM: 120,
    speedKmh: 42,
    courseDeg: 90,
    satellites: 9,
    hasPosition: true,
    priority: 0,
    event: 0,
    content: new Uint8Array(),
    io: { '66': 12100 },
    attributes: { power: 12.1 },
    ...position,
  };
}
