/** Commands to devices on a real line and disk: what a commit, a restart and a full disk leave of them. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCommandResponse } from '../../protocols/teltonika/device.ts';
import type { Command } from '../../src/model/command.ts';
import type { CommandAnswer, DeviceCommand } from '../../src/model/device-command.ts';
import { DATABASE_FILE } from '../../src/store/directory.ts';
import { LineKit } from './line-kit.ts';

const T0 = Date.UTC(2026, 4, 1, 12);
const DONE: CommandAnswer = { commandId: null, text: 'done', isRefusal: false };

let kit: LineKit;
let trackerId: number;
let unclaimed: CommandAnswer[];

beforeEach(async () => {
  unclaimed = [];
  kit = new LineKit(T0, { onUnclaimedAnswer: (_trackerId, answer) => unclaimed.push(answer) });
  trackerId = await kit.register('356307042441013');
});
afterEach(() => kit.close());

async function queue(text = 'getinfo', expiresMs = T0 + 60_000): Promise<number> {
  const outcome = await kit.do({ kind: 'queue_device_command', order: { trackerId, text, expiresMs, queuedMax: 10 } });
  if (outcome.kind !== 'device_command') throw new Error(JSON.stringify(outcome));
  return outcome.command.id;
}

const send = (commandId: number): Command => ({ kind: 'send_device_command', commandId, answerByMs: T0 + 30_000 });
const stateOf = (id: number) => kit.store.deviceCommands.read(id)?.state;

function answer(given: CommandAnswer): Promise<string> {
  const raw = encodeCommandResponse(given.text);
  const delivery = { trackerId, receivedMs: kit.nowMs, protocol: 'teltonika', raw, fixes: [], answer: given } as const;
  return new Promise((resolve) => kit.line.submit(delivery, { frameOnSettled: resolve }));
}

describe('a command', () => {
  it('is on disk in each of its states when its caller hears of it', async () => {
    const id = await queue();
    expect([stateOf(id), kit.line.nextDeviceCommand(trackerId)?.id]).toEqual(['queued', id]);
    expect(await kit.do(send(id))).toMatchObject({ command: { state: 'sent' } });
    expect([stateOf(id), kit.line.nextDeviceCommand(trackerId)]).toEqual(['sent', null]);
    expect(await answer(DONE)).toBe('durable');
    expect(kit.store.deviceCommands.read(id)).toMatchObject({ state: 'answered', answer: 'done' });
    expect(kit.tally.deviceCommands).toEqual({ queued: 1, sent: 1, answered: 1 });
  });

  it('and the frame of its answer are one commit, with the frame kept', async () => {
    const id = await queue();
    await kit.do(send(id));
    kit.log.length = 0;
    await answer(DONE);
    expect(kit.log).toEqual(['commit']);
    expect(kit.store.tracks.frames(trackerId, 0, Infinity, 10)).toMatchObject([{ raw: encodeCommandResponse('done') }]);
  });

  it('that waited survives a restart, and so does one that was sent: it is not the next to be sent', async () => {
    const ids = [await queue('a'), await queue('b')];
    await kit.do(send(ids[0]!));
    kit.restart();
    expect(ids.map(stateOf)).toEqual(['sent', 'queued']);
    expect(kit.line.nextDeviceCommand(trackerId)).toBeNull();
    expect(await kit.do(send(ids[0]!))).toMatchObject({ kind: 'refused', code: 'command_state' });
    await answer(DONE);
    expect(kit.line.nextDeviceCommand(trackerId)?.id).toBe(ids[1]);
    expect(await queue('c')).toBe(ids[1]! + 1);
  });

  it('that could not be marked as sent is queued still, and its answer is not believed', async () => {
    const id = await queue();
    kit.isDiskFull = true;
    expect(await kit.do(send(id))).toMatchObject({ kind: 'refused', code: 'storage_unavailable' });
    expect(await answer(DONE)).toBe('failed');
    kit.isDiskFull = false;
    expect([stateOf(id), kit.line.nextDeviceCommand(trackerId)?.id]).toEqual(['queued', id]);
  });

  it('whose answer could not be stored waits on, and takes it when it comes again', async () => {
    const id = await queue();
    await kit.do(send(id));
    kit.isDiskFull = true;
    expect(await answer(DONE)).toBe('failed');
    kit.isDiskFull = false;
    expect(stateOf(id)).toBe('sent');
    await answer(DONE);
    expect(stateOf(id)).toBe('answered');
  });

  it('expires by the clock, also over a restart', async () => {
    const ids = [await queue('a'), await queue('b', T0 + 90_000)];
    await kit.do(send(ids[0]!));
    kit.nowMs = T0 + 29_999;
    await kit.tick();
    expect(ids.map(stateOf)).toEqual(['sent', 'queued']);
    kit.restart();
    kit.nowMs = T0 + 30_000;
    await kit.tick();
    expect(ids.map(stateOf)).toEqual(['expired', 'queued']);
    kit.nowMs = T0 + 90_000;
    await kit.tick();
    expect(ids.map(stateOf)).toEqual(['expired', 'expired']);
  });

  it('is told to listeners step by step, after the commit', async () => {
    const told: [string, string | undefined][] = [];
    const stop = kit.line.onDeviceCommands((commands: readonly DeviceCommand[]) => {
      for (const { id, state } of commands) told.push([state, stateOf(id)]);
    });
    const id = await queue();
    await Promise.all([kit.do(send(id)), answer(DONE)]);
    stop();
    await queue();
    expect(told).toEqual([
      ['queued', 'queued'],
      ['sent', 'answered'],
      ['answered', 'answered'],
    ]);
  });
});

describe('history and outbox', () => {
  interface Row {
    readonly tracker_id: number;
    readonly task_id: number;
    readonly event_ms: number;
    readonly body: string;
    readonly uid: string;
    readonly waiting: number;
  }
  const rows = () => {
    const db = new Database(join(kit.directory, DATABASE_FILE), { readonly: true });
    const found = db.prepare<[], Row>(
      `SELECT tracker_id, task_id, event_ms, body, uid, (SELECT count(*) FROM outbox WHERE history_id = history.id) AS waiting
       FROM history ORDER BY id`,
    );
    const all = found.all();
    db.close();
    return all;
  };
  const told = () =>
    rows().map(({ tracker_id, task_id, event_ms, body }) => [
      tracker_id,
      task_id,
      event_ms - T0,
      JSON.parse(body).state,
    ]);

  it('have every step of a command, once each, by its tracker', async () => {
    const id = await queue();
    kit.nowMs = T0 + 1000;
    await kit.do(send(id));
    kit.nowMs = T0 + 2000;
    await answer(DONE);
    const other = await queue();
    kit.nowMs = T0 + 60_000;
    await kit.tick();
    expect(told()).toEqual([
      [trackerId, 0, 0, 'queued'],
      [trackerId, 0, 1000, 'sent'],
      [trackerId, 0, 2000, 'answered'],
      [trackerId, 0, 2000, 'queued'],
      [trackerId, 0, 60_000, 'expired'],
    ]);
    expect(rows().map(({ body }) => JSON.parse(body).commandId)).toEqual([id, id, id, other, other]);
    expect(rows().every(({ waiting }) => waiting === 1)).toBe(true);
    expect(new Set(rows().map(({ uid }) => uid)).size).toBe(5);
  });

  it('say nothing of what it was told or answered: not everyone may read that', async () => {
    const id = await queue('password 1234');
    await kit.do(send(id));
    await answer({ ...DONE, text: 'secret' });
    expect(JSON.stringify(rows())).not.toMatch(/1234|secret/);
  });

  it('have no step that was not committed', async () => {
    const id = await queue();
    kit.isDiskFull = true;
    await kit.do(send(id));
    kit.isDiskFull = false;
    expect(told().map(([, , , state]) => state)).toEqual(['queued']);
  });

  it('are no part of the history of a task', async () => {
    await queue();
    expect(kit.store.tasks.history(0)).toEqual([]);
    expect(kit.events).toEqual([]);
  });
});

describe('an answer that no command waits for', () => {
  it('is kept as a frame, counted and told of', async () => {
    expect(await answer(DONE)).toBe('durable');
    expect([unclaimed, kit.tally.commandAnswersUnclaimed]).toEqual([[DONE], 1]);
    expect(kit.store.tracks.frames(trackerId, 0, Infinity, 10)).toHaveLength(1);
  });
});
