/** Commands to tasks that are kept: the same again, by the name its client gave it, changes nothing. */
import type { Command, CommandOutcome } from '../model/command.ts';
import type { Instruction } from '../model/instruction.ts';
import type { Draft } from './draft.ts';
import type { CommandOf } from './task-commands.ts';

export function instruct(
  draft: Draft,
  { instruction, command }: CommandOf<'instruct'>,
  decide: (draft: Draft, command: Command) => CommandOutcome,
): CommandOutcome {
  const before = instruction.externalId === null ? null : draft.instruction(instruction.externalId);
  if (before !== null) return { kind: 'instruction', instruction: before };
  const outcome = decide(draft, command);
  const isRefused = outcome.kind === 'refused';
  const kept: Instruction = {
    ...instruction,
    state: isRefused ? 'rejected' : 'accepted',
    errorMessage: isRefused ? outcome.message : '',
    createdMs: draft.nowMs,
  };
  draft.instructions.push(kept);
  return { kind: 'instruction', instruction: kept };
}
