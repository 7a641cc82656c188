/**
 * Near and away: told of GSMtasks' and TheTrack's tasks as fixes come in order. What is missed meanwhile is not told
 * afterwards, so it stands outside of what follows from fixes whatever their order (engine rules, section 6).
 */
import type { Fix } from '../model/fix.ts';
import { isOpen, type JudgedTask } from '../model/task.ts';
import { approachOf } from './approach.ts';
import type { Draft } from './draft.ts';
import type { World } from './world.ts';

const NOBODY: readonly number[] = Object.freeze([]);

/** `fixes`: in device-time order, newer than all before. */
export function approach(draft: Draft, trackerId: number, fixes: readonly Fix[]): void {
  for (let i = 0; i < fixes.length; ) {
    let end = i + 1;
    while (end < fixes.length && fixes[end]!.position.timeMs === fixes[i]!.position.timeMs) end++;
    const instant = fixes.slice(i, end);
    const ids = new Set(
      instant.flatMap(({ position }) => draft.approaching(trackerId, position.latDeg, position.lonDeg)),
    );
    const beforeIds = draft.progressOf(trackerId).nearIds ?? NOBODY;
    for (const id of beforeIds) if (!ids.has(id)) see(draft, trackerId, id, false, instant[0]!);
    for (const id of ids) see(draft, trackerId, id, true, instant[0]!);
    i = end;
  }
}

function see(draft: Draft, trackerId: number, taskId: number, isNear: boolean, { position }: Fix): void {
  const task = draft.heldTask(taskId);
  // The index says what was committed: a task may have been finished, given away or moved since.
  const isSeen = task !== null && task.tenure.trackerId === trackerId && approachOf(task) !== null;
  noteNear(draft, trackerId, taskId, isSeen && isNear);
  if (!isSeen || (task.isNear ?? false) === isNear) return;
  draft.setTask({ ...task, isNear }, true);
  const { timeMs, latDeg, lonDeg } = position;
  draft.events.push({
    taskId,
    eventMs: timeMs,
    recordedMs: draft.nowMs,
    body: { kind: 'presence', isNear, witness: { timeMs, latDeg, lonDeg } },
  });
}

/**
 * The task with what is in memory of where its tracker is. Navixy's tasks do not say that before it counts; nothing is
 * read for it.
 */
export function withSight<T extends JudgedTask>(world: Pick<World, 'states'>, task: T): T {
  const { dialect, tenure, facts } = task;
  if (dialect !== 'navixy' || tenure.trackerId === null || !isOpen(facts.state)) return task;
  const evidence = world.states.get(tenure.trackerId)?.evidence.get(task.id);
  return evidence === undefined || evidence.run === null ? task : { ...task, isNear: true };
}

/** Keeps the list of tasks that the tracker is near to. */
export function noteNear(draft: Draft, trackerId: number, taskId: number, isNear: boolean): void {
  const { nearIds = NOBODY } = draft.progressOf(trackerId);
  if (nearIds.includes(taskId) === isNear) return;
  draft.movingOf(trackerId).nearIds = isNear ? [...nearIds, taskId] : nearIds.filter((id) => id !== taskId);
}
