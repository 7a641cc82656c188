/** Reading is free: whatever is read over whichever dialect, the database is the same afterwards, to the last byte of a row. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { after, gsmtasks, navixy, Stage, type Step, thetrack } from './stage.ts';
import { World } from './world.ts';

let world: World;
const stages: Stage[] = [];

/** Tasks of all three, in as many states as there are steps. */
const LIVES: readonly (readonly Step[])[] = [
  [navixy.create()],
  [navixy.create({ min_stay_duration: 10 }), navixy.assign, after(61, 'inside')],
  [navixy.create(), navixy.assign, after(61, 'inside')],
  [gsmtasks.create(), gsmtasks.do('accept')],
  [gsmtasks.create(), after(1, 'far'), gsmtasks.do('transit'), after(2, 'inside')],
  [gsmtasks.create(), gsmtasks.do('fail')],
  [thetrack.create],
  [thetrack.create, thetrack.assign, after(1, 'far'), after(2, 'near')],
  [thetrack.create, thetrack.assign, after(1, 'far'), thetrack.complete],
];

beforeAll(async () => {
  world = new World();
  for (const [number, steps] of LIVES.entries()) {
    const stage = await Stage.open(world, number);
    for (const step of steps) await step(stage);
    stages.push(stage);
  }
});
afterAll(() => world.close());

/** All rows of all tables. */
function content(): Record<string, unknown[]> {
  const db = new Database(join(world.kit.directory, 'data', DATABASE_FILE), { readonly: true });
  const tables = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .pluck()
    .all() as string[];
  const rows = tables.map((table) => [table, db.prepare(`SELECT * FROM "${table}"`).raw().all()] as const);
  db.close();
  return Object.fromEntries(rows);
}

const GSMTASKS_LISTS = [
  '/tasks/?ordering=-created_at&search=quay&state__in=assigned,accepted',
  '/task_events/',
  '/task_commands/',
  '/task_metadatas/',
  '/task_event_tracks/',
  '/orders/',
  '/accounts/',
  '/users/',
  '/account_roles/',
  '/contact_addresses/',
  '/routes/',
  '/metafields/',
  '/webhooks/',
  '/worker_features/',
  '/worker_tracks/',
  '/time_locations/',
  '/reports/tasks/states_count/',
];

it('reads all there is over all three dialects, and nothing is written', async () => {
  // The account, and whatever else comes into being when it is first asked for, is there by now.
  await readAll();
  const before = content();
  const changes = world.kit.store.lastEventId();
  await readAll();
  expect(content()).toEqual(before);
  expect(world.kit.store.lastEventId()).toBe(changes);
});

async function readAll(): Promise<void> {
  for (const stage of stages) await readOne(stage);
  for (const call of ['task/list', 'task/count', 'tracker/list', 'tag/list']) {
    expect((await world.navixy(call)).body).toMatchObject({ success: true });
  }
  for (const url of GSMTASKS_LISTS) expect([url, (await world.gsmtasks('GET', url)).status]).toEqual([url, 200]);
  for (const url of ['/tasks/?status=assigned', '/drivers/']) {
    expect([url, (await world.thetrack('GET', url)).status]).toEqual([url, 200]);
  }
}

async function readOne(stage: Stage): Promise<void> {
  const { uuid, taskId, van } = stage;
  await stage.views();
  await stage.navixy('task/history/list', { task_id: taskId });
  await world.did(world.gsmtasks('GET', `/tasks/${uuid}/events/`));
  await world.did(world.thetrack('GET', `/drivers/${van.uuid}/`));
}
