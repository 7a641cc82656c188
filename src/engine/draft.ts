/**
 * What one commit is about to change: a layer over the world, thrown away if the commit fails. Reading through it shows
 * the world as it will be.
 */
import { contains } from '../geo/distance.ts';
import type { DeviceSwap, RowChanges } from '../model/command.ts';
import { type DeviceCommand, isOpenCommand } from '../model/device-command.ts';
import type { TaskEvent, TrackerEvent } from '../model/event.ts';
import type { Fix } from '../model/fix.ts';
import type { Instruction } from '../model/instruction.ts';
import type { Route } from '../model/route.ts';
import { type JudgedTask, placeOf, type Task, type TaskText } from '../model/task.ts';
import type { Tracker } from '../model/tracker.ts';
import type { Evidence } from './evidence.ts';
import { isQueued } from './queue.ts';
import { type Disk, trackerState } from './recollect.ts';
import { type Accepts, acceptance, withNeighbours } from './track.ts';
import type { Changes, Progress, Review, TrackerChanges, TrackerState, World } from './world.ts';

/** What the engine reads from disk. */
export interface Ports extends Disk {
  /** null = unknown or deleted. */
  readonly task: (taskId: number) => Task | null;
  readonly route: (routeId: number) => Route | null;
  readonly deviceCommand: (commandId: number) => DeviceCommand | null;
  /** By the name that its client gave it. */
  readonly instruction: (externalId: string) => Instruction | null;
}

/** A jump of the clock by more than this restarts the grace. */
const CLOCK_LEAP_MS = 60_000;

/** What a draft did, for the counters; added up once the commit is through. */
export interface DraftCounts {
  recordsStored: number;
  recordsDuplicate: number;
  recordsExpired: number;
  /** Records that frames turned out to hold beyond those that were found at first, or fewer. */
  recordsFound: number;
  fixesLate: number;
  derivations: number;
  readonly fixesInvalid: Record<string, number>;
}

const NO_FIXES: readonly Fix[] = Object.freeze([]);
const NO_LISTS: readonly (readonly Fix[])[] = Object.freeze([]);

/** What a draft does to one tracker; `progress` and `evidence` as in Changes. */
class TrackerDraft implements TrackerChanges {
  readonly trackerId: number;
  readonly state: TrackerState;
  readonly progress: MovingProgress;
  evidence: Map<number, Evidence | null> | null = null;
  /** This commit's new records as they came: all of them, and the valid ones that wait to be judged. */
  records: readonly (readonly Fix[])[] = NO_LISTS;
  unjudged: readonly (readonly Fix[])[] = NO_LISTS;
  /** The valid ones that are judged. */
  judged: readonly Fix[] = NO_FIXES;

  constructor(trackerId: number, state: TrackerState) {
    this.trackerId = trackerId;
    this.state = state;
    this.progress = { ...state.progress };
  }
}

/** The draft's own copy. */
type MovingProgress = { -readonly [Key in keyof Progress]: Progress[Key] };

export class Draft implements Changes {
  readonly world: World;
  readonly ports: Ports;
  /** The engine's clock from here on. */
  readonly nowMs: number;
  /** No grace ends earlier than this + grace. */
  readonly graceFloorMs: number;
  nextTaskId: number;
  nextTrackerId: number;
  nextDeviceCommandId: number;

  readonly trackers = new Map<number, Tracker>();
  readonly tasks = new Map<number, JudgedTask>();
  readonly created = new Map<number, Task>();
  readonly edited = new Map<number, Pick<Task, 'id' | 'text' | 'terms'>>();
  readonly routes = new Map<number, Route>();
  readonly touched = new Map<number, TrackerDraft>();
  readonly deviceCommands = new Map<number, DeviceCommand>();
  /** Every step of theirs, in order. */
  readonly commandSteps: DeviceCommand[] = [];
  readonly instructions: Instruction[] = [];
  readonly swaps: DeviceSwap[] = [];
  readonly erasedForms = new Set<number>();
  readonly events: TaskEvent[] = [];
  readonly trackerEvents: TrackerEvent[] = [];
  readonly counts: DraftCounts = {
    recordsStored: 0,
    recordsDuplicate: 0,
    recordsExpired: 0,
    recordsFound: 0,
    fixesLate: 0,
    derivations: 0,
    fixesInvalid: {},
  };
  readonly reviews: Review[] = [];
  /** Tasks whose facts or tenure have to be written; the others only moved in memory. */
  readonly #toWrite = new Set<number>();
  #touchedRoutes = new Set<number>();
  /** By tracker, when something last left its queue other than by being finished. */
  #queues = new Map<number, number>();
  readonly #accepts: Accepts;
  /** Trackers with fixes that wait to be judged. */
  #waiting: number[] = [];
  /** Most looks at a tracker follow another one at the same. */
  #last: TrackerDraft | null = null;

  constructor(world: World, ports: Ports, nowMs: number) {
    this.world = world;
    this.ports = ports;
    this.nowMs = Math.max(nowMs, world.clockMs);
    // Section 4: after a leap of the clock devices get their grace anew.
    this.graceFloorMs = this.nowMs - world.clockMs > CLOCK_LEAP_MS ? this.nowMs : world.graceFloorMs;
    this.#accepts = acceptance(world.settings.hygiene);
    this.nextTaskId = world.nextTaskId;
    this.nextTrackerId = world.nextTrackerId;
    this.nextDeviceCommandId = world.nextDeviceCommandId;
  }

  /** A task among those held in memory, as this draft leaves it. */
  heldTask(taskId: number): JudgedTask | null {
    return this.tasks.get(taskId) ?? this.world.tasks.get(taskId) ?? null;
  }

  /** Any task that is not deleted. */
  task(taskId: number): JudgedTask | null {
    const task = this.heldTask(taskId) ?? this.#storedTask(taskId);
    return task === null || task.deletedMs !== null ? null : task;
  }

  /** Any route that is not deleted. */
  route(routeId: number): Route | null {
    const route = this.routes.get(routeId) ?? this.ports.route(routeId);
    return route === null || route.deletedMs !== null ? null : route;
  }

  deviceCommand(commandId: number): DeviceCommand | null {
    return this.deviceCommands.get(commandId) ?? this.ports.deviceCommand(commandId);
  }

  /** By the name that its client gave it. */
  instruction(externalId: string): Instruction | null {
    const own = this.instructions.find((instruction) => instruction.externalId === externalId);
    return own ?? this.ports.instruction(externalId);
  }

  /** A tracker's commands that are queued or sent, in the order they are sent. */
  openCommands(trackerId: number): readonly DeviceCommand[] {
    const before = this.world.commands.of(trackerId);
    if (this.deviceCommands.size === 0) return before;
    const drafted = [...this.deviceCommands.values()].filter((command) => command.trackerId === trackerId);
    return [...before.filter(({ id }) => !this.deviceCommands.has(id)), ...drafted.filter(isOpenCommand)].sort(
      (a, b) => a.id - b.id,
    );
  }

  setRoute(route: Route): void {
    this.routes.set(route.id, route);
    this.#touchedRoutes.add(route.id);
  }

  /** Routes that have changed, or a checkpoint of which has moved, since the last call. */
  takeTouchedRoutes(): ReadonlySet<number> {
    const touched = this.#touchedRoutes;
    this.#touchedRoutes = new Set();
    return touched;
  }

  /** A task comes into its tracker's queue, leaves it or moves in it. `leftMs`: when it left; finishes are dated by the facts. */
  noteQueue(task: JudgedTask, leftMs: number): void {
    if (!isQueued(task)) return;
    const trackerId = task.tenure.trackerId!;
    this.#queues.set(trackerId, Math.max(this.#queues.get(trackerId) ?? leftMs, leftMs));
  }

  /** The queues that something has happened to since the last call. */
  takeQueues(): ReadonlyMap<number, number> {
    const queues = this.#queues;
    if (queues.size > 0) this.#queues = new Map();
    return queues;
  }

  /** What a task says, as this draft leaves it. */
  text(taskId: number): TaskText {
    const text = this.edited.get(taskId)?.text ?? this.created.get(taskId)?.text ?? this.ports.task(taskId)?.text;
    if (text === undefined) throw new Error(`task ${taskId} is held in memory but not on disk`);
    return text;
  }

  tracker(trackerId: number): Tracker | null {
    const tracker = this.trackers.get(trackerId) ?? this.world.trackers.get(trackerId) ?? null;
    return tracker?.deletedMs === undefined ? tracker : null;
  }

  /** The tracker that has this IMEI. */
  trackerByImei(imei: string): Tracker | null {
    for (const tracker of this.trackers.values()) if (tracker.imei === imei) return tracker;
    const tracker = this.world.trackersByImei.get(imei);
    return tracker !== undefined && !this.trackers.has(tracker.id) ? tracker : null;
  }

  /** A tracker's tasks that GPS or the clock may still change. */
  tasksOf(trackerId: number): JudgedTask[] {
    const ids = new Set(this.#on(trackerId).state.taskIds);
    for (const task of this.tasks.values()) ids.add(task.id);
    const tasks: JudgedTask[] = [];
    for (const id of ids) {
      const task = this.heldTask(id);
      if (task !== null && task.tenure.trackerId === trackerId && task.deletedMs === null) tasks.push(task);
    }
    return tasks;
  }

  progressOf(trackerId: number): Progress {
    return this.#on(trackerId).progress;
  }

  /** The same, to be changed. */
  movingOf(trackerId: number): MovingProgress {
    return this.#on(trackerId).progress;
  }

  /** null = not in the index. */
  evidenceOf(trackerId: number, taskId: number): Evidence | null {
    const { evidence, state } = this.#on(trackerId);
    const drafted = evidence?.get(taskId);
    return drafted === undefined ? (state.evidence.get(taskId) ?? null) : drafted;
  }

  setEvidence(trackerId: number, taskId: number, evidence: Evidence | null): void {
    const touched = this.#on(trackerId);
    touched.evidence ??= new Map();
    touched.evidence.set(taskId, evidence);
  }

  /** The tracker's live tasks whose zones hold the point: one search of the tree, and what this draft moves. */
  containing(trackerId: number, latDeg: number, lonDeg: number): readonly number[] {
    const { state, evidence: drafted } = this.#on(trackerId);
    const found = state.zones.containing(latDeg, lonDeg);
    if (drafted === null) return found;
    const ids = found.filter((id) => !drafted.has(id) || this.#isAsIndexed(trackerId, id));
    for (const id of drafted.keys()) {
      if (this.#isAsIndexed(trackerId, id) || this.evidenceOf(trackerId, id) === null) continue;
      if (contains(placeOf(this.heldTask(id)!), latDeg, lonDeg)) ids.push(id);
    }
    return ids;
  }

  /** Whether it is told of this tracker what it is near to. */
  isApproaching(trackerId: number): boolean {
    return this.#on(trackerId).state.near !== undefined;
  }

  /** The tracker's tasks that it is near to at a point, by what is committed. */
  approaching(trackerId: number, latDeg: number, lonDeg: number): readonly number[] {
    return this.#on(trackerId).state.near?.containing(latDeg, lonDeg) ?? [];
  }

  /** Takes new records in; the valid ones wait to be judged. */
  take(trackerId: number, fixes: readonly Fix[]): void {
    const touched = this.#on(trackerId);
    touched.records = withList(touched.records, fixes);
    const evidence = fixes.every(this.#isEvidence) ? fixes : fixes.filter(this.#isEvidence);
    if (evidence.length === 0) return;
    if (touched.unjudged.length === 0) this.#waiting.push(trackerId);
    touched.unjudged = withList(touched.unjudged, evidence);
  }

  readonly #isEvidence = (fix: Fix): boolean => {
    return fix.invalidity === null && (this.#accepts === null || this.#accepts(fix));
  };

  /** Whether this commit already holds the record. */
  holds(trackerId: number, timeMs: number, content: Uint8Array): boolean {
    const { records } = this.#on(trackerId);
    const isSame = ({ position }: Fix) => position.timeMs === timeMs && isEqual(position.content, content);
    return records.some((list) => list.some(isSame));
  }

  /** Trackers with valid fixes taken in since the last call, in the order of the first of them. */
  takeWaiting(): readonly number[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** The tracker's fixes that wait to be judged, in device-time order; from now on part of `track`. */
  takeUnjudged(trackerId: number): readonly Fix[] {
    const touched = this.#on(trackerId);
    // What came as one list is in order already.
    const [first = NO_FIXES, ...others] = touched.unjudged;
    const fixes = others.length === 0 ? first : touched.unjudged.flat().sort(byTime);
    touched.unjudged = NO_LISTS;
    touched.judged = touched.judged.length === 0 ? fixes : [...touched.judged, ...fixes];
    return fixes;
  }

  /** The track around [fromMs, toMs] with its neighbours, this commit's fixes included. */
  track(trackerId: number, fromMs: number, toMs: number): Fix[] {
    const stored = this.ports.track.evidence(trackerId, fromMs, toMs, this.#accepts);
    const own = this.touched.get(trackerId)?.judged ?? NO_FIXES;
    return own.length === 0 ? stored : withNeighbours([...stored, ...own].sort(byTime), fromMs, toMs);
  }

  /** The newest accepted fix, this commit's included. */
  lastFix(trackerId: number): Fix | null {
    const stored = this.ports.track.lastValidFix(trackerId, this.#accepts);
    const own = this.touched.get(trackerId)?.judged.toSorted(byTime).at(-1);
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
    return (
      this.trackers.size === 0 &&
      this.routes.size === 0 &&
      this.#toWrite.size === 0 &&
      this.events.length === 0 &&
      this.deviceCommands.size === 0 &&
      this.instructions.length === 0 &&
      this.erasedForms.size === 0
    );
  }

  rows(): RowChanges {
    const written = [...this.#toWrite].map((id) => this.tasks.get(id)!);
    return {
      trackers: [...this.trackers.values()],
      routes: [...this.routes.values()],
      createdTasks: [...this.created.values()],
      editedTasks: [...this.edited.values()],
      judgedTasks: written.filter((task) => !this.#isOnlyFound(task)),
      foundTasks: written.filter((task) => this.#isOnlyFound(task)),
      deviceCommands: [...this.deviceCommands.values()],
      ...(this.instructions.length > 0 && { instructions: this.instructions }),
      ...(this.swaps.length > 0 && { swaps: this.swaps }),
      ...(this.erasedForms.size > 0 && { erasedForms: [...this.erasedForms] }),
    };
  }

  /** Whether nothing but the facts has changed. */
  #isOnlyFound(task: JudgedTask): boolean {
    const before = this.world.tasks.get(task.id);
    return (
      before !== undefined &&
      before.tenure === task.tenure &&
      before.attempt === task.attempt &&
      before.deletedMs === task.deletedMs &&
      before.checkpoint === task.checkpoint
    );
  }

  /** Whether the installed tree speaks for this task: in it, still in it, and in the same place. */
  #isAsIndexed(trackerId: number, taskId: number): boolean {
    if (!this.#on(trackerId).state.evidence.has(taskId) || this.evidenceOf(trackerId, taskId) === null) return false;
    return this.world.tasks.get(taskId)?.terms.zone === this.heldTask(taskId)?.terms.zone;
  }

  /** Of a tracker that is not in memory, or beyond the horizon. */
  #storedTask(taskId: number): JudgedTask | null {
    const stored = this.ports.task(taskId);
    if (stored === null) return null;
    const { uuid: _, text: __, ...task } = stored;
    return task;
  }

  #on(trackerId: number): TrackerDraft {
    if (this.#last?.trackerId === trackerId) return this.#last;
    let touched = this.touched.get(trackerId);
    if (touched === undefined) {
      touched = new TrackerDraft(trackerId, trackerState(this.world, this.ports, trackerId));
      this.touched.set(trackerId, touched);
    }
    this.#last = touched;
    return touched;
  }
}

/** Nearly every list stays at one fix, which takes a fourth of the memory that an empty list grows to. */
function withList(lists: readonly (readonly Fix[])[], list: readonly Fix[]): readonly (readonly Fix[])[] {
  if (lists.length === 0) return [list];
  (lists as (readonly Fix[])[]).push(list);
  return lists;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function byTime(a: Fix, b: Fix): number {
  return a.position.timeMs - b.position.timeMs;
}
