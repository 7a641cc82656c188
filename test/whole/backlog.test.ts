/** A device without coverage for a working day uploads it after its task had failed; in whatever order, the task is done. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { TaskFacts } from '../../src/model/task.ts';
import { at, DEPOT, MINUTE, terms } from '../engine/world-kit.ts';
import { LineKit, type Spot } from '../intake/line-kit.ts';

const RECORDS_PER_FRAME = 20;

/** 08:00 to 16:00, a record every 10 s; at the depot from 11:00 to 11:30. */
const DAY: readonly Spot[] = Array.from({ length: 8 * 360 }, (_, i) => {
  const timeMs = at('08:00') + i * 10_000;
  const isAtDepot = timeMs >= at('11:00') && timeMs <= at('11:30');
  return { timeMs, latDeg: DEPOT.latDeg + (isAtDepot ? 0 : 0.05 + i * 1e-6), lonDeg: DEPOT.lonDeg };
});

/** The same shuffle every time (a multiplier that is prime to the length). */
const shuffled = <T>(items: readonly T[]): T[] => items.map((_, i) => items[(i * 1009) % items.length]!);

const ORDERS: Record<string, readonly Spot[]> = {
  'oldest first': DAY,
  'newest first': [...DAY].reverse(),
  shuffled: shuffled(DAY),
};

it.each(Object.keys(ORDERS))('a failed task becomes done by eight hours of fixes, %s', async (order) => {
  const { facts, history } = await upload(ORDERS[order]!);
  expect(facts).toMatchObject({
    state: 'completed',
    statusMs: at('11:20'),
    arrivalMs: at('11:00'),
    stayMs: 30 * MINUTE,
    issues: [],
    isSettled: true,
  });
  expect(history[0]).toBe('failed');
  expect(history.at(-1)).toBe('completed, revised');
});

async function upload(records: readonly Spot[]): Promise<{ facts: TaskFacts; history: readonly string[] }> {
  const kit = new LineKit(at('08:00'));
  const trackerId = await kit.register('356307042441013');
  const text = {
    label: 'Unload',
    description: '',
    externalId: null,
    address: '',
    tags: [],
    origin: 'manual',
    extra: {},
    form: null,
  } as const;
  const task = { uuid: randomUUID(), dialect: 'navixy' as const, trackerId, text };
  const created = await kit.do({
    kind: 'create_task',
    task: { ...task, terms: terms('10:00', '12:00', { minStayMs: 20 * MINUTE }) },
  });
  if (created.kind !== 'task') throw new Error(JSON.stringify(created));
  for (; kit.nowMs < at('16:00'); kit.nowMs += MINUTE) await kit.tick();
  for (let i = 0; i < records.length; i += RECORDS_PER_FRAME) {
    expect(await kit.deliver(trackerId, records.slice(i, i + RECORDS_PER_FRAME))).toBe('durable');
  }
  expect(kit.tally).toMatchObject({ recordsReceived: DAY.length, recordsStored: DAY.length, recordsDuplicate: 0 });
  const { facts } = kit.store.tasks.read(created.taskId)!;
  const history = kit.store.tasks.history(created.taskId).flatMap(({ body }) => {
    return body.kind === 'status_change' ? [`${body.to.state}${body.revised ? ', revised' : ''}`] : [];
  });
  kit.close();
  return { facts, history };
}
