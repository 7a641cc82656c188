import { describe, expect, it } from 'vitest';
import { AroundKit, type Body } from './around-kit.ts';

const TASK = { category: 'drop_off', address: { location: { type: 'Point', coordinates: [13.4, 52.5] } } };

async function orderWith(kit: AroundKit, more: Body = {}) {
  const account = await kit.accountUrl();
  return kit.ask('POST', '/orders/', { account, reference: 'R1', ...more });
}

describe('an order', () => {
  it('is made with its tasks in one call', async () => {
    const kit = new AroundKit();
    const worker = await kit.worker('Van');
    const { status, body } = await orderWith(kit, {
      tasks_data: [
        { ...TASK, category: 'pick_up' },
        { ...TASK, assignee: worker.url, reference: 'R1-2' },
      ],
    });
    expect([status, body.tasks.length, 'tasks_data' in body]).toEqual([201, 2, false]);
    expect((await kit.get(`/orders/${body.id}/`)).body).toEqual(body);
    const tasks = [1, 2].map((id) => kit.store.tasks.read(id)!);
    expect(tasks.map(({ text }) => text.details?.orderUuid)).toEqual([body.id, body.id]);
    expect(tasks.map(({ text }) => text.details?.kind)).toEqual(['pickup', 'dropoff']);
    expect(tasks.map(({ facts }) => facts.state)).toEqual(['unassigned', 'assigned']);
    expect(new Set(body.tasks)).toEqual(new Set(tasks.map(({ uuid }) => `http://localhost:80/tasks/${uuid}/`)));
  });

  it.each([
    ['a wrong one among them', [TASK, { ...TASK, category: 'nonsense' }], [{}, { category: [expect.any(String)] }]],
    [
      'an unknown assignee',
      [{ ...TASK, assignee: '00000000-0000-4000-8000-000000000000' }],
      [{ assignee: [expect.any(String)] }],
    ],
    [
      'the same id twice',
      [1, 2].map(() => ({ ...TASK, id: '0f0e0d0c-0b0a-4908-8706-050403020100' })),
      [{}, { id: [expect.any(String)] }],
    ],
    ['one that is no object', ['task'], [{ non_field_errors: [expect.any(String)] }]],
  ])('with %s is not made, and none of its tasks', async (_name, tasksData, faults) => {
    const kit = new AroundKit();
    expect(await orderWith(kit, { tasks_data: tasksData })).toMatchObject({
      status: 400,
      body: { tasks_data: faults },
    });
    expect([kit.store.tasks.read(1), (await kit.get('/orders/')).body]).toEqual([null, []]);
  });

  it('is not made, nor any of its tasks, when the line refuses one of them', async () => {
    const kit = new AroundKit();
    const worker = await kit.worker('Van');
    await kit.do({ kind: 'edit_tracker', trackerId: worker.id, edit: { isBlocked: true } });
    const { status } = await orderWith(kit, { tasks_data: [TASK, { ...TASK, assignee: worker.url }] });
    expect(status).toBe(400);
    expect([kit.store.tasks.read(1), kit.store.tasks.read(2), (await kit.get('/orders/')).body]).toEqual([
      null,
      null,
      [],
    ]);
  });

  it('takes tasks in and lets them go, but not those that are over', async () => {
    const kit = new AroundKit();
    const [first, second, third] = [await kit.task(), await kit.task(), await kit.task()];
    const { body } = await orderWith(kit, { tasks: [first.url, second.uuid] });
    const url = `/orders/${body.id}/`;
    expect(new Set(body.tasks)).toEqual(new Set([first.url, second.url]));
    const moved = await kit.ask('PATCH', url, { tasks: [second.url, third.url] });
    expect([moved.status, new Set(moved.body.tasks)]).toEqual([200, new Set([second.url, third.url])]);
    await kit.do({ kind: 'move_task', taskId: third.id, move: 'cancel', timeMs: null });
    const refused = await kit.ask('PATCH', url, { tasks: [second.url], reference: 'R2' });
    expect(refused).toMatchObject({ status: 400, body: { tasks: [expect.stringContaining('cancelled')] } });
    expect((await kit.get(url)).body.reference).toBe('R1');
    expect((await kit.ask('PATCH', url, { tasks: [third.url] })).body.tasks).toEqual([third.url]);
    expect((await kit.ask('PATCH', url, { reference: 'R2' })).body).toMatchObject({
      reference: 'R2',
      tasks: [third.url],
    });
  });

  it('of a task is changed without a word of what else the task says', async () => {
    const kit = new AroundKit();
    const task = await kit.task();
    const before = kit.store.tasks.read(task.id)!;
    const { body } = await orderWith(kit, { tasks: [task.url] });
    const after = kit.store.tasks.read(task.id)!;
    expect(after.terms).toEqual(before.terms);
    expect(after.text).toEqual({ ...before.text, details: { ...before.text.details, orderUuid: body.id } });
  });

  it('gets more tasks later', async () => {
    const kit = new AroundKit();
    const { body } = await orderWith(kit, { tasks_data: [TASK] });
    const more = await kit.ask('PATCH', `/orders/${body.id}/`, { tasks_data: [TASK, TASK] });
    expect([more.status, more.body.tasks.length]).toEqual([200, 3]);
  });

  it.each([
    ['reference=R1', 1],
    ['reference__icontains=r', 2],
    ['external_id=E2', 1],
    ['search=door', 1],
    ['search=r2%20door', 1],
    ['search=r1%20door', 0],
  ])('is found by %s', async (query, count) => {
    const kit = new AroundKit();
    await orderWith(kit);
    await orderWith(kit, { reference: 'R2', external_id: 'E2', description: 'Back door' });
    expect((await kit.get(`/orders/?${query}`)).body).toHaveLength(count);
  });

  it('knows who made it', async () => {
    const kit = new AroundKit();
    const key = kit.key('desk', '*');
    const account = await kit.accountUrl();
    const { body } = await kit.ask('POST', '/orders/', { account }, key);
    const { user } = (await kit.ask('POST', '/authenticate/', { username: 'desk', password: key }, null)).body;
    expect(body.created_by).toBe(user);
  });

  it('is told to try again when storage fails', async () => {
    const kit = new AroundKit();
    const account = await kit.accountUrl();
    kit.failCommits();
    expect((await kit.ask('POST', '/orders/', { account, tasks_data: [TASK] })).status).toBe(503);
  });
});
