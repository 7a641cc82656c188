/** One situation of the common model, section 10: a task in a place of its own, its drivers, and what happens to it. */
import { expect } from 'vitest';
import { TEMPLATE } from '../api/navixy/scenario.ts';
import {
  type Driver,
  geoJson,
  isoDate,
  type Json,
  MINUTE_MS,
  navixyDate,
  northOf,
  type Point,
  type World,
} from './world.ts';

/** How far from the middle of a zone of 150 m. */
const METRES = { inside: 20, near: 250, far: 5000 } as const;

export type Whereabouts = keyof typeof METRES;
export type Step = (stage: Stage) => Promise<unknown>;

export interface Views {
  readonly navixy: string;
  readonly gsmtasks: string;
  readonly thetrack: string;
}

/** Minutes after the beginning. */
const WINDOW = { from: 60, to: 120 };
const MAX_DELAY = 30;

export class Stage {
  readonly world: World;
  readonly van: Driver;
  readonly bike: Driver;
  readonly place: Point;
  readonly #startMs: number;
  readonly #account: string;
  #uuid: string | null = null;

  private constructor(world: World, account: string, van: Driver, bike: Driver, place: Point) {
    this.world = world;
    this.#account = account;
    this.van = van;
    this.bike = bike;
    this.place = place;
    this.#startMs = world.nowMs;
  }

  /** `number`: tells it from other stages of this world. */
  static async open(world: World, number: number): Promise<Stage> {
    const [van, bike] = [await world.driver(`Van ${number}`), await world.driver(`Bike ${number}`)];
    return new Stage(world, await world.accountUrl(), van, bike, { latDeg: 40 + number / 10, lonDeg: 8 });
  }

  get uuid(): string {
    if (this.#uuid === null) throw new Error('no task was made yet');
    return this.#uuid;
  }

  get taskId(): number {
    return this.world.idOf(this.uuid);
  }

  timeOf(minutes: number): number {
    return this.#startMs + minutes * MINUTE_MS;
  }

  is(uuid: string): void {
    this.#uuid = uuid;
  }

  async createInNavixy(members: object): Promise<void> {
    const { latDeg: lat, lonDeg: lng } = this.place;
    const task = {
      label: 'Deliver',
      description: '',
      location: { lat, lng, radius: 150, address: '' },
      from: navixyDate(this.timeOf(WINDOW.from)),
      to: navixyDate(this.timeOf(WINDOW.to)),
      max_delay: MAX_DELAY,
      ...members,
    };
    const isWithForm = 'form_template_id' in members;
    const { body } = await this.world.navixy('task/create', { task, create_form: isWithForm });
    expect(body).toMatchObject({ success: true });
    this.is(this.world.uuidOf(body.id));
  }

  async createInGsmtasks(members: object): Promise<void> {
    const address = { raw_address: 'Quay 4', location: geoJson(this.place) };
    const task = {
      account: this.#account,
      category: 'drop_off',
      address,
      assignee: this.userUrl(this.van),
      ...members,
    };
    this.is((await this.world.did(this.world.gsmtasks('POST', '/tasks/', task))).id);
  }

  async createInThetrack(): Promise<void> {
    const task = { action: 'delivery', location: { point: geoJson(this.place) } };
    this.is((await this.world.did(this.world.thetrack('POST', '/tasks/', task))).id);
  }

  userUrl({ uuid }: Driver): string {
    return `${this.#account.replace(/\/accounts\/.*$/, '')}/users/${uuid}/`;
  }

  taskUrl(): string {
    return `${this.#account.replace(/\/accounts\/.*$/, '')}/tasks/${this.uuid}/`;
  }

  async instruct(action: string, members: object = {}): Promise<void> {
    const command = { task: this.taskUrl(), time: isoDate(this.world.nowMs), action, ...members };
    const { state, error_message } = await this.world.did(this.world.gsmtasks('POST', '/task_commands/', command));
    expect({ state, error_message }).toEqual({ state: 'accepted', error_message: '' });
  }

  async navixy(call: string, parameters: object): Promise<Json> {
    const { body } = await this.world.navixy(call, parameters);
    expect(body).toMatchObject({ success: true });
    return body;
  }

  async pass(minutes: number, van?: Whereabouts): Promise<void> {
    await this.world.passTo(this.timeOf(minutes));
    if (van !== undefined) await this.world.see(this.van, northOf(this.place, METRES[van]));
  }

  async views(): Promise<Views> {
    const { world, uuid } = this;
    const navixy = await world.navixy('task/read', { task_id: this.taskId });
    const gsmtasks = await world.gsmtasks('GET', `/tasks/${uuid}/`);
    const thetrack = await world.thetrack('GET', `/tasks/${uuid}/`);
    return {
      navixy: navixy.body.success ? navixy.body.value.status : hidden(navixy.body.status.code, 201),
      gsmtasks: gsmtasks.status === 200 ? stateWords(gsmtasks.body) : hidden(gsmtasks.status, 404),
      thetrack: thetrack.status === 200 ? statusWords(thetrack.body) : hidden(thetrack.status, 404),
    };
  }
}

function stateWords({ state, assignee_proximity: proximity }: Json): string {
  return proximity === 'near' ? `${state} (near)` : state;
}

function statusWords({ status, progress }: Json): string {
  return `${status} / ${progress}`;
}

function hidden(code: number, expected: number): string {
  return code === expected ? 'not shown' : `answered with ${code}`;
}

/** Steps, to be put in rows. */
export const navixy = {
  create:
    (members: object = {}): Step =>
    (stage) =>
      stage.createInNavixy(members),
  createWithForm:
    (members: object = {}): Step =>
    async (stage) => {
      const { id } = await stage.navixy('form/template/create', { template: TEMPLATE });
      await stage.createInNavixy({ form_template_id: id, ...members });
    },
  assign: (stage: Stage) => stage.navixy('task/assign', { task_id: stage.taskId, tracker_id: stage.van.id }),
  submit: (stage: Stage) => {
    return stage.navixy('task/form/submit', {
      task_id: stage.taskId,
      values: { who: { type: 'text', value: 'Anna' } },
    });
  },
  delete: (stage: Stage) => stage.navixy('task/delete', { task_id: stage.taskId }),
} as const;

export const gsmtasks = {
  create:
    (members: object = {}): Step =>
    (stage) =>
      stage.createInGsmtasks(members),
  /** With an end of the window, two hours from the beginning. */
  createDue: (stage: Stage) => stage.createInGsmtasks({ complete_before: isoDate(stage.timeOf(WINDOW.to)) }),
  do:
    (action: string): Step =>
    (stage) =>
      stage.instruct(action),
  reassign: (stage: Stage) => stage.instruct('reassign', { assignee: stage.userUrl(stage.bike) }),
  /** Its state is read-only, and there is no call that makes one: drafts and scheduled tasks come from elsewhere. */
  createUnready:
    (begins: 'draft' | 'scheduled'): Step =>
    async (stage) => {
      await stage.createInGsmtasks({ assignee: null });
      const { dialect, text, terms } = stage.world.kit.store.tasks.read(stage.taskId)!;
      const uuid = crypto.randomUUID();
      const task = { uuid, dialect, trackerId: null, text, terms, begins };
      expect(await stage.world.kit.line.command({ kind: 'create_task', task })).toMatchObject({ kind: 'task' });
      stage.is(uuid);
    },
} as const;

export const thetrack = {
  create: (stage: Stage) => stage.createInThetrack(),
  assign: (stage: Stage) => {
    const { world, van, uuid } = stage;
    return world.did(world.thetrack('POST', `/drivers/${van.uuid}/assign_tasks/`, { task_ids: [uuid] }));
  },
  complete: (stage: Stage) => stage.world.did(stage.world.thetrack('POST', `/tasks/${stage.uuid}/complete/`, {})),
  cancel: (stage: Stage) => stage.world.did(stage.world.thetrack('POST', `/tasks/${stage.uuid}/cancel/`, {})),
  suspend: (stage: Stage) => stage.world.did(stage.world.thetrack('POST', `/tasks/${stage.uuid}/suspend/`, {})),
} as const;

/** The clock shows so many minutes after the beginning; then the van says where it is. */
export function after(minutes: number, van?: Whereabouts): Step {
  return (stage) => stage.pass(minutes, van);
}
