import { describe, expect, it } from 'vitest';
import type { TaskExpiry } from '../../src/model/records.ts';
import type { Dialect, OpenEnds } from '../../src/model/task.ts';
import { ExpiryRunner } from '../../src/operations/expiry-runner.ts';
import { LiveKit } from '../api/calls-kit.ts';
import { NOW_MS } from './fake-line.ts';

const HOUR = 3_600_000;

interface Parts {
  readonly trackerId?: number;
  readonly dialect?: Dialect;
  readonly openEnds?: OpenEnds;
  readonly isShelved?: true;
}

/** A task of the two hours before now. */
async function taskIn(
  kit: LiveKit,
  { trackerId, dialect = 'gsmtasks', openEnds, isShelved }: Parts = {},
): Promise<number> {
  const outcome = await kit.line.command({
    kind: 'create_task',
    task: {
      uuid: crypto.randomUUID(),
      dialect,
      trackerId: trackerId ?? null,
      text: {
        ...{ label: 'Task', description: '', externalId: null, address: '', tags: [], form: null, extra: {} },
        origin: 'manual',
      },
      terms: {
        ...{ zone: { latDeg: 52, lonDeg: 13, radiusM: 100 }, fromMs: NOW_MS - 2 * HOUR, toMs: NOW_MS },
        // Navixy's clock, which closes what is late, is given a day.
        ...{ maxDelayMs: 24 * HOUR, minStayMs: 0, minArrivalMs: 0, isFormRequired: false, isFormInZone: false },
        ...(openEnds && { openEnds }),
      },
    },
  });
  if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
  const { taskId } = outcome;
  if (isShelved) await kit.line.command({ kind: 'move_task', taskId, move: 'shelve', timeMs: null });
  return taskId;
}

function runnerOf(kit: LiveKit, troubles: unknown[] = []) {
  return new ExpiryRunner({
    search: kit.operations,
    intake: kit.line,
    expiry: () => kit.operations.account().expiry,
    now: () => kit.nowMs,
    after: () => () => {},
    onTrouble: (reason) => troubles.push(reason),
  });
}

function expire(kit: LiveKit, part: Partial<TaskExpiry>): void {
  kit.operations.editAccount({ expiry: { afterFromMs: null, afterToMs: null, state: 'cancelled', ...part } });
}

function stateOf(kit: LiveKit, taskId: number) {
  return kit.operations.readTask(taskId)?.facts.state;
}

describe('tasks that nobody has done in time', () => {
  it.each([
    ['an hour after the end', { afterToMs: HOUR }, HOUR],
    ['three hours after the beginning', { afterFromMs: 3 * HOUR }, HOUR],
    ['at the end itself', { afterToMs: 0 }, 0],
  ])('are over %s', async (_name, rule, laterMs) => {
    const kit = new LiveKit([]);
    const id = await taskIn(kit);
    expire(kit, rule);
    const runner = runnerOf(kit);
    kit.nowMs = NOW_MS + laterMs - 1;
    await runner.look();
    expect(stateOf(kit, id)).toBe('unassigned');
    kit.nowMs += 1;
    await runner.look();
    expect(stateOf(kit, id)).toBe('cancelled');
  });

  it('go on for ever where the account says nothing, or has called it off', async () => {
    const kit = new LiveKit([]);
    const id = await taskIn(kit);
    kit.nowMs += 1000 * HOUR;
    await runnerOf(kit).look();
    expire(kit, {});
    await runnerOf(kit).look();
    expect(stateOf(kit, id)).toBe('unassigned');
  });

  it.each([
    ['of another dialect', { dialect: 'thetrack' }, 'unassigned'],
    ['with an open end', { openEnds: 'to' }, 'unassigned'],
    ['being prepared', { isShelved: true }, 'draft'],
  ] as const)('but not those %s', async (_name, parts, state) => {
    const kit = new LiveKit([]);
    const id = await taskIn(kit, parts);
    expire(kit, { afterToMs: 0 });
    kit.nowMs += HOUR;
    await runnerOf(kit).look();
    expect(stateOf(kit, id)).toBe(state);
  });

  it('are completed where the account says so, but for those that nobody had', async () => {
    const kit = new LiveKit([]);
    const trackerId = await kit.tracker('Van');
    const [had, not] = [await taskIn(kit, { trackerId }), await taskIn(kit)];
    expire(kit, { afterToMs: 0, state: 'completed' });
    kit.nowMs += HOUR;
    await runnerOf(kit).look();
    expect([stateOf(kit, had), stateOf(kit, not)]).toEqual(['completed', 'unassigned']);
  });

  it('are many, and all of them are over in one look, those done meanwhile left as they are', async () => {
    const kit = new LiveKit([]);
    const trackerId = await kit.tracker('Van');
    const ids = await Promise.all(Array.from({ length: 230 }, () => taskIn(kit, { trackerId })));
    await kit.line.command({ kind: 'move_task', taskId: ids[0]!, move: 'complete', timeMs: null });
    expire(kit, { afterToMs: 0 });
    kit.nowMs += HOUR;
    await runnerOf(kit).look();
    expect(ids.map((id) => stateOf(kit, id))).toEqual(['completed', ...Array(229).fill('cancelled')]);
  });

  it('are looked for again, whatever happened in one look, until it is stopped', async () => {
    const waiting: (() => void)[] = [];
    const troubles: unknown[] = [];
    let calledOff = 0;
    const runner = new ExpiryRunner({
      search: { findTasks: () => Promise.reject(new Error('busy')) },
      intake: { command: () => Promise.reject(new Error('not asked')) },
      expiry: () => ({ afterFromMs: 0, afterToMs: null, state: 'cancelled' }),
      now: () => NOW_MS,
      after: (run) => {
        waiting.push(run);
        return () => {
          calledOff += 1;
        };
      },
      onTrouble: (reason) => troubles.push(reason),
    });
    runner.start();
    await new Promise((resolve) => setImmediate(resolve));
    expect([troubles.length, waiting.length]).toEqual([1, 1]);
    waiting[0]!();
    await runner.stop();
    expect([troubles.length, waiting.length, calledOff]).toEqual([2, 1, 1]);
  });
});
