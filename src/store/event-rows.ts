/** Task events as rows of `history` and back; the body is JSON. */
import type { TaskEvent, TaskEventBody } from '../model/event.ts';
import type { Task } from '../model/task.ts';

export interface EventRow {
  readonly id: number;
  readonly task_id: number;
  readonly event_ms: number;
  readonly recorded_ms: number;
  readonly body: string;
}

export const EVENT_COLUMNS = 'id, task_id, event_ms, recorded_ms, body';

export function bodyText(body: TaskEventBody): string {
  return JSON.stringify(body);
}

export function eventOf(row: EventRow): TaskEvent & { readonly id: number } {
  return {
    id: row.id,
    taskId: row.task_id,
    eventMs: row.event_ms,
    recordedMs: row.recorded_ms,
    body: bodyOf(JSON.parse(row.body) as TaskEventBody),
  };
}

/** JSON has no -Infinity: a task born assigned comes back with `givenMs` null. */
function bodyOf(body: TaskEventBody): TaskEventBody {
  if (body.kind !== 'create') return body;
  const task: Task = body.task;
  const givenMs = (task.tenure.givenMs as number | null) ?? -Infinity;
  return { ...body, task: { ...task, tenure: { ...task.tenure, givenMs } } };
}
