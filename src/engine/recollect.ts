/**
 * A tracker's part of the world, read back from disk at the first need after a start. It is the same fold over the same
 * fixes that led to the stored facts, so nothing has to be told again.
 */
import { ZoneIndex } from '../geo/zone-index.ts';
import { deadlineMs, isOpen, type JudgedTask } from '../model/task.ts';
import type { Evidence } from './evidence.ts';
import { acceptance, derive, stretch, type TrackReader } from './track.ts';
import { type EngineSettings, rulesOf } from './verdict.ts';
import { isDue, NO_PROGRESS, type Progress, type TrackerState, type World } from './world.ts';

export function trackerState(world: World, track: TrackReader, trackerId: number): TrackerState {
  const known = world.states.get(trackerId);
  if (known !== undefined) return known;
  const state = recollect(world, track, trackerId);
  world.states.set(trackerId, state);
  return state;
}

function recollect(world: World, track: TrackReader, trackerId: number): TrackerState {
  const tasks = [...(world.taskIdsByTracker.get(trackerId) ?? [])].map((id) => world.tasks.get(id)!);
  const live = tasks.filter((task) => isDue(task, world.clockMs, world.settings));
  const evidence = new Map(live.map((task) => [task.id, evidenceOf(world.settings, task, track, trackerId)]));
  const zones = new ZoneIndex();
  for (const task of live) zones.set(task.id, task.terms.zone);
  return {
    progress: progressOf(world.settings, tasks, live, evidence, track, trackerId),
    zones,
    evidence,
  };
}

function evidenceOf(settings: EngineSettings, task: JudgedTask, track: TrackReader, trackerId: number): Evidence {
  const { hygiene } = settings;
  const rules = rulesOf(task, settings);
  const accepts = acceptance(hygiene);
  const read = (fromMs: number, toMs: number) => track.evidence(trackerId, fromMs, toMs, accepts);
  return derive(stretch(read, task.terms.zone, rules, hygiene), task.terms.zone, rules, hygiene);
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
