/** The wish to erase a person: what is kept about them, and where they were. */
import { setImmediate } from 'node:timers/promises';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Store } from '../store/store.ts';

interface Erased {
  readonly kind: 'erased';
  /** Frames of the period; those that are kept are what a task is still judged by, or the tracker was last known by. */
  readonly frames: number;
  readonly framesKept: number;
}

interface Whereabouts {
  readonly trackerId: number | null;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ErasureOperations {
  /**
   * `whereabouts`: when a tracker was where they were, and which one, if not the one that they have; null = what was sent
   * stays. The record goes last, so that the wish can be repeated where storage fails.
   */
  erasePerson(employeeId: number, whereabouts: Whereabouts | null): Promise<Erased | Refusal>;
}

export function erasureOperations(deps: {
  readonly store: Pick<Store, 'records' | 'beginErasure'>;
  readonly now: () => number;
}): ErasureOperations {
  const { store, now } = deps;
  return {
    async erasePerson(employeeId, whereabouts) {
      const employee = store.records.read('employee', employeeId);
      if (employee === null) return refuse('record_not_found', `there is no employee ${employeeId}`, 'id');
      const trackerId = whereabouts?.trackerId ?? employee.trackerId;
      const counts = { frames: 0, framesKept: 0 };
      if (whereabouts !== null && trackerId !== null) {
        const erasure = store.beginErasure({ ...whereabouts, trackerId });
        // The line goes on in between.
        while (erasure.step(now())) await setImmediate();
        Object.assign(counts, { frames: erasure.erased, framesKept: erasure.kept });
      }
      store.records.delete('employee', employeeId);
      return { kind: 'erased', ...counts };
    },
  };
}
