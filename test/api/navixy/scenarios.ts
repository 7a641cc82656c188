/**
 * What only a person can say of a call: parameters with which it succeeds, with which it finds nothing, and with which
 * it meets something in the wrong state. One entry a call; a call without an entry shows as a gap in the table.
 */
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { TASK } from '../kit.ts';
import type { Parameters } from '../places.ts';
import type { WholeKit } from '../whole-kit.ts';

/** Makes what the call needs, and says what to ask with. */
type Prepare = (world: World) => Promise<Parameters> | Parameters;

interface Refused {
  readonly code: number;
  readonly prepare: Prepare;
}

export interface Scenario {
  readonly happy: Prepare;
  /** Where it is not the usual one: every required id names nothing, and the answer is 201. */
  readonly notFound?: Refused;
  /** Absent = there is no state in which the call is refused. */
  readonly wrongState?: Refused;
}

/** No id of anything. */
export const NOWHERE = 2_147_483_647;

/** A store with tracker 1, tracker 2 blocked, and short ways to more. */
export class World {
  readonly kit: WholeKit;

  constructor(kit: WholeKit) {
    this.kit = kit;
  }

  async furnish(): Promise<void> {
    for (const label of ['Van 1', 'Blocked']) await this.kit.own('POST', '/api/trackers', { label });
    await this.kit.own('PATCH', '/api/trackers/2', { isBlocked: true });
  }

  /** What a call answered; it must have gone well. */
  async made(path: string, parameters: object): Promise<{ readonly id: number }> {
    const body = (await this.kit.navixy(path, parameters)) as { success?: boolean } & { id: number };
    if (body.success !== true) throw new Error(`${path} ${JSON.stringify(parameters)}: ${JSON.stringify(body)}`);
    return body;
  }

  async task(members: object = {}): Promise<number> {
    return (await this.made('task/create', { task: { ...TASK, ...members } })).id;
  }

  /** A task whose tracker was there. */
  async doneTask(): Promise<number> {
    const id = await this.task({ tracker_id: 1 });
    const inside = { latDeg: TASK.location.lat, lonDeg: TASK.location.lng };
    await this.kit.send(1, [{ timeMs: NOW_MS - 3.5 * 3_600_000, ...inside }]);
    return id;
  }
}

/** That of a task/* call about one task. */
function aboutTask(more: object = {}): Pick<Scenario, 'happy'> {
  return { happy: async (world) => ({ task_id: await world.task(), ...more }) };
}

const NO_TASK: Refused = { code: 201, prepare: () => ({ task: { ...TASK, id: NOWHERE } }) };

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'task/create': {
    happy: () => ({ task: { ...TASK, tracker_id: 1 } }),
    notFound: { code: 201, prepare: () => ({ task: { ...TASK, tracker_id: NOWHERE } }) },
    wrongState: { code: 208, prepare: () => ({ task: { ...TASK, tracker_id: 2 } }) },
  },
  'task/read': aboutTask(),
  'task/update': {
    happy: async (world) => ({ task: { ...TASK, id: await world.task(), label: 'Changed' } }),
    notFound: NO_TASK,
    wrongState: { code: 255, prepare: async (world) => ({ task: { ...TASK, id: await world.doneTask() } }) },
  },
  'task/assign': {
    ...aboutTask({ tracker_id: 1 }),
    notFound: { code: 204, prepare: async (world) => ({ task_id: await world.task(), tracker_id: NOWHERE }) },
    wrongState: { code: 255, prepare: async (world) => ({ task_id: await world.doneTask(), tracker_id: 1 }) },
  },
  'task/delete': aboutTask(),
  'task/count': { happy: () => ({}) },
  'task/list': { happy: () => ({ statuses: ['assigned'], sort: ['label=desc'], limit: 5 }) },
  'task/history/list': aboutTask(),
  'tracker/list': { happy: () => ({ labels: ['van'] }) },
  'tracker/read': { happy: () => ({ tracker_id: 1 }) },
  'user/auth': {
    happy: () => ({ login: 'api-key', password: FIRST_KEY }),
    notFound: { code: 102, prepare: () => ({ login: 'nobody', password: FIRST_KEY }) },
  },
};
