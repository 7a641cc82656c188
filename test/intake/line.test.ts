import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../protocols/index.ts';
import type { TaskTerms } from '../../src/model/task.ts';
import { at, DEPOT, MINUTE, SETTINGS, terms } from '../engine/world-kit.ts';
import { LineKit, type Spot } from './line-kit.ts';

const IMEI = '356307042441013';
const here = (hhmm: string): Spot => ({ timeMs: at(hhmm), latDeg: DEPOT.latDeg, lonDeg: DEPOT.lonDeg });
const away = (hhmm: string): Spot => ({ ...here(hhmm), latDeg: DEPOT.latDeg + 0.01 });

let kit: LineKit;
let trackerId: number;

beforeEach(async () => {
  kit = new LineKit(at('09:00'));
  trackerId = await kit.register(IMEI);
  kit.log.length = 0;
});
afterEach(() => kit.close());

async function create(taskTerms: TaskTerms, tracker: number | null = trackerId): Promise<number> {
  const outcome = await kit.do({
    kind: 'create_task',
    task: {
      uuid: randomUUID(),
      dialect: 'navixy',
      trackerId: tracker,
      text: {
        label: 'Deliver',
        description: '',
        externalId: null,
        address: '',
        tags: [],
        origin: 'manual',
        extra: {},
        form: null,
      },
      terms: taskTerms,
    },
  });
  if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
  return outcome.taskId;
}

async function minutes(n: number): Promise<void> {
  for (let minute = 0; minute < n; minute++) {
    kit.nowMs += MINUTE;
    await kit.tick();
  }
}

describe('acknowledging', () => {
  it('comes after the commit, and one commit serves all that came in one turn', async () => {
    const first = kit.deliver(trackerId, [away('08:50')]);
    const second = kit.deliver(trackerId, [away('08:51')]);
    expect(kit.log).toEqual([]);
    await Promise.all([first, second]);
    expect(kit.log).toEqual(['commit', 'durable', 'durable']);
  });

  it('is refused when the commit fails, and nothing of it is believed afterwards', async () => {
    const id = await create(terms('09:00', '10:00'));
    kit.nowMs = at('09:11');
    kit.isDiskFull = true;
    await expect(kit.deliver(trackerId, [away('09:05'), here('09:10')])).resolves.toBe('failed');
    expect(kit.line.trouble()).toContain('disk is full');
    expect(kit.store.tasks.read(id)?.facts.state).toBe('assigned');
    expect(kit.tally.recordsRefused).toEqual({ storage_failed: 2 });
    await expect(kit.do({ kind: 'delete_task', taskId: id })).resolves.toMatchObject({ code: 'storage_unavailable' });

    kit.isDiskFull = false;
    await expect(kit.deliver(trackerId, [away('09:05'), here('09:10')])).resolves.toBe('durable');
    expect(kit.line.trouble()).toBeNull();
    expect(kit.store.tasks.read(id)?.facts).toMatchObject({ state: 'completed', arrivalMs: at('09:10') });
  });

  it('a repaired disk is noticed by the clock alone', async () => {
    kit.isDiskFull = true;
    await kit.deliver(trackerId, [away('08:50')]);
    kit.isDiskFull = false;
    await kit.tick();
    expect(kit.line.trouble()).toBeNull();
  });

  it('a deadline that passed during an outage gets its grace after it', async () => {
    const id = await create(terms('09:00', '10:00'));
    kit.isDiskFull = true;
    await minutes(90);
    await kit.deliver(trackerId, [away('10:29')]);
    kit.isDiskFull = false;
    await kit.tick();
    await minutes(9);
    expect(kit.store.tasks.read(id)?.facts.state).toBe('assigned');
    await minutes(2);
    expect(kit.store.tasks.read(id)?.facts.state).toBe('failed');
  });

  it('so it does after an outage of seconds: the commit that ends it closes nothing', async () => {
    const id = await create(terms('09:00', '10:00'));
    await minutes(69);
    kit.nowMs = at('10:09:50');
    await kit.tick();
    kit.isDiskFull = true;
    await kit.deliver(trackerId, [away('08:50')]);
    kit.nowMs = at('10:10:20');
    kit.isDiskFull = false;
    await kit.tick();
    await minutes(9);
    expect(kit.store.tasks.read(id)?.facts.state).toBe('assigned');
    await minutes(2);
    expect(kit.store.tasks.read(id)?.facts.state).toBe('failed');
  });
});

describe('repeated records', () => {
  it('are acknowledged and stored once, over a restart too', async () => {
    const spots = [away('08:50'), away('08:51')];
    await kit.deliver(trackerId, spots);
    await kit.deliver(trackerId, spots);
    kit.restart();
    await expect(kit.deliver(trackerId, [...spots, away('08:52')])).resolves.toBe('durable');
    const fixes = kit.store.tracks.fixes(trackerId, 0, at('23:00'), 100);
    expect(fixes.map(({ position }) => position.timeMs)).toEqual([at('08:50'), at('08:51'), at('08:52')]);
    expect(kit.tally).toMatchObject({ recordsReceived: 7, recordsStored: 3, recordsDuplicate: 4 });
  });

  it('so late that retention may have deleted them are acknowledged, counted and not stored', async () => {
    const other = new LineKit(at('09:00'), { settings: { ...SETTINGS, fixesKeptMs: 10 * MINUTE } });
    const tracker = await other.register(IMEI);
    await other.deliver(tracker, [away('08:30'), away('08:55')]);
    await expect(other.deliver(tracker, [away('08:40'), away('08:52'), away('08:30')])).resolves.toBe('durable');
    const times = other.store.tracks.fixes(tracker, 0, at('23:00'), 100).map(({ position }) => position.timeMs);
    expect(times).toEqual([at('08:30'), at('08:52'), at('08:55')]);
    expect(other.tally).toMatchObject({
      recordsReceived: 5,
      recordsStored: 3,
      recordsDuplicate: 1,
      recordsRefused: { expired: 1 },
    });
    other.close();
  });

  it('two different records of the same instant are both kept', async () => {
    await kit.deliver(trackerId, [away('08:50'), here('08:50')]);
    expect(kit.store.tracks.fixes(trackerId, 0, at('23:00'), 100)).toHaveLength(2);
  });
});

describe('commands and fixes in one turn', () => {
  it('are decided in the order they came in', async () => {
    kit.nowMs = at('09:20');
    const id = await create(terms('09:00', '10:00'));
    const order = [
      kit.deliver(trackerId, [away('09:05')]),
      kit.do({
        kind: 'edit_task',
        by: 'navixy',
        taskId: id,
        text: kit.store.tasks.read(id)!.text,
        terms: terms('09:00', '11:00'),
      }),
      kit.deliver(trackerId, [here('09:10')]),
      kit.do({ kind: 'delete_task', taskId: 99 }),
      kit.do({ kind: 'assign_task', by: 'navixy', taskId: id, trackerId: null }),
    ];
    const [, edited, , unknown, assigned] = await Promise.all(order);
    expect(edited).toEqual({ kind: 'task', taskId: id });
    expect(unknown).toMatchObject({ code: 'task_not_found' });
    expect(assigned).toMatchObject({ code: 'task_state' });
    expect(kit.events.map(({ body }) => body.kind)).toEqual(['create', 'update', 'status_change', 'status_change']);
  });

  it('events carry the ids of their history rows', async () => {
    const id = await create(terms('09:00', '10:00'));
    expect(kit.store.tasks.history(id).map((event) => event.id)).toEqual(kit.events.map((event) => event.id));
  });
});

describe('a restart', () => {
  it('continues an open visit, without telling anything twice', async () => {
    const id = await create(terms('09:00', '18:00', { minStayMs: 20 * MINUTE }));
    kit.nowMs = at('09:16');
    await kit.deliver(trackerId, [away('09:00'), here('09:05'), here('09:15')]);
    const live = kit.line.live(kit.store.tasks.read(id)!);
    expect(live.facts).toMatchObject({ state: 'active', stayMs: 10 * MINUTE });
    kit.restart();
    expect(kit.line.live(kit.store.tasks.read(id)!)).toEqual(live);
    kit.nowMs = at('09:31');
    await kit.deliver(trackerId, [here('09:30')]);
    expect(kit.store.tasks.read(id)?.facts).toMatchObject({ state: 'completed', statusMs: at('09:25') });
    expect(kit.store.tasks.history(id).map(({ body }) => body.kind)).toEqual([
      'create',
      'status_change',
      'status_change',
    ]);
  });
});

describe('unknown trackers', () => {
  it('wait in a bounded list, and are admitted at the next login once accepted', async () => {
    for (const imei of ['1', '2', '3', '4', '2']) {
      await expect(kit.line.admit(imei, 'gt06', '10.0.0.1')).resolves.toEqual({ kind: 'pending' });
    }
    expect(kit.line.pending().map(({ imei, logins }) => [imei, logins])).toEqual([
      ['2', 2],
      ['4', 1],
      ['3', 1],
    ]);
    await kit.register('4');
    expect(kit.line.pending().map(({ imei }) => imei)).toEqual(['2', '3']);
    await expect(kit.line.admit('4', 'gt06', '10.0.0.1')).resolves.toMatchObject({ kind: 'admitted' });
  });

  it.each([
    ['accept', 'admitted'],
    ['reject', 'rejected'],
  ] as const)('setting %s: %s', async (unknownTrackers, kind) => {
    const other = new LineKit(at('09:00'), { unknownTrackers });
    const both = await Promise.all([other.line.admit('7', 'gt06', ''), other.line.admit('7', 'gt06', '')]);
    expect(both.map((admission) => admission.kind)).toEqual([kind, kind]);
    expect(other.line.trackers()).toHaveLength(kind === 'admitted' ? 1 : 0);
    other.close();
  });
});

describe('back-pressure', () => {
  it('says when the queue is full and calls back when there is room', async () => {
    const small = new LineKit(at('09:00'), { queueBytesMax: 3_000 });
    const tracker = await small.register(IMEI);
    const frame = small.delivery(tracker, [away('08:50')]);
    const unheard = { frameOnSettled: () => undefined };
    expect(small.line.submit(frame, unheard)).toBe(true);
    expect(small.line.submit(frame, unheard)).toBe(false);
    await new Promise<void>((resume) => small.line.whenRoom(resume));
    expect(small.line.submit(frame, unheard)).toBe(true);
    await small.line.drained();
    small.close();
  });
});

describe('a fault of ours', () => {
  it('refuses the item that caused it and lets the rest go on', async () => {
    const faults: unknown[] = [];
    const other = new LineKit(at('09:00'), { onFault: (error) => faults.push(error) });
    const tracker = await other.register(IMEI);
    const broken = { ...other.delivery(tracker, [away('08:51')]), fixes: [null as never] };
    const settled: string[] = [];
    const receipt = { frameOnSettled: (outcome: string) => void settled.push(outcome) };
    other.line.submit(other.delivery(tracker, [away('08:50')]), receipt);
    other.line.submit(broken, receipt);
    other.line.submit(other.delivery(tracker, [away('08:52')]), receipt);
    await other.line.drained();
    expect(settled).toEqual(['durable', 'failed', 'durable']);
    expect(faults).toHaveLength(1);
    expect(other.store.tracks.fixes(tracker, 0, at('23:00'), 100)).toHaveLength(2);
    other.close();
  });
});

it('knows every protocol that the gateway speaks', () => {
  expect(PROTOCOLS.map(({ name }) => name)).toContain('teltonika');
});

it('a task is read without a departure while the tracker is back inside', async () => {
  const id = await create(terms('09:00', '10:00', { minStayMs: 30 * MINUTE }));
  const departureMs = () => kit.line.live(kit.store.tasks.read(id)!).facts.departureMs;
  for (const [spot, expected] of [
    [here('09:05'), null],
    [away('09:10'), at('09:05')],
    [here('09:15'), null],
    [away('09:20'), at('09:15')],
  ] as const) {
    kit.nowMs = spot.timeMs;
    await kit.deliver(trackerId, [spot]);
    expect(departureMs()).toBe(expected);
  }
});
