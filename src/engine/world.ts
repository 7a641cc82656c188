/**
 * What the engine holds in memory: registered trackers and, of each tracker that something has been asked of since the
 * start, the tasks that GPS or the clock may still change and the point its track has reached (`recollect.ts` reads it
 * from disk). It says what the disk says: only `install` changes it, after a commit.
 */
import TinyQueue from 'tinyqueue';
import { ZoneIndex } from '../geo/zone-index.ts';
import type { DeviceCommand } from '../model/device-command.ts';
import { POLICIES } from '../model/policy.ts';
import { type Deadline, deadlineMs, isEndOpen, isOpen, isPrepared, type JudgedTask, placeOf } from '../model/task.ts';
import type { Tracker } from '../model/tracker.ts';
import { approachOf } from './approach.ts';
import type { Evidence } from './evidence.ts';
import { OpenCommands } from './open-commands.ts';
import { type EngineSettings, rulesOf } from './verdict.ts';

/** Tasks enter the index this long before their window (section 7). */
const INDEX_AHEAD_MS = 60 * 60_000;

/** How far a tracker's track has come. Replaced as a whole, never changed in place. */
export interface Progress {
  /** Newest device time of a stored record that was not ahead of its receipt. */
  readonly newestMs: number;
  /** Device times of stored records that were: a later record with such a time may be the same one. */
  readonly aheadMs: readonly number[];
  /** By how many minutes the clocks of stored records are read as being ahead of UTC, each once. */
  readonly clocks: readonly number[];
  /** Newest valid instant. */
  readonly newestValidMs: number;
  /** Latest D among tasks closed by the clock: until the track has passed it, no fix is merely in order (section 7). */
  readonly closedUntilMs: number;
  /** No live open task has an earlier D. */
  readonly nextDeadlineMs: number;
  /** No other open task is due earlier: until then fixes concern the live tasks alone. */
  readonly nextDueMs: number;
  /** Live tasks with an open run. */
  readonly insideIds: readonly number[];
  /** No fix from here on moves the beginning of a task at the head of the queue; absent = there has been no queue. */
  readonly startsUntilMs?: number;
  /** Tasks that the tracker was last seen near to; absent = there has been none. */
  readonly nearIds?: readonly number[];
}

export const NO_PROGRESS: Progress = Object.freeze({
  newestMs: Number.NEGATIVE_INFINITY,
  aheadMs: [],
  clocks: [],
  newestValidMs: Number.NEGATIVE_INFINITY,
  closedUntilMs: Number.NEGATIVE_INFINITY,
  nextDeadlineMs: Number.POSITIVE_INFINITY,
  nextDueMs: Number.POSITIVE_INFINITY,
  insideIds: [],
});

/** One tracker's part of the world. Exists once something has asked for it; what it says was read from disk. */
export interface TrackerState {
  progress: Progress;
  /** Zones of the live tasks. */
  readonly zones: ZoneIndex;
  /** Evidence of the live tasks; live = in the index. */
  readonly evidence: Map<number, Evidence>;
  /** All its tasks that GPS or the clock may still change. */
  taskIds: readonly number[];
  /** The circles in which it is near to its tasks; absent = none of them has one. */
  near?: ZoneIndex;
}

export interface Review {
  readonly atMs: number;
  readonly taskId: number;
}

/** What a commit made true of one tracker. */
export interface TrackerChanges {
  readonly state: TrackerState;
  readonly progress: Progress;
  /** By task; null = the task leaves the tracker's index. No map = nothing changed. */
  readonly evidence: ReadonlyMap<number, Evidence | null> | null;
}

/** What a commit made true; a draft is one. */
export interface Changes {
  readonly nowMs: number;
  readonly graceFloorMs: number;
  readonly nextTaskId: number;
  readonly nextTrackerId: number;
  readonly nextDeviceCommandId: number;
  readonly trackers: ReadonlyMap<number, Tracker>;
  readonly tasks: ReadonlyMap<number, JudgedTask>;
  readonly touched: ReadonlyMap<number, TrackerChanges>;
  readonly deviceCommands: ReadonlyMap<number, DeviceCommand>;
  /** Reviews taken from the queue: set anew by the commit, given back if it fails. */
  readonly reviews: readonly Review[];
}

export class World {
  readonly settings: EngineSettings;
  readonly trackers = new Map<number, Tracker>();
  readonly trackersByImei = new Map<string, Tracker>();
  /** Deleted ones, for what they sent. */
  readonly formerTrackers = new Map<number, Tracker>();
  /** The tasks of the trackers in `states`. */
  readonly tasks = new Map<number, JudgedTask>();
  readonly states = new Map<number, TrackerState>();
  readonly commands = new OpenCommands();
  /** When the clock has to look at a task again. Deadlines that are still to come are not among them: see `passed`. */
  readonly reviews = new TinyQueue<Review>([], (a, b) => a.atMs - b.atMs);
  /** How far the clock has gone through the deadlines on disk. */
  passed: Pick<Deadline, 'deadlineMs' | 'taskId'> = { deadlineMs: Number.NEGATIVE_INFINITY, taskId: 0 };
  nextTaskId = 1;
  nextTrackerId = 1;
  nextDeviceCommandId = 1;
  /** Never runs backwards, not even over a restart. */
  clockMs = Number.NEGATIVE_INFINITY;
  /** Start of the gateway, end of an outage or jump of the clock: no grace ends earlier than this + grace. */
  graceFloorMs = Number.NEGATIVE_INFINITY;

  constructor(settings: EngineSettings) {
    this.settings = settings;
  }

  holdTracker(tracker: Tracker): void {
    const before = this.trackers.get(tracker.id);
    if (before?.imei) this.trackersByImei.delete(before.imei);
    if (tracker.deletedMs !== undefined) {
      this.trackers.delete(tracker.id);
      this.formerTrackers.set(tracker.id, tracker);
      return;
    }
    if (tracker.imei) this.trackersByImei.set(tracker.imei, tracker);
    this.trackers.set(tracker.id, tracker);
  }

  /** Takes in what was read back of a tracker. What the clock has missed since its last look, it finds in the queue. */
  holdState(trackerId: number, state: TrackerState, tasks: readonly JudgedTask[]): void {
    this.states.set(trackerId, state);
    for (const task of tasks) {
      this.tasks.set(task.id, task);
      this.#scheduleReview(task, Number.NEGATIVE_INFINITY);
    }
  }

  /** Lets go of what was read back of a tracker: on disk it is, or is going to be, another. It is read at the next need. */
  releaseState(trackerId: number): void {
    for (const taskId of this.states.get(trackerId)?.taskIds ?? []) this.tasks.delete(taskId);
    this.states.delete(trackerId);
  }

  /** Gives back what was taken for changes that were not committed. */
  discard({ reviews }: Pick<Changes, 'reviews'>): void {
    for (const review of reviews) this.reviews.push(review);
  }

  /** Makes what is committed the truth. Cannot fail. */
  install(changes: Changes): void {
    this.clockMs = changes.nowMs;
    this.graceFloorMs = changes.graceFloorMs;
    this.nextTaskId = changes.nextTaskId;
    this.nextTrackerId = changes.nextTrackerId;
    this.nextDeviceCommandId = changes.nextDeviceCommandId;
    for (const tracker of changes.trackers.values()) this.holdTracker(tracker);
    for (const { state, progress, evidence: drafted } of changes.touched.values()) {
      state.progress = progress;
      if (drafted === null) continue;
      for (const [taskId, evidence] of drafted) this.#installEvidence(changes, state, taskId, evidence);
    }
    for (const task of changes.tasks.values()) this.#installTask(task);
    for (const command of changes.deviceCommands.values()) this.commands.hold(command);
    for (const { taskId } of changes.reviews) this.#reschedule(taskId);
  }

  #installEvidence(changes: Changes, state: TrackerState, taskId: number, evidence: Evidence | null): void {
    if (evidence === null) {
      state.evidence.delete(taskId);
      state.zones.delete(taskId);
      return;
    }
    const isNew = !state.evidence.has(taskId);
    const zone = placeOf((changes.tasks.get(taskId) ?? this.tasks.get(taskId))!);
    if (isNew || this.tasks.get(taskId)?.terms.zone !== zone) state.zones.set(taskId, zone);
    state.evidence.set(taskId, evidence);
  }

  #installTask(task: JudgedTask): void {
    if (isHeld(task, this.clockMs, this.settings)) this.#holdTask(task);
    else this.#dropTask(task);
  }

  /** Takes a task in, or its next version, if its tracker is in memory; else the disk has it. */
  #holdTask(task: JudgedTask): void {
    const before = this.tasks.get(task.id);
    const formerId = before?.tenure.trackerId ?? null;
    const { trackerId } = task.tenure;
    if (formerId !== null && formerId !== trackerId) this.#forget(formerId, task.id);
    const state = trackerId === null ? undefined : this.states.get(trackerId);
    if (state === undefined) this.tasks.delete(task.id);
    else {
      this.tasks.set(task.id, task);
      keepApproach(state, before, task);
      if (before?.tenure.trackerId !== trackerId) state.taskIds = [...state.taskIds, task.id];
      const nextDueMs = Math.min(state.progress.nextDueMs, waitsUntilMs(task, state.evidence, this.settings));
      state.progress = { ...state.progress, nextDueMs };
    }
    if (before === undefined || isRescheduled(before, task)) this.#scheduleReview(task);
  }

  #forget(trackerId: number, taskId: number): void {
    const state = this.states.get(trackerId);
    if (state === undefined) return;
    state.taskIds = state.taskIds.filter((id) => id !== taskId);
    state.near?.delete(taskId);
  }

  #dropTask(task: JudgedTask): void {
    this.tasks.delete(task.id);
    if (task.tenure.trackerId === null) return;
    const state = this.states.get(task.tenure.trackerId);
    if (state === undefined) return;
    this.#forget(task.tenure.trackerId, task.id);
    state.zones.delete(task.id);
    state.evidence.delete(task.id);
    const insideIds = state.progress.insideIds.filter((id) => id !== task.id);
    state.progress = { ...state.progress, insideIds };
  }

  #reschedule(taskId: number): void {
    const task = this.tasks.get(taskId);
    if (task === undefined) return;
    if (isHeld(task, this.clockMs, this.settings)) this.#scheduleReview(task);
    else this.#dropTask(task);
  }

  /** Puts the task's next review after `sinceMs` in the queue. One too many does no harm. */
  #scheduleReview(task: JudgedTask, sinceMs = this.clockMs): void {
    const atMs = reviewMs(this, task, sinceMs);
    if (atMs !== null) this.reviews.push({ atMs, taskId: task.id });
  }
}

/** Keeps the circle around its place in the tracker's index for as long as somebody may be told who is near. */
function keepApproach(state: TrackerState, before: JudgedTask | undefined, task: JudgedTask): void {
  const circle = approachOf(task);
  if (circle === null) state.near?.delete(task.id);
  else if (before?.terms.zone !== task.terms.zone || !state.near?.has(task.id)) {
    state.near ??= new ZoneIndex();
    state.near.set(task.id, circle);
  }
}

/** Whether a new version of a task is to be looked at by the clock at another time than the old one. */
function isRescheduled(before: JudgedTask, after: JudgedTask): boolean {
  return (
    before.tenure !== after.tenure ||
    before.terms !== after.terms ||
    before.facts.startMs !== after.facts.startMs ||
    isOpen(before.facts.state) !== isOpen(after.facts.state)
  );
}

/** Whether a task is the engine's business at all: not deleted, and not closed for longer than the horizon. */
function isHeld(task: JudgedTask, nowMs: number, settings: EngineSettings): boolean {
  if (task.deletedMs !== null) return false;
  return isOpen(task.facts.state) || nowMs <= horizonMs(task, settings);
}

/** Until when late evidence may change a closed task. */
export function horizonMs(task: JudgedTask, settings: EngineSettings): number {
  return askedMs(task) + settings.lateDataHorizonMs;
}

/**
 * From when on the answer is asked for: D, or the creation, assignment or restart where that comes later. Without an end
 * of the window it is the finish.
 */
function askedMs(task: JudgedTask): number {
  const endMs = isEndOpen(task.terms) && !isOpen(task.facts.state) ? task.facts.statusMs : deadlineMs(task.terms);
  return Math.max(endMs, task.createdMs, task.tenure.givenMs, task.attempt.restartedMs ?? 0);
}

/** Whether fixes are to be held against a task by now: given to a tracker, its window near, its facts unsettled. */
export function isDue(task: JudgedTask, nowMs: number, settings: EngineSettings): boolean {
  return !task.facts.isSettled && hasBegun(task, nowMs, settings);
}

/** Whether fixes may concern a task by now, or have done so. */
export function hasBegun(task: JudgedTask, nowMs: number, settings: EngineSettings): boolean {
  return task.tenure.trackerId !== null && isJudgeable(task) && nowMs >= dueMs(task, settings);
}

/** When an open task that is not live is to enter the index; never, if it is none. */
export function waitsUntilMs(
  task: JudgedTask,
  live: Pick<TrackerState['evidence'], 'has'>,
  settings: EngineSettings,
): number {
  const isWaiting = isJudgeable(task) && isOpen(task.facts.state) && !task.facts.isSettled && !live.has(task.id);
  return isWaiting ? dueMs(task, settings) : Number.POSITIVE_INFINITY;
}

/** Whether anything can be proven about it: it has a place, is not being prepared, and does not wait for its turn. */
export function isJudgeable({ dialect, terms, facts }: JudgedTask): boolean {
  if (terms.zone === null || isPrepared(facts.state)) return false;
  return facts.startMs !== undefined || !POLICIES[dialect].startsAtHead;
}

function dueMs(task: JudgedTask, settings: EngineSettings): number {
  return rulesOf(task, settings).startMs - INDEX_AHEAD_MS;
}

/** max(D, creation, assignment, start, outage, jump) + grace: when the clock closes what devices left open (section 4). */
export function closeMs(world: Pick<World, 'settings' | 'graceFloorMs'>, task: JudgedTask): number {
  return Math.max(askedMs(task), world.graceFloorMs) + world.settings.graceMs;
}

/** When the clock must look at a task that it has not looked at since; null = not before something else happens to it. */
function reviewMs(world: World, task: JudgedTask, sinceMs: number): number | null {
  const { settings, states, passed } = world;
  if (task.tenure.trackerId === null) return null;
  if (!isOpen(task.facts.state)) return horizonMs(task, settings) + 1;
  if (task.facts.isSettled) return null;
  const state = states.get(task.tenure.trackerId);
  const isAhead = deadlineMs(task.terms) > passed.deadlineMs;
  // What is not in memory is found on disk when its deadline comes.
  if (state === undefined && isAhead) return null;
  if (!isJudgeable(task)) return null;
  const isLive = state?.evidence.has(task.id) ?? false;
  if (!isLive && sinceMs < dueMs(task, settings)) return dueMs(task, settings);
  if (isAhead) return null;
  return sinceMs < deadlineMs(task.terms) ? deadlineMs(task.terms) : closeMs(world, task);
}
