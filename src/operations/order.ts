/** A wish that changes something is a command for the line, and comes to what that kind of command comes to. */
import type { Intake } from '../intake/intake.ts';
import type { Command, CommandOutcome } from '../model/command.ts';
import type { Refusal } from '../model/refusal.ts';

/** The command was accepted and is durable. */
export type Accepted<Kind extends CommandOutcome['kind']> = Extract<CommandOutcome, { readonly kind: Kind }>;

/** `kind`: what the command comes to where it is not refused. */
type Order = <Kind extends CommandOutcome['kind']>(kind: Kind, command: Command) => Promise<Accepted<Kind> | Refusal>;

/** Throws at any other outcome, which would be a fault of ours. */
export function orderingFrom(intake: Pick<Intake, 'command'>): Order {
  return async <Kind extends CommandOutcome['kind']>(kind: Kind, command: Command) => {
    const outcome = await intake.command(command);
    if (outcome.kind === kind || outcome.kind === 'refused') return outcome as Accepted<Kind> | Refusal;
    throw new Error(`a ${command.kind} command was answered with a ${outcome.kind}`);
  };
}
