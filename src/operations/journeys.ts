/** Wishes about where trackers are and when they arrive: answered on the search thread, a page of tasks at a time. */
import type { Intake } from '../intake/intake.ts';
import type { Task } from '../model/task.ts';
import type { RecentTrack, Store } from '../store/store.ts';
import { finishMsOf, type Journey, type JourneyInquiry, NO_JOURNEY } from './journey.ts';
import { type Stop, stopOf } from './queue-eta.ts';
import type { QueueOperations } from './queues.ts';
import type { Searches } from './searches.ts';

export type { Sighting } from './eta.ts';
export type { Journey } from './journey.ts';

export interface JourneyOperations {
  /** One for each task, in their order. `pointsMax`: of a line; 0 = no lines and no distances. */
  journeysOf(tasks: readonly Task[], pointsMax: number): Promise<readonly Journey[]>;
}

export function journeyOperations(deps: {
  readonly store: Pick<Store, 'recent'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'tracker'>;
  readonly queues: Pick<QueueOperations, 'queuesOf'>;
  readonly now: () => number;
}): JourneyOperations {
  const { store, searches, intake, queues, now } = deps;

  return {
    async journeysOf(tasks, pointsMax) {
      const given = tasks.filter(hasTracker);
      if (given.length === 0) return tasks.map(() => NO_JOURNEY);
      const busy = trackersOf(given.filter((task) => finishMsOf(task) === null));
      const ahead = await queues.queuesOf(busy.map((id) => intake.tracker(id)).filter((tracker) => tracker !== null));
      const inquiries = given.map((task) => inquiryOf(task, ahead.get(task.tenure.trackerId) ?? []));
      const recents: readonly RecentTrack[] = trackersOf(given).map((id) => store.recent(id));
      const options = { nowMs: now(), pointsMax };
      const found = await searches.ask<'journeys'>({ kind: 'journeys', inquiries, recents, options });
      const byTask = new Map(given.map((task, i) => [task.id, found[i] ?? NO_JOURNEY]));
      return tasks.map(({ id }) => byTask.get(id) ?? NO_JOURNEY);
    },
  };
}

type GivenTask = Task & { readonly tenure: { readonly trackerId: number } };

function hasTracker(task: Task): task is GivenTask {
  return task.tenure.trackerId !== null;
}

/** Each once. */
function trackersOf(tasks: readonly GivenTask[]): readonly number[] {
  return [...new Set(tasks.map(({ tenure }) => tenure.trackerId))];
}

function inquiryOf(task: GivenTask, queue: readonly Task[]): JourneyInquiry {
  const { trackerId } = task.tenure;
  const finishMs = finishMsOf(task);
  const startMs = task.facts.startMs ?? null;
  return { trackerId, startMs, finishMs, stops: finishMs === null ? stopsBefore(task, queue) : [stopOf(task)] };
}

/** Further behind, a forecast would be none. */
const STOPS_MAX = 200;

/** null = it is not in the queue, or too far behind. */
function stopsBefore(task: Task, queue: readonly Task[]): readonly Stop[] | null {
  const place = queue.findIndex(({ id }) => id === task.id);
  return place === -1 || place >= STOPS_MAX ? null : [...queue.slice(0, place).map(stopOf), stopOf(task)];
}
