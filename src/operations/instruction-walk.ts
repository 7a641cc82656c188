/** Kept commands, read on the search thread. */
import type { Instruction, InstructionAction } from '../model/instruction.ts';
import type { KeptInstruction, Reader } from '../store/store.ts';
import { gather, isDownwards, type PageSpan } from './gathering.ts';
import { type Packed, pack } from './slices.ts';

/** Which instructions are wanted; null = all. */
export interface InstructionQuery extends PageSpan {
  readonly taskId: number | null;
  readonly by: string | null;
  /** A tracker, by its UUID. */
  readonly assignee: string | null;
  readonly actions: readonly InstructionAction[] | null;
  readonly states: readonly string[] | null;
  /** Both ends included; of when they came, and of when they were given. */
  readonly createdMs: Period;
  readonly timeMs: Period;
}

interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** `page`: KeptInstruction. */
export interface InstructionAnswer {
  readonly page: Packed;
  readonly end: number | null;
}

/** Rows that are looked at for one page: some tenths of a second. */
const ROWS_MAX = 20_000;

/** On the search thread. */
export function readInstructions(
  { instructions }: Pick<Reader, 'instructions'>,
  query: InstructionQuery,
): InstructionAnswer {
  const isDescending = isDownwards(query);
  const { place, createdMs } = query;
  const first = Number.isFinite(createdMs.fromMs) ? instructions.firstSince(createdMs.fromMs) - 1 : 0;
  const beyond = Number.isFinite(createdMs.toMs) ? instructions.firstSince(createdMs.toMs + 1) : LAST_ID;
  const span = {
    afterId: isDescending ? first : Math.max(first, place ?? 0),
    beforeId: isDescending ? Math.min(beyond, place ?? LAST_ID) : beyond,
    isDescending,
  };
  const reading = {
    itemsOf: (kept: KeptInstruction) => (isWanted(kept.instruction, query) ? [kept] : []),
    placeOf: ({ id }: KeptInstruction) => id,
    placeAfter: ({ id }: KeptInstruction) => id,
  };
  const { items, end } = gather(instructions.rows(query.taskId, span), reading, query, ROWS_MAX);
  return { page: pack(items), end };
}

const LAST_ID = Number.MAX_SAFE_INTEGER;

function isWanted(instruction: Instruction, { by, assignee, actions, states, timeMs }: InstructionQuery): boolean {
  return (
    (by === null || instruction.remark.by === by) &&
    (assignee === null || instruction.assignee === assignee) &&
    (actions?.includes(instruction.action) ?? true) &&
    (states?.includes(instruction.state) ?? true) &&
    instruction.timeMs >= timeMs.fromMs &&
    instruction.timeMs <= timeMs.toMs
  );
}
