/** `/vehicle/*`: vehicles, with all that their papers say. Nothing here looks at it but clients. */
import type { Vehicle } from '../../model/records.ts';
import type { Operations } from '../../operations/operations.ts';
import { success } from './answer.ts';
import { type Call, call } from './call.ts';
import { date } from './day.ts';
import { failure, invalid } from './errors.ts';
import {
  array,
  bool,
  decimal,
  type Fields,
  INT_MAX,
  integer,
  line,
  name,
  object,
  oneOf,
  optional,
  otherwise,
  type Read,
  required,
  text,
} from './parameters.ts';
import { filingFailure, pageFields, pageOf, TAGS } from './records.ts';
import { refusalFailure } from './refusals.ts';
import { INTEGER, listOf, nullable, record, STRING } from './shapes.ts';
import { id } from './usual.ts';

const words = otherwise(line(0, 255), '');
const count = optional(integer(0, INT_MAX));
const measure = optional(decimal(0, 1_000_000_000));

/** In the order of a real answer. */
const PAPERS = {
  max_speed: count,
  model: words,
  type: optional(oneOf(['truck', 'car', 'bus', 'special'])),
  subtype: optional(line(0, 50)),
  trailer: optional(line(0, 255)),
  manufacture_year: optional(integer(0, 9999)),
  color: optional(line(0, 255)),
  additional_info: optional(text(0, 4000)),
  reg_number: words,
  vin: words,
  chassis_number: words,
  frame_number: words,
  payload_weight: measure,
  payload_height: measure,
  payload_length: measure,
  payload_width: measure,
  passengers: count,
  gross_weight: measure,
  fuel_type: optional(oneOf(['petrol', 'diesel', 'gas'])),
  fuel_grade: words,
  norm_avg_fuel_consumption: measure,
  fuel_tank_volume: measure,
  fuel_cost: measure,
  wheel_arrangement: optional(line(0, 255)),
  tyre_size: words,
  tyres_number: count,
  liability_insurance_policy_number: words,
  liability_insurance_valid_till: optional(date),
  free_insurance_policy_number: words,
  free_insurance_valid_till: optional(date),
  icon_id: count,
  icon_color: optional(line(0, 6)),
  avatar_file_name: optional(line(0, 255)),
} satisfies Fields;

const VEHICLE = {
  tracker_id: optional(id),
  label: required(name(255)),
  garage_id: optional(id),
  tags: TAGS,
  ...PAPERS,
} satisfies Fields;

const VEHICLE_SHAPE = record({
  id: INTEGER,
  tracker_id: nullable(INTEGER),
  tracker_label: nullable(STRING),
  label: STRING,
  garage_id: nullable(INTEGER),
  garage_organization_name: nullable(STRING),
  ...Object.fromEntries(Object.entries(PAPERS).map(([field, { schema }]) => [field, schema])),
  tags: listOf(INTEGER),
});

const NAMES = { trackerId: 'tracker_id', garageId: 'garage_id' };

function vehicleOf({ tracker_id, label, garage_id, tags, ...extra }: Read<typeof VEHICLE>): Omit<Vehicle, 'id'> {
  return { trackerId: tracker_id, label, garageId: garage_id, tags, extra };
}

type Names = Pick<Operations, 'readTracker' | 'listGarages'>;

export function vehicleWire(vehicle: Vehicle, operations: Names): Readonly<Record<string, unknown>> {
  const { id, trackerId, label, garageId, tags, extra } = vehicle;
  const garage = garageId === null ? undefined : operations.listGarages().find((known) => known.id === garageId);
  return {
    id,
    tracker_id: trackerId,
    tracker_label: trackerId === null ? null : (operations.readTracker(trackerId)?.label ?? null),
    label,
    garage_id: garageId,
    garage_organization_name: garage?.label ?? null,
    ...Object.fromEntries(Object.keys(PAPERS).map((field) => [field, extra[field] ?? null])),
    tags,
  };
}

const SORTED = [
  'id',
  'label',
  'reg_number',
  'model',
  'type',
  'garage_organization_name',
  'vin',
  'tracker_label',
  'fuel_type',
  'fuel_grade',
  'norm_avg_fuel_consumption',
  'fuel_tank_volume',
  'payload_weight',
  'chassis_number',
  'subtype',
  'wheel_arrangement',
  'tyres_number',
  'tyre_size',
  'max_speed',
  'passengers',
] as const;

/** Whether the tracker leaves the vehicle that has it. */
const FORCE = { force_reassign: otherwise(bool, true) };
const IDS_MAX = 1000;

export const VEHICLE_CALLS: readonly Call[] = [
  call(
    {
      path: 'vehicle/list',
      scope: 'trackers:read',
      summary: 'Lists the vehicles',
      takes: pageFields(SORTED),
      gives: { list: listOf(VEHICLE_SHAPE), count: INTEGER },
    },
    (page, { operations }) => {
      const rows = operations.listVehicles().map((vehicle) => vehicleWire(vehicle, operations));
      return success(pageOf(rows, page, ['vin', 'reg_number', 'label']));
    },
  ),
  call(
    {
      path: 'vehicle/read',
      scope: 'trackers:read',
      summary: 'Reads one vehicle',
      takes: { vehicle_id: required(id) },
      gives: { value: VEHICLE_SHAPE },
    },
    ({ vehicle_id }, { operations }) => {
      const vehicle = operations.readVehicle(vehicle_id);
      return vehicle === null ? failure(201) : success({ value: vehicleWire(vehicle, operations) });
    },
  ),
  call(
    {
      path: 'vehicle/create',
      scope: 'vehicle_update',
      summary: 'Adds a vehicle',
      takes: { vehicle: required(object(VEHICLE)), ...FORCE },
      gives: { id: INTEGER },
    },
    ({ vehicle, force_reassign }, { operations }) => {
      const outcome = operations.createVehicle(vehicleOf(vehicle), force_reassign);
      return outcome.kind === 'refused' ? filingFailure(outcome, 'vehicle', NAMES) : success({ id: outcome.id });
    },
  ),
  call(
    {
      path: 'vehicle/update',
      scope: 'vehicle_update',
      summary: 'Replaces what is known of a vehicle',
      takes: { vehicle: required(object({ id: required(id), ...VEHICLE })), ...FORCE },
      gives: {},
    },
    ({ vehicle: { id, ...rest }, force_reassign }, { operations }) => {
      const outcome = operations.editVehicle({ id, ...vehicleOf(rest) }, force_reassign);
      return outcome.kind === 'refused' ? filingFailure(outcome, 'vehicle', NAMES) : success();
    },
  ),
  call(
    {
      path: 'vehicle/delete',
      scope: 'vehicle_update',
      summary: 'Removes a vehicle, or several, from the list',
      takes: { vehicle_id: optional(id), vehicle_ids: optional(array(id, 0, IDS_MAX)) },
      gives: {},
    },
    ({ vehicle_id, vehicle_ids }, { operations }) => {
      if ((vehicle_id === null) === (vehicle_ids === null)) {
        const error = "Exactly one of 'vehicle_id' and 'vehicle_ids' must be specified";
        return invalid([{ parameter: 'vehicle_id', error }]);
      }
      for (const id of vehicle_ids ?? []) operations.deleteVehicle(id);
      const outcome = vehicle_id === null ? null : operations.deleteVehicle(vehicle_id);
      return outcome?.kind === 'refused' ? refusalFailure(outcome) : success();
    },
  ),
];
