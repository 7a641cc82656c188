/** Decides on what people and systems ask for: once, in the order received, on the state then known (engine rules, section 4). */
import type { Command, CommandOutcome, NewTask, NewTracker } from '../model/command.ts';
import type { TaskEventBody } from '../model/event.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import {
  deadlineMs,
  isOpen,
  type JudgedTask,
  type Task,
  type TaskTerms,
  type TaskText,
  type Tenure,
} from '../model/task.ts';
import type { Tracker, TrackerEdit } from '../model/tracker.ts';
import { rederive, review, setEvidence } from './advance.ts';
import type { Draft } from './draft.ts';
import { untouched } from './verdict.ts';
import { isDue } from './world.ts';

export function decide(draft: Draft, command: Command): CommandOutcome {
  switch (command.kind) {
    case 'create_task':
      return createTask(draft, command.task);
    case 'edit_task':
      return editTask(draft, command.taskId, command.text, command.terms);
    case 'assign_task':
      return assignTask(draft, command.taskId, command.trackerId);
    case 'delete_task':
      return deleteTask(draft, command.taskId);
    case 'create_tracker':
      return createTracker(draft, command.tracker);
    case 'edit_tracker':
      return editTracker(draft, command.trackerId, command.edit);
  }
}

function createTask(draft: Draft, { uuid, dialect, trackerId, text, terms }: NewTask): CommandOutcome {
  const refusal = trackerId === null ? null : refusedTracker(draft, trackerId);
  if (refusal !== null) return refusal;
  // Section 2, tenure: a task born assigned is given for its whole window.
  const tenure: Tenure = {
    trackerId,
    givenMs: Number.NEGATIVE_INFINITY,
    assignedMs: trackerId === null ? null : draft.nowMs,
  };
  const facts = untouched(tenure, draft.nowMs);
  const judged: JudgedTask = {
    id: draft.nextTaskId++,
    uuid,
    dialect,
    createdMs: draft.nowMs,
    deletedMs: null,
    terms,
    tenure,
    facts,
  };
  const task: Task = { ...judged, text };
  draft.created.set(task.id, task);
  draft.setTask(judged, false);
  tell(draft, task.id, { kind: 'create', task });
  review(draft, task.id, 'assigned');
  return { kind: 'task', taskId: task.id };
}

function editTask(draft: Draft, taskId: number, text: TaskText, terms: TaskTerms): CommandOutcome {
  const task = changeable(draft, taskId);
  if ('code' in task) return task;
  const before = draft.text(taskId);
  const edited: JudgedTask = { ...task, terms };
  draft.edited.set(taskId, { id: taskId, text, terms });
  draft.setTask(edited, false);
  tell(draft, taskId, {
    kind: 'update',
    text: changed(before, text),
    terms: changed(task.terms, terms),
  });
  if (isDue(edited, draft.nowMs)) rederive(draft, edited, 'edited', null);
  else leaveIndex(draft, edited);
  return { kind: 'task', taskId };
}

function assignTask(draft: Draft, taskId: number, trackerId: number | null): CommandOutcome {
  const task = changeable(draft, taskId);
  if ('code' in task) return task;
  if (task.tenure.trackerId === trackerId) return { kind: 'task', taskId };
  const refusal = trackerId === null ? null : refusedTracker(draft, trackerId);
  if (refusal !== null) return refusal;
  if (task.tenure.trackerId !== null && trackerId !== null && draft.nowMs > deadlineMs(task.terms)) {
    return refuse('task_state', `task ${taskId} is past its deadline: it can no longer be given to another tracker`);
  }
  leaveIndex(draft, task);
  giveTo(draft, task, trackerId);
  tell(draft, taskId, { kind: 'assign', trackerId });
  review(draft, taskId, 'assigned');
  return { kind: 'task', taskId };
}

/** A new tenure, and facts as if nothing had been found. The status is dated anew only where it changes. */
function giveTo(draft: Draft, task: JudgedTask, trackerId: number | null): void {
  const assignedMs = trackerId === null ? null : (task.tenure.assignedMs ?? draft.nowMs);
  const tenure: Tenure = { trackerId, givenMs: draft.nowMs, assignedMs };
  const hasTurned = (task.tenure.trackerId === null) !== (trackerId === null);
  draft.setTask(
    {
      ...task,
      tenure,
      facts: untouched(tenure, hasTurned ? draft.nowMs : task.facts.statusMs),
    },
    true,
  );
}

function deleteTask(draft: Draft, taskId: number): CommandOutcome {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  leaveIndex(draft, task);
  draft.setTask({ ...task, deletedMs: draft.nowMs }, true);
  tell(draft, taskId, { kind: 'delete' });
  return { kind: 'task', taskId };
}

function createTracker(draft: Draft, { imei, ...rest }: NewTracker): CommandOutcome {
  const holder = imei === null ? null : draft.trackerByImei(imei);
  if (holder !== null) return imeiTaken(imei!, holder);
  const tracker: Tracker = {
    ...rest,
    id: draft.nextTrackerId++,
    imei,
    isBlocked: false,
    createdMs: draft.nowMs,
  };
  draft.trackers.set(tracker.id, tracker);
  return { kind: 'tracker', tracker };
}

function editTracker(draft: Draft, trackerId: number, edit: TrackerEdit): CommandOutcome {
  const before = draft.tracker(trackerId);
  if (before === null) return unknownTracker(trackerId);
  const holder = edit.imei ? draft.trackerByImei(edit.imei) : null;
  if (holder !== null && holder.id !== trackerId) return imeiTaken(edit.imei!, holder);
  const tracker: Tracker = { ...before, ...edit };
  draft.trackers.set(trackerId, tracker);
  return { kind: 'tracker', tracker };
}

/** A task that may still be edited or given to someone: nobody has arrived, nothing is closed. */
function changeable(draft: Draft, taskId: number): JudgedTask | Refusal {
  const task = draft.task(taskId);
  if (task === null) return unknownTask(taskId);
  if (isOpen(task.facts.state) && task.facts.arrivalMs === null) return task;
  return refuse(
    'task_state',
    `task ${taskId} is ${task.facts.state}: only an unassigned or assigned task can be changed`,
  );
}

function refusedTracker(draft: Draft, trackerId: number): Refusal | null {
  const tracker = draft.tracker(trackerId);
  if (tracker === null) return unknownTracker(trackerId);
  return tracker.isBlocked ? refuse('tracker_blocked', `tracker ${trackerId} is blocked: it gets no new tasks`) : null;
}

function unknownTask(taskId: number): Refusal {
  return refuse('task_not_found', `there is no task ${taskId}`, 'task_id');
}

function unknownTracker(trackerId: number): Refusal {
  return refuse('tracker_not_found', `there is no tracker ${trackerId}`, 'tracker_id');
}

function imeiTaken(imei: string, holder: Tracker): Refusal {
  return refuse('imei_taken', `IMEI ${imei} belongs to tracker ${holder.id} (${holder.label})`, 'imei');
}

function leaveIndex(draft: Draft, task: JudgedTask): void {
  if (task.tenure.trackerId !== null) setEvidence(draft, task.tenure.trackerId, task.id, null);
}

function tell(draft: Draft, taskId: number, body: TaskEventBody): void {
  draft.events.push({
    taskId,
    eventMs: draft.nowMs,
    recordedMs: draft.nowMs,
    body,
  });
}

/** The members that differ. */
function changed<T extends object>(before: T, after: T): Partial<T> {
  const entries = Object.entries(after).filter(([key, value]) => {
    return JSON.stringify(value) !== JSON.stringify(before[key as keyof T]);
  });
  return Object.fromEntries(entries) as Partial<T>;
}
