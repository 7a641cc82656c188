/** Events as rows of `history` and back: the body is JSON, the uid follows from what the event says. */
import { createHash } from 'node:crypto';
import type { RecordedEvent, TaskEventBody, ToldEvent } from '../model/event.ts';
import type { TaskForm } from '../model/form.ts';
import type { Task } from '../model/task.ts';
import { uuidFrom } from '../model/uuid.ts';

export interface EventRow {
  readonly id: number;
  readonly uid: string;
  readonly task_id: number;
  readonly event_ms: number;
  readonly recorded_ms: number;
  readonly body: string;
}

export const EVENT_COLUMNS = 'id, uid, task_id, event_ms, recorded_ms, body';

export function bodyText(body: ToldEvent['body']): string {
  return JSON.stringify(body);
}

export function eventOf(row: EventRow): RecordedEvent {
  return {
    id: row.id,
    uid: row.uid,
    taskId: row.task_id,
    eventMs: row.event_ms,
    recordedMs: row.recorded_ms,
    body: bodyOf(JSON.parse(row.body) as TaskEventBody),
  };
}

/** JSON has no -Infinity: a task born assigned comes back with `givenMs` null. Before there were forms, none was said. */
function bodyOf(body: TaskEventBody): TaskEventBody {
  if (body.kind !== 'create') return body;
  const task: Task = body.task;
  const givenMs = (task.tenure.givenMs as number | null) ?? -Infinity;
  const text = { ...task.text, form: (task.text.form as TaskForm | null | undefined) ?? null };
  return { ...body, task: { ...task, text, tenure: { ...task.tenure, givenMs } } };
}

/** Uids of one event: the first, or where the history of its subject says the very same before, one for each repeat. */
export type UidOf = (repeat: number) => string;

/**
 * The uid of an event: a UUID (version 8, RFC 9562) from the SHA-256 of what the event says. Derived again after a
 * crash, from a backup or in another batch, the same fact has the same uid, so that whoever was told can drop repeats.
 */
export function uidsOf(subjectUuid: string, { eventMs, body }: Pick<ToldEvent, 'eventMs' | 'body'>): UidOf {
  const said = canonical([subjectUuid, eventMs, factOf(body)]);
  return (repeat) => uuidFrom(createHash('sha256').update(`${repeat} ${said}`).digest(), 8);
}

/**
 * What of an event is the fact. Which fix carried a task forward, on which road it came and how long the visit was by
 * then depends on how records were batched; a revision is about its reason and its witness. What a task was when it was
 * given away or deleted is not what happened to it.
 */
function factOf(body: ToldEvent['body']): object {
  if (body.kind === 'assign' || body.kind === 'delete') {
    const { from: _, to: __, ...fact } = { to: null, ...body };
    return fact;
  }
  if (body.kind !== 'status_change') return body;
  const { stayMs: _, reason, witness, ...change } = body;
  return change.revised ? { ...change, reason, witness } : change;
}

/** JSON with the members of every object in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
