/** Wishes about commands to devices: queue one, cancel it, and see what became of it. */
import { PROTOCOLS } from '../../protocols/index.ts';
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

/**
 * Whether some device that we speak to would take it for an order to cut fuel or power. Asked of all protocols: which one
 * a tracker speaks is only known once it has called.
 */
export function cutsEngine(text: string): boolean {
  return PROTOCOLS.some(({ commands }) => commands?.cutsEngine(text) ?? false);
}

/** What is known of a vehicle's speed. */
interface Pace {
  readonly speedKmh: number | null;
  readonly timeMs: number;
}

/** Below this a vehicle is manoeuvring at most; an older position says nothing about now. */
const STANDING_KMH = 10;
const PACE_MS_MAX = 5 * 60_000;

/** Why fuel must not be cut now; null = the vehicle is known to stand. */
export function movingDoubt(pace: Pace | null, nowMs: number): string | null {
  if (pace === null) return 'where it is and how fast is not known';
  const ageMs = nowMs - pace.timeMs;
  if (ageMs > PACE_MS_MAX)
    return `its last position is ${Math.round(ageMs / 1000)} s old, expected at most ${PACE_MS_MAX / 1000} s`;
  if (pace.speedKmh === null) return 'its last position does not say how fast it is';
  return pace.speedKmh < STANDING_KMH ? null : `it goes ${pace.speedKmh} km/h, expected less than ${STANDING_KMH}`;
}
