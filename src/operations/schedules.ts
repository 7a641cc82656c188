/** Wishes about schedules: keep them, find them, and see ahead what they will have made. */
import { randomUUID } from 'node:crypto';
import { untouched } from '../engine/verdict.ts';
import type { Intake } from '../intake/intake.ts';
import type { FormTemplate } from '../model/form.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { TaskSchedule } from '../model/schedule.ts';
import { FIRST_ATTEMPT, type Task } from '../model/task.ts';
import type { Store } from '../store/store.ts';
import { type Occurrence, occurrencesIn, schedulesIn, taskOf, templateOf } from './occurrences.ts';
import type { Pacer } from './slices.ts';
import { zoneOffsets } from './wall-clock.ts';

/** What people say of a schedule. */
export type ScheduleDraft = Omit<TaskSchedule, 'id' | 'uuid' | 'sinceMs'>;

/** All parts are joined by AND; an absent one does not filter. */
export interface ScheduleFilter {
  /** Of these trackers, or of nobody. */
  readonly trackerIds?: readonly number[];
  /** In label or description, in whatever case. */
  readonly text?: string;
  /** All of them. */
  readonly tagIds?: readonly number[];
}

interface ScheduleKept {
  readonly kind: 'schedule';
  readonly schedule: TaskSchedule;
}

export interface ScheduleOperations {
  /**
   * The first day it makes a task for is the next one. null = there are SCHEDULES_MAX. `uuid`: its identity, where a
   * repeated request is to make it only once.
   */
  createSchedule(draft: ScheduleDraft, uuid?: string): ScheduleKept | Refusal | null;
  readSchedule(scheduleId: number): TaskSchedule | null;
  listSchedules(filter: ScheduleFilter): readonly TaskSchedule[];
  /** From the next day on; null = no such schedule. */
  updateSchedule(scheduleId: number, draft: ScheduleDraft): ScheduleKept | Refusal | null;
  /** What it has made stays; false = no such schedule. */
  deleteSchedule(scheduleId: number): boolean;
  /** Tasks of days to come whose window begins in the period, as they will be when they are made; at most PROPOSALS_MAX. */
  proposeTasks(fromMs: number, toMs: number, filter: ScheduleFilter, zoneName: string): AsyncIterable<Task>;
}

/** They are read and looked through whole. */
const SCHEDULES_MAX = 10_000;
const PROPOSALS_MAX = 10_000;

export function scheduleOperations(deps: {
  readonly store: Pick<Store, 'records'>;
  readonly intake: Pick<Intake, 'tracker'>;
  readonly now: () => number;
  readonly pacer: Pacer;
}): ScheduleOperations {
  const { store, intake, now, pacer } = deps;

  function refusedTracker(trackerId: number | null): Refusal | null {
    if (trackerId === null) return null;
    const tracker = intake.tracker(trackerId);
    if (tracker === null) return refuse('tracker_not_found', `there is no tracker ${trackerId}`, 'trackerId');
    return tracker.isBlocked ? refuse('tracker_blocked', `tracker ${trackerId} is blocked`, 'trackerId') : null;
  }

  /** Those of a tracker that is gone are nobody's, as their tasks will be. */
  function standing(): readonly TaskSchedule[] {
    return schedulesIn(store.records).map((schedule) => {
      const isGone = schedule.trackerId !== null && intake.tracker(schedule.trackerId) === null;
      return isGone ? { ...schedule, trackerId: null } : schedule;
    });
  }

  function* proposals(fromMs: number, toMs: number, schedules: readonly TaskSchedule[], zoneName: string) {
    const nowMs = now();
    let count = 0;
    for (const occurrence of occurrencesIn(Math.max(fromMs, nowMs), toMs, schedules, zoneOffsets(zoneName))) {
      // Those of today have been made.
      if (occurrence.bornMs <= nowMs) continue;
      if (count === PROPOSALS_MAX) return;
      count += 1;
      yield unborn(occurrence, templateOf(store.records, occurrence.schedule));
    }
  }

  return {
    createSchedule(draft, uuid = randomUUID()) {
      const known = store.records.list('task_schedule');
      const made = known.find((schedule) => schedule.uuid === uuid);
      if (made !== undefined) return { kind: 'schedule', schedule: made };
      const refusal = refusedTracker(draft.trackerId);
      if (refusal !== null) return refusal;
      if (known.length >= SCHEDULES_MAX) return null;
      const content = { ...draft, uuid, sinceMs: now() };
      return { kind: 'schedule', schedule: store.records.create('task_schedule', content) };
    },
    readSchedule: (scheduleId) => standing().find(({ id }) => id === scheduleId) ?? null,
    listSchedules: (filter) => standing().filter((schedule) => isMatch(schedule, filter)),
    updateSchedule(scheduleId, draft) {
      const before = store.records.read('task_schedule', scheduleId);
      if (before === null) return null;
      const refusal = refusedTracker(draft.trackerId);
      if (refusal !== null) return refusal;
      const schedule = { ...draft, id: before.id, uuid: before.uuid, sinceMs: now() };
      store.records.update('task_schedule', schedule);
      return { kind: 'schedule', schedule };
    },
    deleteSchedule: (scheduleId) => store.records.delete('task_schedule', scheduleId),
    proposeTasks(fromMs, toMs, filter, zoneName) {
      const schedules = standing().filter((schedule) => isMatch(schedule, filter));
      return pacer.through(proposals(fromMs, toMs, schedules, zoneName));
    },
  };
}

function isMatch({ trackerId, text }: TaskSchedule, filter: ScheduleFilter): boolean {
  const { trackerIds, tagIds } = filter;
  const wanted = filter.text?.toLowerCase();
  return (
    (trackerIds === undefined || trackerId === null || trackerIds.includes(trackerId)) &&
    (tagIds?.every((tag) => text.tags.includes(tag)) ?? true) &&
    (wanted === undefined || `${text.label}\n${text.description}`.toLowerCase().includes(wanted))
  );
}

/** The task that a schedule will have made, as it will be at its birth; it has no id yet. */
function unborn(occurrence: Occurrence, template: FormTemplate | null): Task {
  const { trackerId, ...task } = taskOf(occurrence, template);
  const createdMs = occurrence.bornMs;
  const tenure = { trackerId, givenMs: Number.NEGATIVE_INFINITY, assignedMs: trackerId === null ? null : createdMs };
  const facts = untouched(tenure, createdMs);
  return { ...task, id: 0, createdMs, deletedMs: null, tenure, attempt: FIRST_ATTEMPT, facts, checkpoint: null };
}
