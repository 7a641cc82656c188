/** What happened to a task as `/api` tells it: in its history, and in the live stream with the task as it is after that. */
import type { FactsThen, RecordedEvent, Witness } from '../../model/event.ts';
import type { Task } from '../../model/task.ts';
import { historyWords, type TrackerName, trackerThen } from '../../operations/history-words.ts';
import { statusOf, statusThen } from '../../operations/story.ts';
import { iso } from './iso.ts';
import { taskView } from './task-view.ts';

export function historyEventView(event: RecordedEvent, nameOf: TrackerName): object {
  const { id, uid, taskId, eventMs, recordedMs, body } = event;
  const isChange = body.kind === 'status_change';
  return {
    id,
    uid,
    taskId,
    kind: body.kind,
    eventAt: iso(eventMs),
    recordedAt: iso(recordedMs),
    words: historyWords(event, nameOf),
    fromStatus: statusBefore(event),
    toStatus: statusAfter(event),
    isRevised: (isChange || body.kind === 'route_status') && body.revised,
    reason: isChange ? body.reason : null,
    witness: witnessView(isChange || body.kind === 'presence' ? body.witness : null),
    trackerId: trackerThen(event),
  };
}

/** `task`: as it is by now; null = it was deleted, or the event is about a route. */
export function liveEventView(event: RecordedEvent, task: Task | null, nameOf: TrackerName): object {
  return { ...historyEventView(event, nameOf), task: task && taskView(task, labelOf(task, nameOf)) };
}

export function labelOf({ tenure: { trackerId } }: Pick<Task, 'tenure'>, nameOf: TrackerName): string | null {
  return trackerId === null ? null : nameOf(trackerId);
}

function statusBefore({ body }: RecordedEvent): string | null {
  if (body.kind === 'route_status') return body.from;
  return body.kind === 'status_change' || body.kind === 'assign' || body.kind === 'delete' ? said(body.from) : null;
}

function statusAfter({ body }: RecordedEvent): string | null {
  if (body.kind === 'route_status') return body.to;
  if (body.kind === 'create') return statusOf(body.task);
  return body.kind === 'status_change' || body.kind === 'assign' ? said(body.to) : null;
}

function said(facts: FactsThen | undefined): string | null {
  return facts === undefined ? null : statusThen(facts);
}

function witnessView(witness: Witness | null): object | null {
  return witness && { time: iso(witness.timeMs), lat: witness.latDeg, lon: witness.lonDeg };
}
