/** The life of a command to a device: the table of what may follow what, and the queue of each tracker. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../src/engine/commands.ts';
import { answerDeviceCommand, expireDeviceCommands, type Happening, step } from '../../src/engine/device-commands.ts';
import { Draft, type Ports } from '../../src/engine/draft.ts';
import { World } from '../../src/engine/world.ts';
import type { Command, CommandOutcome } from '../../src/model/command.ts';
import {
  type CommandAnswer,
  DEVICE_COMMAND_STATES,
  type DeviceCommand,
  type DeviceCommandState,
  isOpenCommand,
} from '../../src/model/device-command.ts';
import { SETTINGS } from './world-kit.ts';

const T0 = Date.UTC(2026, 4, 1, 12);
const MINUTE = 60_000;

function command(state: DeviceCommandState, part: Partial<DeviceCommand> = {}): DeviceCommand {
  const times = { createdMs: T0, expiresMs: T0 + 60 * MINUTE, sentMs: null, closedMs: null };
  return { id: 1, trackerId: 1, text: 'getinfo', state, ...times, answer: null, reason: null, ...part };
}

/** A world with two trackers, and the commands as the disk has them. */
class CommandBench {
  nowMs = T0;
  readonly #world = new World(SETTINGS);
  readonly #disk = new Map<number, DeviceCommand>();
  readonly #ports: Ports = {
    task: () => null,
    tasksOf: () => [],
    deadlines: () => [],
    route: () => null,
    deviceCommand: (id) => this.#disk.get(id) ?? null,

    instruction: () => null,
    track: {
      evidence: () => [],
      holds: () => false,
      newest: () => ({ newestMs: Number.NEGATIVE_INFINITY, aheadMs: [], clocks: [0] }),
      lastValidFix: () => null,
    },
  };

  constructor() {
    this.addTracker('356307042441013');
    this.addTracker('352093086403655');
  }

  addTracker(imei: string | null): number {
    const tracker = { uuid: `u${imei}`, label: 'Van', imei, model: null, timeZone: 'utc' };
    const outcome = this.do({ kind: 'create_tracker', tracker });
    if (outcome.kind !== 'tracker') throw new Error(JSON.stringify(outcome));
    return outcome.tracker.id;
  }

  do(given: Command): CommandOutcome {
    return this.#commit((draft) => decide(draft, given));
  }

  queue(text: string, expiresMs = T0 + 60 * MINUTE, trackerId = 1): CommandOutcome {
    return this.do({ kind: 'queue_device_command', order: { trackerId, text, expiresMs, queuedMax: 3 } });
  }

  send(commandId: number, answerByMs = T0 + 60 * MINUTE): CommandOutcome {
    return this.do({ kind: 'send_device_command', commandId, answerByMs });
  }

  answer(answer: CommandAnswer, trackerId = 1): boolean {
    return this.#commit((draft) => answerDeviceCommand(draft, trackerId, answer));
  }

  passTo(nowMs: number): void {
    this.nowMs = nowMs;
    this.#commit((draft) => expireDeviceCommands(draft, 100));
  }

  command(id: number): DeviceCommand | undefined {
    return this.#disk.get(id);
  }

  states(): DeviceCommandState[] {
    return [...this.#disk.values()].map(({ state }) => state);
  }

  #commit<T>(run: (draft: Draft) => T): T {
    const draft = new Draft(this.#world, this.#ports, this.nowMs);
    const result = run(draft);
    for (const each of draft.rows().deviceCommands) this.#disk.set(each.id, each);
    this.#world.install(draft);
    return result;
  }
}

const HAPPENINGS: readonly Happening[] = [
  { kind: 'send', answerByMs: T0 + 6 * MINUTE },
  { kind: 'reject', reason: 'too long' },
  { kind: 'answer', text: 'done' },
  { kind: 'deny', text: 'not done' },
  { kind: 'expire' },
  { kind: 'cancel' },
];

describe('a command', () => {
  // biome-ignore format: a table
  const table: Readonly<Record<DeviceCommandState, readonly (DeviceCommandState | null)[]>> = {
    //          send    reject     answer      deny       expire     cancel
    queued:    ['sent', 'refused', null,       null,      'expired', 'cancelled'],
    sent:      [null,   null,      'answered', 'refused', 'expired', null],
    answered:  [null,   null,      null,       null,      null,      null],
    refused:   [null,   null,      null,       null,      null,      null],
    expired:   [null,   null,      null,       null,      null,      null],
    cancelled: [null,   null,      null,       null,      null,      null],
  };
  const rows = DEVICE_COMMAND_STATES.flatMap((state) =>
    HAPPENINGS.map((happening, i) => ({ state, kind: happening.kind, happening, next: table[state][i]! })),
  );

  it.each(rows)('that is $state, on $kind: $next', ({ state, happening, next }) => {
    expect(step(command(state), happening, T0 + MINUTE)?.state ?? null).toBe(next);
  });

  const anyHappening = fc.constantFrom(...HAPPENINGS);
  const anyLife = fc.array(fc.tuple(anyHappening, fc.nat(10 * MINUTE)), { maxLength: 30 });

  it('is sent at most once and comes to one end, whatever happens to it in whatever order', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        let now = command('queued');
        let nowMs = T0;
        const seen: DeviceCommand[] = [now];
        for (const [happening, laterMs] of life) {
          nowMs += laterMs;
          const next = step(now, happening, nowMs);
          if (next === null) continue;
          expect(isOpenCommand(now), 'a step after the end').toBe(true);
          now = next;
          seen.push(now);
        }
        expect(seen.filter(({ state }) => state === 'sent').length).toBeLessThanOrEqual(1);
        for (const each of seen) expectSound(each);
        // What is once known of it stays so.
        for (const [i, { sentMs }] of seen.entries()) if (i > 0) expect(sentMs ?? now.sentMs).toBe(now.sentMs);
      }),
    );
  });

  function expectSound({ state, sentMs, closedMs, answer, reason, expiresMs }: DeviceCommand): void {
    expect(closedMs !== null).toBe(!isOpenCommand({ state }));
    if (state === 'queued' || state === 'cancelled') expect(sentMs).toBeNull();
    if (state === 'sent' || state === 'answered') expect(sentMs).not.toBeNull();
    if (answer !== null) expect([sentMs === null, ['answered', 'refused'].includes(state)]).toEqual([false, true]);
    if (state === 'refused') expect((answer === null) !== (reason === null)).toBe(true);
    expect(expiresMs).toBeLessThanOrEqual(T0 + 60 * MINUTE);
  }

  it('that was sent waits for its answer for so long, but no longer than it may live', () => {
    const inTime = step(command('queued'), { kind: 'send', answerByMs: T0 + 5 * MINUTE }, T0);
    const late = step(command('queued'), { kind: 'send', answerByMs: T0 + 90 * MINUTE }, T0);
    expect([inTime?.expiresMs, late?.expiresMs]).toEqual([T0 + 5 * MINUTE, T0 + 60 * MINUTE]);
  });
});

describe('the commands of a tracker', () => {
  let bench: CommandBench;
  beforeEach(() => {
    bench = new CommandBench();
  });

  it('are sent one at a time, in the order they came', () => {
    bench.queue('a');
    bench.queue('b');
    expect(bench.send(1)).toMatchObject({ command: { state: 'sent', sentMs: T0 } });
    expect(bench.send(2)).toMatchObject({ kind: 'refused', code: 'command_state' });
    expect(bench.answer({ commandId: null, text: 'done', isRefusal: false })).toBe(true);
    expect(bench.command(1)).toMatchObject({ state: 'answered', answer: 'done', closedMs: T0 });
    expect(bench.send(2)).toMatchObject({ command: { state: 'sent' } });
  });

  it('are not sent a second time', () => {
    bench.queue('a');
    bench.send(1);
    expect(bench.send(1)).toMatchObject({ kind: 'refused', code: 'command_state' });
    bench.passTo(T0 + 90 * MINUTE);
    expect(bench.command(1)).toMatchObject({ state: 'expired', sentMs: T0 });
    expect(bench.send(1)).toMatchObject({ kind: 'refused', code: 'command_state' });
  });

  it.each([
    ['its number', { commandId: 1, text: 'ok', isRefusal: false }, 'answered'],
    ['no number', { commandId: null, text: 'ok', isRefusal: false }, 'answered'],
    ['a refusal', { commandId: null, text: 'unvalued fix', isRefusal: true }, 'refused'],
    ['the number of another', { commandId: 2, text: 'ok', isRefusal: false }, 'sent'],
  ] as const)('an answer with %s leaves the one in flight %s', (_name, answer, state) => {
    bench.queue('a');
    bench.queue('b');
    bench.send(1);
    expect(bench.answer(answer)).toBe(state !== 'sent');
    expect(bench.command(1)!.state).toBe(state);
    expect(bench.command(2)!.state).toBe('queued');
  });

  it('an answer is nobody’s while none is in flight, or while another tracker’s is', () => {
    bench.queue('a');
    expect(bench.answer({ commandId: null, text: 'ok', isRefusal: false })).toBe(false);
    bench.send(1);
    expect(bench.answer({ commandId: null, text: 'ok', isRefusal: false }, 2)).toBe(false);
    expect(bench.command(1)!.state).toBe('sent');
  });

  it('expire by the clock, those that wait for their device and those that wait for its answer', () => {
    bench.queue('a');
    bench.queue('b', T0 + 2 * MINUTE);
    bench.send(1, T0 + MINUTE);
    bench.passTo(T0 + MINUTE - 1);
    expect(bench.states()).toEqual(['sent', 'queued']);
    bench.passTo(T0 + MINUTE);
    expect(bench.states()).toEqual(['expired', 'queued']);
    bench.passTo(T0 + 2 * MINUTE);
    expect(bench.states()).toEqual(['expired', 'expired']);
  });

  it('that have expired before the clock looked are closed instead of sent', () => {
    bench.queue('a', T0 + MINUTE);
    bench.nowMs = T0 + MINUTE;
    expect(bench.send(1)).toMatchObject({ command: { state: 'expired', sentMs: null } });
  });

  it('can be taken back while they are queued', () => {
    bench.queue('a');
    expect(bench.do({ kind: 'cancel_device_command', commandId: 1 })).toMatchObject({
      command: { state: 'cancelled' },
    });
    bench.queue('b');
    bench.send(2);
    const late = bench.do({ kind: 'cancel_device_command', commandId: 2 });
    expect(late).toMatchObject({ code: 'command_state', message: expect.stringContaining('command 2 is sent') });
    expect(bench.do({ kind: 'cancel_device_command', commandId: 9 })).toMatchObject({ code: 'command_not_found' });
  });

  it('are refused when too many wait, when there is no device and when there is no tracker', () => {
    for (let n = 0; n < 3; n++) bench.queue('a');
    expect(bench.queue('b')).toMatchObject({
      code: 'too_many_commands',
      message: expect.stringContaining('3 commands'),
    });
    bench.send(1);
    expect(bench.queue('b')).toMatchObject({ kind: 'device_command' });
    const person = bench.addTracker(null);
    expect(bench.queue('a', undefined, person)).toMatchObject({ code: 'no_device' });
    expect(bench.queue('a', undefined, 99)).toMatchObject({ code: 'tracker_not_found' });
  });

  it('whose text no frame can carry are refused with the reason, and make room for the next', () => {
    bench.queue('a');
    bench.queue('b');
    const refused = bench.do({ kind: 'reject_device_command', commandId: 1, reason: 'too long' });
    expect(refused).toMatchObject({ command: { state: 'refused', reason: 'too long', sentMs: null } });
    expect(bench.send(2)).toMatchObject({ command: { state: 'sent' } });
  });
});
