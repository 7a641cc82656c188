/** `/history/*` from the outside: what tasks, checkpoints and routes came to. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { READER_KEY } from '../../operations/fake-line.ts';
import { task } from '../../store/kit.ts';
import type { RealKit, Told } from '../real-kit.ts';
import { addTask, feedKit, later, leave, MINUTE, NOON, TODAY, visit } from './history-kit.ts';

let kit: RealKit;

beforeEach(async () => {
  kit = await feedKit();
});

afterEach(() => kit.close());

async function events(call = 'history/user/list', parameters: object = {}): Promise<string[]> {
  const { list } = await kit.navixy(call, { ...TODAY, ...parameters });
  return list.map(({ event, extra }) => `${event} ${extra.task_id}`);
}

describe('an entry', () => {
  it('says what happened to which task, where, when and in plain words', async () => {
    const { id: employeeId } = kit.store.records.create('employee', {
      trackerId: 1,
      firstName: 'Anna',
      middleName: '',
      lastName: '',
      email: '',
      phone: '',
      departmentId: null,
      home: null,
      tags: [],
      extra: {},
    });
    await addTask(kit, 1, { external_id: 'W7', min_stay_duration: 10 });
    await visit(kit, 1);
    await later(kit, 5);
    await leave(kit, 1);
    const told: Told & object = await kit.navixy('history/user/list', TODAY);
    expect(told).toEqual({
      success: true,
      list: [
        {
          id: expect.any(Number),
          type: 'tracker',
          is_read: false,
          message: 'Deliver parcels: arrived',
          time: '2026-03-01 12:00:00',
          event: 'task_arrived',
          tracker_id: 1,
          rule_id: null,
          track_id: null,
          location: { lat: 51.283546, lng: 7.301086, precision: expect.any(Number) },
          address: 'Fichtenstrasse 11',
          extra: {
            task_id: 1,
            parent_task_id: null,
            counter_id: null,
            service_task_id: null,
            checkin_id: null,
            place_ids: null,
            last_known_location: expect.any(Boolean),
            tracker_label: 'Van 1',
            emergency: false,
            employee_id: employeeId,
            full_message: 'Deliver parcels: arrived',
            rule_ids: [],
            external_id: 'W7',
            event_date: '2026-03-01 12:00:00',
            status: 'arrived',
            previous_status: 'assigned',
          },
        },
      ],
      limit_exceeded: false,
      total: 1,
      total_unread: 1,
    });
  });

  it('of a long label fits the field, and the whole is beside it', async () => {
    const label = `${'📦'.repeat(99)}xy`;
    await addTask(kit, 1, { label });
    kit.store.records.create('tracker_rule', rule(`${'a'.repeat(254)}📦📦`));
    await visit(kit, 1);
    const { list } = await kit.navixy('history/user/list', TODAY);
    const { message, extra } = list[0]!;
    expect([message.length, message.endsWith('…'), /\p{Cs}/u.test(message)]).toEqual([255, true, false]);
    expect(extra.full_message).toHaveLength(258);
  });

  it('is dated by when it was concluded, and says when it happened', async () => {
    const id = await addTask(kit, 1);
    await later(kit, 200);
    const { list } = await kit.navixy('history/user/list', TODAY);
    expect(list).toMatchObject([
      { event: 'task_failed', time: '2026-03-01 13:10:00', extra: { task_id: id, event_date: '2026-03-01 13:00:00' } },
    ]);
  });

  it('takes ISO dates and gives them', async () => {
    await addTask(kit, 1);
    await visit(kit, 1);
    const span = { from: '2026-03-01T13:00:00+01:00', to: '2026-03-01T12:00:00Z', iso_datetime: true };
    const { list } = await kit.navixy('history/user/list', span);
    expect(list.map(({ time }) => time)).toEqual(['2026-03-01T12:00:00Z', '2026-03-01T12:00:00Z']);
  });
});

function rule(primaryText: string) {
  const terms = {
    trackerIds: [1],
    statuses: ['arrived', 'done'],
    onForm: false,
    onRepeatedForm: false,
    hours: [],
  } as const;
  return {
    name: 'r',
    description: '',
    terms,
    primaryText,
    secondaryText: '',
    isEmergency: false,
    isSuspended: false,
    extra: {},
    deletedMs: null,
    spells: [{ afterId: 0, untilId: null, terms }],
  };
}

describe('events', () => {
  it.each([
    ['arrived and done at once', {}, async () => visit(kit, 1), ['task_arrived', 'task_completed']],
    ['nobody came', {}, async () => later(kit, 200), ['task_failed']],
    [
      'somebody came, but not for long',
      { min_stay_duration: 30 },
      async () => {
        await visit(kit, 1);
        await later(kit, 1);
        await leave(kit, 1);
        await later(kit, 200);
      },
      ['task_arrived', 'task_faulty'],
    ],
    [
      'somebody came late',
      { max_delay: 100 },
      async () => {
        await later(kit, 90);
        await visit(kit, 1);
      },
      ['task_arrived', 'task_delayed'],
    ],
  ])('%s', async (_name, part, happening, expected) => {
    const id = await addTask(kit, 1, part);
    await happening();
    expect(await events()).toEqual(expected.map((event) => `${event} ${id}`));
  });

  it('of a route and its checkpoints have names of their own, and the route is their parent', async () => {
    const zone = { latDeg: 51.283546, lonDeg: 7.301086, radiusM: 150 };
    const { address, ...text } = task(0).text;
    const terms = {
      ...task(0).terms,
      zone,
      fromMs: NOON - 60 * MINUTE,
      toMs: NOON + 60 * MINUTE,
    };
    const checkpoint = () => ({ uuid: crypto.randomUUID(), text: { ...text, address }, terms });
    const route = {
      uuid: crypto.randomUUID(),
      dialect: 'navixy',
      trackerId: 2,
      text: { ...text, label: 'Round' },
      checkpoints: [checkpoint(), checkpoint()],
    } as const;
    const outcome = await kit.do({ kind: 'create_route', route });
    if (outcome.kind !== 'route') throw new Error(JSON.stringify(outcome));
    const { routeId, checkpointIds } = outcome;
    await visit(kit, 2);
    const [first, second] = checkpointIds;
    expect((await events()).sort()).toEqual(
      [
        `checkpoint_arrived ${first}`,
        `checkpoint_arrived ${second}`,
        `checkpoint_completed ${first}`,
        `checkpoint_completed ${second}`,
        `route_completed ${routeId}`,
      ].sort(),
    );
    expect(await events('history/user/list', { events: ['route_completed'] })).toEqual([`route_completed ${routeId}`]);
    expect(await events('history/tracker/list', { trackers: [1] })).toEqual([]);
    const { list } = await kit.navixy('history/tracker/list', { ...TODAY, trackers: [2] });
    expect(list).toHaveLength(5);
    const parents = list.map(({ event, extra }) => [event, extra.parent_task_id]);
    expect(parents).toContainEqual(['checkpoint_arrived', routeId]);
    expect(list.find(({ event }) => event === 'route_completed')).toMatchObject({
      tracker_id: 2,
      location: null,
      message: 'Round: done',
    });
  });

  it('of deleted tasks stay, and giving a task away is none', async () => {
    const id = await addTask(kit, 1);
    await kit.navixy('task/assign', { task_id: id, tracker_id: 2 });
    await kit.navixy('task/assign', { task_id: id, tracker_id: null });
    await kit.navixy('task/assign', { task_id: id, tracker_id: 1 });
    expect(await events()).toEqual([]);
    await visit(kit, 1);
    await kit.navixy('task/delete', { task_id: id });
    expect(await events()).toEqual([`task_arrived ${id}`, `task_completed ${id}`]);
  });

  it('that late records bring are revisions, told when they are concluded', async () => {
    const id = await addTask(kit, 1);
    await later(kit, 200);
    await kit.send(1, [{ timeMs: NOON, latDeg: 51.283546, lonDeg: 7.301086 }]);
    const { list } = await kit.navixy('history/user/list', TODAY);
    const told = list.map(({ event, time, extra }) => [event, time, extra.revised]);
    expect(told[0]).toEqual(['task_failed', '2026-03-01 13:10:00', undefined]);
    expect(told.at(-1)).toEqual(['task_completed', '2026-03-01 15:20:00', true]);
    expect((await kit.navixy('task/read', { task_id: id })).value).toMatchObject({ status: 'done' });
  });
});

describe('finding entries', () => {
  beforeEach(async () => {
    for (const trackerId of [1, 2, 1]) {
      await addTask(kit, trackerId);
      await visit(kit, trackerId);
      await later(kit, 1);
    }
  });

  it.each([
    [
      {},
      [
        'task_arrived 1',
        'task_completed 1',
        'task_arrived 2',
        'task_completed 2',
        'task_arrived 3',
        'task_completed 3',
      ],
    ],
    [{ events: ['task_completed'] }, ['task_completed 1', 'task_completed 2', 'task_completed 3']],
    [{ events: ['speedup'] }, []],
    [{ events: [], limit: 1 }, ['task_arrived 1']],
    [{ limit: 3, ascending: false }, ['task_completed 3', 'task_arrived 3', 'task_completed 2']],
    [{ limit: 2, offset: 3 }, ['task_completed 2', 'task_arrived 3']],
    [{ offset: 6 }, []],
    [{ from: '2026-03-01 12:01:00' }, ['task_arrived 2', 'task_completed 2', 'task_arrived 3', 'task_completed 3']],
    [{ to: '2026-03-01 12:00:00' }, ['task_arrived 1', 'task_completed 1']],
    [{ from: '2026-03-01 12:00:01', to: '2026-03-01 12:01:00' }, ['task_arrived 2', 'task_completed 2']],
    [{ only_unread: true, events: ['task_completed'] }, ['task_completed 1', 'task_completed 2', 'task_completed 3']],
    [{ only_emergency: true }, []],
  ])('%j', async (parameters, expected) => {
    expect(await events('history/user/list', parameters)).toEqual(expected);
  });

  it('pages by time: the next page begins where one ended', async () => {
    const first = await kit.navixy('history/user/list', { ...TODAY, limit: 4 });
    expect(first).toMatchObject({ limit_exceeded: true, total: 6 });
    const from = first.list.at(-1)!.time;
    const next = await kit.navixy('history/user/list', { ...TODAY, from, limit: 1000 });
    const ids = new Set([...first.list, ...next.list].map(({ id }) => id));
    expect([ids.size, (next as object as { limit_exceeded: boolean }).limit_exceeded]).toEqual([6, false]);
  });

  it.each([
    [[1], ['task_completed 1', 'task_completed 3']],
    [[2], ['task_completed 2']],
    [
      [1, 2],
      ['task_completed 1', 'task_completed 2', 'task_completed 3'],
    ],
    [[], []],
  ])('of trackers %j', async (trackers, expected) => {
    expect(await events('history/tracker/list', { trackers, events: ['task_completed'] })).toEqual(expected);
  });
});

describe('refusals', () => {
  const SPAN = { from: '2026-03-01 00:00:00', to: '2026-03-01 01:00:00' };

  it.each([
    ['history/user/list', {}, 7],
    ['history/user/list', { from: SPAN.from }, 7],
    ['history/user/list', { ...SPAN, from: 5 }, 7],
    ['history/user/list', { from: SPAN.to, to: SPAN.from }, 7],
    ['history/user/list', { ...SPAN, to: '2026-06-29 00:00:01' }, 211],
    ['history/user/list', { ...SPAN, to: '2026-06-29 00:00:00' }, 'ok'],
    ['history/user/list', { ...SPAN, limit: 1001 }, 212],
    ['history/user/list', { ...SPAN, limit: 1000 }, 'ok'],
    ['history/user/list', { ...SPAN, limit: 0 }, 7],
    ['history/user/list', { ...SPAN, events: 'task_failed' }, 7],
    ['history/tracker/list', SPAN, 7],
    ['history/tracker/list', { ...SPAN, trackers: [1, 9] }, 217],
    ['history/tracker/list', { ...SPAN, trackers: [1, 1] }, 7],
    ['history/user/list', { ...SPAN, hash: READER_KEY }, 13],
    ['history/tracker/list', { ...SPAN, trackers: [1], hash: READER_KEY }, 13],
    ['history/type/list', { hash: READER_KEY }, 13],
    ['history/nothing/list', SPAN, 111],
    ['history/user/erase', SPAN, 112],
  ])('%s %j is %s', async (call, parameters, code) => {
    kit.store.keys.create('stranger', READER_KEY, ['metrics:read'], 0, null);
    expect(await kit.codeOf(call, parameters)).toBe(code);
  });

  it('a blocked tracker is one that is not there', async () => {
    await kit.do({ kind: 'edit_tracker', trackerId: 2, edit: { isBlocked: true } });
    expect(await kit.codeOf('history/tracker/list', { ...SPAN, trackers: [2] })).toBe(217);
  });
});

it('history/type/list names every event once, with a description', async () => {
  const { list } = await kit.navixy('history/type/list', { locale: 'en_US' });
  const names = list.map(({ type }) => String(type));
  expect(names).toEqual(
    expect.arrayContaining(['task_completed', 'checkpoint_arrived', 'route_faulty', 'task_form_submitted']),
  );
  expect(new Set(names).size).toBe(names.length);
  expect(list.every(({ description }) => String(description).length > 5)).toBe(true);
});
