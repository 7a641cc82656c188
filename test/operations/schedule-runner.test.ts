/** The runner: each task of a day made once, however often it dies, sleeps, or finds itself in another zone. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command, CommandOutcome } from '../../src/model/command.ts';
import { refuse } from '../../src/model/refusal.ts';
import type { TaskSchedule } from '../../src/model/schedule.ts';
import { occurrencesOn, taskOf } from '../../src/operations/occurrences.ts';
import { type RunnerDeps, ScheduleRunner } from '../../src/operations/schedule-runner.ts';
import { localDayMs, zoneOffsets } from '../../src/operations/wall-clock.ts';
import { LineKit } from '../intake/line-kit.ts';
import { DAY, HOUR, schedule } from './schedule-kit.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 1, 12);

/** Tasks made, in memory; it can be told to refuse. */
class Depot {
  nowMs = START;
  zoneName = 'UTC';
  schedules: TaskSchedule[] = [schedule()];
  made: {
    readonly uuid: string;
    readonly fromMs: number;
    readonly trackerId: number | null;
    readonly bornMs: number;
  }[] = [];
  refusing: ((command: Command) => CommandOutcome | null) | null = null;
  troubles: unknown[] = [];
  waiting: { readonly run: () => void; readonly delayMs: number }[] = [];

  runner(): ScheduleRunner {
    return new ScheduleRunner(this.deps());
  }

  deps(): RunnerDeps {
    return {
      store: {
        records: {
          list: (() => this.schedules) as unknown as RunnerDeps['store']['records']['list'],
          read: () => null,
        },
        tasks: { idOf: (uuid) => (this.made.some((task) => task.uuid === uuid) ? 1 : null) },
      },
      intake: { command: async (command) => this.#make(command) },
      zoneName: () => this.zoneName,
      now: () => this.nowMs,
      after: (run, delayMs) => {
        const entry = { run, delayMs };
        this.waiting.push(entry);
        return () => {
          this.waiting = this.waiting.filter((other) => other !== entry);
        };
      },
      onTrouble: (reason) => this.troubles.push(reason),
    };
  }

  #make(command: Command): CommandOutcome {
    if (command.kind !== 'create_task') throw new Error(command.kind);
    const refusal = this.refusing?.(command);
    if (refusal) return refusal;
    const { uuid, terms, trackerId } = command.task;
    this.made.push({ uuid, fromMs: terms.fromMs, trackerId, bornMs: this.nowMs });
    return { kind: 'task', taskId: this.made.length };
  }

  days(): string[] {
    return this.made.map(({ fromMs }) => new Date(fromMs).toISOString().slice(5, 16));
  }
}

let depot: Depot;

beforeEach(() => {
  depot = new Depot();
});

describe('one look', () => {
  it('makes the tasks of today, and the next look nothing', async () => {
    depot.nowMs = Date.UTC(2026, 2, 2, 0, 0, 3);
    const runner = depot.runner();
    await runner.look();
    await runner.look();
    expect(depot.days()).toEqual(['03-02T08:00']);
  });

  it('does not even read the schedules again while the day is the same', async () => {
    const runner = depot.runner();
    await runner.look();
    depot.schedules = [schedule({ id: 2, uuid: '11111111-9dad-41d1-80b4-00c04fd430c8', fromTimeMs: 20 * HOUR })];
    await runner.look();
    expect(depot.made).toEqual([]);
  });

  it.each([
    ['the window is open', Date.UTC(2026, 2, 2, 8, 30), ['03-02T08:00']],
    ['it ends at this moment', Date.UTC(2026, 2, 2, 9), ['03-02T08:00']],
    ['it has ended', Date.UTC(2026, 2, 2, 9) + 1, []],
  ])('started late, %s', async (_name, nowMs, expected) => {
    depot.nowMs = nowMs;
    await depot.runner().look();
    expect(depot.days()).toEqual(expected);
  });

  it('days that were missed are over', async () => {
    await depot.runner().look();
    depot.nowMs += 4 * DAY - 10 * HOUR;
    await depot.runner().look();
    expect(depot.days()).toEqual(['03-05T08:00']);
  });

  it('a schedule written today begins tomorrow, also when the gateway starts again today', async () => {
    depot.schedules = [schedule({ sinceMs: Date.UTC(2026, 2, 2, 6) })];
    depot.nowMs = Date.UTC(2026, 2, 2, 7);
    await depot.runner().look();
    expect(depot.made).toEqual([]);
    depot.nowMs += DAY;
    await depot.runner().look();
    expect(depot.days()).toEqual(['03-03T08:00']);
  });

  it('a task that was deleted is not made again', async () => {
    depot.nowMs = Date.UTC(2026, 2, 2, 1);
    await depot.runner().look();
    const deps = depot.deps();
    const again = new ScheduleRunner({ ...deps, intake: { command: () => Promise.reject(new Error('made again')) } });
    await expect(again.look()).resolves.toBeUndefined();
  });
});

describe('another zone', () => {
  it.each([
    ['further east, where it is tomorrow', 'Pacific/Auckland', ['03-02T08:00', '03-02T19:00']],
    ['further west, where it is still yesterday', 'Pacific/Honolulu', ['03-02T08:00']],
    ['where it is the same day', 'Europe/Berlin', ['03-02T08:00']],
  ])('%s: a local day has its task once', async (_name, zoneName, expected) => {
    depot.nowMs = Date.UTC(2026, 2, 2, 0, 0, 5);
    const runner = depot.runner();
    await runner.look();
    depot.nowMs = Date.UTC(2026, 2, 2, 11, 30);
    depot.zoneName = zoneName;
    if (zoneName === 'Pacific/Honolulu') depot.nowMs = Date.UTC(2026, 2, 2, 9, 30);
    await runner.look();
    depot.zoneName = 'UTC';
    await runner.look();
    expect(depot.days()).toEqual(expected);
  });
});

describe('a task that cannot be made', () => {
  it.each(['tracker_not_found', 'tracker_blocked'] as const)('for %s is there for somebody else', async (code) => {
    depot.nowMs = Date.UTC(2026, 2, 2, 1);
    depot.schedules = [schedule({ trackerId: 7 })];
    depot.refusing = (command) =>
      command.kind === 'create_task' && command.task.trackerId !== null ? refuse(code, 'no') : null;
    await depot.runner().look();
    expect(depot.made.map(({ trackerId }) => trackerId)).toEqual([null]);
    expect(depot.troubles).toEqual([]);
  });

  it('because storage fails is made when it works again, the others not twice', async () => {
    depot.nowMs = Date.UTC(2026, 2, 2, 1);
    depot.schedules = [
      schedule(),
      schedule({ id: 2, uuid: '11111111-9dad-41d1-80b4-00c04fd430c8', fromTimeMs: 9 * HOUR }),
    ];
    let isFull = true;
    depot.refusing = (command) =>
      isFull && command.kind === 'create_task' && command.task.terms.fromMs === Date.UTC(2026, 2, 2, 9)
        ? refuse('storage_unavailable', 'full')
        : null;
    const runner = depot.runner();
    await runner.look();
    await runner.look();
    isFull = false;
    await runner.look();
    await runner.look();
    expect(depot.days()).toEqual(['03-02T08:00', '03-02T09:00']);
    expect(depot.troubles).toMatchObject([{ code: 'storage_unavailable' }, { code: 'storage_unavailable' }]);
  });

  it('for a fault of ours is told once, and tried once', async () => {
    depot.nowMs = Date.UTC(2026, 2, 2, 1);
    depot.refusing = () => refuse('fault', 'oops');
    const runner = depot.runner();
    await runner.look();
    await runner.look();
    expect(depot.troubles).toHaveLength(1);
  });
});

describe('started', () => {
  it('looks at once, then again and again, and not after it was stopped', async () => {
    const runner = depot.runner();
    runner.start();
    await new Promise(setImmediate);
    expect(depot.waiting).toHaveLength(1);
    depot.nowMs = Date.UTC(2026, 2, 2, 0, 0, 4);
    depot.waiting.splice(0)[0]!.run();
    await new Promise(setImmediate);
    expect(depot.days()).toEqual(['03-02T08:00']);
    expect(depot.waiting[0]!.delayMs).toBeLessThanOrEqual(60_000);
    await runner.stop();
    expect(depot.waiting).toEqual([]);
  });

  it('a look that fails is told, and the next one comes', async () => {
    depot.zoneName = 'Nowhere/Land';
    const runner = depot.runner();
    runner.start();
    await new Promise(setImmediate);
    expect(String(depot.troubles[0])).toContain('Nowhere/Land');
    expect(depot.waiting).toHaveLength(1);
    await runner.stop();
  });
});

describe('over weeks of sleep and starts', () => {
  it('a task is made once for each day on which the gateway was awake before the window ended, and at no other time', async () => {
    const pause = fc.integer({ min: 1, max: 40 * 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('Europe/Berlin', 'America/Havana', 'Asia/Beirut', 'Africa/Cairo', 'Pacific/Apia', 'UTC'),
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 1) }),
        fc.array(fc.record({ pause, isRestart: fc.boolean() }), { minLength: 20, maxLength: 60 }),
        async (zoneName, startMs, steps) => {
          const world = new Depot();
          world.zoneName = zoneName;
          world.nowMs = startMs;
          const offsets = zoneOffsets(zoneName);
          const due = new Set<string>();
          let runner = world.runner();
          for (const step of steps) {
            world.nowMs += step.pause * MINUTE;
            if (step.isRestart) runner = world.runner();
            await runner.look();
            // A runner that has looked today is done with today; what it finds first decides.
            for (const occurrence of occurrencesOn(localDayMs(world.nowMs, offsets), world.schedules, offsets)) {
              if (occurrence.toMs >= world.nowMs) due.add(taskOf(occurrence, null).uuid);
            }
          }
          expect(world.made.map(({ uuid }) => uuid)).toEqual([...due]);
          for (const { fromMs, bornMs } of world.made) {
            expect(bornMs).toBeLessThanOrEqual(fromMs + HOUR);
            expect(localDate(bornMs, zoneName)).toBe(localDate(fromMs, zoneName));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

function localDate(timeMs: number, timeZone: string): string {
  return new Date(timeMs).toLocaleDateString('sv-SE', { timeZone });
}

describe('on a real line', () => {
  let kit: LineKit;

  beforeEach(() => {
    kit = new LineKit(START);
  });

  afterEach(() => kit.close());

  it.each([0, 1, 2, 3, 4])('killed after %i of four creations, the next start makes the rest', async (done) => {
    for (let hour = 8; hour < 12; hour += 1) {
      const { id: _, ...content } = schedule({ fromTimeMs: hour * HOUR, uuid: crypto.randomUUID() });
      kit.store.records.create('task_schedule', content);
    }
    kit.nowMs = Date.UTC(2026, 2, 2, 0, 0, 1);
    let handed = 0;
    const dying = new ScheduleRunner({
      ...deps(),
      // What was not handed to the line before the kill is lost, answer and all.
      intake: {
        command: (command) => (++handed > done ? new Promise(() => {}) : kit.line.command(command)),
      },
    });
    void dying.look();
    await new Promise(setImmediate);
    await kit.line.drained();
    expect(kit.store.tasks.list({ sort: [], offset: 0, limit: 10 }).count).toBe(done);
    kit.restart();
    kit.nowMs += 5000;
    await new ScheduleRunner(deps()).look();
    await new ScheduleRunner(deps()).look();
    const { tasks } = kit.store.tasks.list({ sort: [{ field: 'from', descending: false }], offset: 0, limit: 10 });
    expect(tasks.map(({ terms }) => (terms.fromMs - Date.UTC(2026, 2, 2)) / HOUR)).toEqual([8, 9, 10, 11]);
    expect(tasks.every(({ text }) => text.origin === 'scheduled')).toBe(true);
  });

  it('a deleted task stays deleted over a restart', async () => {
    const { id: _, ...content } = schedule();
    kit.store.records.create('task_schedule', content);
    kit.nowMs = Date.UTC(2026, 2, 2, 0, 0, 1);
    await new ScheduleRunner(deps()).look();
    await kit.do({ kind: 'delete_task', taskId: 1 });
    kit.restart();
    await new ScheduleRunner(deps()).look();
    expect(kit.store.tasks.list({ sort: [], offset: 0, limit: 10 }).count).toBe(0);
  });

  function deps(): RunnerDeps {
    return {
      store: kit.store,
      intake: kit.line,
      zoneName: () => 'UTC',
      now: () => kit.nowMs,
      after: () => () => {},
      onTrouble: (reason) => {
        throw new Error(JSON.stringify(reason));
      },
    };
  }
});
