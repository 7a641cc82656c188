/** Scenarios of the calls about tasks, routes and checkpoints. */
import { TASK } from '../kit.ts';
import { NOWHERE, refused, type Scenario, type Scenarios } from './scenario.ts';

/** Of a call about one task. */
function aboutTask(more: object = {}): Scenario {
  return { happy: async (world) => ({ task_id: await world.task(), ...more }) };
}

/** Of a call about one route. */
function aboutRoute(more: object = {}): Scenario {
  return { happy: async (world) => ({ route_id: (await world.route()).id, ...more }) };
}

/** Of a call about one checkpoint. */
const ABOUT_CHECKPOINT: Scenario = {
  happy: async (world) => ({ checkpoint_id: (await world.route()).checkpoint_ids[0] }),
};
const CHECKPOINT_DONE = refused(255, async (world) => ({
  checkpoint_id: (await world.doneRoute()).checkpoint_ids[0],
}));

const ROUTE = { label: 'Round', description: '' };
const CSV = 'label,from,lat,lng\nStop,2026-03-02 08:00:00,51.2,7.3\n';
const ROW = 'Stop\t2026-03-02 08:00:00\t\tMain street 1\t51.2\t7.3\tCareful';

export const TASK_SCENARIOS: Scenarios = {
  'task/create': {
    happy: () => ({ task: { ...TASK, tracker_id: 1 } }),
    notFound: refused(201, () => ({ task: { ...TASK, tracker_id: NOWHERE } })),
    wrongState: refused(208, () => ({ task: { ...TASK, tracker_id: 2 } })),
  },
  'task/read': aboutTask(),
  'task/update': {
    happy: async (world) => ({ task: { ...TASK, id: await world.task(), label: 'Changed' } }),
    wrongState: refused(255, async (world) => ({ task: { ...TASK, id: await world.doneTask() } })),
  },
  'task/assign': {
    ...aboutTask({ tracker_id: 1 }),
    notFound: refused(204, async (world) => ({ task_id: await world.task(), tracker_id: NOWHERE })),
    wrongState: refused(255, async (world) => ({ task_id: await world.doneTask(), tracker_id: 1 })),
  },
  'task/delete': aboutTask(),
  'task/count': { happy: () => ({}) },
  'task/list': { happy: () => ({ statuses: ['assigned'], sort: ['label=desc'], limit: 5 }) },
  'task/history/list': aboutTask(),
  'task/transmute': {
    happy: async (world) => ({ task_id: await world.task(), route_id: (await world.route()).id, order: 1 }),
    wrongState: refused(255, async (world) => ({
      task_id: await world.doneTask(),
      route_id: (await world.route()).id,
      order: 0,
    })),
  },
  'task/batch_convert': { happy: () => ({ batch: ROW }) },
  'task/batch_create': { happy: () => ({ tasks: [TASK] }) },
  'task/bulk_assign': { happy: async (world) => ({ task_ids: [await world.task()], tracker_id: 1 }) },
  'task/bulk_cancel': { happy: async (world) => ({ task_ids: [await world.task()] }) },
  'task/import': { happy: () => ({ csv: CSV }) },
};

export const ROUTE_SCENARIOS: Scenarios = {
  'task/route/create': {
    happy: () => ({ route: { ...ROUTE, tracker_id: 1 }, checkpoints: [TASK, TASK, TASK] }),
    notFound: refused(201, () => ({ route: { ...ROUTE, tracker_id: NOWHERE }, checkpoints: [TASK, TASK] })),
    wrongState: refused(208, () => ({ route: { ...ROUTE, tracker_id: 2 }, checkpoints: [TASK, TASK] })),
  },
  'task/route/read': aboutRoute(),
  'task/route/list': { happy: () => ({ statuses: ['unassigned'], filter: 'round' }) },
  'task/route/update': {
    happy: async (world) => ({ route: { ...ROUTE, id: (await world.route()).id, label: 'Changed' } }),
    wrongState: refused(255, async (world) => ({ route: { ...ROUTE, id: (await world.doneRoute()).id } })),
  },
  'task/route/assign': {
    ...aboutRoute({ tracker_id: 1 }),
    notFound: refused(204, async (world) => ({ route_id: (await world.route()).id, tracker_id: NOWHERE })),
    wrongState: refused(255, async (world) => ({ route_id: (await world.doneRoute()).id, tracker_id: 1 })),
  },
  'task/route/delete': aboutRoute(),
  'task/route/points/optimize': {
    happy: () => {
      const points = [7.3, 7.1, 7.2].map((lng) => ({ location: { lat: 51, lng }, from: TASK.from, to: TASK.to }));
      return { start_point: { lat: 51, lng: 7 }, route_points: points };
    },
  },
  'task/checkpoint/create': {
    happy: async (world) => ({ checkpoint: { ...TASK, parent_id: (await world.route()).id, order: 1 } }),
    wrongState: refused(255, async (world) => ({
      checkpoint: { ...TASK, parent_id: (await world.doneRoute()).id, order: 1 },
    })),
  },
  'task/checkpoint/read': ABOUT_CHECKPOINT,
  'task/checkpoint/list': { happy: async (world) => ({ checkpoint_ids: (await world.route()).checkpoint_ids }) },
  'task/checkpoint/update': {
    happy: async (world) => ({
      checkpoint: { ...TASK, id: (await world.route()).checkpoint_ids[0], label: 'Changed' },
    }),
    wrongState: refused(255, async (world) => ({
      checkpoint: { ...TASK, id: (await world.doneRoute()).checkpoint_ids[0] },
    })),
  },
  'task/checkpoint/delete': { ...ABOUT_CHECKPOINT, wrongState: CHECKPOINT_DONE },
  'task/checkpoint/transmute': { ...ABOUT_CHECKPOINT, wrongState: CHECKPOINT_DONE },
};
