/** `task/import`: tasks from CSV text as spreadsheets export it, with a report on each row. */
import { refuse } from '../../model/refusal.ts';
import type { UuidOf } from '../../operations/bulk.ts';
import type { TaskDraft } from '../../operations/tasks.ts';
import { type Answer, type Desk, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { readRows } from './csv.ts';
import { failure, invalid } from './errors.ts';
import { makeItems, type Outcome } from './items.ts';
import { bool, oneOf, optional, otherwise, type Read, required, text } from './parameters.ts';
import { INTEGER, listOf, maybe, outcome, STRING } from './shapes.ts';
import { CHARACTERS_MAX, COLUMNS_MAX, DEFAULTS, isColumn, ROWS_MAX, readSheet } from './sheet.ts';

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
  const make = asked.dry_run ? foresee(desk) : desk.operations.createTasks;
  const tasks = sheet.map(({ task }) => task);
  const made = await makeItems(tasks, 'imported', make, uuidOf);
  if (made === null) return failure(14);
  const list = made.list.map((result, i) => ({ row: sheet[i]!.line, ...result }));
  return success({ ...made, list, ignored_columns: ignoredOf(columns) });
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

/** What the line would say now of each. */
function foresee({ operations }: Desk): (drafts: readonly TaskDraft[]) => Promise<readonly Outcome[]> {
  const foreseen = ({ trackerId }: TaskDraft): Outcome => {
    if (trackerId === null) return { kind: 'sound' };
    const tracker = operations.readTracker(trackerId);
    if (tracker === null) return refuse('tracker_not_found', `there is no tracker ${trackerId}`);
    return tracker.isBlocked ? refuse('tracker_blocked', `tracker ${trackerId} is blocked`) : { kind: 'sound' };
  };
  return async (drafts) => drafts.map(foreseen);
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
