/** A command to one task as GSMtasks keeps it: carried out when it comes, and kept with what became of it. */
import type { Remark } from './event.ts';

export const INSTRUCTIONS = [
  'update',
  'reassign',
  'restart',
  'assign',
  'accept',
  'unaccept',
  'reject',
  'unassign',
  'transit',
  'activate',
  'complete',
  'fail',
  'cancel',
  'assignee_near',
  'assignee_away',
] as const;

export type InstructionAction = (typeof INSTRUCTIONS)[number];

export interface NewInstruction {
  readonly uuid: string;
  /** The client's own name for it: the same again is the same instruction. null = none. */
  readonly externalId: string | null;
  readonly taskId: number;
  readonly taskUuid: string;
  readonly action: InstructionAction;
  /** When it was given, by the clock of whoever gave it. */
  readonly timeMs: number;
  /** The tracker that it names, by its UUID. */
  readonly assignee: string | null;
  readonly remark: Remark;
  /** What an update says, as it came; JSON-safe. */
  readonly taskData: Readonly<Record<string, unknown>> | null;
}

export interface Instruction extends NewInstruction {
  readonly state: 'accepted' | 'rejected';
  /** Why it was rejected; empty where it was not. */
  readonly errorMessage: string;
  /** Decided at its receipt. */
  readonly createdMs: number;
}
