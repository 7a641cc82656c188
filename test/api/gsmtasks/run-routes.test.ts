import { describe, expect, it } from 'vitest';
import { AroundKit, type Body } from './around-kit.ts';

async function runWith(kit: AroundKit, count: number, trackerId: number | null = null) {
  const account = await kit.accountUrl();
  const run: Body = (await kit.ask('POST', '/routes/', { account, code: 'M', name: 'Morning' })).body;
  const tasks = [];
  for (let n = 0; n < count; n++) tasks.push(await kit.task({ run: run.id, trackerId }));
  return { run, tasks, url: `/routes/${run.id}/` };
}

describe('a route of GSMtasks', () => {
  it('that becomes a draft takes its open tasks back, and puts them up again when it is activated', async () => {
    const kit = new AroundKit();
    const { id } = await kit.worker('Van');
    const { tasks, url } = await runWith(kit, 2, id);
    const others = await kit.task();
    const [free, given] = [await kit.task({ run: url.split('/')[2]! }), tasks[0]!];
    expect(await kit.ask('POST', `${url}draft/`)).toMatchObject({ status: 200, body: { state: 'draft' } });
    expect([free, given, others].map((task) => kit.stateOf(task.id))).toEqual(['draft', 'draft', 'unassigned']);
    expect(await kit.ask('POST', `${url}activate/`)).toMatchObject({ status: 200, body: { state: 'active' } });
    expect([free, given].map((task) => kit.stateOf(task.id))).toEqual(['unassigned', 'assigned']);
  });

  it('that becomes a draft leaves alone what is on its way or over', async () => {
    const kit = new AroundKit();
    const { id } = await kit.worker('Van');
    const { tasks, url } = await runWith(kit, 2, id);
    await kit.do({ kind: 'move_task', taskId: tasks[0]!.id, move: 'start', timeMs: null });
    await kit.do({ kind: 'move_task', taskId: tasks[1]!.id, move: 'complete', timeMs: null });
    expect((await kit.ask('POST', `${url}draft/`)).status).toBe(200);
    expect(tasks.map((task) => kit.stateOf(task.id))).toEqual(['in_transit', 'completed']);
  });

  it.each([
    ['unassign', 'unassigned', true],
    ['unlink', 'assigned', false],
    ['complete', 'completed', true],
    ['cancel', 'cancelled', true],
    [undefined, 'assigned', false],
  ] as const)('is archived with %s', async (action, state, isLinked) => {
    const kit = new AroundKit();
    const { id } = await kit.worker('Van');
    const { run, tasks, url } = await runWith(kit, 1, id);
    const payload = action === undefined ? undefined : { task_action: action };
    expect(await kit.ask('POST', `${url}archive/`, payload)).toMatchObject({
      status: 200,
      body: { state: 'archived' },
    });
    const task = kit.store.tasks.read(tasks[0]!.id)!;
    expect([task.facts.state, task.text.details?.runUuid]).toEqual([state, isLinked ? run.id : undefined]);
    expect((await kit.get('/routes/?state=archived')).body).toHaveLength(1);
  });

  it('is deleted, and its open tasks go on without it', async () => {
    const kit = new AroundKit();
    const { tasks, url } = await runWith(kit, 2);
    expect((await kit.ask('DELETE', url)).status).toBe(204);
    for (const { id } of tasks) expect(kit.store.tasks.read(id)?.text.details?.runUuid).toBeUndefined();
  });

  it('keeps times, addresses and who drives it, and lets go of them', async () => {
    const kit = new AroundKit();
    const worker = await kit.worker('Van');
    const { url } = await runWith(kit, 0);
    const sent = {
      assignee: worker.url,
      end_time: '2026-03-02T16:00:00.000000Z',
      start_address: { raw_address: 'Depot 1', location: { type: 'Point', coordinates: [13, 52] } },
    };
    const { body } = await kit.ask('PATCH', url, sent);
    expect(body).toMatchObject(sent);
    expect((await kit.get(`/routes/?assignee=${worker.uuid}&end_time__gte=2026-03-02T00:00:00Z`)).body).toHaveLength(1);
    const emptied = { assignee: null, end_time: null, start_address: null };
    expect((await kit.ask('PATCH', url, emptied)).body).toMatchObject(emptied);
  });

  it.each(['activate', 'archive', 'draft'])(
    '%s of what is not there is 404, and without the right 403',
    async (word) => {
      const kit = new AroundKit();
      const { url } = await runWith(kit, 0);
      expect((await kit.ask('POST', `/routes/00000000-0000-4000-8000-000000000000/${word}/`)).status).toBe(404);
      expect((await kit.ask('POST', `${url}${word}/`, undefined, kit.key('reader', 'tasks:read'))).status).toBe(403);
    },
  );

  it.each([{ task_action: 'delete' }, { task_action: 7 }, ['cancel']])('is not archived with %j', async (payload) => {
    const kit = new AroundKit();
    const { tasks, url } = await runWith(kit, 1);
    expect((await kit.ask('POST', `${url}archive/`, payload)).status).toBe(400);
    expect(kit.stateOf(tasks[0]!.id)).toBe('unassigned');
  });

  it('is as it was when storage fails', async () => {
    const kit = new AroundKit();
    const { url } = await runWith(kit, 1);
    kit.failCommits();
    expect((await kit.ask('POST', `${url}draft/`)).status).toBe(503);
    expect((await kit.get(url)).body.state).toBe('active');
  });
});
