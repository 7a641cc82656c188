import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/model/command.ts';
import { PERSONAL_MOVES } from '../../../src/model/command.ts';
import { gsmtasksState } from '../../../src/model/projections.ts';
import type { Dialect } from '../../../src/model/task.ts';
import { READER_KEY } from '../../operations/fake-line.ts';
import { type Happenings, happenings, MINUTE, PLACE, pagesOf, T0 } from './happenings-kit.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const FAR = { latDeg: 59, lonDeg: 24 };

describe('what happened to a task', () => {
  it('is its life from the creation to the end', async () => {
    const world = await happenings();
    const task = await world.task({ trackerId: null });
    await world.order(task, 'assign', { assignee: world.trackerUuids.get(1) });
    for (const action of ['accept', 'unaccept', 'accept', 'transit', 'activate', 'fail', 'restart', 'reject']) {
      await world.order(task, action);
    }
    await world.order(task, 'assign', { assignee: world.trackerUuids.get(2) });
    await world.order(task, 'reassign', { assignee: world.trackerUuids.get(1) });
    await world.order(task, 'unassign');
    await world.order(task, 'assign', { assignee: world.trackerUuids.get(1) });
    await world.order(task, 'update', { task_data: { position: 5 } });
    await world.order(task, 'assignee_near');
    await world.order(task, 'assignee_away');
    await world.order(task, 'complete');
    expect(await world.story(task)).toEqual([
      'create >unassigned',
      'assign unassigned>assigned',
      'accept assigned>accepted',
      'unaccept accepted>assigned',
      'accept assigned>accepted',
      'transit accepted>transit',
      'activate transit>active',
      'fail active>failed',
      'restart failed>assigned',
      'reject assigned>unassigned',
      'assign unassigned>assigned',
      'assign assigned>assigned',
      'unassign assigned>unassigned',
      'assign unassigned>assigned',
      'updated >',
      'assignee_near away>near',
      'assignee_away near>away',
      'complete assigned>completed',
    ]);
  });

  it('has all of its keys, with the task as a URL in its own list and whole in the list of all', async () => {
    const world = await happenings();
    const task = await world.task();
    await world.order(task, 'accept', { notes: 'On my way' });
    const [, short] = (await world.ask('GET', `/tasks/${task.uuid}/events/`)).body;
    const [, whole] = (await world.ask('GET', '/task_events/')).body;
    const { id, task: link, ...rest } = short!;
    expect(rest).toMatchObject({
      url: expect.stringMatching(new RegExp(`^http://[^/]+/task_events/${id}/$`)),
      account: expect.stringContaining('/accounts/'),
      task_command: expect.stringContaining('/task_commands/'),
      field: 'state',
      event: 'accept',
      from_state: 'assigned',
      to_state: 'accepted',
      user: expect.stringContaining('/users/'),
      notes: 'On my way',
      location: null,
      assignee: expect.stringContaining(`/users/${world.trackerUuids.get(1)}/`),
      time: '2026-03-02T08:00:00.000000Z',
      created_at: '2026-03-02T08:00:00.000000Z',
      updated_at: '2026-03-02T08:00:00.000000Z',
    });
    expect(link).toMatch(new RegExp(`^http://[^/]+/tasks/${task.uuid}/$`));
    expect(whole).toMatchObject({ ...rest, id, task: { id: task.uuid, state: 'accepted' } });
    expect((await world.ask('GET', `/task_events/${id}/`)).body).toEqual(whole);
  });

  it('is what fixes and the clock did to a task of Navixy, and its deletion', async () => {
    const world = await happenings();
    const stay = { minStayMs: 10 * MINUTE };
    const done = await world.task({ dialect: 'navixy', terms: stay });
    const missed = await world.task({
      dialect: 'navixy',
      terms: { toMs: T0 + 5 * MINUTE, zone: { ...FAR, latDeg: 10, radiusM: 150 } },
    });
    const deleted = await world.task({ dialect: 'navixy' });
    await world.kit.do({ kind: 'delete_task', taskId: deleted.id });
    world.kit.nowMs = T0 + 40 * MINUTE;
    // So that nothing more is waited for around the end of the second.
    const before = [4, 6].map((minute) => ({ timeMs: T0 + minute * MINUTE, ...FAR }));
    const there = [10, 20, 30].map((minute) => ({ timeMs: T0 + minute * MINUTE, ...PLACE }));
    await world.kit.send(1, [...before, ...there]);
    await world.kit.tick();
    expect(await world.story(done)).toEqual([
      'create >assigned',
      'assignee_near away>near',
      'activate assigned>active',
      'complete active>completed',
    ]);
    expect(await world.story(missed)).toEqual(['create >assigned', 'fail assigned>failed']);
    expect(await world.story(deleted)).toEqual(['create >assigned', 'cancel assigned>cancelled']);
    const events = (await world.ask('GET', `/task_events/?task=${done.uuid}`)).body;
    expect(events.map(({ user }) => user)).toEqual([null, null, null, null]);
    expect(events[2]).toMatchObject({
      location: { type: 'Point', coordinates: [expect.closeTo(24.7536, 4), expect.closeTo(59.437, 4)] },
    });
    // A page may end between the two events of one row.
    const pages = await pagesOf(world, `/task_events/?page_size=2&task=${done.uuid}`);
    expect(pages.flat()).toEqual(events);
    // Both events of one row can be asked for.
    for (const event of events) expect((await world.ask('GET', `/task_events/${event.id}/`)).body).toEqual(event);
    const [cancelled] = (await world.ask('GET', `/task_events/?task=${deleted.uuid}&event=cancel`)).body;
    expect(cancelled?.task).toMatchObject({ id: deleted.uuid, state: 'cancelled' });
  });

  it('is filtered, ordered and paged in both directions', async () => {
    const world = await happenings();
    const one = await world.task();
    world.kit.nowMs += MINUTE;
    const other = await world.task({ trackerId: 2 });
    world.kit.nowMs += MINUTE;
    await world.order(one, 'accept', { notes: 'x' });
    await world.order(one, 'assignee_near');
    world.kit.nowMs += MINUTE;
    await world.order(other, 'complete');
    const all = (await world.ask('GET', '/task_events/')).body;
    expect(all.map(({ event }) => event)).toEqual(['create', 'create', 'accept', 'assignee_near', 'complete']);
    const account = all[0]!.account.split('/').at(-2);
    const user = all[2]!.user.split('/').at(-2);
    const rows: readonly [string, unknown][] = [
      [`task=${one.uuid}`, [0, 2, 3]],
      [`task=${NOBODY}`, []],
      [`task__account=${account}`, [0, 1, 2, 3, 4]],
      [`task__account=${NOBODY}`, []],
      [`user=${user}`, [2, 3, 4]],
      [`assignee=${world.trackerUuids.get(2)}`, [1, 4]],
      [`assignee=${NOBODY}`, []],
      ['field=state', [0, 1, 2, 4]],
      ['field=assignee_proximity', [3]],
      ['event=create', [0, 1]],
      ['event__in=accept,complete', [2, 4]],
      ['from_state=assigned', [2, 4]],
      ['from_state__in=away,accepted', [3]],
      ['to_state__in=accepted,completed', [2, 4]],
      ['created_at__gte=2026-03-02T08:01:00Z', [1, 2, 3, 4]],
      ['created_at__gt=2026-03-02T08:01:00Z&created_at__lt=2026-03-02T08:03:00Z', [2, 3]],
      ['updated_at__lte=2026-03-02T08:01:00Z', [0, 1]],
      ['created_at__date=2026-03-02', [0, 1, 2, 3, 4]],
      ['created_at__date=2026-03-03', []],
      ['ordering=-created_at', [4, 3, 2, 1, 0]],
      ['ordering=created_at,-task', [0, 1, 2, 3, 4]],
      ['ordering=task', [0, 1, 2, 3, 4]],
      [`ordering=-created_at&created_at__gte=2026-03-02T08:02:00Z&task=${one.uuid}`, [3, 2]],
      ['event=explode', { event: expect.anything() }],
      ['task=x', { task: expect.anything() }],
      ['created_at__gte=x', { created_at__gte: expect.anything() }],
    ];
    for (const [query, expected] of rows) {
      const { status, body } = await world.ask('GET', `/task_events/?${query}`);
      const found = status === 200 ? body.map(({ id }) => all.findIndex((event) => event.id === id)) : body;
      expect(found, query).toEqual(expected);
    }
    for (const query of ['', '&ordering=-created_at', `&task=${one.uuid}`]) {
      const pages = await pagesOf(world, `/task_events/?page_size=2${query}`);
      const whole = (await world.ask('GET', `/task_events/?${query}`)).body;
      expect(pages.flat().map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    }
  });

  it('asks for a right, and for a task that is there', async () => {
    const world = await happenings();
    world.kit.store.keys.create('reader', READER_KEY, ['trackers:read'], T0, null);
    const rows: readonly [string, string | undefined, number][] = [
      ['/task_events/', READER_KEY, 403],
      ['/task_event_tracks/', READER_KEY, 403],
      [`/tasks/${NOBODY}/events/`, undefined, 404],
      ['/tasks/one/events/', undefined, 404],
      [`/task_events/${NOBODY}/`, undefined, 404],
      ['/task_events/%00/', undefined, 404],
      ['/task_events/', 'f'.repeat(32), 401],
    ];
    for (const [url, key, status] of rows)
      expect((await world.ask('GET', url, undefined, key)).status, url).toBe(status);
    expect((await world.ask('POST', '/task_events/', {})).status).toBe(405);
  });

  it('is a chain: each change of state begins where the last one ended, and the last is the state of the task', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('move' as const), move: fc.constantFrom(...PERSONAL_MOVES) }),
      fc.record({ kind: fc.constant('assign' as const), trackerId: fc.constantFrom(1, 2, null) }),
      fc.record({ kind: fc.constant('near' as const), isNear: fc.boolean() }),
      fc.record({ kind: fc.constant('fixes' as const), isThere: fc.boolean(), isLate: fc.boolean() }),
      fc.constant({ kind: 'tick' as const }),
    );
    const dialect = fc.constantFrom<Dialect>('navixy', 'gsmtasks', 'thetrack');
    const world = await happenings();
    await fc.assert(
      fc.asyncProperty(dialect, fc.array(step, { maxLength: 25 }), async (by, steps) => {
        const fromMs = world.kit.nowMs;
        const task = await world.task({
          dialect: by,
          terms: { fromMs, toMs: fromMs + 20 * MINUTE, minStayMs: 2 * MINUTE },
        });
        for (const each of steps) await take(world, task.id, each);
        await isConnected(world, task);
      }),
      { numRuns: 60 },
    );
  });
});

type Step =
  | { readonly kind: 'move'; readonly move: (typeof PERSONAL_MOVES)[number] }
  | { readonly kind: 'assign'; readonly trackerId: number | null }
  | { readonly kind: 'near'; readonly isNear: boolean }
  | { readonly kind: 'fixes'; readonly isThere: boolean; readonly isLate: boolean }
  | { readonly kind: 'tick' };

async function take({ kit }: Happenings, taskId: number, step: Step): Promise<void> {
  kit.nowMs += MINUTE;
  if (step.kind === 'tick') {
    kit.nowMs += 10 * MINUTE;
    await kit.tick();
  } else if (step.kind === 'fixes') {
    const timeMs = kit.nowMs - (step.isLate ? 3 : 0) * MINUTE;
    await kit.send(1, [{ timeMs, ...(step.isThere ? PLACE : FAR) }]);
  } else {
    const command: Command =
      step.kind === 'move'
        ? { kind: 'move_task', taskId, move: step.move, timeMs: kit.nowMs - 2 * MINUTE }
        : step.kind === 'assign'
          ? { kind: 'assign_task', taskId, trackerId: step.trackerId, by: 'gsmtasks' }
          : { kind: 'sight_task', taskId, isNear: step.isNear };
    await kit.do(command);
  }
}

async function isConnected(world: Happenings, task: { readonly id: number; readonly uuid: string }): Promise<void> {
  const { body } = await world.ask('GET', `/tasks/${task.uuid}/events/?field=state&page_size=1000`);
  expect(body[0]).toMatchObject({ event: 'create', from_state: '' });
  for (const [i, event] of body.entries()) {
    if (i > 0) expect(event['from_state'], JSON.stringify(event)).toBe(body[i - 1]!['to_state']);
  }
  expect(body.at(-1)!['to_state']).toBe(gsmtasksState(world.read(task.id).facts.state));
}

describe('the ways that led to what happened', () => {
  it('are lines of whoever had the task, from one event to the next', async () => {
    const world = await happenings();
    const task = await world.task();
    const at = (minute: number) => ({
      timeMs: T0 + minute * MINUTE,
      latDeg: 59 + minute / 100,
      lonDeg: 24 + (minute % 2) / 10,
    });
    await world.kit.send(1, [1, 2, 3].map(at));
    world.kit.nowMs = T0 + 3 * MINUTE;
    await world.order(task, 'transit');
    await world.kit.send(1, [4, 5, 6].map(at));
    world.kit.nowMs = T0 + 5 * MINUTE;
    await world.order(task, 'activate');
    await world.order(task, 'complete');
    const { body } = await world.ask('GET', '/task_event_tracks/');
    expect(body).toMatchObject({ type: 'FeatureCollection' });
    const lengths = body.features.map(({ geometry }) => geometry?.coordinates.length ?? null);
    expect(lengths).toEqual([null, 3, 3, null]);
    const [, transit] = body.features;
    expect(transit!.geometry!.type).toBe('LineString');
    expect(transit!.geometry!.coordinates[0]).toEqual([expect.closeTo(24.1, 5), expect.closeTo(59.01, 5)]);
    const events = (await world.ask('GET', '/task_events/')).body;
    expect(body.features.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    expect(transit!.properties).toMatchObject({
      model: 'task_event_track',
      task: task.uuid,
      event: 'transit',
      from_state: 'assigned',
      to_state: 'transit',
      task_event: events[1]!.url,
    });
    const found = await world.ask('GET', '/task_event_tracks/?event=activate');
    expect(found.body.features.map(({ geometry }) => geometry?.coordinates.length)).toEqual([3]);
  });

  it('are simplified to five hundred points', async () => {
    const world = await happenings();
    const task = await world.task();
    const spots = Array.from({ length: 900 }, (_, i) => ({
      timeMs: T0 + i * 1000,
      latDeg: 59 + i / 10_000,
      lonDeg: 24 + ((i * 7919) % 101) / 1000,
    }));
    world.kit.nowMs = T0 + 20 * MINUTE;
    for (let i = 0; i < spots.length; i += 100) await world.kit.send(1, spots.slice(i, i + 100));
    await world.order(task, 'accept');
    const { body } = await world.ask('GET', '/task_event_tracks/?event=accept');
    expect(body.features[0]!.geometry!.coordinates).toHaveLength(500);
  });
});
