/** What TheTrack's answers show of tasks and drivers, asked for together: a page is as many questions as one task. */
import type { FastifyRequest } from 'fastify';
import type { Task } from '../../model/task.ts';
import type { Driver } from '../../operations/drivers.ts';
import { baseUrl } from '../rest/base-url.ts';
import { instantText, pointWire } from '../rest/wire.ts';
import type { ThetrackDesk } from './desk.ts';
import { shortTaskWire, type TaskView, taskWire } from './task-read.ts';

/** Points of a task's track: alone, and in a list. */
const TRACK_POINTS_MAX = 1000;
const LISTED_TRACK_POINTS_MAX = 200;
/** Longer lists are without tracks and distances: reading them would take too long. */
const TRACKED_TASKS_MAX = 50;

export async function taskWires(
  request: FastifyRequest,
  desk: ThetrackDesk,
  tasks: readonly Task[],
): Promise<readonly object[]> {
  const pointsMax = tasks.length > TRACKED_TASKS_MAX ? 0 : LISTED_TRACK_POINTS_MAX;
  return wiresOf(request, desk, tasks, pointsMax);
}

export async function wholeTaskWire(request: FastifyRequest, desk: ThetrackDesk, task: Task): Promise<object> {
  const [wire] = await wiresOf(request, desk, [task], TRACK_POINTS_MAX);
  return wire!;
}

async function wiresOf(
  request: FastifyRequest,
  desk: ThetrackDesk,
  tasks: readonly Task[],
  pointsMax: number,
): Promise<readonly object[]> {
  const journeys = await desk.operations.journeysOf(tasks, pointsMax);
  const view = viewOf(request, desk);
  return tasks.map((task, i) => taskWire(task, journeys[i]!, view));
}

export async function driverWires(
  request: FastifyRequest,
  desk: ThetrackDesk,
  drivers: readonly Driver[],
): Promise<readonly object[]> {
  const trackers = drivers.map(({ tracker }) => tracker);
  const [fixes, queues] = await Promise.all([
    desk.operations.lastFixes(trackers.map(({ id }) => id)),
    desk.operations.queuesOf(trackers),
  ]);
  const view = viewOf(request, desk);
  return drivers.map(({ tracker, profile, lookupId }) => {
    const spot = fixes.get(tracker.id)?.position;
    const queue = queues.get(tracker.id) ?? [];
    return {
      id: tracker.uuid,
      name: tracker.label,
      phone: profile.phone,
      photo: profile.photo,
      vehicle_type: profile.vehicleType,
      // While it is unknown a point without coordinates, and not null.
      location: spot === undefined ? { type: 'Point', coordinates: [] } : pointWire(spot),
      lookup_id: lookupId ?? '',
      active_tasks: queue.map((task) => shortTaskWire(task, view)),
      created: instantText(tracker.createdMs),
    };
  });
}

function viewOf(request: FastifyRequest, { operations, publicUrl }: ThetrackDesk): TaskView {
  const base = baseUrl(request, publicUrl);
  return {
    driverUuid: (trackerId) => operations.readTracker(trackerId)?.uuid ?? null,
    trackingUrl: (taskId) => `${base}/t/${operations.trackingCode(taskId)}`,
    place: (uuid) => operations.readPlace(uuid)?.body ?? null,
  };
}
