/**
 * One suite of operations over every dialect, by way of the adapters: what each can do it does alike, and what one has no
 * counterpart for is said. The matrix is printed, and the README shows the same.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Adapter,
  gsmtasksAdapter,
  type Key,
  navixyAdapter,
  OPERATIONS,
  type Operation,
  readerKeyOf,
  thetrackAdapter,
  type Wish,
} from './adapters.ts';
import { type Driver, MINUTE_MS, northOf, type Point, World } from './world.ts';

const DIALECTS = ['Navixy', 'GSMtasks', 'TheTrack'] as const;

let world: World;
let readerKey: string;
const drivers: Driver[] = [];
const adapters = new Map<string, Adapter>();
let wishes = 0;

beforeAll(async () => {
  world = new World();
  readerKey = readerKeyOf(world);
  for (const adapter of [navixyAdapter(world, drivers), await gsmtasksAdapter(world), thetrackAdapter(world)]) {
    adapters.set(adapter.name, adapter);
  }
});
afterAll(() => world.close());

function newWish(): Wish {
  wishes += 1;
  return { externalId: `job-${wishes}`, place: { latDeg: 30 + wishes / 10, lonDeg: 8 } };
}

async function newDriver(): Promise<Driver> {
  const driver = await world.driver(`Van ${drivers.length + 1}`);
  drivers.push(driver);
  return driver;
}

async function later(driver: Driver, place: Point): Promise<void> {
  await world.passTo(world.nowMs + MINUTE_MS);
  await world.see(driver, place);
}

interface Given {
  readonly key: Key;
  readonly wish: Wish;
  readonly driver: Driver;
}

async function given(dialect: Adapter): Promise<Given> {
  const [wish, driver] = [newWish(), await newDriver()];
  const key = await dialect.create(wish);
  await dialect.assign(key, driver);
  return { key, wish, driver };
}

async function statusOf(dialect: Adapter, key: Key): Promise<string | undefined> {
  return (await dialect.read(key))?.status;
}

function expectPlace(seen: Point | null | undefined, place: Point): void {
  expect(seen?.latDeg).toBeCloseTo(place.latDeg, 5);
  expect(seen?.lonDeg).toBeCloseTo(place.lonDeg, 5);
}

/** Brings a task there by a method that is `act`, and expects the word for it. */
function moving(operation: 'accept' | 'start' | 'complete' | 'fail' | 'cancel') {
  return async (dialect: Adapter): Promise<void> => {
    const { key } = await given(dialect);
    await dialect[operation]!(key);
    expect(await statusOf(dialect, key)).toBe(dialect.words[operation]);
  };
}

const CHECKS: Readonly<Record<Operation, (dialect: Adapter) => Promise<void>>> = {
  async create(dialect) {
    const wish = newWish();
    const seen = await dialect.read(await dialect.create(wish));
    expect(seen).toMatchObject({ externalId: wish.externalId, driver: null, status: dialect.words.create });
    expectPlace(seen?.place, wish.place);
  },
  async read(dialect) {
    const key = await dialect.create(newWish());
    expect(await dialect.read(key)).toEqual(await dialect.read(key));
  },
  async list(dialect) {
    const keys = [await dialect.create(newWish()), await dialect.create(newWish())];
    expect(await dialect.list()).toEqual(expect.arrayContaining(keys));
  },
  async pageThrough(dialect) {
    for (let n = 0; n < 3; n++) await dialect.create(newWish());
    const pages = await dialect.pageThrough(2);
    const keys = pages.flat();
    expect(Math.max(...pages.map(({ length }) => length))).toBe(2);
    expect(new Set(keys).size).toBe(keys.length);
    expect([...keys].sort()).toEqual([...(await dialect.list())].sort());
  },
  async findByExternalId(dialect) {
    const wish = newWish();
    const key = await dialect.create(wish);
    expect(await dialect.findByExternalId(wish.externalId)).toEqual([key]);
    expect(await dialect.findByExternalId('no such job')).toEqual([]);
  },
  async editLabel(dialect) {
    const key = await dialect.create(newWish());
    await dialect.editLabel!(key, 'Collect');
    expect(await dialect.read(key)).toMatchObject({ label: 'Collect' });
  },
  async editDescription(dialect) {
    const key = await dialect.create(newWish());
    await dialect.editDescription!(key, 'Ring twice');
    expect(await dialect.read(key)).toMatchObject({ description: 'Ring twice' });
  },
  async editPlace(dialect) {
    const wish = newWish();
    const key = await dialect.create(wish);
    const other = northOf(wish.place, 3000);
    await dialect.editPlace(key, other);
    const seen = await dialect.read(key);
    expect(seen?.externalId).toBe(wish.externalId);
    expectPlace(seen?.place, other);
  },
  async editWindow(dialect) {
    const key = await dialect.create(newWish());
    const window = { fromMs: world.nowMs + 60 * MINUTE_MS, toMs: world.nowMs + 90 * MINUTE_MS };
    await dialect.editWindow!(key, window.fromMs, window.toMs);
    expect(await dialect.read(key)).toMatchObject(window);
  },
  async assign(dialect) {
    const { key, driver } = await given(dialect);
    expect(await dialect.read(key)).toMatchObject({ driver: driver.uuid, status: dialect.words.assign });
  },
  async reassign(dialect) {
    const { key } = await given(dialect);
    const other = await newDriver();
    await dialect.reassign(key, other);
    expect(await dialect.read(key)).toMatchObject({ driver: other.uuid, status: dialect.words.assign });
  },
  async unassign(dialect) {
    const { key } = await given(dialect);
    await dialect.unassign!(key);
    expect(await dialect.read(key)).toMatchObject({ driver: null, status: dialect.words.create });
  },
  accept: moving('accept'),
  start: moving('start'),
  async arrive(dialect) {
    const { key, wish, driver } = await given(dialect);
    await later(driver, northOf(wish.place, 5000));
    expect(await dialect.arrive(key)).toBe(false);
    await later(driver, wish.place);
    expect(await dialect.arrive(key)).toBe(true);
  },
  complete: moving('complete'),
  fail: moving('fail'),
  cancel: moving('cancel'),
  async restart(dialect) {
    const { key } = await given(dialect);
    await dialect.fail!(key);
    await dialect.restart!(key);
    expect(await statusOf(dialect, key)).toBe(dialect.words.restart);
  },
  async delete(dialect) {
    const { key } = await given(dialect);
    await dialect.delete!(key);
    expect(await dialect.read(key)).toBeNull();
  },
  async livePosition(dialect) {
    const { wish, driver } = await given(dialect);
    await later(driver, wish.place);
    expectPlace(await dialect.livePosition!(driver), wish.place);
  },
  async eta(dialect) {
    const { key, wish, driver } = await given(dialect);
    for (const metres of [6000, 5000]) await later(driver, northOf(wish.place, metres));
    const etaMs = await dialect.eta!(key, wish);
    expect(etaMs).toBeGreaterThan(world.nowMs);
    expect(etaMs).toBeLessThan(world.nowMs + 60 * MINUTE_MS);
  },
  async track(dialect) {
    const { key, wish, driver } = await given(dialect);
    for (const metres of [6000, 4000, 2000]) await later(driver, northOf(wish.place, metres));
    const track = await dialect.track!(key, driver);
    expect(track.length).toBeGreaterThan(1);
    expectPlace({ lonDeg: track.at(-1)![0]!, latDeg: track.at(-1)![1]! }, northOf(wish.place, 2000));
  },
  async history(dialect) {
    const { key } = await given(dialect);
    expect(await dialect.history!(key)).toEqual(['create', 'assign']);
  },
  async refuseBadInput(dialect) {
    const { status, faulty } = await dialect.refuseBadInput();
    expect(status).toBe(400);
    expect(faulty.length).toBeGreaterThan(0);
  },
  async refuseWithoutRight(dialect) {
    const { status, code } = await dialect.refuseWithoutRight(readerKey);
    expect([status, code ?? 13]).toEqual([403, 13]);
  },
  async refuseUnknown(dialect) {
    const { status, code } = await dialect.refuseUnknown();
    expect([status, code]).toEqual(dialect.name === 'Navixy' ? [400, 201] : [404, null]);
  },
};

describe.each(DIALECTS)('%s', (name) => {
  it.each(OPERATIONS)('%s', async (operation) => {
    const dialect = adapters.get(name)!;
    const isThere = dialect.how[operation] !== null;
    expect([operation, operation in dialect]).toEqual([operation, isThere]);
    if (isThere) await CHECKS[operation](dialect);
  });
});

/** How people call the operations. */
const TITLES: Readonly<Partial<Record<Operation, string>>> = {
  pageThrough: 'page through',
  findByExternalId: 'find by the own id',
  editLabel: 'edit the label',
  editDescription: 'edit the description',
  editPlace: 'edit the place',
  editWindow: 'edit the window',
  arrive: 'see that it arrived',
  livePosition: 'see where a driver is',
  eta: 'see when it arrives',
  track: 'see the way',
  history: 'see what happened',
  refuseBadInput: 'what is wrong is told as',
  refuseWithoutRight: 'no right',
  refuseUnknown: 'not there',
};

describe('the matrix', () => {
  const matrix = () =>
    OPERATIONS.map((operation) => [
      TITLES[operation] ?? operation,
      ...DIALECTS.map((name) => adapters.get(name)!.how[operation] ?? '–'),
    ]);

  it('is printed', () => {
    const rows = [['', ...DIALECTS], ...matrix()];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
    console.log(rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')).join('\n'));
    expect(rows).toHaveLength(OPERATIONS.length + 1);
  });

  it('is that of the README', () => {
    const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, after = ''] = page.split('### What can be done, and how\n');
    const lines = after.split('\n## ', 1)[0]!.split('\n');
    const rows = lines.filter((line) => line.startsWith('|')).map((line) => line.slice(2, -2).split(' | '));
    expect(rows.slice(2)).toEqual(matrix());
  });
});
