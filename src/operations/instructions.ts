/** Wishes about commands that are kept with what became of them: to give one, and to look them up. */
import { randomUUID } from 'node:crypto';
import type { Intake } from '../intake/intake.ts';
import type { Command } from '../model/command.ts';
import type { Instruction, NewInstruction } from '../model/instruction.ts';
import type { Refusal } from '../model/refusal.ts';
import type { KeptInstruction, Store } from '../store/store.ts';
import type { Gathered } from './gathering.ts';
import type { InstructionQuery } from './instruction-walk.ts';
import { orderingFrom } from './order.ts';
import type { Searches } from './searches.ts';
import { unpack } from './slices.ts';

export type { InstructionQuery } from './instruction-walk.ts';

export type InstructedCommand = (Command & { readonly kind: 'instruct' })['command'];

export interface InstructionOperations {
  /**
   * Carries the command out and keeps what became of it, in one commit. One of the same external id that was given before
   * is answered as it was then.
   */
  instruct(wish: Omit<NewInstruction, 'uuid'>, command: InstructedCommand): Promise<Instruction | Refusal>;
  instruction(uuid: string): Instruction | null;
  instructionNamed(externalId: string): Instruction | null;
  listInstructions(query: InstructionQuery): Promise<Gathered<KeptInstruction>>;
}

export function instructionOperations(deps: {
  readonly store: { readonly instructions: Pick<Store['instructions'], 'read' | 'withExternalId'> };
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'command'>;
}): InstructionOperations {
  const { store, searches, intake } = deps;
  const order = orderingFrom(intake);
  return {
    async instruct(wish, command) {
      const instruction: NewInstruction = { uuid: randomUUID(), ...wish };
      const remark = { ...wish.remark, instruction: instruction.uuid };
      const outcome = await order('instruction', {
        kind: 'instruct',
        instruction,
        command: { ...command, remark },
      });
      return outcome.kind === 'refused' ? outcome : outcome.instruction;
    },
    instruction: (uuid) => store.instructions.read(uuid),
    instructionNamed: (externalId) => store.instructions.withExternalId(externalId),
    async listInstructions(query) {
      const { page, end } = await searches.ask<'instructions'>({ kind: 'instructions', query });
      return { items: [...unpack<KeptInstruction>(page)], end };
    },
  };
}
