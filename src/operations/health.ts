/** Whether the gateway can do its work, and how much of everything there is at this moment. */
import type { Intake, Load } from '../intake/intake.ts';
import type { NavixyStatus } from '../model/projections.ts';
import { StorageError, type Store, type StoreSize } from '../store/store.ts';
import { type Searches, SearchRefused } from './searches.ts';

/** Counts that go up and down, as of now. */
interface Levels extends StoreSize, Load {
  /** null = could not be counted: searches are refused, or the disk does not answer. */
  readonly tasksByStatus: Readonly<Record<NavixyStatus, number>> | null;
  readonly trackers: number;
  readonly pendingTrackers: number;
}

export interface HealthOperations {
  /** null = able to accept and commit; else why not. */
  trouble(): string | null;
  levels(): Promise<Levels>;
}

export function healthOperations(deps: {
  readonly store: Pick<Store, 'size'>;
  readonly searches: Searches;
  readonly intake: Intake;
}): HealthOperations {
  const { store, searches, intake } = deps;
  return {
    trouble: () => intake.trouble(),
    levels: async () => ({
      tasksByStatus: await countedOrNull(searches),
      trackers: intake.trackers().length,
      pendingTrackers: intake.pending().length,
      ...store.size(),
      ...intake.load(),
    }),
  };
}

/** The other metrics are wanted most when this one cannot be had. */
async function countedOrNull(searches: Searches): Promise<Levels['tasksByStatus']> {
  try {
    return await searches.ask<'count_tasks'>({ kind: 'count_tasks' });
  } catch (error) {
    if (isStorageFailure(error) || isSearchRefused(error)) return null;
    throw error;
  }
}

/** Whether something thrown by a wish means that too many searches wait: worth another try later. */
export function isSearchRefused(error: unknown): boolean {
  return error instanceof SearchRefused;
}

/** Whether something thrown by a wish is the disk's doing: worth another try later, and no fault of the caller. */
export function isStorageFailure(error: unknown): boolean {
  return error instanceof StorageError;
}
