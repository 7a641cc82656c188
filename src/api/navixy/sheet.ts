/** Rows of a sheet as tasks in the shape that `task/create` takes: what stands in which column, and what stands for it. */
import { setImmediate } from 'node:timers/promises';
import { folded } from '../../model/condition.ts';
import type { FieldType } from '../../model/records.ts';
import type { Desk } from './answer.ts';
import type { Calendar } from './calendar.ts';
import type { TextRow } from './csv.ts';
import type { Fault } from './errors.ts';
import { type Item, type NewTask, readItem, withReferences } from './items.ts';
import { integer, otherwise, type Read } from './parameters.ts';
import { newTaskReader } from './write.ts';

export const ROWS_MAX = 1000;
export const COLUMNS_MAX = 200;
/** As much as a request may have in all. */
export const CHARACTERS_MAX = 1_048_576;
const MINUTES_MAX = 512_000;
const MINUTE_MS = 60_000;

/** What stands for cells that are empty or not there; durations in minutes. */
export const DEFAULTS = {
  default_radius: otherwise(integer(1, 300_000), 100),
  default_max_delay: otherwise(integer(0, MINUTES_MAX), 0),
  default_duration: otherwise(integer(1, MINUTES_MAX), 60),
  default_min_stay_duration: otherwise(integer(0, MINUTES_MAX), 0),
};

/** Columns by name; others are custom fields if their name is an id, and nothing if it is not. */
const COLUMNS: ReadonlySet<string> = new Set([
  'label',
  'from',
  'to',
  'address',
  'lat',
  'lng',
  'radius',
  'description',
  'external_id',
  'performer',
  'tracker_id',
  'max_delay',
  'min_stay_duration',
  'min_arrival_duration',
]);
const CUSTOM_FORM = /^\d{1,19}$/;

/** As a client would write it. A number that is none is left as it is, for the reader to refuse. */
export interface RawTask {
  readonly label: string | null;
  readonly description: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly external_id: string | null;
  readonly max_delay: Written;
  readonly min_stay_duration: Written;
  readonly min_arrival_duration: Written;
  readonly tracker_id: Written;
  readonly location: {
    readonly lat: Written;
    readonly lng: Written;
    readonly address: string;
    readonly radius: Written;
  };
  readonly fields: Readonly<Record<string, { readonly type: FieldType; readonly value: string }>> | null;
}

type Written = number | string | null;

export interface SheetTask {
  /** The line of the sheet that it begins on. */
  readonly line: number;
  readonly raw: RawTask;
  /** Read, or everything that is wrong with it. */
  readonly task: Item<NewTask>;
}

export function isColumn(name: string): boolean {
  return COLUMNS.has(name) || CUSTOM_FORM.test(name);
}

/** Rows that are read before the loop turns. */
const ROWS_AT_ONCE = 50;

/** Performers by name, places by address, then each row by itself, and at last what it refers to. */
export async function readSheet(
  columns: readonly string[],
  rows: readonly TextRow[],
  defaults: Read<typeof DEFAULTS>,
  desk: Desk,
): Promise<SheetTask[]> {
  const types = new Map(desk.operations.listFields().map(({ id, type }) => [String(id), type]));
  const sheet = rows.map(({ line, cells }) => rowOf(line, cellsOf(columns, cells), types, defaults, desk.calendar));
  const named = withPerformers(sheet, desk);
  const located = await withPlaces(named, desk);
  const reader = newTaskReader(desk.rule);
  const read: SheetTask[] = [];
  for (const { line, raw, faults } of located) {
    if (read.length % ROWS_AT_ONCE === 0) await setImmediate();
    read.push({ line, raw, task: withFaults(readItem(reader, raw, 'task', desk.calendar), faults) });
  }
  const tasks = await withReferences(
    read.map(({ task }) => task),
    desk.operations,
  );
  return read.map((row, i) => ({ ...row, task: tasks[i]! }));
}

interface Row {
  readonly line: number;
  readonly performer: string | undefined;
  readonly raw: RawTask;
  /** Found so far; they take the place of what the reader says of the same parameter. */
  readonly faults: readonly Fault[];
}

type Cells = ReadonlyMap<string, string>;

/** Empty cells are not there; of columns with the same name the first counts. */
function cellsOf(columns: readonly string[], cells: readonly string[]): Cells {
  const found = new Map<string, string>();
  columns.forEach((column, i) => {
    const cell = cells[i] ?? '';
    if (cell !== '' && !found.has(column)) found.set(column, cell);
  });
  return found;
}

function rowOf(
  line: number,
  cells: Cells,
  types: FieldTypes,
  defaults: Read<typeof DEFAULTS>,
  calendar: Calendar,
): Row {
  const text = (column: string): string | null => cells.get(column) ?? null;
  const number = (column: string, fallback: number | null): Written => writtenNumber(cells.get(column)) ?? fallback;
  const from = text('from');
  const raw: RawTask = {
    label: text('label'),
    description: text('description') ?? '',
    from,
    to: text('to') ?? endOf(from, defaults.default_duration, calendar),
    external_id: text('external_id'),
    max_delay: number('max_delay', defaults.default_max_delay),
    min_stay_duration: number('min_stay_duration', defaults.default_min_stay_duration),
    min_arrival_duration: number('min_arrival_duration', 0),
    tracker_id: number('tracker_id', null),
    location: {
      lat: number('lat', null),
      lng: number('lng', null),
      address: text('address') ?? '',
      radius: number('radius', defaults.default_radius),
    },
    fields: customFieldsOf(cells, types),
  };
  return { line, performer: cells.get('performer'), raw, faults: [] };
}

/** Spreadsheets write the decimals of some countries behind a comma. */
function writtenNumber(cell: string | undefined): number | string | null {
  if (cell === undefined) return null;
  return /^-?\d{1,15}([.,]\d{1,15})?$/.test(cell) ? Number(cell.replace(',', '.')) : cell;
}

/** With its offset, which says the same instant in whatever zone it is read. */
function endOf(from: string | null, minutes: number, calendar: Calendar): string | null {
  const fromMs = from === null ? null : calendar.parse(from);
  return fromMs === null ? null : calendar.iso(fromMs + minutes * MINUTE_MS);
}

/** Of the owner's fields, by id. */
type FieldTypes = ReadonlyMap<string, FieldType>;

/** A cell holds what the field is of; one that no field has is left as it is. */
function customFieldsOf(cells: Cells, types: FieldTypes): RawTask['fields'] {
  const custom = [...cells].filter(([column]) => CUSTOM_FORM.test(column));
  if (custom.length === 0) return null;
  return Object.fromEntries(custom.map(([column, value]) => [column, { type: types.get(column) ?? 'text', value }]));
}

function withPerformers(rows: readonly Row[], { operations }: Desk): readonly Row[] {
  if (rows.every(({ performer }) => performer === undefined)) return rows;
  const trackers = operations.trackersByName();
  return rows.map((row) => {
    if (row.performer === undefined) return row;
    const trackerId = trackers.get(folded(row.performer));
    if (trackerId !== undefined) return { ...row, raw: { ...row.raw, tracker_id: trackerId } };
    const error = `no employee with a tracker, vehicle or tracker has the name ${JSON.stringify(row.performer)}`;
    return { ...row, faults: [...row.faults, { parameter: 'task.tracker_id', error }] };
  });
}

/** Rows that have an address and no point are looked up, all at once. */
async function withPlaces(rows: readonly Row[], { operations }: Desk): Promise<readonly Row[]> {
  const lost = rows.filter(({ raw: { location } }) => {
    return location.lat === null && location.lng === null && location.address !== '';
  });
  if (lost.length === 0) return rows;
  const places = await operations.locateAll(lost.map(({ raw }) => raw.location.address));
  const placeOf = new Map(lost.map((row, i) => [row, places?.[i] ?? null]));
  const error = places === null ? 'must have lat and lng: no geocoder is set up to find them' : 'was not found';
  return rows.map((row) => {
    const place = placeOf.get(row);
    if (place === undefined) return row;
    if (place === null) return { ...row, faults: [...row.faults, { parameter: 'task.location.address', error }] };
    const location = { ...row.raw.location, lat: place.latDeg, lng: place.lonDeg };
    return { ...row, raw: { ...row.raw, location } };
  });
}

/** That an address was not found says why there is no point. */
function withFaults(task: Item<NewTask>, found: readonly Fault[]): Item<NewTask> {
  if (found.length === 0) return task;
  const isLost = found.some(({ parameter }) => parameter === 'task.location.address');
  const others = task.kind === 'faulty' ? task.faults : [];
  const rest = others.filter(({ parameter }) => !isLost || !/^task\.location\.(lat|lng)$/.test(parameter));
  return { kind: 'faulty', faults: [...rest, ...found] };
}
