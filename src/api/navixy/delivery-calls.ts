/** `/delivery/*` and the sessions for it: how far a delivery is, told to who waits for it. */
import type { Delivery } from '../../operations/deliveries.ts';
import { USER_ID } from './account.ts';
import { success } from './answer.ts';
import type { Calendar } from './calendar.ts';
import { type Call, call } from './call.ts';
import { failure } from './errors.ts';
import { INT_MAX, integer, line, type Reader, required } from './parameters.ts';
import type { Pen } from './pen.ts';
import { taskWire, trackerWire } from './read.ts';
import { CHECKPOINT } from './route-shapes.ts';
import { INTEGER, listOf, nullable, record, STRING, TASK, TRACKER } from './shapes.ts';

/** More bear one external id only by mistake. */
const DELIVERIES_MAX = 100;

const number = integer(0, INT_MAX);
const words = line(1, 100);

/** Documented as a number; on the task it is a string. */
const externalId: Reader<string> = {
  schema: { anyOf: [number.schema, words.schema] },
  fromText: (value) => value,
  read(value, site) {
    return typeof value === 'number' ? number.read(value, site)?.toString() : words.read(value, site);
  },
};

const TAKES = { external_id: required(externalId) };

const DELIVERY = {
  task: { anyOf: [TASK, CHECKPOINT] },
  tracker: nullable(TRACKER),
  first_name: nullable(STRING),
  middle_name: nullable(STRING),
  last_name: nullable(STRING),
  vehicle_label: nullable(STRING),
  estimated_time: nullable(INTEGER),
};

/** No tariffs here, so nothing that one restricts. */
const RESTRICTIONS = { restrictions: { type: 'object' } };
const ACCOUNT = { user_id: USER_ID, restrictions: {} };

export const DELIVERY_CALLS: readonly Call[] = [
  call(
    {
      path: 'delivery/read',
      scope: 'delivery:read',
      summary: 'Tells how far the delivery with an external id is',
      takes: TAKES,
      gives: { user_id: INTEGER, ...DELIVERY, ...RESTRICTIONS },
    },
    async ({ external_id }, { operations, calendar }, pen) => {
      const [delivery] = await operations.findDeliveries(external_id, 1);
      return delivery === undefined ? failure(201) : success({ ...ACCOUNT, ...deliveryWire(delivery, calendar, pen) });
    },
  ),
  call(
    {
      path: 'delivery/list',
      scope: 'delivery:read',
      summary: 'Tells how far all deliveries with an external id are',
      takes: TAKES,
      gives: { list: listOf(record(DELIVERY)), user_id: INTEGER, ...RESTRICTIONS },
    },
    async ({ external_id }, { operations, calendar }, pen) => {
      const deliveries = await operations.findDeliveries(external_id, DELIVERIES_MAX);
      if (deliveries.length === 0) return failure(201);
      return success({ list: deliveries.map((delivery) => deliveryWire(delivery, calendar, pen)), ...ACCOUNT });
    },
  ),
  call(
    {
      path: 'user/session/delivery/create',
      scope: 'tasks:write',
      summary: 'Makes a key that opens delivery/* and nothing else, in place of the one before',
      takes: {},
      gives: { value: STRING },
    },
    (_parameters, { operations }) => success({ value: operations.createDeliverySession() }),
  ),
  call(
    {
      path: 'user/session/delivery/read',
      scope: 'tasks:read',
      summary: 'Reads the key that opens delivery/*',
      takes: {},
      gives: { value: STRING },
    },
    (_parameters, { operations }) => {
      const key = operations.readDeliverySession();
      return key === null ? failure(201) : success({ value: key });
    },
  ),
];

function deliveryWire({ task, tracker, employee, vehicle, etaS }: Delivery, calendar: Calendar, pen: Pen): object {
  return {
    task: taskWire(task, pen),
    tracker: tracker && trackerWire(tracker, calendar),
    first_name: employee?.firstName || null,
    middle_name: employee?.middleName || null,
    last_name: employee?.lastName || null,
    vehicle_label: vehicle?.label ?? null,
    estimated_time: etaS,
  };
}
