/**
 * A tracker's part of the world, read back from disk at the first need after a start: its tasks, and what its track says
 * of them. It is the same fold over the same fixes that led to the stored facts, so nothing has to be told again. Until
 * then the tracker takes no memory and the start no time; the clock finds what falls due by the order of deadlines.
 */
import { ZoneIndex } from '../geo/zone-index.ts';
import type { Fix } from '../model/fix.ts';
import { type Deadline, deadlineMs, isOpen, type JudgedTask, placeOf } from '../model/task.ts';
import { approachOf } from './approach.ts';
import type { Evidence } from './evidence.ts';
import { startsUntilMs } from './queue.ts';
import {
  type Accepts,
  acceptance,
  derive,
  READ_BACK_MS,
  sinceOutside,
  stretch,
  type TrackReader,
  withNeighbours,
} from './track.ts';
import { type EngineSettings, rulesOf } from './verdict.ts';
import { isDue, NO_PROGRESS, type Progress, type TrackerState, type World, waitsUntilMs } from './world.ts';

/** What a tracker's part of the world is read back from. */
export interface Disk {
  readonly track: TrackReader;
  /** A tracker's tasks that are open, or closed and asked for since: D, creation, assignment or restart, the last of these. */
  readonly tasksOf: (trackerId: number, askedFromMs: number) => readonly JudgedTask[];
  /** Tasks waiting for their D, in order, from after one of them up to an instant; at most `limit`. */
  readonly deadlines: (
    after: Pick<Deadline, 'deadlineMs' | 'taskId'>,
    untilMs: number,
    limit: number,
  ) => readonly Deadline[];
}

/** Deadlines looked at in one turn: each may be the first that is asked of its tracker. */
const DEADLINES_PER_TURN_MAX = 64;

export function trackerState(world: World, disk: Disk, trackerId: number): TrackerState {
  return world.states.get(trackerId) ?? recollect(world, disk, trackerId);
}

/** Has the clock look at the tasks whose D has passed, in memory or not. Returns whether more are waiting. */
export function raiseDeadlines(world: World, disk: Disk, nowMs: number): boolean {
  const deadlines = disk.deadlines(world.passed, nowMs, DEADLINES_PER_TURN_MAX);
  for (const deadline of deadlines) {
    const { taskId, trackerId, deadlineMs: atMs } = deadline;
    trackerState(world, disk, trackerId);
    world.reviews.push({ atMs, taskId });
    world.passed = deadline;
  }
  if (deadlines.length === DEADLINES_PER_TURN_MAX) return true;
  world.passed = { deadlineMs: nowMs, taskId: Number.POSITIVE_INFINITY };
  return false;
}

function recollect(world: World, disk: Disk, trackerId: number): TrackerState {
  const { settings } = world;
  const tasks = disk.tasksOf(trackerId, world.clockMs - settings.lateDataHorizonMs);
  const live = tasks.filter((task) => isDue(task, world.clockMs, settings));
  const tail = new Tail(disk.track, trackerId, acceptance(settings.hygiene));
  const evidence = new Map(live.map((task) => [task.id, evidenceOf(settings, task, tail)]));
  const zones = new ZoneIndex();
  for (const task of live) zones.set(task.id, placeOf(task));
  const near = approaches(tasks);
  const progress = {
    ...progressOf(settings, tasks, live, evidence),
    ...(near !== null && { nearIds: nearIdsOf(tasks) }),
    ...disk.track.newest(trackerId),
    newestValidMs: tail.newestMs,
  };
  const state = { progress, zones, evidence, taskIds: tasks.map(({ id }) => id), ...(near !== null && { near }) };
  world.holdState(trackerId, state, tasks);
  return state;
}

/** null = none of the tasks has one. */
function approaches(tasks: readonly JudgedTask[]): ZoneIndex | null {
  let near: ZoneIndex | null = null;
  for (const task of tasks) {
    const circle = approachOf(task);
    if (circle === null) continue;
    near ??= new ZoneIndex();
    near.set(task.id, circle);
  }
  return near;
}

function nearIdsOf(tasks: readonly JudgedTask[]): number[] {
  return tasks.filter((task) => task.isNear === true && approachOf(task) !== null).map(({ id }) => id);
}

/** The newest part of a track; grows backwards as more of it is asked for. */
class Tail {
  readonly newestMs: number;
  readonly #read: (fromMs: number) => readonly Fix[];
  #fixes: readonly Fix[];
  #fromMs: number;

  constructor(track: TrackReader, trackerId: number, accepts: Accepts) {
    this.#read = (fromMs) => track.evidence(trackerId, fromMs, Number.POSITIVE_INFINITY, accepts);
    // Nothing, and what is nearest before it: the newest instant.
    this.#fixes = this.#read(Number.POSITIVE_INFINITY);
    this.newestMs = this.#fixes[0]?.position.timeMs ?? NO_PROGRESS.newestValidMs;
    this.#fromMs = this.newestMs + 1;
  }

  /** Accepted fixes from an instant on, and the nearest instant before. */
  since(fromMs: number): readonly Fix[] {
    if (fromMs < this.#fromMs) {
      this.#fixes = this.#read(fromMs);
      this.#fromMs = fromMs;
    }
    return withNeighbours(this.#fixes, fromMs, Number.POSITIVE_INFINITY);
  }
}

/**
 * What the track proves about a live task. The stored facts speak for all that is stored: nothing counts before the
 * arrival, and where there is none, nothing but the visit that is still open. So a day's track is not read again for
 * every task that nobody has come to yet.
 */
function evidenceOf(settings: EngineSettings, task: JudgedTask, tail: Tail): Evidence {
  const { hygiene } = settings;
  const zone = placeOf(task);
  const rules = rulesOf(task, settings);
  const foldFrom = (startMs: number) => {
    const fixes = stretch((fromMs) => tail.since(fromMs), zone, { ...rules, startMs }, hygiene);
    return derive(fixes, zone, rules, hygiene);
  };
  if (task.facts.arrivalMs !== null) return foldFrom(task.facts.arrivalMs);
  // First the newest instant alone: most vehicles are elsewhere.
  for (let backMs = -1; tail.newestMs - backMs > rules.startMs; backMs = Math.max(2 * backMs, READ_BACK_MS)) {
    const fixes = sinceOutside(tail.since(tail.newestMs - backMs), zone, hygiene);
    if (fixes !== null) return derive(fixes, zone, rules, hygiene);
  }
  return foldFrom(rules.startMs);
}

function progressOf(
  settings: EngineSettings,
  tasks: readonly JudgedTask[],
  live: readonly JudgedTask[],
  evidence: ReadonlyMap<number, Evidence>,
): Pick<Progress, 'closedUntilMs' | 'nextDeadlineMs' | 'nextDueMs' | 'insideIds' | 'startsUntilMs'> {
  const closed = tasks.filter(({ facts }) => facts.isSettled && facts.closer !== 'gps');
  const open = live.filter((task) => isOpen(task.facts.state));
  const untilMs = startsUntilMs(tasks);
  return {
    closedUntilMs: closed.reduce(
      (latest, task) => Math.max(latest, rulesOf(task, settings).deadlineMs),
      NO_PROGRESS.closedUntilMs,
    ),
    nextDeadlineMs: open.reduce((first, task) => Math.min(first, deadlineMs(task.terms)), NO_PROGRESS.nextDeadlineMs),
    nextDueMs: tasks.reduce(
      (first, task) => Math.min(first, waitsUntilMs(task, evidence, settings)),
      NO_PROGRESS.nextDueMs,
    ),
    insideIds: live.filter((task) => evidence.get(task.id)?.run !== null).map((task) => task.id),
    ...(untilMs !== null && { startsUntilMs: untilMs }),
  };
}
