/**
 * What only a person can say of a call: parameters with which it succeeds, with which it finds nothing, and with which
 * it meets something in the wrong state; and the world in which that is so.
 */
import { NOW_MS } from '../../operations/fake-line.ts';
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
  readonly happy?: Prepare;
  /** Where it is not the usual one: every required id names nothing, and the answer is 201 or 204. */
  readonly notFound?: Refused;
  /** Absent = there is no state in which the call is refused. */
  readonly wrongState?: Refused;
}

/** One entry a call. */
export type Scenarios = Readonly<Record<string, Scenario>>;

/** No id of anything. */
export const NOWHERE = 2_147_483_647;
/** Where no tracker of the world has been. */
export const ELSEWHERE = { location: { ...TASK.location, lat: 10, lng: 10 } };

export function refused(code: number, prepare: Prepare): Refused {
  return { code, prepare };
}

interface Made {
  readonly id: number;
  readonly result: { readonly id: number; readonly checkpoint_ids: readonly number[] };
  readonly value: { readonly hash: string };
  readonly list: readonly object[];
}

/** A store with tracker 1, tracker 2 blocked, and short ways to more. Tracker 1 was where `TASK` is, in time. */
export class World {
  readonly kit: WholeKit;

  constructor(kit: WholeKit) {
    this.kit = kit;
  }

  async furnish(): Promise<void> {
    for (const label of ['Van 1', 'Blocked']) await this.kit.own('POST', '/api/trackers', { label });
    await this.kit.own('PATCH', '/api/trackers/2', { isBlocked: true });
    const inside = { latDeg: TASK.location.lat, lonDeg: TASK.location.lng };
    await this.kit.send(1, [{ timeMs: NOW_MS - 3.5 * 3_600_000, ...inside }]);
  }

  async tracker(imei: string | null = null): Promise<number> {
    return (await this.kit.own('POST', '/api/trackers', { label: 'Spare', imei })).id;
  }

  /** What a call answered; it must have gone well. */
  async made(path: string, parameters: object): Promise<Made> {
    const body = (await this.kit.navixy(path, parameters)) as unknown as Made & { success: boolean };
    if (body.success !== true) throw new Error(`${path} ${JSON.stringify(parameters)}: ${JSON.stringify(body)}`);
    return body;
  }

  async task(members: object = {}): Promise<number> {
    return (await this.made('task/create', { task: { ...TASK, ...members } })).id;
  }

  /** A task whose tracker was there. */
  doneTask(): Promise<number> {
    return this.task({ tracker_id: 1 });
  }

  /** Of two checkpoints, for nobody. */
  route(): Promise<Made['result']> {
    return this.#route({});
  }

  doneRoute(): Promise<Made['result']> {
    return this.#route({ tracker_id: 1 });
  }

  async #route(members: object): Promise<Made['result']> {
    const route = { label: 'Round', description: '', ...members };
    return (await this.made('task/route/create', { route, checkpoints: [TASK, TASK] })).result;
  }

  async template(): Promise<number> {
    return (await this.made('form/template/create', { template: TEMPLATE })).id;
  }

  /** A task with a form that nobody has filled in. */
  async formTask(): Promise<number> {
    const task_id = await this.task();
    await this.made('task/form/create', { task_id, template_id: await this.template() });
    return task_id;
  }
}

export const TEMPLATE = {
  label: 'Receipt',
  description: 'Who took it',
  fields: [
    {
      id: 'who',
      label: 'Received by',
      description: 'Name',
      required: true,
      type: 'text',
      min_length: 1,
      max_length: 50,
    },
    { id: 'proof', label: 'Proof', description: 'Any file', required: false, type: 'file' },
  ],
  submit_in_zone: false,
  default: false,
};
