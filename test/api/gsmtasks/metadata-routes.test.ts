import { describe, expect, it } from 'vitest';
import { READER_KEY } from '../../operations/fake-line.ts';
import { happenings, MINUTE, pagesOf, T0 } from './happenings-kit.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('the figures of a task', () => {
  it('are what its history adds up to', async () => {
    const world = await happenings();
    const { kit } = world;
    const task = await world.task({ text: { details: { documents: ['a', 'b'] } } });
    kit.nowMs = T0 + 10 * MINUTE;
    await world.order(task, 'transit', { notes: 'Off I go' });
    // A hundredth of a degree of latitude there is 1114 m.
    await kit.send(
      1,
      [0, 1, 2].map((i) => ({ timeMs: T0 + (11 + i) * MINUTE, latDeg: 59 + i / 100, lonDeg: 24 })),
    );
    kit.nowMs = T0 + 15 * MINUTE;
    await world.order(task, 'assignee_near');
    await world.order(task, 'activate');
    kit.nowMs = T0 + 45 * MINUTE;
    await world.order(task, 'complete', { notes: 'Signed by Eve' });
    kit.nowMs = T0 + 100 * MINUTE;
    const { status, body } = await world.ask('GET', `/task_metadatas/${task.uuid}/`);
    expect(status).toBe(200);
    const at = (minute: number) => new Date(T0 + minute * MINUTE).toISOString().replace('Z', '000Z');
    const never = (state: string) => ({
      [`${state}_duration`]: null,
      [`${state}_distance`]: null,
      [`last_${state}_at`]: null,
    });
    expect(body).toEqual({
      id: task.uuid,
      url: expect.stringMatching(new RegExp(`/task_metadatas/${task.uuid}/$`)),
      account: expect.stringContaining('/accounts/'),
      task: expect.stringMatching(new RegExp(`/tasks/${task.uuid}/$`)),
      events_count: 5,
      task_event_notes_count: 2,
      documents_count: 2,
      signatures_count: 0,
      forms_count: 0,
      forms_completed_count: 0,
      last_task_event_notes: 'Signed by Eve',
      ...never('unassigned'),
      ...{ assigned_duration: '00:10:00', assigned_distance: 0, last_assigned_at: at(0) },
      ...never('accepted'),
      ...{ transit_duration: '00:05:00', transit_distance: expect.closeTo(2228, -1), last_transit_at: at(10) },
      ...{ active_duration: '00:30:00', active_distance: 0, last_active_at: at(15) },
      ...{ completed_duration: '00:00:00', completed_distance: 0, last_completed_at: at(45) },
      ...never('failed'),
      ...never('cancelled'),
      last_assignee_near_at: at(15),
      last_assignee_away_at: null,
    });
    expect((await world.ask('GET', `/task_metadatas/?task=${task.uuid}`)).body).toEqual([body]);
  });

  it('goes on with the state that an open task is in, and adds up what it was in before', async () => {
    const world = await happenings();
    const task = await world.task({ trackerId: null });
    const assignee = world.trackerUuids.get(2);
    for (const [minute, action] of [
      [5, 'assign'],
      [10, 'unassign'],
      [20, 'assign'],
    ] as const) {
      world.kit.nowMs = T0 + minute * MINUTE;
      await world.order(task, action, { assignee });
    }
    world.kit.nowMs = T0 + 22 * MINUTE;
    const { body } = await world.ask('GET', `/task_metadatas/${task.uuid}/`);
    expect(body).toMatchObject({
      unassigned_duration: '00:15:00',
      assigned_duration: '00:07:00',
      transit_duration: null,
    });
    expect(body['last_assigned_at']).toBe('2026-03-02T08:20:00.000000Z');
  });

  it('are listed one for each task, in pages', async () => {
    const world = await happenings();
    const uuids: string[] = [];
    for (let i = 0; i < 5; i++) uuids.push((await world.task()).uuid);
    const { id: deletedId } = await world.task({ dialect: 'navixy' });
    await world.kit.do({ kind: 'delete_task', taskId: deletedId });
    const pages = await pagesOf(world, '/task_metadatas/?page_size=2');
    expect(pages.flat().map(({ id }) => id)).toEqual(uuids);
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    const rows: readonly [string, number][] = [
      [`task=${NOBODY}`, 0],
      [`task__account=${NOBODY}`, 0],
      [`task=${uuids[2]}`, 1],
    ];
    for (const [query, count] of rows) {
      expect((await world.ask('GET', `/task_metadatas/?${query}`)).body, query).toHaveLength(count);
    }
  });

  it('are refused to whoever has no right, and are not there without their task', async () => {
    const world = await happenings();
    world.kit.store.keys.create('reader', READER_KEY, ['trackers:read'], T0, null);
    expect((await world.ask('GET', '/task_metadatas/', undefined, READER_KEY)).status).toBe(403);
    expect((await world.ask('GET', `/task_metadatas/${NOBODY}/`)).status).toBe(404);
    expect((await world.ask('GET', '/task_metadatas/x/')).status).toBe(404);
    expect((await world.ask('GET', '/task_metadatas/?task=x')).status).toBe(400);
    expect((await world.ask('GET', '/task_metadatas/?cursor=x')).status).toBe(400);
  });
});
