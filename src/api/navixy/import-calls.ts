/** `task/import`: tasks from CSV text as spreadsheets export it, with a report on each row. */
import { type Refusal, refuse } from '../../model/refusal.ts';
import type { UuidOf } from '../../operations/bulk.ts';
import type { TaskAccepted, TaskDraft } from '../../operations/tasks.ts';
import { type Answer, type Call, call, type Desk, success } from './call.ts';
import { readRows } from './csv.ts';
import { failure, invalid } from './errors.ts';
import { faultyWire, isInterrupted, outcomeWire } from './items.ts';
import { bool, oneOf, optional, otherwise, type Read, required, text } from './parameters.ts';
import { INTEGER, listOf, maybe, outcome, STRING } from './shapes.ts';
import {
  CHARACTERS_MAX,
  COLUMNS_MAX,
  DEFAULTS,
  isColumn,
  type NewTask,
  ROWS_MAX,
  readSheet,
  type SheetTask,
} from './sheet.ts';
import { termsOf, textOf } from './write.ts';

const DELIMITER_NAMES = ['comma', 'semicolon', 'tab'] as const;
const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t' } as const;

const IMPORT = {
  csv: required(text(1, CHARACTERS_MAX)),
  delimiter: optional(oneOf(DELIMITER_NAMES)),
  ...DEFAULTS,
  dry_run: otherwise(bool, false),
};

export const IMPORT_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/import',
      scope: 'tasks:write',
      summary: 'Extension: creates tasks from CSV text with a line of column names, and reports on each row',
      takes: IMPORT,
      gives: {
        list: listOf(outcome({ row: INTEGER, id: maybe(INTEGER) })),
        created: INTEGER,
        failed: INTEGER,
        ignored_columns: listOf(STRING),
      },
      makes: true,
    },
    (asked, desk, _pen, _caller, uuidOf) => importTasks(asked, desk, uuidOf),
  ),
];

/** `place`: which of the rows. */
interface Sound {
  readonly place: number;
  readonly draft: TaskDraft;
}

/** Of a row that a dry run would make: nothing to say. */
type Result = TaskAccepted | Refusal | { readonly kind: 'sound' };

async function importTasks(asked: Read<typeof IMPORT>, desk: Desk, uuidOf: UuidOf): Promise<Answer> {
  const delimiter = DELIMITERS[asked.delimiter ?? delimiterOf(asked.csv)];
  // One more for the names of the columns, and one to see whether there are too many.
  const read = await readRows(asked.csv, delimiter, ROWS_MAX + 2);
  if (read.kind === 'unreadable') return csvFault(read.reason);
  const [head, ...rows] = read.rows;
  const columns = (head?.cells ?? []).map(columnName);
  const complaint = complaintOf(columns, rows.length);
  if (complaint !== null) return csvFault(complaint);
  const sheet = await readSheet(columns, rows, asked, desk);
  const reported = await report(sheet, asked.dry_run, desk, uuidOf);
  return reported === null ? failure(14) : success({ ...reported, ignored_columns: ignoredOf(columns) });
}

/** Makes what is sound, or only looks at it; null = storage failed before all were made. */
async function report(
  sheet: readonly SheetTask[],
  isDry: boolean,
  desk: Desk,
  uuidOf: UuidOf,
): Promise<object | null> {
  const sound = sheet.flatMap(({ task }, place) =>
    task.kind === 'read' ? [{ place, draft: draftOf(task.value) }] : [],
  );
  const results = isDry ? sound.map(({ draft }) => foreseen(draft, desk)) : await make(sound, desk, uuidOf);
  if (results === null) return null;
  const resultAt = new Map(sound.map(({ place }, i) => [place, results[i]!]));
  const list = sheet.map((row, place) => ({ row: row.line, ...rowWire(row, resultAt.get(place)) }));
  const created = results.filter(({ kind }) => kind === 'task').length;
  const failed = list.length - results.filter(({ kind }) => kind !== 'refused').length;
  return { list, created, failed };
}

function csvFault(error: string): Answer {
  return invalid([{ parameter: 'csv', error }]);
}

function complaintOf(columns: readonly string[], rows: number): string | null {
  const missing = ['label', 'from'].filter((column) => !columns.includes(column));
  if (missing.length > 0) return `must begin with a line of column names, among them ${missing.join(' and ')}`;
  if (columns.length > COLUMNS_MAX) return `must have at most ${COLUMNS_MAX} columns`;
  return rows > ROWS_MAX ? `must have at most ${ROWS_MAX} rows` : null;
}

async function make(sound: readonly Sound[], { operations }: Desk, uuidOf: UuidOf): Promise<readonly Result[] | null> {
  const drafts = sound.map(({ draft }) => draft);
  const outcomes = await operations.createTasks(drafts, (index) => uuidOf(sound[index]!.place));
  return isInterrupted(outcomes) ? null : outcomes;
}

/** What the line would say now. */
function foreseen({ trackerId }: TaskDraft, { operations }: Desk): Result {
  if (trackerId === null) return { kind: 'sound' };
  const tracker = operations.readTracker(trackerId);
  if (tracker === null) return refuse('tracker_not_found', `there is no tracker ${trackerId}`);
  return tracker.isBlocked ? refuse('tracker_blocked', `tracker ${trackerId} is blocked`) : { kind: 'sound' };
}

function rowWire({ task }: SheetTask, result: Result | undefined): object {
  if (task.kind === 'faulty') return faultyWire(task.faults);
  if (result === undefined || result.kind === 'sound') return { success: true };
  return { ...outcomeWire(result), ...(result.kind === 'task' && { id: result.taskId }) };
}

/** "External ID" is what a person would write over a column. */
function columnName(cell: string): string {
  return cell.toLowerCase().replaceAll(/[\s-]+/g, '_');
}

function ignoredOf(columns: readonly string[]): string[] {
  return columns.filter((column) => column !== '' && !isColumn(column)).map((column) => column.slice(0, 100));
}

/** What the first line has most of, between its quoted cells. */
function delimiterOf(csv: string): keyof typeof DELIMITERS {
  const [line = ''] = csv.split(/[\r\n]/, 1);
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITER_NAMES.map((delimiter) => {
    return { delimiter, count: bare.split(DELIMITERS[delimiter]).length };
  });
  return counts.reduce((most, next) => (next.count > most.count ? next : most)).delimiter;
}

function draftOf(task: NewTask): TaskDraft {
  const text = { ...textOf(task), origin: 'imported' } as const;
  return { dialect: 'navixy', trackerId: task.tracker_id, text, terms: termsOf(task) };
}
