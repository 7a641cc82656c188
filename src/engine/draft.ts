/**
 * What one commit is about to change: a layer over the world, thrown away if the commit fails. Reading through it shows
 * the world as it will be.
 */
import { contains } from '../geo/distance.ts';
import type { RowChanges } from '../model/command.ts';
import type { TaskEvent } from '../model/event.ts';
import type { Fix } from '../model/fix.ts';
import type { Route } from '../model/route.ts';
import type { JudgedTask, Task, TaskText } from '../model/task.ts';
import type { Tracker } from '../model/tracker.ts';
import type { Evidence } from './evidence.ts';
import { trackerState } from './recollect.ts';
import { type Accepts, acceptance, type TrackReader } from './track.ts';
import type { Changes, Progress, Review, TrackerState, World } from './world.ts';

/** What the engine reads from disk. */
export interface Ports {
  readonly track: TrackReader;
  /** A task that is no longer held in memory; null = unknown or deleted. */
  readonly task: (taskId: number) => Task | null;
  readonly route: (routeId: number) => Route | null;
}

/** A jump of the clock by more than this restarts the grace. */
const CLOCK_LEAP_MS = 60_000;

/** What a draft did, for the counters; added up once the commit is through. */
export interface DraftCounts {
  recordsStored: number;
  recordsDuplicate: number;
  recordsExpired: number;
  fixesLate: number;
  derivations: number;
  readonly fixesInvalid: Record<string, number>;
}

export class Draft implements Changes {
  readonly world: World;
  readonly ports: Ports;
  /** The engine's clock from here on. */
  readonly nowMs: number;
  /** No grace ends earlier than this + grace. */
  readonly graceFloorMs: number;
  nextTaskId: number;
  nextTrackerId: number;

  readonly trackers = new Map<number, Tracker>();
  readonly tasks = new Map<number, JudgedTask>();
  readonly created = new Map<number, Task>();
  readonly edited = new Map<number, Pick<Task, 'id' | 'text' | 'terms'>>();
  readonly routes = new Map<number, Route>();
  readonly evidence = new Map<number, Map<number, Evidence | null>>();
  readonly progress = new Map<number, Progress>();
  readonly events: TaskEvent[] = [];
  readonly counts: DraftCounts = {
    recordsStored: 0,
    recordsDuplicate: 0,
    recordsExpired: 0,
    fixesLate: 0,
    derivations: 0,
    fixesInvalid: {},
  };
  readonly reviews: Review[] = [];
  /** Tasks whose facts or tenure have to be written; the others only moved in memory. */
  readonly #toWrite = new Set<number>();
  #touchedRoutes = new Set<number>();
  readonly #accepts: Accepts;
  readonly #records = new Map<number, Fix[]>();
  #unjudged = new Map<number, Fix[]>();
  readonly #judged = new Map<number, Fix[]>();

  constructor(world: World, ports: Ports, nowMs: number) {
    this.world = world;
    this.ports = ports;
    this.nowMs = Math.max(nowMs, world.clockMs);
    // Section 4: after a leap of the clock devices get their grace anew.
    this.graceFloorMs = this.nowMs - world.clockMs > CLOCK_LEAP_MS ? this.nowMs : world.graceFloorMs;
    this.#accepts = acceptance(world.settings.hygiene);
    this.nextTaskId = world.nextTaskId;
    this.nextTrackerId = world.nextTrackerId;
  }

  /** A task among those held in memory, as this draft leaves it. */
  heldTask(taskId: number): JudgedTask | null {
    return this.tasks.get(taskId) ?? this.world.tasks.get(taskId) ?? null;
  }

  /** Any task that is not deleted. */
  task(taskId: number): JudgedTask | null {
    const task = this.heldTask(taskId) ?? this.ports.task(taskId);
    return task === null || task.deletedMs !== null ? null : task;
  }

  /** Any route that is not deleted. */
  route(routeId: number): Route | null {
    const route = this.routes.get(routeId) ?? this.ports.route(routeId);
    return route === null || route.deletedMs !== null ? null : route;
  }

  setRoute(route: Route): void {
    this.routes.set(route.id, route);
  }

  /** Routes of which a checkpoint has moved since the last call. */
  takeTouchedRoutes(): ReadonlySet<number> {
    const touched = this.#touchedRoutes;
    this.#touchedRoutes = new Set();
    return touched;
  }

  /** What a task says, as this draft leaves it. */
  text(taskId: number): TaskText {
    const text = this.edited.get(taskId)?.text ?? this.created.get(taskId)?.text ?? this.ports.task(taskId)?.text;
    if (text === undefined) throw new Error(`task ${taskId} is held in memory but not on disk`);
    return text;
  }

  tracker(trackerId: number): Tracker | null {
    return this.trackers.get(trackerId) ?? this.world.trackers.get(trackerId) ?? null;
  }

  /** The tracker that has this IMEI. */
  trackerByImei(imei: string): Tracker | null {
    for (const tracker of this.trackers.values()) if (tracker.imei === imei) return tracker;
    const tracker = this.world.trackersByImei.get(imei);
    return tracker !== undefined && !this.trackers.has(tracker.id) ? tracker : null;
  }

  /** Tasks held for a tracker. */
  tasksOf(trackerId: number): JudgedTask[] {
    const ids = new Set(this.world.taskIdsByTracker.get(trackerId));
    for (const task of this.tasks.values()) ids.add(task.id);
    const tasks: JudgedTask[] = [];
    for (const id of ids) {
      const task = this.heldTask(id);
      if (task !== null && task.tenure.trackerId === trackerId && task.deletedMs === null) tasks.push(task);
    }
    return tasks;
  }

  progressOf(trackerId: number): Progress {
    return this.progress.get(trackerId) ?? this.#state(trackerId).progress;
  }

  moveTo(trackerId: number, change: Partial<Progress>): void {
    this.progress.set(trackerId, { ...this.progressOf(trackerId), ...change });
  }

  /** null = not in the index. */
  evidenceOf(trackerId: number, taskId: number): Evidence | null {
    const drafted = this.evidence.get(trackerId)?.get(taskId);
    return drafted === undefined ? (this.#state(trackerId).evidence.get(taskId) ?? null) : drafted;
  }

  setEvidence(trackerId: number, taskId: number, evidence: Evidence | null): void {
    let drafted = this.evidence.get(trackerId);
    if (drafted === undefined) {
      drafted = new Map();
      this.evidence.set(trackerId, drafted);
    }
    drafted.set(taskId, evidence);
  }

  /** The tracker's live tasks whose zones hold the point: one search of the tree, and what this draft moves. */
  containing(trackerId: number, latDeg: number, lonDeg: number): number[] {
    const found = this.#state(trackerId).zones.containing(latDeg, lonDeg);
    const drafted = this.evidence.get(trackerId);
    if (drafted === undefined) return found;
    const ids = found.filter((id) => !drafted.has(id) || this.#isAsIndexed(trackerId, id));
    for (const id of drafted.keys()) {
      if (this.#isAsIndexed(trackerId, id) || this.evidenceOf(trackerId, id) === null) continue;
      if (contains(this.heldTask(id)!.terms.zone, latDeg, lonDeg)) ids.push(id);
    }
    return ids;
  }

  /** Takes a new record in; a valid one waits to be judged. */
  take(trackerId: number, fix: Fix): void {
    push(this.#records, trackerId, fix);
    if (fix.invalidity === null && (this.#accepts?.(fix) ?? true)) push(this.#unjudged, trackerId, fix);
  }

  /** Whether this commit already holds the record. */
  holds(trackerId: number, timeMs: number, content: Uint8Array): boolean {
    const records = this.#records.get(trackerId) ?? [];
    return records.some(({ position }) => position.timeMs === timeMs && isEqual(position.content, content));
  }

  /** The valid fixes taken in since the last call, by tracker and in device-time order; from now on part of `track`. */
  takeUnjudged(): Map<number, Fix[]> {
    const unjudged = this.#unjudged;
    this.#unjudged = new Map();
    for (const [trackerId, fixes] of unjudged) {
      fixes.sort(byTime);
      this.#judged.set(trackerId, [...(this.#judged.get(trackerId) ?? []), ...fixes]);
    }
    return unjudged;
  }

  /** The track around [fromMs, toMs] with its neighbours, this commit's fixes included. */
  track(trackerId: number, fromMs: number, toMs: number): Fix[] {
    const stored = this.ports.track.evidence(trackerId, fromMs, toMs, this.#accepts);
    const own = this.#judged.get(trackerId);
    return own === undefined ? stored : withNeighbours([...stored, ...own].sort(byTime), fromMs, toMs);
  }

  /** The newest accepted fix, this commit's included. */
  lastFix(trackerId: number): Fix | null {
    const stored = this.ports.track.lastValidFix(trackerId, this.#accepts);
    const own = this.#judged.get(trackerId)?.toSorted(byTime).at(-1);
    if (own === undefined) return stored;
    return stored === null || own.position.timeMs >= stored.position.timeMs ? own : stored;
  }

  /** Puts the next version of a task in; `isWritten` = its row changes with it. */
  setTask(task: JudgedTask, isWritten: boolean): void {
    if (task.checkpoint !== null) this.#touchedRoutes.add(task.checkpoint.routeId);
    this.tasks.set(task.id, task);
    if (isWritten) this.#toWrite.add(task.id);
  }

  get settings(): World['settings'] {
    return this.world.settings;
  }

  get isEmpty(): boolean {
    return this.trackers.size === 0 && this.routes.size === 0 && this.#toWrite.size === 0 && this.events.length === 0;
  }

  rows(): RowChanges {
    return {
      trackers: [...this.trackers.values()],
      routes: [...this.routes.values()],
      createdTasks: [...this.created.values()],
      editedTasks: [...this.edited.values()],
      judgedTasks: [...this.#toWrite].map((id) => this.tasks.get(id)!),
    };
  }

  /** Whether the installed tree speaks for this task: in it, still in it, and in the same place. */
  #isAsIndexed(trackerId: number, taskId: number): boolean {
    if (!this.#state(trackerId).evidence.has(taskId) || this.evidenceOf(trackerId, taskId) === null) return false;
    return this.world.tasks.get(taskId)?.terms.zone === this.heldTask(taskId)?.terms.zone;
  }

  #state(trackerId: number): TrackerState {
    return trackerState(this.world, this.ports.track, trackerId);
  }
}

/** Cuts to the span and the nearest instant on either side: what lies further off is not known without gaps. */
function withNeighbours(fixes: readonly Fix[], fromMs: number, toMs: number): Fix[] {
  const beforeMs = fixes.findLast(({ position }) => position.timeMs < fromMs)?.position.timeMs ?? fromMs;
  const afterMs = fixes.find(({ position }) => position.timeMs > toMs)?.position.timeMs ?? toMs;
  return fixes.filter(({ position }) => position.timeMs >= beforeMs && position.timeMs <= afterMs);
}

function push(lists: Map<number, Fix[]>, trackerId: number, fix: Fix): void {
  const list = lists.get(trackerId);
  if (list === undefined) lists.set(trackerId, [fix]);
  else list.push(fix);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function byTime(a: Fix, b: Fix): number {
  return a.position.timeMs - b.position.timeMs;
}
