/** `/department/*` and `/garage/*`: where people and vehicles belong. */
import type { Department, Garage } from '../../model/records.ts';
import { listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { type Fields, line, name, object, optional, type Read, required } from './parameters.ts';
import { filingFailure, LOCATION, LOCATION_SHAPE, locationWire } from './records.ts';
import { INTEGER, listOf, nullable, record, STRING } from './shapes.ts';
import { id } from './usual.ts';

const DEPARTMENT = { label: required(name(255)), location: LOCATION } satisfies Fields;
const GARAGE = {
  location: LOCATION,
  mechanic_name: optional(line(0, 255)),
  dispatcher_name: optional(line(0, 255)),
  organization_name: optional(line(0, 255)),
} satisfies Fields;

const DEPARTMENT_SHAPE = record({ id: INTEGER, label: STRING, location: LOCATION_SHAPE });
const GARAGE_SHAPE = record({
  id: INTEGER,
  location: LOCATION_SHAPE,
  mechanic_name: nullable(STRING),
  dispatcher_name: nullable(STRING),
  organization_name: nullable(STRING),
});

function departmentWire({ id, label, place }: Department): object {
  return { id, label, location: locationWire(place) };
}

function garageWire({ id, label, place, mechanic, dispatcher }: Garage): object {
  const people = { mechanic_name: mechanic ?? null, dispatcher_name: dispatcher ?? null };
  return { id, location: locationWire(place), ...people, organization_name: label || null };
}

function garageOf(wire: Read<typeof GARAGE>): Omit<Garage, 'id'> {
  const { location, mechanic_name, dispatcher_name, organization_name } = wire;
  return {
    label: organization_name ?? '',
    place: location,
    ...(mechanic_name !== null && { mechanic: mechanic_name }),
    ...(dispatcher_name !== null && { dispatcher: dispatcher_name }),
  };
}

export const DEPOT_CALLS: readonly Call[] = [
  call(
    {
      path: 'department/list',
      scope: 'trackers:read',
      summary: 'Lists the departments',
      takes: {},
      gives: { list: listOf(DEPARTMENT_SHAPE) },
    },
    (_parameters, { operations }) => listing(operations.listDepartments(), departmentWire),
  ),
  call(
    {
      path: 'department/create',
      scope: 'employee_update',
      summary: 'Adds a department',
      takes: { department: required(object(DEPARTMENT)) },
      gives: { id: INTEGER },
    },
    ({ department: { label, location } }, { operations }) => {
      const outcome = operations.createDepartment({ label, place: location });
      return outcome.kind === 'refused' ? filingFailure(outcome, 'department', {}) : success({ id: outcome.id });
    },
  ),
  call(
    {
      path: 'department/update',
      scope: 'employee_update',
      summary: 'Replaces what is known of a department',
      takes: { department: required(object({ id: required(id), ...DEPARTMENT })) },
      gives: {},
    },
    ({ department: { id, label, location } }, { operations }) => {
      const outcome = operations.editDepartment({ id, label, place: location });
      return outcome.kind === 'refused' ? filingFailure(outcome, 'department', {}) : success();
    },
  ),
  call(
    {
      path: 'department/delete',
      scope: 'employee_update',
      summary: 'Removes a department; its people stay',
      takes: { department_id: required(id) },
      gives: {},
    },
    ({ department_id }, { operations }) => {
      const outcome = operations.deleteDepartment(department_id);
      return outcome.kind === 'refused' ? filingFailure(outcome, 'department', {}) : success();
    },
  ),
  call(
    {
      path: 'garage/list',
      scope: 'trackers:read',
      summary: 'Lists the garages',
      takes: {},
      gives: { list: listOf(GARAGE_SHAPE) },
    },
    (_parameters, { operations }) => listing(operations.listGarages(), garageWire),
  ),
  call(
    {
      path: 'garage/create',
      scope: 'vehicle_update',
      summary: 'Adds a garage',
      takes: { garage: required(object(GARAGE)) },
      gives: { id: INTEGER },
    },
    ({ garage }, { operations }) => {
      const outcome = operations.createGarage(garageOf(garage));
      return outcome.kind === 'refused' ? filingFailure(outcome, 'garage', {}) : success({ id: outcome.id });
    },
  ),
  call(
    {
      path: 'garage/update',
      scope: 'vehicle_update',
      summary: 'Replaces what is known of a garage',
      takes: { garage: required(object({ id: required(id), ...GARAGE })) },
      gives: {},
    },
    ({ garage: { id, ...rest } }, { operations }) => {
      const outcome = operations.editGarage({ id, ...garageOf(rest) });
      return outcome.kind === 'refused' ? filingFailure(outcome, 'garage', {}) : success();
    },
  ),
  call(
    {
      path: 'garage/delete',
      scope: 'vehicle_update',
      summary: 'Removes a garage; its vehicles stay',
      takes: { garage_id: required(id) },
      gives: {},
    },
    ({ garage_id }, { operations }) => {
      const outcome = operations.deleteGarage(garage_id);
      return outcome.kind === 'refused' ? filingFailure(outcome, 'garage', {}) : success();
    },
  ),
];
