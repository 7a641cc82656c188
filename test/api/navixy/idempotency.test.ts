/** `Idempotency-Key`: what is sent again makes nothing again. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { DATABASE_FILE } from '../../../src/store/directory.ts';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { LiveKit } from '../calls-kit.ts';
import { createKit, type Kit, TASK } from '../kit.ts';

let kit: Kit;

beforeEach(() => {
  kit = createKit();
});

function keyed(key: string, call: string, parameters: object) {
  const headers = { 'idempotency-key': key };
  return kit.ask({ method: 'POST', url: `/v2/${call}`, headers, payload: { hash: FIRST_KEY, ...parameters } });
}

const NOT_FOUND = { success: false, status: { code: 201, description: 'Not found in the database' } };

describe('a repeated call', () => {
  it.each([
    ['task/create', { task: { ...TASK, external_id: 'A' } }, 1],
    ['task/batch_create', { tasks: [TASK, { ...TASK, label: '' }, TASK] }, 2],
    ['task/import', { csv: 'label,from,lat,lng\na,2026-03-01 08:00:00,51,7\nb,,51,7' }, 1],
  ])('%s is answered as it was the first time', async (call, parameters, made) => {
    const first = await keyed('k', call, parameters);
    const again = await keyed('k', call, parameters);
    expect(first.status).toBe(200);
    expect(again).toMatchObject({ status: 200, text: first.text });
    expect(kit.line.tasks.size).toBe(made);
  });

  it('waits for the first, if that is still going on', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => keyed('k', 'task/create', { task: TASK })));
    expect(answers.map(({ body }) => body.id)).toEqual([1, 1, 1, 1, 1]);
    expect(kit.line.tasks.size).toBe(1);
  });

  it('is the same in another spelling', async () => {
    await keyed('k', 'task/create', { task: TASK });
    const query = new URLSearchParams({ hash: FIRST_KEY, task: JSON.stringify({ ...TASK, unknown: 1 }) });
    const headers = { 'idempotency-key': 'k' };
    const again = await kit.ask({ method: 'GET', url: `/task/create?${query}`, headers });
    expect(again.body).toEqual({ success: true, id: 1 });
    expect(kit.line.tasks.size).toBe(1);
  });

  it('does what failed the first time', async () => {
    const task = { ...TASK, tracker_id: 1 };
    expect((await keyed('k', 'task/create', { task })).body).toEqual(NOT_FOUND);
    await kit.own('POST', '/api/trackers', { label: 'Van 1' });
    expect((await keyed('k', 'task/create', { task })).body).toEqual({ success: true, id: 1 });
  });
});

describe('of what is more than a task', () => {
  const checkpoints = [TASK, { ...TASK, label: 'Second' }];
  const parameters = { type: 'weekdays', weekdays: [1] };
  const { from: _from, to: _to, ...rest } = TASK;
  const schedule = { ...rest, from_time: '09:00:00', duration: 60, parameters };

  it.each([
    ['task/route/create', { route: { label: 'Round', description: '' }, checkpoints }],
    ['task/checkpoint/create', { checkpoint: { ...TASK, parent_id: 1, order: 0 } }],
    ['task/schedule/create', { schedule }],
  ])('%s makes nothing twice, also where its answer was lost with the process', async (call, wish) => {
    const live = new LiveKit([]);
    const round = { route: { label: 'First', description: '' }, checkpoints };
    await live.do('task/route/create', round);
    const send = async (key: string) => {
      const headers = { 'idempotency-key': key };
      const payload = { hash: FIRST_KEY, ...wish };
      return (await live.ask({ method: 'POST', url: `/v2/${call}`, headers, payload })).body;
    };
    const counts = async () => [
      (await live.do('task/route/list')).list.map((route: { checkpoint_ids: number[] }) => route.checkpoint_ids.length),
      (await live.do('task/schedule/list')).list.length,
    ];
    const first = await send('k');
    expect(first.success).toBe(true);
    const made = await counts();
    expect(made).not.toEqual([[2], 0]);
    expect(await send('k')).toEqual(first);
    const db = new Database(join(live.directory, DATABASE_FILE));
    db.exec('UPDATE requests SET answer = NULL');
    db.close();
    expect(await send('k')).toEqual(first);
    expect(await counts()).toEqual(made);
    expect(await send('other')).not.toEqual(first);
    expect(await counts()).not.toEqual(made);
  });
});

describe('another call under the same key', () => {
  const taken = { success: false, status: { code: 247, description: 'Entity already exists' } };

  it.each([
    ['with other words', 'task/create', { task: { ...TASK, label: 'Another' } }],
    ['by another name', 'task/batch_create', { tasks: [TASK] }],
  ])('%s is refused', async (_name, call, parameters) => {
    await keyed('k', 'task/create', { task: TASK });
    expect(await keyed('k', call, parameters)).toMatchObject({ status: 409, body: taken });
    expect(kit.line.tasks.size).toBe(1);
  });

  it('is refused while the first is going on', async () => {
    const first = keyed('k', 'task/create', { task: TASK });
    const other = keyed('k', 'task/create', { task: { ...TASK, label: 'Another' } });
    expect([(await first).status, (await other).status]).toEqual([200, 409]);
  });

  it('is taken where the first one made nothing', async () => {
    await keyed('k', 'task/create', { task: { ...TASK, tracker_id: 1 } });
    expect((await keyed('k', 'task/create', { task: TASK })).body).toEqual({ success: true, id: 1 });
  });
});

it('other keys make other tasks', async () => {
  for (const key of ['a', 'b', 'A']) await keyed(key, 'task/create', { task: TASK });
  expect(kit.line.tasks.size).toBe(3);
  expect(new Set([...kit.line.tasks.values()].map(({ uuid }) => uuid)).size).toBe(3);
});

it('a call that makes nothing takes no notice of a key', async () => {
  expect((await keyed('k', 'task/list', {})).body.count).toBe(0);
  expect((await keyed('k', 'task/list', { limit: 5 })).body.count).toBe(0);
  expect(kit.line.requests.size).toBe(0);
});

it('a request that is invalid leaves its key free', async () => {
  expect((await keyed('k', 'task/create', {})).body.status.code).toBe(7);
  expect((await keyed('k', 'task/create', { task: TASK })).body.id).toBe(1);
});

it.each(['', 'a b', 'ü', 'x'.repeat(256)])('the key %j is refused', async (key) => {
  const { body } = await keyed(key, 'task/create', { task: TASK });
  expect(body).toMatchObject({
    status: { code: 7 },
    errors: [{ parameter: 'Idempotency-Key', error: 'must match "^[!-~]{1,255}$"' }],
  });
  expect(kit.line.tasks.size).toBe(0);
});

it('too many keys of one caller are refused', async () => {
  kit.line.keysMax = 1;
  await keyed('a', 'task/create', { task: TASK });
  const answer = await keyed('b', 'task/create', { task: TASK });
  expect(answer).toMatchObject({ status: 400, body: { status: { code: 267 } } });
  expect((await keyed('a', 'task/create', { task: TASK })).body.id).toBe(1);
});

it('what storage interrupted goes on under the same key', async () => {
  kit.line.trouble = 'disk I/O error';
  expect((await keyed('k', 'task/create', { task: TASK })).status).toBe(503);
  kit.line.trouble = null;
  expect((await keyed('k', 'task/create', { task: TASK })).body).toEqual({ success: true, id: 1 });
});
