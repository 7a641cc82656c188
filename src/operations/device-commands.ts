/** Wishes about commands to devices: queue one, cancel it, and see what became of it. */
import type { Intake } from '../intake/intake.ts';
import type { DeviceCommand } from '../model/device-command.ts';
import type { Refusal } from '../model/refusal.ts';
import type { Store } from '../store/store.ts';
import { orderingFrom } from './order.ts';

export interface DeviceCommandRules {
  /** How long a command is tried, where its caller does not say. */
  readonly expireMs: number;
  /** How many of one tracker may be queued. */
  readonly queuedMax: number;
}

export interface DeviceCommandAccepted {
  readonly kind: 'device_command';
  readonly command: DeviceCommand;
}

export interface DeviceCommandOperations {
  /** `expireMs`: null = as the settings say. */
  queueDeviceCommand(
    trackerId: number,
    text: string,
    expireMs: number | null,
  ): Promise<DeviceCommandAccepted | Refusal>;
  /** Refused with `command_state` once it is no longer queued. */
  cancelDeviceCommand(commandId: number): Promise<DeviceCommandAccepted | Refusal>;
  readDeviceCommand(commandId: number): DeviceCommand | null;
  /** Newest first, from below an id; null = no such tracker. */
  listDeviceCommands(trackerId: number, beforeId: number, limit: number): readonly DeviceCommand[] | null;
}

export function deviceCommandOperations(deps: {
  readonly store: Pick<Store, 'deviceCommands'>;
  readonly intake: Intake;
  readonly now: () => number;
  readonly deviceCommands: DeviceCommandRules;
}): DeviceCommandOperations {
  const { store, intake, now } = deps;
  const { queuedMax, expireMs: usualExpireMs } = deps.deviceCommands;

  const order = orderingFrom(intake);

  return {
    queueDeviceCommand(trackerId, text, expireMs) {
      const expiresMs = now() + (expireMs ?? usualExpireMs);
      return order('device_command', {
        kind: 'queue_device_command',
        order: { trackerId, text, expiresMs, queuedMax },
      });
    },
    cancelDeviceCommand: (commandId) => order('device_command', { kind: 'cancel_device_command', commandId }),
    readDeviceCommand: (commandId) => store.deviceCommands.read(commandId),
    listDeviceCommands(trackerId, beforeId, limit) {
      if (intake.tracker(trackerId) === null) return null;
      return store.deviceCommands.list(trackerId, beforeId, limit);
    },
  };
}
