/** Scenarios of the calls about keys, trackers, people, vehicles, tags, fields, schedules and events. */
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { TASK } from '../kit.ts';
import { ELSEWHERE, NOWHERE, refused, type Scenario, type Scenarios, type World } from './scenario.ts';

const NO_PARAMETERS: Scenario = { happy: () => ({}) };

/** Of the five calls that keep a kind of thing; it is called by its resource. */
function kept(resource: string, thing: object): Scenarios {
  const id = async (world: World) => (await world.made(`${resource}/create`, { [resource]: thing })).id;
  return {
    [`${resource}/create`]: { happy: () => ({ [resource]: thing }) },
    [`${resource}/list`]: NO_PARAMETERS,
    [`${resource}/read`]: { happy: async (world) => ({ [`${resource}_id`]: await id(world) }) },
    [`${resource}/update`]: { happy: async (world) => ({ [resource]: { ...thing, id: await id(world) } }) },
    [`${resource}/delete`]: {
      happy: async (world) => ({ [`${resource}_id`]: await id(world) }),
      notFound: refused(201, () => ({ [`${resource}_id`]: NOWHERE })),
    },
  };
}

let keys = 0;

async function key(world: World): Promise<string> {
  return (await world.made('api/key/create', { title: `Key ${keys++}` })).value.hash;
}

const KEY_CALLS: Scenarios = {
  'user/auth': {
    happy: () => ({ login: 'api-key', password: FIRST_KEY }),
    notFound: refused(102, () => ({ login: 'nobody', password: FIRST_KEY })),
  },
  'api/key/create': { happy: () => ({ title: 'Dispatch' }) },
  'api/key/list': NO_PARAMETERS,
  'api/key/delete': {
    happy: async (world) => ({ key: await key(world) }),
    notFound: refused(201, () => ({ key: 'f'.repeat(32) })),
  },
  'user/get_info': NO_PARAMETERS,
  'user/settings/read': NO_PARAMETERS,
  'user/settings/update': { happy: () => ({ time_zone: 'UTC', hour_mode: 'TWELVE_HOURS' }) },
};

/** Of a call about one tracker, which may change it. */
function aboutTracker(more: object = {}): Scenario {
  return { happy: async (world) => ({ tracker_id: await world.tracker(), ...more }) };
}

async function employee(world: World): Promise<number> {
  return (await world.made('employee/create', { employee: { first_name: 'Bea' } })).id;
}

/** Those beyond `list` and `read` are extensions, or of other parts of Navixy's API. */
const TRACKER_CALLS: Scenarios = {
  'tracker/list': { happy: () => ({ labels: ['van'] }) },
  'tracker/read': { happy: () => ({ tracker_id: 1 }) },
  'tracker/update': aboutTracker({ label: 'Van 7' }),
  'tracker/block': aboutTracker({ blocked: true }),
  'tracker/change_device': {
    ...aboutTracker({ device_id: '490154203237518' }),
    wrongState: refused(224, async (world) => {
      await world.tracker('356307042441013');
      return { tracker_id: 1, device_id: '356307042441013' };
    }),
  },
  'tracker/delete': aboutTracker(),
  'tracker/tags/set': aboutTracker({ tag_bindings: [] }),
  'tracker/employee/read': aboutTracker(),
  'tracker/employee/assign': {
    happy: async (world) => ({ tracker_id: await world.tracker(), new_employee_id: await employee(world) }),
    wrongState: refused(263, async (world) => ({ tracker_id: await world.tracker(), new_employee_id: null })),
  },
  'employee/assign': {
    happy: async (world) => ({ employee_id: await employee(world), tracker_id: await world.tracker() }),
  },
  'employee/erase': { happy: async (world) => ({ employee_id: await employee(world) }) },
};

const FIELD = { label: 'Gate code', type: 'text' };

const FIELD_CALLS: Scenarios = {
  'entity/list': NO_PARAMETERS,
  'entity/read': { happy: () => ({ type: 'task' }), notFound: refused(201, () => ({ id: NOWHERE })) },
  // Every field must stand in it once: as it is.
  'entity/update': { happy: async (world) => ({ entity: (await world.made('entity/list', {})).list[0] }) },
  'entity/fields/read': { happy: () => ({ entity_id: 1 }) },
  'entity/fields/update': { happy: () => ({ entity_id: 1, fields: [FIELD] }) },
};

const SCHEDULE = {
  ...{ label: TASK.label, description: TASK.description, location: TASK.location },
  from_time: '09:00:00',
  duration: 60,
  parameters: { type: 'weekdays', weekdays: [1, 2, 3] },
};

async function schedule(world: World): Promise<number> {
  return (await world.made('task/schedule/create', { schedule: SCHEDULE })).id;
}

const SCHEDULE_CALLS: Scenarios = {
  'task/schedule/create': {
    happy: () => ({ schedule: SCHEDULE }),
    notFound: refused(201, () => ({ schedule: { ...SCHEDULE, tracker_id: NOWHERE } })),
    wrongState: refused(208, () => ({ schedule: { ...SCHEDULE, tracker_id: 2 } })),
  },
  'task/schedule/read': { happy: async (world) => ({ id: await schedule(world) }) },
  'task/schedule/list': { happy: () => ({ filter: 'parcel', types: ['task'] }) },
  'task/schedule/update': {
    happy: async (world) => ({ schedule: { ...SCHEDULE, id: await schedule(world), duration: 90 } }),
    notFound: refused(204, () => ({ schedule: { ...SCHEDULE, id: NOWHERE } })),
  },
  'task/schedule/delete': { happy: async (world) => ({ schedule_id: await schedule(world) }) },
  'task/schedule/proposal/list': { happy: () => ({ from: '2026-03-01 00:00:00', to: '2026-03-08 00:00:00' }) },
};

const DELIVERY: Scenario = {
  happy: async (world) => {
    const open = { tracker_id: 1, external_id: 'delivery-1', to: '2026-03-03 00:00:00', ...ELSEWHERE };
    await world.task(open);
    return { external_id: 'delivery-1' };
  },
  notFound: refused(201, () => ({ external_id: 'never' })),
};

const DELIVERY_CALLS: Scenarios = {
  'delivery/read': DELIVERY,
  'delivery/list': DELIVERY,
  'user/session/delivery/create': NO_PARAMETERS,
  'user/session/delivery/read': {
    happy: async (world) => {
      await world.made('user/session/delivery/create', {});
      return {};
    },
  },
};

const PERIOD = { from: '2026-03-01 00:00:00', to: '2026-03-02 00:00:00' };
const RULE = { name: 'Late', type: 'task_status_change', trackers: [1], extended_params: { statuses: ['failed'] } };

async function rule(world: World): Promise<number> {
  return (await world.made('tracker/rule/create', { rule: RULE })).id;
}

const EVENT_CALLS: Scenarios = {
  'history/user/list': { happy: () => PERIOD },
  'history/tracker/list': {
    happy: () => ({ trackers: [1], ...PERIOD }),
    notFound: refused(217, () => ({ trackers: [NOWHERE], ...PERIOD })),
  },
  'history/type/list': { happy: () => ({ locale: 'en', only_tracker_events: true }) },
  'tracker/rule/create': { happy: () => ({ rule: RULE }) },
  'tracker/rule/list': NO_PARAMETERS,
  'tracker/rule/update': {
    happy: async (world) => ({ rule: { ...RULE, id: await rule(world), name: 'Very late' } }),
    notFound: refused(201, () => ({ rule: { ...RULE, id: NOWHERE } })),
  },
  'tracker/rule/delete': { happy: async (world) => ({ rule_id: await rule(world) }) },
  'tracker/rule/bind': { happy: async (world) => ({ rule_id: await rule(world), trackers: [2] }) },
  'tracker/rule/unbind': { happy: async (world) => ({ rule_id: await rule(world), trackers: [1] }) },
};

/** No geocoder is at hand here: that is the state which refuses. */
const GEOCODER_CALLS: Scenarios = {
  'geocoder/search_address': { wrongState: refused(210, () => ({ q: 'Fichtenstrasse 11' })) },
  'geocoder/search_location': { wrongState: refused(210, () => ({ location: { lat: 51, lng: 7 } })) },
};

export const FLEET_SCENARIOS: Scenarios = {
  ...KEY_CALLS,
  ...TRACKER_CALLS,
  ...kept('tag', { name: 'Fragile', color: 'FF0000' }),
  'tag/search': {
    happy: async (world) => ({
      tag_ids: [(await world.made('tag/create', { tag: { name: 'Cold', color: '0000FF' } })).id],
    }),
  },
  ...kept('employee', { first_name: 'Anna', last_name: 'Sample' }),
  ...kept('vehicle', { label: 'Lorry' }),
  ...kept('department', { label: 'North' }),
  ...kept('garage', { organization_name: 'Yard' }),
  ...FIELD_CALLS,
  ...SCHEDULE_CALLS,
  ...DELIVERY_CALLS,
  ...EVENT_CALLS,
  ...GEOCODER_CALLS,
};
