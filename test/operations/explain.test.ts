import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dialect, TaskTerms } from '../../src/model/task.ts';
import { type Explanation, explain } from '../../src/operations/explain.ts';
import { at, DEPOT, MINUTE, SETTINGS, terms } from '../engine/world-kit.ts';
import { NOTCHED, zoneAt } from '../geo/polygons.ts';
import { LineKit, type Spot } from '../intake/line-kit.ts';

let kit: LineKit;
let trackerId: number;

beforeEach(async () => {
  kit = new LineKit(at('07:00'));
  trackerId = await kit.register('356307042441013');
});

afterEach(() => kit.close());

async function ask(
  taskTerms: TaskTerms,
  given: number | null = trackerId,
  label = 'Unload',
  dialect: Dialect = 'navixy',
): Promise<number> {
  const text = {
    label,
    description: '',
    externalId: null,
    address: '',
    tags: [],
    origin: 'manual',
    extra: {},
    form: null,
  } as const;
  const task = { uuid: randomUUID(), dialect, trackerId: given, text, terms: taskTerms };
  const outcome = await kit.do({ kind: 'create_task', task });
  if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
  return outcome.taskId;
}

/** A record every few minutes, sent as it is taken, or all of them at `sentAt`. */
async function drive(from: string, to: string, everyMin: number, where: Partial<Spot>, sentAt?: string): Promise<void> {
  const spots: Spot[] = [];
  for (let timeMs = at(from); timeMs <= at(to); timeMs += everyMin * MINUTE) {
    spots.push({ latDeg: DEPOT.latDeg, lonDeg: DEPOT.lonDeg, ...where, timeMs });
  }
  if (sentAt !== undefined) return deliver(spots, at(sentAt));
  for (const spot of spots) await deliver([spot], spot.timeMs);
}

async function deliver(spots: readonly Spot[], nowMs: number): Promise<void> {
  await wait(nowMs);
  expect(await kit.deliver(trackerId, spots)).toBe('durable');
}

/** The clock ticks on, never by leaps: they would restart the grace. */
async function wait(untilMs: number): Promise<void> {
  for (; kit.nowMs < untilMs; kit.nowMs = Math.min(untilMs, kit.nowMs + MINUTE / 2)) await kit.tick();
  await kit.tick();
}

function explained(taskId: number): Explanation {
  const { store, line, nowMs } = kit;
  const task = line.live(store.tasks.read(taskId)!);
  const inquiry = { task, prospects: line.prospects(task), settings: SETTINGS, nowMs };
  return explain(inquiry, store.tasks.history(taskId), store.tracks);
}

const AT_DEPOT = {};
const NEAR = { latDeg: DEPOT.latDeg + 0.009 };
const AWAY = { latDeg: DEPOT.latDeg + 0.05 };

describe('an explanation of what can wait for ever', () => {
  it.each<[string, Partial<TaskTerms>, Dialect, string]>([
    ['no end', { openEnds: 'to' }, 'navixy', 'within 100 m of 52.52, 13.405 from 2026-03-02T09:00:00Z on.'],
    ['no place', { openEnds: 'both', zone: null }, 'gsmtasks', 'at a place that is not known yet from'],
    ['no turn yet', { openEnds: 'both' }, 'thetrack', 'waits for its turn in the queue'],
  ])('because it has %s names no instant', async (_, change, dialect, words) => {
    const task = await ask(terms('09:00', '10:00', change), trackerId, 'Unload', dialect);
    await wait(at('10:30'));
    const told = explained(task);
    expect(told.words.join('\n')).toContain(words);
    expect(told).toMatchObject({ clockClosesAt: null, revisableUntil: null, required: { to: null, deadline: null } });
    expect(told.required.countsFrom).toBe(dialect === 'thetrack' ? null : '2026-03-02T09:00:00.000Z');
  });

  it('a beginning that nobody has set, and a turn that has begun', async () => {
    const task = await ask(terms('06:00', '10:00', { openEnds: 'from' }), trackerId, 'Unload', 'thetrack');
    await drive('08:00', '08:05', 5, AWAY);
    expect(explained(task).words.join('\n')).toContain('until 2026-03-02T10:00:00Z');
    expect(explained(task).words).toContain('Its turn began at 2026-03-02T08:00:00Z; nothing before counts.');
  });
});

describe('an explanation in words', () => {
  it('of a tracker that was never there says how near it came', async () => {
    const task = await ask(terms('09:00', '10:00'));
    await drive('08:00', '09:25', 5, AWAY);
    await drive('09:30', '09:35', 5, NEAR);
    await drive('09:40', '10:05', 5, AWAY);
    expect(explained(task).words).toMatchInlineSnapshot(`
      [
        "Task 1 "Unload" is failed since 2026-03-02T10:00:00Z, closed by the clock.",
        "Tracker 1 answers for it: be within 100 m of 52.52, 13.405 between 2026-03-02T09:00:00Z and 2026-03-02T10:00:00Z.",
        "Not inside in any of the 13 valid fixes of that time.",
        "The nearest, 52.529, 13.405 at 2026-03-02T09:30:00Z, is 901 m from the edge of the zone.",
        "Late evidence can still change this until 2026-03-09T10:00:00Z.",
      ]
    `);
  });

  it('of a polygon says where it is, and measures to its edge', async () => {
    // Cut out down to its middle, where the depot is.
    const task = await ask(terms('09:00', '10:00', { zone: zoneAt(DEPOT, 0.001, NOTCHED) }));
    await drive('08:00', '09:25', 5, AWAY);
    await drive('09:30', '09:35', 5, AT_DEPOT);
    await drive('09:40', '10:05', 5, AWAY);
    const { words, required, departedAt } = explained(task);
    expect(words.slice(1, 4)).toEqual([
      'Tracker 1 answers for it: be inside the polygon of 8 corners within 379 m of 52.52, 13.405 between 2026-03-02T09:00:00Z and 2026-03-02T10:00:00Z.',
      'Not inside in any of the 13 valid fixes of that time.',
      'The nearest, 52.52, 13.405 at 2026-03-02T09:30:00Z, is 45 m from the edge of the zone.',
    ]);
    expect(required.polygon).toHaveLength(9);
    expect(departedAt).toBeNull();
  });

  it('of a stay that was too short says by how much', async () => {
    const task = await ask(terms('09:00', '10:00', { minStayMs: 30 * MINUTE, minArrivalMs: 5 * MINUTE }));
    await drive('08:40', '09:05', 5, AWAY);
    await drive('09:10', '09:22', 4, AT_DEPOT);
    await drive('09:25', '09:40', 5, AWAY);
    await drive('09:44', '09:46', 2, AT_DEPOT);
    await drive('09:50', '10:05', 5, AWAY);
    expect(explained(task).words).toMatchInlineSnapshot(`
      [
        "Task 1 "Unload" is faulty since 2026-03-02T10:00:00Z, closed by the clock.",
        "Tracker 1 answers for it: be within 100 m of 52.52, 13.405 between 2026-03-02T09:00:00Z and 2026-03-02T10:00:00Z.",
        "It asks for a stay of 30 min, visits of at least 5 min each.",
        "Inside from 2026-03-02T09:10:00Z to 2026-03-02T09:22:00Z: 12 min.",
        "Inside from 2026-03-02T09:44:00Z to 2026-03-02T09:46:00Z: 2 min; too short to count.",
        "The visits add up to 12 min, 18 min too little.",
        "Late evidence can still change this until 2026-03-09T10:00:00Z.",
      ]
    `);
  });

  it('of a driver who was early, left and came back late says both', async () => {
    const task = await ask(terms('09:00', '09:50', { maxDelayMs: 10 * MINUTE }));
    await drive('08:14', '08:59', 5, AT_DEPOT);
    await drive('09:01', '09:56', 5, AWAY);
    await drive('10:02', '10:12', 5, AT_DEPOT);
    expect(explained(task).words).toMatchInlineSnapshot(`
      [
        "Task 1 "Unload" is failed since 2026-03-02T10:00:00Z, closed by the clock.",
        "Tracker 1 answers for it: be within 100 m of 52.52, 13.405 between 2026-03-02T09:00:00Z and 2026-03-02T09:50:00Z, or late until 2026-03-02T10:00:00Z.",
        "Not inside in any of the 12 valid fixes of that time.",
        "The nearest, 52.57, 13.405 at 2026-03-02T09:01:00Z, is 5.5 km from the edge of the zone.",
        "It was inside until 2026-03-02T08:59:00Z, before the window opened at 2026-03-02T09:00:00Z.",
        "It came inside at 2026-03-02T10:02:00Z, after the deadline 2026-03-02T10:00:00Z.",
        "Late evidence can still change this until 2026-03-09T10:00:00Z.",
      ]
    `);
  });

  it('of a device without GPS over the window tells the records without position from the silence', async () => {
    const task = await ask(terms('09:00', '10:00'));
    await drive('08:00', '08:50', 5, AWAY);
    await drive('08:55', '09:20', 5, { ...AT_DEPOT, satellites: 0 });
    await wait(at('10:05'));
    expect(explained(task).words.at(-1)).toBe(
      'Its deadline has passed; the clock waits until 2026-03-02T10:10:00Z for records that devices may still hold.',
    );
    await wait(at('10:30'));
    expect(explained(task).words).toMatchInlineSnapshot(`
      [
        "Task 1 "Unload" is failed since 2026-03-02T10:00:00Z, closed by the clock.",
        "Tracker 1 answers for it: be within 100 m of 52.52, 13.405 between 2026-03-02T09:00:00Z and 2026-03-02T10:00:00Z.",
        "There is no valid fix of that time.",
        "No valid fix for 1 h from 2026-03-02T09:00:00Z to 2026-03-02T10:00:00Z: 5 records without GPS, and none at all for 40 min.",
        "Late evidence can still change this until 2026-03-09T10:00:00Z.",
      ]
    `);
  });

  it('of a failed task that a backlog has made done says when what came in and what it changed', async () => {
    const task = await ask(terms('09:00', '10:00', { minStayMs: 10 * MINUTE }));
    await drive('08:00', '08:50', 5, AWAY);
    await wait(at('10:15'));
    await drive('08:55', '09:15', 5, AWAY, '12:30');
    await drive('09:20', '09:40', 5, AT_DEPOT, '12:31');
    await drive('09:45', '12:30', 5, AWAY, '12:32');
    expect(explained(task).words).toMatchInlineSnapshot(`
      [
        "Task 1 "Unload" is done since 2026-03-02T09:30:00Z.",
        "Tracker 1 answers for it: be within 100 m of 52.52, 13.405 between 2026-03-02T09:00:00Z and 2026-03-02T10:00:00Z.",
        "It asks for a stay of 10 min.",
        "Inside from 2026-03-02T09:20:00Z to 2026-03-02T09:40:00Z: 20 min.",
        "The visits add up to 20 min, enough.",
        "13 fixes of 2026-03-02T09:00:00Z to 2026-03-02T10:00:00Z came late, received from 2026-03-02T12:30:00Z to 2026-03-02T12:32:00Z.",
        "At 2026-03-02T12:31:00Z late evidence revised it from failed to done by the fix of 2026-03-02T09:40:00Z, received at 2026-03-02T12:31:00Z.",
      ]
    `);
  });
});

describe('an explanation', () => {
  it('of a task that nobody has says so, and looks at no track', async () => {
    const task = await ask(terms('09:00', '10:00'), null);
    expect(explained(task)).toMatchObject({ status: 'unassigned', visits: [], gaps: [], missing: [] });
    expect(explained(task).words.at(-1)).toMatch(/^Nobody is assigned/);
  });

  it('of a task whose window lies ahead misses nothing yet', async () => {
    const task = await ask(terms('09:00', '10:00'));
    expect(explained(task)).toMatchObject({ gaps: [], clockClosesAt: '2026-03-02T10:10:00.000Z' });
    expect(explained(task).words).toContain('Its time has not begun.');
  });

  it('counts nothing before the task was given to the tracker, and says where it was then', async () => {
    const task = await ask(terms('09:00', '10:00'), null);
    await drive('09:05', '09:15', 5, AT_DEPOT);
    await drive('09:20', '09:20', 5, AWAY);
    await wait(at('09:21'));
    await kit.do({ kind: 'assign_task', taskId: task, trackerId, by: 'navixy' });
    expect(explained(task)).toMatchObject({
      required: { givenAt: '2026-03-02T09:21:00.000Z', countsFrom: '2026-03-02T09:21:00.000Z' },
      visits: [],
      insideOutsideSpan: [{ when: 'before_start', lastFixInside: '2026-03-02T09:15:00.000Z' }],
    });
  });

  it('shows a label as it is written, not as a terminal would take it', async () => {
    const task = await ask(terms('09:00', '10:00'), trackerId, '\u001b[2J"x"');
    expect(explained(task).words[0]).toContain('"\\u001b[2J\\"x\\""');
  });

  it('tells of so many visits and no more', async () => {
    const task = await ask(terms('09:00', '10:00', { minArrivalMs: 5 * MINUTE }));
    const spots = Array.from({ length: 300 }, (_, i) => {
      return {
        latDeg: i % 2 === 0 ? DEPOT.latDeg : AWAY.latDeg,
        lonDeg: DEPOT.lonDeg,
        timeMs: at('09:00') + i * 10_000,
      };
    });
    for (let i = 0; i < spots.length; i += 50) await deliver(spots.slice(i, i + 50), spots[i + 49]!.timeMs);
    const { visitCount, visits, words } = explained(task);
    expect([visitCount, visits.length]).toEqual([150, 100]);
    expect(words.filter((line) => line.startsWith('Inside from'))).toHaveLength(10);
    expect(words).toContain('And inside 140 times more.');
  });

  it('names records with a date that cannot be by when they were received', async () => {
    const task = await ask(terms('09:00', '10:00'));
    await drive('08:00', '08:50', 5, AWAY);
    await deliver([{ ...DEPOT, timeMs: Date.UTC(1980, 0, 6) }], at('09:10'));
    await deliver([{ ...DEPOT, timeMs: at('23:00') }], at('09:20'));
    expect(explained(task).misdated).toEqual([
      expect.objectContaining({ reason: 'before_2005', fixes: 1, receivedFrom: '2026-03-02T09:10:00.000Z' }),
      expect.objectContaining({ reason: 'in_future', fixes: 1, from: '2026-03-02T23:00:00.000Z' }),
    ]);
  });

  it('gives a late change the uid of its history row and the receipt of its fix', async () => {
    const task = await ask(terms('09:00', '10:00'));
    await wait(at('10:15'));
    await drive('09:20', '09:40', 5, AT_DEPOT, '12:30');
    const [change] = explained(task).lateChanges;
    expect(change).toMatchObject({ revised: true, from: 'failed', to: 'done', fix: { receivedAt: iso('12:30') } });
    expect(kit.store.tasks.history(task).map(({ uid }) => uid)).toContain(change?.uid);
    expect(explained(task).lateFixes).toMatchObject([{ fixes: 5, receivedFrom: iso('12:30') }]);
  });
});

function iso(hhmm: string): string {
  return new Date(at(hhmm)).toISOString();
}
