/**
 * What can be done to tasks, as each dialect does it. `how` says by which call, for the matrix of the README; null =
 * that dialect has no counterpart, and no method either.
 */
import { FIRST_KEY } from '../operations/fake-line.ts';
import { type Answer, type Driver, geoJson, isoDate, type Json, navixyDate, type Point, type World } from './world.ts';

export const OPERATIONS = [
  'create',
  'read',
  'list',
  'pageThrough',
  'findByExternalId',
  'editLabel',
  'editDescription',
  'editPlace',
  'editWindow',
  'assign',
  'reassign',
  'unassign',
  'accept',
  'start',
  'arrive',
  'complete',
  'fail',
  'cancel',
  'restart',
  'delete',
  'livePosition',
  'eta',
  'track',
  'history',
  'refuseBadInput',
  'refuseWithoutRight',
  'refuseUnknown',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** As the dialect names it. */
export type Key = string;

export interface Wish {
  readonly externalId: string;
  readonly place: Point;
}

interface Seen {
  readonly externalId: string;
  readonly place: Point;
  /** UUID of the tracker. */
  readonly driver: string | null;
  /** In the dialect's words. */
  readonly status: string;
  readonly label?: string;
  readonly description?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** A key that may not do what is asked, and what came of asking. */
interface Refusal {
  readonly status: number;
  /** Of a dialect whose failures have codes of their own. */
  readonly code: number | null;
  /** Names of what was wrong in the request. */
  readonly faulty: readonly string[];
}

export interface Adapter {
  readonly name: string;
  readonly how: Readonly<Record<Operation, string | null>>;
  /** What `Seen.status` says then. */
  readonly words: Readonly<Partial<Record<Operation, string>>>;
  create(wish: Wish): Promise<Key>;
  /** null = there is none. */
  read(key: Key): Promise<Seen | null>;
  list(): Promise<readonly Key[]>;
  /** All, so many at a time, from one page to the next as the answers say. */
  pageThrough(size: number): Promise<readonly (readonly Key[])[]>;
  findByExternalId(externalId: string): Promise<readonly Key[]>;
  editLabel?(key: Key, label: string): Promise<void>;
  editDescription?(key: Key, description: string): Promise<void>;
  editPlace(key: Key, place: Point): Promise<void>;
  editWindow?(key: Key, fromMs: number, toMs: number): Promise<void>;
  assign(key: Key, driver: Driver): Promise<void>;
  reassign(key: Key, driver: Driver): Promise<void>;
  unassign?(key: Key): Promise<void>;
  accept?(key: Key): Promise<void>;
  start?(key: Key): Promise<void>;
  /** Whether its driver is said to have arrived. */
  arrive(key: Key): Promise<boolean>;
  complete?(key: Key): Promise<void>;
  fail?(key: Key): Promise<void>;
  cancel(key: Key): Promise<void>;
  restart?(key: Key): Promise<void>;
  delete?(key: Key): Promise<void>;
  livePosition?(driver: Driver): Promise<Point | null>;
  /** When its driver will be there, ms; null = not known. */
  eta?(key: Key, wish: Wish): Promise<number | null>;
  /** The way to it, longitude first. */
  track?(key: Key, driver: Driver): Promise<readonly (readonly number[])[]>;
  /** What happened, oldest first, in the dialect's words. */
  history?(key: Key): Promise<readonly string[]>;
  refuseBadInput(): Promise<Refusal>;
  refuseWithoutRight(readerKey: string): Promise<Refusal>;
  refuseUnknown(): Promise<Refusal>;
}

const LABEL = 'Deliver';

export function navixyAdapter(world: World, drivers: readonly Driver[]): Adapter {
  async function ask(call: string, parameters: object = {}): Promise<Json> {
    const { body } = await world.navixy(call, parameters);
    if (body.success !== true) throw new Error(`${call}: ${JSON.stringify(body)}`);
    return body;
  }

  /** As a client does it: reads the task, and sends it back with what is to be another. */
  async function edit(key: Key, change: (task: Json) => object): Promise<void> {
    const { value } = await ask('task/read', { task_id: Number(key) });
    await ask('task/update', { task: { ...value, ...change(value) } });
  }

  const locationOf = ({ latDeg, lonDeg }: Point) => ({ lat: latDeg, lng: lonDeg, radius: 150, address: '' });
  const windowOf = (fromMs: number, toMs: number) => ({ from: navixyDate(fromMs), to: navixyDate(toMs) });

  async function give(key: Key, driver: Driver | null): Promise<void> {
    await ask('task/assign', { task_id: Number(key), tracker_id: driver?.id ?? null });
  }

  return {
    name: 'Navixy',
    how: {
      create: '`task/create`',
      read: '`task/read`',
      list: '`task/list`',
      pageThrough: '`offset`, `limit`',
      findByExternalId: '`task/list` with `external_id`',
      editLabel: '`task/update`: `label`',
      editDescription: '`task/update`: `description`',
      editPlace: '`task/update`: `location`',
      editWindow: '`task/update`: `from`, `to`',
      assign: '`task/assign`',
      reassign: '`task/assign`',
      unassign: '`task/assign` with null',
      accept: null,
      start: null,
      arrive: 'status `arrived`',
      complete: null,
      fail: null,
      cancel: '`task/bulk_cancel` (ours)',
      restart: null,
      delete: '`task/delete`',
      livePosition: null,
      eta: '`delivery/read`: `estimated_time`',
      track: null,
      history: '`task/history/list`',
      refuseBadInput: '7 and `errors`',
      refuseWithoutRight: '13',
      refuseUnknown: '201',
    },
    words: { create: 'unassigned', assign: 'assigned', cancel: 'failed' },
    async create({ externalId, place }) {
      const window = windowOf(world.nowMs - 3_600_000, world.nowMs + 3_600_000);
      const what = { label: LABEL, description: '', external_id: externalId, location: locationOf(place) };
      // A stay that nobody makes: it does not finish by itself.
      return String((await ask('task/create', { task: { ...what, ...window, min_stay_duration: 60 } })).id);
    },
    async read(key) {
      const { body } = await world.navixy('task/read', { task_id: Number(key) });
      if (!body.success) return null;
      const { external_id, location, tracker_id, status, label, description, from, to } = body.value;
      return {
        externalId: external_id,
        place: { latDeg: location.lat, lonDeg: location.lng },
        driver: drivers.find(({ id }) => id === tracker_id)?.uuid ?? null,
        status,
        label,
        description,
        fromMs: Date.parse(`${from}Z`),
        toMs: Date.parse(`${to}Z`),
      };
    },
    list: async () => keysOf((await ask('task/list', { limit: 1000 })).list),
    async pageThrough(size) {
      const pages: Key[][] = [];
      for (let offset = 0; ; offset += size) {
        const { list, count } = await ask('task/list', { offset, limit: size });
        if (list.length > 0) pages.push(keysOf(list));
        if (offset + size >= count) return pages;
      }
    },
    findByExternalId: async (id) => keysOf((await ask('task/list', { external_id: id })).list),
    editLabel: (key, label) => edit(key, () => ({ label })),
    editDescription: (key, description) => edit(key, () => ({ description })),
    editPlace: (key, place) => edit(key, ({ location }) => ({ location: { ...location, ...locationOf(place) } })),
    editWindow: (key, fromMs, toMs) => edit(key, () => windowOf(fromMs, toMs)),
    assign: give,
    reassign: give,
    unassign: (key) => give(key, null),
    arrive: async (key) => (await ask('task/read', { task_id: Number(key) })).value.status === 'arrived',
    async cancel(key) {
      const { failed, list } = await ask('task/bulk_cancel', { task_ids: [Number(key)] });
      if (failed > 0) throw new Error(JSON.stringify(list));
    },
    delete: async (key) => void (await ask('task/delete', { task_id: Number(key) })),
    async eta(_key, { externalId }) {
      const { estimated_time } = await ask('delivery/read', { external_id: externalId });
      return estimated_time === null ? null : world.nowMs + estimated_time * 1000;
    },
    async history(key) {
      const { list } = await ask('task/history/list', { task_id: Number(key) });
      return list.map(({ operation }: Json) => operation);
    },
    async refuseBadInput() {
      return navixyRefusal(await world.navixy('task/list', { limit: 'many' }));
    },
    async refuseWithoutRight(readerKey) {
      return navixyRefusal(await world.navixy('task/delete', { task_id: 1 }, readerKey));
    },
    async refuseUnknown() {
      return navixyRefusal(await world.navixy('task/read', { task_id: 2_147_483_647 }));
    },
  };
}

function navixyRefusal({ status, body }: Answer): Refusal {
  const faulty = (body.errors ?? []).map(({ parameter }: Json) => parameter);
  return { status, code: body.status.code, faulty };
}

function keysOf(list: readonly Json[]): Key[] {
  return list.map(({ id }) => String(id));
}

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const PAGES_MAX = 100;

export async function gsmtasksAdapter(world: World): Promise<Adapter> {
  const account = await world.accountUrl();
  const base = account.replace(/\/accounts\/.*$/, '');
  const userUrl = ({ uuid }: Driver) => `${base}/users/${uuid}/`;
  const ask = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) => {
    return world.did(world.gsmtasks(method, url, payload));
  };
  const edit = async (key: Key, change: object) => void (await ask('PATCH', `/tasks/${key}/`, change));

  async function command(key: Key, action: string, members: object = {}): Promise<void> {
    const what = { task: `${base}/tasks/${key}/`, time: isoDate(world.nowMs), action, ...members };
    const { state, error_message } = await ask('POST', '/task_commands/', what);
    if (state !== 'accepted') throw new Error(error_message);
  }

  return {
    name: 'GSMtasks',
    how: {
      create: '`POST /tasks/`',
      read: '`GET /tasks/{id}/`',
      list: '`GET /tasks/`',
      pageThrough: '`cursor`, `page_size`, `Link`',
      findByExternalId: '`GET /tasks/?external_id=`',
      editLabel: null,
      editDescription: '`PATCH /tasks/{id}/`: `description`',
      editPlace: '`PATCH /tasks/{id}/`: `address.location`',
      editWindow: '`PATCH /tasks/{id}/`: `complete_after`, `complete_before`',
      assign: 'command `assign`',
      reassign: 'command `reassign`',
      unassign: 'command `unassign`',
      accept: 'command `accept`',
      start: 'command `transit`',
      arrive: '`assignee_proximity` `near`',
      complete: 'command `complete`',
      fail: 'command `fail`',
      cancel: 'command `cancel`',
      restart: 'command `restart`',
      delete: null,
      livePosition: '`GET /worker_features/`',
      eta: null,
      track: '`GET /worker_tracks/`',
      history: '`GET /tasks/{id}/events/`',
      refuseBadInput: '400 by field',
      refuseWithoutRight: '403',
      refuseUnknown: '404',
    },
    words: {
      create: 'unassigned',
      assign: 'assigned',
      accept: 'accepted',
      start: 'transit',
      complete: 'completed',
      fail: 'failed',
      cancel: 'cancelled',
      restart: 'assigned',
    },
    async create({ externalId, place }) {
      const address = { raw_address: 'Quay 4', location: geoJson(place) };
      return (await ask('POST', '/tasks/', { account, external_id: externalId, category: 'drop_off', address })).id;
    },
    async read(key) {
      const { status, body } = await world.gsmtasks('GET', `/tasks/${key}/`);
      if (status === 404) return null;
      const [lonDeg, latDeg] = body.address.location.coordinates;
      return {
        externalId: body.external_id,
        place: { latDeg, lonDeg },
        driver: body.assignee?.split('/').at(-2) ?? null,
        status: body.state,
        description: body.description,
        fromMs: Date.parse(body.complete_after),
        toMs: Date.parse(body.complete_before),
      };
    },
    list: async () => keysOf(await ask('GET', '/tasks/?page_size=1000')),
    async pageThrough(size) {
      const pages: Key[][] = [];
      let url: string | undefined = `/tasks/?page_size=${size}`;
      while (url !== undefined && pages.length < PAGES_MAX) {
        const { body, headers } = await world.gsmtasks('GET', url);
        pages.push(keysOf(body));
        url = /<([^>]+)>; rel="next"/.exec(String(headers['link'] ?? ''))?.[1];
      }
      return pages;
    },
    findByExternalId: async (id) => keysOf(await ask('GET', `/tasks/?external_id=${encodeURIComponent(id)}`)),
    editDescription: (key, description) => edit(key, { description }),
    editPlace: (key, place) => edit(key, { address: { location: geoJson(place) } }),
    editWindow: (key, fromMs, toMs) => edit(key, { complete_after: isoDate(fromMs), complete_before: isoDate(toMs) }),
    assign: (key, driver) => command(key, 'assign', { assignee: userUrl(driver) }),
    reassign: (key, driver) => command(key, 'reassign', { assignee: userUrl(driver) }),
    unassign: (key) => command(key, 'unassign'),
    accept: (key) => command(key, 'accept'),
    start: (key) => command(key, 'transit'),
    arrive: async (key) => (await ask('GET', `/tasks/${key}/`)).assignee_proximity === 'near',
    complete: (key) => command(key, 'complete'),
    fail: (key) => command(key, 'fail'),
    cancel: (key) => command(key, 'cancel'),
    restart: (key) => command(key, 'restart'),
    async livePosition(driver) {
      const { features } = await ask('GET', '/worker_features/');
      const feature = features.find(({ properties }: Json) => properties.user === userUrl(driver));
      return feature === undefined ? null : pointOf(feature.geometry);
    },
    async track(_key, driver) {
      const { features } = await ask('GET', '/worker_tracks/');
      const tracks = features.filter(({ properties }: Json) => properties.user === userUrl(driver));
      return tracks.flatMap(({ geometry }: Json) => linesIn(geometry));
    },
    async history(key) {
      const events = await ask('GET', `/tasks/${key}/events/?ordering=created_at`);
      return events.map(({ event }: Json) => event);
    },
    async refuseBadInput() {
      return restRefusal(await world.gsmtasks('POST', '/tasks/', { account, complete_after: 'soon' }));
    },
    async refuseWithoutRight(readerKey) {
      return restRefusal(await world.gsmtasks('POST', '/tasks/', { account }, readerKey));
    },
    async refuseUnknown() {
      return restRefusal(await world.gsmtasks('GET', `/tasks/${NOWHERE}/`));
    },
  };
}

export function thetrackAdapter(world: World): Adapter {
  const ask = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) => {
    return world.did(world.thetrack(method, url, payload));
  };
  const give = async (key: Key, { uuid }: Driver) => {
    await ask('POST', `/drivers/${uuid}/assign_tasks/`, { task_ids: [key] });
  };

  return {
    name: 'TheTrack',
    how: {
      create: '`POST /v1/tasks/`',
      read: '`GET /v1/tasks/{id}/`',
      list: '`GET /v1/tasks/`',
      pageThrough: '`page`, `page_size`, `next`',
      findByExternalId: '`GET /v1/tasks/?lookup_id=`',
      editLabel: null,
      editDescription: null,
      editPlace: '`PATCH /v1/tasks/{id}/`: `location` (ours)',
      editWindow: null,
      assign: '`POST /v1/drivers/{id}/assign_tasks/`',
      reassign: '`POST /v1/drivers/{id}/assign_tasks/`',
      unassign: null,
      accept: null,
      start: null,
      arrive: 'progress `arrived`',
      complete: '`POST /v1/tasks/{id}/complete/`',
      fail: null,
      cancel: '`POST /v1/tasks/{id}/cancel/`',
      restart: null,
      delete: null,
      livePosition: '`GET /v1/drivers/{id}/`: `location`',
      eta: '`eta`',
      track: '`track`, `distance`',
      history: null,
      refuseBadInput: '400 by field',
      refuseWithoutRight: '403',
      refuseUnknown: '404',
    },
    words: { create: 'pending', assign: 'assigned', complete: 'completed', cancel: 'canceled' },
    async create({ externalId, place }) {
      return (await ask('POST', '/tasks/', { lookup_id: externalId, location: { point: geoJson(place) } })).id;
    },
    async read(key) {
      const { status, body } = await world.thetrack('GET', `/tasks/${key}/`);
      if (status === 404) return null;
      const place = pointOf(body.location.point);
      return { externalId: body.lookup_id, place, driver: body.driver_id, status: body.status };
    },
    list: async () => keysOf((await ask('GET', '/tasks/?page_size=200')).results),
    async pageThrough(size) {
      const pages: Key[][] = [];
      let url: string | null = `/tasks/?page_size=${size}`;
      while (url !== null && pages.length < PAGES_MAX) {
        const { results, next }: Json = await ask('GET', url);
        pages.push(keysOf(results));
        url = next?.replace(/^.*\/v1/, '') ?? null;
      }
      return pages;
    },
    findByExternalId: async (id) => keysOf((await ask('GET', `/tasks/?lookup_id=${encodeURIComponent(id)}`)).results),
    async editPlace(key, place) {
      await ask('PATCH', `/tasks/${key}/`, { location: { point: geoJson(place) } });
    },
    assign: give,
    reassign: give,
    arrive: async (key) => (await ask('GET', `/tasks/${key}/`)).progress === 'arrived',
    complete: async (key) => void (await ask('POST', `/tasks/${key}/complete/`, {})),
    cancel: async (key) => void (await ask('POST', `/tasks/${key}/cancel/`, {})),
    async livePosition({ uuid }) {
      const { location } = await ask('GET', `/drivers/${uuid}/`);
      return location.coordinates.length === 0 ? null : pointOf(location);
    },
    async eta(key) {
      const { eta } = await ask('GET', `/tasks/${key}/`);
      return eta === null ? null : Date.parse(eta);
    },
    async track(key) {
      const { track } = await ask('GET', `/tasks/${key}/`);
      return track === null ? [] : linesIn(track);
    },
    async refuseBadInput() {
      return restRefusal(await world.thetrack('POST', '/tasks/', { action: 'dance' }));
    },
    async refuseWithoutRight(readerKey) {
      return restRefusal(await world.thetrack('POST', '/tasks/', {}, readerKey));
    },
    async refuseUnknown() {
      return restRefusal(await world.thetrack('GET', `/tasks/${NOWHERE}/`));
    },
  };
}

function restRefusal({ status, body }: Answer): Refusal {
  return { status, code: null, faulty: Object.keys(body).filter((name) => name !== 'detail') };
}

function pointOf({ coordinates }: Json): Point {
  const [lonDeg, latDeg] = coordinates;
  return { latDeg, lonDeg };
}

/** The points of a line, or of several. */
function linesIn({ type, coordinates }: Json): readonly (readonly number[])[] {
  return type === 'MultiLineString' ? coordinates.flat() : coordinates;
}

/** A key that reads, and changes nothing. */
export function readerKeyOf(world: World): string {
  const key = 'd'.repeat(FIRST_KEY.length);
  world.kit.store.keys.create('reader', key, ['tasks:read'], world.nowMs, null);
  return key;
}
