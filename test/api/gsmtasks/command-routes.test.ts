import { describe, expect, it } from 'vitest';
import { type Move, nextState } from '../../../src/engine/lifecycle.ts';
import type { PersonalMove } from '../../../src/model/command.ts';
import { INSTRUCTIONS, type InstructionAction } from '../../../src/model/instruction.ts';
import { isOpen, LIFECYCLE_STATES, type LifecycleState } from '../../../src/model/task.ts';
import { READER_KEY } from '../../operations/fake-line.ts';
import { type Happenings, happenings, MINUTE, pagesOf, T0 } from './happenings-kit.ts';

type State = LifecycleState;

/** How a task comes to a state. */
const WAYS: Readonly<Record<State, readonly PersonalMove[]>> = {
  draft: [],
  scheduled: [],
  unassigned: [],
  assigned: [],
  accepted: ['accept'],
  in_transit: ['start'],
  active: ['activate'],
  suspended: ['start', 'suspend'],
  completed: ['complete'],
  failed: ['fail'],
  cancelled: ['cancel'],
};

async function taskIn(world: Happenings, state: State) {
  const isPrepared = state === 'draft' || state === 'scheduled';
  const trackerId = isPrepared || state === 'unassigned' ? null : 1;
  const task = await world.task({ trackerId, ...(isPrepared && { begins: state }) });
  for (const move of WAYS[state]) {
    await world.kit.do({ kind: 'move_task', taskId: task.id, move, timeMs: null });
  }
  expect(world.read(task.id).facts.state).toBe(state);
  return task;
}

const MOVES: Partial<Record<InstructionAction, Move>> = { transit: 'start' };

/** null = refused. */
function expectedOf(state: State, action: InstructionAction): State | null {
  const hasTracker = !['draft', 'scheduled', 'unassigned'].includes(state);
  switch (action) {
    case 'update':
      return state;
    case 'assignee_near':
    case 'assignee_away':
      return isOpen(state) ? state : null;
    case 'assign':
    case 'reassign':
      return nextState(state, 'assign', true);
    case 'unassign':
      // Nobody has it: nothing changes.
      return isOpen(state) && !hasTracker ? state : nextState(state, 'unassign', hasTracker);
    default:
      return nextState(state, MOVES[action] ?? (action as Move), hasTracker);
  }
}

function saidWith(world: Happenings, action: InstructionAction): object {
  if (action === 'assign' || action === 'reassign') return { assignee: world.trackerUuids.get(2) };
  return action === 'update' ? { task_data: { scheduled_time: '2026-03-02T09:00:00Z' } } : {};
}

describe('a command to a task', () => {
  it.each(LIFECYCLE_STATES)(
    'does to a task that is %s what the lifecycle says, or is kept as rejected',
    async (state) => {
      const world = await happenings();
      for (const action of INSTRUCTIONS) {
        const task = await taskIn(world, state);
        const { status, body } = await world.order(task, action, saidWith(world, action));
        const expected = expectedOf(state, action);
        const label = `${action} on ${state}`;
        expect(status, label).toBe(201);
        expect(world.read(task.id).facts.state, label).toBe(expected ?? state);
        if (expected === null) {
          expect(body, label).toMatchObject({ state: 'rejected', accepted_at: null });
          expect(body.error_message, label).toMatch(/^task \d+ is /);
          expect(body['rejected_at'], label).toBe(body.created_at);
        } else {
          expect(body, label).toMatchObject({ state: 'accepted', error_message: '', rejected_at: null });
          expect(body['accepted_at'], label).toBe(body.created_at);
        }
      }
    },
  );

  it('is answered with all of its keys, and is the same when it is read', async () => {
    const world = await happenings();
    const task = await world.task({ trackerId: null });
    const tracker = world.trackerUuids.get(1);
    const given = await world.order({ uuid: `https://gw.example/tasks/${task.uuid}/` }, 'assign', {
      assignee: `/users/${tracker}/`,
      external_id: 'dispatch-77-1',
      notes: 'Take the small van',
      location: { type: 'Point', coordinates: [24.75, 59.43] },
    });
    expect(given.status).toBe(201);
    const { id, account, user, ...rest } = given.body;
    const link = (path: string) => expect.stringMatching(new RegExp(`^http://[^/]+/${path}/$`));
    expect(rest).toEqual({
      url: link(`task_commands/${id}`),
      external_id: 'dispatch-77-1',
      task: link(`tasks/${task.uuid}`),
      time: '2026-03-02T08:00:00.000000Z',
      action: 'assign',
      assignee: link(`users/${tracker}`),
      notes: 'Take the small van',
      location: { type: 'Point', coordinates: [24.75, 59.43] },
      task_data: {},
      state: 'accepted',
      error_message: '',
      accepted_at: '2026-03-02T08:00:00.000000Z',
      rejected_at: null,
      created_at: '2026-03-02T08:00:00.000000Z',
      updated_at: '2026-03-02T08:00:00.000000Z',
    });
    expect(account).toMatch(/\/accounts\/[0-9a-f-]{36}\/$/);
    expect(user).toMatch(/\/users\/[0-9a-f-]{36}\/$/);
    expect((await world.ask('GET', `/task_commands/${id}/`)).body).toEqual(given.body);
    expect((await world.ask('GET', '/task_commands/')).body).toEqual([given.body]);
    const [event] = (await world.ask('GET', `/task_events/?task=${task.uuid}&event=assign`)).body;
    expect(event).toMatchObject({
      field: 'state',
      from_state: 'unassigned',
      to_state: 'assigned',
      task_command: given.body.url,
      user,
      notes: 'Take the small van',
      location: { type: 'Point', coordinates: [24.75, 59.43] },
    });
  });

  it('is dated by its own time, which is not before the task was given nor after its receipt', async () => {
    const world = await happenings();
    const task = await world.task({ trackerId: null });
    await world.order(task, 'assign', { assignee: world.trackerUuids.get(1) });
    world.kit.nowMs = T0 + 60 * MINUTE;
    const rows = [
      ['accept', T0 - 60 * MINUTE, T0],
      ['transit', T0 + 10 * MINUTE, T0 + 10 * MINUTE],
      ['complete', T0 + 90 * MINUTE, T0 + 60 * MINUTE],
    ] as const;
    for (const [action, saidMs] of rows) {
      const { body } = await world.order(task, action, { time: new Date(saidMs).toISOString() });
      expect(body).toMatchObject({ state: 'accepted', time: new Date(saidMs).toISOString().replace('Z', '000Z') });
    }
    const { body } = await world.ask('GET', `/tasks/${task.uuid}/events/?event__in=accept,transit,complete`);
    expect(body.map((event) => Date.parse(event.time))).toEqual(rows.map(([, , ms]) => ms));
    expect(world.read(task.id).facts.statusMs).toBe(T0 + 60 * MINUTE);
  });

  it('changes only what an update says of a task', async () => {
    const world = await happenings();
    const task = await world.task({
      text: { description: 'Ring twice', details: { reference: 'A-1', metafields: { 'own:kept': 1 } } },
    });
    const before = world.read(task.id);
    const { body } = await world.order(task, 'update', {
      task_data: {
        scheduled_time: '2026-03-02T09:00:00+02:00',
        position: 12.5,
        metafields: { 'own:new': 'x' },
        duration: '00:20:00',
        description: 'not among what an update may say',
        state: 'completed',
      },
    });
    expect(body.state).toBe('accepted');
    expect(body.task_data['position']).toBe(12.5);
    const after = world.read(task.id);
    expect(after.terms).toEqual({ ...before.terms, position: 12.5 });
    expect(after.text).toMatchObject({
      description: 'Ring twice',
      details: {
        reference: 'A-1',
        metafields: { 'own:kept': 1, 'own:new': 'x' },
        plannedMs: Date.UTC(2026, 2, 2, 7),
        serviceMs: 20 * MINUTE,
      },
    });
    await world.order(task, 'update', { task_data: { scheduled_time: null, position: null } });
    expect(world.read(task.id).terms.position).toBeUndefined();
    expect(world.read(task.id).text.details?.plannedMs).toBeUndefined();
  });

  it('moves the place of a task by its address, or by that of its contact address', async () => {
    const world = await happenings();
    const task = await world.task();
    const at = (lonDeg: number) => ({ location: { type: 'Point', coordinates: [lonDeg, 59] } });
    await world.order(task, 'update', { task_data: { address: { raw_address: 'Hill 1', ...at(25) } } });
    expect(world.read(task.id).terms.zone).toMatchObject({ latDeg: 59, lonDeg: 25 });
    await world.order(task, 'update', { task_data: { contact_address: { address: at(26) } } });
    expect(world.read(task.id).terms.zone).toMatchObject({ latDeg: 59, lonDeg: 26 });
    expect(world.read(task.id).text.address).toBe('Hill 1');
  });
});

describe('the same external id', () => {
  it('is the same command again, whatever else it says, also after a restart', async () => {
    const world = await happenings();
    const task = await world.task();
    const other = await world.task();
    const first = await world.order(task, 'accept', { external_id: 'one' });
    const refused = await world.order(task, 'accept', { external_id: 'two' });
    expect([first.body.state, refused.body.state]).toEqual(['accepted', 'rejected']);
    const again = [
      { task: task.uuid, action: 'accept', time: first.body.time, external_id: 'one' },
      { task: other.uuid, action: 'cancel', time: '2030-01-01T00:00:00Z', external_id: 'one' },
      { external_id: 'one', action: 'no such thing' },
    ];
    for (const restart of [false, true]) {
      if (restart) await world.kit.restart();
      for (const body of again) {
        const { status, body: told } = await world.ask('POST', '/task_commands/', body);
        expect([status, told]).toEqual([201, first.body]);
      }
      await world.order(task, 'unaccept');
      expect((await world.order(task, 'accept', { external_id: 'two' })).body).toEqual(refused.body);
      await world.kit.do({ kind: 'move_task', taskId: task.id, move: 'accept', timeMs: null });
    }
    expect(world.read(other.id).facts.state).toBe('assigned');
    const { body } = await world.ask('GET', '/task_commands/');
    expect(body.filter(({ external_id }) => external_id !== null)).toHaveLength(2);
  });

  it('is decided once where it comes twice at the same time', async () => {
    const world = await happenings();
    const task = await world.task();
    const all = await Promise.all([1, 2, 3].map(() => world.order(task, 'accept', { external_id: 'x' })));
    expect(new Set(all.map(({ body }) => body.id)).size).toBe(1);
    expect(all.map(({ body }) => body.state)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await world.story(task)).toEqual(['create >assigned', 'accept assigned>accepted']);
  });
});

describe('many commands in one go', () => {
  it('are decided in order, with one answer for each', async () => {
    const world = await happenings();
    // What the last update says is what the task said before the update before it.
    const task = await world.task({ terms: { position: 4 } });
    const time = new Date(T0).toISOString();
    const said = (action: string, more = {}) => ({ task: task.uuid, time, action, ...more });
    const { status, body } = await world.ask('POST', '/task_commands/', [
      said('accept', { external_id: 'a' }),
      said('update', { task_data: { metafields: { 'own:a': 1 } } }),
      said('accept'),
      said('update', { task_data: { metafields: { 'own:b': 2 }, position: 3 } }),
      said('update', { task_data: { position: 4 } }),
      said('accept', { external_id: 'a' }),
      said('complete'),
    ]);
    expect(status).toBe(201);
    expect(body.map(({ action, state }) => `${action} ${state}`)).toEqual([
      'accept accepted',
      'update accepted',
      'accept rejected',
      'update accepted',
      'update accepted',
      'accept accepted',
      'complete accepted',
    ]);
    expect(body[5]).toEqual(body[0]);
    expect(world.read(task.id)).toMatchObject({
      facts: { state: 'completed' },
      terms: { position: 4 },
      text: { details: { metafields: { 'own:a': 1, 'own:b': 2 } } },
    });
  });

  it('are none where one of them is malformed', async () => {
    const world = await happenings();
    const task = await world.task();
    const { status, body } = await world.ask('POST', '/task_commands/', [
      { task: task.uuid, time: '2026-03-02T08:00:00Z', action: 'accept' },
      { task: task.uuid, time: 'soon', action: 'accept' },
    ]);
    expect([status, body[0], Object.keys(body[1] ?? {})]).toEqual([400, {}, ['time']]);
    expect(world.read(task.id).facts.state).toBe('assigned');
    expect((await world.ask('GET', '/task_commands/')).body).toEqual([]);
  });

  it('are at most a thousand', async () => {
    const world = await happenings();
    const many = Array.from({ length: 1001 }, () => ({}));
    expect((await world.ask('POST', '/task_commands/', many)).status).toBe(400);
    expect((await world.ask('POST', '/task_commands/', [])).body).toEqual([]);
  });
});

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('a malformed command', () => {
  it.each<[string, (fine: Record<string, unknown>) => unknown, object]>([
    ['no object', () => 'accept', { non_field_errors: expect.anything() }],
    ['nothing', () => null, { non_field_errors: expect.anything() }],
    ['an empty object', () => ({}), { task: expect.anything(), time: expect.anything(), action: expect.anything() }],
    ['no such task', (fine) => ({ ...fine, task: NOBODY }), { task: expect.anything() }],
    ['a task of another collection', (fine) => ({ ...fine, task: `/orders/${NOBODY}/` }), { task: expect.anything() }],
    ['no time', ({ time: _, ...fine }) => fine, { time: expect.anything() }],
    ['a time that is none', (fine) => ({ ...fine, time: 12 }), { time: expect.anything() }],
    ['no such action', (fine) => ({ ...fine, action: 'explode' }), { action: expect.anything() }],
    ['an action of the engine', (fine) => ({ ...fine, action: 'suspend' }), { action: expect.anything() }],
    ['nobody to assign to', (fine) => ({ ...fine, action: 'assign' }), { assignee: ['This field is required.'] }],
    [
      'null to reassign to',
      (fine) => ({ ...fine, action: 'reassign', assignee: null }),
      { assignee: expect.anything() },
    ],
    [
      'a stranger to assign to',
      (fine) => ({ ...fine, action: 'assign', assignee: NOBODY }),
      { assignee: expect.anything() },
    ],
    ['an update that says nothing', (fine) => ({ ...fine, action: 'update' }), { task_data: expect.anything() }],
    [
      'an update that says it wrongly',
      (fine) => ({ ...fine, action: 'update', task_data: { position: 'first', duration: 5 } }),
      { task_data: { position: expect.anything(), duration: expect.anything() } },
    ],
    [
      'an update to a run that is not there',
      (fine) => ({ ...fine, action: 'update', task_data: { route: NOBODY } }),
      { task_data: { route: expect.anything() } },
    ],
    [
      'a place off the earth',
      (fine) => ({ ...fine, location: { type: 'Point', coordinates: [0, 91] } }),
      { location: expect.anything() },
    ],
    [
      'a name that is too long',
      (fine) => ({ ...fine, external_id: 'x'.repeat(101) }),
      { external_id: expect.anything() },
    ],
    ['notes with a NUL', (fine) => ({ ...fine, notes: 'a\u0000b' }), { notes: expect.anything() }],
  ])('(%s) is told what is wrong with it', async (_, change, faults) => {
    const world = await happenings();
    const task = await world.task();
    const fine = { task: task.uuid, time: '2026-03-02T08:00:00Z', action: 'accept' };
    const { status, body } = await world.ask('POST', '/task_commands/', change(fine));
    expect([status, body]).toEqual([400, faults]);
    expect((await world.ask('GET', '/task_commands/')).body).toEqual([]);
  });

  it('may not be JSON at all', async () => {
    const world = await happenings();
    const headers = { authorization: 'Token 0123456789abcdef0123456789abcdef' };
    const response = await world.kit.app.inject({
      method: 'POST',
      url: '/task_commands/',
      headers,
      payload: '{"task":',
    });
    expect(response.statusCode).toBe(400);
  });
});

describe('the list of commands', () => {
  it('is filtered, and paged in both directions', async () => {
    const world = await happenings();
    const [one, other] = [await world.task(), await world.task({ trackerId: null })];
    const given: string[] = [];
    for (const [i, [task, action]] of (
      [
        [one, 'accept'],
        [one, 'accept'],
        [other, 'assign'],
        [one, 'transit'],
        [one, 'complete'],
      ] as const
    ).entries()) {
      world.kit.nowMs = T0 + i * MINUTE;
      const more = action === 'assign' ? { assignee: world.trackerUuids.get(2) } : {};
      given.push((await world.order(task, action, more)).body.id);
    }
    const found = async (query: string) => {
      const { status, body } = await world.ask('GET', `/task_commands/?${query}`);
      return status === 200 ? body.map(({ id }) => given.indexOf(id)) : body;
    };
    const { account, user } = (await world.ask('GET', '/task_commands/')).body[0]!;
    const rows: readonly [string, unknown][] = [
      ['', [0, 1, 2, 3, 4]],
      [`task=${one.uuid}`, [0, 1, 3, 4]],
      [`task=http://x/tasks/${other.uuid}/`, [2]],
      [`task=${NOBODY}`, []],
      [`task__account=${account.split('/').at(-2)}`, [0, 1, 2, 3, 4]],
      [`task__account=${NOBODY}`, []],
      [`user=${user.split('/').at(-2)}`, [0, 1, 2, 3, 4]],
      [`user=${NOBODY}`, []],
      [`assignee=${world.trackerUuids.get(2)}`, [2]],
      ['action=accept', [0, 1]],
      ['action__in=accept,complete', [0, 1, 4]],
      ['state=rejected', [1]],
      ['state=pending', []],
      ['created_at__gt=2026-03-02T08:01:00Z', [2, 3, 4]],
      ['created_at__gte=2026-03-02T08:01:00Z&created_at__lt=2026-03-02T08:03:00Z', [1, 2]],
      ['created_at__gte=2026-03-02T10:02:00+02:00', [2, 3, 4]],
      ['accepted_at__lte=2026-03-02T08:01:00Z', [0]],
      ['rejected_at__lte=2026-03-02T08:01:00Z', [1]],
      ['time__date=2026-03-02', [0, 1, 2, 3, 4]],
      ['time__date=2026-03-01', []],
      ['nobody_knows=this', [0, 1, 2, 3, 4]],
      ['state=gone', { state: expect.anything() }],
      ['task=one', { task: expect.anything() }],
      ['time__gt=soon', { time__gt: expect.anything() }],
      ['time__date=2026-02-30', { time__date: expect.anything() }],
      ['page_size=0', { page_size: expect.anything() }],
      ['cursor=x', { cursor: expect.anything() }],
    ];
    for (const [query, expected] of rows) expect(await found(query), query).toEqual(expected);
    const pages = await pagesOf(world, '/task_commands/?page_size=2');
    expect(pages.map((page) => page.map(({ id }) => given.indexOf(id)))).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('asks for a right, and for a command that is there', async () => {
    const world = await happenings();
    const task = await world.task();
    world.kit.store.keys.create('reader', READER_KEY, ['tasks:read'], T0, null);
    const command = { task: task.uuid, time: '2026-03-02T08:00:00Z', action: 'accept' };
    const statusOf = async (...parameters: Parameters<Happenings['ask']>) => (await world.ask(...parameters)).status;
    expect(await statusOf('POST', '/task_commands/', command, READER_KEY)).toBe(403);
    expect(await statusOf('GET', '/task_commands/', undefined, READER_KEY)).toBe(200);
    expect(await statusOf('GET', '/task_commands/', undefined, 'f'.repeat(32))).toBe(401);
    expect(await statusOf('GET', `/task_commands/${NOBODY}/`)).toBe(404);
    expect(await statusOf('GET', '/task_commands/nothing/')).toBe(404);
    expect(await statusOf('DELETE', '/task_commands/')).toBe(405);
  });
});
