/** `/employee/*` and `/tracker/employee/*`: people, and who has which tracker. */
import type { Employee } from '../../model/records.ts';
import { success } from './answer.ts';
import { type Call, call } from './call.ts';
import { date } from './day.ts';
import { failure, invalid } from './errors.ts';
import {
  bool,
  type Fields,
  INT_MAX,
  instant,
  integer,
  line,
  name,
  object,
  optional,
  otherwise,
  type Read,
  required,
} from './parameters.ts';
import { filingFailure, LOCATION, LOCATION_SHAPE, locationWire, pageFields, pageOf, TAGS } from './records.ts';
import { refusalFailure } from './refusals.ts';
import { INTEGER, listOf, nullable, record, STRING } from './shapes.ts';
import { id } from './usual.ts';

/** Fields that nothing here looks at, in the order of a real answer up to the hardware key. */
const PAPERS = {
  driver_license_number: otherwise(line(0, 32), ''),
  driver_license_cats: otherwise(line(0, 32), ''),
  driver_license_issue_date: optional(date),
  driver_license_valid_till: optional(date),
  hardware_key: optional(line(0, 64)),
} satisfies Fields;
const PICTURES = { icon_id: optional(integer(0, INT_MAX)), avatar_file_name: optional(line(0, 255)) } satisfies Fields;
const NUMBERS = { personnel_number: optional(line(0, 15)), ssn: optional(line(0, 32)) } satisfies Fields;

const EMPLOYEE = {
  tracker_id: optional(id),
  first_name: required(name(100)),
  middle_name: otherwise(line(0, 100), ''),
  last_name: otherwise(line(0, 100), ''),
  email: otherwise(line(0, 100), ''),
  phone: otherwise(line(0, 32), ''),
  department_id: optional(id),
  location: LOCATION,
  tags: TAGS,
  ...PAPERS,
  ...PICTURES,
  ...NUMBERS,
} satisfies Fields;

const EMPLOYEE_SHAPE = record({
  id: INTEGER,
  tracker_id: nullable(INTEGER),
  first_name: STRING,
  middle_name: STRING,
  last_name: STRING,
  email: STRING,
  phone: STRING,
  driver_license_number: STRING,
  driver_license_cats: STRING,
  driver_license_issue_date: nullable(STRING),
  driver_license_valid_till: nullable(STRING),
  hardware_key: nullable(STRING),
  icon_id: nullable(INTEGER),
  avatar_file_name: nullable(STRING),
  department_id: nullable(INTEGER),
  location: LOCATION_SHAPE,
  personnel_number: nullable(STRING),
  ssn: nullable(STRING),
  tags: listOf(INTEGER),
});

const NAMES = { trackerId: 'tracker_id', departmentId: 'department_id' };

function employeeOf(wire: Read<typeof EMPLOYEE>): Omit<Employee, 'id'> {
  const { tracker_id, first_name, middle_name, last_name, email, phone, department_id, location, tags, ...extra } =
    wire;
  return {
    trackerId: tracker_id,
    firstName: first_name,
    middleName: middle_name,
    lastName: last_name,
    email,
    phone,
    departmentId: department_id,
    home: location,
    tags,
    extra,
  };
}

export function employeeWire(employee: Employee): Readonly<Record<string, unknown>> {
  const { extra } = employee;
  const kept = (fields: Fields) =>
    Object.fromEntries(Object.keys(fields).map((field) => [field, extra[field] ?? null]));
  return {
    id: employee.id,
    tracker_id: employee.trackerId,
    first_name: employee.firstName,
    middle_name: employee.middleName,
    last_name: employee.lastName,
    email: employee.email,
    phone: employee.phone,
    ...kept(PAPERS),
    driver_license_number: extra['driver_license_number'] ?? '',
    driver_license_cats: extra['driver_license_cats'] ?? '',
    ...kept(PICTURES),
    department_id: employee.departmentId,
    location: locationWire(employee.home),
    ...kept(NUMBERS),
    tags: employee.tags,
  };
}

const SORTED = [
  'id',
  'first_name',
  'object_label',
  'department_label',
  'personnel_number',
  'hardware_key',
  'phone',
  'email',
  'address',
  'driver_license_number',
  'driver_license_cats',
  'driver_license_valid_till',
  'ssn',
] as const;
const SEARCHED = [...SORTED.slice(1), 'middle_name', 'last_name'];

const EMPLOYEE_ID = { employee_id: required(id) };

export const EMPLOYEE_CALLS: readonly Call[] = [
  call(
    {
      path: 'employee/list',
      scope: 'trackers:read',
      summary: 'Lists the people',
      takes: pageFields(SORTED),
      gives: { list: listOf(EMPLOYEE_SHAPE), count: INTEGER },
    },
    (page, { operations }) => {
      const departments = new Map(operations.listDepartments().map(({ id, label }) => [id, label]));
      const employees = operations.listEmployees();
      const rows = employees.map((employee) => ({
        ...employeeWire(employee),
        object_label: employee.trackerId === null ? null : (operations.readTracker(employee.trackerId)?.label ?? null),
        department_label: employee.departmentId === null ? null : departments.get(employee.departmentId),
        address: employee.home?.address,
      }));
      const { list, count } = pageOf(rows, page, SEARCHED);
      return success({ list: list.map(shownOf), count });
    },
  ),
  call(
    {
      path: 'employee/read',
      scope: 'trackers:read',
      summary: 'Reads one person',
      takes: EMPLOYEE_ID,
      gives: { value: EMPLOYEE_SHAPE },
    },
    ({ employee_id }, { operations }) => {
      const employee = operations.readEmployee(employee_id);
      return employee === null ? failure(201) : success({ value: employeeWire(employee) });
    },
  ),
  call(
    {
      path: 'employee/create',
      scope: 'employee_update',
      summary: 'Adds a person',
      takes: { employee: required(object(EMPLOYEE)) },
      gives: { id: INTEGER },
    },
    ({ employee }, { operations }) => {
      const outcome = operations.createEmployee(employeeOf(employee));
      return outcome.kind === 'refused' ? filingFailure(outcome, 'employee', NAMES) : success({ id: outcome.id });
    },
  ),
  call(
    {
      path: 'employee/update',
      scope: 'employee_update',
      summary: 'Replaces what is known of a person',
      takes: { employee: required(object({ id: required(id), ...EMPLOYEE })) },
      gives: {},
    },
    ({ employee: { id, ...rest } }, { operations }) => {
      const outcome = operations.editEmployee({ id, ...employeeOf(rest) });
      return outcome.kind === 'refused' ? filingFailure(outcome, 'employee', NAMES) : success();
    },
  ),
  call(
    {
      path: 'employee/delete',
      scope: 'employee_update',
      summary: 'Removes a person from the list',
      takes: EMPLOYEE_ID,
      gives: {},
    },
    ({ employee_id }, { operations }) => {
      const outcome = operations.deleteEmployee(employee_id);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
    },
  ),
  call(
    {
      path: 'employee/assign',
      scope: 'employee_update',
      summary: 'Gives a person a tracker, or takes the one they have (extension)',
      takes: { ...EMPLOYEE_ID, tracker_id: optional(id) },
      gives: {},
    },
    ({ employee_id, tracker_id }, { operations }) => {
      const employee = operations.readEmployee(employee_id);
      if (employee === null) return failure(201);
      if (employee.trackerId === tracker_id) return failure(263);
      if (tracker_id !== null && operations.readTracker(tracker_id)?.isBlocked) return failure(208);
      const outcome =
        tracker_id === null
          ? operations.editEmployee({ ...employee, trackerId: null })
          : operations.giveTracker(tracker_id, employee_id);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
    },
  ),
  call(
    {
      path: 'employee/erase',
      scope: '*',
      summary:
        'Erases a person and, where asked to, what their tracker sent in a period and what was filled in for its tasks (extension)',
      takes: {
        ...EMPLOYEE_ID,
        with_track: otherwise(bool, false),
        tracker_id: optional(id),
        from: optional(instant),
        to: optional(instant),
      },
      gives: { frames_erased: INTEGER, frames_kept: INTEGER, forms_erased: INTEGER, files_erased: INTEGER },
    },
    async ({ employee_id, with_track, tracker_id, from, to }, { operations }) => {
      if (with_track && from === null) return invalid([{ parameter: 'from', error: 'must not be null' }]);
      if (with_track && to === null) return invalid([{ parameter: 'to', error: 'must not be null' }]);
      if (from !== null && to !== null && from > to)
        return invalid([{ parameter: 'from', error: "must not be after 'to'" }]);
      const whereabouts = with_track ? { trackerId: tracker_id, fromMs: from!, toMs: to! } : null;
      const outcome = await operations.erasePerson(employee_id, whereabouts);
      if (outcome.kind === 'refused') return refusalFailure(outcome);
      const { frames, framesKept, forms, files } = outcome;
      return success({
        ...{ frames_erased: frames, frames_kept: framesKept },
        ...{ forms_erased: forms, files_erased: files },
      });
    },
  ),
  call(
    {
      path: 'tracker/employee/assign',
      scope: 'employee_update',
      summary: 'Gives a tracker to a person, whoever had it',
      takes: { tracker_id: required(id), new_employee_id: optional(id) },
      gives: {},
    },
    ({ tracker_id, new_employee_id }, { operations }) => {
      const tracker = operations.readTracker(tracker_id);
      if (tracker === null) return failure(201);
      if (tracker.isBlocked) return failure(208);
      const holder = operations.listEmployees().find(({ trackerId }) => trackerId === tracker_id);
      if ((holder?.id ?? null) === new_employee_id) return failure(263);
      const outcome = operations.giveTracker(tracker_id, new_employee_id);
      return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
    },
  ),
  call(
    {
      path: 'tracker/employee/read',
      scope: 'trackers:read',
      summary: 'Says who has a tracker',
      takes: { tracker_id: required(id) },
      gives: { current: nullable(EMPLOYEE_SHAPE), last_change: { type: 'null' } },
    },
    ({ tracker_id }, { operations }) => {
      if (operations.readTracker(tracker_id) === null) return failure(201);
      const holder = operations.listEmployees().find(({ trackerId }) => trackerId === tracker_id);
      return success({ current: holder === undefined ? null : employeeWire(holder), last_change: null });
    },
  ),
];

/** Without what was there to sort and search by. */
function shownOf({ object_label: _, department_label: __, address: ___, ...shown }: Readonly<Record<string, unknown>>) {
  return shown;
}
