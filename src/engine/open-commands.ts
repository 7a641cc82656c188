/** The commands to devices that have not come to their end, by tracker. It says what the disk says: see `World`. */
import { type DeviceCommand, isOpenCommand } from '../model/device-command.ts';

const NONE: readonly DeviceCommand[] = Object.freeze([]);

export class OpenCommands {
  readonly #byTracker = new Map<number, readonly DeviceCommand[]>();
  /** None is given up earlier; it may be that none is then, either. */
  #dueMs = Number.POSITIVE_INFINITY;

  /** In the order they are sent. */
  of(trackerId: number): readonly DeviceCommand[] {
    return this.#byTracker.get(trackerId) ?? NONE;
  }

  /** Takes in a command, or its next version. */
  hold(command: DeviceCommand): void {
    const others = this.of(command.trackerId).filter(({ id }) => id !== command.id);
    const left = isOpenCommand(command) ? [...others, command].sort((a, b) => a.id - b.id) : others;
    if (left.length === 0) this.#byTracker.delete(command.trackerId);
    else this.#byTracker.set(command.trackerId, left);
    if (isOpenCommand(command)) this.#dueMs = Math.min(this.#dueMs, command.expiresMs);
  }

  /** Those that are to be given up by now, at most `limit`. Looks at all of them, but only when one may be due. */
  due(nowMs: number, limit: number): readonly DeviceCommand[] {
    if (nowMs < this.#dueMs) return NONE;
    const due: DeviceCommand[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const commands of this.#byTracker.values()) {
      for (const command of commands) {
        nextMs = Math.min(nextMs, command.expiresMs);
        if (command.expiresMs <= nowMs && due.length < limit) due.push(command);
      }
    }
    // With what is due still among them: only a commit takes it out.
    this.#dueMs = nextMs;
    return due;
  }
}
