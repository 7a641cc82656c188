/**
 * Records that come so late that retention may have deleted an earlier copy: they can no longer be told from repeated
 * ones. They are acknowledged and not stored, so that a device that sends the same for ever changes nothing.
 */
import { type Fix, YEAR_2005_MS } from '../model/fix.ts';
import { isDecisive } from './advance.ts';
import type { Draft } from './draft.ts';

/**
 * Of a record that is not newer than all its tracker has sent and is not stored. What a task may still be judged by was
 * never deleted (engine rules, section 4, retention): where it is not stored, it is new, however late.
 */
export function isExpired(draft: Draft, trackerId: number, fix: Fix): boolean {
  const { timeMs } = fix.position;
  const { fixesKeptMs = Number.POSITIVE_INFINITY } = draft.settings;
  // A clock that was never set says nothing about the age of a record.
  if (timeMs >= draft.nowMs - fixesKeptMs || timeMs < YEAR_2005_MS) return false;
  return fix.invalidity !== null || !draft.tasksOf(trackerId).some((task) => isDecisive(draft, task, [fix]));
}
