/** A tracker's clock read wrong and put right: tracks and verdicts are as if it had been read right all along. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandOutcome } from '../../src/model/command.ts';
import type { TaskFacts, TaskTerms } from '../../src/model/task.ts';
import { zoneText } from '../../src/model/tracker.ts';
import { explain } from '../../src/operations/explain.ts';
import { at, DEPOT, HOUR, MINUTE, SETTINGS, terms } from '../engine/world-kit.ts';
import { LineKit, type Spot } from './line-kit.ts';

const IMEI = '356307042441013';
const EAST = 480;
const here = (timeMs: number): Spot => ({ timeMs, latDeg: DEPOT.latDeg, lonDeg: DEPOT.lonDeg });
const away = (timeMs: number): Spot => ({ ...here(timeMs), latDeg: DEPOT.latDeg + 0.01 });

async function create(kit: LineKit, trackerId: number, taskTerms: TaskTerms): Promise<number> {
  const text = { label: 'T', description: '', externalId: null, address: '', tags: [], extra: {}, form: null };
  const task = {
    uuid: randomUUID(),
    dialect: 'navixy',
    trackerId,
    terms: taskTerms,
    text: { ...text, origin: 'manual' },
  } as const;
  const outcome = await kit.do({ kind: 'create_task', task });
  if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
  return outcome.taskId;
}

function setZone(kit: LineKit, trackerId: number, minutes: number, restamp: boolean): Promise<CommandOutcome> {
  return kit.do({ kind: 'edit_tracker', trackerId, edit: { timeZone: zoneText(minutes) }, restamp });
}

function factsOf(kit: LineKit, taskId: number): TaskFacts {
  return kit.line.live(kit.store.tasks.read(taskId)!).facts;
}

function timesOf(kit: LineKit, trackerId: number): number[] {
  return kit.store.tracks.fixes(trackerId, -Infinity, Infinity, 1e6).map(({ position }) => position.timeMs);
}

/** Without leaps, which would restart the grace. */
async function wait(kit: LineKit, untilMs: number): Promise<void> {
  for (; kit.nowMs < untilMs; kit.nowMs = Math.min(untilMs, kit.nowMs + MINUTE)) await kit.tick();
  await kit.tick();
}

describe('a time zone that is put right', () => {
  let kit: LineKit;
  let trackerId: number;

  beforeEach(async () => {
    kit = new LineKit(at('09:00'));
    trackerId = await kit.register(IMEI);
  });
  afterEach(() => kit.close());

  async function drive(clock: number, spots: readonly Spot[]): Promise<void> {
    for (const spot of spots) {
      await wait(kit, spot.timeMs);
      await kit.deliverLocal(trackerId, spot, clock);
    }
  }

  const visit = [away(at('09:05')), here(at('09:10')), here(at('09:20')), away(at('09:25'))];

  it('makes what failed for a clock in the east done, with the reason in history and words', async () => {
    const id = await create(kit, trackerId, terms('09:00', '10:00', { minStayMs: 5 * MINUTE }));
    await drive(EAST, visit);
    await wait(kit, at('10:11'));
    expect(factsOf(kit, id)).toMatchObject({ state: 'failed', issues: ['no_visit'] });
    await expect(setZone(kit, trackerId, EAST, true)).resolves.toMatchObject({ tracker: { timeZone: '+08:00' } });
    expect(factsOf(kit, id)).toMatchObject({ state: 'completed', arrivalMs: at('09:10'), statusMs: at('09:15') });
    expect(kit.events.at(-1)?.body).toMatchObject({ kind: 'status_change', revised: true, reason: 'clock_changed' });
    const task = kit.store.tasks.read(id)!;
    const inquiry = { task, prospects: kit.line.prospects(task), settings: SETTINGS, nowMs: kit.nowMs };
    const { words } = explain(inquiry, kit.store.tasks.history(id), kit.store.tracks);
    expect(words).toContain(
      'At 2026-03-02T10:11:00Z the time zone of the tracker was corrected, which revised it from failed to done.',
    );
  });

  it('takes back what a clock in the west has proven, and opens the task again', async () => {
    const id = await create(kit, trackerId, terms('09:00', '15:00', { maxDelayMs: HOUR }));
    kit.nowMs = at('14:00');
    await kit.tick();
    // Digits say 09:10.
    await drive(-300, [away(at('14:00')), here(at('14:10')), away(at('14:20'))]);
    expect(factsOf(kit, id)).toMatchObject({ state: 'completed', arrivalMs: at('09:10') });
    await setZone(kit, trackerId, -300, true);
    expect(factsOf(kit, id)).toMatchObject({ state: 'completed', arrivalMs: at('14:10') });
    await setZone(kit, trackerId, 0, true);
    expect(factsOf(kit, id)).toMatchObject({ state: 'completed', arrivalMs: at('09:10') });
    await setZone(kit, trackerId, 300, true);
    expect(factsOf(kit, id)).toMatchObject({ state: 'assigned', arrivalMs: null });
    // Nothing has been left over in memory: it goes on from what the disk says.
    await setZone(kit, trackerId, -300, false);
    await drive(-300, [here(at('14:40'))]);
    expect(factsOf(kit, id)).toMatchObject({ state: 'completed', arrivalMs: at('14:40') });
  });

  it('counts for frames that came before it and are taken after it', async () => {
    const early = kit.submission(trackerId, here(kit.nowMs), EAST);
    const setting = setZone(kit, trackerId, EAST, true);
    kit.line.submit(early, early);
    await setting;
    await kit.line.drained();
    expect(timesOf(kit, trackerId)).toEqual([kit.nowMs]);
    kit.restart();
    expect(timesOf(kit, trackerId)).toEqual([kit.nowMs]);
  });

  it.each([EAST, -300, 15])('recognises what is sent again, whatever is kept (%i minutes)', async (clock) => {
    for (const restamp of [false, true]) {
      const spots = [0, 1, 2].map((i) => here(kit.nowMs + (i - 3) * 1000));
      for (const spot of spots) await kit.deliverLocal(trackerId, spot, clock);
      await setZone(kit, trackerId, clock, restamp);
      const [stored, repeated] = [kit.tally.recordsStored, kit.tally.recordsDuplicate];
      for (const spot of spots) await kit.deliverLocal(trackerId, spot, clock);
      kit.restart();
      for (const spot of spots) await kit.deliverLocal(trackerId, spot, clock);
      expect([kit.tally.recordsStored, kit.tally.recordsDuplicate]).toEqual([stored, repeated + 6]);
      await setZone(kit, trackerId, 0, false);
      kit.nowMs += MINUTE;
    }
    expect(kit.tally.recordsReceived).toBe(kit.tally.recordsStored + kit.tally.recordsDuplicate);
  });

  it('changes nothing when the disk refuses it, and everything when it is asked for again', async () => {
    const id = await create(kit, trackerId, terms('09:00', '10:00'));
    await drive(EAST, visit);
    const before = [timesOf(kit, trackerId), kit.line.tracker(trackerId), factsOf(kit, id)];
    kit.isDiskFull = true;
    await expect(setZone(kit, trackerId, EAST, true)).resolves.toMatchObject({ code: 'storage_unavailable' });
    kit.isDiskFull = false;
    expect([timesOf(kit, trackerId), kit.line.tracker(trackerId), factsOf(kit, id)]).toEqual(before);
    for (const spot of visit) await kit.deliverLocal(trackerId, spot, EAST);
    expect(kit.tally.recordsDuplicate).toBe(visit.length);
    await setZone(kit, trackerId, EAST, true);
    expect(timesOf(kit, trackerId)).toEqual(visit.map(({ timeMs }) => timeMs));
    expect(factsOf(kit, id)).toMatchObject({ state: 'completed', arrivalMs: at('09:10') });
  });

  it('is refused for what is kept where only the next login will say it', async () => {
    await expect(
      kit.do({ kind: 'edit_tracker', trackerId, edit: { timeZone: 'login' }, restamp: true }),
    ).resolves.toMatchObject({ kind: 'refused', code: 'invalid', parameter: 'time_zone' });
    expect(kit.line.tracker(trackerId)?.timeZone).toBe('utc');
    await expect(setZone(kit, 99, EAST, true)).resolves.toMatchObject({ code: 'tracker_not_found' });
  });
});

/** Drives with stops at the depot, tasks around them, and what happens meanwhile. */
const randomDay = fc.record({
  clock: fc.constantFrom(EAST, -300, 60, -15),
  spots: fc.array(
    fc.record({
      minute: fc.integer({ min: 1, max: 20 }),
      isHere: fc.boolean(),
      next: fc.constantFrom('', '', '', 'restart'),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  tasks: fc.array(
    fc.record({
      from: fc.integer({ min: -120, max: 300 }),
      length: fc.integer({ min: 0, max: 120 }),
      delay: fc.constantFrom(0, 30),
      stay: fc.constantFrom(0, 0, 5, 20),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  restampAfter: fc.nat(25),
  isRepeated: fc.boolean(),
});

it('any day read wrong for a while ends like the same day read right', async () => {
  const property = fc.asyncProperty(randomDay, async ({ clock, spots, tasks, restampAfter, isRepeated }) => {
    const kits = [new LineKit(at('09:00')), new LineKit(at('09:00'))] as const;
    const [wrong, right] = kits;
    try {
      const ids = await Promise.all(kits.map((kit) => kit.register(IMEI)));
      expect(ids).toEqual([1, 1]);
      await setZone(right, 1, clock, false);
      for (const { from, length, delay, stay } of tasks) {
        const fromMs = at('09:00') + from * MINUTE;
        const more = { fromMs, toMs: fromMs + length * MINUTE, maxDelayMs: delay * MINUTE, minStayMs: stay * MINUTE };
        for (const kit of kits) await create(kit, 1, { ...terms('09:00', '10:00'), ...more });
      }
      let timeMs = at('09:00');
      const sent: Spot[] = [];
      for (const [i, { minute, isHere, next }] of spots.entries()) {
        timeMs += minute * MINUTE;
        sent.push(isHere ? here(timeMs) : away(timeMs));
        for (const kit of kits) {
          await wait(kit, timeMs);
          await kit.deliverLocal(1, sent.at(-1)!, clock);
        }
        if (i === restampAfter) await setZone(wrong, 1, clock, true);
        if (next === 'restart') wrong.restart();
      }
      if (restampAfter >= spots.length) await setZone(wrong, 1, clock, true);
      if (isRepeated) for (const spot of sent) await wrong.deliverLocal(1, spot, clock);
      for (const kit of kits) await wait(kit, at('09:00') + 10 * HOUR);
      expect(timesOf(wrong, 1)).toEqual(timesOf(right, 1));
      for (let id = 1; id <= tasks.length; id++) expect(factsOf(wrong, id)).toEqual(factsOf(right, id));
      expect(wrong.tally.recordsStored).toBe(sent.length);
    } finally {
      for (const kit of kits) kit.close();
    }
  });
  await fc.assert(property, { numRuns: 12 });
}, 120_000);
