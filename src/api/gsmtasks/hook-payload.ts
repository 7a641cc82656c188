/** What a webhook of GSMtasks is told of an event: each of the events that it is there, with its task inlined. */
import { createHash } from 'node:crypto';
import type { HookPayload } from '../../feed/gsmtasks-hooks.ts';
import type { RecordedEvent } from '../../model/event.ts';
import type { Resource } from '../../model/resources.ts';
import type { Task } from '../../model/task.ts';
import { uuidFrom } from '../../model/uuid.ts';
import { eventsSaid, eventWire } from './event-read.ts';
import { type TaskView, taskWire } from './task-read.ts';

export interface TaskSource {
  /** null = there is none, or it was deleted. */
  readTask(taskId: number): Task | null;
  /** Also of one that was deleted; null = there never was one. */
  uuidOf(taskId: number): string | null;
}

/** Everything about tasks is one topic. */
const TOPIC = 'taskevent.create';

/** With the task as it is by now; of one that was deleted no more than its address is left. */
export function hookPayloads(
  hook: Resource<'hook'>,
  event: RecordedEvent,
  source: TaskSource,
  view: TaskView,
): readonly HookPayload[] {
  const said = eventsSaid(event, source.readTask(event.taskId));
  const task = said.length === 0 ? null : inlined(event.taskId, source, view);
  if (task === null) return [];
  return said.map((each) => ({
    topic: TOPIC,
    requestId: requestIdOf(hook.uuid, each.uuid),
    body: JSON.stringify(eventWire(each, task, view)),
  }));
}

function inlined(taskId: number, source: TaskSource, view: TaskView): string | Record<string, unknown> | null {
  const task = source.readTask(taskId);
  if (task !== null) return taskWire(task, view);
  const uuid = source.uuidOf(taskId);
  return uuid && view.links('tasks', uuid);
}

/** It follows from both, so that it is the same after a restart. */
function requestIdOf(hookUuid: string, eventUuid: string): string {
  return uuidFrom(createHash('sha256').update(`${hookUuid} ${eventUuid}`).digest(), 8);
}
