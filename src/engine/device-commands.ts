/**
 * The life of a command to a device: queued until its tracker is connected, marked as sent before its bytes leave, one
 * at a time for each tracker, closed by an answer, by time or by a person. What may follow what is one table.
 */
import type { CommandOutcome, NewDeviceCommand } from '../model/command.ts';
import type { CommandAnswer, DeviceCommand, DeviceCommandState } from '../model/device-command.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Draft } from './draft.ts';

export type Happening =
  /** Its bytes are about to leave. `answerByMs`: given up then, if it does not expire before. */
  | { readonly kind: 'send'; readonly answerByMs: number }
  /** It cannot be sent at all. */
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'answer'; readonly text: string }
  /** The device says that it did not do it. */
  | { readonly kind: 'deny'; readonly text: string }
  | { readonly kind: 'expire' }
  | { readonly kind: 'cancel' };

/** What is not in the table does not happen: a command at its end stays as it is, and one that was sent is not sent again. */
const NEXT: Readonly<Record<DeviceCommandState, Partial<Record<Happening['kind'], DeviceCommandState>>>> = {
  queued: { send: 'sent', reject: 'refused', expire: 'expired', cancel: 'cancelled' },
  sent: { answer: 'answered', deny: 'refused', expire: 'expired' },
  answered: {},
  refused: {},
  expired: {},
  cancelled: {},
};

/** The command after what happened to it; null = this cannot happen to it any more, or not yet. */
export function step(command: DeviceCommand, happening: Happening, nowMs: number): DeviceCommand | null {
  const state = NEXT[command.state][happening.kind];
  if (state === undefined) return null;
  switch (happening.kind) {
    case 'send':
      return { ...command, state, sentMs: nowMs, expiresMs: Math.min(command.expiresMs, happening.answerByMs) };
    case 'reject':
      return { ...command, state, closedMs: nowMs, reason: happening.reason };
    case 'answer':
    case 'deny':
      return { ...command, state, closedMs: nowMs, answer: happening.text };
    case 'expire':
    case 'cancel':
      return { ...command, state, closedMs: nowMs };
  }
}

/** Greatest number a frame has room for. */
const ID_MAX = 0xffff_ffff;

export function queueDeviceCommand(draft: Draft, order: NewDeviceCommand): CommandOutcome {
  const { trackerId, text, expiresMs, queuedMax } = order;
  const tracker = draft.tracker(trackerId);
  if (tracker === null) return refuse('tracker_not_found', `there is no tracker ${trackerId}`, 'tracker_id');
  if (tracker.imei === null) return refuse('no_device', `tracker ${trackerId} has no IMEI: no device will ask for it`);
  const queued = draft.openCommands(trackerId).filter(({ state }) => state === 'queued').length;
  if (queued >= queuedMax) {
    const advice = 'expected fewer: wait until the device has logged in, or cancel some';
    return refuse('too_many_commands', `${queued} commands of tracker ${trackerId} are queued, ${advice}`);
  }
  if (draft.nextDeviceCommandId > ID_MAX) throw new Error(`command number ${draft.nextDeviceCommandId} has no room`);
  const command: DeviceCommand = {
    id: draft.nextDeviceCommandId++,
    trackerId,
    text,
    state: 'queued',
    createdMs: draft.nowMs,
    expiresMs,
    sentMs: null,
    closedMs: null,
    answer: null,
    reason: null,
  };
  return accept(draft, command);
}

/** The gateway is about to send it. One that has expired meanwhile is closed instead, and says so by its state. */
export function sendDeviceCommand(draft: Draft, commandId: number, answerByMs: number): CommandOutcome {
  const command = draft.deviceCommand(commandId);
  if (command === null) return unknownCommand(commandId);
  const isFree = inFlight(draft, command.trackerId) === null;
  if (!isFree) return refuse('command_state', `tracker ${command.trackerId} has not answered its last command yet`);
  return happen(draft, command, command.expiresMs <= draft.nowMs ? { kind: 'expire' } : { kind: 'send', answerByMs });
}

export function rejectDeviceCommand(draft: Draft, commandId: number, reason: string): CommandOutcome {
  const command = draft.deviceCommand(commandId);
  return command === null ? unknownCommand(commandId) : happen(draft, command, { kind: 'reject', reason });
}

export function cancelDeviceCommand(draft: Draft, commandId: number): CommandOutcome {
  const command = draft.deviceCommand(commandId);
  return command === null ? unknownCommand(commandId) : happen(draft, command, { kind: 'cancel' });
}

/** An answer of a device, in the commit of its frame. Returns whether it was waited for. */
export function answerDeviceCommand(
  draft: Draft,
  trackerId: number,
  { commandId, text, isRefusal }: CommandAnswer,
): boolean {
  const command = inFlight(draft, trackerId);
  if (command === null || (commandId !== null && commandId !== command.id)) return false;
  happen(draft, command, { kind: isRefusal ? 'deny' : 'answer', text });
  return true;
}

/** Gives up what has waited for too long, for its device or for its answer. */
export function expireDeviceCommands(draft: Draft, limit: number): void {
  for (const { id } of draft.world.commands.due(draft.nowMs, limit)) {
    const command = draft.deviceCommand(id);
    if (command !== null) happen(draft, command, { kind: 'expire' });
  }
}

/** The one that was sent and is not answered; a restart does not change that. */
function inFlight(draft: Draft, trackerId: number): DeviceCommand | null {
  return draft.openCommands(trackerId).find(({ state }) => state === 'sent') ?? null;
}

function happen(draft: Draft, command: DeviceCommand, happening: Happening): CommandOutcome {
  const next = step(command, happening, draft.nowMs);
  if (next !== null) return accept(draft, next);
  const { id, state } = command;
  return refuse('command_state', `command ${id} is ${state}, expected one that is queued`);
}

function accept(draft: Draft, command: DeviceCommand): CommandOutcome {
  const { id: commandId, trackerId, state } = command;
  draft.deviceCommands.set(commandId, command);
  draft.commandSteps.push(command);
  const body = { kind: 'device_command', commandId, state } as const;
  draft.trackerEvents.push({ trackerId, eventMs: draft.nowMs, recordedMs: draft.nowMs, body });
  return { kind: 'device_command', command };
}

function unknownCommand(commandId: number): Refusal {
  return refuse('command_not_found', `there is no command ${commandId}`);
}
