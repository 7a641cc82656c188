/** `task/batch_convert`: rows of a sheet as tasks, checked and shared out among performers; none of them is made. */
import type { LocationCheck, Offer } from '../../operations/performers.ts';
import { USER_ID } from './account.ts';
import { type Answer, type Desk, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { readRows } from './csv.ts';
import { type Fault, invalid } from './errors.ts';
import { array, name, oneOf, optional, otherwise, type Read, set, text, unsupported } from './parameters.ts';
import type { Pen } from './pen.ts';
import { BOOLEAN, CONVERTED_TASK, listOf } from './shapes.ts';
import { CHARACTERS_MAX, COLUMNS_MAX, DEFAULTS, type RawTask, ROWS_MAX, readSheet, type SheetTask } from './sheet.ts';
import { id } from './usual.ts';

const PERFORMERS_MAX = 500;

const CHECKS: readonly LocationCheck[] = ['no_check', 'entity_location', 'parent_location'];
const GEOCODERS = ['google', 'yandex', 'progorod', 'osm', 'locationiq'] as const;
const FIELDS = [
  ...['label', 'from', 'to', 'address', 'lat', 'lng', 'description'],
  ...['min_stay_duration', 'max_delay', 'min_arrival_duration'],
];

const BATCH = {
  batch: optional(text(0, CHARACTERS_MAX)),
  file_id: unsupported,
  fields: otherwise(array(name(100), 1, COLUMNS_MAX), FIELDS),
  geocoder: optional(oneOf(GEOCODERS)),
  ...DEFAULTS,
  location_check_mode: otherwise<LocationCheck, LocationCheck>(oneOf(CHECKS), 'entity_location'),
  employee_ids: otherwise(set(id, PERFORMERS_MAX), []),
  vehicle_ids: otherwise(set(id, PERFORMERS_MAX), []),
};

export const CONVERT_CALLS: readonly Call[] = [
  call(
    {
      path: 'task/batch_convert',
      scope: 'tasks:write',
      summary: 'Reads tab-delimited rows as tasks, checks them and says who is to do them; creates nothing',
      takes: BATCH,
      gives: { list: listOf(CONVERTED_TASK), limit_exceeded: BOOLEAN },
    },
    (asked, desk, pen) => convert(asked, desk, pen),
  ),
];

async function convert(asked: Read<typeof BATCH>, desk: Desk, pen: Pen): Promise<Answer> {
  if (asked.batch === null) return batchFault("The 'batch' or 'file_id' parameter must be specified");
  const offer: Offer = {
    employeeIds: asked.employee_ids,
    vehicleIds: asked.vehicle_ids,
    check: asked.location_check_mode,
  };
  const strangers = unknownFaults(offer, desk);
  if (strangers.length > 0) return invalid(strangers);
  const read = await readRows(asked.batch, '\t', ROWS_MAX + 1);
  if (read.kind === 'unreadable') return batchFault(read.reason);
  const sheet = await readSheet(asked.fields, read.rows.slice(0, ROWS_MAX), asked, desk);
  const trackers = await performersOf(sheet, offer, desk);
  const nowMs = desk.rule.now();
  const list = sheet.map((row, i) => convertedWire(row, trackers[i] ?? null, nowMs, desk, pen));
  return success({ list, limit_exceeded: read.rows.length > ROWS_MAX });
}

function batchFault(error: string): Answer {
  return invalid([{ parameter: 'batch', error }]);
}

function unknownFaults(offer: Offer, { operations }: Desk): Fault[] {
  const { employeeIds, vehicleIds } = operations.unknownPerformers(offer);
  const fault = (parameter: string, ids: readonly number[]): Fault[] =>
    ids.length === 0 ? [] : [{ parameter, error: `contains nonexistent entities: ${ids.slice(0, 10).join(', ')}` }];
  return [...fault('employee_ids', employeeIds), ...fault('vehicle_ids', vehicleIds)];
}

/** Whom a row names; the others are shared out among the offered. */
async function performersOf(
  sheet: readonly SheetTask[],
  offer: Offer,
  { operations }: Desk,
): Promise<(number | null)[]> {
  const free = sheet.filter(({ raw }) => raw.tracker_id === null);
  const chosen = await operations.distribute(free.map(placeOf), offer);
  const trackers = new Map(free.map((row, i) => [row, chosen[i] ?? null]));
  return sheet.map((row) => trackers.get(row) ?? known(row.raw.tracker_id));
}

function placeOf({ raw }: SheetTask): { latDeg: number; lonDeg: number } | null {
  const { lat, lng } = raw.location;
  return typeof lat === 'number' && typeof lng === 'number' ? { latDeg: lat, lonDeg: lng } : null;
}

/** A task as a list shows it, though it is not made: it has no id yet. */
function convertedWire(row: SheetTask, trackerId: number | null, nowMs: number, desk: Desk, pen: Pen): object {
  const { raw, task } = row;
  const wire = {
    id: null,
    user_id: USER_ID,
    tracker_id: trackerId,
    status: trackerId === null ? 'unassigned' : 'assigned',
    status_change_date: pen.date(nowMs),
    tags: [],
    label: raw.label ?? '',
    description: raw.description,
    external_id: raw.external_id,
    creation_date: pen.date(nowMs),
    origin: 'imported',
    location: locationWire(raw.location),
    from: dateWire(raw.from, desk, pen),
    to: dateWire(raw.to, desk, pen),
    arrival_date: null,
    stay_duration: 0,
    min_stay_duration: known(raw.min_stay_duration),
    min_arrival_duration: known(raw.min_arrival_duration),
    max_delay: known(raw.max_delay),
    type: 'task',
    ...(raw.fields !== null && { fields: raw.fields }),
  };
  return task.kind === 'faulty' ? { ...wire, errors: task.faults } : wire;
}

function locationWire({ lat, lng, address, radius }: RawTask['location']): object {
  return { lat: known(lat), lng: known(lng), address, radius: known(radius) };
}

function dateWire(written: string | null, { calendar }: Desk, pen: Pen): string | null {
  const timeMs = written === null ? null : calendar.parse(written);
  return timeMs === null ? null : pen.date(timeMs);
}

/** null = not there, or no number. */
function known(written: number | string | null): number | null {
  return typeof written === 'number' ? written : null;
}
