/** A command to a device: what it is told in its own words, how far that has come, and what the device answered. */

export const DEVICE_COMMAND_STATES = ['queued', 'sent', 'answered', 'refused', 'expired', 'cancelled'] as const;

export type DeviceCommandState = (typeof DEVICE_COMMAND_STATES)[number];

export interface DeviceCommand {
  /** 1..2^32-1: the number that the frame carries where the protocol has room for one. */
  readonly id: number;
  readonly trackerId: number;
  readonly text: string;
  readonly state: DeviceCommandState;
  readonly createdMs: number;
  /** When it is given up: not sent until then, or sent and not answered. */
  readonly expiresMs: number;
  /** Committed before the first byte leaves, so it may have left. Never sent twice; null = it has not left. */
  readonly sentMs: number | null;
  /** When it came to its end; null = it is queued or sent. */
  readonly closedMs: number | null;
  /** In the device's words, of an answer as of a refusal; null = the device has not said anything. */
  readonly answer: string | null;
  /** Why it was never sent, where it was refused by us; else null. */
  readonly reason: string | null;
}

/** What a device said to a command. */
export interface CommandAnswer {
  /** The number of the command; null = the frame does not say: the one in flight is meant. */
  readonly commandId: number | null;
  readonly text: string;
  /** The device says that it did not do it. */
  readonly isRefusal: boolean;
}

/** Characters of an answer that are kept with the command; the frame holds the rest for as long as frames are kept. */
export const ANSWER_CHARACTERS_MAX = 4096;

export function isOpenCommand({ state }: Pick<DeviceCommand, 'state'>): boolean {
  return state === 'queued' || state === 'sent';
}
