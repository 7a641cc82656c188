/** By which UUIDs GSMtasks and TheTrack know the owner, people with keys, trackers and tasks. */
import { createHash, randomUUID } from 'node:crypto';
import type { Intake } from '../intake/intake.ts';
import type { Task } from '../model/task.ts';
import type { Tracker } from '../model/tracker.ts';
import { uuidFrom } from '../model/uuid.ts';
import type { Store } from '../store/store.ts';

export interface IdentityOperations {
  /** The one account that there is; the same for as long as its database lives. */
  accountUuid(): string;
  /** Whoever holds the key of this name, as a user. A key that is named by a tracker's UUID is that tracker's own. */
  userOfKey(keyName: string): string;
  /** null = there is none, or it was deleted. */
  trackerOfUuid(uuid: string): Tracker | null;
  /** With what an open visit adds to it, also a checkpoint; null = unknown or deleted. */
  taskOfUuid(uuid: string): Task | null;
  /** Also a deleted one, and when it was last changed. */
  anyTaskOfUuid(uuid: string): Task | null;
}

/** Trackers are only looked through for what could be one. */
const UUID_CHARACTERS = 36;

export function identityOperations(deps: {
  readonly store: {
    readonly records: Store['records'];
    readonly tasks: Pick<Store['tasks'], 'idOf' | 'read' | 'readAny'>;
  };
  readonly intake: Intake;
}): IdentityOperations {
  const { intake } = deps;
  const { records, tasks } = deps.store;

  function trackerOfUuid(uuid: string): Tracker | null {
    return intake.trackers().find((tracker) => tracker.uuid === uuid) ?? null;
  }

  return {
    accountUuid() {
      return (records.list('identity')[0] ?? records.create('identity', { uuid: randomUUID() })).uuid;
    },
    userOfKey(keyName) {
      const uuid = keyName.toLowerCase();
      if (uuid.length === UUID_CHARACTERS && trackerOfUuid(uuid) !== null) return uuid;
      return uuidFrom(createHash('sha256').update(`user ${keyName}`).digest(), 8);
    },
    trackerOfUuid,
    taskOfUuid(uuid) {
      const id = tasks.idOf(uuid);
      const task = id === null ? null : tasks.read(id);
      return task && intake.live(task);
    },
    anyTaskOfUuid(uuid) {
      const id = tasks.idOf(uuid);
      const task = id === null ? null : tasks.readAny(id);
      return task === null || task.deletedMs !== null ? task : intake.live(task);
    },
  };
}
