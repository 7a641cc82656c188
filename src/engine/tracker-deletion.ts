/** Deleting a tracker: nobody answers for its open tasks any more; what it sent, and what was judged by it, stays. */
import type { CommandOutcome } from '../model/command.ts';
import { refuse } from '../model/refusal.ts';
import { isOpen } from '../model/task.ts';
import type { Tracker } from '../model/tracker.ts';
import { cancelDeviceCommand } from './device-commands.ts';
import type { Draft } from './draft.ts';
import { release, tell } from './task-commands.ts';

export function deleteTracker(draft: Draft, trackerId: number): CommandOutcome {
  const tracker = draft.tracker(trackerId);
  if (tracker === null) return refuse('tracker_not_found', `there is no tracker ${trackerId}`, 'tracker_id');
  const routeIds = new Set<number>();
  for (const task of draft.tasksOf(trackerId)) {
    if (!isOpen(task.facts.state)) continue;
    release(draft, task);
    if (task.checkpoint !== null) routeIds.add(task.checkpoint.routeId);
  }
  for (const routeId of routeIds) releaseRoute(draft, routeId);
  // What was sent already may still be answered; it is given up like any other.
  for (const { id, state } of draft.openCommands(trackerId)) if (state === 'queued') cancelDeviceCommand(draft, id);
  const deleted: Tracker = { ...tracker, imei: null, deletedMs: draft.nowMs };
  draft.trackers.set(trackerId, deleted);
  return { kind: 'tracker', tracker: deleted };
}

/** Its status follows from its checkpoints, as after every change of them. */
function releaseRoute(draft: Draft, routeId: number): void {
  const route = draft.route(routeId);
  if (route === null || route.trackerId === null) return;
  draft.setRoute({ ...route, trackerId: null, sinceMs: draft.nowMs });
  tell(draft, routeId, { kind: 'assign', trackerId: null });
}
