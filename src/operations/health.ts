/** Whether the gateway can do its work, and how much of everything there is at this moment. */
import type { Intake, Load } from '../intake/intake.ts';
import type { NavixyStatus } from '../model/projections.ts';
import { StorageError, type Store, type StoreSize } from '../store/store.ts';

/** Counts that go up and down, as of now. */
interface Levels extends StoreSize, Load {
  readonly tasksByStatus: Readonly<Record<NavixyStatus, number>>;
  readonly trackers: number;
  readonly pendingTrackers: number;
}

export interface HealthOperations {
  /** null = able to accept and commit; else why not. */
  trouble(): string | null;
  levels(): Promise<Levels>;
}

export function healthOperations(deps: { readonly store: Store; readonly intake: Intake }): HealthOperations {
  const { store, intake } = deps;
  return {
    trouble: () => intake.trouble(),
    levels: async () => ({
      tasksByStatus: store.tasks.countByStatus(),
      trackers: intake.trackers().length,
      pendingTrackers: intake.pending().length,
      ...store.size(),
      ...intake.load(),
    }),
  };
}

/** Whether something thrown by a wish is the disk's doing: worth another try later, and no fault of the caller. */
export function isStorageFailure(error: unknown): boolean {
  return error instanceof StorageError;
}
