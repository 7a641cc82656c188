/** Histories of tasks, counted on the search thread: what was said of them, and how long they were in each state. */
import type { EventSaid } from '../model/gsmtasks-events.ts';
import type { GsmtasksState } from '../model/projections.ts';
import { isOpen, type Task } from '../model/task.ts';
import type { Reader } from '../store/store.ts';
import { type TaskValues, taskOfValues } from '../store/task-rows.ts';
import { isDownwards, type PageSpan } from './gathering.ts';
import { saidOf } from './task-event-walk.ts';

/** What the search thread is asked. `taskId`: null = the next ones. */
export interface TallyQuestion {
  readonly kind: 'task_tallies';
  readonly span: PageSpan;
  readonly taskId: number | null;
  readonly nowMs: number;
}

/** In the order of the walk. */
export interface TallyAnswer {
  readonly tallies: readonly CountedTask[];
  readonly end: number | null;
}

/** What a history says, before the ways are measured. */
export interface CountedTask {
  readonly task: TaskValues;
  readonly events: number;
  /** Events that somebody said something to, and the last of these words. */
  readonly notes: number;
  readonly lastNotes: string;
  readonly nearMs: number | null;
  readonly awayMs: number | null;
  readonly spells: readonly Spell[];
}

/** A time in a state, and who had the task then. */
export interface Spell {
  readonly state: GsmtasksState;
  readonly fromMs: number;
  readonly toMs: number;
  readonly trackerId: number | null;
}

/** History rows that are looked at for one page, and of one task. */
const ROWS_MAX = 50_000;
const ROWS_PER_TASK_MAX = 5000;

/** On the search thread. */
export function readTallies(
  { taskEvents }: Pick<Reader, 'taskEvents'>,
  { span, taskId, nowMs }: TallyQuestion,
): TallyAnswer {
  const ids = taskId === null ? nextIds(taskEvents, span) : [taskId];
  const tallies: CountedTask[] = [];
  let left = ROWS_MAX;
  for (const values of taskEvents.tasks(ids.slice(0, span.limit))) {
    if (left <= 0) break;
    const { said, rows } = historyOf(taskEvents, taskOfValues(values).id);
    left -= rows;
    tallies.push({ ...countedOf(said, taskOfValues(values), nowMs), task: values });
  }
  const isMore = tallies.length < ids.length;
  const end = isMore ? (ids[tallies.length - 1] ?? null) : null;
  return { tallies, end };
}

function nextIds(taskEvents: Reader['taskEvents'], span: PageSpan): readonly number[] {
  const isDescending = isDownwards(span);
  const [afterId, beforeId] = isDescending
    ? [0, span.place ?? Number.MAX_SAFE_INTEGER]
    : [span.place ?? 0, Number.MAX_SAFE_INTEGER];
  return taskEvents.taskIds({ afterId, beforeId, isDescending }, span.limit + 1);
}

function historyOf(taskEvents: Reader['taskEvents'], taskId: number): { said: readonly EventSaid[]; rows: number } {
  const said: EventSaid[] = [];
  let rows = 0;
  for (const row of taskEvents.rows(taskId, WHOLE)) {
    if (rows === ROWS_PER_TASK_MAX) break;
    rows += 1;
    said.push(...saidOf(row));
  }
  return { said, rows };
}

const WHOLE = { afterId: 0, beforeId: Number.MAX_SAFE_INTEGER, isDescending: false };

/** Pure. `said`: in the order of recording. */
function countedOf(said: readonly EventSaid[], task: Pick<Task, 'facts'>, nowMs: number): Omit<CountedTask, 'task'> {
  const noted = said.filter(({ notes }) => notes !== '');
  const lastOf = (event: EventSaid['event']) => said.findLast((each) => each.event === event)?.timeMs ?? null;
  return {
    events: said.length,
    notes: noted.length,
    lastNotes: noted.at(-1)?.notes ?? '',
    spells: spellsOf(said, task, nowMs),
    nearMs: lastOf('assignee_near'),
    awayMs: lastOf('assignee_away'),
  };
}

/** What happened earlier than what was told before it, late evidence above all, ends a state without having lasted. */
function spellsOf(said: readonly EventSaid[], { facts }: Pick<Task, 'facts'>, nowMs: number): readonly Spell[] {
  const turns = said.filter(({ field }) => field === 'state');
  return turns.map(({ toState, timeMs: fromMs, trackerId }, i) => {
    const next = turns[i + 1];
    const lastMs = isOpen(facts.state) ? nowMs : fromMs;
    const toMs = Math.max(fromMs, next?.timeMs ?? lastMs);
    return { state: toState as GsmtasksState, fromMs, toMs, trackerId };
  });
}
