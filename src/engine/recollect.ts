/**
 * A tracker's part of the world, read back from disk at the first need after a start: its tasks, and what its track says
 * of them. It is the same fold over the same fixes that led to the stored facts, so nothing has to be told again. Until
 * then the tracker takes no memory and the start no time; the clock finds what falls due by the order of deadlines.
 */
import { ZoneIndex } from '../geo/zone-index.ts';
import { type Deadline, deadlineMs, isOpen, type JudgedTask } from '../model/task.ts';
import type { Evidence } from './evidence.ts';
import { acceptance, derive, readTogether, stretch, type TrackReader } from './track.ts';
import { type EngineSettings, rulesOf } from './verdict.ts';
import { isDue, NO_PROGRESS, type Progress, type TrackerState, type World } from './world.ts';

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

/** Reads back the trackers of tasks whose D has passed: nobody else may remind the clock. Returns whether more are waiting. */
export function recollectPassed(world: World, disk: Disk, nowMs: number): boolean {
  const deadlines = disk.deadlines(world.passedDeadline, nowMs, DEADLINES_PER_TURN_MAX);
  for (const deadline of deadlines) {
    trackerState(world, disk, deadline.trackerId);
    world.passedDeadline = deadline;
  }
  if (deadlines.length === DEADLINES_PER_TURN_MAX) return true;
  world.passedDeadline = { deadlineMs: nowMs, taskId: Number.POSITIVE_INFINITY };
  return false;
}

function recollect(world: World, disk: Disk, trackerId: number): TrackerState {
  const { settings } = world;
  const tasks = disk.tasksOf(trackerId, world.clockMs - settings.lateDataHorizonMs);
  const live = tasks.filter((task) => isDue(task, world.clockMs, settings));
  const evidence = evidenceOf(settings, live, disk.track, trackerId);
  const zones = new ZoneIndex();
  for (const task of live) zones.set(task.id, task.terms.zone);
  const progress = progressOf(settings, tasks, live, evidence, disk.track, trackerId);
  const state = { progress, zones, evidence, taskIds: new Set(tasks.map(({ id }) => id)) };
  world.holdState(trackerId, state, tasks);
  return state;
}

function evidenceOf(
  settings: EngineSettings,
  live: readonly JudgedTask[],
  track: TrackReader,
  trackerId: number,
): Map<number, Evidence> {
  const { hygiene } = settings;
  const accepts = acceptance(hygiene);
  const rules = live.map((task) => rulesOf(task, settings));
  const read = readTogether((fromMs, toMs) => track.evidence(trackerId, fromMs, toMs, accepts), rules);
  return new Map(
    live.map(({ id, terms: { zone } }, i) => {
      return [id, derive(stretch(read, zone, rules[i]!, hygiene), zone, rules[i]!, hygiene)];
    }),
  );
}

function progressOf(
  settings: EngineSettings,
  tasks: readonly JudgedTask[],
  live: readonly JudgedTask[],
  evidence: ReadonlyMap<number, Evidence>,
  track: TrackReader,
  trackerId: number,
): Progress {
  const closed = tasks.filter(({ facts }) => facts.isSettled && facts.closer !== 'gps');
  const open = live.filter((task) => isOpen(task.facts.state));
  return {
    ...track.newest(trackerId),
    newestValidMs:
      track.lastValidFix(trackerId, acceptance(settings.hygiene))?.position.timeMs ?? NO_PROGRESS.newestValidMs,
    closedUntilMs: closed.reduce(
      (latest, task) => Math.max(latest, rulesOf(task, settings).deadlineMs),
      NO_PROGRESS.closedUntilMs,
    ),
    nextDeadlineMs: open.reduce((first, task) => Math.min(first, deadlineMs(task.terms)), NO_PROGRESS.nextDeadlineMs),
    insideIds: live.filter((task) => evidence.get(task.id)?.run !== null).map((task) => task.id),
  };
}
