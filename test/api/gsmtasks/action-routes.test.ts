/** The endpoints of actions: what `actions` promises is what happens, in every state. */
import { describe, expect, it } from 'vitest';
import { ACTIONS, type Action } from '../../../src/api/gsmtasks/actions.ts';
import { nextState } from '../../../src/engine/lifecycle.ts';
import { gsmtasksState } from '../../../src/model/projections.ts';
import { TaskKit } from './task-kit.ts';

const NAMES = Object.keys(ACTIONS) as Action[];

/** How a task that is assigned comes to a state. */
const PATHS = {
  assigned: [],
  accepted: ['accept'],
  in_transit: ['transit'],
  active: ['activate'],
  completed: ['complete'],
  failed: ['fail'],
  cancelled: ['cancel'],
  unassigned: ['unassign'],
} as const;

describe('actions', () => {
  it.each(Object.entries(PATHS))(
    'of a task that is %s are what its state allows, and all of them',
    async (state, path) => {
      const kit = new TaskKit();
      const [assignee, other] = [await kit.worker('Van'), await kit.worker('Truck')];
      for (const action of NAMES) {
        const task = await kit.made({ assignee });
        for (const step of path) await kit.did(step, task);
        const { actions } = await kit.seen(task.id);
        const next = nextState(state as keyof typeof PATHS, ACTIONS[action], state !== 'unassigned');
        expect([action, actions[action]]).toEqual([action, next === null ? undefined : `${task.url}${action}/`]);
        const { status, body } = await kit.gsm('POST', `/tasks/${task.id}/${action}/`, { assignee: other });
        if (next === null) expect([action, status, Object.keys(body)]).toEqual([action, 400, ['non_field_errors']]);
        else expect([action, status, body.state]).toEqual([action, 200, gsmtasksState(next)]);
      }
    },
  );

  it('of a rejected task are those of one that nobody has', async () => {
    const kit = new TaskKit();
    const task = await kit.made({ assignee: await kit.worker('Van') });
    const rejected = await kit.did('reject', task);
    expect([rejected.state, rejected.assignee, Object.keys(rejected.actions)]).toEqual([
      ...['unassigned', null, ['assign', 'cancel']],
    ]);
  });

  it('of assigning change nothing for who has it already', async () => {
    const kit = new TaskKit();
    const assignee = await kit.worker('Van');
    const task = await kit.made({ assignee });
    await kit.did('accept', task);
    expect(await kit.did('assign', task, { assignee })).toMatchObject({ assignee, state: 'accepted' });
  });

  it('take notes and a place, or no body at all', async () => {
    const kit = new TaskKit();
    const task = await kit.made({ assignee: await kit.worker('Van') });
    const location = { type: 'Point', coordinates: [24.7, 59.4] };
    expect(await kit.did('accept', task, { notes: 'On my way', location })).toMatchObject({ state: 'accepted' });
    expect((await kit.gsm('POST', `/tasks/${task.id}/unaccept/`)).body.state).toBe('assigned');
  });

  it.each<[string, string, object, string]>([
    ['notes that are no text', 'complete', { notes: 5 }, 'notes'],
    ['a place that is none', 'complete', { location: [1, 2] }, 'location'],
    ['no assignee', 'assign', {}, 'assignee'],
    ['an assignee who is nobody', 'assign', { assignee: '6f0c3e6a-2222-4000-8000-000000000000' }, 'assignee'],
  ])('refuse %s', async (_name, action, fields, field) => {
    const kit = new TaskKit();
    const task = await kit.made({ assignee: await kit.worker('Van') });
    const { status, body } = await kit.gsm('POST', `/tasks/${task.id}/${action}/`, fields);
    expect([status, Object.keys(body)]).toEqual([400, [field]]);
    expect((await kit.seen(task.id)).state).toBe('assigned');
  });

  it('refuse a blocked worker, an unknown task, a key without the right, another method', async () => {
    const kit = new TaskKit();
    const task = await kit.made();
    const assignee = await kit.worker('Van');
    await kit.operations.editTracker(1, { isBlocked: true });
    const path = `/tasks/${task.id}/assign/`;
    expect(await kit.gsm('POST', path, { assignee })).toMatchObject({
      status: 400,
      body: { assignee: [expect.anything()] },
    });
    const statuses = [
      await kit.gsm('POST', '/tasks/6f0c3e6a-2222-4000-8000-000000000000/cancel/'),
      await kit.gsm('POST', '/tasks/1/cancel/'),
      await kit.gsm('POST', path, { assignee }, { key: kit.key('tasks:read') }),
      await kit.gsm('GET', path),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 403, 405]);
  });
});
