/** The wish to erase a person: what is kept about them, where they were, and what they filled in. */
import { setImmediate } from 'node:timers/promises';
import type { Intake } from '../intake/intake.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { FormOfTask, Store, TrackPeriod } from '../store/store.ts';
import type { Searches } from './searches.ts';

interface Erased {
  readonly kind: 'erased';
  /** Frames of the period; those that are kept are what a task is still judged by, or the tracker was last known by. */
  readonly frames: number;
  readonly framesKept: number;
  /** Forms that say no more what was filled in, nor where, and files that went with them. */
  readonly forms: number;
  readonly files: number;
}

interface Whereabouts {
  readonly trackerId: number | null;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ErasureOperations {
  /**
   * `whereabouts`: when a tracker was where they were, and which one, if not the one that they have; null = what was sent
   * and filled in stays. The record goes last, so that the wish can be repeated where storage fails.
   */
  erasePerson(employeeId: number, whereabouts: Whereabouts | null): Promise<Erased | Refusal>;
}

/** Forms that are erased in one commit. */
const FORMS_AT_ONCE = 100;

export function erasureOperations(deps: {
  readonly store: Pick<Store, 'records' | 'beginErasure' | 'formFiles'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'command'>;
  readonly now: () => number;
}): ErasureOperations {
  const { store, searches, intake, now } = deps;

  async function eraseTrack(period: TrackPeriod): Promise<Pick<Erased, 'frames' | 'framesKept'>> {
    const erasure = store.beginErasure(period);
    // The line goes on in between.
    while (erasure.step(now())) await setImmediate();
    return { frames: erasure.erased, framesKept: erasure.kept };
  }

  async function eraseForms(period: TrackPeriod): Promise<Pick<Erased, 'forms' | 'files'> | Refusal> {
    const counts = { forms: 0, files: 0 };
    for (let afterId = 0; ; ) {
      const question = { kind: 'tracker_forms', period, afterId, limit: FORMS_AT_ONCE } as const;
      const found = await searches.ask<'tracker_forms'>(question);
      const last = found.at(-1);
      if (last === undefined) return counts;
      // First the values, so that no form names a file that is gone.
      const outcome = await intake.command({ kind: 'erase_forms', taskIds: found.map(({ taskId }) => taskId) });
      if (outcome.kind === 'refused') return outcome;
      counts.forms += found.length;
      for (const form of found) {
        counts.files += eraseFiles(form);
        await setImmediate();
      }
      afterId = last.taskId;
    }
  }

  function eraseFiles({ taskId, formMs }: FormOfTask): number {
    const files = store.formFiles.ofForm(taskId, formMs);
    store.formFiles.markDeleted(files.map(({ id }) => id));
    // What is coming in just now goes with the next sweep, when nobody writes to it any more.
    for (const file of files) if (file.state !== 'in_progress') store.formFiles.remove(file);
    return files.length;
  }

  return {
    async erasePerson(employeeId, whereabouts) {
      const employee = store.records.read('employee', employeeId);
      if (employee === null) return refuse('record_not_found', `there is no employee ${employeeId}`, 'id');
      const trackerId = whereabouts?.trackerId ?? employee.trackerId;
      const period = whereabouts === null || trackerId === null ? null : { ...whereabouts, trackerId };
      const filled = period === null ? { forms: 0, files: 0 } : await eraseForms(period);
      if ('kind' in filled) return filled;
      const sent = period === null ? { frames: 0, framesKept: 0 } : await eraseTrack(period);
      store.records.delete('employee', employeeId);
      return { kind: 'erased', ...sent, ...filled };
    },
  };
}
