/**
 * Fills a data directory through the store, as the line would have: `tsx seed.ts DIRECTORY SEED-AS-JSON`. In a process
 * of its own, so that a million tasks do not stay in the memory of the bench. The history of the creations is left out:
 * nothing that is measured reads it.
 */
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import { untouched } from '../../src/engine/verdict.ts';
import { FIRST_ATTEMPT, type Task, type Tenure } from '../../src/model/task.ts';
import type { Tracker } from '../../src/model/tracker.ts';
import { openStore } from '../../src/store/open.ts';
import type { Batch, FrameRecord, Store } from '../../src/store/store.ts';
import { AGE_MS, HOUR_MS, IMEI_BASE, type Layout, onRoad, STORED_FIX_MS, ZONE_RADIUS_M, zoneCentre } from './places.ts';

export interface Seed {
  readonly trackers: number;
  /** The first so many trackers have tasks. */
  readonly busyTrackers: number;
  readonly tasksPerTracker: number;
  /** Stored ones, each in a frame of its own; the newest is just before the load begins. */
  readonly fixesPerTracker: number;
  readonly layout: Layout;
  /** 0: every task is open all through the bench; else a plan for so many days ahead, with a window of hours each. */
  readonly planDays: number;
  readonly nowMs: number;
}

const ROWS_PER_COMMIT = 20_000;
const DAY_MS = 24 * HOUR_MS;

function fill(store: Store, seed: Seed): void {
  inBatches(store, seed, seed.trackers, (i) => ({ tracker: trackerOf(i + 1, seed) }));
  const tasks = seed.busyTrackers * seed.tasksPerTracker;
  inBatches(store, seed, tasks, (i) => ({ task: taskOf(i, seed) }));
  // As they came in: all trackers in turn.
  const fixes = seed.trackers * seed.fixesPerTracker;
  inBatches(store, seed, fixes, (i) => ({
    frame: frameOf((i % seed.trackers) + 1, Math.floor(i / seed.trackers), seed),
  }));
  while (store.tidy(seed.nowMs)) {}
}

interface Piece {
  readonly tracker?: Tracker;
  readonly task?: Task;
  readonly frame?: FrameRecord;
}

function inBatches(store: Store, { nowMs }: Seed, count: number, piece: (i: number) => Piece): void {
  for (let start = 0; start < count; start += ROWS_PER_COMMIT) {
    const pieces = Array.from({ length: Math.min(ROWS_PER_COMMIT, count - start) }, (_, i) => piece(start + i));
    store.append(batchOf(pieces, nowMs));
  }
}

function batchOf(pieces: readonly Piece[], nowMs: number): Batch {
  return {
    frames: pieces.flatMap(({ frame }) => frame ?? []),
    rows: {
      trackers: pieces.flatMap(({ tracker }) => tracker ?? []),
      routes: [],
      createdTasks: pieces.flatMap(({ task }) => task ?? []),
      editedTasks: [],
      judgedTasks: [],
      foundTasks: [],
      deviceCommands: [],
    },
    events: [],
    clockMs: nowMs - AGE_MS,
  };
}

export function trackerOf(id: number, { nowMs }: Seed): Tracker {
  return {
    id,
    uuid: uuidOf('a', id),
    label: `Van ${id}`,
    imei: String(IMEI_BASE + id),
    model: null,
    timeZone: 'utc',
    isBlocked: false,
    createdMs: nowMs - 30 * DAY_MS,
  };
}

/** Task i: trackers take turns, so that neither ids nor rows of one tracker lie together. */
export function taskOf(i: number, seed: Seed): Task {
  const { busyTrackers, layout, nowMs } = seed;
  const trackerId = (i % busyTrackers) + 1;
  const n = Math.floor(i / busyTrackers);
  const createdMs = nowMs - 10 * HOUR_MS;
  const tenure: Tenure = { trackerId, givenMs: Number.NEGATIVE_INFINITY, assignedMs: createdMs };
  return {
    id: i + 1,
    uuid: uuidOf('b', i + 1),
    dialect: 'navixy',
    createdMs,
    deletedMs: null,
    text: {
      label: `Delivery ${n + 1}`,
      description: 'Ring twice, leave with the neighbour',
      externalId: externalIdOf(trackerId, n),
      address: `Street ${n}, Town ${trackerId}`,
      tags: [],
      origin: 'imported',
      extra: {},
      form: null,
    },
    terms: {
      zone: { ...zoneCentre(layout, trackerId, n), radiusM: ZONE_RADIUS_M },
      ...windowOf(i, n, seed),
      maxDelayMs: 0,
      minStayMs: n % 2 === 0 ? 0 : 600_000,
      minArrivalMs: 0,
      isFormRequired: false,
      isFormInZone: false,
    },
    tenure,
    attempt: FIRST_ATTEMPT,
    facts: untouched(tenure, createdMs),
    checkpoint: null,
  };
}

function windowOf(i: number, n: number, { nowMs, planDays }: Seed): Pick<Task['terms'], 'fromMs' | 'toMs'> {
  if (planDays === 0) {
    // Due one after the other over the next ten days.
    const toMs = nowMs + DAY_MS + (n % 20) * (DAY_MS / 2) + (i % 3600) * 1000;
    return { fromMs: nowMs - 8 * HOUR_MS - (i % 3600) * 1000, toMs };
  }
  const fromMs = nowMs + ((i + n * 3) % planDays) * DAY_MS + (i % 10) * HOUR_MS;
  return { fromMs, toMs: fromMs + (1 + (i % 5)) * HOUR_MS };
}

export function externalIdOf(trackerId: number, n: number): string {
  return `ORDER-${trackerId}-${n}`;
}

function frameOf(trackerId: number, n: number, { layout, fixesPerTracker, nowMs }: Seed): FrameRecord {
  const timeMs = nowMs - AGE_MS - (fixesPerTracker - n) * STORED_FIX_MS;
  const place = onRoad(layout, trackerId, n);
  return {
    trackerId,
    receivedMs: timeMs + 1000,
    protocol: 'teltonika',
    raw: encodeRecords(8, [{ timeMs, ...place, altitudeM: 40, courseDeg: 90, satellites: 11, speedKmh: 50 }]),
    timesMs: [timeMs],
    kept: null,
    hasValidFix: true,
  };
}

function uuidOf(kind: string, id: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${id.toString(16).padStart(12, '0')}`;
}

if (process.argv[1] === import.meta.filename) {
  const [, , directory = '', seed = ''] = process.argv;
  const store = openStore({ directory });
  fill(store, JSON.parse(seed) as Seed);
  store.close();
}
