/**
 * Sends commands to devices, one at a time to each. A command is marked as sent on disk before its first byte leaves: a
 * process that dies in between may leave one unsent that says it was sent, but never sends one twice.
 */
import type { Malformed, Message, Protocol } from '../../protocols/protocol.ts';
import type { Intake } from '../intake/intake.ts';
import { ANSWER_CHARACTERS_MAX, type CommandAnswer, type DeviceCommand } from '../model/device-command.ts';
import { profileOf } from './acquaintance.ts';
import type { Log } from './complaints.ts';

/** The part of the line that commands need. */
export type CommandDoor = Pick<Intake, 'command' | 'nextDeviceCommand' | 'tracker'>;

/** The live session of a tracker. */
export interface Addressee {
  /** Of the session; the first frame says it. */
  readonly protocol: Protocol | null;
  /** It has delivered what it had kept; until then it waits for receipts, and could take a command for one. */
  readonly isSettled: boolean;
  /** Puts bytes behind the answers that are owed; false = the connection is coming to its end. */
  transmit(bytes: Buffer): boolean;
}

export interface DispatcherOptions {
  readonly intake: CommandDoor;
  readonly now: () => number;
  readonly log: Log;
  /** How long an answer is waited for. */
  readonly answerMs: number;
  /** null = the tracker is not connected. */
  readonly addressee: (trackerId: number) => Addressee | null;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #attended = new Set<number>();
  /** Trackers of which a command could not be taken further: their session is too young, or the disk fails. */
  readonly #held = new Set<number>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Something may be there to be sent: the tracker has logged in, or its commands have changed. */
  attend(trackerId: number): void {
    if (this.#attended.has(trackerId) || this.#options.intake.nextDeviceCommand(trackerId) === null) return;
    this.#sendQueued(trackerId).catch((error: unknown) => {
      this.#options.log.error({ err: error, trackerId }, 'a command was not sent because of a fault of ours');
    });
  }

  /** Time passes: what was held is tried again. */
  beat(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const trackerId of held) this.attend(trackerId);
  }

  async #sendQueued(trackerId: number): Promise<void> {
    this.#attended.add(trackerId);
    try {
      // Every turn brings one command further, and there are not many.
      for (;;) {
        const command = this.#options.intake.nextDeviceCommand(trackerId);
        const addressee = this.#options.addressee(trackerId);
        if (command === null || addressee === null || addressee.protocol === null) return;
        if (!addressee.isSettled || !(await this.#send(command, addressee.protocol))) {
          this.#held.add(trackerId);
          return;
        }
      }
    } finally {
      this.#attended.delete(trackerId);
    }
  }

  /** Returns whether the command is a step further. */
  async #send(command: DeviceCommand, protocol: Protocol): Promise<boolean> {
    const { intake, now, answerMs } = this.#options;
    const commandId = command.id;
    const enclosed = enclose(command, protocol, intake);
    if (enclosed.kind === 'unfit') {
      const outcome = await intake.command({ kind: 'reject_device_command', commandId, reason: enclosed.reason });
      return outcome.kind === 'device_command';
    }
    const outcome = await intake.command({ kind: 'send_device_command', commandId, answerByMs: now() + answerMs });
    if (outcome.kind !== 'device_command') return false;
    if (outcome.command.state === 'sent') this.#transmit(command, protocol, enclosed.frame);
    return true;
  }

  /** Over whichever connection the tracker has by now. */
  #transmit({ id, trackerId }: DeviceCommand, protocol: Protocol, frame: Buffer): void {
    const addressee = this.#options.addressee(trackerId);
    if (addressee?.protocol === protocol && addressee.transmit(frame)) return;
    this.#options.log.debug({ commandId: id, trackerId }, 'the connection ended before a command could leave');
  }
}

type Enclosed = { readonly kind: 'fit'; readonly frame: Buffer } | { readonly kind: 'unfit'; readonly reason: string };

function enclose({ id, trackerId, text }: DeviceCommand, protocol: Protocol, intake: CommandDoor): Enclosed {
  const { commands, name } = protocol;
  if (commands === null) return { kind: 'unfit', reason: `the device speaks ${name}, which carries no commands` };
  try {
    return { kind: 'fit', frame: commands.encode(text, id, profileOf(intake.tracker(trackerId))) };
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'unfit', reason: `${name}: ${error.message}` };
    throw error;
  }
}

/** What a message says to a command; null = it is no answer to one. */
export function answerIn(
  message: Message | Malformed,
  { commands }: Protocol,
  trackerId: number,
  intake: Pick<CommandDoor, 'tracker'>,
): CommandAnswer | null {
  if (message.kind !== 'command_response') return null;
  const text = String(message.attributes['result'] ?? '').slice(0, ANSWER_CHARACTERS_MAX);
  const isRefusal = commands?.isRefusal(text, profileOf(intake.tracker(trackerId))) ?? false;
  return { commandId: message.commandId, text, isRefusal };
}
