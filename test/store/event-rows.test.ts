import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FactsThen, TaskEvent, TaskEventBody } from '../../src/model/event.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { eventOf, uidsOf } from '../../src/store/event-rows.ts';
import type { Store } from '../../src/store/store.ts';
import { at, DEPOT, MINUTE, terms } from '../engine/world-kit.ts';
import { LineKit, type Spot } from '../intake/line-kit.ts';
import { batch, T0, task, testDirectory, testStore } from './kit.ts';

type StatusChange = Extract<TaskEventBody, { kind: 'status_change' }>;

const ASSIGNED: FactsThen = {
  state: 'assigned',
  arrivalMs: null,
  isLate: false,
  isFaulty: false,
  issues: [],
  closer: null,
  trackerId: 1,
};
const ACTIVE: FactsThen = { ...ASSIGNED, state: 'active', arrivalMs: T0 };
const WITNESS = { timeMs: T0, latDeg: 1, lonDeg: 2 };

function change(part: Partial<StatusChange> = {}): StatusChange {
  return {
    kind: 'status_change',
    from: ASSIGNED,
    to: ACTIVE,
    stayMs: 0,
    revised: false,
    reason: 'fix',
    witness: null,
    ...part,
  };
}

function event(body: TaskEventBody, part: Partial<TaskEvent> = {}): TaskEvent {
  return { taskId: 1, eventMs: T0, recordedMs: T0, body, ...part };
}

const UUID = task(1).uuid;
const uid = (body: TaskEventBody, eventMs = T0, taskUuid = UUID) => uidsOf(taskUuid, { eventMs, body })(0);
const backwards = (facts: FactsThen) => Object.fromEntries(Object.entries(facts).reverse()) as unknown as FactsThen;

describe('the uid of an event', () => {
  it('is a UUID of version 8, the same wherever it is derived', () => {
    expect(uid(change())).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uid({ kind: 'delete' })).toBe('3f52b57b-bac7-8e0d-9d0d-e8b706ace2ee');
  });

  const plain = uid(change());
  const revised = change({ revised: true, reason: 'late_fix', witness: WITNESS });
  it.each<[string, string, string, boolean]>([
    ['the stay by then', plain, uid(change({ stayMs: 5 })), true],
    ['the fix that carried it forward', plain, uid(change({ witness: WITNESS })), true],
    ['the road the fix came on', plain, uid(change({ reason: 'late_fix' })), true],
    ['the order of members', plain, uid(change({ to: backwards(ACTIVE) })), true],
    ['the event time', plain, uid(change(), T0 + 1), false],
    ['the task', plain, uid(change(), T0, task(2).uuid), false],
    ['the facts before', plain, uid(change({ from: { ...ASSIGNED, trackerId: 2 } })), false],
    ['the facts after', plain, uid(change({ to: { ...ACTIVE, issues: ['short_stay'] } })), false],
    ['being a revision', plain, uid(change({ revised: true })), false],
    ["a revision's witness", uid(revised), uid({ ...revised, witness: { ...WITNESS, timeMs: T0 + 1 } }), false],
    ["a revision's reason", uid(revised), uid({ ...revised, reason: 'edited' }), false],
    ["a revision's stay by then", uid(revised), uid({ ...revised, stayMs: 9 }), true],
    ["a command's content", uid({ kind: 'assign', trackerId: 1 }), uid({ kind: 'assign', trackerId: 2 }), false],
    ["a command's kind", uid({ kind: 'assign', trackerId: 1 }), uid({ kind: 'delete' }), false],
  ])('with another value of %s', (_, one, other, isSame) => {
    expect(one === other).toBe(isSame);
  });
});

describe('history', () => {
  const UPDATE: TaskEventBody = { kind: 'update', text: { label: 'x' }, terms: {} };

  function filled(directory = testDirectory()): Store {
    const store = testStore({ directory });
    store.append(batch({ rows: { createdTasks: [task(1), task(2)] } }));
    return store;
  }

  it('tells identical commands of one instant apart, however many', () => {
    const store = filled();
    const uids = [1, 6, 1, 33].flatMap((n) => {
      return store.append(batch({ events: Array.from({ length: n }, () => event(UPDATE)) })).historyUids;
    });
    const uidOf = uidsOf(UUID, event(UPDATE));
    expect(uids).toEqual(Array.from({ length: 41 }, (_, repeat) => uidOf(repeat)));
    expect(store.tasks.history(1).map((row) => row.uid)).toEqual(uids);
    expect(store.append(batch({ events: [event(UPDATE, { taskId: 2 })] })).historyUids).not.toContain(uids[0]);
  });

  it('takes a transition that comes again after it was taken back', () => {
    const store = filled();
    const back = change({ from: ACTIVE, to: ASSIGNED, revised: true, reason: 'late_fix', witness: WITNESS });
    const events = [event(change()), event(back), event(change())];
    expect(new Set(store.append(batch({ events })).historyUids).size).toBe(3);
  });

  it('refuses a transition told twice in a row, and with it the whole batch', () => {
    const store = filled();
    store.append(batch({ events: [event(change())] }));
    const again = batch({
      events: [event(UPDATE, { taskId: 2 }), event(change({ stayMs: 7 }), { recordedMs: T0 + 9 })],
    });
    expect(() => store.append(again)).toThrow(/^task 1: the transition \S+ is its newest already/);
    expect(store.tasks.history(1)).toHaveLength(1);
    expect(store.tasks.history(2)).toEqual([]);
  });

  it('refuses an event of a task that is not on disk', () => {
    expect(() => filled().append(batch({ events: [event(UPDATE, { taskId: 9 })] }))).toThrow('an event of task 9');
  });

  it('has a row to be told outside for every row of its own', () => {
    const directory = testDirectory();
    const { historyIds } = filled(directory).append(batch({ events: [event(UPDATE), event(change())] }));
    const db = new Database(join(directory, DATABASE_FILE), { readonly: true });
    const told = db.prepare('SELECT history_id FROM outbox JOIN history ON history.id = history_id').pluck().all();
    db.close();
    expect(told).toEqual(historyIds);
  });
});

describe('the same day', () => {
  /** At the depot from 09:10 to 09:30; it asks for ten minutes. */
  const DAY: readonly Spot[] = Array.from({ length: 25 }, (_, i) => {
    const timeMs = at('09:00') + i * 2 * MINUTE;
    const isThere = timeMs >= at('09:10') && timeMs <= at('09:30');
    return { timeMs, latDeg: DEPOT.latDeg + (isThere ? 0 : 0.05), lonDeg: DEPOT.lonDeg };
  });

  it.each([
    ['record by record', 1, false],
    ['in frames of five', 5, false],
    ['in frames of five, each sent twice', 5, true],
    ['in one frame', 25, false],
  ])('%s has the same uids, also after restarts', async (_, size, isRepeated) => {
    expect(await uidsOfDay(size, isRepeated)).toEqual(await uidsOfDay(4, false));
  });

  /** Ends before the deadline: what is late is another story. */
  async function uidsOfDay(size: number, isRepeated: boolean): Promise<string[]> {
    const kit = new LineKit(at('08:00'));
    onTestFinished(() => kit.close());
    const trackerId = await kit.register('356307042441013');
    const { text } = task(1);
    const asked = terms('09:00', '10:00', { minStayMs: 10 * MINUTE });
    await kit.do({ kind: 'create_task', task: { uuid: UUID, dialect: 'navixy', trackerId, text, terms: asked } });
    for (let i = 0; i < DAY.length; i += size) {
      const frame = DAY.slice(i, i + size);
      kit.nowMs = frame.at(-1)!.timeMs;
      await kit.tick();
      await kit.deliver(trackerId, frame);
      if (isRepeated) await kit.deliver(trackerId, frame);
      kit.restart();
    }
    const history = kit.store.tasks.history(1);
    expect(history.map(({ body }) => (body.kind === 'status_change' ? body.to.state : body.kind))).toEqual([
      'create',
      'active',
      'completed',
    ]);
    expect(kit.events.filter(({ uid }) => !history.some((row) => row.uid === uid))).toEqual([]);
    return history.map((row) => row.uid);
  }
});

it('a task that was created before there were forms reads as one without', () => {
  const { form: _, ...text } = task(1).text;
  const body = JSON.stringify({ kind: 'create', task: { ...task(1), text } });
  const row = { id: 1, uid: 'u', task_id: 1, event_ms: T0, recorded_ms: T0, body };
  expect(eventOf(row).body).toEqual({ kind: 'create', task: task(1) });
});
