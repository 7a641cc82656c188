import { describe, expect, it, onTestFinished } from 'vitest';
import type { Command, CommandOutcome } from '../../src/model/command.ts';
import type { Instruction, NewInstruction } from '../../src/model/instruction.ts';
import { newTask, T0 } from '../api/gsmtasks/happenings-kit.ts';
import { LineKit } from '../intake/line-kit.ts';

function newKit(): LineKit {
  const kit = new LineKit(T0);
  onTestFinished(() => kit.close());
  return kit;
}

async function taskOf(kit: LineKit): Promise<number> {
  await kit.register('350000000000001');
  const outcome = await kit.do({ kind: 'create_task', task: newTask() });
  if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
  return outcome.taskId;
}

function saying(taskId: number, externalId: string | null, move: 'accept' | 'cancel' = 'accept'): Command {
  const instruction: NewInstruction = {
    uuid: crypto.randomUUID(),
    externalId,
    taskId,
    taskUuid: 't',
    action: move,
    timeMs: T0,
    assignee: null,
    remark: { by: null, notes: '', place: null },
    taskData: null,
  };
  return { kind: 'instruct', instruction, command: { kind: 'move_task', taskId, move, timeMs: null } };
}

function keptOf(outcome: CommandOutcome): Instruction {
  if (outcome.kind !== 'instruction') throw new Error(JSON.stringify(outcome));
  return outcome.instruction;
}

describe('a command that is kept', () => {
  it('is kept with why it was rejected, and nothing else is changed by it', async () => {
    const kit = newKit();
    const taskId = await taskOf(kit);
    await kit.do({ kind: 'move_task', taskId, move: 'complete', timeMs: null });
    const before = kit.store.lastEventId();
    const kept = keptOf(await kit.do(saying(taskId, 'late')));
    expect(kept).toMatchObject({ state: 'rejected', createdMs: T0 });
    expect(kept.errorMessage).toBe(`task ${taskId} is completed: it cannot be accepted`);
    expect(kit.store.instructions.read(kept.uuid)).toEqual(kept);
    expect(kit.store.instructions.withExternalId('late')).toEqual(kept);
    expect(kit.store.lastEventId()).toBe(before);
  });

  it('is as durable as what it did: on a full disk neither is there, and afterwards it is decided anew', async () => {
    const kit = newKit();
    const taskId = await taskOf(kit);
    kit.isDiskFull = true;
    expect(await kit.do(saying(taskId, 'one'))).toMatchObject({ kind: 'refused', code: 'storage_unavailable' });
    kit.isDiskFull = false;
    kit.restart();
    expect(kit.store.instructions.withExternalId('one')).toBeNull();
    expect(kit.store.tasks.read(taskId)?.facts.state).toBe('assigned');
    const kept = keptOf(await kit.do(saying(taskId, 'one')));
    kit.restart();
    expect(keptOf(await kit.do(saying(taskId, 'one', 'cancel')))).toEqual(kept);
    expect(kit.store.tasks.read(taskId)?.facts.state).toBe('accepted');
  });

  it('is decided once where it stands twice in one commit', async () => {
    const kit = newKit();
    const taskId = await taskOf(kit);
    const outcomes = await Promise.all(
      [saying(taskId, 'x'), saying(taskId, 'x', 'cancel'), saying(taskId, null)].map((each) => kit.do(each)),
    );
    const [first, second, third] = outcomes.map(keptOf);
    expect(second).toEqual(first);
    expect(third).toMatchObject({ state: 'rejected' });
    expect(kit.store.tasks.read(taskId)?.facts.state).toBe('accepted');
  });
});
