/** Histories across tasks, read on the search thread: which rows say what is wanted, and what happened before. */
import {
  type EventField,
  type EventSaid,
  type EventState,
  eventsSaid,
  type GsmtasksEvent,
  SEQ_PER_ROW,
} from '../model/gsmtasks-events.ts';
import { siblingOf } from '../model/uuid.ts';
import { eventOf } from '../store/event-rows.ts';
import type { OtherRow, Reader, TaskEventRow } from '../store/store.ts';
import { type Gathered, gather, isDownwards, type PageSpan } from './gathering.ts';
import { type Packed, pack } from './slices.ts';

/** Which events are wanted; null = all. */
export interface TaskEventQuery extends PageSpan {
  readonly taskId: number | null;
  /** The user who did it, by UUID. */
  readonly by: string | null;
  readonly trackerId: number | null;
  readonly fields: readonly EventField[] | null;
  readonly events: readonly GsmtasksEvent[] | null;
  readonly fromStates: readonly EventState[] | null;
  readonly toStates: readonly EventState[] | null;
  /** Of the instant at which they were recorded, both included. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the search thread is asked. */
export type TaskEventQuestion =
  | { readonly kind: 'task_events'; readonly query: TaskEventQuery }
  | { readonly kind: 'task_event'; readonly uuid: string }
  | { readonly kind: 'event_tracks'; readonly query: TaskEventQuery };

/** `page`: EventSaid. `tasks`: TaskValues, each task of the page once. */
export interface TaskEventAnswer {
  readonly page: Packed;
  readonly tasks: Packed;
  readonly end: number | null;
}

/** `beforeMs`: when something happened to the task of each event before that; null = never. */
export interface EventTrackAnswer extends TaskEventAnswer {
  readonly beforeMs: readonly (number | null)[];
}

/** Rows that are looked at for one page: some tenths of a second. */
const ROWS_MAX = 20_000;

/** On the search thread. */
export function readTaskEvents({ taskEvents }: Pick<Reader, 'taskEvents'>, query: TaskEventQuery): TaskEventAnswer {
  const { items, end } = gatherTaskEvents(taskEvents, query);
  return packed(taskEvents, items, end);
}

/** On the search thread. */
export function readTaskEvent({ taskEvents }: Pick<Reader, 'taskEvents'>, uuid: string): TaskEventAnswer {
  const row = taskEvents.withUid(uuid) ?? taskEvents.withUid(siblingOf(uuid));
  const items = row === null ? [] : saidOf(row).filter((said) => said.uuid === uuid);
  return packed(taskEvents, items, null);
}

function gatherTaskEvents(taskEvents: Reader['taskEvents'], query: TaskEventQuery): Gathered<EventSaid> {
  const isDown = isDownwards(query);
  const reading = {
    itemsOf: (row: TaskEventRow | OtherRow) => {
      const said = saidOf(row).filter((each) => isWanted(each, query));
      return isDown ? said.reverse() : said;
    },
    placeOf: ({ seq }: EventSaid) => seq,
    placeAfter: ({ id }: TaskEventRow | OtherRow) => id * SEQ_PER_ROW + (isDown ? 0 : SEQ_PER_ROW - 1),
  };
  return gather(taskEvents.rows(query.taskId, spanOf(query, taskEvents)), reading, query, ROWS_MAX);
}

function packed(taskEvents: Reader['taskEvents'], items: readonly EventSaid[], end: number | null): TaskEventAnswer {
  const taskIds = [...new Set(items.map(({ taskId }) => taskId))];
  return { page: pack(items), tasks: pack(taskEvents.tasks(taskIds)), end };
}

/** What a row says; nothing where it is not about a task. */
export function saidOf(row: TaskEventRow | OtherRow): EventSaid[] {
  if (row.dialect === null) return [];
  return [...eventsSaid(eventOf(row), { dialect: row.dialect, tenure: { trackerId: row.tracker_id } })];
}

/** Ids and instants of rows grow together: a period is a span of rows. */
function spanOf(query: TaskEventQuery, taskEvents: Reader['taskEvents']) {
  const isDescending = isDownwards(query);
  const first = Number.isFinite(query.fromMs) ? taskEvents.firstSince(query.fromMs) : 1;
  const beyond = Number.isFinite(query.toMs) ? taskEvents.firstSince(query.toMs + 1) : Number.MAX_SAFE_INTEGER;
  const row = query.place === null ? null : Math.floor(query.place / SEQ_PER_ROW);
  // The row of the place may have one event on either side of it.
  const afterId = isDescending || row === null ? first - 1 : Math.max(first, row) - 1;
  const beforeId = isDescending && row !== null ? Math.min(beyond, row + 1) : beyond;
  return { afterId, beforeId, isDescending };
}

function isWanted(said: EventSaid, query: TaskEventQuery): boolean {
  const { place, by, trackerId, fields, events, fromStates, toStates } = query;
  return (
    (place === null || (isDownwards(query) ? said.seq < place : said.seq > place)) &&
    (by === null || said.by === by) &&
    (trackerId === null || said.trackerId === trackerId) &&
    (fields?.includes(said.field) ?? true) &&
    (events?.includes(said.event) ?? true) &&
    (fromStates?.includes(said.fromState) ?? true) &&
    (toStates?.includes(said.toState) ?? true)
  );
}

/** On the search thread. */
export function readEventTracks({ taskEvents }: Pick<Reader, 'taskEvents'>, query: TaskEventQuery): EventTrackAnswer {
  const { items, end } = gatherTaskEvents(taskEvents, query);
  return { ...packed(taskEvents, items, end), beforeMs: items.map((said) => beforeMs(taskEvents, said)) };
}

/** Rows that say nothing, one behind the other, that are passed over to find the event before. */
const SILENT_ROWS_MAX = 100;

function beforeMs(taskEvents: Reader['taskEvents'], { taskId, seq }: EventSaid): number | null {
  const span = { afterId: 0, beforeId: Math.floor(seq / SEQ_PER_ROW), isDescending: true };
  let looked = 0;
  for (const row of taskEvents.rows(taskId, span)) {
    const last = saidOf(row).at(-1);
    if (last !== undefined) return last.timeMs;
    looked += 1;
    if (looked === SILENT_ROWS_MAX) break;
  }
  return null;
}
